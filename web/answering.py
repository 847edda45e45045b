"""The page on which somebody answers for their work, reached from a mail's button: what it is, and what may be said."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.attempts import NONE, Attempt
from web.files import proof_of
from web.links import checked_link, link_path, opened_matter
from web.matters import check_not_shut, matter_of
from web.offers import offers_in
from web.site import READ, Site, TheSite

pages = APIRouter(dependencies=[Depends(checked_link("tra-loi"))])


@pages.api_route(link_path("tra-loi", "{token}"), methods=[*READ])
def answering_page(request: Request, token: str, site: TheSite) -> Response:
    """One person's work: its days and why, what was answered, and the forms that may be sent today."""
    return show_answering(request, site, token)


def show_answering(request: Request, site: Site, token: str, attempt: Attempt = NONE) -> HTMLResponse:
    """What `token` asks about; after a refused attempt, with the reason and what was typed."""
    with site.reading() as session:
        matter = matter_of(session, site, token, "tra-loi")
        offers = offers_in(session, site, matter) if matter.open and not matter.shut else None
    shown = {"matter": matter, "offers": offers, "attempt": attempt, "today": site.today(), **matter.facts()}
    return site.render(request, "answering", 422 if attempt.reason else 200, **shown)


@pages.api_route(link_path("tra-loi", "{token}", "minh-chung/{sha256}/{name}"), methods=[*READ])
def own_proof(token: str, sha256: str, name: str, site: TheSite) -> Response:
    """A file shown as proof of this very work, for whoever has a part in it."""
    with site.reading() as session:
        person, row = opened_matter(session, site, token, "tra-loi")
        check_not_shut(session, row, person, "tra-loi", site.now())
        return proof_of(session, site, row, sha256)
