"""The clock of practice: begun on a morning, moved to the next working one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused
from models.audit import Act, record
from models.audit_actions import Action
from models.obligations import stored_calendar
from models.record_tables import PracticeClock
from models.tables import Authority
from rules.vietnamese import local_day, local_time, morning_of


def start_practice(session: Session, day: date) -> None:
    """Let practice begin on the morning of `day`; a practice under way keeps its moment."""
    if session.get(PracticeClock, 1) is None:
        session.add(PracticeClock(id=1, now=morning_of(day)))


def next_practice_morning(session: Session) -> datetime:
    """Move practice to the next working morning, with an entry in each authority's trail. Raises ActRefused."""
    query = select(PracticeClock).with_for_update()
    clock: PracticeClock | None = session.execute(query).scalar_one_or_none()
    if clock is None:
        raise ActRefused("Hệ thống đang chạy thật, không phải diễn tập.")
    offices = session.execute(select(Authority).order_by(col(Authority.id))).scalars().all()
    calendar = stored_calendar(session, offices[0].id or 0)
    clock.now = morning_of(calendar.add(local_day(clock.now), 1))
    session.add(clock)
    for office in offices:
        act = Act(Action.PRACTICE_MOVED, office.code, {"now": local_time(clock.now)})
        record(session, office.id or 0, clock.now, [act])
    return clock.now
