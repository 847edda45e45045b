"""The scheduled sweep as a Prefect flow: each due obligation goes through its plan task's own flow."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, cast

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import clock
from flows.mail import SmtpMailer
from flows.plan_tasks import plan_task_flow, store
from flows.sending import Office
from flows.sweep import Swept, sweep
from models.obligations import Due
from models.outbox import Reached
from rules.vietnamese import local_time


@flow(name="Quét buổi sáng", flow_run_name=lambda: f"Quét {local_time(clock.now(store()[0]))}")
async def morning_sweep() -> State[Any]:
    """One round now; every obligation due is told by its own plan task's flow, run as a subflow."""
    engine, settings = store()
    now = clock.now(engine)
    swept = await sweep(Office(engine, settings, SmtpMailer(settings), clock.practised(engine)), now, through_its_flow)
    return Completed(name=_outcome(swept), message=f"{local_time(now)}: {describe(swept)}")


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
