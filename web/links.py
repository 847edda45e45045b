"""What a button in a mail opens, without an account: a person, a purpose, an obligation; or why it opens nothing."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session
from starlette.requests import Request

from models.links import LinkRefused, Opened, Purpose, open_link
from models.tables import Obligation, Person
from web.refusal import Refusal
from web.site import Site, TheSite


def link_path(purpose: Purpose, token: str, act: str = "") -> str:
    """Where the link is shown, or where an act on it is posted."""
    return f"/{purpose}/{token}/{act}" if act else f"/{purpose}/{token}"


def opened(session: Session, site: Site, token: str, purpose: Purpose) -> Opened:
    """What `token` opens now. Raises Refusal with what to do instead."""
    try:
        return open_link(session, token, purpose, site.key, site.now())
    except LinkRefused as refused:
        raise Refusal(403 if refused.why == "hong" else 410, str(refused)) from None


def opened_matter(session: Session, site: Site, token: str, purpose: Purpose) -> tuple[Person, Obligation]:
    """The person and the obligation `token` is for. Raises Refusal."""
    found = opened(session, site, token, purpose)
    assert found.obligation  # noqa: S101  only wishes are about no obligation
    return found.person, found.obligation


def checked_link(purpose: Purpose) -> Callable[[Request, str, Site], None]:
    """A check that runs before anything sent is read: only a good link may bring a file of many megabytes."""

    def check(request: Request, token: str, site: TheSite) -> None:
        site.patience.check(request)
        try:
            with site.reading() as session:
                opened(session, site, token, purpose)
        except Refusal:
            site.patience.wrong(request)
            raise

    return check
