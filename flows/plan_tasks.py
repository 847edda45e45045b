"""One Prefect flow per plan task, made from the stored plan and found by name.

A worker resolves `flows.plan_tasks.<slug>` through this module's `__getattr__`; each flow has its own
Vietnamese name, so its page in Prefect is that plan task's history.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from prefect import Flow, flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging.loggers import flow_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows import clock
from flows.flow_names import flow_name
from flows.mail import SmtpMailer
from flows.run_history import keep_history
from flows.sending import Office, send_digests
from flows.sweep import DATABASE_GONE, RoundCutShort, why_held
from flows.visits import find_due, look_at, morning_of, visit
from models.outbox import Reached
from models.settings import Settings, read_settings
from models.store import app_url, open_engine
from models.tables import Authority, Obligation, Plan, PlanTask
from rules.vietnamese import dmy

PlanTaskFlow = Flow[..., Any]


def __getattr__(name: str) -> PlanTaskFlow:
    """The flow of the plan task with slug `name`."""
    if name.startswith("_"):
        raise AttributeError(name)
    return plan_task_flow(name)


@cache
def store() -> tuple[Engine, Settings]:
    """This process's engine and settings."""
    settings = read_settings()
    return open_engine(app_url(settings)), settings


@cache
def plan_task_flow(slug: str) -> PlanTaskFlow:
    """The flow of one plan task. Raises AttributeError when no plan has it."""
    engine, _ = store()
    query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id))
    with Session(engine) as session:
        found = session.execute(query.where(col(PlanTask.slug) == slug)).first()
    if found is None:
        raise AttributeError(f"không kế hoạch nào có nhiệm vụ «{slug}»")
    return make_flow(*found)


def make_flow(task: PlanTask, plan: Plan) -> PlanTaskFlow:
    """The async flow of `task`: tells the rungs that have come of one obligation, or of all the task has."""
    slug = task.slug

    async def body(obligation: str | None = None, period: str = "", rung: str = "") -> State[Any]:
        try:
            return await (_tell(slug, obligation) if obligation else _on_its_own(slug))
        except DATABASE_GONE as gone:
            raise RoundCutShort(
                "Mất kết nối tới cơ sở dữ liệu; mốc chưa nhắc sẽ được lượt quét sau nhắc, không thư nào bị gửi lại"
            ) from gone

    body.__name__ = body.__qualname__ = slug
    body.__module__ = __name__
    options = flow(
        name=flow_name(task, plan), description=describe(task, plan), flow_run_name=lambda: _run_name(task.code),
        on_completion=[keep_end], on_failure=[keep_end], on_crashed=[keep_end], on_cancellation=[keep_end],
    )  # fmt: skip
    made: PlanTaskFlow = options(body)
    return made


async def keep_end(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Keep how a run ended, once Prefect knows it; one that a sweep called is kept by that sweep."""
    if flow_run.parent_task_run_id is None and (why := await keep_history(store()[0])):
        flow_run_logger(flow_run, flow).warning(why)


def describe(task: PlanTask, plan: Plan) -> str:
    """What the flow's page says of the plan task."""
    quote = f"Thời hạn trong kế hoạch: «{task.quote}».\n\n" if task.quote else ""
    grounds = "; ".join(f"{g['article']} {g['instrument']} ({g['certainty']})".strip() for g in task.basis)
    return f"{task.title}\n\nKế hoạch {plan.number}, {task.place}.\n\n{quote}Căn cứ: {grounds or 'không có'}."


def _run_name(code: str) -> str:
    given = flow_run.parameters
    if not given.get("obligation"):
        return f"{code} · theo yêu cầu"
    return f"{code} · {given['period']} · {given['rung']}"


async def _tell(slug: str, obligation: str) -> State[Any]:
    """Visit one obligation inside its flow run and leave its receipt on the run."""
    engine, _ = store()
    now = clock.now(engine)
    seen = look_at(engine, obligation, slug, now)
    reached = visit(engine, seen[0].id, seen[1], str(flow_run.id)) if seen else None
    if reached is None:
        return Completed(name="Không có mốc mới", message="Mốc này đã được nhắc trước đó.")
    await _leave_receipt(engine, obligation, reached)
    people = ", ".join(reached.people) or "không có người nhận mới"
    return Completed(name=_outcome(reached.rungs), message=f"Mốc {', '.join(reached.rungs)}: {people}", data=reached)


async def _on_its_own(slug: str) -> State[Any]:
    """A run asked for by a person or an event: visit all that is due, then send what may be sent now."""
    engine, settings = store()
    now = clock.now(engine)
    office = Office(engine, settings, SmtpMailer(settings), clock.practised(engine), flow_run=str(flow_run.id))
    authority = _authority_of(engine, slug)
    if why := why_held(office, authority, now):
        return Completed(name="Tạm giữ, cần người xem", message=why.words)
    found = [(due, morning_of(engine, due.authority_id, now)) for due in find_due(engine, now, slug)]
    visits = [visit(engine, due.id, morning, str(flow_run.id)) for due, morning in found]
    told = [reached for reached in visits if reached]
    await send_digests(office, authority, now)
    for reached in told:
        await _leave_receipt(engine, reached.obligation, reached)
    return Completed(name="Đã nhắc" if told else "Không có mốc mới", message=f"{len(told)} nghĩa vụ đến mốc")


def _authority_of(engine: Engine, slug: str) -> Authority:
    """The authority whose plan has the task with this slug."""
    with Session(engine) as session:
        plan = col(PlanTask.plan_id) == col(Plan.id)
        query = select(Authority).join(Plan, col(Plan.authority_id) == col(Authority.id)).join(PlanTask, plan)
        found: Authority = session.execute(query.where(col(PlanTask.slug) == slug)).scalar_one()
        return found


def _outcome(rungs: Sequence[str]) -> str:
    """Overdue is the office's matter, not a failure of the software: the run still completes."""
    return "Quá hạn - đã đôn đốc" if any(rung.startswith("+") for rung in rungs) else "Đã nhắc"


async def _leave_receipt(engine: Engine, code: str, reached: Reached) -> None:
    """The receipt as an artifact of the run, so that its page explains the date."""
    with Session(engine) as session:
        row = session.execute(select(Obligation).filter_by(code=code)).scalar_one()
    lines = [
        f"# {reached.title}",
        f"**{row.period_name}** – nên hoàn thành {dmy(row.target)}, hạn {dmy(row.legal)}",
        "",
    ]
    lines += [f"- {sentence}" for sentence in row.receipt["because"]]
    lines += ["", f"Mốc: {', '.join(reached.rungs)}. Người nhận: {', '.join(reached.people) or '(không)'}."]
    await acreate_markdown_artifact(key="dien-giai-han", markdown="\n".join(lines), description=code)
