"""The plans loaded: their file, and what in them could not be read or waits for a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.requests import Request
from starlette.responses import Response

from models.tables import Authority, Plan, PlanTask
from web.site import READ, TheSite

pages = APIRouter()
PLANS = "/ke-hoach"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan, and those of its tasks somebody should look at."""

    plan: Plan
    authority: str
    tasks: int
    noted: Sequence[PlanTask]  # with findings: words that contradict, or could not be read
    unconfirmed: Sequence[PlanTask]


@pages.api_route(PLANS, methods=[*READ])
def plans_page(request: Request, site: TheSite) -> Response:
    """Every plan, newest first."""
    with site.reading() as session:
        query = select(Plan, Authority).join(Authority, col(Authority.id) == col(Plan.authority_id))
        found = session.execute(query.order_by(col(Plan.signed_on).desc(), col(Plan.id).desc()))
        lines = [_line(session, plan, office) for plan, office in found]
    return site.render(request, "plans", lines=lines)


def _line(session: Session, plan: Plan, office: Authority) -> PlanLine:
    mine = select(PlanTask).where(col(PlanTask.plan_id) == plan.id).order_by(col(PlanTask.id))
    tasks = session.execute(mine).scalars().all()
    noted, unconfirmed = [t for t in tasks if t.findings], [t for t in tasks if t.awaits_confirmation]
    return PlanLine(plan, office.name, len(tasks), noted, unconfirmed)
