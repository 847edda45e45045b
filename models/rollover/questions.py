"""What a person must decide before a rolled-over plan is signed: one sentence each, and the tasks that wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["issue", "event", "conflict", "receiver", "name", "law", "time", "earlier", "dropped"]
HEADINGS: dict[Kind, str] = {
    "issue": "Số và ngày của kế hoạch",
    "event": "Sự kiện phải ghi ngày",
    "conflict": "Mâu thuẫn về hạn",
    "receiver": "Nơi nhận không còn",
    "name": "Cấp, cơ quan, tên gọi không còn",
    "law": "Pháp luật đã đổi",
    "time": "Thời gian phải soát",
    "earlier": "Còn chờ từ kế hoạch trước",
    "dropped": "Không chuyển sang",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to decide.

    `tasks` are the codes of the plan tasks it is about, `remark` what is noted on each; `waits` says that these tasks
    do not run until somebody has decided.
    """

    kind: Kind
    text: str
    tasks: tuple[str, ...] = ()
    remark: str = ""
    waits: bool = False


def in_order(questions: Iterable[Question]) -> list[Question]:
    """The questions as people should read them: kind by kind."""
    kinds = list(HEADINGS)
    return sorted(questions, key=lambda question: kinds.index(question.kind))


def listed(codes: Sequence[str], most: int = 12) -> str:
    """«B02, B03, P4b.6»; a long list ends in how many more there are."""
    shown = ", ".join(codes[:most])
    return f"{shown} và {len(codes) - most} nơi khác" if len(codes) > most else shown
