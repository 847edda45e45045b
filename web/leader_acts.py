"""From the leaders' page to the page of a decision: a link as in a mail, made only for who really decides."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.responses import RedirectResponse, Response

from models.approvals import who_decides
from models.links import Wanted, issue_links
from models.store import transaction
from models.tables import Obligation, Person, key_of
from web.attempts import Sent
from web.leaders import open_path, opener
from web.links import link_path
from web.obligations import known_code, unknown_code
from web.refusal import Refusal
from web.site import Site, TheSite

pages = APIRouter()


@pages.post(open_path("{code}"))
def open_decision(code: str, site: TheSite, sent: Sent) -> Response:
    """Go to where obligation `code` is decided on, as the reader."""
    with transaction(site.engine) as session:
        row = _obligation(session, site, known_code(code))
        person = _decider(session, site, row, sent.fields.get("nguoi", ""))
        wanted: Wanted = ("duyet", key_of(row))
        token = issue_links(session, person, [wanted], site.now(), site.key)[wanted]
    return RedirectResponse(link_path("duyet", token), 303)


def _obligation(session: Session, site: Site, code: str) -> Obligation:
    """Obligation `code` of the reader's own authority. Raises Refusal."""
    row: Obligation | None = session.execute(
        select(Obligation).where(col(Obligation.code) == code)
    ).scalar_one_or_none()
    if row is None or (site.visitor and row.authority_id != site.visitor.authority_id):
        raise unknown_code(code)
    return row


def _decider(session: Session, site: Site, row: Obligation, wanted: str) -> Person:
    """The reader, who decides something about `row` today. Raises Refusal."""
    people = (session.get_one(Person, one) for one in who_decides(session, row, site.now()))
    if person := opener(site, people, wanted):
        return person
    raise Refusal(403, "Việc này không chờ đồng chí quyết định; xin xem lại trang Lãnh đạo.")
