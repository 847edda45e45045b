"""A plan task's flow run, which tells one obligation, beside a flow that does nothing: both called by a round."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings

from bench.database import load_sample
from bench.machine import Machine
from bench.rows import Row, slower
from flows import plan_tasks
from flows.visits import find_due
from models.due import Due
from rules.vietnamese import morning_of

MON_3_JUNE, MON_1_JULY = date(2024, 6, 3), date(2024, 7, 1)
ROUNDS, MOST = 20, 1.3


@flow(name="empty")
async def empty() -> None:
    """Nothing."""


@flow(name="in turns")
async def in_turns(found: list[Due]) -> tuple[float, float]:
    """The median seconds of each: a run meets a server that does other things besides."""
    mine, nothing = [], []
    for due in found:
        mine.append(await told(due))
        started = time.perf_counter()
        await empty()
        nothing.append(time.perf_counter() - started)
    return statistics.median(mine[1:]), statistics.median(nothing[1:])


async def told(due: Due) -> float:
    """The seconds one obligation takes, told by its own plan task's flow."""
    task_flow = cast(Any, plan_tasks.plan_task_flow(due.slug))
    started = time.perf_counter()
    state = await task_flow(obligation=due.code, period=due.period, rung=due.rungs, return_state=True)
    took = time.perf_counter() - started
    assert state.name in ("Đã nhắc", "Quá hạn - đã đôn đốc"), state
    return took


def flow_rows() -> Iterator[Row]:
    """Both in turns, in one process, against one server on PostgreSQL."""
    with (
        tempfile.TemporaryDirectory(prefix="dunghan-bench-", ignore_cleanup_errors=True) as folder,
        Machine(Path(folder), 9, MON_1_JULY) as machine,
    ):
        load_sample(machine.engine, MON_3_JUNE)
        machine.start_server()
        plan_tasks.store = lambda: (machine.engine, machine.settings)  # type: ignore[assignment]
        found = find_due(machine.engine, morning_of(MON_1_JULY))[: ROUNDS + 1]
        with temporary_settings({PREFECT_API_URL: machine.settings.prefect_api_url}):
            ours, peer = asyncio.run(in_turns(found))
    yield slower("a plan task's flow run, against an empty async flow", ours * 1000, peer * 1000, "ms", MOST)
