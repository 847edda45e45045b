"""Notices of holidays and swaps: those recorded, and what a new one would move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.moves import Move
from models.obligations import stored_calendar
from models.people import authorities
from models.tables import CalendarNotice, key_of
from web.attempts import NONE, Attempt
from web.site import READ, Site, TheSite

pages = APIRouter()
NOTICES = "/thong-bao-lich"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a notice would move, and what was typed of it."""

    moves: Sequence[Move]
    fields: Mapping[str, str]

    @property
    def moving(self) -> list[Move]:
        """Those whose day itself would be another."""
        return [move for move in self.moves if move.dates_change]


@pages.api_route(NOTICES, methods=[*READ])
def notices_page(request: Request, site: TheSite) -> Response:
    """Every notice recorded, newest first, and how far the calendar knows."""
    return show_notices(request, site)


def show_notices(request: Request, site: Site, attempt: Attempt = NONE, tried: Tried | None = None) -> HTMLResponse:
    """The notices; after a refused attempt, with the reason; after a try, with what would move."""
    with site.reading() as session:
        offices = [
            (office, stored_calendar(session, key_of(office)).known_through, _notices(session, key_of(office)))
            for office in authorities(session)
        ]
    status = 422 if attempt.reason else 200
    shown = {"offices": offices, "attempt": attempt, "tried": tried, "at": NOTICES, "today": site.today()}
    return site.render(request, "notices", status, **shown)


def _notices(session: Session, authority_id: int) -> Sequence[CalendarNotice]:
    mine = select(CalendarNotice).where(col(CalendarNotice.authority_id) == authority_id)
    newest = mine.order_by(col(CalendarNotice.issued).desc(), col(CalendarNotice.id).desc())
    return session.execute(newest).scalars().all()
