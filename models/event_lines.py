"""Read-only answers about events: what each opened and moved, what may be recorded, who may answer for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit_actions import Action
from models.obligations import BEFORE, OPEN, stored_calendar
from models.record_tables import AuditEntry
from models.tables import Event, Obligation, Person, Plan, PlanTask
from models.views import KINDS, ObligationLine, line_of, unit_names, with_task
from rules.vietnamese import alphabetical

OTHER = "Khác"


@dataclass(frozen=True, slots=True)
class Caused:
    """An obligation an event opened; `late` when its day had passed before anybody could know of it."""

    line: ObligationLine
    moves: Sequence[Mapping[str, Any]]
    late: bool


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event as recorded, who answers for it, why it was withdrawn, and what it opened."""

    event: Event
    person: str
    reason: str
    caused: tuple[Caused, ...]

    @property
    def late(self) -> tuple[Caused, ...]:
        """What it opened too late."""
        return tuple(one for one in self.caused if one.late)


def event_lines(session: Session, events: Iterable[Event], day: date) -> list[EventLine]:
    """`events` in the order given, each with what it opened as it stands on `day`."""
    rows = list(events)
    caused, people, reasons = _caused(session, rows, day), _people(session), _reasons(session)
    return [EventLine(row, people.get(row.person_id or 0, ""), reasons.get(row.key, ""), caused.get(row.id or 0, ()))
            for row in rows]  # fmt: skip


def events_coded(session: Session, authority_id: int, code: str) -> Sequence[Event]:
    """The events `code` of one authority that hold, oldest first."""
    mine = select(Event).where(col(Event.authority_id) == authority_id, col(Event.code) == code)
    held = mine.where(col(Event.withdrawn).is_(False)).order_by(col(Event.day), col(Event.id))
    return session.execute(held).scalars().all()


def event_choices(session: Session) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every event that may be recorded, (code, name) by name, under the kind of task that first waits for it."""
    names: dict[str, str] = {}
    for known in session.execute(select(col(Plan.event_names)).order_by(col(Plan.id))).scalars():
        names |= known
    kinds = _kinds_waiting(session)
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, name in sorted(names.items(), key=lambda one: alphabetical(one[1])):
        groups.setdefault(KINDS.get(kinds.get(code, ""), OTHER), []).append((code, name))
    return [(group, groups[group]) for group in (*KINDS.values(), OTHER) if group in groups]


def people_choices(session: Session) -> list[tuple[str, str]]:
    """Everyone who may answer for an event: (code, name and title), by name."""
    people = session.execute(select(Person)).scalars()
    return sorted(((one.code, f"{one.name}, {one.title}") for one in people), key=lambda one: alphabetical(one[1]))


def _kinds_waiting(session: Session) -> dict[str, str]:
    """The kind of the first task that waits for each event."""
    kinds: dict[str, str] = {}
    for task in session.execute(select(PlanTask).order_by(col(PlanTask.id))).scalars():
        for entry in task.schedule:
            if entry["kind"] == "on_event":
                kinds.setdefault(entry["event"], task.kind)
    return kinds


def _caused(session: Session, events: Sequence[Event], day: date) -> dict[int, tuple[Caused, ...]]:
    names = unit_names(session)
    calendars = {number: stored_calendar(session, number) for number in {row.authority_id for row in events}}
    mine = with_task().where(col(Obligation.event_id).in_([row.id for row in events]))
    tracked = {plan.id: plan.tracked_from for plan in session.execute(select(Plan)).scalars()}
    days = {row.id: row.day for row in events}
    found: dict[int, tuple[Caused, ...]] = {}
    for row, task in session.execute(mine.order_by(col(Obligation.target), col(Obligation.code))):
        line = line_of(row, task, names, calendars[row.authority_id], day)
        late = _was_late(row, days[row.event_id] >= tracked[task.plan_id])
        found[row.event_id] = (*found.get(row.event_id, ()), Caused(line, row.moves, late))
    return found


def _was_late(row: Obligation, event_tracked: bool) -> bool:
    """Whether its last day had passed when it was opened or moved there, by an event that is tracked.

    What comes before such an event may fall before tracking began, and would go unseen.
    """
    known = date.fromisoformat(row.moves[-1]["on"]) if row.moves else row.opened_on
    return row.legal < known and (row.status == OPEN or (row.status == BEFORE and event_tracked))


def _people(session: Session) -> dict[int, str]:
    return {one.id or 0: one.name for one in session.execute(select(Person)).scalars()}


def _reasons(session: Session) -> dict[str, str]:
    """Why each withdrawn event was withdrawn, by its key."""
    query = select(AuditEntry).where(col(AuditEntry.action) == Action.EVENT_WITHDRAWN).order_by(col(AuditEntry.seq))
    said = (entry.detail for entry in session.execute(query).scalars())
    return {detail["key"]: detail["reason"] for detail in said if "key" in detail}
