"""What is stored already and a plan file contradicts: another office's plan, a lost task, a name taken."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from models.office_file import Fault, Place
from models.plan_file import PlanFile, slug_of
from models.plan_schema import CALENDAR_TASK
from models.tables import Authority, Plan, PlanTask


def conflicts(session: Session, authority: Authority, known: Plan | None, plan_file: PlanFile) -> Iterator[Fault]:
    """Every fault of `plan_file` beside what is stored; `known` is the plan loaded under its code before."""
    if known and known.authority_id != authority.id:
        owner = session.get_one(Authority, known.authority_id)
        text = f"mã «{known.code}» là kế hoạch đã nạp của {owner.name} («{owner.code}»); hãy đặt mã khác."
        yield plan_file.source.fault(("ke-hoach", "ma"), text)
    elif known:
        yield from _lost_tasks(session, known, plan_file)
    yield from _names_taken(session, known, plan_file)


def _lost_tasks(session: Session, plan: Plan, plan_file: PlanFile) -> Iterator[Fault]:
    kept = {task.ma for task in plan_file.document.nhiem_vu} | {CALENDAR_TASK}
    query = select(col(PlanTask.code)).where(col(PlanTask.plan_id) == plan.id).order_by(col(PlanTask.id))
    for code in session.execute(query).scalars():
        if code not in kept:
            text = f"nhiệm vụ «{code}» đã nạp trước đây nhưng không còn; ghi lại, thêm «cho-xac-nhan: true»."
            yield plan_file.source.fault(("nhiem-vu",), text)


def _names_taken(session: Session, plan: Plan | None, plan_file: PlanFile) -> Iterator[Fault]:
    """Flows of two plans under one name: of the plans themselves, or of some of their tasks."""
    code, tasks, own = plan_file.document.ke_hoach.ma, plan_file.document.nhiem_vu, ("ke-hoach", "ma")
    places: dict[str, Place] = {slug_of(code, CALENDAR_TASK): own}
    places |= {slug_of(code, task.ma): ("nhiem-vu", place, "ma") for place, task in enumerate(tasks)}
    query = select(col(PlanTask.slug), col(Plan.code)).join(Plan, col(Plan.id) == col(PlanTask.plan_id))
    others = query.where(col(PlanTask.slug).in_(places), col(PlanTask.plan_id) != (plan.id if plan else None))
    taken = {places[slug]: (slug, owner) for slug, owner in session.execute(others)}
    if own in taken:
        text = f"mã «{code}» chỉ khác mã kế hoạch «{taken[own][1]}» ở dấu hoặc chữ hoa; hãy đặt mã khác."
        yield plan_file.source.fault(own, text)
        return
    for place, (slug, owner) in taken.items():
        text = f"ghép với mã kế hoạch thành «{slug}», trùng một nhiệm vụ của kế hoạch «{owner}»; hãy đặt mã khác."
        yield plan_file.source.fault(place, text)
