"""What an office must look at: mails, answers and sweeps that wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.deliveries import RETURNED_KINDS, Unreached, person_of, unmatched, unreached
from models.digests import DIGEST_STATUSES
from models.people import authorities
from models.record_tables import Digest
from models.reply_tables import ReturnedMail
from models.reply_views import Waiting, waiting_in
from models.sweep_marks import held_since, why_waiting
from models.tables import Person, key_of
from models.views import unsettled_digests
from web.attempts import NONE, Attempt
from web.site import READ, Site, TheSite

pages = APIRouter()
UNSETTLED = "/thu-can-xem"
SETTLE, READ_MAIL, RESUME = (f"{UNSETTLED}/{act}" for act in ("xu-ly", "da-doc", "quet-tiep"))


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Everything that waits for a person, one authority after another."""

    held: Sequence[tuple[str, datetime, str]]  # whose sweeps wait, since when, and why when no clock is to blame
    waiting: Sequence[Waiting]
    digests: Sequence[tuple[Digest, Person]]
    unreached: Sequence[Unreached]
    letters: Sequence[tuple[ReturnedMail, str]]  # mails a person should read, and whose mail they answer

    @property
    def nothing(self) -> bool:
        """Whether nobody has anything to do."""
        return not (self.held or self.waiting or self.digests or self.unreached or self.letters)


@pages.api_route(UNSETTLED, methods=[*READ])
def unsettled_page(request: Request, site: TheSite) -> Response:
    """Digests that were refused, came back or that nobody knows the fate of, and whatever else waits for a person."""
    return show_unsettled(request, site)


def show_unsettled(request: Request, site: Site, attempt: Attempt = NONE) -> HTMLResponse:
    """What waits for a person; after a refused attempt, with the reason and what was typed."""
    with site.reading() as session:
        found = _unsettled(session, site.now())
    status = 422 if attempt.reason else 200
    named = {
        "statuses": DIGEST_STATUSES,
        "returned_kinds": RETURNED_KINDS,
        "settle": SETTLE,
        "read_mail": READ_MAIL,
        "resume": RESUME,
    }
    return site.render(request, "unsettled", status, found=found, attempt=attempt, **named)


def _unsettled(session: Session, now: datetime) -> Unsettled:
    offices = list(authorities(session))
    held = ((office.name, held_since(session, office), why_waiting(session, office)) for office in offices)
    return Unsettled(
        held=[(name, since, reason) for name, since, reason in held if since],
        waiting=[one for office in offices for one in waiting_in(session, key_of(office), now)],
        digests=unsettled_digests(session),
        unreached=[one for office in offices for one in unreached(session, key_of(office))],
        letters=[(mail, person_of(session, mail)) for mail in unmatched(session)],
    )
