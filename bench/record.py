"""`python -m bench.record`: entries appended, and 200,000 of them verified, proved, searched and exported."""

from __future__ import annotations

import statistics
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, select
from sqlmodel import Session

from bench.database import migrated, settled
from bench.rows import Row, best_of, noted, reaching, seconds, slower, within
from models.audit import GENESIS, Act, chained, record, verify
from models.audit_actions import Action
from models.canonical import moment_words
from models.entry_proof import prove_entry
from models.exports import Exports, begin_export, make_export
from models.head_key import HeadKey
from models.signed_heads import DAILY, check_chain, make_head
from models.store import open_engine, transaction
from models.tables import Authority
from models.trail import Asked, read_trail
from web.app import Practice, create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

ENTRIES, BATCH, ROUNDS = 200_000, 5_000, 3
TARGET, APPEND_MOST, PAGE_MOST = 300_000, 1.6, 200
NOW = datetime(2014, 6, 17, 0, 30, tzinfo=UTC)
STEP = timedelta(minutes=26)  # between entries: ten years in all


@contextmanager
def filled() -> Iterator[tuple[Engine, Path]]:
    """A database with one authority and its trail."""
    with migrated() as (url, folder):
        engine = open_engine(url, durable=False)
        with transaction(engine) as session:
            session.add(Authority(id=1, code="xa", name="UBND xã"))
        for first in range(0, ENTRIES, BATCH):
            with transaction(engine) as session:
                record(session, 1, NOW + first * STEP, [act(first + number) for number in range(BATCH)])
        settled(engine)
        yield engine, folder
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


def per_second(work: Callable[[], object]) -> float:
    """Entries a second, the best of some rounds."""
    return ENTRIES / min(seconds(work) for _ in range(ROUNDS))


def fetched(engine: Engine) -> None:
    """The floor: the same columns copied out as text, nothing done with them."""
    copied = "COPY (SELECT * FROM audit_entry ORDER BY seq) TO STDOUT"
    with engine.connect() as one, one.connection.cursor() as cursor, cursor.copy(copied) as rows:  # type: ignore[attr-defined]
        for _ in rows:
            pass


def appending(what: str, acts: Sequence[Act]) -> Row:
    """Entries made ready in memory, beside the same bytes only hashed."""
    moment = moment_words(NOW)
    ready = [line for line, _ in chained(1, moment, "", 0, GENESIS, acts)]
    work = lambda: deque(chained(1, moment, "", 0, GENESIS, acts), maxlen=0)  # noqa: E731
    taken = best_of(20 * ROUNDS, work, lambda: hashed(ready), clock=time.process_time)
    ours, peer = (one / len(acts) * 1e9 for one in taken)
    return slower(f"an entry appended in memory ({what}), against its hash alone", ours, peer, "ns", APPEND_MOST)


def told(number: int) -> Act:
    """The entry a morning writes most."""
    people = ["le-thi-mau", "pham-thi-minh-hoa", "tran-thi-vi-du"]
    return Act(Action.RUNG_REACHED, f"xa-{number}.P3b", {"rungs": ["-5"], "letters": 3, "people": people})


def hashed(lines: Sequence[bytes]) -> None:
    """The floor: bytes that lie ready, only hashed."""
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


def searched(engine: Engine) -> Iterator[Row]:
    """The median of each kind of page of the trail, as its reader waits for it."""
    for name, asked in SEARCHES.items():
        yield within(f"the trail, {name}", waited(lambda asked=asked: searching(engine, asked)), PAGE_MOST, "ms")
    client = TestClient(create_app(engine, lambda: NOW, practice=Practice(_still, lambda: "")))
    for address in ("/nhat-ky", "/nhat-ky?tim=khong+co+loi+nay", f"/nhat-ky/{ENTRIES // 2}", "/nhat-ky/kiem-tra"):
        yield within(f"page {address}", waited(lambda address=address: client.get(address)), PAGE_MOST, "ms")


def searching(engine: Engine, asked: Asked) -> None:
    with Session(engine) as session:
        read_trail(session, 1, asked)


def waited(work: Callable[[], object]) -> float:
    """The median of nine, in milliseconds."""
    return statistics.median(seconds(work) for _ in range(9)) * 1000


async def _still() -> None:
    """A practice that never moves."""


def proved(engine: Engine, key: HeadKey) -> Row:
    """One entry's proof against a head over everything."""
    with Session(engine) as session:
        witness, _ = check_chain(session, 1)
    with transaction(engine) as session:
        session.add(make_head(1, NOW.date(), NOW, witness, key, DAILY))
    with Session(engine) as session:
        return noted("one entry proved", seconds(lambda: prove_entry(session, 1, ENTRIES // 2)), "s")


def packed(engine: Engine, folder: Path, key: HeadKey) -> Row:
    """The export of the page: written, packed, its progress told."""
    exports = Exports(folder / "exports", folder, key)
    with Session(engine, expire_on_commit=False) as session:
        office = session.execute(select(Authority)).scalar_one()
    name = begin_export(exports, engine, office, "bench", NOW)
    taken = seconds(lambda: make_export(exports, engine, office, name, NOW))
    return noted("exported and packed into one file", taken, "s")


def record_rows() -> Iterator[Row]:
    """Appending in memory, verifying, and what a reader of the trail waits for."""
    yield appending("a rung reached", [told(number) for number in range(2_000)])
    yield appending("mostly mails, Vietnamese words", [act(number) for number in range(2_000)])
    key = HeadKey(b"k" * 32)
    with filled() as (engine, folder):
        floor = per_second(lambda: fetched(engine))
        with Session(engine) as session:
            speed = per_second(lambda: verify(session, 1))
            yield reaching("entries verified a second, against copied out only", speed, floor, "/s", TARGET)
            yield noted(
                "the same with the Merkle tree and signed heads", per_second(lambda: check_chain(session, 1)), "/s"
            )
        yield proved(engine, key)
        yield from searched(engine)
        yield packed(engine, folder, key)


if __name__ == "__main__":
    for row in record_rows():
        print(row, flush=True)
