"""How a task of a draft stands, and how the draft stands as a whole: what is settled, what still blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.draft_tables import DraftTask

WAITING, ACCEPTED, CORRECTED, ASKED, LEFT_OUT = "cho-xem", "nhan", "sua", "hoi", "bo"
STATES = {
    WAITING: "Chờ xem",
    ACCEPTED: "Đã nhận",
    CORRECTED: "Đã sửa và nhận",
    ASKED: "Đang hỏi lại",
    LEFT_OUT: "Không đưa vào",
}
SETTLED = (ACCEPTED, CORRECTED, LEFT_OUT)
UNDECIDED = (WAITING, ASKED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many tasks stand in each state."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        """How many tasks there are."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many somebody has decided on for good."""
        return sum(self.counts[state] for state in SETTLED)

    @property
    def kept(self) -> int:
        """How many the plan will have."""
        return self.counts[ACCEPTED] + self.counts[CORRECTED]

    @property
    def words(self) -> str:
        """«Đã xong 12/70 nhiệm vụ: 8 nhận, 3 sửa, 1 không đưa vào; 2 đang hỏi lại, 56 chờ xem.»."""
        done = f"{self.counts[ACCEPTED]} nhận, {self.counts[CORRECTED]} sửa, {self.counts[LEFT_OUT]} không đưa vào"
        rest = f"{self.counts[ASKED]} đang hỏi lại, {self.counts[WAITING]} chờ xem"
        return f"Đã xong {self.settled}/{self.total} nhiệm vụ: {done}; {rest}."


def standing(tasks: Iterable[DraftTask]) -> Standing:
    """How the tasks of a draft stand."""
    counted = Counter(task.state for task in tasks)
    return Standing({state: counted[state] for state in STATES})


def as_taken(keys: Mapping[str, Any]) -> dict[str, Any]:
    """`keys` of a task once somebody takes it as read: what was doubtful is settled, so that it runs."""
    return {name: value for name, value in keys.items() if name != "cho-xac-nhan"}


def next_waiting(tasks: Iterable[DraftTask], after: int) -> DraftTask | None:
    """The next task nobody has decided on, from the one after place `after` on and round to the start."""
    waiting = [task for task in tasks if task.state == WAITING and task.place != after]
    return min(waiting, key=lambda task: (task.place < after, task.place), default=None)
