"""Plans imported for review: those there are, how far each has come, every row of the document accounted for."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.doers import names_of_people
from models.draft_states import STATES, standing
from models.draft_tables import PlanDraft
from models.draft_views import FATES, draft_view
from models.drafts import draft_tasks, drafts_of, is_open
from models.people import authorities
from web.attempts import NONE, Attempt, read_number
from web.forms import Submission
from web.refusal import Refusal
from web.site import READ, Site, TheSite

pages = APIRouter()
DRAFTS = "/ke-hoach/nhap"
RELATIONS = {"noi-bo": "trong cơ quan", "phoi-hop": "phối hợp, không đôn đốc", "cap-tren": "cấp trên"}


def draft_path(draft: object, *more: object) -> str:
    """Where a draft is shown, or one of its tasks, or where an act on it is posted."""
    return "/".join(map(str, (DRAFTS, draft, *more)))


@pages.api_route(DRAFTS, methods=[*READ])
def drafts_page(request: Request, site: TheSite) -> Response:
    """Every plan imported for review, newest first, and the form that imports another."""
    return show_drafts(request, site)


@pages.api_route(draft_path("{draft}"), methods=[*READ])
def draft_page(request: Request, draft: str, site: TheSite) -> Response:
    """One draft: its progress, its tasks, what became of every row."""
    return show_draft(request, site, draft)


def show_drafts(request: Request, site: Site, attempt: Attempt = NONE) -> HTMLResponse:
    """The drafts; after a refused attempt, with the reason."""
    with site.reading() as session:
        lines = [(draft, standing(draft_tasks(session, draft)), is_open(draft)) for draft in drafts_of(session)]
        people = names_of_people(session)
        offices = [(office.code, office.name) for office in authorities(session)]
    shown = {"lines": lines, "offices": offices, "people": people, "attempt": attempt, "at": DRAFTS}
    return site.render(request, "drafts/list", 422 if attempt.reason else 200, **shown)


def show_draft(request: Request, site: Site, number: str, attempt: Attempt = NONE) -> HTMLResponse:
    """The draft with this number; after a refused attempt, with the reason and what was typed."""
    state = request.query_params.get("trang-thai", "")
    if state and state not in STATES:
        raise Refusal(422, "Trạng thái cần một trong các mục ở danh sách.")
    with site.reading() as session:
        found, people = draft_view(session, known_draft(session, number)), names_of_people(session)
    return site.render(
        request, "drafts/draft", 422 if attempt.reason else 200, view=found, draft=found.draft, attempt=attempt,
        states=STATES, state=state, fates=FATES, relations=RELATIONS, at=draft_path(number),
        open=is_open(found.draft), people=people, plan=found.draft.head.get("ke-hoach", {}),
    )  # fmt: skip


def known_draft(session: Session, number: str) -> PlanDraft:
    """The draft with this number. Raises Refusal."""
    draft = session.get(PlanDraft, number_in(number))
    if draft is None:
        raise Refusal(404, f"Không có bản nhập số «{number[:40]}».")
    return draft


def version_seen(sent: Submission) -> int:
    """The version a form was filled in on; one that says none is older than any."""
    version = read_number(sent.fields.get("phien", ""), digits=9)
    return -1 if version is None else version


def number_in(text: str) -> int:
    """The number of a draft or of a task, as an address has it. Raises Refusal."""
    if number := read_number(text, digits=9):
        return number
    raise Refusal(404, f"Không có bản nhập hay nhiệm vụ nào mang số «{text[:40]}».")
