"""What one plan has that another has not: tasks, who does them, when they fall due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.loading import task_values
from models.plan_schema import CALENDAR_TASK, PlanDocument
from models.plan_times import when_words
from models.tables import Plan, PlanTask, key_of
from rules.when_json import parse_when

Compared = Mapping[str, Mapping[str, Any]]  # task code -> its values

# What is compared, and what a person calls it.
FIELDS = {
    "title": "tên",
    "kind": "loại",
    "lead": "chủ trì",
    "implementing": "thực hiện",
    "schedule": "thời hạn",
    "result": "kết quả",
    "awaits_confirmation": "chờ xác nhận",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a task that both plans have."""

    task: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Everything that differs; tasks in only one plan with their titles."""

    gone: tuple[tuple[str, str], ...]
    fresh: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.gone or self.fresh or self.changes)


def compare_plans(before: Compared, after: Compared) -> PlanDifference:
    """What `after` has that `before` has not, and the other way round, in the order of each plan."""
    return PlanDifference(
        gone=tuple((code, str(task["title"])) for code, task in before.items() if code not in after),
        fresh=tuple((code, str(task["title"])) for code, task in after.items() if code not in before),
        changes=tuple(
            change for code in before if code in after for change in _changes(code, before[code], after[code])
        ),
    )


def of_file(document: PlanDocument) -> Compared:
    """The tasks of a plan file, as they would be stored."""
    names = {event.ma: event.ten for event in document.su_kien}
    return {task.ma: _with_names(task_values(document.ke_hoach.ma, task), names) for task in document.nhiem_vu}


def of_store(session: Session, plan_code: str) -> Compared | None:
    """The tasks of the plan loaded under `plan_code`; None when there is none."""
    plan = session.execute(select(Plan).where(col(Plan.code) == plan_code)).scalar_one_or_none()
    if plan is None:
        return None
    mine = select(PlanTask).where(col(PlanTask.plan_id) == key_of(plan), col(PlanTask.code) != CALENDAR_TASK)
    rows = session.execute(mine.order_by(col(PlanTask.id))).scalars()
    return {row.code: _with_names({name: getattr(row, name) for name in FIELDS}, plan.event_names) for row in rows}


def _with_names(task: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """`task` waiting for events by their names, as a person knows them."""
    waited = [
        {**when, "event": names.get(when["event"], when["event"])} if "event" in when else when
        for when in task["schedule"]
    ]
    return {**task, "schedule": waited}


def _changes(code: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in FIELDS:
        old, new = _words(name, before[name]), _words(name, after[name])
        if old != new:
            yield Change(code, name, old, new)


def _words(name: str, value: Any) -> str:
    match value:
        case bool():
            return "có" if value else "không"
        case None | []:
            return "(trống)"
        case list() if name == "schedule":
            return "; ".join(map(_schedule_words, value))
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _schedule_words(stored: Mapping[str, Any]) -> str:
    """One schedule in words; an office's own date is told."""
    title = f"{stored['title']}: " if stored.get("title") else ""
    own = " (mốc cơ quan đặt)" if stored.get("internal") else ""
    return f"{title}{when_words(parse_when(stored))}{own}"
