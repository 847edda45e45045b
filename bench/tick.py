"""`python -m bench.tick`: what is due among 896,670 obligations found and told, beside SQL alone and beside objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Engine, text

from bench.database import migrated, settled
from bench.many_obligations import COMMUNES, EACH, PEAK, QUIET, TASKS, fill
from bench.rows import Row, best_of, faster, seconds, slower
from bench.tick_peers import raw_finding, told_by_objects, told_by_sql
from flows.visits import find_due_numbers, visit_all
from models.store import APP_ROLE, open_engine
from rules.vietnamese import morning_of

FIND, SLOWER_THAN_SQL, FASTER_THAN_OBJECTS = 1.5, 3.0, 6.0
A_PART = 10  # what takes minutes is measured on every tenth commune, and its time taken ten times


def tick_rows(say: Callable[[str], None] = print) -> Iterator[Row]:
    """Fill a database, then measure each way on the same rows."""
    with migrated() as (url, _):
        owner, engine = open_engine(url, durable=False), open_engine(url.set(username=APP_ROLE))
        say(f"filling {COMMUNES * TASKS * EACH:,} obligations: {seconds(lambda: fill(owner)):.0f} s")
        settled(owner)
        yield finding("find what is due on a quiet day", engine, morning_of(QUIET), say)
        yield finding("find what is due on a peak day", engine, morning_of(PEAK), say)
        keep_state(owner)
        yield from telling(owner, engine, morning_of(PEAK), say)
        engine.dispose()
        owner.dispose()


def finding(what: str, engine: Engine, now: datetime, say: Callable[[str], None]) -> Row:
    """The numbers a round starts from, beside the same statement through the driver alone."""
    say(f"due on {now:%d/%m/%Y}: {len(find_due_numbers(engine, now)):,}")
    with engine.connect() as connection:
        ours, peer = best_of(7, lambda: find_due_numbers(engine, now), lambda: raw_finding(connection, now))
    return slower(f"{what}, against raw SQL", ours * 1000, peer * 1000, "ms", FIND)


def telling(owner: Engine, engine: Engine, now: datetime, say: Callable[[str], None]) -> Iterator[Row]:
    """The whole tick: letters, entries, next mornings; the same state before each way."""
    ways: dict[str, tuple[Callable[[], None], int]] = {
        "by SQL alone, one transaction": (lambda: told_by_sql(engine, now), 1),
        "chunks over communes": (lambda: in_chunks(engine, now), 1),
        "commune by commune": (lambda: commune_by_commune(engine, now, A_PART), A_PART),
        "by objects": (lambda: told_by_objects(engine, now, A_PART), A_PART),
    }
    took: dict[str, float] = dict.fromkeys(ways, float("inf"))
    for name, (work, part) in [*ways.items()] * 2:
        restore_state(owner)
        took[name] = min(took[name], seconds(work) * part)
        say(f"peak tick {name}: {took[name]:.2f} s, {counted(owner)}{' of a tenth' if part > 1 else ''}")
    sql, objects = took["by SQL alone, one transaction"], took["by objects"]
    for name in ("chunks over communes", "commune by commune"):
        yield slower(f"peak tick, {name}, against SQL alone", took[name], sql, "s", SLOWER_THAN_SQL)
        yield faster(f"peak tick, {name}, against objects row by row", took[name], objects, "s", FASTER_THAN_OBJECTS)


def in_chunks(engine: Engine, now: datetime) -> None:
    for _ in visit_all(engine, find_due_numbers(engine, now), now):
        pass


def commune_by_commune(engine: Engine, now: datetime, every: int) -> None:
    """As the round goes: each authority's own question and transaction."""
    for authority in range(every, COMMUNES + 1, every):
        for _ in visit_all(engine, find_due_numbers(engine, now, authority), now):
            pass


def keep_state(owner: Engine) -> None:
    """Remember how far each obligation is told."""
    with owner.begin() as connection:
        connection.execute(text("""
            CREATE TABLE kept AS SELECT id, last_offset, next_wakeup_at FROM obligation WHERE next_wakeup_at <= :now
        """), {"now": morning_of(PEAK)})  # fmt: skip


def restore_state(owner: Engine) -> None:
    """Everything as it was before the tick."""
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in ("letter", "audit_entry"):
            connection.execute(text(f"TRUNCATE {table} CASCADE"))
        connection.execute(text("UPDATE audit_head SET seq = 0, hash = repeat('0', 64) WHERE seq > 0"))
        connection.execute(
            text("""
            UPDATE obligation SET last_offset = kept.last_offset, next_wakeup_at = kept.next_wakeup_at
            FROM kept WHERE kept.id = obligation.id AND obligation.next_wakeup_at IS DISTINCT FROM kept.next_wakeup_at
        """)
        )
    settled(owner)


def counted(owner: Engine) -> str:
    with owner.connect() as connection:
        letters, entries = (
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in ("letter", "audit_entry")
        )
    return f"{letters:,} letters, {entries:,} entries"


def main() -> None:
    """Measure and print."""
    for row in tick_rows(lambda words: print(words, flush=True)):
        print(row, flush=True)


if __name__ == "__main__":
    main()
