"""Read-only answers about what ran: each plan task's flow and its history, one run, the runs about an obligation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel, col

from models.audit_actions import Action
from models.obligation_page import TrailLine, names_of, trail_line
from models.record_tables import AuditEntry
from models.run_tables import FlowRun
from models.tables import Obligation, Plan, PlanTask, key_of

A_PAGE = 50
BROKEN = ("FAILED", "CRASHED")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LATE = timedelta(minutes=1)  # a worker looks every two seconds and needs some more to begin


@dataclass(frozen=True, slots=True)
class Told:
    """The rungs of one obligation that a run told."""

    code: str
    title: str
    period: str
    rungs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list, and what it told."""

    run: FlowRun
    told: tuple[Told, ...] = ()

    @property
    def waited(self) -> timedelta | None:
        """How long after its expected moment it began; None when it has not."""
        began = self.run.started_at
        return max(began - self.run.expected_at, timedelta()) if began else None

    @property
    def late(self) -> bool:
        """Whether it began late enough to say so."""
        return self.waited is not None and self.waited >= LATE

    @property
    def took(self) -> timedelta | None:
        """How long it ran; None while it runs, or when it never began."""
        began, ended = self.run.started_at, self.run.ended_at
        return ended - began if began and ended else None


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One plan task's flow: how often it ran and failed, and its newest run."""

    task: PlanTask
    plan: str
    runs: int
    broken: int
    last: RunLine | None


@dataclass(frozen=True, slots=True)
class RunEntry:
    """An entry of the trail that a run made; `code` when it is about an obligation."""

    line: TrailLine
    code: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run: whose it is, who called it, a page of what it called and of what it wrote down."""

    line: RunLine
    task: PlanTask | None
    parent: FlowRun | None
    called: list[RunLine]
    entries: list[RunEntry]
    most: int  # of the two lists, how long the longer one is


def flow_lines(session: Session, page: int) -> tuple[list[FlowLine], int]:
    """The flows of a page, what ran last first, and how many there are."""
    runs = (
        select(
            col(FlowRun.plan_task_id).label("task"), func.count().label("runs"),
            func.count().filter(col(FlowRun.state_type).in_(BROKEN)).label("broken"),
            func.max(col(FlowRun.expected_at)).label("newest"),
        ).group_by(col(FlowRun.plan_task_id)).subquery()
    )  # fmt: skip
    query = (
        select(PlanTask, col(Plan.code), runs.c.runs, runs.c.broken, _newest_of_task())
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .join(runs, runs.c.task == col(PlanTask.id), isouter=True)
        .order_by(runs.c.newest.desc().nulls_last(), col(PlanTask.id))
    )
    found = session.execute(sliced(query, page)).all()
    last = {line.run.id: line for line in _lines(session, col(FlowRun.id).in_([row[4] for row in found if row[4]]))}
    lines = [FlowLine(task, plan, runs or 0, broken or 0, last.get(run)) for task, plan, runs, broken, run in found]
    return lines, _count(session, PlanTask)


def _newest_of_task() -> Any:
    mine = select(col(FlowRun.id)).where(col(FlowRun.plan_task_id) == col(PlanTask.id)).correlate(PlanTask)
    return mine.order_by(col(FlowRun.expected_at).desc()).limit(1).scalar_subquery()


def find_task(session: Session, slug: str) -> tuple[PlanTask, Plan] | None:
    """The plan task with this slug, and its plan."""
    query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id))
    found = session.execute(query.where(col(PlanTask.slug) == slug)).first()
    return (found[0], found[1]) if found else None


def runs_of_task(session: Session, task: PlanTask, page: int) -> tuple[list[RunLine], int]:
    """A page of a plan task's runs, newest first, and how many there are."""
    mine = col(FlowRun.plan_task_id) == key_of(task)
    return _lines(session, mine, page), _count(session, FlowRun, mine)


def find_run(session: Session, number: UUID, page: int) -> RunPage | None:
    """One run, with a page of what it called and recorded."""
    run = session.get(FlowRun, number)
    if run is None:
        return None
    called, recorded = col(FlowRun.parent_id) == number, col(AuditEntry.flow_run) == str(number)
    return RunPage(
        line=_lines(session, col(FlowRun.id) == number)[0],
        task=session.get(PlanTask, run.plan_task_id) if run.plan_task_id else None,
        parent=session.get(FlowRun, run.parent_id) if run.parent_id else None,
        called=_lines(session, called, page),
        entries=_entries(session, recorded, page),
        most=max(_count(session, FlowRun, called), _count(session, AuditEntry, recorded)),
    )


def runs_about(session: Session, row: Obligation, others: Iterable[str]) -> dict[str, FlowRun]:
    """The runs about one obligation, or among `others`, by their ids; oldest first."""
    about = (col(FlowRun.obligation_id) == row.id) | col(FlowRun.id).in_(_ids(others))
    query = select(FlowRun).where(about).order_by(col(FlowRun.expected_at), col(FlowRun.id))
    return {str(run.id): run for run in session.execute(query).scalars()}


def kept_among(session: Session, runs: Iterable[str]) -> set[str]:
    """Which of the runs that the trail names are kept."""
    return {
        str(found)
        for found in session.execute(select(col(FlowRun.id)).where(col(FlowRun.id).in_(_ids(runs)))).scalars()
    }


def _ids(runs: Iterable[str]) -> list[UUID]:
    """What Prefect gave as ids; entries may name runs in other words."""
    return [UUID(run) for run in set(runs) if _ID.fullmatch(run)]


def newest_first(query: Any, page: int = 1) -> Any:
    """A page of runs, the newest on top."""
    return sliced(query.order_by(col(FlowRun.expected_at).desc(), col(FlowRun.id)), page)


def sliced(query: Any, page: int) -> Any:
    """A page of what `query` finds."""
    return query.limit(A_PAGE).offset((page - 1) * A_PAGE)


def _count(session: Session, table: type[SQLModel], *conditions: Any) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def _lines(session: Session, condition: Any, page: int = 1) -> list[RunLine]:
    """A page of runs, newest first, with what each told."""
    runs = session.execute(newest_first(select(FlowRun).where(condition), page)).scalars().all()
    told = _told(session, [str(run.id) for run in runs])
    return [RunLine(run, tuple(told.get(str(run.id), ()))) for run in runs]


def _told(session: Session, runs: Sequence[str]) -> dict[str, list[Told]]:
    """What each run told, as the trail has it."""
    query = (
        select(col(AuditEntry.flow_run), col(AuditEntry.detail), Obligation)
        .join(Obligation, col(Obligation.code) == col(AuditEntry.subject))
        .where(col(AuditEntry.flow_run).in_(runs), col(AuditEntry.action) == Action.RUNG_REACHED)
        .order_by(col(AuditEntry.authority_id), col(AuditEntry.seq))
    )
    told: dict[str, list[Told]] = {}
    for run, detail, row in session.execute(query):
        told.setdefault(run, []).append(Told(row.code, row.title, row.period_name, tuple(detail["rungs"])))
    return told


def _entries(session: Session, condition: Any, page: int) -> list[RunEntry]:
    """A page of the trail, oldest first, people by their names."""
    query = select(AuditEntry).where(condition).order_by(col(AuditEntry.authority_id), col(AuditEntry.seq))
    entries = session.execute(sliced(query, page)).scalars().all()
    names = {number: names_of(session, number) for number in {entry.authority_id for entry in entries}}
    subjects = select(col(Obligation.code)).where(col(Obligation.code).in_([entry.subject for entry in entries]))
    codes = set(session.execute(subjects).scalars())
    return [
        RunEntry(trail_line(entry, names[entry.authority_id]), entry.subject if entry.subject in codes else "")
        for entry in entries
    ]
