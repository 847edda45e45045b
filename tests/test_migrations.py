"""A database of an earlier schema comes to the newest one with all it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import URL, Connection, create_engine, text

from models.schema import alembic_config, migrate
from models.store import drop_database, ensure_database


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
