"""Whether the house stands, for whoever watches it: open to all, and telling nothing else."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response

from web.site import READ, TheSite

pages = APIRouter()


@pages.api_route("/health", methods=[*READ])
def health(site: TheSite) -> Response:
    """Whether the database answers."""
    try:
        with site.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return JSONResponse({"status": "database does not answer"}, 503)
    return JSONResponse({"status": "ok"})
