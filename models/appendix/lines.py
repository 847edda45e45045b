"""The rows of an appendix put together into its lines: headings apart, broken rows joined, each row accounted for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from models.appendix.columns import Column, Layout, layout_of
from models.appendix.document import Row, SignedDocument, Table
from models.appendix.headed_row import HeadedRow
from models.appendix.points import line_of
from models.appendix.proposal import Fate, SourceRow
from rules.vietnamese import fold

_GROUP_NUMBER = re.compile(r"^(?:[IVX]+|[A-H])[.)]?$")
_WORDS_OF_NAME = 3  # fewer may be an abbreviation that ends the row above: «UBND», «UBMT TQ»
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
        """Whether the cell of who carries out ends in a word that asks for more, as where a page cut it."""
        last = fold(line_of(self.said("implementing"))).split()[-1:]
        return bool(last) and last[0] in _CUT


@dataclass(frozen=True, slots=True)
class Placed:
    """One physical row, what became of it, and the line it went into."""

    row: HeadedRow
    fate: Fate
    line: Line | None = None

    @property
    def words(self) -> str:
        """The row's words on one line."""
        return line_of(" · ".join(dict.fromkeys(words for _, words in self.row.source().words if words)))


@dataclass(slots=True)
class Lines:
    """The lines of a whole document, and every physical row of it with its fate, in order."""

    found: list[Line] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # headings nothing is known of
    others: list[Table] = field(default_factory=list)  # tables that list no tasks
    group: str = ""  # the heading that rows to come stand under


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
            lines.placed += [Placed(HeadedRow(row), "ngoai-bieu") for row in table.rows]
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
            lines.placed.append(Placed(HeadedRow(row), "ngoai-bieu"))
        elif place < layout.after:
            lines.placed.append(Placed(HeadedRow(row), heads))
        else:
            reader.read(row, table.rows[place - 1] if place > layout.after else None, below)


@dataclass(slots=True)
class _Reader:
    """Reads the rows of one table, each in the light of the rows around it."""

    layout: Layout
    lines: Lines

    def read(self, row: Row, above: Row | None, below: Row | None) -> None:
        """Place one row: in a line of its own, in the line before, or as a heading of those after."""
        seen = HeadedRow(row, self.layout, above)
        match fate := self._fate(seen, below):
            case "nhiem-vu":
                self.lines.found.append(self._opened(seen))
                self._place(seen, fate, self.lines.found[-1])
            case "noi-tiep":
                self._join(seen)
            case _:
                self._place(seen, fate, None)
        if fate == "nhom":
            self.lines.group = self.lines.placed[-1].words.replace(" · ", ". ", 1)

    def _fate(self, seen: HeadedRow, below: Row | None) -> Fate:
        if not seen.any():
            return "rong"
        if seen.says_headings():
            return "tieu-de-lap"
        if seen.counts_columns():
            return "danh-so"
        if seen.spans_all() or self._heads(seen, below):
            return "nhom"
        if seen.first and self.lines.found and seen.begins_midway():
            return "noi-tiep"
        if seen.named() and not seen.says("task", "result", "lead", "implementing", "time"):
            return "nhan"
        if seen.named() or seen.says("lead", "time") or not self._goes_on(seen):
            return "nhiem-vu"
        return "noi-tiep"

    def _heads(self, seen: HeadedRow, below: Row | None) -> bool:
        """«I | Tham gia của người dân», «1 | …» before «1.1 | …», «CÔNG KHAI, MINH BẠCH»: a name over what follows."""
        number, name = seen.own("number"), seen.own("task")
        if seen.says("result", "lead", "implementing", "time"):
            return False
        if not number:
            return name.isupper() and len(name.split()) >= _WORDS_OF_NAME and not seen.named()
        if _GROUP_NUMBER.match(number):
            return True
        following = HeadedRow(below, self.layout).own("number") if below else ""
        return following.startswith(f"{number.rstrip('.')}.") and following != number

    def _goes_on(self, seen: HeadedRow) -> bool:
        """A row without a name, an owner or a time is the rest of the one before, if there is one it can be of."""
        if not self.lines.found:
            return False
        unnamed = not (self.layout.says("number") or self.layout.says("component"))
        return not (unnamed and seen.inherits("lead", "time"))

    def _opened(self, seen: HeadedRow) -> Line:
        before = self.lines.found[-1] if self.lines.found else None
        number, index, component = seen.own("number"), seen.own("index"), seen.own_lines("component")
        if not number and before:
            number, index = before.number, index or before.index
            component = component or before.component
        return Line(number, index, component, self.lines.group, seen.words(), [seen.source()])

    def _join(self, seen: HeadedRow) -> None:
        line = self.lines.found[-1]
        line.index = line_of(f"{line.index} {seen.own('index')}")
        line.component = "\n".join(filter(None, (line.component, seen.own_lines("component"))))
        for column, words in seen.words(inherited=False).items():
            if line_of(words):
                line.words[column] = "\n".join(filter(None, (line.words.get(column, ""), words)))
        line.rows.append(seen.source())
        line.broken = True
        self._place(seen, "noi-tiep", line)

    def _place(self, seen: HeadedRow, fate: Fate, line: Line | None) -> None:
        self.lines.placed.append(Placed(seen, fate, line))
