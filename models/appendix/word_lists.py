"""The numbers and bullets Word writes before a paragraph by itself: «1.», «a)», «2.3», «- »."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from docx.oxml.ns import qn

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LEVELS = 9
_MOST = 5_000  # a number beyond it is not an appendix's


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is written: «%1.%2)» in which digits, beginning where."""

    kind: str = "bullet"
    words: str = ""
    start: int = 1


@dataclass(slots=True)
class Lists:
    """The lists of a document and how far each was counted; ask in the order of the document."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)  # by numId, then level
    same: dict[str, str] = field(default_factory=dict)  # numId -> the abstract list it counts with
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def label(self, numbering: Any | None) -> str:
        """What stands before a paragraph with this numPr: «- », «1. » or «»."""
        number, depth = _value(numbering, "w:numId"), _depth(numbering)
        if not number or number == "0" or number not in self.levels:
            return ""
        level = self.levels[number].get(depth, Level())
        if level.kind == "none":
            return ""
        if level.kind == "bullet":
            return "- "
        return f"{self._counted(number, depth)} ".lstrip()

    def _counted(self, number: str, depth: int) -> str:
        levels, counts = self.levels[number], self._counts[self.same[number]]
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]

        def written(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            level = levels.get(at, Level("decimal"))
            return numeral(counts.get(at, level.start), level.kind)

        return re.sub(r"%([1-9])", written, levels[depth].words)


def lists_of(numbering: Any | None) -> Lists:
    """The lists a document's numbering part describes."""
    if numbering is None:
        return Lists()
    abstract = {one.get(qn("w:abstractNumId")): _levels(one) for one in numbering.iterfind(qn("w:abstractNum"))}
    lists = Lists()
    for one in numbering.iterfind(qn("w:num")):
        number, meant = one.get(qn("w:numId"), ""), _value(one, "w:abstractNumId")
        levels = abstract.get(meant, {})
        lists.levels[number] = levels | _overridden(one, levels)
        lists.same[number] = number if one.find(qn("w:lvlOverride")) is not None else meant
    return lists


def numeral(count: int, kind: str) -> str:
    """`count` in the digits of a Word number format; decimal when the format is not one of these."""
    if not 0 < count <= _MOST:
        return str(count)
    match kind:
        case "lowerLetter" | "upperLetter":
            letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
            return letters.upper() if kind == "upperLetter" else letters
        case "lowerRoman" | "upperRoman":
            return _roman(count).upper() if kind == "upperRoman" else _roman(count)
        case "decimalZero":
            return f"{count:02}"
        case _:
            return str(count)


def _roman(count: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        times, count = divmod(count, value)
        written += letters * times
    return written


def _levels(abstract: Any) -> dict[int, Level]:
    return {int(one.get(qn("w:ilvl"), "0")): _level(one) for one in abstract.iterfind(qn("w:lvl"))}


def _level(one: Any) -> Level:
    start = _value(one, "w:start")
    return Level(_value(one, "w:numFmt") or "decimal", _value(one, "w:lvlText"), int(start) if start.isdigit() else 1)


def _overridden(one: Any, levels: dict[int, Level]) -> dict[int, Level]:
    """The levels a list writes or begins its own way."""
    found = {}
    for override in one.iterfind(qn("w:lvlOverride")):
        depth, own = int(override.get(qn("w:ilvl"), "0")), override.find(qn("w:lvl"))
        level = levels.get(depth, Level()) if own is None else _level(own)
        start = _value(override, "w:startOverride")
        found[depth] = replace(level, start=int(start)) if start.isdigit() else level
    return found


def _depth(numbering: Any | None) -> int:
    depth = _value(numbering, "w:ilvl")
    return min(int(depth), _LEVELS - 1) if depth.isdigit() else 0


def _value(element: Any | None, tag: str) -> str:
    """The w:val of the child `tag`; «» when there is none."""
    child = None if element is None else element.find(qn(tag))
    return "" if child is None else str(child.get(qn("w:val"), ""))
