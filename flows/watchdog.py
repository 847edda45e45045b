"""The watchdog, outside Prefect: a morning without a sweep is swept plainly, and the administrators are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.alarms import LOOK, NOBODY, Alarm, send_alarm
from flows.sending import Office
from flows.sweep import DATABASE_GONE, Swept, sweep
from models.store_faults import in_one_line
from models.sweep_marks import held_since
from models.takeovers import (
    HELD,
    NOT_SENT,
    NOT_SWEPT,
    SENT,
    Finding,
    Missed,
    claim_takeover,
    claim_telling,
    keep_telling,
    missed_mornings,
    untold,
)
from rules.vietnamese import dmy, local_day, local_time

_RESUME = 'Cho quét tiếp sau khi xem đồng hồ máy chủ: dunghan sweep --resume --reason "…"'


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watch found; `untold` is why the administrators do not know of it."""

    findings: tuple[str, ...] = ()
    untold: str = ""


async def watch(office: Office, now: datetime, reason: str) -> Watched:
    """Sweep what should have been swept by `now` and was not, and tell the administrators once a day of each matter.

    What waits for a person is told, never swept. Doing it twice sends nothing twice.
    """
    with office.transaction() as session:
        missed = list(missed_mornings(session, now))
        found = list(untold(session, now))
        for one in missed:
            if one.held is None:
                claim_takeover(session, one.authority, now)
    if missed:
        swept, fault = await _sweep_instead(office, now)
        found = [_finding(office, one, swept, fault) for one in missed]
    why_untold = await _tell(office, now, found, reason) if found else ""
    return Watched(tuple(one.found for one in found), why_untold)


async def _sweep_instead(office: Office, now: datetime) -> tuple[Swept | None, str]:
    """What the round did, or why it broke off. Raises what a lost database does: without one nothing can be kept."""
    try:
        return await sweep(office, now), ""
    except DATABASE_GONE:
        raise
    except Exception as error:  # noqa: BLE001  told to the administrators, like a morning nobody swept
        return None, in_one_line(error)


def _finding(office: Office, one: Missed, swept: Swept | None, fault: str) -> Finding:
    with office.transaction() as session:
        held = held_since(session, one.authority)
    begun = f"{one.authority.name}: sáng nay chưa quét xong ({one.since})"
    if held:
        why = next((why for why in swept.held if why.startswith(f"{one.authority.name}: ")), "") if swept else ""
        said = why or f"{one.authority.name}: từ {local_time(held)}"
        return Finding(one.authority, HELD, f"{said}. Đang tạm giữ, chưa nhắc ai; không tự quét thay")
    if swept is None:
        return Finding(one.authority, NOT_SWEPT, f"{begun}. Quét thay KHÔNG XONG: {fault}")
    done = f"lượt ấy gửi được {swept.sent} thư, còn {swept.unsent} thư chưa gửi được"
    return Finding(one.authority, NOT_SWEPT, f"{begun}. Đã quét thay, không qua Prefect: {done}")


async def _tell(office: Office, now: datetime, found: Sequence[Finding], reason: str) -> str:
    """Tell the administrators what they were not told today; why not, when it did not work."""
    if not office.settings.admins:
        return NOBODY
    with office.transaction() as session:
        ours = [one for one in found if claim_telling(session, one, now)]
    if not ours:
        return ""
    why_untold = await send_alarm(office.mailer, office.settings, _alarm(ours, now, reason), now)
    with office.transaction() as session:
        for one in ours:
            keep_telling(session, one, f"{NOT_SENT} ({why_untold})" if why_untold else SENT, now)
    return why_untold


def _alarm(found: Sequence[Finding], now: datetime, reason: str) -> Alarm:
    matters = dict.fromkeys(one.matter for one in found)
    return Alarm(
        f"Cần xem máy chủ: {', '.join(matters)}, ngày {dmy(local_day(now))}",
        [f"{one.found}." for one in found],
        reason if NOT_SWEPT in matters else "",
        (*LOOK, *((_RESUME,) if HELD in matters else ())),
    )
