"""Plan tasks and the sweep as Prefect deployments; only what changed is sent, so one that was cut short goes on.

A deployment whose plan task is gone stays: its runs are evidence.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import DeploymentSort, FlowSort
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.callables import parameter_schema
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows import plan_tasks
from flows.flow_names import POOL, SWEEP_DEPLOYMENT, TASK_DEPLOYMENT, flow_name
from flows.morning import morning_sweep
from flows.plan_tasks import describe, make_flow
from models.digests import DIGEST_TIMES
from models.tables import Authority, Plan, PlanTask
from models.views import KINDS
from rules.vietnamese import ZONE

# At each hour a person may choose, every day: the sweep itself knows which days are worked (made-up Saturdays too).
MORNINGS = f"30 {','.join(str(int(at[:2])) for at in DIGEST_TIMES)} * * *"
_PAGE = 200  # what the server gives at most
_AT_ONCE = 8  # the server is one process: more at once would only wait there
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _PlanTaskDeployment:
    """What a plan task's deployment says."""

    flow: str
    slug: str
    kind: str
    tags: tuple[str, ...]
    description: str

    @property
    def version(self) -> str:
        return _version(
            {"name": self.flow, "tags": list(self.tags), "description": self.description, "kind": KINDS[self.kind]}
        )


async def deploy(
    engine: Engine, scheduled: bool, said: Callable[[str], None] = lambda _: None, sweepers: int = 1
) -> tuple[int, int]:
    """Register the sweep and every plan task; how many were sent, and how many were already so.

    In practice the sweep has no schedule: its mornings come by a button. Otherwise Prefect starts as many sweeps at
    each hour as there are `sweepers`: equal rounds that share the authorities.
    """
    wanted = _plan_tasks(engine)
    async with get_client() as client:
        await _ensure_pool(client)
        known = await _known(client)
        slugs = [f"sang-{number}" if number > 1 else "sang" for number in range(1, sweepers + 1)] if scheduled else []
        fresh = await _register_sweep(client, slugs, known)
        changed = [one for one in wanted if known.get((one.flow, TASK_DEPLOYMENT)) != one.version]
        schema = parameter_schema(make_flow(*_any(engine)).fn).model_dump(exclude_unset=True) if changed else {}
        await _in_batches(changed, partial(_register, client, schema), said)
    return len(changed) + fresh, len(wanted) - len(changed) + 1 - fresh


async def _known(client: PrefectClient) -> dict[tuple[str, str], str | None]:
    """The version of every deployment the server has, by its flow's name and its own."""
    names = {flow.id: flow.name async for flow in _paged(partial(client.read_flows, sort=FlowSort.CREATED_DESC))}
    # All of one name: only the moment of their making puts them in an order that pages can follow.
    found = _paged(partial(client.read_deployments, sort=DeploymentSort.CREATED_DESC))
    return {(names[one.flow_id], one.name): one.version async for one in found if one.flow_id in names}


async def _paged(read: Callable[..., Awaitable[Sequence[_Item]]]) -> AsyncIterator[_Item]:
    offset = 0
    while page := await read(limit=_PAGE, offset=offset):
        for item in page:
            yield item
        offset += len(page)


async def _in_batches(
    items: Sequence[_Item], send: Callable[[_Item], Awaitable[None]], said: Callable[[str], None]
) -> None:
    """Send each, a few at once; say from time to time how far it is, and how long the rest will take."""
    began = told = monotonic()
    for first in range(0, len(items), _AT_ONCE):
        await asyncio.gather(*(send(item) for item in items[first : first + _AT_ONCE]))
        done, at = min(first + _AT_ONCE, len(items)), monotonic()
        if at - told > 5 and done < len(items):
            told, left = at, (at - began) / done * (len(items) - done)
            said(f"đã đăng ký {done}/{len(items)}, còn khoảng {max(1, round(left / 60))} phút")


async def _register(client: PrefectClient, schema: dict[str, Any], wanted: _PlanTaskDeployment) -> None:
    """Make or replace one: it has no schedule of its own that replacing would lose."""
    await client.create_deployment(
        flow_id=await client.create_flow_from_name(wanted.flow), name=TASK_DEPLOYMENT, version=wanted.version,
        tags=list(wanted.tags), description=wanted.description, work_pool_name=POOL,
        entrypoint=f"{plan_tasks.__name__}.{wanted.slug}", parameter_openapi_schema=schema,
        enforce_parameter_schema=True, pull_steps=[],
    )  # fmt: skip


async def _ensure_pool(client: PrefectClient) -> None:
    try:
        await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    except ObjectAlreadyExists:
        return


async def _register_sweep(client: PrefectClient, slugs: list[str], known: dict[tuple[str, str], str | None]) -> int:
    """Register the sweep with one schedule for each of `slugs`, and no others; 1 when it was sent."""
    deployment = RunnerDeployment.from_flow(
        morning_sweep,
        name=SWEEP_DEPLOYMENT,
        schedules=[Cron(MORNINGS, timezone=ZONE, slug=slug) for slug in slugs],
        version=_version({"cron": MORNINGS, "slugs": slugs}),
        description="Nhắc mọi nghĩa vụ đến mốc; mỗi nghĩa vụ qua luồng của nhiệm vụ ấy.",
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    if known.get((morning_sweep.name, SWEEP_DEPLOYMENT)) == deployment.version:
        return 0
    number = await deployment.aapply(work_pool_name=POOL)
    for schedule in (await client.read_deployment(number)).schedules:
        if schedule.slug not in slugs:  # Prefect keeps those it is no longer told of
            await client.delete_deployment_schedule(number, schedule.id)
    return 1


def _any(engine: Engine) -> tuple[PlanTask, Plan]:
    """Some plan task: the flows of all take the same parameters."""
    query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id)).limit(1)
    with Session(engine) as session:
        task, plan = session.execute(query).one()
        return task, plan


def _plan_tasks(engine: Engine) -> list[_PlanTaskDeployment]:
    query = (
        select(PlanTask, Plan, Authority)
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .join(Authority, col(Authority.id) == col(Plan.authority_id))
        .order_by(col(Plan.id), col(PlanTask.id))
        .execution_options(yield_per=1000)
    )
    with Session(engine) as session:
        return [_plan_task(*row) for row in session.execute(query)]


def _plan_task(task: PlanTask, plan: Plan, authority: Authority) -> _PlanTaskDeployment:
    index = [f"chi-so-{task.index_number}"] if task.index_number else []
    tags = (plan.code, authority.code, *index, task.kind, *([f"chu-tri-{task.lead}"] if task.lead else []))
    return _PlanTaskDeployment(flow_name(task, plan), task.slug, task.kind, tags, describe(task, plan))


def _version(content: dict[str, Any]) -> str:
    """A deployment's content hash: the same content is never sent twice."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


async def start_sweep() -> FlowRun:
    """Ask the server for one run of the sweep."""
    async with get_client() as client:
        deployment = await client.read_deployment_by_name(f"{morning_sweep.name}/{SWEEP_DEPLOYMENT}")
        return await client.create_flow_run_from_deployment(deployment.id)


async def start_plan_tasks(slugs: list[str], engine: Engine) -> int:
    """Ask for a run of each of these plan tasks: an event or an act made something due at once."""
    query = (
        select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id)).where(col(PlanTask.slug).in_(slugs))
    )
    with Session(engine) as session:
        names = [f"{flow_name(task, plan)}/{TASK_DEPLOYMENT}" for task, plan in session.execute(query)]
    async with get_client() as client:
        for name in names:
            deployment = await client.read_deployment_by_name(name)
            await client.create_flow_run_from_deployment(deployment.id)
    return len(names)
