"""Read-only answers for the pages of periodic reports: how each stands, who handed in figures, what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.family_tables import Report
from models.hindsight import bound_of
from models.obligations import BEFORE, DONE, OPEN, WITHDRAWN, stored_calendar
from models.planned import is_report
from models.report_facts import facts_at
from models.reports import reports_of
from models.tables import Obligation, Plan, PlanTask, Unit, key_of
from models.views import ObligationLine, calendars_of, line_of, unit_names, with_task
from rules.occurrences import KEEP
from rules.vietnamese import fold, local_day
from rules.working_days import WorkingCalendar

REPORT_STATES = {
    "thu-thap": "Thu thập số liệu",
    "cho-chot": "Chờ chốt số liệu",
    "da-chot": "Đã chốt số liệu",
    "da-nop": "Đã nộp",
    "duoc-nhan": "Được nhận",
    "bi-tra-lai": "Bị trả lại",
    "da-bao": "Đã báo hoàn thành",
    "truoc-theo-doi": "Trước khi theo dõi",
    "khong-con-ap-dung": "Không còn áp dụng",
}
ACCEPTED, RETURNED = "duoc-nhan", "bi-tra-lai"
Names = dict[tuple[int, str], str]
Owed = tuple[Obligation, PlanTask]  # what a unit owes a report


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit owes a report, and whether it came too late for the figures."""

    line: ObligationLine
    done_on: date | None
    after_closing: bool


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One periodic report as it stands at a moment."""

    line: ObligationLine
    receiver: str
    start: date
    cut_off: date
    state: str  # a key of REPORT_STATES
    parts: tuple[Part, ...]
    report: Report | None  # what was frozen of it

    @property
    def handed_in(self) -> int:
        """How many units have handed in their figures."""
        return sum(part.done_on is not None for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every report of a list is read with."""

    names: Names
    calendars: dict[int, WorkingCalendar]
    now: datetime

    def line(self, row: Obligation, task: PlanTask) -> ObligationLine:
        """An obligation as it stands."""
        return line_of(row, task, self.names, self.calendars[row.authority_id], local_day(self.now))


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One periodic report with its figures: the frozen ones, or those known at the moment asked."""

    summary: ReportLine
    facts: dict[str, Any]
    document: str  # what was written down when its obligation was closed

    @property
    def final(self) -> bool:
        """Whether nothing recorded from now on can change the figures."""
        return bool(self.facts["frozen"])


def list_reports(session: Session, now: datetime) -> list[ReportLine]:
    """Every periodic report as it stands at `now`, nearest first."""
    desk = _Desk(unit_names(session), calendars_of(session), now)
    reports = list(reports_of(session))
    parts, years = _parts_by_whole(session, [row.id for row, _, _ in reports]), _years(session)
    return [
        _summary(desk, row, task, report, years[task.plan_id], parts.get(key_of(row), ()))
        for row, task, report in reports
    ]


def find_report(session: Session, code: str, now: datetime) -> ReportPage | None:
    """Report `code` with its figures at `now`; None when `code` is no periodic report."""
    found = session.execute(with_task().where(col(Obligation.code) == code)).first()
    if found is None or not is_report(*found):
        return None
    row, task = found
    report = session.get(Report, row.id)
    desk = _Desk(unit_names(session), calendars_of(session), now)
    parts = _parts_by_whole(session, [row.id]).get(key_of(row), ())
    summary = _summary(desk, row, task, report, _years(session)[task.plan_id], parts)
    said = row.evidence or {}
    return ReportPage(summary, _figures(session, row, task, report, now), said.get("document", ""))


def _figures(session: Session, row: Obligation, task: PlanTask, report: Report | None, now: datetime) -> dict[str, Any]:
    return report.facts if report else facts_at(session, row, task, now)


def _summary(
    desk: _Desk, row: Obligation, task: PlanTask, report: Report | None, year: int, parts: Sequence[Owed]
) -> ReportLine:
    return ReportLine(
        line=desk.line(row, task),
        receiver=task.family.get("receiver", ""),
        start=row.starts_on or date(year, 1, 1),
        cut_off=row.cut_off or row.legal,
        state=_state(row, report, desk.now),
        parts=tuple(_part(desk, part, its, bound_of(row)) for part, its in parts),
        report=report,
    )


def _state(row: Obligation, report: Report | None, now: datetime) -> str:
    verdict = report.verdicts[-1]["verdict"] if report and report.verdicts else ""
    if row.status in (BEFORE, WITHDRAWN):
        return row.status
    if row.status == DONE:
        submitted = "duoc-nhan" if verdict == ACCEPTED else "da-nop"
        return submitted if report and report.submission else "da-bao"
    if verdict == RETURNED:
        return "bi-tra-lai"
    if report:
        return "da-chot"
    return "cho-chot" if now >= bound_of(row) else "thu-thap"


def _part(desk: _Desk, row: Obligation, task: PlanTask, bound: datetime) -> Part:
    late = row.closed_at is not None and row.closed_at >= bound
    return Part(desk.line(row, task), row.done_on, late)


def _parts_by_whole(session: Session, wholes: Sequence[int | None]) -> dict[int, list[Owed]]:
    """What units owe each of these reports, by the report's key."""
    mine = with_task().where(col(Obligation.whole_id).in_(wholes), col(Obligation.status) != WITHDRAWN)
    found: dict[int, list[Owed]] = {}
    for row, task in session.execute(mine.order_by(col(Obligation.code))):
        found.setdefault(row.whole_id, []).append((row, task))
    return found


def _years(session: Session) -> dict[int, int]:
    """Which year each plan is of, by its key."""
    return {row[0]: row[1] for row in session.execute(select(col(Plan.id), col(Plan.year)))}


@dataclass(frozen=True, slots=True)
class OverdueUnit:
    """Terms one unit has let pass, of one plan; a body that is no subordinate is told, never urged."""

    code: str
    name: str
    plan: str  # code of the plan
    subordinate: bool
    lines: tuple[ObligationLine, ...]


def overdue_units(session: Session, day: date) -> list[OverdueUnit]:
    """The units that owe overdue terms on `day`, by plan and name; internal checkpoints are no terms."""
    query = (
        with_task()
        .add_columns(Plan)
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .where(col(Obligation.status) == OPEN, col(Obligation.internal).is_(False), col(Obligation.legal) < day)
        .where(col(Obligation.nature) != KEEP)
        .order_by(col(Obligation.legal), col(Obligation.code))
    )
    names = unit_names(session)
    owed: dict[tuple[str, int, str], list[ObligationLine]] = {}
    for row, task, plan in session.execute(query):
        line = line_of(row, task, names, stored_calendar(session, row.authority_id), day)
        owed.setdefault((plan.code, row.authority_id, line.lead_code), []).append(line)
    inside = _subordinates(session)
    units = [
        OverdueUnit(unit, lines[0].lead, plan, (authority, unit) in inside, tuple(lines))
        for (plan, authority, unit), lines in owed.items()
    ]
    return sorted(units, key=lambda unit: (unit.plan, fold(unit.name)))


def _subordinates(session: Session) -> set[tuple[int, str]]:
    mine = select(col(Unit.authority_id), col(Unit.code)).where(col(Unit.relation) == "noi-bo")
    return {(authority, code) for authority, code in session.execute(mine)}
