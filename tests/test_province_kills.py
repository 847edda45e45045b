"""A worker, Prefect's server and PostgreSQL die while communes are swept: the work ends by itself, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, func

from bench.communes import load_communes
from bench.machine import Machine
from bench.relay import CountingRelay
from flows.lost_rounds import GRACE
from models.audit import verify
from models.digests import SENT, UNKNOWN
from models.people import authorities
from models.record_tables import Digest, Letter
from models.tables import Obligation, key_of
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real
COMMUNES, TASKS = 4, 20
MON_17_JUNE, MON_24_JUNE, FRI_28_JUNE, WED_3_JULY = (date(2024, *day) for day in ((6, 17), (6, 24), (6, 28), (7, 3)))
Served = tuple[Machine, CountingRelay]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Two workers and the sweep; plan tasks need no deployment to be told. PostgreSQL's user must reach its folder."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="dunghan-province-", ignore_cleanup_errors=True))
        relay = stack.enter_context(CountingRelay())
        machine = stack.enter_context(Machine(Path(folder), relay.port, MON_24_JUNE))
        machine.start_server()
        machine.register()
        load_communes(machine.engine, COMMUNES, MON_17_JUNE, TASKS)
        for worker in ("one", "two"):
            machine.start_worker(worker)
        yield machine, relay


def test_a_worker_and_its_flows_are_killed_and_the_other_ends_their_work(served: Served) -> None:
    machine, relay = served
    first, second = machine.start_round(), machine.start_round()
    machine.wait(lambda: {machine.run(run)["state_type"] for run in (first, second)} == {"RUNNING"}, "both at work")
    machine.wait(lambda: told(machine) >= 6, "some told")
    machine.kill("one")
    machine.wait(lambda: machine.ended(first) or machine.ended(second), "the other round")
    ended, lost = (first, second) if machine.ended(first) else (second, first)
    assert machine.run(ended)["state_type"] == "COMPLETED"
    assert machine.run(lost)["state_type"] == "RUNNING"  # nobody was left to say otherwise
    assert due(machine, MON_24_JUNE) == 0
    look(machine, relay)

    machine.start_worker("one")
    begun = datetime.fromisoformat(machine.run(lost)["start_time"])
    machine.wait(lambda: datetime.now(UTC) > begun + GRACE, "long enough to be told apart from one that only begins")
    after = machine.start_round()
    machine.wait(lambda: machine.ended(after), "the next round")
    crashed = machine.run(lost)["state"]
    assert crashed["type"] == "CRASHED"
    assert crashed["message"].startswith("Tiến trình của lượt chạy này không còn")


def test_prefects_server_is_restarted_and_the_same_round_goes_on(served: Served) -> None:
    machine, relay = served
    machine.move_to(FRI_28_JUNE)
    before, run = told(machine), machine.start_round()
    machine.wait(lambda: told(machine) >= before + 4, "some told")
    machine.kill("server")
    machine.start_server()
    machine.wait(lambda: machine.ended(run), "the round")
    assert machine.run(run)["state_type"] == "COMPLETED"
    assert due(machine, FRI_28_JUNE) == 0
    look(machine, relay)


def test_postgresql_is_restarted_and_the_round_is_done_again(served: Served) -> None:
    machine, relay = served
    machine.move_to(WED_3_JULY)
    before, run = told(machine), machine.start_round()
    machine.wait(lambda: told(machine) >= before + 4, "some told")
    machine.restart_database("immediate")
    machine.wait(lambda: machine.ended(run), "the round")
    assert machine.run(run)["state_type"] == "COMPLETED"
    assert due(machine, WED_3_JULY) == 0
    look(machine, relay)
    states = machine.api.get("/flow_run_states/", params={"flow_run_id": run}).raise_for_status().json()
    cut = [state["message"] or "" for state in states]
    assert any("Mất kết nối tới cơ sở dữ liệu khi đang quét" in said for said in cut), cut


def told(machine: Machine) -> int:
    """How many letters there are; a database that is just away is asked again."""
    try:
        with Session(machine.engine) as session:
            return session.execute(select(func.count()).select_from(Letter)).scalar_one()
    except OperationalError:
        return 0


def due(machine: Machine, day: date) -> int:
    waiting = col(Obligation.next_wakeup_at) <= morning_of(day)
    with Session(machine.engine) as session:
        return session.execute(select(func.count()).select_from(Obligation).where(waiting)).scalar_one()


def look(machine: Machine, relay: CountingRelay) -> None:
    """Nothing twice, nothing lost: a mail that broke off is said to be unknown and is never sent again."""
    with Session(machine.engine) as session:
        letters = session.execute(select(col(Letter.obligation_id), col(Letter.rung), col(Letter.person_id))).all()
        loose = session.execute(select(col(Letter.id)).where(col(Letter.digest_id).is_(None))).all()
        status = dict(session.execute(select(col(Digest.message_id), col(Digest.status))).tuples().all())
        broken = [found for office in authorities(session) if (found := verify(session, key_of(office))[1])]
    assert len(set(letters)) == len(letters)
    assert loose == []
    assert broken == []
    assert set(status.values()) <= {SENT, UNKNOWN}
    assert len(set(relay.accepted)) == len(relay.accepted)
    assert {message for message, ended in status.items() if ended == SENT} <= set(relay.accepted) <= set(status)
