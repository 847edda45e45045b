"""What a draft's tasks would promise once loaded: each date with its receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from models.draft_tables import PlanDraft
from models.loading import calendar_duty, task_values
from models.obligations import stored_calendar
from models.plan_schema import CALENDAR_TASK, TaskKeys
from models.planned import Known, Planned, known_of, planned, receipt_json
from models.tables import PlanTask
from rules.law.terms import NoDeadlineInLaw, NoTermInForce
from rules.occurrences import Fact, Skipped
from rules.rule_json import RuleError, parse_day
from rules.working_days import CalendarNotKnown, WorkingCalendar

_TASK: TypeAdapter[TaskKeys] = TypeAdapter(TaskKeys)
_NOT_COUNTED = (CalendarNotKnown, NoTermInForce, NoDeadlineInLaw, OverflowError)


@dataclass(frozen=True, slots=True)
class Promise:
    """One date a task would be held to, with the receipt its obligation will carry."""

    planned: Planned
    because: Sequence[str]


@dataclass(frozen=True, slots=True)
class Promised:
    """Everything a task would promise in the plan's year; periods without a working day are told apart."""

    promises: Sequence[Promise] = ()
    skipped: Sequence[Skipped] = ()
    not_counted: str = ""  # why nothing could be counted


@dataclass(frozen=True, slots=True)
class Ground:
    """What dates of a draft depend on: its code and year, the calendar, what has happened already."""

    plan: str
    year: int
    calendar: WorkingCalendar
    known: Known


def ground_of(session: Session, draft: PlanDraft) -> Ground | None:
    """What the dates of `draft` are counted on; None while its year is not known."""
    keys = draft.head.get("ke-hoach", {})
    if not isinstance(year := keys.get("nam"), int):
        return None
    known = known_of(session, draft.authority_id)
    facts = _with_events(known.facts, draft.head.get("su-kien", ()))
    calendar = stored_calendar(session, draft.authority_id)
    return Ground(draft.code, year, calendar, Known(facts, known.events, {}))


def _with_events(known: Mapping[str, Sequence[Fact]], events: Iterable[Mapping[str, Any]]) -> dict[str, Sequence[Fact]]:
    """What is recorded, and what the draft itself says happened."""
    facts = {code: list(found) for code, found in known.items()}
    for event in events:
        if (day := _day(event.get("ngay"))) is None:
            continue
        mine = facts.setdefault(str(event["ma"]), [])
        if day not in {fact.day for fact in mine}:
            mine.append(Fact.on(str(event["ma"]), day))
    return {code: tuple(found) for code, found in facts.items()}


def _day(value: object) -> Any:
    try:
        return parse_day(value)
    except RuleError:
        return None


def promised(keys: Mapping[str, Any], ground: Ground) -> Promised | None:
    """What the task with these `keys` would promise; None when the keys are not a task's."""
    try:
        task = _TASK.validate_python(dict(keys))
    except ValidationError:
        return None
    return _by(PlanTask(plan_id=0, code=task.ma, **task_values(ground.plan, task)), ground)


def next_calendar(ground: Ground) -> Promised:
    """What the office's own duty to record next year's days off would promise; nothing when they are recorded."""
    if ground.calendar.known_through.year > ground.year:
        return Promised()
    return _by(PlanTask(plan_id=0, code=CALENDAR_TASK, **calendar_duty(ground.plan, ground.year)), ground)


def _by(row: PlanTask, ground: Ground) -> Promised:
    """What a task that is not stored would promise."""
    try:
        found = list(planned(row, ground.calendar, ground.year, ground.known))
    except _NOT_COUNTED as error:
        return Promised(not_counted=str(error))
    dated = [one for one in found if isinstance(one, Planned)]
    promises = [Promise(one, receipt_json(row, one.occurrence)["because"]) for one in dated]
    return Promised(promises, [one for one in found if isinstance(one, Skipped)])
