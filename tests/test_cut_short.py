"""A run that loses its database or Prefect's server says so in one sentence, and that it will be taken up."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from flows import morning, plan_tasks
from flows.morning import through_its_flow
from flows.plan_tasks import make_flow
from flows.sweep import RoundCutShort
from flows.visits import find_due
from models.due import Due
from models.runs import plan_tasks as stored
from rules.vietnamese import morning_of

MON_17_JUNE = morning_of(date(2024, 6, 17))
GONE = OperationalError("SELECT 1", {}, Exception("terminating connection due to administrator command"))
TAKEN_UP = (
    "không thư nào bị gửi lại. Lượt này tự làm lại sau 30 giây, nhiều nhất 4 lần; sau đó lượt quét theo lịch làm tiếp"
)


def raising(error: Exception) -> Any:
    def away(*_: object, **__: object) -> None:
        raise error

    return away


def first_due(engine: Engine) -> Due:
    return find_due(engine, MON_17_JUNE)[0]


@pytest.mark.parametrize("obligation", [None, "nhu-quynh-2024.B02.2024-H1"], ids=["on its own", "called by a sweep"])
def test_a_plan_task_whose_database_goes_says_who_goes_on(
    obligation: str | None, loaded: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:

    with Session(loaded) as session:
        task, plan = next(iter(stored(session)))
        body = make_flow(task, plan).fn
    monkeypatch.setattr(plan_tasks, "store", raising(GONE))
    with pytest.raises(RoundCutShort) as cut:
        asyncio.run(body(obligation=obligation))
    assert str(cut.value) == (
        "Mất kết nối tới cơ sở dữ liệu; mốc chưa nhắc sẽ được lượt quét sau nhắc, không thư nào bị gửi lại"
    )


class Ended:
    """A flow whose run ended with an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def __call__(self, **_: object) -> Ended:
        return self

    async def result(self) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("called", "lost"),
    [
        (Ended(RoundCutShort("mốc chưa nhắc")), "cơ sở dữ liệu"),
        (raising(RuntimeError("Failed to reach API")), "máy chủ Prefect"),
    ],
)
def test_a_round_says_what_it_lost(called: Any, lost: str, loaded: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(morning, "plan_task_flow", lambda _: called)
    with pytest.raises(RoundCutShort) as cut:
        asyncio.run(run(loaded))
    assert str(cut.value) == f"Mất kết nối tới {lost} khi đang quét; {TAKEN_UP}"


def test_a_plan_task_s_own_fault_stays_that_plan_task_s(loaded: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(morning, "plan_task_flow", lambda _: Ended(KeyError("rungs")))
    with pytest.raises(KeyError):
        asyncio.run(run(loaded))


async def run(engine: Engine) -> None:
    await through_its_flow(engine, MON_17_JUNE)(first_due(engine))
