"""The pages of this machine: made from the settings, and handed what they may not reach for themselves."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from sqlalchemy import Engine

from flows import clock
from flows.mail import SmtpMailer
from flows.oidc import Client, IdentityProvider
from flows.sign_in_mail import send_sign_in
from models.exports import Exports
from models.head_key import head_key
from models.office_key import office_key
from models.private_files import read_private
from models.reports import shelves_of
from models.settings import Settings
from models.sign_ins import Asked
from models.store import for_pages
from web.app import Door, Practice, create_app
from web.sign_in_oidc import BACK


def make_pages(engine: Engine, settings: Settings, practice: Practice | None) -> FastAPI:
    """The pages as `settings` say, in practice or for real."""
    engine = for_pages(engine)
    return create_app(
        engine,
        partial(clock.now, engine),
        practice=practice,
        prefect_url=f"http://127.0.0.1:{settings.prefect_port}",
        mailbox=mailbox_folder(settings) if practice else None,
        shelves=shelves_of(settings),
        key=office_key(settings),
        hosts=_hosts(settings),
        exports=Exports.of(settings, head_key(settings)),
        shelf=settings.rehearsals_dir,
        door=Door(settings.pages_url, partial(_post_link, engine, settings), _provider(settings)),
    )


def mailbox_folder(settings: Settings) -> Path:
    """Where practice keeps the letters it delivered."""
    return settings.state_dir / "mailbox"


async def _post_link(engine: Engine, settings: Settings, asked: Asked, link: str) -> str:
    """Send a sign-in link by the office's relay; what became of it."""
    return await send_sign_in(SmtpMailer(settings), settings, asked, link, clock.now(engine))


def _provider(settings: Settings) -> IdentityProvider | None:
    """The identity provider people may sign in by; None when the office has none. Raises SettingsError."""
    if not settings.oidc_issuer:
        return None
    file = settings.oidc_client_secret_file
    secret = read_private(file).decode() if file else ""
    client = Client(settings.oidc_issuer, settings.oidc_client_id, secret, settings.pages_url + BACK)
    return IdentityProvider(client, settings.oidc_name)


def _hosts(settings: Settings) -> list[str]:
    """The names these pages answer to: this machine's, and the one people are given."""
    given = urlsplit(settings.pages_url).hostname
    return ["127.0.0.1", "localhost", settings.web_host, *([given] if given else [])]
