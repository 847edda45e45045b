"""Plan tasks and the sweep as Prefect deployments; only what changed is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows.morning import morning_sweep
from flows.plan_tasks import describe, make_flow
from models.digests import DIGEST_TIMES
from models.tables import Authority, Plan, PlanTask
from models.views import KINDS
from rules.vietnamese import ZONE

POOL = "dunghan"
SWEEP = "quet-buoi-sang"
TASK = "nhiem-vu"
# At each hour a person may choose, every day: the sweep itself knows which days are worked (made-up Saturdays too).
MORNINGS = f"30 {','.join(str(int(at[:2])) for at in DIGEST_TIMES)} * * *"


async def deploy(engine: Engine, scheduled: bool, said: Callable[[str], None] = lambda _: None) -> tuple[int, int]:
    """Register the sweep and every plan task; how many were sent, and how many were already so.

    In practice the sweep has no schedule: its mornings come by a button.
    """
    sent = 0
    wanted = [_sweep(scheduled), *_plan_tasks(engine)]
    async with get_client() as client:
        await _ensure_pool(client)
        known = {d.name + str(d.flow_id): d.version for d in await _deployed(client)}
        for number, deployment in enumerate(wanted, start=1):
            flow_id = await client.create_flow_from_name(deployment.flow_name or "")
            if known.get(deployment.name + str(flow_id)) == deployment.version:
                continue
            await deployment.apply(work_pool_name=POOL)  # type: ignore[misc]
            sent += 1
            if number % 20 == 0:
                said(f"đã đăng ký {number}/{len(wanted)}")
    return sent, len(wanted) - sent


async def _deployed(client: PrefectClient) -> list[Any]:
    """Every deployment the server has, page by page."""
    found: list[Any] = []
    while page := await client.read_deployments(limit=200, offset=len(found)):
        found += page
    return found


async def _ensure_pool(client: PrefectClient) -> None:
    try:
        await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    except ObjectAlreadyExists:
        return


def _sweep(scheduled: bool) -> RunnerDeployment:
    schedules = [Cron(MORNINGS, timezone=ZONE, slug="sang")] if scheduled else []
    return RunnerDeployment.from_flow(
        morning_sweep,
        name=SWEEP,
        schedules=schedules,
        version=_version({"cron": MORNINGS if scheduled else ""}),
        description="Nhắc mọi nghĩa vụ đến mốc; mỗi nghĩa vụ qua luồng của nhiệm vụ ấy.",
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _plan_tasks(engine: Engine) -> list[RunnerDeployment]:
    query = (
        select(PlanTask, Plan, Authority)
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .join(Authority, col(Authority.id) == col(Plan.authority_id))
        .order_by(col(Plan.id), col(PlanTask.id))
    )
    with Session(engine) as session:
        return [_plan_task(*row) for row in session.execute(query)]


def _plan_task(task: PlanTask, plan: Plan, authority: Authority) -> RunnerDeployment:
    index = [f"chi-so-{task.index_number}"] if task.index_number else []
    tags = [plan.code, authority.code, *index, task.kind, *([f"chu-tri-{task.lead}"] if task.lead else [])]
    made = make_flow(task, plan)
    return RunnerDeployment.from_flow(
        made,
        name=TASK,
        tags=tags,
        description=describe(task, plan),
        version=_version(
            {"name": made.name, "tags": tags, "description": describe(task, plan), "kind": KINDS[task.kind]}
        ),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _version(content: dict[str, Any]) -> str:
    """A deployment's content hash: the same content is never sent twice."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


async def start_sweep() -> FlowRun:
    """Ask the server for one run of the sweep."""
    async with get_client() as client:
        deployment = await client.read_deployment_by_name(f"{morning_sweep.name}/{SWEEP}")
        return await client.create_flow_run_from_deployment(deployment.id)


async def start_plan_tasks(slugs: list[str], engine: Engine) -> int:
    """Ask for a run of each of these plan tasks: an event or an act made something due at once."""
    query = (
        select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id)).where(col(PlanTask.slug).in_(slugs))
    )
    with Session(engine) as session:
        names = [f"{make_flow(task, plan).name}/{TASK}" for task, plan in session.execute(query)]
    async with get_client() as client:
        for name in names:
            deployment = await client.read_deployment_by_name(name)
            await client.create_flow_run_from_deployment(deployment.id)
    return len(names)
