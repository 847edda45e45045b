"""The scheduled sweep as a Prefect flow: each due obligation goes through its plan task's own flow."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed
from sqlalchemy import Engine

from flows import clock
from flows.flow_names import SWEEP_NAME
from flows.lost_rounds import tell_lost_rounds
from flows.mail import SmtpMailer
from flows.plan_tasks import keep_end, plan_task_flow, store
from flows.run_history import keep_history
from flows.sending import Office
from flows.sweep import DATABASE_GONE, RoundCutShort, Swept, sweep
from flows.visits import Visitor
from models.due import Due
from models.outbox import Reached, untold
from models.store import transaction
from models.sweep_shares import living
from rules.vietnamese import local_time

RETRIES, RETRY_SECONDS = 4, 30  # as long as a restart of the database or of Prefect's server takes, and some more


@flow(
    name=SWEEP_NAME, flow_run_name=lambda: f"Quét {local_time(clock.now(store()[0]))}",
    retries=RETRIES, retry_delay_seconds=RETRY_SECONDS,
    on_completion=[keep_end], on_failure=[keep_end], on_crashed=[keep_end], on_cancellation=[keep_end],
)  # fmt: skip
async def morning_sweep() -> State[Any]:
    """One round now; every obligation due is told by its own plan task's flow, run as a subflow; what ran is kept."""
    engine, settings = store()
    number = str(flow_run.id)
    try:
        with living(engine, number):
            now, mailer = clock.now(engine), SmtpMailer(settings)
            office = Office(engine, settings, mailer, clock.practised(engine), flow_run=number)
            swept = await sweep(office, now, through_its_flow(engine, now))
            silent = [await tell_lost_rounds(engine, UUID(number)), await keep_history(engine)]
    except DATABASE_GONE as gone:
        raise RoundCutShort(_lost("cơ sở dữ liệu")) from gone
    for why in filter(None, silent):
        get_run_logger().warning(why)
    said = ". ".join(filter(None, [describe(swept), *silent]))
    return Completed(name=_outcome(swept), message=f"{local_time(now)}: {said}")


def _lost(what: str) -> str:
    return (
        f"Mất kết nối tới {what} khi đang quét; không thư nào bị gửi lại. Lượt này tự làm lại sau {RETRY_SECONDS} "
        f"giây, nhiều nhất {RETRIES} lần; sau đó lượt quét theo lịch làm tiếp"
    )


def through_its_flow(engine: Engine, now: datetime) -> Visitor:
    """Let each obligation be told by the flow of its plan task."""

    async def tell(due: Due) -> Reached | None:
        """Run that flow and take what it did from its final state; none for what another round has told meanwhile."""
        with transaction(engine) as session:
            if not untold(session, due.id, now):
                return None
        task_flow = cast(Any, plan_task_flow(due.slug))
        try:
            state: State[Any] = await task_flow(
                obligation=due.code, period=due.period, rung=due.rungs, return_state=True
            )
        except Exception as silent:  # what the flow itself meets comes as its state: this is Prefect's server away
            raise RoundCutShort(_lost("máy chủ Prefect")) from silent
        try:
            result = await cast(Awaitable[object], state.result())
        except RoundCutShort as cut:
            raise RoundCutShort(_lost("cơ sở dữ liệu")) from cut
        return result if isinstance(result, Reached) else None

    return tell


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
