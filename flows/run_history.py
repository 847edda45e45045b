"""What Prefect ran, asked of Prefect and kept in our own record: nothing is lost when its database is cleaned."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterId,
)
from prefect.client.schemas.objects import FlowRun as PrefectRun
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from sqlalchemy import Engine
from sqlmodel import Session

from flows.flow_names import SWEEP_NAME, flow_name
from models.run_tables import FlowRun
from models.runs import (
    Owner,
    ended_among,
    keep_runs,
    known_until,
    owners_by_obligation,
    plan_tasks,
    unfinished_runs,
)
from models.store import transaction

A_PAGE = 200  # what Prefect gives at most
MOST = 400  # new runs taken over at a time: the next sweep goes on from there
LOOK_BACK = timedelta(days=7)  # a run may have waited for a worker while younger ones ran
PATIENCE = 120  # seconds
_Item = TypeVar("_Item")


async def keep_history(engine: Engine) -> str:
    """Keep every run not yet kept with its end; «» or, when Prefect cannot be asked, why. A round never fails of it."""
    try:
        async with asyncio.timeout(PATIENCE), get_client() as client:
            runs = await _ask(client, engine)
    except Exception as silent:  # noqa: BLE001  whatever stops Prefect: the letters have left, the next sweep asks anew
        return f"Chưa lưu được lịch sử lượt chạy, Prefect không trả lời ({type(silent).__name__}); lượt quét sau lưu bù"
    with transaction(engine) as session:
        keep_runs(session, runs)
    return ""


async def _ask(client: PrefectClient, engine: Engine) -> list[FlowRun]:
    """The runs of our flows as Prefect tells them now, each with all its states."""
    found = await _changed(client, engine)
    names, parents = await _flow_names(client, found), await _parents(client, found)
    owners = _owners(engine, found, names)
    told = []
    for run in found:
        if (owner := owners.get(run.id)) and (states := await client.read_flow_run_states(run.id)):
            told.append(_kept(run, owner, parents.get(run.parent_task_run_id), states))
    return told


async def _changed(client: PrefectClient, engine: Engine) -> list[PrefectRun]:
    """The runs that had not ended when they were kept, and those that began since, oldest first."""
    with Session(engine) as session:
        since, open_ones = known_until(session), unfinished_runs(session)
    found = {run.id: run for ids in _pages(open_ones) for run in await _runs(client, _among(ids))}
    fresh, read, begun = 0, 0, _begun_after(since - LOOK_BACK if since else None)
    while fresh < MOST and (page := await _runs(client, begun, offset=read)):
        read += len(page)
        with Session(engine) as session:
            ended = ended_among(session, [run.id for run in page])
        new = {run.id: run for run in page if run.id not in ended}
        fresh, found = fresh + len(new), found | new
    return list(found.values())


async def _runs(client: PrefectClient, wanted: FlowRunFilter, offset: int = 0) -> list[PrefectRun]:
    by_age = FlowRunSort.EXPECTED_START_TIME_ASC
    return await client.read_flow_runs(flow_run_filter=wanted, sort=by_age, limit=A_PAGE, offset=offset)


def _among(ids: Sequence[UUID]) -> FlowRunFilter:
    return FlowRunFilter(id=FlowRunFilterId(any_=list(ids)))


def _begun_after(moment: datetime | None) -> FlowRunFilter:
    """Runs that only wait for their hour are left out: they lie ahead of what is known."""
    begun = FlowRunFilterState(type=FlowRunFilterStateType(not_any_=[StateType.SCHEDULED]))
    if moment is None:
        return FlowRunFilter(state=begun)
    return FlowRunFilter(
        state=begun, expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"after_": moment})
    )


async def _flow_names(client: PrefectClient, runs: Sequence[PrefectRun]) -> dict[UUID, str]:
    """What the flows of these runs are called."""
    names: dict[UUID, str] = {}
    for ids in _pages(sorted({run.flow_id for run in runs})):
        wanted = FlowFilter(id=FlowFilterId(any_=list(ids)))
        names |= {flow.id: flow.name for flow in await client.read_flows(flow_filter=wanted, limit=A_PAGE)}
    return names


async def _parents(client: PrefectClient, runs: Sequence[PrefectRun]) -> dict[UUID | None, UUID | None]:
    """Which run called: Prefect ties a called run to its caller by a task run that stands for it there."""
    parents: dict[UUID | None, UUID | None] = {}
    for ids in _pages([run.parent_task_run_id for run in runs if run.parent_task_run_id]):
        wanted = TaskRunFilter(id=TaskRunFilterId(any_=list(ids)))
        found = await client.read_task_runs(task_run_filter=wanted, limit=A_PAGE)
        parents |= {task_run.id: task_run.flow_run_id for task_run in found}
    return parents


def _owners(engine: Engine, runs: Sequence[PrefectRun], names: dict[UUID, str]) -> dict[UUID, Owner]:
    """Whose each run is, by its obligation or else by its flow's name; runs of other flows are nobody's."""
    with Session(engine) as session:
        about = owners_by_obligation(session, [_obligation(run) for run in runs])
        ours = {flow_name(task, plan): Owner(plan.authority_id, task.id) for task, plan in plan_tasks(session)}
    ours[SWEEP_NAME] = Owner()
    found = {run.id: about.get(_obligation(run)) or ours.get(names.get(run.flow_id, "")) for run in runs}
    return {number: owner for number, owner in found.items() if owner}


def _obligation(run: PrefectRun) -> str:
    return str(run.parameters.get("obligation") or "")


def _kept(run: PrefectRun, owner: Owner, parent: UUID | None, states: Sequence[State]) -> FlowRun:
    """A run as a row, its states in the order of time."""
    history = sorted(states, key=lambda state: state.timestamp)
    last = history[-1]
    return FlowRun(
        id=run.id, authority_id=owner.authority_id, plan_task_id=owner.plan_task_id,
        obligation_id=owner.obligation_id, parent_id=parent, name=run.name,
        expected_at=run.expected_start_time or history[0].timestamp, started_at=run.start_time,
        ended_at=last.timestamp if last.is_final() else None,
        state_type=last.type.value, state_name=last.name or last.type.value, message=last.message or "",
        states=[
            {"type": state.type.value, "name": state.name, "message": state.message or "",
             "at": state.timestamp.isoformat()} for state in history
        ],
    )  # fmt: skip


def _pages(items: Sequence[_Item]) -> list[Sequence[_Item]]:
    return [items[at : at + A_PAGE] for at in range(0, len(items), A_PAGE)]
