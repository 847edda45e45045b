"""What a check of a plan found: how grave, where, in which words, why it matters and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rules.vietnamese import fold

Level = Literal["error", "warning", "note"]

_ORDER: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}
_TOLD = "Tệp kế hoạch đã ghi nhận điều này."
_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """One thing a person should look at; `task` is empty when it concerns the whole plan.

    `rule` is the slug of the check, `place` where it stands in a signed document, `found` the words quoted. `marks`
    are words by which a remark («phat-hien») that already tells this is recognised.
    """

    level: Level
    rule: str
    task: str
    field: str
    line: int | None
    found: str
    why: str
    repair: str
    place: str = ""
    marks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What was found and why it matters, in one line."""
        return f"«{self.found}»: {self.why}" if self.found else self.why

    @property
    def where(self) -> str:
        """Where a person finds it: the plan task, the place in the document, the line of the file."""
        line = f"dòng {self.line}" if self.line else ""
        return ", ".join(filter(None, (self.task, self.place, line))) or "kế hoạch"

    def to_json(self) -> dict[str, Any]:
        """This finding for programs; «task», «level» and «text» are older than the rest."""
        kept = ("rule", "field", "line", "place", "found", "why", "repair")
        return {"task": self.task, "level": self.level, "text": self.text} | {key: getattr(self, key) for key in kept}


def in_order(findings: Iterable[PlanFinding]) -> list[PlanFinding]:
    """Errors first, then warnings, then notes; as found within each."""
    return sorted(findings, key=lambda finding: _ORDER[finding.level])


def unless_told(finding: PlanFinding, remarks: Iterable[str]) -> PlanFinding:
    """`finding`, only noted when one of `remarks` already tells it."""
    marks = [fold(mark) for mark in finding.marks or (finding.found,) if mark]
    if finding.level == "note" or not any(mark in fold(remark) for remark in remarks for mark in marks):
        return finding
    return replace(finding, level="note", why=f"{finding.why} {_TOLD}")


def gathered(findings: Iterable[PlanFinding]) -> list[PlanFinding]:
    """What is the same in several places told once, with the places."""
    groups: dict[tuple[str, ...], list[PlanFinding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.level, fold(finding.found), finding.repair), []).append(finding)
    return [_one_of(group) for group in groups.values()]


def _one_of(group: Sequence[PlanFinding]) -> PlanFinding:
    places = list(dict.fromkeys(finding.task or finding.place for finding in group))
    if len(places) == 1:
        return group[0]
    return replace(group[0], task="", place=named(places), line=None)


def named(places: Sequence[str]) -> str:
    """«B02; B03 và 4 chỗ khác»."""
    if len(places) <= _MOST_NAMED:
        return "; ".join(places)
    return f"{'; '.join(places[:_MOST_NAMED])} và {len(places) - _MOST_NAMED} chỗ khác"
