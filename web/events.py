"""The events recorded: what happened, who answers for it, what each opened, moved or withdrew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.event_lines import EventLine, event_choices, event_lines, people_choices
from models.events import events_of
from rules.vietnamese import fold
from web.attempts import NONE, Attempt
from web.refusal import Refusal
from web.search import LONGEST
from web.site import READ, Site, TheSite

pages = APIRouter()
EVENTS = "/su-kien"
EVENTS_A_PAGE = 30
_KEY = re.compile(r"[a-z0-9-]{1,200}", re.ASCII)
_PAGE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a reader asked for: all, those with some words, or one by its key."""

    words: str = ""
    key: str = ""
    page: int = 1

    def link(self, page: int) -> str:
        """The address of another page of the same question."""
        return f"{EVENTS}?{urlencode({'tim': self.words, 'trang': page})}"


def event_path(key: str, act: str = "") -> str:
    """Where event `key` is shown, or where an act on it is posted."""
    return f"{EVENTS}/{key}/{act}" if act else f"{EVENTS}?ma={key}#{key}"


@pages.api_route(EVENTS, methods=[*READ])
def events_page(request: Request, site: TheSite) -> Response:
    """Every event recorded, newest first, or one of them with what may be done about it."""
    query = request.query_params
    key, page = query.get("ma", ""), query.get("trang", "1")
    if not _PAGE.fullmatch(page):
        raise Refusal(422, "Số trang cần là số nguyên từ 1.")
    return show_events(request, site, Wanted(query.get("tim", "").strip()[:LONGEST], known_key(key) if key else "",
                                             int(page)))  # fmt: skip


def show_events(request: Request, site: Site, wanted: Wanted, attempt: Attempt = NONE) -> HTMLResponse:
    """The page of the events `wanted`; after a refused attempt, with the reason and what was typed."""
    with site.reading() as session:
        found = [event for event in events_of(session) if _matches(wanted, event.key, event.name, event.document)]
        last = max(1, -(-len(found) // EVENTS_A_PAGE))
        page = min(wanted.page, last)
        lines = event_lines(session, found[(page - 1) * EVENTS_A_PAGE : page * EVENTS_A_PAGE], site.today())
        choices, people = event_choices(session), people_choices(session)
    if wanted.key and not lines:
        raise Refusal(404, f"Không có sự kiện mang mã «{wanted.key}».")
    return site.render(
        request, "events", 422 if attempt.reason else 200, lines=lines, count=len(found), wanted=wanted, number=page,
        last=last, choices=choices, people=people, attempt=attempt, today=site.today(), one=_only(wanted, lines),
    )  # fmt: skip


def known_key(key: str) -> str:
    """`key`, once it could be one. Raises Refusal."""
    if _KEY.fullmatch(key):
        return key
    raise Refusal(404, f"Không có sự kiện mang mã «{key[:LONGEST]}».")


def _only(wanted: Wanted, lines: list[EventLine]) -> EventLine | None:
    return lines[0] if wanted.key else None


def _matches(wanted: Wanted, key: str, *texts: str) -> bool:
    if wanted.key:
        return key == wanted.key
    text = fold(" ".join((key, *texts)))
    return all(word in text for word in fold(wanted.words).split())
