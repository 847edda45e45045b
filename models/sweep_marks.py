"""How far sweeps have come: a clock that leaps, or a long silence, is held for a person instead of a storm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.acts import ActRefused, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.reply_tables import SweepMark
from models.tables import Authority, key_of, table_of
from rules.vietnamese import local_day, local_time, start_of
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Held:
    """Why an authority is not swept: the newest sweep, how many working days ago, or a reason of its own."""

    last: datetime
    days: int
    reason: str = ""

    @property
    def words(self) -> str:
        """What a person reads."""
        if self.reason:
            return f"{self.reason}; xin xem xong rồi {_GO_ON}"
        return (
            f"lần quét trước là {local_time(self.last)}, cách {self.days} ngày làm việc; xin kiểm tra đồng hồ máy chủ, "
            f"rồi {_GO_ON}"
        )


_GO_ON = "cho quét tiếp bằng lệnh dunghan sweep --resume --reason «…»"


def start_sweep(
    session: Session, authority: Authority, calendar: WorkingCalendar, now: datetime, hold_after: int
) -> Held | None:
    """None when a sweep may start; hold it when more than `hold_after` working days lie between the mark and `now`.

    A clock set back far is held like one that leapt ahead.
    """
    mark = session.get(SweepMark, key_of(authority), with_for_update=True)
    if mark is None:
        return None
    if mark.reason:
        return Held(mark.last_at, 0, mark.reason)
    # A wrong clock may point anywhere.
    last, today = (min(max(local_day(at), calendar.first), calendar.last) for at in (mark.last_at, now))
    days = calendar.count(min(last, today), max(last, today))
    if days <= hold_after and today == local_day(now):
        if mark.held_at:
            right = {"by": "Hệ thống", "reason": "Đồng hồ đã đúng lại."}
            record(session, key_of(authority), now, [Act(Action.SWEEP_RESUMED, authority.code, right)])
        mark.held_at = None
        session.add(mark)
        return None
    if mark.held_at is None:
        detail = {"last": local_time(mark.last_at), "now": local_time(now), "days": days}
        record(session, key_of(authority), now, [Act(Action.SWEEP_HELD, authority.code, detail)])
        mark.held_at = mark.held_at or now
        session.add(mark)
    return Held(mark.last_at, days)


def one_at_a_time(session: Session, authority: Authority) -> None:
    """Let no other round of `authority` come between until the transaction ends: the first lock it takes."""
    query = select(col(Authority.id)).where(col(Authority.id) == authority.id)
    session.execute(query.with_for_update(key_share=True))


def finish_sweep(session: Session, authority: Authority, now: datetime) -> None:
    """Say that a sweep is done: only then, for one that breaks off is one nobody had.

    A clock set back a little leaves the mark where it is, for it says how far time had come; so does whoever holds
    sweeps meanwhile.
    """
    made = insert(table_of(SweepMark)).values(authority_id=authority.id, last_at=now, held_at=None, reason="")
    further = {"last_at": func.greatest(col(SweepMark.last_at), made.excluded.last_at)}
    session.execute(made.on_conflict_do_update(index_elements=[col(SweepMark.authority_id)], set_=further))


def hold_sweeps(session: Session, authority: Authority, reason: str, now: datetime) -> None:
    """Let nothing of `authority` be told until a person says so, whatever the clock says."""
    mark = session.get(SweepMark, key_of(authority), with_for_update=True)
    last = mark.last_at if mark else now
    _set_mark(session, {"authority_id": authority.id, "last_at": last, "held_at": now, "reason": reason})
    held = Act(Action.SWEEP_HELD_FOR, authority.code, {"reason": reason})
    record(session, key_of(authority), now, [held])


def _set_mark(session: Session, row: dict[str, Any]) -> None:
    made = insert(table_of(SweepMark)).values(**row)
    session.execute(made.on_conflict_do_update(index_elements=[col(SweepMark.authority_id)], set_=row))


def held_since(session: Session, authority: Authority) -> datetime | None:
    """Since when sweeps of `authority` wait for a person; None when they do not."""
    mark = session.get(SweepMark, key_of(authority), populate_existing=True)
    return mark.held_at if mark else None


def why_waiting(session: Session, authority: Authority) -> str:
    """The reason sweeps of `authority` wait for, when it is not the clock's."""
    mark = session.get(SweepMark, key_of(authority), populate_existing=True)
    return mark.reason if mark else ""


def resume_sweeps(session: Session, authority: Authority, by: str, reason: str, now: datetime) -> None:
    """A person has looked at the clock: sweeps go on. Raises ActRefused.

    Today still counts as not swept unless it was: the watchdog sees to it like any other morning.
    """
    mark = session.get(SweepMark, key_of(authority), with_for_update=True, populate_existing=True)
    if mark is None or mark.held_at is None:
        raise ActRefused("Không có lần quét nào đang bị tạm giữ.")
    said = needed("Lý do", reason, "Cần ghi đã kiểm tra gì (đồng hồ đúng, máy chủ vừa nghỉ dài…).")
    today = start_of(local_day(now))
    last = mark.last_at if today <= mark.last_at <= now else today - timedelta(seconds=1)
    _set_mark(session, {"authority_id": authority.id, "last_at": last, "held_at": None, "reason": ""})
    detail = {"by": by, "reason": said}
    record(session, key_of(authority), now, [Act(Action.SWEEP_RESUMED, authority.code, detail, actor=by)])
