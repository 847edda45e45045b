"""What a watching program reads: figures Prometheus understands, for this machine alone, cheap, naming nobody."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from acting import Office, TestClient
from deliveries_seen import clock, on
from office import MON_17_JUNE
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, select, text
from sqlalchemy.engine import URL
from sqlmodel import Session

from models.house_counts import obligation_counts
from models.settings import Settings
from models.store import open_engine
from models.tables import Person
from models.views import list_obligations
from rules.vietnamese import local_day

HERE = ("127.0.0.1", 40000)


@pytest.fixture
def office(loaded: Engine, settings: Settings) -> Office:
    """The pages of the real plan's office, swept on Monday 17/06/2024 by a relay that is gone."""
    on(loaded, settings, clock(MON_17_JUNE))
    return Office(loaded, settings.state_dir, acting=False)


def asked(office: Office, host: tuple[str, int] = HERE, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return TestClient(office.app, client=host).get("/metrics", headers=sent)


def figures(office: Office) -> dict[tuple[str, ...], float]:
    answer = asked(office)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_the_figures_are_those_of_the_database(office: Office) -> None:
    found = figures(office)
    with Session(office.engine) as session:
        counted = dict(session.execute(text("SELECT status, count(*) FROM obligation GROUP BY status")).all())  # type: ignore[arg-type]
        code = session.execute(text("SELECT code FROM authority")).scalar_one()
        head = session.execute(text("SELECT seq FROM audit_head")).scalar_one()
        waiting = session.execute(text("SELECT count(*) FROM digest WHERE status = 'gui-loi'")).scalar_one()
    assert {key[1]: value for key, value in found.items() if key[0] == "dunghan_obligations"} == counted
    assert found["dunghan_trail_entries", code] == head
    assert found["dunghan_mails_unsettled", "gui-loi"] == waiting > 0
    assert found["dunghan_last_sweep_timestamp_seconds", code] == clock(MON_17_JUNE).timestamp()
    assert found["dunghan_sweeps_held", code] == 0
    assert found["dunghan_obligations_read_ratio",] == 1
    assert [key for key in found if key[0] == "dunghan_build"]


def test_overdue_is_what_the_list_calls_overdue(office: Office) -> None:
    office.go_to(MON_17_JUNE + timedelta(days=60))
    with Session(office.engine) as session:
        listed = [line for line in list_obligations(session, office.day) if line.state == "qua-han"]
    assert figures(office)["dunghan_obligations_overdue",] == len(listed) > 0


PROXIED = ({"X_Forwarded_For": "10.0.0.7"}, {"Forwarded": "for=10.0.0.7"}, {"X_Real_IP": "::1"})
ELSEWHERE = ("192.168.1.20", "10.0.0.1", "máy")


def test_only_this_machine_is_answered_and_nobody_through_a_proxy(office: Office) -> None:
    assert {asked(office, (host, 40000)).status_code for host in ("127.0.0.1", "::1", "127.8.8.8")} == {200}
    assert {asked(office, (host, 40000)).status_code for host in ELSEWHERE} == {404}
    assert {asked(office, **headers).status_code for headers in PROXIED} == {404}


def test_who_signed_in_on_this_machine_reads_the_same_figures(office: Office) -> None:
    told = figures(office)
    office.signed_in()
    browser = TestClient(office.app, client=HERE, cookies=dict(office.client.cookies))
    answer = browser.get("/metrics")
    assert answer.status_code == 200
    read = [one for family in text_string_to_metric_families(answer.text) for one in family.samples]
    assert {(one.name, *one.labels.values()) for one in read} == set(told)


def test_no_person_is_named(office: Office) -> None:
    said = asked(office).text
    with Session(office.engine) as session:
        people = session.execute(select(Person)).scalars().all()
    assert len(people) > 10
    assert not [person for person in people if person.name in said or person.email in said]
    assert "@" not in said


def test_of_very_many_obligations_a_sample_is_read(database: URL) -> None:
    """A hundred thousand rows as wide as real ones: told within some per cent, in a moment."""
    owner = open_engine(database, durable=False)
    with owner.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))  # the rows around them do not matter here
        connection.execute(text(_MANY), {"count": 100_000})
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE obligation"))
    with Session(owner) as session:
        started = monotonic()
        found = obligation_counts(session, local_day(clock(MON_17_JUNE)))
        took = monotonic() - started
    assert found.read < 0.3
    assert found.statuses["dang-theo-doi"] == pytest.approx(70_000, rel=0.1)
    assert found.overdue == pytest.approx(10_000, rel=0.15)
    assert took < 1
    owner.dispose()


_MANY = """
    INSERT INTO obligation (authority_id, plan_task_id, code, title, nature, period_key, period_name, status, internal,
                            provisional, nominal, legal, target, items, receipt, ladder, extended_days, rounds,
                            calendar_version, opened_on, moves, findings)
    SELECT 1, 1, 'x' || n, 'Báo cáo', 'lam', n::text, 'kỳ',
           CASE WHEN n % 10 < 7 THEN 'dang-theo-doi' ELSE 'hoan-thanh' END,
           false, false, day, day, day, '[]', jsonb_build_object('because', repeat('x', 300)), '{}',
           0, 0, '', day, '[]', '[]'
    FROM generate_series(1, :count) n,
         LATERAL (SELECT CASE WHEN n % 10 = 1 THEN date '2024-06-01' ELSE date '2024-12-01' END AS day) d
"""
