"""The practice mailbox as pages: its list, one letter, and the letter's own HTML alone in a frame."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from rules.vietnamese import fold
from web.mailbox import Opened, Received, list_letters, open_letter
from web.paging import page_asked
from web.refusal import Refusal
from web.security import LETTER_POLICY
from web.site import READ, Site, TheSite

pages = APIRouter()
ON_A_PAGE = 50


@pages.api_route("/hop-thu", methods=[*READ])
def mailbox_page(request: Request, site: TheSite) -> Response:
    """The letters delivered, newest first, of everybody or of one person."""
    letters = _delivered(site)
    address = request.query_params.get("nguoi", "")
    mine = [letter for letter in letters if not address or letter.address == address]
    pages_count = max(1, -(-len(mine) // ON_A_PAGE))
    page = min(page_asked(request), pages_count)
    people = {letter.address: letter.person for letter in letters if letter.address}
    return site.render(
        request,
        "mailbox",
        letters=mine[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        count=len(mine),
        address=address,
        people=sorted(people.items(), key=lambda person: fold(person[1])),
        page=page,
        pages_count=pages_count,
    )


@pages.api_route("/hop-thu/{key}", methods=[*READ])
def letter_page(request: Request, key: str, site: TheSite) -> Response:
    """One letter: its headers, its text, its HTML in a frame."""
    return site.render(request, "letter", letter=_open(site, key))


@pages.api_route("/hop-thu/{key}/html", methods=[*READ])
def letter_html(key: str, site: TheSite) -> Response:
    """The letter's own HTML, allowed nothing."""
    letter = _open(site, key)
    if not letter.html:
        raise Refusal(404, "Thư này không có phần HTML.")
    return HTMLResponse(letter.html, headers={"Content-Security-Policy": LETTER_POLICY})


def _delivered(site: Site) -> list[Received]:
    assert site.mailbox  # noqa: S101  these routes exist only with a mailbox
    return list_letters(site.mailbox)


def _open(site: Site, key: str) -> Opened:
    assert site.mailbox  # noqa: S101
    if letter := open_letter(site.mailbox, key):
        return letter
    raise Refusal(404, "Không có thư này trong hộp thư diễn tập.")
