"""A calendar notice recorded: open obligations move, each with its cause; closed ones and sent letters never do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.calendar_file import NoticeKeys
from models.moves import Move, move_open
from models.obligations import DONE, OPEN, stored_calendar
from models.office_file import refuse
from models.plan_schema import CALENDAR_TASK
from models.tables import Authority, CalendarNotice, Obligation, PlanTask, key_of
from rules.vietnamese import dmy, local_day
from rules.working_days import WorkingCalendar


def record_notices(session: Session, authority: Authority, notices: Sequence[NoticeKeys], now: datetime) -> list[Move]:
    """Record notices not known yet and move what they move, in the caller's transaction.

    A known notice with other content is refused: it is changed by another notice, never rewritten.
    """
    fresh = [notice for notice in notices if _is_new(session, authority, notice)]
    if not fresh:
        return []
    for notice in fresh:
        content = notice.model_dump(mode="json", by_alias=True)
        row = CalendarNotice(authority_id=key_of(authority), number=notice.so, issued=notice.ngay, content=content)
        session.add(row)
        detail = {"number": notice.so, "issued": dmy(notice.ngay), "content": content}
        record(session, key_of(authority), now, [Act(Action.NOTICE_RECORDED, notice.so, detail)])
    session.flush()
    numbers = ", ".join(notice.so for notice in fresh)
    calendar = stored_calendar(session, key_of(authority))
    _settle_calendar_duty(session, authority, calendar, numbers, now)
    return move_open(session, authority, calendar, f"thông báo {numbers}", now)


def _is_new(session: Session, authority: Authority, notice: NoticeKeys) -> bool:
    key = {"authority_id": key_of(authority), "number": notice.so}
    known = session.execute(select(CalendarNotice).filter_by(**key)).scalar_one_or_none()
    if known and known.content != notice.model_dump(mode="json", by_alias=True):
        text = "đã ghi trước đây với nội dung khác; giữ nguyên thông báo cũ và ghi thay đổi thành thông báo mới."
        refuse([notice.fault((), text)])
    return known is None


def _settle_calendar_duty(
    session: Session, authority: Authority, calendar: WorkingCalendar, cause: str, now: datetime
) -> None:
    """The duty to record next year's notice is done once a notice announces that year."""
    query = (
        select(Obligation)
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .where(col(Obligation.authority_id) == authority.id, col(Obligation.status) == OPEN)
        .where(col(PlanTask.code) == CALENDAR_TASK)
    )
    for row in session.execute(query).scalars().all():
        if calendar.known_through.year > row.legal.year:
            row.status, row.done_on, row.closed_at, row.next_wakeup_at = DONE, local_day(now), now, None
            row.evidence = {"day": local_day(now).isoformat(), "document": cause}
            detail = {"by": "dunghan", "done_on": dmy(local_day(now)), "document": cause}
            record(session, row.authority_id, now, [Act(Action.REPORTED_DONE, row.code, detail)])
    session.flush()
