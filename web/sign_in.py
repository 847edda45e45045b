"""Coming in by a link in a mail, choosing by which right, and going out again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.access import RIGHTS, Visitor, rights_of
from models.acts import ActRefused
from models.sign_ins import (
    LINK_LIVES,
    SESSION_LIVES,
    Asked,
    SignInRefused,
    TooMany,
    ask_link,
    begin_session,
    end_session,
    find_link,
    fresh_secret,
    keep_outcome,
    use_link,
)
from models.store import transaction
from web.attempts import Sent
from web.guard import SIGN_IN, session_cookie
from web.patience import client_of
from web.refusal import Refusal
from web.site import READ, Door, Site, TheSite, house_of

pages = APIRouter()
SIGN_OUT = "/dang-xuat"
SWITCH = "/doi-quyen"
_BROWSER = "dunghan-trinh-duyet"
# A page of ours to go on to: one slash, then nothing that could name another host.
_OURS = re.compile(r"/(?![/\\])[\w./?=&%+~,:-]{0,500}", re.ASCII)


@pages.api_route(SIGN_IN, methods=[*READ])
def sign_in_page(request: Request, site: TheSite) -> Response:
    """The form that asks for a link."""
    return _form(request, site, back=own_page(request.query_params.get("ve", "")))


@pages.post(SIGN_IN)
def ask(request: Request, site: TheSite, sent: Sent) -> Response:
    """Send a link to an address that may come in; the answer is the same for one that may not."""
    email, back = sent.fields.get("email", "").strip()[:254], own_page(sent.fields.get("ve", ""))
    if "@" not in email:
        return _form(request, site, 422, back=back, email=email, reason="Cần ghi địa chỉ thư điện tử công vụ.")
    browser = request.cookies.get(_BROWSER) or fresh_secret()
    try:
        with transaction(house_of(request).engine) as session:
            asked = ask_link(session, email, browser, client_of(request), back, site.now())
    except TooMany as refused:
        return _form(request, site, 429, back=back, email=email, reason=str(refused))
    answer = site.render(request, "sign_in_asked", email=email, minutes=int(LINK_LIVES.total_seconds()) // 60)
    keep(answer, site, _BROWSER, browser, LINK_LIVES)
    if asked and site.door:
        answer.background = BackgroundTask(_post, house_of(request), site.door, asked)
    return answer


async def _post(site: Site, door: Door, asked: Asked) -> None:
    """Send the link, after the page was answered: how long that takes tells nobody who may come in."""
    outcome = await door.post(asked, f"{door.url.rstrip('/')}{SIGN_IN}/{asked.secret}")

    def write_down() -> None:
        with transaction(site.engine) as session:
            keep_outcome(session, asked.number, outcome)

    await run_in_threadpool(write_down)


@pages.api_route(SIGN_IN + "/{secret}", methods=[*READ])
def link_page(request: Request, secret: str, site: TheSite) -> Response:
    """The button that uses the link up: programs that open every link of a mail sign nobody in."""
    site.patience.check(request)
    try:
        with house_of(request).reading() as session:
            find_link(session, secret, request.cookies.get(_BROWSER, ""), site.now())
    except SignInRefused as refused:
        return no_way_in(request, site, refused)
    return site.render(request, "sign_in_link", action=f"{SIGN_IN}/{secret}", carried={})


@pages.post(SIGN_IN + "/{secret}")
def come_in(request: Request, secret: str, site: TheSite, sent: Sent) -> Response:
    """Use the link up and begin a session, by the first right the address holds."""
    site.patience.check(request)
    try:
        with transaction(house_of(request).engine) as session:
            rights, back = use_link(session, secret, request.cookies.get(_BROWSER, ""), site.now())
            answer = let_in(session, request, site, rights[0], back)
    except SignInRefused as refused:
        return no_way_in(request, site, refused)
    answer.delete_cookie(_BROWSER)
    return answer


@pages.api_route(SWITCH, methods=[*READ])
def rights_page(request: Request, site: TheSite) -> Response:
    """Every right of who is signed in, and whose pages each opens."""
    visitor = _signed_in(site)
    return site.render(request, "rights", chosen=visitor, choices=_choices(request, site, visitor), named=RIGHTS)


@pages.post(SWITCH)
def switch(request: Request, site: TheSite, sent: Sent) -> Response:
    """Go on by another right of the same address, in a new session."""
    visitor, wanted = _signed_in(site), sent.fields.get("quyen", "")
    chosen = next((one for one in _choices(request, site, visitor) if one.choice == wanted), None)
    if chosen is None:
        raise Refusal(403, "Quyền này không được cấp cho đồng chí, hoặc đã hết hiệu lực.")
    with transaction(house_of(request).engine) as session:
        _end(session, visitor, site)
        return let_in(session, request, site, chosen)


@pages.post(SIGN_OUT)
def sign_out(request: Request, site: TheSite, sent: Sent) -> Response:
    """End the session, here and in the database."""
    if site.visitor:
        with transaction(house_of(request).engine) as session:
            _end(session, site.visitor, site)
    answer = RedirectResponse(SIGN_IN, 303)
    drop(answer, site, session_cookie(site.secure))
    return answer


def let_in(session: Session, request: Request, site: Site, visitor: Visitor, back: str = "") -> Response:
    """Begin a session of `visitor` and go on to `back`, or to where their day begins."""
    secret = begin_session(session, visitor, request.headers.get("user-agent", ""), site.now())
    answer = RedirectResponse(back or first_page(visitor), 303)
    keep(answer, site, session_cookie(site.secure), secret, SESSION_LIVES)
    return answer


def no_way_in(request: Request, site: Site, refused: SignInRefused, status: int = 410) -> Response:
    """The form once more with the reason; whoever guesses is counted."""
    site.patience.wrong(request)
    return _form(request, site, status, reason=str(refused))


def first_page(visitor: Visitor) -> str:
    """Where the day of who signed in begins."""
    return {"lanh-dao": "/lanh-dao", "kiem-tra": "/nhat-ky"}.get(visitor.right, "/nghia-vu")


def own_page(text: str) -> str:
    """`text` when it is the address of a page of ours, else «»: nobody is sent elsewhere from here."""
    return text if _OURS.fullmatch(text) else ""


def keep(answer: Response, site: Site, name: str, value: str, lives: timedelta) -> None:
    """Set a cookie no script reads and no other site's form brings along; a link in a mail does."""
    seconds = int(lives.total_seconds())
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=site.secure, httponly=True, samesite="lax")


def drop(answer: Response, site: Site, name: str) -> None:
    """Take such a cookie back."""
    answer.delete_cookie(name, path="/", secure=site.secure, httponly=True, samesite="lax")


def _form(request: Request, site: Site, status: int = 200, **facts: Any) -> Response:
    given = {"back": "", "email": "", "reason": "", **facts}
    return site.render(request, "sign_in", status, action=SIGN_IN, **given)


def _choices(request: Request, site: Site, visitor: Visitor) -> list[Visitor]:
    """Read as the house: one address may hold rights of several authorities."""
    with house_of(request).reading() as session:
        return rights_of(session, visitor.email, site.today())


def _signed_in(site: Site) -> Visitor:
    if site.visitor is None:
        raise Refusal(403, "Chưa đăng nhập.")
    return site.visitor


def _end(session: Any, visitor: Visitor, site: Site) -> None:
    try:
        end_session(session, visitor.session_id or 0, visitor.code, site.now())
    except ActRefused:
        return  # ended meanwhile, from another page
