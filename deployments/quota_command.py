"""`dunghan quotas`: how often something was held against how often it must be, and whether that can still be met."""

from typing import TYPE_CHECKING, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import On, open_office
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlmodel import Session


def add_to(app: typer.Typer) -> None:
    """Add the `quotas` command."""
    app.command("quotas", help=SAID["quotas"])(quotas)


def quotas(on: On = None, as_json: Json = False) -> None:
    """Print each counting task with its pace; exit 1 when one can no longer be met."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from rules.vietnamese import local_day

    engine, _, now = open_office(on)
    with Session(engine) as session:
        found = list(_quotas(session, local_day(now)))
    if as_json:
        print_json(found)
    else:
        rows = [
            (each["task"], each["pace"], "còn kịp" if each["met"] else "CHẬM TIẾN ĐỘ", each["title"]) for each in found
        ]
        print_table(("Mã", "Tiến độ", "Đánh giá", "Nhiệm vụ"), rows)
    if not all(each["met"] for each in found):
        raise typer.Exit(1)


def _quotas(session: "Session", day: "date") -> "Iterator[dict[str, Any]]":
    from sqlalchemy import select
    from sqlmodel import col

    from models.quotas import counts_of, pace_of
    from models.tables import Obligation, Plan, PlanTask
    from rules.occurrences import COUNT

    counting = select(col(Obligation.plan_task_id)).where(col(Obligation.nature) == COUNT)
    query = select(PlanTask, Plan).join(Plan, col(Plan.id) == col(PlanTask.plan_id)).order_by(col(PlanTask.id))
    for task, plan in session.execute(query.where(col(PlanTask.id).in_(counting))):
        if pace := pace_of(counts_of(session, task), day):
            counts = {"held": pace.held, "wanted": pace.wanted, "left": pace.left}
            said = {"plan": plan.code, "task": task.code, "title": task.title, "lead": task.lead}
            yield {**said, "pace": str(pace), "met": pace.on_pace, **counts}
