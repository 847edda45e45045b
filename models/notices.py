"""A calendar notice recorded: open obligations move, each with its cause; closed ones and sent letters never do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import Act, Action, record
from models.calendar_file import NoticeKeys
from models.obligations import (
    DONE,
    OPEN,
    WITHDRAWN,
    ladder_for,
    ladder_json,
    ladder_of,
    next_wakeup,
    occurrences_of,
    receipt_json,
    stored_calendar,
)
from models.office_file import refuse
from models.outbox import tell_of_move
from models.people import Roster, roster_on
from models.plan_schema import CALENDAR_TASK
from models.tables import Authority, CalendarNotice, Obligation, Plan, PlanTask, key_of
from rules.occurrences import Occurrence, Skipped
from rules.vietnamese import dmy, local_day
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Move:
    """What a notice does to one open obligation."""

    code: str
    title: str
    before: tuple[date, date, bool]  # target, legal, provisional
    after: tuple[date, date, bool] | None  # None: withdrawn
    reason: str

    @property
    def dates_change(self) -> bool:
        """Whether the day itself moves; otherwise only its receipt, rungs or certainty do."""
        return self.after is None or self.before[:2] != self.after[:2]


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
    cause = ", ".join(notice.so for notice in fresh)
    calendar = stored_calendar(session, key_of(authority))
    _settle_calendar_duty(session, authority, calendar, cause, now)
    return _move_all(session, authority, calendar, cause, now)


def _is_new(session: Session, authority: Authority, notice: NoticeKeys) -> bool:
    key = {"authority_id": key_of(authority), "number": notice.so}
    known = session.execute(select(CalendarNotice).filter_by(**key)).scalar_one_or_none()
    if known and known.content != notice.model_dump(mode="json", by_alias=True):
        text = "đã ghi trước đây với nội dung khác; giữ nguyên thông báo cũ và ghi thay đổi thành thông báo mới."
        refuse([notice.fault((), text)])
    return known is None


def _move_all(
    session: Session, authority: Authority, calendar: WorkingCalendar, cause: str, now: datetime
) -> list[Move]:
    query = (
        select(Obligation, PlanTask, Plan)
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .where(col(Obligation.authority_id) == authority.id, col(Obligation.status) == OPEN)
        .order_by(col(Obligation.target), col(Obligation.code))
        .with_for_update(of=Obligation)
    )
    change = _Change(session, calendar, roster_on(session, authority, local_day(now)), cause, now)
    found: dict[int, dict[str, Occurrence | Skipped]] = {}
    moves = []
    for row, task, plan in session.execute(query).all():
        if task.id not in found:
            found[task.id] = {o.key: o for o in occurrences_of(session, plan, task, calendar)}
        occurrence = found[task.id].get(row.period_key)
        if occurrence and (move := _move(change, row, task, occurrence)):
            moves.append(move)
    return moves


@dataclass(frozen=True, slots=True)
class _Change:
    """What moves obligations: the calendar the notices make, who is there to be told, and the cause."""

    session: Session
    calendar: WorkingCalendar
    roster: Roster
    cause: str
    now: datetime


def _move(change: _Change, row: Obligation, task: PlanTask, occurrence: Occurrence | Skipped) -> Move | None:
    """Bring one open obligation to the new calendar; None when nothing about it changes."""
    before = (row.target, row.legal, row.provisional)
    if isinstance(occurrence, Skipped):
        row.status, row.next_wakeup_at = WITHDRAWN, None
        move = Move(row.code, task.title, before, None, occurrence.reason)
    else:
        if not _redate(row, task, occurrence, change.calendar):
            return None
        reason = " ".join(occurrence.deadline.receipt.because)
        move = Move(row.code, task.title, before, (row.target, row.legal, row.provisional), reason)
    row.calendar_version = change.calendar.version
    change.session.add(row)
    record(change.session, row.authority_id, change.now, [_act(move, change.cause)])
    if move.dates_change:
        row.moves = [*row.moves, _moved(move, change.cause, change.roster.day)]
        tell_of_move(change.session, row, task, change.roster, change.cause)
    change.session.flush()
    return move


def _redate(row: Obligation, task: PlanTask, occurrence: Occurrence, calendar: WorkingCalendar) -> bool:
    """Give the row its new days, receipt and rungs; whether anything differs. Rungs already told stay told."""
    deadline = occurrence.deadline
    ladder = ladder_for(task, occurrence, calendar)
    receipt = receipt_json(task, occurrence)
    same_days = (deadline.nominal, deadline.legal, deadline.target) == (row.nominal, row.legal, row.target)
    if same_days and receipt == row.receipt and ladder == ladder_of(row):
        return False
    row.nominal, row.legal, row.target = deadline.nominal, deadline.legal, deadline.target
    row.provisional, row.receipt, row.ladder = deadline.provisional, receipt, ladder_json(ladder)
    row.next_wakeup_at = next_wakeup(ladder, deadline.target, calendar, row.last_offset)
    return True


def _moved(move: Move, cause: str, on: date) -> dict[str, Any]:
    target = move.after[0].isoformat() if move.after else None
    return {"from": move.before[0].isoformat(), "to": target, "notice": cause, "on": on.isoformat()}


def _act(move: Move, cause: str) -> Act:
    facts = {"title": move.title, "notice": cause, "reason": move.reason, "from": dmy(move.before[0])}
    if move.after is None:
        return Act(Action.OBLIGATION_WITHDRAWN, move.code, facts)
    action = Action.OBLIGATION_MOVED if move.dates_change else Action.OBLIGATION_CONFIRMED
    legal = {"legal_from": dmy(move.before[1]), "legal_to": dmy(move.after[1]), "provisional": move.after[2]}
    return Act(action, move.code, {**facts, **legal, "to": dmy(move.after[0])})


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
            row.status, row.done_on, row.next_wakeup_at = DONE, local_day(now), None
            row.evidence = {"day": local_day(now).isoformat(), "document": cause}
            detail = {"by": "dunghan", "done_on": dmy(local_day(now)), "document": cause}
            record(session, row.authority_id, now, [Act(Action.REPORTED_DONE, row.code, detail)])
    session.flush()
