"""Who may open what: the reader behind a request's cookie, and the rights each part of the pages asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.access import RIGHTS, Visitor
from models.sign_ins import visitor_of, witness_reading
from models.store import acting_by, kept_to, transaction
from web.refusal import Refusal
from web.security import plain
from web.site import READ, Site, house_of, is_mailed, site_of

SIGN_IN = "/dang-nhap"
LONGEST_PATH = 300
Check = Callable[[Request], None]


class NotSignedIn(Exception):
    """A page asked for by somebody who did not sign in: they are shown the way."""


def session_cookie(secure: bool) -> str:
    """What the cookie is called; over https no other host or path can set it."""
    return "__Host-dunghan" if secure else "dunghan"


def for_anyone(request: Request) -> None:
    """Let everybody in; who signed in is known all the same."""
    request.state.site = _site_for(request)


def only(*rights: str) -> Check:
    """A check that lets in who signed in by one of `rights`, and everybody in practice; auditors' reading is kept."""

    def check(request: Request) -> None:
        for_anyone(request)
        site = site_of(request)
        if site.visitor is None:
            if site.practice is None:
                raise NotSignedIn
        elif site.visitor.right not in rights:
            named = " hoặc ".join(f"«{RIGHTS[right]}»" for right in rights)
            raise Refusal(403, f"Trang này dành cho quyền {named}; đồng chí đang vào với quyền khác.")
        elif site.visitor.right == "kiem-tra" and request.method in READ:
            _witness(request, site, site.visitor)

    return check


def _site_for(request: Request) -> Site:
    """The site as the reader behind this request has it: rows of their authority, acts in their name."""
    site = house_of(request)
    if is_mailed(request.scope["path"]):
        return replace(site, engine=acting_by(site.engine, "thu"))
    secret = request.cookies.get(session_cookie(site.secure), "")
    visitor = _visitor(site, secret) if secret else None
    if visitor is None:
        return replace(site, engine=acting_by(site.engine, "dien-tap" if site.practice else "trang"))
    engine = acting_by(kept_to(site.engine, visitor.authority_id), "trang")
    return replace(site, engine=engine, visitor=visitor, forms=site.forms.bound_to(secret))


def _visitor(site: Site, secret: str) -> Visitor | None:
    with site.reading() as session:
        return visitor_of(session, secret, site.now())


def _witness(request: Request, site: Site, visitor: Visitor) -> None:
    with transaction(house_of(request).engine) as session:  # by the house: the reader has no say in it
        witness_reading(session, visitor, plain(request.scope["path"])[:LONGEST_PATH], site.now())


def show_the_way(request: Request, error: Exception) -> Response:
    """To the sign-in page and back; what was to be changed is not changed."""
    if request.method not in READ:
        refusal = Refusal(401, "Cần đăng nhập lại rồi làm lại; chưa có gì được ghi.")
        return site_of(request).render(request, "error", 401, code=401, sentence=refusal.detail, search="")
    query = request.scope["query_string"].decode("ascii", "replace")
    back = f"{request.scope['path']}?{query}".rstrip("?")
    return RedirectResponse(f"{SIGN_IN}?ve={quote(back, safe='/')}", 303)
