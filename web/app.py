"""The pages as one application, made from what the caller hands in: a database, a clock, practice, a mailbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from models.exports import Exports
from models.reports import Shelves
from web import (
    acts,
    answer_acts,
    answering,
    deciding,
    decision_acts,
    delivery_acts,
    dialogue_acts,
    disclosed,
    event_acts,
    events,
    exporting,
    mailbox_pages,
    obligations,
    office,
    posting_acts,
    report_acts,
    report_files,
    reports,
    result_acts,
    trail,
    trail_check,
    trail_entry,
    wishes,
)
from web import files as files_pages
from web.errors import add_error_pages
from web.security import Forms, SecurityHeaders
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
    key: bytes = b"",
    exports: Exports | None = None,
) -> FastAPI:
    """The application; acts exist only in practice, mailbox pages only with a mailbox.

    What links in mails open exists in practice and outside it, with the `key` that signed them. A request for another
    name than `hosts` is refused, so that no foreign site can pass itself off as this one.
    """
    # Slashes are not redirected: that answer would repeat the Host header.
    app = FastAPI(title="Đúng hạn", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    site = Site(engine, now, practice, prefect_url, mailbox, shelves, key, Forms(key), exports=exports)
    app.state.site = site
    app.add_middleware(SecurityHeaders)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    add_error_pages(app)
    app.mount("/static", StaticFiles(directory=_STATIC))
    for part in _parts(site):
        app.include_router(part.pages)
    return app


def _parts(site: Site) -> Iterator[ModuleType]:
    """The modules whose pages this site has."""
    yield from (obligations, events, disclosed, office)
    yield from (report_files, reports)  # in this order: «don-doc» is no report's code
    if site.key:
        yield from (answering, answer_acts, result_acts, deciding, decision_acts, wishes)
    if site.practice:
        yield from (acts, posting_acts, dialogue_acts, event_acts, delivery_acts)
    if site.shelves:
        yield files_pages
    if site.practice and site.shelves:
        yield report_acts
    if site.mailbox:
        yield mailbox_pages
    yield from (trail, trail_check, exporting, trail_entry)  # in this order: «kiem-tra» is no entry's number
