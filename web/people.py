"""The people of the office: who holds which role, who is away and who reads for them, and one person alone."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.leaves import leaves_of
from models.people import authorities
from models.people_views import PersonLine, by_given_name, codes_and_names, list_people
from models.tables import Authority
from rules.vietnamese import fold
from web.attempts import NONE, Attempt
from web.refusal import Refusal
from web.search import LONGEST
from web.site import READ, Site, TheSite

pages = APIRouter()
PEOPLE = "/can-bo"


def person_path(code: str, act: str = "") -> str:
    """Where a person is shown, or where an act about them is posted."""
    return f"{PEOPLE}/{code}/{act}" if act else f"{PEOPLE}/{code}"


@pages.api_route(PEOPLE, methods=[*READ])
def people_page(request: Request, site: TheSite) -> Response:
    """Everybody who gets letters, by given name; words typed find a name, a title, a unit or an address."""
    words = request.query_params.get("tim", "").strip()[:LONGEST]
    with site.reading() as session:
        found = [line for office in authorities(session) for line in list_people(session, office, site.today())]
    lines = by_given_name(line for line in found if _says(line, words))
    return site.render(request, "people", lines=lines, everybody=len(found), words=words, today=site.today())


@pages.api_route(person_path("{person}"), methods=[*READ])
def person_page(request: Request, person: str, site: TheSite) -> Response:
    """One person: roles with their days, leave, how mail comes."""
    return show_person(request, site, person)


def show_person(request: Request, site: Site, code: str, attempt: Attempt = NONE) -> HTMLResponse:
    """The page of person `code`; after a refused attempt, with the reason and what was typed."""
    with site.reading() as session:
        office, line, everybody = _found(session, site, code)
        leaves = [row for row in leaves_of(session, office, site.today()) if row.person_id == line.person.id]
        others = [pair for pair in codes_and_names(everybody) if pair[0] != code]
        names = {one.person.id: one.person.name for one in everybody}
    return site.render(
        request, "person", 422 if attempt.reason else 200, line=line, leaves=leaves, others=others, names=names,
        today=site.today(), attempt=attempt, at=person_path,
    )  # fmt: skip


def known_person(session: Session, site: Site, code: str) -> tuple[Authority, PersonLine]:
    """The person with this code, and whose they are. Raises Refusal."""
    office, line, _ = _found(session, site, code)
    return office, line


def _found(session: Session, site: Site, code: str) -> tuple[Authority, PersonLine, list[PersonLine]]:
    """The person with this code, whose they are, and everybody there. Raises Refusal."""
    for office in authorities(session):
        everybody = list_people(session, office, site.today())
        for line in everybody:
            if line.person.code == code:
                return office, line, everybody
    raise Refusal(404, f"Không có người mang mã «{code[:LONGEST]}».")


def _says(line: PersonLine, words: str) -> bool:
    units = " ".join(role.unit for role in line.roles)
    text = fold(f"{line.person.name} {line.person.title} {line.person.email} {line.person.code} {units}")
    return all(word in text for word in fold(words).split())
