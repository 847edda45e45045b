"""A database of its own for a measurement, on the server of DUNGHAN_TEST_DATABASE_URL or an embedded one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import URL, Engine, make_url, text

from models.calendar_file import read_notices
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.schema import migrate
from models.settings import HOUSE, Settings
from models.store import drop_database, ensure_database, owner_url, transaction
from rules.vietnamese import morning_of

PLANS = HOUSE / "plans"


@contextmanager
def migrated() -> Iterator[tuple[URL, Path]]:
    """The owner's URL of an empty database at the newest schema, and a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="dunghan-bench-", ignore_cleanup_errors=True) as folder:
        outside = os.environ.get("DUNGHAN_TEST_DATABASE_URL")
        server = make_url(outside) if outside else owner_url(Settings(state_dir=Path(folder)))
        url = server.set(drivername="postgresql+psycopg", database=f"dunghan_bench_{os.getpid()}")
        ensure_database(url)
        try:
            migrate(url)
            yield url, Path(folder)
        finally:
            drop_database(url)


def load_sample(engine: Engine, day: date) -> None:
    """The sample office with the real plan, tracked from `day`, loaded as an office loads its own."""
    with transaction(engine) as session:
        people, notices = read_people(PLANS / "people.yaml"), read_notices(PLANS / "calendar.yaml")
        load_plan(session, read_plan(PLANS / "2024-papi-nhu-quynh.yaml"), people, notices, morning_of(day), day)


def settled(engine: Engine) -> None:
    """Let PostgreSQL tidy up and count what it holds, as it does by itself in time."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
