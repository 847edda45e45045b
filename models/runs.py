"""Runs of flows as kept: whose they are, which are still open, and how far they are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.people import authorities
from models.run_tables import FlowRun
from models.tables import Obligation, Plan, PlanTask, table_of


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a run is: an authority's plan task, and the obligation it was about."""

    authority_id: int | None = None
    plan_task_id: int | None = None
    obligation_id: int | None = None


def known_until(session: Session) -> datetime | None:
    """The latest moment at which a kept run should have started; None when none is kept."""
    newest: datetime | None = session.execute(select(func.max(col(FlowRun.expected_at)))).scalar_one()
    return newest


def unfinished_runs(session: Session) -> list[UUID]:
    """The runs that had not ended when Prefect was last asked."""
    return list(session.execute(select(col(FlowRun.id)).where(col(FlowRun.ended_at).is_(None))).scalars())


def ended_among(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these runs are kept with their end: nothing of them changes any more."""
    query = select(col(FlowRun.id)).where(col(FlowRun.id).in_(ids), col(FlowRun.ended_at).is_not(None))
    return set(session.execute(query).scalars())


def plan_tasks(session: Session) -> Iterable[tuple[PlanTask, Plan]]:
    """Every plan task with its plan."""
    query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id))
    return session.execute(query).tuples().all()


def owners_by_obligation(session: Session, codes: Sequence[str]) -> dict[str, Owner]:
    """Whose a run about each of these obligations is."""
    query = select(
        col(Obligation.code), col(Obligation.authority_id), col(Obligation.plan_task_id), col(Obligation.id)
    ).where(col(Obligation.code).in_(codes))
    return {code: Owner(*whose) for code, *whose in session.execute(query)}


def keep_runs(session: Session, runs: Iterable[FlowRun]) -> None:
    """Store each run as Prefect tells it now, in place of what was known of it; what had ended stays as it is.

    Where several authorities are served, a sweep's own words are left out: they speak of all of them at once.
    """
    shared = len(list(authorities(session))) > 1
    for run in sorted(runs, key=lambda run: run.id):  # two who keep the same runs never wait for each other
        row = run.model_dump()
        if shared and run.authority_id is None:
            row |= {"message": "", "states": [{**state, "message": ""} for state in run.states]}
        made = insert(table_of(FlowRun)).values(row)
        session.execute(
            made.on_conflict_do_update(index_elements=["id"], set_=row, where=col(FlowRun.ended_at).is_(None))
        )
