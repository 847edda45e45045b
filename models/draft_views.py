"""A draft and each of its tasks as the office reviews them: the words of the document beside what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from models.draft_document import Checked, check_draft, units_of
from models.draft_findings import errors_in, task_findings
from models.draft_promises import Promised, ground_of, promised
from models.draft_states import UNDECIDED, Standing, as_taken, standing
from models.draft_tables import DraftTask, PlanDraft
from models.draft_words import fault_words
from models.drafts import draft_tasks
from models.plan_checks.findings import PlanFinding
from models.plan_times import entry_words

FATES = {
    "nhiem-vu": "Thành nhiệm vụ",
    "noi-tiep": "Nối tiếp dòng trên",
    "nhom": "Tên nhóm",
    "tieu-de": "Tiêu đề bảng",
    "tieu-de-lap": "Tiêu đề lặp lại ở trang sau",
    "danh-so": "Dòng đánh số cột",
    "nhan": "Chỉ có tên, không có việc",
    "rong": "Dòng trống",
    "ngoai-bieu": "Ngoài biểu nhiệm vụ",
    "khong-doc-duoc": "Không đọc được",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A task as a person would have it, shown before anything is recorded."""

    keys: Mapping[str, Any]
    new_events: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in the list of a draft."""

    task: DraftTask
    times: Sequence[str]
    lead: str
    faults: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """A whole draft."""

    draft: PlanDraft
    standing: Standing
    lines: Sequence[TaskLine]
    faults: Sequence[str]  # of the plan itself
    fates: Mapping[str, int]  # how many rows came to what
    units: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task: what it was read from, what it means, what is wrong with it, and those before and after."""

    draft: PlanDraft
    task: DraftTask
    keys: Mapping[str, Any]  # as stored, or as tried
    times: Sequence[str]
    promised: Promised | None
    faults: Sequence[str]  # of the task as stored or tried; of one nobody decided on, as it would be taken
    findings: Sequence[PlanFinding]
    stops: Sequence[PlanFinding]  # those that keep the plan from being loaded
    units: Mapping[str, str]  # code -> name
    standing: Standing
    before: int | None
    after: int | None


def draft_view(session: Session, draft: PlanDraft) -> DraftView:
    """All of `draft`."""
    tasks = draft_tasks(session, draft)
    found, units = check_draft(session, draft, tasks), units_of(session, draft)
    names = {str(unit["ma"]): str(unit["ten"]) for unit in units}
    lines = [_line(draft, task, found, names) for task in tasks]
    fates = Counter(fate["fate"] for fate in draft.fates)
    whole = [fault_words(fault) for fault in found.of_whole]
    return DraftView(draft, standing(tasks), lines, whole, {fate: fates[fate] for fate in FATES if fates[fate]}, units)


def _line(draft: PlanDraft, task: DraftTask, found: Checked, names: Mapping[str, str]) -> TaskLine:
    lead = str(task.keys.get("chu-tri", ""))
    return TaskLine(task, times_of(draft, task.keys), names.get(lead, lead), len(found.of_task(task.place)))


def times_of(draft: PlanDraft, keys: Mapping[str, Any]) -> list[str]:
    """When the task falls due, in words; nothing when its keys are not those of a time."""
    events = draft.head.get("su-kien", ())
    try:
        return [entry_words(entry, events) for entry in keys.get("thoi-han", ())]
    except ValidationError:
        return []


def task_view(session: Session, draft: PlanDraft, place: int, tried: Tried | None = None) -> TaskView | None:
    """The task at `place` of `draft`, as stored or as `tried`; None when there is none."""
    tasks = list(draft_tasks(session, draft))
    task = next((one for one in tasks if one.place == place), None)
    if task is None:
        return None
    shown, seen = (_with(draft, tried), _with_keys(task, tried.keys)) if tried else (draft, _as_shown(task))
    found = check_draft(session, shown, [seen if one is task else one for one in tasks])
    ground = ground_of(session, shown)
    dates = promised(seen.keys, ground) if ground else None
    findings = task_findings(session, shown, found, seen.keys)
    return TaskView(
        draft, task, seen.keys if tried else task.keys, times_of(shown, seen.keys), dates,
        [fault_words(fault) for fault in found.of_task(place)], findings, errors_in(findings),
        {str(unit["ma"]): str(unit["ten"]) for unit in units_of(session, draft)}, standing(tasks),
        *_neighbours(tasks, place),
    )  # fmt: skip


def _with(draft: PlanDraft, tried: Tried) -> PlanDraft:
    events = [*draft.head.get("su-kien", ()), *tried.new_events]
    return PlanDraft(**{**draft.model_dump(), "head": {**draft.head, "su-kien": events}})


def _as_shown(task: DraftTask) -> DraftTask:
    """What nobody has decided on is checked as if it were taken: so what that lacks is told beforehand."""
    return _with_keys(task, as_taken(task.keys)) if task.state in UNDECIDED else task


def _with_keys(task: DraftTask, keys: Mapping[str, Any]) -> DraftTask:
    """A copy of `task` that is never stored."""
    return DraftTask(**{**task.model_dump(), "keys": dict(keys)})


def _neighbours(tasks: Sequence[DraftTask], place: int) -> tuple[int | None, int | None]:
    before = [task.place for task in tasks if task.place < place]
    after = [task.place for task in tasks if task.place > place]
    return max(before, default=None), min(after, default=None)
