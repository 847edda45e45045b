"""The pool and its limits: what happens when the server is full, gone, slow, or held up by somebody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from acting import Office
from clusters import Cluster, cluster, why_not
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from models import store
from models.store import PAGE_LIMITS, ensure_database, for_pages, open_engine
from models.store_faults import BUSY, store_fault
from models.sweep_shares import living, round_lives

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]


@pytest.fixture(scope="module")
def small() -> Iterator[Cluster]:
    """A server with room for four connections, three of them the superuser's."""
    with cluster(settings={"max_connections": "4", "superuser_reserved_connections": "3"}) as server:
        ensure_database(server.url.set(database="dunghan"))
        yield server


def asked(engine: Engine, statement: str) -> str:
    """What a person reads of a statement that fails."""
    with pytest.raises((OperationalError, PoolExhausted)) as failed, engine.begin() as connection:
        connection.execute(text(statement))
    return store_fault(failed.value)


def test_a_server_that_takes_no_more_connections_is_said_to_be_full(small: Cluster) -> None:
    maker = open_engine(small.url)
    with maker.begin() as connection:
        connection.execute(text("CREATE ROLE guest LOGIN"))
    maker.dispose()
    engine = open_engine(small.url.set(username="guest"))
    with engine.connect():
        assert asked(open_engine(engine.url), "SELECT 1").startswith("máy chủ cơ sở dữ liệu đã hết chỗ kết nối")
    engine.dispose()


def test_a_process_whose_connections_are_all_busy_says_so_instead_of_waiting_for_ever(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "POOL", {"pool_size": 1, "max_overflow": 1, "pool_timeout": 0.1, "pool_recycle": 60})
    pool = open_engine(engine.url)
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(pool.connect())
        assert asked(pool, "SELECT 1") == BUSY
    with pool.connect() as connection:  # given back, it is there again
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    pool.dispose()


def test_after_the_server_was_away_the_next_question_finds_it_again(small: Cluster) -> None:
    """Pre-ping: a connection that died while nobody used it is not what a person hears of."""
    engine = open_engine(small.url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    small.stop()
    assert "không nối được máy chủ cơ sở dữ liệu" in asked(engine, "SELECT 1")
    small.go_on()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_no_page_thinks_waits_or_dawdles_for_long(engine: Engine) -> None:
    pages = for_pages(engine)
    with pages.connect() as connection:
        for name, limit in PAGE_LIMITS.items():
            said = connection.execute(text("SELECT setting::int FROM pg_settings WHERE name = :name"), {"name": name})
            assert said.scalar_one() == limit
    pages.dispose()
    with engine.connect() as connection:  # a sweep, a load or a backup takes the time it takes
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "0"


def test_a_round_keeps_its_authority_whatever_limit_the_dba_set(database: URL, engine: Engine) -> None:
    """A lock that went with an idle connection would let another round think that this one had died."""
    dba = create_engine(database)
    with dba.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{database.database}" SET idle_in_transaction_session_timeout = 50'))
    dba.dispose()
    with living(engine, "a-run"):
        time.sleep(0.3)
        assert round_lives(engine, "a-run")
    assert not round_lives(engine, "a-run")


@pytest.mark.parametrize(
    ("limits", "statement", "said"),
    [
        ({"statement_timeout": 50}, "SELECT pg_sleep(5)", "chạy quá lâu"),
        ({"lock_timeout": 50}, "LOCK TABLE audit_head IN SHARE MODE", "đang giữ dòng dữ liệu"),
    ],
)
def test_what_takes_too_long_ends_with_a_reason(
    engine: Engine, limits: dict[str, int], statement: str, said: str
) -> None:
    pages = open_engine(engine.url, limits=limits)
    with engine.begin() as other:
        other.execute(text("INSERT INTO authority (code, name, place, parent) VALUES ('x', 'x', '', '')"))
        other.execute(text("INSERT INTO audit_head VALUES (currval('authority_id_seq'), 0, '')"))
        assert said in asked(pages, statement)
    pages.dispose()


def test_a_page_without_its_database_says_so_and_what_to_do(office_engine: Engine, tmp_path: Path) -> None:
    office = Office(office_engine, tmp_path)
    gone = open_engine(office_engine.url.set(host="127.0.0.1", port=1))
    office.app.state.site = replace(office.app.state.site, engine=gone)
    answer = office.client.get("/nghia-vu")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert "Không nối được máy chủ cơ sở dữ liệu" in answer.text
    assert "127.0.0.1" not in answer.text  # what the server said is for the log
