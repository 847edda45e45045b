"""Read-only answers about sweeps: each with what it called, told and sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, func, select
from sqlmodel import Session, col

from models.audit_actions import Action
from models.record_tables import AuditEntry
from models.run_tables import FlowRun
from models.run_views import BROKEN, RunLine, newest_first

_UNSENT = (Action.DIGEST_FAILED, Action.DIGEST_REFUSED, Action.DIGEST_UNKNOWN)
_COUNTED = (Action.RUNG_REACHED, Action.DIGEST_SENT, *_UNSENT)


@dataclass(frozen=True, slots=True)
class SweepLine:
    """One run of the sweep: what it called, and what the trail says came of it."""

    line: RunLine
    called: int
    broken: int
    obligations: int
    sent: int
    unsent: int


def sweep_lines(session: Session, page: int) -> tuple[list[SweepLine], int]:
    """A page of sweeps, newest first, and how many there are."""
    sweeps = select(FlowRun).where(col(FlowRun.plan_task_id).is_(None))
    runs = session.execute(newest_first(sweeps, page)).scalars().all()
    numbers = [run.id for run in runs]
    called, acts = _called(session, numbers), _acts(session, numbers)
    count = select(func.count()).select_from(FlowRun).where(col(FlowRun.plan_task_id).is_(None))
    lines = [_line(run, called.get(run.id, Counter()), acts.get(run.id, Counter())) for run in runs]
    return lines, int(session.execute(count).scalar_one())


def last_sweep(session: Session) -> RunLine | None:
    """The newest run of the sweep."""
    sweeps = newest_first(select(FlowRun).where(col(FlowRun.plan_task_id).is_(None)))
    run = session.execute(sweeps.limit(1)).scalar_one_or_none()
    return RunLine(run) if run else None


_Counts = dict[UUID, Counter[str]]  # by sweep


def _called(session: Session, sweeps: Sequence[UUID]) -> _Counts:
    """How many runs each of these sweeps called, by the kind of state they are in."""
    query = select(col(FlowRun.parent_id), col(FlowRun.state_type), func.count())
    return _counted(session, query.where(col(FlowRun.parent_id).in_(sweeps)).group_by(*query.selected_columns[:2]))


def _acts(session: Session, sweeps: Sequence[UUID]) -> _Counts:
    """How often these sweeps and what they called wrote each kind of entry."""
    sweep = func.coalesce(col(FlowRun.parent_id), col(FlowRun.id))
    query = (
        select(sweep, col(AuditEntry.action), func.count())
        .join(AuditEntry, col(AuditEntry.flow_run) == cast(col(FlowRun.id), String))
        .where(col(FlowRun.id).in_(sweeps) | col(FlowRun.parent_id).in_(sweeps))
        .where(col(AuditEntry.flow_run) != "", col(AuditEntry.action).in_(_COUNTED))
        .group_by(sweep, col(AuditEntry.action))
    )
    return _counted(session, query)


def _counted(session: Session, query: Select[Any]) -> _Counts:
    counts: _Counts = {}
    for sweep, kind, count in session.execute(query):
        counts.setdefault(sweep, Counter())[kind] = count
    return counts


def _line(run: FlowRun, called: Counter[str], wrote: Counter[str]) -> SweepLine:
    return SweepLine(
        line=RunLine(run),
        called=called.total(),
        broken=sum(called[kind] for kind in BROKEN),
        obligations=wrote[Action.RUNG_REACHED],
        sent=wrote[Action.DIGEST_SENT],
        unsent=sum(wrote[action] for action in _UNSENT),
    )
