"""Dialogues: a meeting put on the calendar with everything it asks for, and the promises made there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused, locked
from models.event_lines import events_coded
from models.events import Happening, record_event
from models.obligations import OPEN
from models.tables import Event, Obligation, Plan, PlanTask
from rules.occurrences import ON_ITS_DAY
from rules.vietnamese import dmy, fold


@dataclass(frozen=True, slots=True)
class EventName:
    """An event tasks wait for, as the plan names it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as somebody wrote it down: what, until when, who answers for it, and the document that says so."""

    words: str
    due: date
    person: str  # code
    document: str


def scheduling_of(session: Session, code: str) -> EventName | None:
    """The event whose holding makes up the count of obligation `code`; None when it is no such count."""
    row = _row(session, code)
    return _named(session, row, row.counted_by) if row and row.counted_by else None


def promise_event_of(session: Session, code: str) -> EventName | None:
    """The event that is a promise made where obligation `code` was held; None when it is no meeting."""
    row = _row(session, code)
    if row is None or row.nature != ON_ITS_DAY or row.event_id is None:
        return None
    entries = session.get_one(PlanTask, row.plan_task_id).schedule
    promised = next((entry["event"] for entry in entries if _is_stated(entry)), None)
    return _named(session, row, promised) if promised else None


def events_like(session: Session, code: str, event: EventName) -> Sequence[Event]:
    """The events of that name that hold, in the office of obligation `code`, oldest first."""
    row = _row(session, code)
    return events_coded(session, row.authority_id, event.code) if row else ()


def schedule_meeting(session: Session, code: str, day: date, document: str, now: datetime, by: str) -> list[Obligation]:
    """Put a meeting that count `code` needs on `day`: opens everything it asks for. Raises ActRefused."""
    row, _ = locked(session, code)
    event = scheduling_of(session, code)
    if event is None or row.status != OPEN:
        raise ActRefused("Việc này không chờ lên lịch lần tổ chức nào.")
    if any(known.day == day for known in events_like(session, code, event)):
        raise ActRefused(f"«{event.name}» ngày {dmy(day)} đã ghi rồi.")
    return record_event(session, Happening(event.code, day, document), now, by)


def record_promise(session: Session, code: str, made: Promise, now: datetime, by: str) -> list[Obligation]:
    """Write down a promise made at meeting `code`: it becomes an obligation of its own. Raises ActRefused."""
    row, _ = locked(session, code)
    event = promise_event_of(session, code)
    held = session.get(Event, row.event_id) if row.event_id else None
    if event is None or held is None:
        raise ActRefused("Việc này không phải một buổi đối thoại nên không ghi lời hứa được.")
    known = events_like(session, code, event)
    if any(one.day == held.day and fold(one.words) == fold(made.words) for one in known):
        raise ActRefused("Lời hứa này đã ghi rồi.")
    case = f"số {_count(session, event.code) + 1}"
    said = Happening(event.code, held.day, made.document, case, made.words, made.due, made.person)
    return record_event(session, said, now, by)


def _row(session: Session, code: str) -> Obligation | None:
    found: Obligation | None = session.execute(
        select(Obligation).where(col(Obligation.code) == code)
    ).scalar_one_or_none()
    return found


def _named(session: Session, row: Obligation, event: str) -> EventName | None:
    plan = session.get_one(Plan, session.get_one(PlanTask, row.plan_task_id).plan_id)
    return EventName(event, plan.event_names[event]) if event in plan.event_names else None


def _is_stated(entry: Mapping[str, object]) -> bool:
    """Whether a schedule waits for a document that names its own day."""
    return entry["kind"] == "on_event" and entry.get("due") == {"kind": "stated"}


def _count(session: Session, event: str) -> int:
    """How many events of that name were ever recorded, those withdrawn too: their keys stay taken."""
    return len(session.execute(select(col(Event.id)).where(col(Event.code) == event)).all())
