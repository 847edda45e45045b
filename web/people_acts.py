"""What the office records of a person: leave and who stands in, leave taken back, links revoked."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.leaves import record_leave, withdraw_leave
from models.links import revoke_links
from web.attempts import Sent, carry_out, day_typed, words_needed, words_typed
from web.people import known_person, person_path, show_person
from web.site import TheSite

pages = APIRouter()


@pages.post(person_path("{person}", "nghi"))
def away(request: Request, person: str, site: TheSite, sent: Sent) -> Response:
    """Record that somebody is away, and who gets their letters."""

    def act(session: Session) -> str:
        office, line = known_person(session, site, person)
        days = day_typed(sent, "tu", "Ngày nghỉ đầu"), day_typed(sent, "den", "Ngày nghỉ cuối")
        instead, reason = sent.fields.get("nguoi-thay", ""), words_typed(sent, "ly-do", "Lý do")
        record_leave(session, office, line.person.code, *days, site.actor, site.now(), instead, reason)
        return f"{person_path(person)}#nghi-phep"

    return carry_out(site, "nghi", sent, act, partial(show_person, request, site, person))


@pages.post(person_path("{person}", "rut-nghi/{number:int}"))
def back(request: Request, person: str, number: int, site: TheSite, sent: Sent) -> Response:
    """Take a leave back: letters go to the person again."""

    def act(session: Session) -> str:
        office, _ = known_person(session, site, person)
        reason = words_needed(sent, "ly-do", "Lý do rút")
        withdraw_leave(session, office, min(number, 2**31 - 1), site.actor, reason, site.now())
        return f"{person_path(person)}#nghi-phep"

    return carry_out(site, f"rut-{number}", sent, act, partial(show_person, request, site, person))


@pages.post(person_path("{person}", "thu-hoi"))
def revoke(request: Request, person: str, site: TheSite, sent: Sent) -> Response:
    """Let no link sent to this person so far open anything."""

    def act(session: Session) -> str:
        _, line = known_person(session, site, person)
        revoke_links(session, line.person, site.actor, words_needed(sent, "ly-do", "Lý do thu hồi"), site.now())
        return f"{person_path(person)}#lien-ket"

    return carry_out(site, "thu-hoi", sent, act, partial(show_person, request, site, person))
