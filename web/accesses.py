"""Who may open these pages: by role, by a right given, and who is signed in now."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.access import Given, give_right, holders_by_role, rights_given, withdraw_right
from models.acts import ActRefused
from models.people import authorities
from models.sign_ins import end_session, sessions_under_way
from models.tables import Authority, key_of
from rules.vietnamese import fold
from web.attempts import NONE, Attempt, Sent, carry_out, day_if_typed, read_number, words_needed
from web.forms import Submission
from web.site import READ, Site, TheSite

pages = APIRouter()
ACCESS = "/truy-cap"


@pages.api_route(ACCESS, methods=[*READ])
def access_page(request: Request, site: TheSite) -> Response:
    """Every right and every session of the authority."""
    return show_access(request, site)


def show_access(request: Request, site: Site, attempt: Attempt = NONE) -> HTMLResponse:
    """Who may come in; after a refused attempt, with the reason and what was typed."""
    with site.reading() as session:
        offices = [
            (office, holders_by_role(session, key_of(office), site.today()), rights_given(session, key_of(office)),
             sessions_under_way(session, key_of(office), site.now()))
            for office in authorities(session)
        ]  # fmt: skip
    status = 422 if attempt.reason else 200
    return site.render(request, "access", status, offices=offices, attempt=attempt, today=site.today(), at=ACCESS)


@pages.post(f"{ACCESS}/cap")
def give(request: Request, site: TheSite, sent: Sent) -> Response:
    """Give somebody a right."""

    def act(session: Session) -> str:
        first = day_if_typed(sent, "tu", "Từ ngày") or site.today()
        name, email = words_needed(sent, "ten", "Họ tên", 100), words_needed(sent, "email", "Địa chỉ thư", 254)
        code = sent.fields.get("ma", "") or _code_of(name)
        given = Given(code, name, email, sent.fields.get("quyen", ""), first, day_if_typed(sent, "den", "Đến hết ngày"))
        give_right(session, _office(session, sent), given, site.actor, site.now())
        return f"{ACCESS}#da-cap"

    return carry_out(site, "cap", sent, act, partial(show_access, request, site))


@pages.post(f"{ACCESS}/thu-hoi")
def withdraw(request: Request, site: TheSite, sent: Sent) -> Response:
    """Take a right back."""

    def act(session: Session) -> str:
        reason = words_needed(sent, "ly-do", "Lý do thu hồi")
        withdraw_right(session, _office(session, sent), sent.fields.get("ma", ""), site.actor, reason, site.now())
        return f"{ACCESS}#da-cap"

    return carry_out(site, f"thu-hoi-{sent.fields.get('ma', '')[:60]}", sent, act, partial(show_access, request, site))


@pages.post(f"{ACCESS}/ket-thuc")
def end(request: Request, site: TheSite, sent: Sent) -> Response:
    """End a session at once."""

    def act(session: Session) -> str:
        number = read_number(sent.fields.get("so", ""))
        if number is None:
            raise ActRefused("Phiên đăng nhập này không có hoặc đã kết thúc.")
        end_session(session, number, site.actor, site.now(), words_needed(sent, "ly-do", "Lý do"))
        return f"{ACCESS}#dang-vao"

    form = f"ket-thuc-{sent.fields.get('so', '')[:20]}"
    return carry_out(site, form, sent, act, partial(show_access, request, site))


def _office(session: Session, sent: Submission) -> Authority:
    """The authority a form is about; a reader who signed in has one alone."""
    wanted = sent.fields.get("co-quan", "")
    found = [one for one in authorities(session) if wanted in ("", one.code)]
    if len(found) != 1:
        raise ActRefused("Cần chọn cơ quan.")
    return found[0]


def _code_of(name: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in fold(name)).split())
