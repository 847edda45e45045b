"""Six communes on one machine: two workers share them, every letter is told once, no two communes' plans meet."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from office import PLAN, PLANS, KeptMail, copy_database
from sqlalchemy import URL, Engine, select, update
from sqlmodel import Session, col

from bench.communes import code_of, load_communes
from bench.machine import Machine
from bench.province import check, sweep_together
from bench.relay import CountingRelay
from flows.flow_names import flow_name
from flows.sending import Office
from flows.sweep import sweep
from models.audit import verify
from models.audit_actions import Action
from models.calendar_file import read_notices
from models.loading import load_plan
from models.office_file import OfficeFileError
from models.people import authorities
from models.people_file import read_people
from models.plan_file import read_plan
from models.record_tables import AuditEntry
from models.runs import plan_tasks
from models.settings import Settings
from models.store import APP_ROLE, drop_database, open_engine, transaction
from models.sweep_shares import living, round_lives, sweeping
from models.tables import Authority, Obligation, Person, PlanTask, key_of
from rules.vietnamese import morning_of

MON_17_JUNE, MON_24_JUNE = date(2024, 6, 17), date(2024, 6, 24)
COMMUNES, TASKS = 6, 8


@pytest.fixture(scope="module")
def province(template: URL) -> Iterator[URL]:
    url = template.set(database=f"{template.database}_province")
    copy_database(template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    load_communes(engine, COMMUNES, MON_17_JUNE, TASKS)
    engine.dispose()
    yield url
    drop_database(url)


@pytest.fixture
def communes(province: URL, copies: Callable[[], int]) -> Iterator[Engine]:
    url = province.set(database=f"{province.database}_{copies()}")
    copy_database(province, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    yield engine
    engine.dispose()
    drop_database(url)


def test_every_commune_is_loaded_whole_with_a_trail_that_holds(communes: Engine) -> None:
    with Session(communes) as session:
        offices = list(authorities(session))
        assert [office.code for office in offices] == [code_of(number) for number in range(1, COMMUNES + 1)]
        lengths = {verify(session, key_of(office)) for office in offices}
        people = session.execute(select(col(Person.email))).scalars().all()
    assert {broken for _, broken in lengths} == {None}
    assert len(lengths) == 1  # the same acts, each in its own words
    assert len(set(people)) == len(people)


def test_communes_whose_plans_have_one_number_have_flows_of_their_own(communes: Engine) -> None:
    with Session(communes) as session:
        tasks = list(plan_tasks(session))
    assert len({plan.number for _, plan in tasks}) == 1
    assert len({flow_name(task, plan) for task, plan in tasks}) == len(tasks) == COMMUNES * (TASKS + 1)
    assert len({task.slug for task, _ in tasks}) == len(tasks)
    assert all(flow_name(task, plan).endswith(plan.code) for task, plan in tasks)


def test_a_plan_whose_code_another_commune_has_is_refused(communes: Engine) -> None:
    plan = read_plan(PLAN)
    keys = plan.document.ke_hoach.model_copy(update={"ma": "xa-003-2024"})
    taken = replace(plan, document=plan.document.model_copy(update={"ke_hoach": keys}), sha256="another file")
    people, notices = read_people(PLANS / "people.yaml"), read_notices(PLANS / "calendar.yaml")
    with pytest.raises(OfficeFileError) as refused, transaction(communes) as session:
        load_plan(session, taken, people, notices, morning_of(MON_17_JUNE), MON_17_JUNE)
    (fault,) = refused.value.faults
    assert fault.text == "mã «xa-003-2024» là kế hoạch đã nạp của UBND xa-003 («xa-003»); hãy đặt mã khác."


def test_a_commune_is_one_rounds_until_that_round_ends(communes: Engine) -> None:
    with Session(communes) as session:
        first, second, *_ = authorities(session)
    with sweeping(communes, first) as mine, sweeping(communes, first) as again, sweeping(communes, second) as other:
        assert (mine, again, other) == (True, False, True)
    with sweeping(communes, first) as later:
        assert later


def test_a_round_is_seen_to_live_until_its_process_lets_go(communes: Engine) -> None:
    with living(communes, "a round"):
        assert round_lives(communes, "a round")
        assert not round_lives(communes, "another")
    assert not round_lives(communes, "a round")


def test_a_fault_in_one_commune_leaves_the_others_their_mail(
    communes: Engine, settings: Settings, mail: KeptMail
) -> None:
    with transaction(communes) as session:
        session.execute(update(Obligation).where(col(Obligation.authority_id) == 2).values(ladder={}))
    with pytest.raises(ExceptionGroup, match=r"Chưa quét xong UBND xa-002 \(KeyError: 'rungs'\)"):
        asyncio.run(sweep(Office(communes, settings, mail), morning_of(MON_24_JUNE)))
    served = {to.partition("@")[2].removesuffix(".example") for to, _ in mail.kept}
    assert served == {code_of(number) for number in (1, 3, 4, 5, 6)}


@pytest.fixture
def machine() -> Iterator[tuple[Machine, CountingRelay]]:
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="dunghan-province-", ignore_cleanup_errors=True))
        relay = stack.enter_context(CountingRelay(pause=0))
        made = stack.enter_context(Machine(Path(folder), relay.port, MON_24_JUNE, sweepers=3))
        load_communes(made.engine, COMMUNES, MON_17_JUNE, TASKS)
        made.start_server()
        yield made, relay


@pytest.mark.real
def test_two_workers_share_six_communes(machine: tuple[Machine, CountingRelay]) -> None:
    served, relay = machine
    tasks = COMMUNES * (TASKS + 1)
    assert served.register().splitlines()[-1] == f"Đã đăng ký {tasks + 1} mục mới hoặc thay đổi; 0 mục giữ nguyên."
    assert schedules(served) == {"sang", "sang-2", "sang-3"}
    served.settings = served.settings.model_copy(update={"sweepers": 1})
    assert served.register().splitlines()[-1] == f"Đã đăng ký 1 mục mới hoặc thay đổi; {tasks} mục giữ nguyên."
    assert schedules(served) == {"sang"}
    assert served.register().splitlines()[-1] == f"Đã đăng ký 0 mục mới hoặc thay đổi; {tasks + 1} mục giữ nguyên."
    served.start_worker("one")
    served.start_worker("two")
    runs = sweep_together(served, 2)
    assert {served.run(run)["state_type"] for run in runs} == {"COMPLETED"}
    found = check(served, relay)
    assert found["obligations"] >= COMMUNES
    with Session(served.engine) as session:
        entries = select(AuditEntry).where(col(AuditEntry.action) == Action.RUNG_REACHED)
        told = session.execute(entries).scalars().all()
        tasks_told = session.execute(select(col(PlanTask.id))).all()
        offices = session.execute(select(Authority)).scalars().all()
    assert len(tasks_told) == tasks
    assert len(told) == found["obligations"]
    assert set(Counter(entry.authority_id for entry in told)) == {key_of(office) for office in offices}
    assert all(entry.flow_run for entry in told)  # each was told by its own plan task's run


def schedules(machine: Machine) -> set[str]:
    return {schedule["slug"] for schedule in machine.sweep_deployment()["schedules"]}
