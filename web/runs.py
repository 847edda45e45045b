"""What ran: each plan task's flow and its history, each sweep, one run with its states and what it wrote down."""

from __future__ import annotations

import re
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.run_views import A_PAGE, find_run, find_task, flow_lines, runs_of_task
from models.sweep_views import last_sweep, sweep_lines
from web.obligations import run_path
from web.paging import page_asked, paging
from web.refusal import Refusal
from web.search import LONGEST
from web.site import READ, TheSite

pages = APIRouter()
FLOWS = "/luong"
_SLUG = re.compile(r"[a-z0-9_]{1,200}")


@pages.api_route(FLOWS, methods=[*READ])
def flows_page(request: Request, site: TheSite) -> Response:
    """Every plan task's flow with its newest run, and how the newest sweep began."""
    page = page_asked(request.query_params)
    with site.reading() as session:
        lines, count = flow_lines(session, page)
        sweep = last_sweep(session)
    at = paging(request, page, count, A_PAGE)
    return site.render(request, "runs/flows", lines=lines, count=count, sweep=sweep, at=at, run_path=run_path)


@pages.api_route(f"{FLOWS}/quet", methods=[*READ])
def sweeps_page(request: Request, site: TheSite) -> Response:
    """Every sweep, newest first, with what it called, told and sent."""
    page = page_asked(request.query_params)
    with site.reading() as session:
        lines, count = sweep_lines(session, page)
    at = paging(request, page, count, A_PAGE)
    return site.render(request, "runs/sweeps", lines=lines, count=count, at=at, run_path=run_path)


@pages.api_route(f"{FLOWS}/run/{{run}}", methods=[*READ])
def run_page(request: Request, run: str, site: TheSite) -> Response:
    """One run: its states, what it called, and what it wrote into the trail."""
    page = page_asked(request.query_params)
    with site.reading() as session:
        found = find_run(session, _run_number(run), page)
    if found is None:
        raise _unknown_run(run)
    at = paging(request, page, found.most, A_PAGE)
    return site.render(request, "runs/run", found=found, at=at, run_path=run_path)


@pages.api_route(f"{FLOWS}/{{slug}}", methods=[*READ])
def flow_page(request: Request, slug: str, site: TheSite) -> Response:
    """One plan task's history."""
    page = page_asked(request.query_params)
    with site.reading() as session:
        found = find_task(session, slug) if _SLUG.fullmatch(slug) else None
        if found is None:
            raise Refusal(404, f"Không có luồng nào mang tên «{slug[:LONGEST]}».")
        task, plan = found
        lines, count = runs_of_task(session, task, page)
    at = paging(request, page, count, A_PAGE)
    return site.render(request, "runs/flow", task=task, plan=plan, lines=lines, count=count, at=at, run_path=run_path)


def _run_number(number: str) -> UUID:
    try:
        return UUID(number)
    except ValueError:
        raise _unknown_run(number) from None


def _unknown_run(number: str) -> Refusal:
    return Refusal(404, f"Không lưu lượt chạy nào mang mã «{number[:LONGEST]}».")
