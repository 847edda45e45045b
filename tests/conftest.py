"""What tests stand on: a real PostgreSQL, the real plan, and a mailer that keeps what it is given."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from email.message import Message
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from flows.mail import Result
from models.actions import start_practice
from models.calendar_file import calendar_of, read_notices
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.settings import Settings
from models.store import APP_ROLE, drop_database, ensure_database, migrate, open_engine, owner_url, transaction
from rules.vietnamese import morning_of
from rules.working_days import WorkingCalendar

HOUSE = Path(__file__).resolve().parents[1]
PLANS = HOUSE / "plans"
PLAN = PLANS / "2024-papi-nhu-quynh.yaml"
MON_17_JUNE = date(2024, 6, 17)


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    """The office's own calendar."""
    return calendar_of(read_notices(PLANS / "calendar.yaml"))


@pytest.fixture(scope="session")
def server(worker_id: str) -> Iterator[URL]:
    """A PostgreSQL server as its owner: DUNGHAN_TEST_DATABASE_URL, or an embedded one for this run."""
    if outside := os.environ.get("DUNGHAN_TEST_DATABASE_URL"):
        yield make_url(outside).set(drivername="postgresql+psycopg")
        return
    folder = Path(tempfile.mkdtemp(prefix=f"dunghan-{worker_id}-"))
    yield owner_url(Settings(state_dir=folder))
    shutil.rmtree(folder / "mailbox", ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: URL, worker_id: str) -> URL:
    """A migrated database that others are copied from."""
    url = server.set(database=f"template_{worker_id}")
    drop_database(url)
    ensure_database(url)
    migrate(url)
    return url


@pytest.fixture(scope="session")
def copies() -> Callable[[], int]:
    """Numbers for database names."""
    count = iter(range(1_000_000))
    return lambda: next(count)


@pytest.fixture
def database(template: URL, copies: Callable[[], int]) -> Iterator[URL]:
    """A fresh migrated database, as its owner."""
    url = template.set(database=f"{template.database}_{copies()}")
    maintenance = create_engine(template.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{url.database}" TEMPLATE "{template.database}"'))
    maintenance.dispose()
    yield url
    drop_database(url)


@pytest.fixture
def engine(database: URL) -> Iterator[Engine]:
    """The application's engine on a fresh database."""
    made = open_engine(database.set(username=APP_ROLE), durable=False)
    yield made
    made.dispose()


@pytest.fixture
def settings() -> Settings:
    """Settings that point nowhere outside this machine."""
    return Settings(base_url="http://pages.example")


def load(engine: Engine, day: date = MON_17_JUNE, plan: Path = PLAN) -> None:
    """Load a plan with the sample office and calendar, tracked from `day`."""
    with transaction(engine) as session:
        load_plan(
            session,
            read_plan(plan),
            read_people(PLANS / "people.yaml"),
            read_notices(PLANS / "calendar.yaml"),
            morning_of(day),
            day,
        )


@pytest.fixture
def office_engine(engine: Engine) -> Engine:
    """The real plan loaded and practice begun on Monday 17/06/2024 at 07:30."""
    with transaction(engine) as session:
        start_practice(session, MON_17_JUNE)
    load(engine)
    return engine


class KeptMail:
    """A mailer that keeps every message and answers as it is told."""

    def __init__(self, answer: Result | Callable[[str], Result] | None = None) -> None:
        self.kept: list[tuple[str, Message]] = []
        self.answer = answer or Result("sent", "250 ok")

    async def __aenter__(self) -> KeptMail:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def send(self, message: Message, recipient: str) -> Result:
        """Keep the message when it is said to be sent."""
        result = self.answer(recipient) if callable(self.answer) else self.answer
        if result.outcome == "sent":
            self.kept.append((recipient, message))
        return result


@pytest.fixture
def mail() -> KeptMail:
    """A mailer that takes everything."""
    return KeptMail()
