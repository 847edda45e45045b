"""What is proposed from a signed document: plan tasks beside their source rows, and the fate of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Fate = Literal["tieu-de", "tieu-de-lap", "nhom", "nhiem-vu", "noi-tiep", "danh-so", "nhan", "rong", "ngoai-bieu"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One physical row as a person reads it: where it stands, its words under each column's heading."""

    place: str
    words: tuple[tuple[str, str], ...]  # (heading, words)


@dataclass(frozen=True, slots=True)
class ProposedTask:
    """A plan task in the plan file's keys (models/plan_schema.TaskKeys, plain JSON values), with what it came from.

    `doubts` are sentences a person must settle; a task with any has «cho-xac-nhan: true» among its keys.
    """

    keys: Mapping[str, Any]
    rows: tuple[SourceRow, ...]
    doubts: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The task's code."""
        return str(self.keys["ma"])


@dataclass(frozen=True, slots=True)
class RowFate:
    """What became of one physical row; `task` is the code of the task it belongs to, if any."""

    place: str
    fate: Fate
    task: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole plan proposed from one document; `head` holds «ke-hoach», «don-vi», «su-kien» in the file's keys."""

    head: Mapping[str, Any]
    tasks: tuple[ProposedTask, ...]
    fates: tuple[RowFate, ...]  # one for each physical row of each table, in order
    remarks: Sequence[str] = ()  # what concerns the whole document

    def document(self) -> dict[str, Any]:
        """The plan file's mapping, ready for models.plan_schema.PlanDocument or to be written as YAML."""
        return {**self.head, "nhiem-vu": [dict(task.keys) for task in self.tasks]}
