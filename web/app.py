"""The pages as one application, made from what the caller hands in: a database, a clock, practice, a mailbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from models.reports import Shelves
from web import (
    acts,
    dialogue_acts,
    disclosed,
    event_acts,
    events,
    mailbox_pages,
    obligations,
    office,
    posting_acts,
    report_acts,
    report_files,
    reports,
)
from web import files as files_pages
from web.errors import add_error_pages
from web.security import SecurityHeaders
from web.site import Practice, Site

__all__ = ["Practice", "create_app"]
_STATIC = Path(__file__).parent / "static"


def create_app(
    engine: Engine,
    now: Callable[[], datetime],
    *,
    practice: Practice | None = None,
    prefect_url: str = "",
    mailbox: Path | None = None,
    shelves: Shelves | None = None,
    hosts: Sequence[str] = ("*",),
) -> FastAPI:
    """The application; acts exist only in practice, mailbox pages only with a mailbox.

    A request for another name than `hosts` is refused, so that no foreign site can pass itself off as this one.
    """
    # Slashes are not redirected: that answer would repeat the Host header.
    app = FastAPI(title="Đúng hạn", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.site = Site(engine, now, practice, prefect_url, mailbox, shelves)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    add_error_pages(app)
    app.mount("/static", StaticFiles(directory=_STATIC))
    app.include_router(obligations.pages)
    app.include_router(events.pages)
    app.include_router(disclosed.pages)
    app.include_router(office.pages)
    app.include_router(report_files.pages)  # before reports: «don-doc» is no report's code
    app.include_router(reports.pages)
    if practice:
        for acting in (acts, posting_acts, dialogue_acts, event_acts):
            app.include_router(acting.pages)
    if shelves:
        app.include_router(files_pages.pages)
    if practice and shelves:
        app.include_router(report_acts.pages)
    if mailbox:
        app.include_router(mailbox_pages.pages)
    return app
