"""A plan task's flow run, which tells one obligation, beside a flow that does nothing, on Prefect's own server."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from datetime import date

from prefect import flow
from prefect.testing.utilities import prefect_test_harness
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from bench.database import load_sample, migrated
from bench.rows import Row, slower
from flows import plan_tasks
from flows.sweep import find_due
from models.practice import start_practice
from models.settings import Settings
from models.store import APP_ROLE, open_engine, transaction
from models.tables import Plan, PlanTask
from rules.vietnamese import morning_of

MON_3_JUNE, MON_1_JULY = date(2024, 6, 3), date(2024, 7, 1)
ROUNDS, MOST = 12, 1.3


@flow(name="empty")
async def empty() -> None:
    """Nothing."""


def flow_rows() -> Iterator[Row]:
    """Both in turns, in one process, against one server."""
    with migrated() as (url, folder):
        engine = open_engine(url.set(username=APP_ROLE))
        settings = Settings(base_url="https://nhacviec.example", state_dir=folder / "state")
        load_sample(engine, MON_3_JUNE)
        with transaction(engine) as session:
            start_practice(session, MON_1_JULY)
        plan_tasks.store = lambda: (engine, settings)  # type: ignore[assignment]
        with prefect_test_harness(server_startup_timeout=180):
            ours, peer = asyncio.run(in_turns(engine))
        engine.dispose()
    yield slower("a plan task's flow run, against an empty async flow", ours * 1000, peer * 1000, "ms", MOST)


async def in_turns(engine: Engine) -> tuple[float, float]:
    """The median of each: a run meets a server that does other things besides."""
    mine, nothing = [], []
    await empty()
    async for seconds in told(engine):
        mine.append(seconds)
        started = time.perf_counter()
        await empty()
        nothing.append(time.perf_counter() - started)
    return statistics.median(mine[1:]), statistics.median(nothing[1:])


async def told(engine: Engine) -> AsyncIterator[float]:
    """The seconds each of some obligations takes, each told by its own plan task's flow."""
    for due in find_due(engine, morning_of(MON_1_JULY))[: ROUNDS + 1]:
        with Session(engine) as session:
            query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id))
            task_flow = plan_tasks.make_flow(*session.execute(query.where(col(PlanTask.slug) == due.slug)).one())
        started = time.perf_counter()
        state = await task_flow(obligation=due.code, period=due.period, rung=due.rungs, return_state=True)
        yield time.perf_counter() - started
        assert state.name in ("Đã nhắc", "Quá hạn - đã đôn đốc"), state
