"""Which plan tasks go on in a later year, and which do not and why: each plan task once, in one list or the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from models.plan_schema import PlanDocument, TaskKeys
from models.rollover.entries import Dropped, Fate, Kept, Turn, fate_of
from models.rollover.questions import Question, listed
from rules.vietnamese import dmy

ONCE = "mot-lan"


@dataclass(frozen=True, slots=True)
class Carried:
    """A plan task that goes on, with what becomes of each of its schedules in order."""

    task: TaskKeys
    fates: tuple[Fate, ...]

    @property
    def lost(self) -> Iterator[str]:
        """The schedules that do not go on although the task does, and why."""
        for entry, fate in zip(self.task.thoi_han, self.fates, strict=True):
            if isinstance(fate, Dropped):
                yield f"«{entry.ten or self.task.ten}» - {fate.why}"


@dataclass(frozen=True, slots=True)
class NotCarried:
    """A plan task that does not go on."""

    code: str
    title: str
    why: str


def sort_tasks(document: PlanDocument, turn: Turn) -> tuple[list[Carried], list[NotCarried]]:
    """The tasks that go on and those that do not, in the plan's order."""
    sorted_ = [_carry(task, turn) for task in document.nhiem_vu]
    carried = [one for one in sorted_ if isinstance(one, Carried)]
    return carried, [one for one in sorted_ if isinstance(one, NotCarried)]


def _carry(task: TaskKeys, turn: Turn) -> Carried | NotCarried:
    """What waits for a person and has no schedule yet goes on and still waits: a new year answers no question."""
    once = task.loai == ONCE
    if once and task.da_xong:
        done = f"việc một lần, đã xong ngày {dmy(task.da_xong.ngay)} ({task.da_xong.van_ban})"
        return NotCarried(task.ma, task.ten, done)
    fates = tuple(fate_of(entry, turn, once, task.cho_xac_nhan) for entry in task.thoi_han)
    if not fates or any(isinstance(fate, Kept) for fate in fates):
        return Carried(task, fates)
    why = dict.fromkeys(fate.why for fate in fates if isinstance(fate, Dropped))
    return NotCarried(task.ma, task.ten, "; ".join([*why, *(["còn chờ xác nhận"] if task.cho_xac_nhan else [])]))


def on_dropped(carried: Sequence[Carried], dropped: Sequence[NotCarried]) -> Iterator[Question]:
    """What does not go on: whole tasks, and single schedules of tasks that do."""
    for one in dropped:
        covered = [each.task.ma for each in carried if one.code in each.task.pham_vi]
        left = f" Bỏ khỏi phạm vi của {listed(covered)}." if covered else ""
        yield Question("dropped", f"Không chuyển {one.code} «{one.title}»: {one.why}.{left}", (one.code,))
    for each in carried:
        for lost in each.lost:
            text = f"Không chuyển thời hạn {lost}."
            yield Question("dropped", f"{each.task.ma}: {text}", (each.task.ma,), text)


def on_waiting(carried: Sequence[Carried]) -> Iterator[Question]:
    """What already waited for a person in the earlier plan; the days of its windows are only proposed."""
    for one in carried:
        if one.task.cho_xac_nhan:
            spans = [_span(*fate.window) for fate in one.fates if isinstance(fate, Kept) and fate.window]
            set_to = f" Tạm ghi {', '.join(spans)}." if spans else ""
            text = f"{one.task.ma} «{one.task.ten}»: kế hoạch trước chưa ai xác nhận, nay vẫn chờ.{set_to}"
            yield Question("earlier", text, (one.task.ma,), set_to.strip())


def on_school_years(carried: Sequence[Carried]) -> Iterator[Question]:
    """School years are moved on, but each province sets their days each year."""
    for one in carried:
        for fate in one.fates:
            if isinstance(fate, Kept) and fate.window and fate.school_year:
                first, last = fate.window
                years, span = f"{first.year}-{last.year}", _span(first, last)
                text = f"năm học {years} tạm ghi {span}; UBND tỉnh quyết định từng năm, cần đối chiếu."
                yield Question("time", f"{one.task.ma} «{one.task.ten}»: {text}", (one.task.ma,), text)


def _span(first: date, last: date) -> str:
    return f"{dmy(first)}-{dmy(last)}"
