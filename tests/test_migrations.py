"""A database of an earlier schema comes to the newest one with all it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import URL, Connection, create_engine, text

from models.schema import SchemaFault, alembic_config, migrate, newest
from models.store import APP_ROLE, drop_database, ensure_database


@pytest.fixture
def second_schema(server: URL, copies: Callable[[], int], worker_id: str) -> Iterator[URL]:
    """A database at revision 0002 with one obligation of each kind it could hold."""
    url = server.set(database=f"old_{worker_id}_{copies()}")
    ensure_database(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0002")
        _fill(connection)
    engine.dispose()
    yield url
    drop_database(url)


def _fill(connection: Connection) -> None:
    for statement in (
        "INSERT INTO authority (id, code, name) VALUES (1, 'xa', 'UBND xã')",
        "INSERT INTO plan (id, authority_id, code, number, signed_on, year, title, tracked_from, file_sha256, findings,"
        " event_names) VALUES (1, 1, 'p', '1/KH', '2024-01-01', 2024, 'KH', '2024-01-01', 'x', '[]', '{}')",
        "INSERT INTO plan_task (id, plan_id, code, slug, title, kind, place, implementing, schedule, basis, findings,"
        " ladder, awaits_confirmation)"
        " VALUES (1, 1, 'T', 'p_t', 'Giải quyết đơn', 'su-kien', 'mục 1', '[]', '[]', '[]', '[]', 'full', false)",
        "INSERT INTO event (id, authority_id, code, name, day, document)"
        " VALUES (1, 1, 'nhan-don', 'Nhận đơn', '2024-05-06', 'Đơn 12')",
        "INSERT INTO obligation (id, authority_id, plan_task_id, code, period_key, period_name, status, internal,"
        " provisional, nominal, legal, target, event_id, receipt, ladder, calendar_version, opened_on, done_on,"
        " evidence, moves) VALUES (1, 1, 1, 'p.T.nhan-don-2024-05-06', 'nhan-don-2024-05-06', 'x', 'hoan-thanh',"
        " false, false, '2024-06-05', '2024-06-05', '2024-06-05', 1, '{}', '{}', 'v', '2024-05-06', '2024-06-04',"
        ' \'{"day": "2024-06-04", "document": "QĐ 5", "recorded_at": "2024-06-05T01:00:00+00:00"}\','
        ' \'[{"from": "2024-06-04", "to": "2024-06-05", "notice": "2450/VPCP", "on": "2024-05-10"}]\')',
        "INSERT INTO audit_entry (authority_id, seq, at, actor, action, subject, detail, flow_run, previous_hash, hash)"
        " VALUES (1, 1, '2024-05-07T02:00:00Z', 'dunghan', 'ghi-su-kien', 'xa.nhan-don',"
        " '{\"day\": \"06/05/2024\"}', '', '0', '1')",
    ):
        connection.exec_driver_sql(statement)


def test_events_and_obligations_of_the_second_schema_keep_their_identity_and_history(second_schema: URL) -> None:
    migrate(second_schema)
    engine = create_engine(second_schema)
    with engine.connect() as connection:
        event = connection.execute(text("SELECT key, recorded_at, withdrawn FROM event")).one()
        query = "SELECT title, nature, closed_at, moves->0->>'cause' AS cause, findings FROM obligation"
        row = connection.execute(text(query)).one()
    engine.dispose()
    assert event == ("nhan-don-2024-05-06", datetime(2024, 5, 7, 2, tzinfo=UTC), False)
    assert row.title == "Giải quyết đơn"
    assert (row.nature, row.findings, row.cause) == ("lam", [], "thông báo 2450/VPCP")
    assert row.closed_at == datetime(2024, 6, 5, 1, tzinfo=UTC)


def test_migrating_twice_changes_nothing(second_schema: URL) -> None:
    migrate(second_schema)
    migrate(second_schema)


# Two at once, half-way, the wrong program, the wrong role


@pytest.fixture
def blank(server: URL, copies: Callable[[], int], worker_id: str) -> Iterator[URL]:
    """A database with nothing in it."""
    url = server.set(database=f"blank_{worker_id}_{copies()}")
    ensure_database(url)
    yield url
    drop_database(url)


def revision(url: URL) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    engine.dispose()
    return found


def test_two_processes_that_migrate_at_once_both_find_it_done(blank: URL) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, [blank] * 4)) == [None] * 4
    assert revision(blank) == newest()


def test_two_processes_that_make_the_same_database_at_once_both_find_it_made(blank: URL) -> None:
    drop_database(blank)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ensure_database, [blank] * 4)) == [None] * 4


def test_a_migration_that_fails_half_way_leaves_the_old_schema_whole(
    second_schema: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("models.migrations.apart.keep_apart", cut_off)  # 0006, four migrations in
    with pytest.raises(KeyboardInterrupt):
        migrate(second_schema)
    engine = create_engine(second_schema)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('report'), to_regclass('leave')")).one() == (None, None)
    engine.dispose()
    assert revision(second_schema) == "0002"
    monkeypatch.undo()
    migrate(second_schema)
    assert revision(second_schema) == newest()


def test_a_database_of_a_newer_program_is_refused_in_words(database: URL) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaFault, match=r"cấu trúc 9999, mới hơn chương trình này .*xin nâng cấp dunghan"):
        migrate(database)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()


def test_the_application_cannot_migrate_and_says_who_can(second_schema: URL) -> None:
    engine = create_engine(second_schema)
    with engine.begin() as connection:
        connection.execute(text("GRANT SELECT ON alembic_version TO dunghan_app"))
    engine.dispose()
    with pytest.raises(SchemaFault, match=r"vai «dunghan_app» không được cập nhật cấu trúc .*owner_database_url"):
        migrate(second_schema.set(username=APP_ROLE))
    assert revision(second_schema) == "0002"
