"""The scheduled sweep as a Prefect flow: each due obligation goes through its plan task's own flow."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, cast

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import clock
from flows.flow_names import SWEEP_NAME
from flows.mail import SmtpMailer
from flows.plan_tasks import keep_end, plan_task_flow, store
from flows.run_history import keep_history
from flows.sending import Office
from flows.sweep import Swept, sweep
from models.obligations import Due
from models.outbox import Reached
from rules.vietnamese import local_time


@flow(
    name=SWEEP_NAME, flow_run_name=lambda: f"Quét {local_time(clock.now(store()[0]))}",
    on_completion=[keep_end], on_failure=[keep_end], on_crashed=[keep_end], on_cancellation=[keep_end],
)  # fmt: skip
async def morning_sweep() -> State[Any]:
    """One round now; every obligation due is told by its own plan task's flow, run as a subflow; what ran is kept."""
    engine, settings = store()
    now, mailer = clock.now(engine), SmtpMailer(settings)
    office = Office(engine, settings, mailer, clock.practised(engine), flow_run=str(flow_run.id))
    swept = await sweep(office, now, through_its_flow)
    unkept = await keep_history(engine)
    if unkept:
        get_run_logger().warning(unkept)
    said = ". ".join(filter(None, [describe(swept), unkept]))
    return Completed(name=_outcome(swept), message=f"{local_time(now)}: {said}")


async def through_its_flow(due: Due) -> Reached | None:
    """Run the plan task's flow for one obligation and take what it did from its final state."""
    task_flow = cast(Any, plan_task_flow(due.slug))
    state: State[Any] = await task_flow(obligation=due.code, period=due.period, rung=due.rungs, return_state=True)
    result = await cast(Awaitable[object], state.result())
    return result if isinstance(result, Reached) else None


def describe(swept: Swept) -> str:
    """What a round did, in one line."""
    lost = f", {len(swept.unknown)} thư không rõ đã đến chưa" if swept.unknown else ""
    done = f"{len(swept.reached)} nghĩa vụ đến mốc, {swept.sent} thư đã gửi, {swept.unsent} thư chưa gửi{lost}"
    return ". ".join([done, *(f"Tạm giữ {why}" for why in swept.held), *filter(None, [swept.mailbox])])


def _outcome(swept: Swept) -> str:
    if swept.held:
        return "Tạm giữ, cần người xem"
    if swept.unsent or swept.unknown or swept.mailbox:
        return "Có thư cần xem"
    return "Đã nhắc" if swept.sent else "Không có việc đến mốc"
