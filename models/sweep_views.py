"""Read-only answers about sweeps: each with what it called, told and sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
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
    called = _called(session, [run.id for run in runs])
    acts = _acts(session, [*called, *(run.id for run in runs)])
    count = select(func.count()).select_from(FlowRun).where(col(FlowRun.plan_task_id).is_(None))
    lines = [_line(run, [one for one in called.values() if one.parent == run.id], acts) for run in runs]
    return lines, int(session.execute(count).scalar_one())


def last_sweep(session: Session) -> RunLine | None:
    """The newest run of the sweep."""
    sweeps = newest_first(select(FlowRun).where(col(FlowRun.plan_task_id).is_(None)))
    run = session.execute(sweeps.limit(1)).scalar_one_or_none()
    return RunLine(run) if run else None


@dataclass(frozen=True, slots=True)
class _Called:
    id: UUID
    parent: UUID
    broken: bool


_Acts = dict[UUID, Counter[str]]  # what each run wrote down, by action


def _called(session: Session, sweeps: Sequence[UUID]) -> dict[UUID, _Called]:
    """The runs these sweeps called."""
    query = select(col(FlowRun.id), col(FlowRun.parent_id), col(FlowRun.state_type).in_(BROKEN))
    found = session.execute(query.where(col(FlowRun.parent_id).in_(sweeps)))
    return {row[0]: _Called(*row) for row in found}


def _acts(session: Session, runs: Sequence[UUID]) -> _Acts:
    query = (
        select(col(AuditEntry.flow_run), col(AuditEntry.action), func.count())
        .where(col(AuditEntry.flow_run).in_([str(run) for run in runs]), col(AuditEntry.action).in_(_COUNTED))
        .group_by(col(AuditEntry.flow_run), col(AuditEntry.action))
    )
    acts: _Acts = {}
    for run, action, count in session.execute(query):
        acts.setdefault(UUID(run), Counter())[action] = count
    return acts


def _line(run: FlowRun, called: Sequence[_Called], acts: _Acts) -> SweepLine:
    wrote = sum((acts.get(one, Counter()) for one in (run.id, *(one.id for one in called))), Counter())
    return SweepLine(
        line=RunLine(run),
        called=len(called),
        broken=sum(one.broken for one in called),
        obligations=wrote[Action.RUNG_REACHED],
        sent=wrote[Action.DIGEST_SENT],
        unsent=sum(wrote[action] for action in _UNSENT),
    )
