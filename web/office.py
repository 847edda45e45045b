"""What an office must look at, and whether the house stands."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.outbox import DIGEST_STATUSES
from models.views import unsettled_digests
from web.site import READ, TheSite

pages = APIRouter()


@pages.api_route("/thu-can-xem", methods=[*READ])
def unsettled_page(request: Request, site: TheSite) -> Response:
    """Digests that were refused, or that nobody knows the fate of."""
    with site.reading() as session:
        digests = unsettled_digests(session)
    return site.render(request, "unsettled", digests=digests, statuses=DIGEST_STATUSES)


@pages.api_route("/health", methods=[*READ])
def health(site: TheSite) -> Response:
    """Whether the database answers."""
    try:
        with site.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return JSONResponse({"status": "database does not answer"}, 503)
    return JSONResponse({"status": "ok"})
