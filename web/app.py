"""The pages as one application, made from what the caller hands in: a database, a clock, practice, a mailbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType

from fastapi import Depends, FastAPI
from sqlalchemy import Engine
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from models.access import RIGHTS
from models.exports import Exports
from models.reports import Shelves
from web import (
    accesses,
    acts,
    answer_acts,
    answering,
    deciding,
    decision_acts,
    delivery_acts,
    dialogue_acts,
    disclosed,
    draft_acts,
    draft_loading,
    draft_task,
    draft_task_acts,
    drafts,
    event_acts,
    events,
    exporting,
    health,
    house,
    leader_acts,
    leaders,
    life,
    mailbox_pages,
    metrics,
    month,
    mornings,
    notice_acts,
    notices,
    obligations,
    people,
    people_acts,
    plans,
    posting_acts,
    rehearsals,
    report_acts,
    report_files,
    reports,
    result_acts,
    runs,
    sign_in,
    sign_in_oidc,
    trail,
    trail_check,
    trail_entry,
    unsettled,
    wishes,
)
from web import files as files_pages
from web.errors import add_error_pages
from web.guard import Check, NotSignedIn, for_anyone, only, show_the_way
from web.security import Forms, SecurityHeaders
from web.site import Door, Practice, Site

__all__ = ["Door", "Practice", "create_app"]
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
    door: Door | None = None,
    exports: Exports | None = None,
    shelf: Path | None = None,
) -> FastAPI:
    """The application: outside practice its pages open to who signed in; mailbox pages exist only with a mailbox.

    What links in mails open needs no sign-in, and exists with the `key` that signed them; rehearsals, with the `shelf`
    they are kept on. A request for another name than `hosts` is refused, so that no foreign site can pass itself off
    as this one.
    """
    # Slashes are not redirected: that answer would repeat the Host header.
    app = FastAPI(title="Đúng hạn", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    site = Site(
        engine, now, practice, prefect_url, mailbox, shelves, key, Forms(key), door=door, exports=exports, shelf=shelf,
    )  # fmt: skip
    app.state.site = site
    app.add_middleware(SecurityHeaders, secure=site.secure)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    add_error_pages(app)
    app.add_exception_handler(NotSignedIn, show_the_way)
    app.mount("/static", StaticFiles(directory=_STATIC))
    for check, parts in _parts(site):
        for part in parts:
            app.include_router(part.pages, dependencies=[Depends(check)])
    return app


def _parts(site: Site) -> Iterator[tuple[Check, Sequence[ModuleType]]]:
    """The modules whose pages this site has, each with who may open them."""
    everyone, office = only(*RIGHTS), only("van-phong")
    yield for_anyone, (health, metrics, sign_in_oidc, sign_in)  # in this order: «oidc» is no link's secret
    yield everyone, (obligations, events, disclosed, unsettled, notices, plans, leaders, month, runs, life)
    yield everyone, (report_files, reports)  # in this order: «don-doc» is no report's code
    if site.key:
        yield for_anyone, (answering, answer_acts, result_acts, deciding, decision_acts, wishes)
        yield only("lanh-dao", "van-phong"), (leader_acts,)
    yield only("lanh-dao", "van-phong"), (people, house)
    if site.shelf:
        yield only("lanh-dao", "van-phong"), (rehearsals,)
    yield office, (accesses, people_acts, notice_acts)
    yield office, (drafts, draft_acts, draft_loading, draft_task, draft_task_acts)  # in this order: «nap» is no task
    yield office, (acts, posting_acts, dialogue_acts, event_acts, delivery_acts)
    if site.shelves:
        yield everyone, (files_pages,)
        yield office, (report_acts,)
    if site.practice:
        yield everyone, (mornings,)
    if site.mailbox:
        yield everyone, (mailbox_pages,)
    yield everyone, (trail, trail_check, exporting, trail_entry)  # in this order: «kiem-tra» is no entry's number
