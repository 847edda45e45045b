"""The list of obligations, and one obligation's whole life."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from models.doers import doers_on, names_of_people
from models.obligation_page import LetterLine, ObligationPage, TrailLine, find_obligation
from models.people import authorities
from models.run_views import kept_among
from models.views import ObligationLine, lines_on, reasons_of
from rules.vietnamese import alphabetical
from web.attempts import NONE, Attempt
from web.families import Beside, beside
from web.files import file_path
from web.paging import paged
from web.refusal import Refusal
from web.search import INDEX_NAMES, LONGEST, NATURES, Search, counters
from web.site import READ, Site, TheSite

pages = APIRouter()
ON_A_PAGE = 100
_CODE = re.compile(r"[A-Za-z0-9._-]{1,200}")


@pages.api_route("/", methods=[*READ])
def front() -> Response:
    """The list is the front page."""
    return RedirectResponse("/nghia-vu", 307)


@pages.api_route("/nghia-vu", methods=[*READ])
def list_page(request: Request, site: TheSite) -> Response:
    """What is due, filtered by the address."""
    search, today = Search.asked(request.query_params), site.today()
    with site.reading() as session:
        everything, people = lines_on(session, today), names_of_people(session)
        units = units_of(everything)
        _check_known(search, units, people)
        found = search.matches(everything, doers_on(session, today) if search.needs_people else None)
        page = paged(search.in_state(found), request.query_params, ON_A_PAGE)
        reasons = reasons_of(session, page.shown)
        offices = [office.name for office in authorities(session)]
    return site.render(
        request, "obligations", offices=offices, today=today, search=search, counters=counters(search, found),
        page=page, reasons=reasons, units=by_name(units), people=by_name(people), indices=INDEX_NAMES, natures=NATURES,
    )  # fmt: skip


def units_of(lines: Iterable[ObligationLine]) -> dict[str, str]:
    """The lead units of `lines`: what each is called, by code."""
    return {line.lead_code: line.lead for line in lines if line.lead_code}


def by_name(named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes and names as a list offers them, in the order of a Vietnamese dictionary."""
    return sorted(named.items(), key=lambda one: alphabetical(one[1]))


def _check_known(search: Search, units: Mapping[str, str], people: Mapping[str, str]) -> None:
    if search.unit and search.unit not in units:
        raise Refusal(422, f"Không có đơn vị chủ trì «{search.unit}».")
    if search.person and search.person not in people:
        raise Refusal(422, f"Không có người «{search.person}» trong danh sách nhân sự.")


@pages.api_route("/nghia-vu/{code}", methods=[*READ])
def obligation_page(request: Request, code: str, site: TheSite) -> Response:
    """One obligation: the plan's words, the dates and why, the ladder, the letters and the trail."""
    return show_obligation(request, site, code)


def show_obligation(request: Request, site: Site, code: str, attempt: Attempt = NONE) -> HTMLResponse:
    """The page of obligation `code`; after a refused attempt, with the reason and what was typed."""
    today = site.today()
    page, more, kept = _find(site, code)
    return site.render(
        request,
        "obligation",
        422 if attempt.reason else 200,
        page=page,
        more=more,
        today=today,
        letters=_by_rung(page.letters),
        runs={line.flow_run: run_link(site, line, kept) for line in page.trail},
        attempt=attempt,
        code=code,
        named=more.named,
        file_path=file_path,
    )


def obligation_path(code: str, act: str = "") -> str:
    """Where obligation `code` is shown, or where an act on it is posted."""
    return f"/nghia-vu/{code}/{act}" if act else f"/nghia-vu/{code}"


def run_link(site: Site, line: TrailLine, kept: Container[str] = ()) -> str:
    """The page of the run that made this entry, ours when it is kept, else Prefect's; «» when there is none."""
    if line.flow_run in kept:
        return run_path(line.flow_run)
    try:
        run = UUID(line.flow_run)
    except ValueError:
        return ""
    return f"{site.prefect_url.rstrip('/')}/runs/flow-run/{run}" if site.prefect_url else ""


def run_path(run: object) -> str:
    """Where a kept run is shown."""
    return f"/luong/run/{run}"


def known_code(code: str) -> str:
    """`code`, once it could be one: the database is not asked about anything else. Raises Refusal."""
    if _CODE.fullmatch(code):
        return code
    raise unknown_code(code)


def _find(site: Site, code: str) -> tuple[ObligationPage, Beside, set[str]]:
    with site.reading() as session:
        if page := find_obligation(session, known_code(code), site.today()):
            kept = kept_among(session, (line.flow_run for line in page.trail))
            return page, beside(session, page, code, site.now()), kept
    raise unknown_code(code)


def unknown_code(code: str) -> Refusal:
    """No obligation has this code, or none the reader may know of."""
    return Refusal(404, f"Không có nghĩa vụ mang mã «{code[:LONGEST]}».", search=code[:LONGEST])


def _by_rung(letters: Sequence[LetterLine]) -> list[tuple[str, list[LetterLine]]]:
    return [(rung, list(group)) for rung, group in groupby(letters, key=lambda letter: letter.rung)]
