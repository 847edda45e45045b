"""What Prefect ran is asked for at the end of a sweep and kept: whole, once, in bounded steps, and never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun as PrefectRun
from prefect.client.schemas.objects import State, StateType
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows import run_history
from flows.flow_names import SWEEP_NAME, flow_name
from flows.run_history import A_PAGE, keep_history
from models.run_tables import FlowRun
from models.runs import plan_tasks
from models.tables import Obligation

MON_08_30 = datetime(2024, 6, 17, 1, 30, tzinfo=UTC)
B02 = "nhu-quynh-2024.B02.2024-H1"
SECOND = timedelta(seconds=1)


class FakePrefect:
    """A Prefect that answers as its API does, from what a test says has run."""

    def __init__(self) -> None:
        self.runs: dict[UUID, PrefectRun] = {}
        self.states: dict[UUID, list[State[Any]]] = {}
        self.flows: dict[UUID, str] = {}
        self.callers: dict[UUID, UUID] = {}  # the task run that stands for a called run -> who called
        self.asked: list[str] = []
        self.fault: Exception | None = None

    async def __aenter__(self) -> FakePrefect:
        if self.fault:
            raise self.fault
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def ran(
        self, flow: str, at: datetime, *states: tuple[StateType, str], obligation: str = "", caller: UUID | None = None
    ) -> UUID:
        """Let a run of `flow` be expected at `at` and go through `states`, a second each."""
        flow_id = next((number for number, name in self.flows.items() if name == flow), uuid4())
        self.flows[flow_id] = flow
        run = PrefectRun(id=uuid4(), flow_id=flow_id, name=f"{flow} {len(self.runs)}", expected_start_time=at)
        run.parameters = {"obligation": obligation} if obligation else {}
        if caller:
            run.parent_task_run_id = uuid4()
            self.callers[run.parent_task_run_id] = caller
        self.runs[run.id], self.states[run.id] = run, []
        for state in states:
            self.goes_on(run.id, *state)
        return run.id

    def goes_on(self, number: UUID, kind: StateType, name: str) -> None:
        """Let a run come to another state."""
        run, past = self.runs[number], self.states[number]
        at = run.expected_start_time + SECOND * (len(past) + 1)  # type: ignore[operator]
        run.state = State(type=kind, name=name, message=f"{name}!", timestamp=at)
        run.start_time = run.start_time or (at if kind == StateType.RUNNING else None)
        past.append(run.state)

    async def read_flow_runs(
        self, *, flow_run_filter: FlowRunFilter, sort: object, limit: int, offset: int
    ) -> list[PrefectRun]:
        self.asked.append("runs")
        wanted = flow_run_filter.model_dump(exclude_unset=True)
        found = sorted(self.runs.values(), key=lambda run: run.expected_start_time or MON_08_30)
        if "id" in wanted:
            found = [run for run in found if run.id in wanted["id"]["any_"]]
        if "state" in wanted:
            found = [run for run in found if run.state and run.state.type != StateType.SCHEDULED]
        if "expected_start_time" in wanted:
            after = wanted["expected_start_time"]["after_"]
            found = [run for run in found if run.expected_start_time and run.expected_start_time >= after]
        assert limit <= A_PAGE
        return found[offset : offset + limit]

    async def read_flow_run_states(self, number: UUID) -> Sequence[State[Any]]:
        self.asked.append("states")
        return list(reversed(self.states[number]))

    async def read_flows(self, *, flow_filter: Any, limit: int) -> list[Any]:
        from prefect.client.schemas.objects import Flow

        return [Flow(id=number, name=self.flows[number]) for number in flow_filter.id.any_]

    async def read_task_runs(self, *, task_run_filter: Any, limit: int) -> list[Any]:
        from prefect.client.schemas.objects import TaskRun

        return [TaskRun(id=number, flow_run_id=self.callers[number], task_key="x", dynamic_key="0")
                for number in task_run_filter.id.any_]  # fmt: skip


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> FakePrefect:
    fake = FakePrefect()
    monkeypatch.setattr(run_history, "get_client", lambda: fake)
    return fake


def kept(engine: Engine) -> dict[UUID, FlowRun]:
    with Session(engine) as session:
        return {run.id: run for run in session.execute(select(FlowRun).order_by(col(FlowRun.expected_at))).scalars()}


def keep(engine: Engine) -> str:
    return asyncio.run(keep_history(engine))


def b02_flow(engine: Engine) -> str:
    with Session(engine) as session:
        return next(flow_name(task, plan) for task, plan in plan_tasks(session) if task.code == "B02")


PENDING, RUNNING = (StateType.PENDING, "Pending"), (StateType.RUNNING, "Running")
TOLD, CRASHED = (StateType.COMPLETED, "Đã nhắc"), (StateType.CRASHED, "Crashed")


def test_a_sweep_and_what_it_called_are_kept_with_all_their_states(loaded: Engine, prefect: FakePrefect) -> None:
    sweep = prefect.ran(SWEEP_NAME, MON_08_30, (StateType.SCHEDULED, "Scheduled"), PENDING, RUNNING)
    called = prefect.ran(b02_flow(loaded), MON_08_30 + SECOND * 5, RUNNING, TOLD, obligation=B02, caller=sweep)
    assert keep(loaded) == ""
    runs = kept(loaded)
    assert runs.keys() == {sweep, called}
    told, whole = runs[called], runs[sweep]
    with Session(loaded) as session:
        row = session.execute(select(Obligation).where(col(Obligation.code) == B02)).scalar_one()
    assert (told.authority_id, told.plan_task_id, told.obligation_id) == (1, row.plan_task_id, row.id)
    assert (told.parent_id, told.state_name, told.message) == (sweep, "Đã nhắc", "Đã nhắc!")
    assert told.ended_at == MON_08_30 + SECOND * 7
    assert [state["name"] for state in whole.states] == ["Scheduled", "Pending", "Running"]
    assert (whole.plan_task_id, whole.ended_at, whole.state_type) == (None, None, "RUNNING")


def test_a_run_that_was_still_running_is_picked_up_by_the_next_sweep(loaded: Engine, prefect: FakePrefect) -> None:
    first = prefect.ran(SWEEP_NAME, MON_08_30, RUNNING)
    keep(loaded)
    assert kept(loaded)[first].ended_at is None
    prefect.goes_on(first, *TOLD)
    second = prefect.ran(SWEEP_NAME, MON_08_30 + timedelta(days=30), RUNNING)  # far beyond what is looked back on
    keep(loaded)
    assert [(run.state_name, run.ended_at is None) for run in kept(loaded).values()] == [
        ("Đã nhắc", False), ("Running", True)
    ]  # fmt: skip
    assert kept(loaded).keys() == {first, second}


def test_what_ended_is_asked_for_once_and_never_overwritten(loaded: Engine, prefect: FakePrefect) -> None:
    done = prefect.ran(SWEEP_NAME, MON_08_30, RUNNING, TOLD)
    keep(loaded)
    asked = prefect.asked.count("states")
    prefect.goes_on(done, *CRASHED)  # somebody with the right to Prefect's pages tells another story
    keep(loaded)
    assert prefect.asked.count("states") == asked == 1
    assert kept(loaded)[done].state_name == "Đã nhắc"


def test_a_run_deleted_in_prefect_stays_with_us(loaded: Engine, prefect: FakePrefect) -> None:
    done, open_one = prefect.ran(SWEEP_NAME, MON_08_30, RUNNING, TOLD), prefect.ran(SWEEP_NAME, MON_08_30, RUNNING)
    keep(loaded)
    prefect.runs.clear()
    assert keep(loaded) == ""
    assert kept(loaded).keys() == {done, open_one}


def test_a_run_deleted_while_it_is_asked_for_keeps_no_other_from_being_kept(
    loaded: Engine, prefect: FakePrefect
) -> None:
    gone, done = prefect.ran(SWEEP_NAME, MON_08_30, RUNNING, TOLD), prefect.ran(SWEEP_NAME, MON_08_30, RUNNING, TOLD)
    prefect.states[gone] = []
    assert keep(loaded) == ""
    assert kept(loaded).keys() == {done}


def test_a_crashed_run_that_never_began_is_kept(loaded: Engine, prefect: FakePrefect) -> None:
    lost = prefect.ran(b02_flow(loaded), MON_08_30, PENDING, CRASHED)
    keep(loaded)
    run = kept(loaded)[lost]
    assert (run.started_at, run.state_type) == (None, "CRASHED")
    assert run.plan_task_id is not None


def test_runs_that_wait_for_their_hour_and_runs_of_others_are_left_alone(loaded: Engine, prefect: FakePrefect) -> None:
    prefect.ran(SWEEP_NAME, MON_08_30 + timedelta(days=1), (StateType.SCHEDULED, "Scheduled"))
    prefect.ran("Của người khác", MON_08_30, RUNNING, TOLD)
    keep(loaded)
    assert kept(loaded) == {}


def test_many_runs_are_taken_over_page_by_page_and_step_by_step(
    loaded: Engine, prefect: FakePrefect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_history, "MOST", 300)
    for number in range(650):
        prefect.ran(SWEEP_NAME, MON_08_30 + timedelta(minutes=number), RUNNING, TOLD)
    counts = [(keep(loaded), len(kept(loaded)))[1] for _ in range(3)]
    assert counts == [400, 650, 650]  # whole pages; the last step finds nothing new


@pytest.mark.parametrize("fault", [OSError("connection refused"), RuntimeError("Failed to reach API"), TimeoutError()])
def test_a_silent_prefect_is_said_and_stops_nothing(loaded: Engine, prefect: FakePrefect, fault: Exception) -> None:
    done = prefect.ran(SWEEP_NAME, MON_08_30, RUNNING, TOLD)
    prefect.fault = fault
    assert keep(loaded).startswith("Chưa lưu được lịch sử lượt chạy, Prefect không trả lời")
    assert kept(loaded) == {}
    prefect.fault = None
    assert keep(loaded) == ""
    assert kept(loaded).keys() == {done}
