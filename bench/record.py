"""`python -m bench.record`: 200,000 entries verified, proved, searched and exported, with the memory that took."""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlmodel import Session

from models.audit import Act, record, verify
from models.audit_actions import Action
from models.entry_proof import prove_entry
from models.exports import Exports, begin_export, make_export
from models.head_key import HeadKey
from models.settings import Settings
from models.signed_heads import DAILY, check_chain, make_head
from models.store import ensure_database, migrate, open_engine, owner_url, transaction
from models.stored_entries import entry_line, stored_entries
from models.tables import Authority
from models.trail import Asked, read_trail
from web.app import Practice, create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

ENTRIES, BATCH, TARGET = 200_000, 5_000, 300_000
NOW = datetime(2014, 6, 17, 0, 30, tzinfo=UTC)
STEP = timedelta(minutes=26)  # between entries: ten years in all


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
                record(session, 1, NOW + first * STEP, [act(first + number) for number in range(BATCH)])
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE audit_entry"))
        yield engine, Path(folder)
        engine.dispose()


def act(number: int) -> Act:
    """An entry: mostly mails, as in life, here and there what a person did."""
    if number % 997 == 0:
        return Act(
            Action.EXTENDED, f"ke-hoach.T{number % 3000}", {"days": 5, "reason": "Chờ ý kiến"}, f"nguoi-{number % 40}"
        )
    if number % 11 == 0:
        done = {"by": f"nguoi-{number % 40}", "done_on": "17/06/2024", "document": f"Báo cáo số {number}/BC-UBND"}
        return Act(Action.REPORTED_DONE, f"ke-hoach.T{number % 3000}", done, f"nguoi-{number % 40}")
    mark = f"<20240617.nguoi-{number}.xa@dunghan.example>"
    said = {"person": f"nguoi-{number}", "day": "2024-06-17", "message_id": mark, "letters": 3}
    return Act(Action.DIGEST_SENT, mark, {**said, "response": "250 2.0.0 Ok: đã nhận vào hàng đợi"})


def timed(name: str, work: Callable[[], object]) -> float:
    """Entries a second."""
    started = time.perf_counter()
    work()
    speed = ENTRIES / (time.perf_counter() - started)
    print(f"{name:58} {speed:>10,.0f} entries/s  {memory()} MB at most so far", flush=True)
    return speed


def memory() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fetched(engine: Engine) -> None:
    """The floor: the same columns copied out as text, nothing done with them."""
    copied = "COPY (SELECT * FROM audit_entry ORDER BY seq) TO STDOUT"
    with engine.connect() as one, one.connection.cursor() as cursor, cursor.copy(copied) as rows:  # type: ignore[attr-defined]
        for _ in rows:
            pass


def hashed(lines: list[bytes]) -> None:
    """The other floor: bytes that lie ready, only hashed."""
    for _ in range(ENTRIES // len(lines)):
        for line in lines:
            sha256(line).hexdigest()


SEARCHES = {
    "newest": Asked(),
    "deep in the trail": Asked(before=ENTRIES // 4),
    "a month long ago": Asked(first=date(2015, 1, 1), last=date(2015, 1, 31)),
    "a rare action": Asked(actions=["gia-han"]),
    "a group nothing is of": Asked(actions=["ghi-nghi", "rut-nghi"]),
    "a person in a quarter": Asked(date(2015, 1, 1), date(2015, 3, 31), actor="nguoi-3"),
    "about one obligation": Asked(subject="ke-hoach.T77"),
    "words that are everywhere": Asked(words="đã gửi thư"),
    "words that are nowhere": Asked(words="khong co loi nay"),
}


def searched(engine: Engine) -> None:
    """The median of each kind of page of the trail, as its reader waits for it."""
    client = TestClient(create_app(engine, lambda: NOW, practice=Practice(_still, lambda: "")))
    for name, asked in SEARCHES.items():
        took = []
        for _ in range(9):
            started = time.perf_counter()
            with Session(engine) as session:
                read_trail(session, 1, asked)
            took.append(time.perf_counter() - started)
        print(f"trail: {name:51} {statistics.median(took) * 1000:>10.1f} ms  target 200", flush=True)
    for address in ("/nhat-ky", "/nhat-ky?tim=khong+co+loi+nay", f"/nhat-ky/{ENTRIES // 2}", "/nhat-ky/kiem-tra"):
        took = []
        for _ in range(9):
            started = time.perf_counter()
            assert client.get(address).status_code == 200
            took.append(time.perf_counter() - started)
        print(f"page: {address:52} {statistics.median(took) * 1000:>10.1f} ms  target 200", flush=True)


async def _still() -> None:
    """A practice that never moves."""


def proved(engine: Engine, key: HeadKey) -> None:
    """One entry's proof against a head over everything."""
    with Session(engine) as session:
        witness, _ = check_chain(session, 1)
    with transaction(engine) as session:
        session.add(make_head(1, NOW.date(), NOW, witness, key, DAILY))
    with Session(engine) as session:
        timed("one entry proved", lambda: prove_entry(session, 1, ENTRIES // 2))


def packed(engine: Engine, folder: Path, key: HeadKey) -> None:
    """The export of the page: written, packed, its progress told."""
    exports = Exports(folder / "exports", folder, key)
    with Session(engine, expire_on_commit=False) as session:
        office = session.execute(select(Authority)).scalar_one()
    name = begin_export(exports, engine, office, "bench", NOW)
    timed("exported and packed into one file", lambda: make_export(exports, engine, office, name, NOW))
    print(f"the package: {(exports.folder / name / 'nhat-ky.zip').stat().st_size / 1e6:,.0f} MB")


def main() -> None:
    """Measure and print."""
    key = HeadKey(b"k" * 32)
    with filled() as (engine, folder):
        timed("copied out and thrown away (floor)", lambda: fetched(engine))
        with Session(engine) as session:
            lines = [entry_line(entry, "") for entry in stored_entries(session, 1, last=1000)]
        timed("ready bytes hashed (floor)", lambda: hashed(lines))
        with Session(engine) as session:
            speed = max(
                timed("audit: chain verified, streamed from PostgreSQL", lambda: verify(session, 1)) for _ in range(3)
            )
        print(f"{'target':58} {TARGET:>10,} entries/s  {'holds' if speed >= TARGET else 'MISSED'}")
        with Session(engine) as session:
            timed("chain, Merkle tree and signed heads", lambda: check_chain(session, 1))
        proved(engine, key)
        searched(engine)
        packed(engine, folder, key)


if __name__ == "__main__":
    main()
