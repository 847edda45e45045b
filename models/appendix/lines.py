"""The rows of an appendix put together into its lines: headings apart, broken rows joined, each row accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from models.appendix.columns import Column, Layout, is_heading, layout_of
from models.appendix.document import Cell, Row, SignedDocument, Table
from models.appendix.points import line_of
from models.appendix.proposal import Fate, SourceRow
from rules.vietnamese import fold

_GROUP_NUMBER = re.compile(r"^(?:[IVX]+|[A-H])[.)]?$")
_COUNT = re.compile(r"^\(?(?:\d{1,2}|[A-H])\)?$")
_CUT = frozenset({"cac", "va", "cua", "cho", "voi", "theo", "nhung", "ve", "tai", "trong"})


@dataclass(slots=True)
class Line:
    """One logical line of the appendix: its words under each column, and the physical rows it came from."""

    number: str
    index: str
    component: str
    group: str
    words: dict[Column, str]
    rows: list[SourceRow]
    broken: bool = False  # joined from rows a page break had parted

    def said(self, column: Column) -> str:
        """The words under `column`, lines as in the document; "" when blank."""
        return self.words.get(column, "")

    @property
    def cut(self) -> bool:
        """Whether a cell of a broken row ends in a word that asks for more."""
        last = fold(line_of(self.said("implementing"))).split()[-1:]
        return self.broken and bool(last) and last[0] in _CUT


@dataclass(frozen=True, slots=True)
class Placed:
    """One physical row, what became of it, and the line it went into."""

    row: SourceRow
    fate: Fate
    line: Line | None = None

    @property
    def words(self) -> str:
        """The row's words on one line."""
        return line_of(" · ".join(dict.fromkeys(words for _, words in self.row.words if words)))


@dataclass(slots=True)
class Lines:
    """The lines of a whole document, and every physical row of it with its fate, in order."""

    found: list[Line] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # headings nothing is known of
    others: list[Table] = field(default_factory=list)  # tables that list no tasks


def lines_of(document: SignedDocument) -> Lines:
    """Every table of `document` read; a table without headings continues the one before when it is as wide."""
    lines = Lines()
    layout: Layout | None = None
    for table in document.tables:
        own, before = layout_of(table.rows), layout
        if own is None and before is not None and _width(table) == len(before.columns):
            own = Layout(before.columns, before.headings, 0, 0)
        if own is None:
            lines.others.append(table)
            lines.placed += [Placed(_as_read(row, ()), "ngoai-bieu") for row in table.rows]
        else:
            again = before is not None and own.headings == before.headings
            _read_table(table, own, lines, "tieu-de-lap" if again else "tieu-de")
            layout = own
    return lines


def _width(table: Table) -> int:
    return len(table.rows[0].cells) if table.rows else 0


def _read_table(table: Table, layout: Layout, lines: Lines, heads: Fate) -> None:
    lines.unknown += [heading for heading in layout.unknown if heading not in lines.unknown]
    reader = _Reader(layout, lines)
    for place, row in enumerate(table.rows):
        below = table.rows[place + 1] if place + 1 < len(table.rows) else None
        if place < layout.first:
            lines.placed.append(Placed(_as_read(row, ()), "ngoai-bieu"))
        elif place < layout.after:
            lines.placed.append(Placed(_as_read(row, ()), heads))
        else:
            reader.read(row, table.rows[place - 1] if place > layout.after else None, below)


@dataclass(slots=True)
class _Reader:
    """Reads the rows of one table, each in the light of the rows around it."""

    layout: Layout
    lines: Lines

    def read(self, row: Row, above: Row | None, below: Row | None) -> None:
        """Place one row: in a line of its own, in the line before, or as a heading of those after."""
        seen = _Seen(row, above, self.layout)
        match fate := self._fate(seen, below):
            case "nhiem-vu":
                self.lines.found.append(self._opened(seen))
                self._place(seen, fate, self.lines.found[-1])
            case "noi-tiep":
                self._join(seen)
            case "nhom":
                self._place(seen, fate, None)
            case _:
                self._place(seen, fate, None)

    def _fate(self, seen: _Seen, below: Row | None) -> Fate:
        if not seen.any():
            return "rong"
        if is_heading(seen.row, self.layout):
            return "tieu-de-lap"
        if seen.counts_columns():
            return "danh-so"
        if seen.spans_all() or self._heads(seen, below):
            return "nhom"
        if seen.named() and not seen.says("task", "result", "lead", "implementing", "time"):
            return "nhan"
        if seen.named() or seen.says("lead", "time") or not self._goes_on(seen):
            return "nhiem-vu"
        return "noi-tiep"

    def _heads(self, seen: _Seen, below: Row | None) -> bool:
        """«I | Tham gia của người dân» or «1 | …» before «1.1 | …»: only named, and numbered above what follows."""
        number = seen.own("number")
        if not number or seen.says("result", "lead", "implementing", "time"):
            return False
        if _GROUP_NUMBER.match(number):
            return True
        following = _Seen(below, None, self.layout).own("number") if below else ""
        return following.startswith(f"{number.rstrip('.')}.") and following != number

    def _goes_on(self, seen: _Seen) -> bool:
        """A row without a name, an owner or a time is the rest of the one before, if there is one it can be of."""
        if not self.lines.found:
            return False
        unnamed = not (self.layout.says("number") or self.layout.says("component"))
        return not (unnamed and seen.inherits("lead", "time"))

    def _opened(self, seen: _Seen) -> Line:
        before = self.lines.found[-1] if self.lines.found else None
        number, index, component = seen.own("number"), seen.own("index"), seen.own_lines("component")
        group = next((p.words.replace(" · ", ". ", 1) for p in reversed(self.lines.placed) if p.fate == "nhom"), "")
        if not number and before:
            number, index = before.number, index or before.index
            component = component or before.component
        return Line(number, index, component, group, seen.words(), [seen.source()])

    def _join(self, seen: _Seen) -> None:
        line = self.lines.found[-1]
        for column, words in seen.words(inherited=False).items():
            if line_of(words):
                line.words[column] = "\n".join(filter(None, (line.words.get(column, ""), words)))
        line.rows.append(seen.source())
        line.broken = True
        self._place(seen, "noi-tiep", line)

    def _place(self, seen: _Seen, fate: Fate, line: Line | None) -> None:
        self.lines.placed.append(Placed(seen.source(), fate, line))


class _Seen:
    """One row under a layout: which words are its own, and which it inherits from a cell merged over it."""

    def __init__(self, row: Row, above: Row | None, layout: Layout) -> None:
        self.row, self._layout = row, layout
        over: Sequence[Cell | None] = above.cells if above else (None,) * len(row.cells)
        self._texts = [cell.text for cell in row.cells]
        self._inherited = [
            c.covered and o is not None and o.text == c.text for c, o in zip(row.cells, over, strict=True)
        ]
        self._beside = [
            cell.covered and not inherited for cell, inherited in zip(row.cells, self._inherited, strict=True)
        ]

    def any(self) -> bool:
        """Whether the row says anything of its own."""
        return any(line_of(text) for place, text in enumerate(self._texts) if self._is_own(place))

    def own(self, column: Column) -> str:
        """The row's own words under `column`, on one line."""
        return line_of(self.own_lines(column)).rstrip(".") if column == "number" else line_of(self.own_lines(column))

    def own_lines(self, column: Column) -> str:
        """The row's own words under `column`, lines as in the document."""
        return "\n".join(self._texts[place] for place in self._places(column) if self._is_own(place)).strip()

    def says(self, *columns: Column) -> bool:
        """Whether the row has words of its own under any of `columns`."""
        return any(self.own(column) for column in columns)

    def named(self) -> bool:
        """Whether the row itself is numbered or named."""
        return self.says("number", "component") or (self.says("index") and not self._layout.says("number"))

    def inherits(self, *columns: Column) -> bool:
        """Whether a cell merged over rows gives this one its words under any of `columns`."""
        places = [place for column in columns for place in self._places(column)]
        return any(self._inherited[place] and line_of(self._texts[place]) for place in places)

    def spans_all(self) -> bool:
        """Whether one cell lies over the whole row: the heading of a group."""
        own = [place for place in range(len(self._texts)) if self._is_own(place) and line_of(self._texts[place])]
        return len(own) == 1 and sum(self._beside) >= len(self._texts) - 2

    def counts_columns(self) -> bool:
        """«(1) (2) (3)»: the numbers of the columns."""
        said = [line_of(text) for text in self._texts if line_of(text)]
        numbers = [int(re.sub(r"\D", "", text)) for text in said if text.strip("()").isdigit()]
        return len(said) > 2 and all(_COUNT.match(text) for text in said) and all(a < b for a, b in pairwise(numbers))

    def words(self, inherited: bool = True) -> dict[Column, str]:
        """The words under each column that is read; those of one column headed twice, a line each."""
        said: dict[Column, str] = {}
        for place, column in enumerate(self._layout.columns):
            if column and (self._is_own(place) or (inherited and self._inherited[place])):
                text = self._texts[place] if line_of(self._texts[place]) else ""
                said[column] = "\n".join(filter(None, (said.get(column, ""), text)))
        return said

    def source(self) -> SourceRow:
        """The row as a person reads it."""
        return _as_read(self.row, self._layout.headings)

    def _places(self, column: Column) -> Iterable[int]:
        return (place for place, known in enumerate(self._layout.columns) if known == column)

    def _is_own(self, place: int) -> bool:
        return not self._inherited[place] and not self._beside[place]


def _as_read(row: Row, headings: Sequence[str]) -> SourceRow:
    named: Iterator[str] = iter(headings or [f"cột {number}" for number in range(1, len(row.cells) + 1)])
    return SourceRow(row.place, tuple((head, cell.text) for head, cell in zip(named, row.cells, strict=True)))


def count_fates(placed: Iterable[Placed]) -> Mapping[Fate, int]:
    """How many rows met each fate."""
    counts: dict[Fate, int] = {}
    for one in placed:
        counts[one.fate] = counts.get(one.fate, 0) + 1
    return counts
