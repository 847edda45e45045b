"""What every page shares: the database, the clock handed in, practice, and how a template becomes an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Protocol

from fastapi import Depends
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse

from models.access import RIGHTS, Visitor
from models.canonical import canonical
from models.exports import Exports
from models.files import ENDINGS
from models.news import letter_words
from models.postings import kept_words
from models.reports import Shelves
from models.run_words import prefect_name, state_name
from models.sign_ins import Asked
from models.views import KINDS, STATES
from rules.vietnamese import WEEKDAYS, dmy, duration_words, exact_time, local_day, local_time, weekday_dmy
from web.patience import Patience
from web.security import Forms

READ = ("GET", "HEAD")
PRACTICE_ACTOR = "Diễn tập"
NEXT_MORNING = "/dien-tap/ngay-tiep"
MAILED = ("tra-loi", "duyet", "tuy-chon")  # pages reached from a button in a mail; their addresses hold a secret
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Practice:
    """How practice moves: to the next working morning, and what is running meanwhile («»: nothing)."""

    advance: Callable[[], Awaitable[None]]
    busy: Callable[[], str]


class Provider(Protocol):
    """Who else vouches for people: the province's identity provider. Its methods raise SignInRefused."""

    @property
    def name(self) -> str:
        """What people sign in by, as the button names it."""

    async def address(self, state: str, nonce: str, challenge: str) -> str:
        """Where a browser goes to sign in there."""

    async def email(self, code: str, verifier: str, nonce: str, now: datetime) -> str:
        """The address of who signed in there."""


@dataclass(frozen=True, slots=True)
class Door:
    """How people come in: the address they reach these pages by, what carries a sign-in link to them, who vouches."""

    url: str
    post: Callable[[Asked, str], Awaitable[str]]  # the link asked for and its address; what became of the mail
    provider: Provider | None = None


@dataclass(frozen=True, slots=True)
class Banner:
    """What every page of practice says at its top."""

    today: date
    busy: str
    refresh: bool
    token: str
    back: str


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a page works with."""

    engine: Engine
    now: Callable[[], datetime]
    practice: Practice | None
    prefect_url: str
    mailbox: Path | None
    shelves: Shelves | None = None  # the office's templates, and evidence kept outside these pages
    key: bytes = field(default=b"", repr=False)  # the office's own: it signed the links in mails
    forms: Forms = field(default_factory=Forms)
    stepping: asyncio.Lock = field(default_factory=asyncio.Lock)  # practice moves one morning at a time
    visitor: Visitor | None = None  # who signed in; without one, practice is open and nothing else is
    door: Door | None = None
    exports: Exports | None = None  # where the whole record is made ready to be taken home
    shelf: Path | None = None  # where rehearsals are kept
    patience: Patience = field(default_factory=Patience)

    @property
    def secure(self) -> bool:
        """Whether people reach these pages over https."""
        return self.door is not None and self.door.url.startswith("https://")

    @property
    def provider(self) -> Provider | None:
        """Who else vouches for people; the way there and back is signed with the office's key."""
        return self.door.provider if self.door and self.key else None

    @property
    def actor(self) -> str:
        """Who acts on these pages, as the trail names them."""
        return self.visitor.code if self.visitor else PRACTICE_ACTOR

    @property
    def may_act(self) -> bool:
        """Whether the reader may record things here: the office, and anybody in practice."""
        return self.visitor.right == "van-phong" if self.visitor else self.practice is not None

    @property
    def may_export(self) -> bool:
        """Whether the reader may take the whole record home: who may act, and an auditor."""
        auditor = self.visitor is not None and self.visitor.right == "kiem-tra"
        return self.exports is not None and (self.may_act or auditor)

    @property
    def files(self) -> Path | None:
        """Where evidence is kept."""
        return self.shelves.files if self.shelves else None

    def today(self) -> date:
        """The day in Viet Nam."""
        return local_day(self.now())

    def reading(self) -> Session:
        """A session in which the database refuses to write: showing a page never changes anything."""
        return Session(self.engine.execution_options(postgresql_readonly=True))

    def render(self, request: Request, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """`template` with its facts, inside the frame of the site."""
        path = request.scope["path"]
        frame = {"site": self, "path": path, "mailed": is_mailed(path), "banner": self._banner(request)}
        return render_bare(template, status, **frame, **facts)

    def _banner(self, request: Request) -> Banner | None:
        if self.practice is None:
            return None
        busy, shown = self.practice.busy(), request.method == "GET"
        back = f"{request.scope['path']}?{request.scope['query_string'].decode('ascii', 'replace')}".rstrip("?")
        token = self.forms.token(NEXT_MORNING)
        return Banner(self.today(), busy, bool(busy) and shown, token, back if shown else "/nghia-vu")


def render_bare(template: str, status: int, **facts: Any) -> HTMLResponse:
    """`template` with `facts` alone; without a frame it asks nothing of the site, as the page of a failure must."""
    bare = {"site": None, "path": "", "mailed": False, "banner": None}
    page = _templates().get_template(f"{template}.html.j2").render({**bare, **facts})
    return HTMLResponse(page, status)


def is_mailed(path: str) -> bool:
    """Whether `path` is reached from a mail: its reader knows no other page, and is shown the way to none."""
    return path.lstrip("/").split("/", 1)[0] in MAILED


def site_of(request: Request) -> Site:
    """The site this request was made to, as its reader has it (web/guard.py)."""
    site: Site = getattr(request.state, "site", house_of(request))
    return site


def house_of(request: Request) -> Site:
    """The site as the house itself has it: no reader, every authority."""
    house: Site = request.app.state.site
    return house


TheSite = Annotated[Site, Depends(site_of)]


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        dmy=dmy, weekday_dmy=weekday_dmy, weekday=_weekday, local_time=local_time, rung=letter_words, iso_day=_iso_day,
        iso_moment=datetime.fromisoformat, next_day=_next_day, kept_words=kept_words, bytes=size_words,
        exact_time=exact_time, duration=duration_words, run_state=state_name, prefect_state=prefect_name,
        thousands=_thousands, seconds=_seconds, json=_json,
    )  # fmt: skip
    templates.globals.update(states=STATES, kinds=KINDS, rights=RIGHTS, file_types=",".join(ENDINGS))
    return templates


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _iso_day(text: str) -> date:
    """A stored ISO day, for the filters that print days."""
    return date.fromisoformat(text)


def _next_day(day: date) -> date:
    return day + timedelta(days=1)


def _thousands(number: int) -> str:
    """«199.951»."""
    return f"{number:,}".replace(",", ".")


def _seconds(length: float) -> str:
    """«1,3 giây», «chưa đến 0,1 giây»."""
    return f"{length:.1f} giây".replace(".", ",") if length >= 0.1 else "chưa đến 0,1 giây"


def _json(value: Any) -> str:
    return canonical(value).decode()


def size_words(size: int) -> str:
    """«1,2 MB», «34 KB»."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".", ",")
