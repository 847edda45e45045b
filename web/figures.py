"""The figures of a report as tables whose every number leads to the lines it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from rules.figures import (
    INDICES,
    INTERNAL_OUTCOMES,
    NO_INDEX,
    OUTCOMES,
    Line,
    Outcome,
    Row,
    by_index,
    by_unit,
    line_of,
    matching,
    total,
)
from web.refusal import Refusal

OUTSIDE = "ngoai"  # «chi-so» of what belongs to no index; without «chi-so» any index is meant
_NATURES = {"co": True, "khong": False}
_OCCASIONAL: tuple[Outcome, ...] = ("khong-con-ap-dung", "truoc-theo-doi")


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines a figure counts; None stands for any."""

    outcome: str | None = None
    index: str | None = None
    unit: str | None = None
    internal: bool | None = None
    task: str | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str], lines: Sequence[Line]) -> Question:
        """The question in an address. Raises Refusal for a value no figure has."""
        known: dict[str, set[str]] = {
            "ket-qua": {*OUTCOMES},
            "chi-so": {OUTSIDE, *map(str, INDICES)},
            "don-vi": {line.unit for line in lines},
            "noi-bo": set(_NATURES),
            "nhiem-vu": {line.task for line in lines},
        }
        said = {name: query.get(name) or None for name in known}
        if wrong := next((text for name, text in said.items() if text and text not in known[name]), None):
            raise Refusal(422, f"Báo cáo này không có số liệu nào theo «{wrong[:80]}».")
        index = "" if said["chi-so"] == OUTSIDE else said["chi-so"]
        internal = _NATURES.get(said["noi-bo"] or "")
        return cls(said["ket-qua"], index, said["don-vi"], internal, said["nhiem-vu"])

    def link(self, code: str) -> str:
        """The page of report `code` that lists these lines."""
        internal = {True: "co", False: "khong", None: None}[self.internal]
        index = OUTSIDE if self.index == "" else self.index
        said = {
            "ket-qua": self.outcome,
            "chi-so": index,
            "don-vi": self.unit,
            "noi-bo": internal,
            "nhiem-vu": self.task,
        }
        return details_path(code, **{name: text for name, text in said.items() if text})

    def lines(self, lines: Sequence[Line]) -> list[Line]:
        """Exactly the lines counted."""
        found = matching(lines, self.outcome, self.index, self.unit, self.internal)
        return [line for line in found if self.task is None or line.task == self.task]

    def words(self) -> Iterator[tuple[str, str]]:
        """What was asked, as pairs of a name and its words."""
        if self.internal is not None:
            yield "Tính chất", "Mốc nội bộ của cơ quan" if self.internal else "Nhiệm vụ có hạn"
        if self.outcome:
            yield "Kết quả", self._outcome_words()
        if self.index is not None:
            yield "Chỉ số nội dung", f"{self.index}. {INDICES[int(self.index)]}" if self.index else NO_INDEX
        if self.unit:
            yield "Đơn vị chủ trì", self.unit
        if self.task:
            yield "Nhiệm vụ", self.task

    def _outcome_words(self) -> str:
        """The outcome as terms and as checkpoints call it; both when either is meant."""
        names = {True: (INTERNAL_OUTCOMES,), False: (OUTCOMES,), None: (OUTCOMES, INTERNAL_OUTCOMES)}[self.internal]
        return "; ".join(dict.fromkeys(words for each in names for kind, words in each.items() if kind == self.outcome))


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and the page that lists what it counts («»: nothing to list)."""

    name: str
    count: int
    link: str
    outcome: str


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Rows that each add up to their last cell; the last row is the sum."""

    key: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Terms and internal checkpoints of a report, never in one table."""

    tiles: tuple[Cell, ...]
    terms: tuple[FigureTable, FigureTable]
    checkpoints: tuple[FigureTable, FigureTable]


def details_path(code: str, **query: str) -> str:
    """The page of the lines or events of report `code`."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"/bao-cao/{quote(code)}/chi-tiet{asked}"


def stored_lines(facts: Mapping[str, Any]) -> list[Line]:
    """The lines a report counts."""
    return [line_of(stored) for stored in facts["lines"]]


def figures_of(code: str, lines: Sequence[Line]) -> Figures:
    """Every table of report `code`."""
    terms, checkpoints = (_Tables(code, lines, internal) for internal in (False, True))
    return Figures(
        tiles=terms.cells(total(lines), Question()),
        terms=(terms.by_index("han-chi-so"), terms.by_unit("han-don-vi")),
        checkpoints=(checkpoints.by_index("moc-chi-so"), checkpoints.by_unit("moc-don-vi")),
    )


class _Tables:
    """The tables of one nature: terms, or the office's own checkpoints."""

    def __init__(self, code: str, lines: Sequence[Line], internal: bool) -> None:
        self._code, self._lines, self._internal = code, lines, internal
        counted = self._counts(total(lines))
        names = INTERNAL_OUTCOMES if internal else OUTCOMES
        self._names = {kind: name for kind, name in names.items() if counted[kind] or kind not in _OCCASIONAL}

    def by_index(self, key: str) -> FigureTable:
        """One row an index."""
        rows = [(row, Question(index=row.key)) for row in by_index(self._lines)]
        return self._table(key, "Chỉ số nội dung", rows)

    def by_unit(self, key: str) -> FigureTable:
        """One row a lead unit that has any line of this nature."""
        rows = [(row, Question(unit=row.key)) for row in by_unit(self._lines) if any(self._counts(row).values())]
        return self._table(key, "Đơn vị chủ trì", rows)

    def cells(self, row: Row, question: Question) -> tuple[Cell, ...]:
        """The numbers of a row, its sum last."""
        counts = self._counts(row)
        asked = replace(question, internal=self._internal)
        each = [self._cell(name, counts[kind], replace(asked, outcome=kind)) for kind, name in self._names.items()]
        return (*each, self._cell("Tổng số", sum(counts.values()), asked))

    def _table(self, key: str, heading: str, rows: Sequence[tuple[Row, Question]]) -> FigureTable:
        summed = [*rows, (total(self._lines), Question())]
        cells = tuple((row.name, self.cells(row, question)) for row, question in summed)
        return FigureTable(key, heading, (*self._names.values(), "Tổng số"), cells)

    def _cell(self, name: str, count: int, question: Question) -> Cell:
        return Cell(name, count, question.link(self._code) if count else "", question.outcome or "tong")

    def _counts(self, row: Row) -> dict[Outcome, int]:
        return row.internal if self._internal else row.counts
