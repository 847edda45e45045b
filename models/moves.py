"""Open obligations brought to a new calendar or a corrected event: each move with its cause; closed ones never move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.family_tables import Posting
from models.obligations import BEFORE, OPEN, WITHDRAWN, ladder_json, ladder_of, next_wakeup, reminded_for
from models.outbox import tell_of_move
from models.people import Roster, roster_on
from models.planned import Known, is_before_tracking, known_of, ladder_for, planned, receipt_json
from models.tables import Authority, Event, Obligation, Plan, PlanTask, key_of
from rules.deadlines import extend
from rules.occurrences import KEEP, Occurrence, Skipped
from rules.vietnamese import dmy, local_day
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Move:
    """What a notice or a corrected event does to one open obligation."""

    code: str
    title: str
    before: tuple[date, date, bool]  # target, legal, provisional
    after: tuple[date, date, bool] | None  # None: withdrawn
    reason: str

    @property
    def dates_change(self) -> bool:
        """Whether the day itself moves; otherwise only its receipt, rungs or certainty do."""
        return self.after is None or self.before[:2] != self.after[:2]


def move_open(
    session: Session,
    authority: Authority,
    calendar: WorkingCalendar,
    cause: str,
    now: datetime,
    event: Event | None = None,
) -> list[Move]:
    """Bring every open obligation, or those of one event, to `calendar` and to the events as they now hold.

    What an event's wrong day had put before tracking began is opened when its true day is tracked.

    `cause` is what moved them, in words («thông báo 2450/VPCP-KGVX»); a rung already told stays told.
    """
    change = _Change(session, calendar, roster_on(session, authority, local_day(now)), cause, now)
    known = known_of(session, key_of(authority))
    found: dict[int, Mapping[str, Occurrence | Skipped]] = {}
    moves = []
    for row, task, plan in session.execute(_open_rows(authority, event)).all():
        if task.id not in found:
            found[task.id] = _occurrences(task, plan, calendar, known)
        occurrence = found[task.id].get(row.period_key)
        if row.status == BEFORE and not _is_tracked(occurrence, plan):
            continue
        row.status = OPEN
        if occurrence and (move := _move(change, row, task, occurrence)):
            moves.append(move)
    return moves


def withdraw_open(
    session: Session, authority: Authority, calendar: WorkingCalendar, event: Event, reason: str, now: datetime
) -> list[Move]:
    """Withdraw every open obligation of `event`, with the reason."""
    cause = f"việc rút sự kiện «{event.name}» ngày {dmy(event.day)}"
    change = _Change(session, calendar, roster_on(session, authority, local_day(now)), cause, now)
    gone = Skipped(event.key, reason)
    rows = session.execute(_open_rows(authority, event)).all()
    return [move for row, task, _ in rows if (move := _move(change, row, task, gone))]


def _open_rows(authority: Authority, event: Event | None) -> Any:
    query = (
        select(Obligation, PlanTask, Plan)
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .where(col(Obligation.authority_id) == authority.id)
        .order_by(col(Obligation.target), col(Obligation.code))
        .with_for_update(of=Obligation)
    )
    if event is None:
        return query.where(col(Obligation.status) == OPEN)
    return query.where(col(Obligation.event_id) == event.id, col(Obligation.status).in_((OPEN, BEFORE)))


def _is_tracked(occurrence: Occurrence | Skipped | None, plan: Plan) -> bool:
    """Whether what fell due before tracking began, as its event was first told, is tracked on its true day."""
    return isinstance(occurrence, Occurrence) and not is_before_tracking(occurrence, plan)


def _occurrences(
    task: PlanTask, plan: Plan, calendar: WorkingCalendar, known: Known
) -> Mapping[str, Occurrence | Skipped]:
    items = planned(task, calendar, plan.year, known)
    plain = [item if isinstance(item, Skipped) else item.occurrence for item in items]
    return {item.key: item for item in plain}


def occurrence_of(
    session: Session, task: PlanTask, plan: Plan, calendar: WorkingCalendar, key: str
) -> Occurrence | Skipped | None:
    """What `task` promises under `key` as things now hold."""
    return _occurrences(task, plan, calendar, known_of(session, plan.authority_id)).get(key)


@dataclass(frozen=True, slots=True)
class _Change:
    """What moves obligations: the calendar now, who is there to be told, and the cause."""

    session: Session
    calendar: WorkingCalendar
    roster: Roster
    cause: str
    now: datetime


def _move(change: _Change, row: Obligation, task: PlanTask, occurrence: Occurrence | Skipped) -> Move | None:
    """Bring one open obligation to what holds now; None when nothing about it changes."""
    before = (row.target, row.legal, row.provisional)
    if isinstance(occurrence, Skipped):
        row.status, row.next_wakeup_at, row.closed_at = WITHDRAWN, None, change.now
        move = Move(row.code, row.title, before, None, occurrence.reason)
    else:
        occurrence = extended(row, occurrence, change.calendar)
        if not redate(row, task, occurrence, change.calendar):
            return None
        reason = " ".join(occurrence.deadline.receipt.because)
        move = Move(row.code, row.title, before, (row.target, row.legal, row.provisional), reason)
    if row.nature == KEEP:
        kept = update(Posting).where(col(Posting.keep_id) == row.id)
        change.session.execute(kept.values(keep_until=row.legal))
    row.calendar_version = change.calendar.version
    change.session.add(row)
    record(change.session, row.authority_id, change.now, [_act(move, change.cause)])
    if move.dates_change:
        row.moves = [*row.moves, moved(move, change.cause, change.roster.day)]
        tell_of_move(change.session, row, task, change.roster, change.cause)
    change.session.flush()
    return move


def extended(row: Obligation, occurrence: Occurrence, calendar: WorkingCalendar) -> Occurrence:
    """`occurrence` with the extension granted to `row`, counted from the nominal day."""
    if not row.extended_days:
        return occurrence
    longer = extend(occurrence.deadline, row.extended_days, calendar)
    first = occurrence.deadline.receipt
    said = f"Được gia hạn {row.extended_days} ngày, tính từ ngày cuối ban đầu {dmy(occurrence.deadline.nominal)}."
    receipt = replace(
        longer.receipt,
        because=(*first.because, said, *longer.receipt.because),
        basis=(*first.basis, *(ground for ground in longer.receipt.basis if ground not in first.basis)),
    )
    return replace(occurrence, deadline=replace(longer, receipt=receipt))


def redate(row: Obligation, task: PlanTask, occurrence: Occurrence, calendar: WorkingCalendar) -> bool:
    """Give the row its new days, receipt and rungs; whether anything differs. Rungs already told stay told."""
    deadline = occurrence.deadline
    if row.agreed_on and row.agreed_on <= deadline.target:
        row.agreed_on = None  # the day itself now lies later than what was agreed
    ladder = ladder_for(task, occurrence, calendar, row.agreed_on)
    receipt = receipt_json(task, occurrence)
    same_days = (deadline.nominal, deadline.legal, deadline.target) == (row.nominal, row.legal, row.target)
    if same_days and receipt == row.receipt and ladder == ladder_of(row):
        return False
    row.nominal, row.legal, row.target = deadline.nominal, deadline.legal, deadline.target
    row.provisional, row.receipt, row.ladder = deadline.provisional, receipt, ladder_json(ladder)
    row.period_name = occurrence.name
    row.next_wakeup_at = next_wakeup(ladder, reminded_for(row), calendar, row.last_offset)
    return True


def tell_anew(row: Obligation, calendar: WorkingCalendar, today: date) -> None:
    """More time was given: the rungs that lie ahead of `today` are told once more, around the later day."""
    ladder = ladder_of(row)
    passed = [rung.offset for rung in ladder.rungs if rung.on < today]
    row.rounds, row.last_offset = row.rounds + 1, max(passed, default=None)
    row.next_wakeup_at = next_wakeup(ladder, reminded_for(row), calendar, row.last_offset)


def moved(move: Move, cause: str, on: date) -> dict[str, Any]:
    """A move as its obligation remembers it."""
    target, legal = (move.after[0].isoformat(), move.after[1].isoformat()) if move.after else (None, None)
    days = {"from": move.before[0].isoformat(), "to": target}
    return {**days, "legal_from": move.before[1].isoformat(), "legal_to": legal, "cause": cause, "on": on.isoformat()}


def _act(move: Move, cause: str) -> Act:
    facts = {"title": move.title, "cause": cause, "reason": move.reason, "from": dmy(move.before[0])}
    if move.after is None:
        return Act(Action.OBLIGATION_WITHDRAWN, move.code, facts)
    action = Action.OBLIGATION_MOVED if move.dates_change else Action.OBLIGATION_CONFIRMED
    legal = {"legal_from": dmy(move.before[1]), "legal_to": dmy(move.after[1]), "provisional": move.after[2]}
    return Act(action, move.code, {**facts, **legal, "to": dmy(move.after[0])})
