"""A reviewed draft loaded: what that will do is shown first, on a day the office chooses, then done."""

from __future__ import annotations

from datetime import date
from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.acts import ActRefused
from models.draft_loading import load_draft
from models.draft_outlook import outlook
from models.drafts import Decider, is_open
from models.files import keep_file
from rules.vietnamese import dmy
from web.attempts import NONE, Attempt, Sent, carry_out, day_typed, read_day
from web.drafts import draft_path, known_draft, number_in, show_draft
from web.refusal import Refusal
from web.site import READ, Site, TheSite

pages = APIRouter()


@pages.api_route(draft_path("{draft}", "nap"), methods=[*READ])
def loading_page(request: Request, draft: str, site: TheSite) -> Response:
    """What loading the draft would do, from the day asked for or from today."""
    return show_loading(request, site, draft)


def show_loading(request: Request, site: Site, number: str, attempt: Attempt = NONE) -> HTMLResponse:
    """What loading would do; after a refused attempt, with the reason."""
    day = _day_asked(request, site)
    with site.reading() as session:
        draft = known_draft(session, number)
        if not is_open(draft):
            return show_draft(request, site, number, attempt)
        found = outlook(session, draft, day)
    return site.render(
        request, "drafts/loading", 422 if attempt.reason else 200, found=found, draft=draft, attempt=attempt,
        at=draft_path(number, "nap"), back=draft_path(number), day=day, plan=draft.head.get("ke-hoach", {}),
    )  # fmt: skip


@pages.post(draft_path("{draft}", "nap"))
def load(request: Request, draft: str, site: TheSite, sent: Sent) -> Response:
    """Load the draft as a plan, once; pressed again it leads to the same plan."""

    def act(session: Session) -> str:
        known = known_draft(session, draft)
        if known.plan_id is not None:
            return draft_path(draft)
        if site.files is None:
            raise ActRefused("Nơi giữ tệp chưa được khai báo nên chưa nạp được; xin báo người quản trị.")
        day = day_typed(sent, "tu", "Theo dõi từ ngày")
        loaded, raw = load_draft(session, number_in(draft), day, Decider(site.actor, site.now()))
        keep_file(site.files, f"{loaded.plan.code}.txt", raw)
        return draft_path(draft)

    return carry_out(site, "nap", sent, act, partial(show_loading, request, site, draft))


def _day_asked(request: Request, site: Site) -> date:
    """The day in the address, today without one. Raises Refusal."""
    text = request.query_params.get("tu", "") or dmy(site.today())
    try:
        return read_day(text, "Theo dõi từ ngày")
    except ActRefused as refused:
        if request.method in READ:
            raise Refusal(422, str(refused)) from None
        return site.today()
