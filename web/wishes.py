"""The page on which somebody chooses how their mail comes, reached from the foot of each mail."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.acts import ActRefused
from models.digests import DIGEST_TIMES
from models.wishes import set_wishes
from web.attempts import NONE, Attempt, Sent, carry_out
from web.links import checked_link, link_path, opened
from web.site import READ, Site, TheSite

pages = APIRouter(dependencies=[Depends(checked_link("tuy-chon"))])
_EARLY = {"co": True, "khong": False}


@pages.api_route(link_path("tuy-chon", "{token}"), methods=[*READ])
def wishes_page(request: Request, token: str, site: TheSite) -> Response:
    """From which hour mail comes, and whether early reminders do."""
    return show_wishes(request, site, token)


def show_wishes(request: Request, site: Site, token: str, attempt: Attempt = NONE) -> HTMLResponse:
    """The wishes of the person of `token`; after a refused attempt, with the reason."""
    with site.reading() as session:
        link = opened(session, site, token, "tuy-chon")
    shown = {"person": link.person, "expires": link.expires, "action": link_path("tuy-chon", token)}
    status = 422 if attempt.reason else 200
    return site.render(request, "wishes", status, times=DIGEST_TIMES, attempt=attempt, **shown)


@pages.post(link_path("tuy-chon", "{token}"))
def choose(request: Request, token: str, site: TheSite, sent: Sent) -> Response:
    """Write down what the person of `token` wants."""

    def act(session: Session) -> str:
        person, early = opened(session, site, token, "tuy-chon").person, _EARLY.get(sent.fields.get("nhac-som", ""))
        if early is None:
            raise ActRefused("Cần chọn có hay không nhận thư nhắc sớm.")
        set_wishes(session, person, sent.fields.get("gio", ""), early, site.now())
        return f"{link_path('tuy-chon', token)}#hien-nay"

    return carry_out(site, "tuy-chon", sent, act, partial(show_wishes, request, site, token))
