"""A database of its own for a measurement: by DUNGHAN_TEST_DATABASE_URL, or on an embedded PostgreSQL; dropped after."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, make_url, text

from models.settings import Settings
from models.store import drop_database, ensure_database, migrate, owner_url


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


def settled(engine: Engine) -> None:
    """Let PostgreSQL tidy up and count what it holds, as it does by itself in time."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
