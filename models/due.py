"""What has come due: the obligations whose next rung has come, as numbers or with the flow that tells each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.obligations import LADDER_TEXT, ladder_in, reminded_for, stored_calendars
from models.tables import Obligation, PlanTask, table_of
from rules.reminders import rungs_between
from rules.vietnamese import local_day
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Due:
    """An obligation whose next rung has come, and the plan task whose flow tells it."""

    id: int
    code: str
    authority_id: int
    slug: str
    period: str
    rungs: str


def due_numbers(session: Session, now: datetime, authority_id: int | None = None) -> Sequence[tuple[int, int]]:
    """The obligations whose next rung has come (of one authority, or all), oldest first: authority and number of each.

    Whether the day is a working day for it is not asked.
    """
    row = table_of(Obligation).c  # the plain table: no objects are asked for
    due = select(row.authority_id, row.id).where(row.next_wakeup_at <= now)
    if authority_id is not None:
        due = due.where(row.authority_id == authority_id)
    return session.execute(due.order_by(row.authority_id, row.next_wakeup_at, row.id)).tuples().all()


def due_obligations(
    session: Session, now: datetime, slug: str | None = None, authority_id: int | None = None
) -> list[Due]:
    """Every obligation (of one plan task, one authority, or all) whose next rung has come, oldest first.

    None on a day off.
    """
    query = _DUE.where(col(Obligation.next_wakeup_at) <= now)
    if slug:
        query = query.where(col(PlanTask.slug) == slug)
    if authority_id is not None:
        query = query.where(col(Obligation.authority_id) == authority_id)
    today, found = local_day(now), session.execute(query).all()
    calendars = stored_calendars(session, {row.authority_id for row in found})
    working = ((row, calendars[row.authority_id]) for row in found)
    return [_due(row, calendar, today) for row, calendar in working if calendar.is_working(today)]


_DUE: Any = (
    select(
        col(Obligation.id), col(Obligation.code), col(Obligation.authority_id), col(Obligation.title),
        col(Obligation.period_name), col(Obligation.unit), col(Obligation.agreed_on), col(Obligation.target),
        col(Obligation.last_offset), LADDER_TEXT, col(PlanTask.slug), col(PlanTask.title).label("task_title"),
    )
    .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
    .order_by(col(Obligation.next_wakeup_at), col(Obligation.id))
)  # fmt: skip


def _due(row: Any, calendar: WorkingCalendar, today: date) -> Due:
    rungs = rungs_between(ladder_in(row.ladder_text), reminded_for(row), calendar, row.last_offset, today)
    names = ", ".join(rung.name for rung in rungs)
    said = (row.title if row.title != row.task_title else "", row.period_name, row.unit)
    return Due(row.id, row.code, row.authority_id, row.slug, ", ".join(filter(None, said)), names)
