"""Mails to the administrators: what is wrong with the house, why as far as can be seen, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from flows.mail import Mailer
from flows.messages import plain_message, templates
from models.settings import Settings
from rules.vietnamese import clock_time, dmy, local_day

NOBODY = "chưa khai «admins» trong cấu hình nên không có ai để báo qua thư"
LOOK = (
    "Xem điều gì hỏng và cách sửa: dunghan doctor",
    "Xem dịch vụ và nhật ký của nó: systemctl status 'dunghan*' và journalctl -u 'dunghan*' --since today",
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What administrators are told: what was found, why as far as can be seen, and what to do."""

    subject: str
    findings: Sequence[str]
    reason: str
    steps: Sequence[str]


async def send_alarm(mailer: Mailer, settings: Settings, alarm: Alarm, now: datetime) -> str:
    """One mail to each administrator; when nobody can have got it, why."""
    faults = []
    async with mailer:
        for number, address in enumerate(settings.admins, start=1):
            message = alarm_message(settings, address, alarm, number, now)
            result = await mailer.send(message, address, settings.mail_from)
            if result.outcome in ("failed", "refused"):
                faults.append(f"{address}: {result.response}")
    return "; ".join(faults) if len(faults) == len(settings.admins) else ""


def alarm_message(settings: Settings, address: str, alarm: Alarm, number: int, now: datetime) -> Message:
    """The mail: short, plain text, what is wrong and what to do."""
    words = (
        templates()
        .get_template("watchdog.txt.j2")
        .render(
            at=f"{clock_time(now)} ngày {dmy(local_day(now))}",
            findings=alarm.findings,
            reason=alarm.reason,
            steps=alarm.steps,
        )
    )
    domain = settings.mail_from.partition("@")[2]
    mark = f"<{local_day(now):%Y%m%d}.{clock_time(now).replace(':', '')}.canh.{number}@{domain}>"
    return plain_message(settings, address, alarm.subject, words, mark, now)
