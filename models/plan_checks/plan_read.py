"""A plan as its checks see it: the document, where its parts stand in the file, what falls due in the year asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.office_file import Source
from models.people_file import PeopleDocument
from models.plan_checks.context import Context
from models.plan_checks.findings import Level, PlanFinding
from models.plan_checks.passages import line_in
from models.plan_schema import PlanDocument, TaskKeys
from rules.occurrences import Fact, Occurrence, Skipped, occurrences
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class PlanRead:
    """A plan, the year it is checked for, and by task code every occurrence of that year."""

    document: PlanDocument
    calendar: WorkingCalendar
    year: int
    due: Mapping[str, tuple[Occurrence, ...]]
    people: PeopleDocument | None = None
    source: Source | None = None

    @property
    def context(self) -> Context:
        """What its words are checked against."""
        return Context.of_plan(self.document.ke_hoach)

    @property
    def tasks(self) -> Iterator[tuple[int, TaskKeys]]:
        """Each plan task with its place in the file."""
        return enumerate(self.document.nhiem_vu)

    def at(
        self, place: int, field: str, level: Level, why: str, repair: str = "", found: str = "", *marks: str
    ) -> PlanFinding:
        """A finding about one plan task."""
        code, line = self.document.nhiem_vu[place].ma, line_in(self.source, ("nhiem-vu", place, field))
        return PlanFinding(level, "", code, field, line, found, why, repair, marks=marks)

    def whole(self, level: Level, why: str, repair: str = "", found: str = "", *marks: str) -> PlanFinding:
        """A finding about the whole plan."""
        return PlanFinding(level, "", "", "", None, found, why, repair, marks=marks)


def plan_to_check(
    document: PlanDocument,
    calendar: WorkingCalendar,
    year: int | None = None,
    people: PeopleDocument | None = None,
    source: Source | None = None,
) -> PlanRead:
    """`document` ready to be checked, for its own year unless another is asked. Raises CalendarNotKnown."""
    chosen = year or document.ke_hoach.nam
    due = {task.ma: tuple(_due(task, document, calendar, chosen)) for task in document.nhiem_vu}
    return PlanRead(document, calendar, chosen, due, people, source)


def occurrences_of(
    task: TaskKeys, document: PlanDocument, calendar: WorkingCalendar, year: int
) -> Iterator[Occurrence | Skipped]:
    """What the task gives in `year`, of the events the plan itself dates."""
    events = {event.ma: [Fact.on(event.ma, event.ngay)] for event in document.su_kien if event.ngay}
    for entry in task.thoi_han:
        yield from occurrences(entry.when(), calendar, [year], events)


def _due(task: TaskKeys, document: PlanDocument, calendar: WorkingCalendar, year: int) -> Iterator[Occurrence]:
    found = occurrences_of(task, document, calendar, year)
    return (occurrence for occurrence in found if isinstance(occurrence, Occurrence))
