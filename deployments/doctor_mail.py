"""Checks of mail: the relay reached, the mailbox of what comes back, and what waits for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from sqlalchemy import Engine
from sqlmodel import Session

from flows import clock
from flows.mail import SmtpMailer
from flows.return_mailbox import MailboxUnreachable, open_mailbox
from models.checks import Check, office_checks
from models.settings import Settings


def waiting(engine: Engine) -> Iterator[Check]:
    """What keeps reminders from people: sweeps held, mails that did not arrive, answers nobody decides on."""
    with Session(engine) as session:
        yield from office_checks(session, clock.now(engine))


def relay(settings: Settings) -> Iterator[Check]:
    """The relay reached as for a mail: connection, EHLO, encryption, account. No mail is sent."""
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    fault = asyncio.run(SmtpMailer(settings).knock())
    todo = "xem máy chủ thư có chạy không, tường lửa, và các khóa smtp_… trong cấu hình; thư chưa gửi chờ lượt quét sau"
    found = f"{where}: {fault}" if fault else f"nói chuyện được với {where}"
    yield Check("máy chủ chuyển thư", not fault, found, todo if fault else "")
    if not settings.admins:
        yield Check("địa chỉ quản trị", True, "chưa khai «admins»: khi sáng nay không quét sẽ không có thư báo ai")


def mailbox(settings: Settings) -> Iterator[Check]:
    """The mailbox of mails that come back, when there is one: opened and looked into, nothing marked read."""
    where = settings.returns_maildir or settings.returns_host
    if not where:
        return
    try:
        with open_mailbox(settings) as box:
            next(box.unread(), None)
    except MailboxUnreachable as unreachable:
        todo = (
            "xem các khóa returns_… và smtp_ca_file trong cấu hình; khi chưa đọc được thì chưa biết thư nào không đến"
        )
        yield Check("hộp thư trả về", False, str(unreachable), todo)
        return
    yield Check("hộp thư trả về", True, f"đọc được {where}")
