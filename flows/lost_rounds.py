"""Rounds whose process died with nobody left to say so: the next round sees that they are gone, and says it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed
from sqlalchemy import Engine

from flows.flow_names import SWEEP_NAME
from flows.sweep import DATABASE_GONE
from models.sweep_shares import round_lives

GRACE = timedelta(seconds=30)  # between Prefect calling a run «running» and the run holding the lock of the living
_WORDS = "Tiến trình của lượt chạy này không còn (bị dừng đột ngột); lượt quét sau đã làm tiếp phần còn lại."


async def tell_lost_rounds(engine: Engine, own: UUID) -> str:
    """Mark every round begun before `own` that Prefect believes to be running, and whose process is gone, as crashed.

    The runs it had called are marked with it. «» or, when Prefect cannot be asked, why: a round never fails of it.
    """
    try:
        async with get_client() as client:
            for run in await _running_before(client, await client.read_flow_run(own)):
                if not round_lives(engine, str(run.id)):
                    await _tell(client, run)
    except DATABASE_GONE:
        raise
    except Exception as silent:  # noqa: BLE001  whatever stops Prefect: the letters have left, the next sweep looks anew
        return f"Chưa xem được lượt quét nào đã dừng đột ngột, Prefect không trả lời ({type(silent).__name__})"
    return ""


async def _tell(client: PrefectClient, run: FlowRun) -> None:
    called = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run.id]), state=_STILL_RUNNING)
    for lost in (*await client.read_flow_runs(flow_run_filter=called), run):
        await client.set_flow_run_state(lost.id, Crashed(message=_WORDS), force=True)


async def _running_before(client: PrefectClient, own: FlowRun) -> Sequence[FlowRun]:
    if own.start_time is None:
        return []
    begun = FlowRunFilterStartTime.model_validate({"before_": own.start_time - GRACE})
    return await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[SWEEP_NAME])),
        flow_run_filter=FlowRunFilter(state=_STILL_RUNNING, start_time=begun),
    )


_STILL_RUNNING = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING]))
