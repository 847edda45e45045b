"""`python -m bench.record`: 200,000 entries appended, verified and exported, with the memory that took."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlmodel import Session

from models.audit import Act, record, verify
from models.audit_actions import Action
from models.export import export_record
from models.head_key import HeadKey
from models.settings import Settings
from models.signed_heads import check_chain
from models.store import ensure_database, migrate, open_engine, owner_url, transaction
from models.tables import Authority

ENTRIES, BATCH, TARGET = 200_000, 5_000, 300_000
NOW = datetime(2024, 6, 17, 0, 30, tzinfo=UTC)


@contextmanager
def filled() -> Iterator[tuple[Engine, Path]]:
    """An embedded PostgreSQL with one authority and its trail."""
    with tempfile.TemporaryDirectory(prefix="dunghan-bench-", ignore_cleanup_errors=True) as folder:
        url = owner_url(Settings(state_dir=Path(folder)))
        ensure_database(url)
        migrate(url)
        engine = open_engine(url, durable=False)
        with transaction(engine) as session:
            session.add(Authority(id=1, code="xa", name="UBND xã"))
        for first in range(0, ENTRIES, BATCH):
            with transaction(engine) as session:
                record(session, 1, NOW, [act(first + number) for number in range(BATCH)])
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE audit_entry"))
        yield engine, Path(folder)
        engine.dispose()


def act(number: int) -> Act:
    """An entry of the commonest kind."""
    mark = f"<20240617.nguoi-{number}.xa@dunghan.example>"
    said = {"person": f"nguoi-{number}", "day": "2024-06-17", "message_id": mark, "letters": 3}
    return Act(Action.DIGEST_SENT, mark, {**said, "response": "250 2.0.0 Ok: đã nhận vào hàng đợi"})


def timed(name: str, work: Callable[[], object]) -> float:
    """Entries a second."""
    started = time.perf_counter()
    work()
    speed = ENTRIES / (time.perf_counter() - started)
    print(f"{name:58} {speed:>10,.0f} entries/s  {memory()} MB at most so far")
    return speed


def memory() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fetched(engine: Engine) -> None:
    """The floor: the same columns fetched through a server-side cursor, nothing done with them."""
    with engine.connect().execution_options(yield_per=1000) as connection:
        for _ in connection.exec_driver_sql("SELECT *, detail::text FROM audit_entry ORDER BY seq"):
            pass


def main() -> None:
    """Measure and print."""
    with filled() as (engine, folder):
        timed("fetched and thrown away (floor)", lambda: fetched(engine))
        with Session(engine) as session:
            speed = max(
                timed("audit: chain verified, streamed from PostgreSQL", lambda: verify(session, 1)) for _ in range(3)
            )
        print(f"{'target':58} {TARGET:>10,} entries/s  {'holds' if speed >= TARGET else 'MISSED'}")
        with Session(engine) as session:
            timed("chain, Merkle tree and signed heads", lambda: check_chain(session, 1))
        with Session(engine, expire_on_commit=False) as session:
            office = session.execute(select(Authority)).scalar_one()
        with Session(engine) as session:
            key = HeadKey(b"k" * 32)
            out = folder / "out"
            timed("export", lambda: export_record(session, office, out, folder, key, NOW, lambda done, total: None))


if __name__ == "__main__":
    main()
