"""Many obligations told in one transaction: the same letters, entries and next mornings as one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from office import MON_17_JUNE, copy_database
from sqlalchemy import URL, Engine, select, text
from sqlmodel import Session, col

from flows.visits import find_due, find_due_numbers, morning_of, visit, visit_all
from models.answers import HANDED, SEEN
from models.audit import Act, record_each, verify
from models.audit_actions import Action
from models.leaves import record_leave
from models.reply_tables import Reply
from models.store import APP_ROLE, drop_database, open_engine, transaction
from models.tables import Authority, Obligation, Person
from rules.vietnamese import morning_of as half_past_seven
from rules.working_days import WorkingCalendar

FRI_23_AUGUST = date(2024, 8, 23)
TOLD = ("SELECT * FROM letter ORDER BY id", "SELECT * FROM audit_entry ORDER BY authority_id, seq",
        "SELECT * FROM audit_head", "SELECT * FROM obligation ORDER BY id")  # fmt: skip
MAU, HOA, TRAN = "le-thi-mau", "pham-thi-minh-hoa", "tran-thi-vi-du"


@pytest.fixture
def twins(loaded_template: URL, copies: Callable[[], int]) -> Iterator[tuple[Engine, Engine]]:
    """Two equal offices with the real plan, somebody away, work handed over, some of it seen."""
    source = loaded_template.set(database=f"{loaded_template.database}_{copies()}")
    copy_database(loaded_template, source)
    answer_and_leave(source)
    urls = [source, source.set(database=f"{source.database}_twin")]
    copy_database(*urls)
    engines = [open_engine(url.set(username=APP_ROLE), durable=False) for url in urls]
    yield engines[0], engines[1]
    for engine, url in zip(engines, urls, strict=True):
        engine.dispose()
        drop_database(url)


def answer_and_leave(url: URL) -> None:
    engine, now = open_engine(url.set(username=APP_ROLE), durable=False), half_past_seven(MON_17_JUNE)
    with transaction(engine) as session:
        office = session.execute(select(Authority)).scalar_one()
        record_leave(session, office, MAU, date(2024, 6, 24), date(2024, 7, 12), HOA, now, HOA)
        people: dict[str, int] = dict(session.execute(select(col(Person.code), col(Person.id))).tuples().all())
        for number in session.execute(select(col(Obligation.id)).order_by(col(Obligation.id)).limit(60)).scalars():
            said = {"kind": HANDED, "to_id": people[HOA]} if number % 3 else {"kind": SEEN}
            session.add(Reply(authority_id=1, obligation_id=number, person_id=people[TRAN], at=now, **said))
    engine.dispose()


def mornings(calendar: WorkingCalendar, last: date) -> list[datetime]:
    days = (MON_17_JUNE + timedelta(days=number) for number in range((last - MON_17_JUNE).days + 1))
    return [half_past_seven(day) for day in days if calendar.is_working(day)]


def stored(engine: Engine) -> list[list[Any]]:
    with engine.connect() as connection:
        return [list(connection.execute(text(query))) for query in TOLD]


def one_by_one(engine: Engine, now: datetime) -> list[Any]:
    morning = morning_of(engine, 1, now)
    return [visit(engine, due.id, morning) for due in find_due(engine, now)]


def test_ten_weeks_told_in_chunks_of_any_size_leave_what_telling_one_by_one_leaves(
    twins: tuple[Engine, Engine], calendar: WorkingCalendar
) -> None:
    alone, together = twins
    told = 0
    for number, now in enumerate(mornings(calendar, FRI_23_AUGUST)):
        size = (500, 2, 7, 1, 33)[number % 5]
        reached = list(visit_all(together, find_due_numbers(together, now), now, together=size))
        assert reached == one_by_one(alone, now)
        told += len(reached)
    assert told > 150
    assert stored(together) == stored(alone)
    with Session(together) as session:
        assert verify(session, 1)[1] is None


def test_what_another_holds_is_left_out_and_the_rest_is_told(loaded: Engine) -> None:
    now = half_past_seven(MON_17_JUNE)
    due = [number for _, number in find_due_numbers(loaded, now)]
    with Session(loaded) as other:
        held = select(Obligation).where(col(Obligation.id) == due[1]).with_for_update(key_share=True)
        code = other.execute(held).scalar_one().code
        reached = [one.obligation for one in visit_all(loaded, find_due_numbers(loaded, now), now)]
    assert code not in reached
    assert len(reached) == len(due) - 1
    assert find_due_numbers(loaded, now) == [(1, due[1])]


def test_nothing_is_told_on_a_day_off(loaded: Engine) -> None:
    sun_7_july = half_past_seven(date(2024, 7, 7))
    due = find_due_numbers(loaded, sun_7_july)
    assert due
    assert list(visit_all(loaded, due, sun_7_july)) == []


def test_a_chunk_over_several_authorities_keeps_each_chain_whole(database: URL, engine: Engine) -> None:
    with transaction(engine) as session:
        session.add_all(Authority(id=number, code=f"xa-{number}", name=f"UBND xã {number}") for number in (1, 2, 3))
    now = half_past_seven(MON_17_JUNE)
    acts = [Act(Action.RUNG_REACHED, f"viec-{number}", {"rungs": ["0"], "letters": 1}) for number in range(5)]
    for taken in ({3: acts[:2], 1: acts[:3]}, {2: acts, 1: acts[3:], 3: []}):
        with transaction(engine, "lượt chạy") as session:
            record_each(session, now, taken)
    with Session(engine) as session:
        assert [verify(session, number) for number in (1, 2, 3)] == [(5, None), (5, None), (2, None)]
