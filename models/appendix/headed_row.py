"""One physical row under the headings of its table: its own words, and those a merged cell gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from models.appendix.columns import Column, Layout, is_heading
from models.appendix.document import Cell, Row
from models.appendix.points import letters_of, line_of
from models.appendix.proposal import SourceRow

_COUNT = re.compile(r"^\(?(?:\d{1,2}|[A-H])\)?$")


class HeadedRow:
    """One row under a layout or none: which words are its own, which it inherits from a cell merged over it."""

    def __init__(self, row: Row, layout: Layout | None = None, above: Row | None = None) -> None:
        self._row, self._layout = row, layout or Layout((None,) * len(row.cells), (), 0, 0)
        self.first = above is None  # under the headings of its table
        over: Sequence[Cell | None] = above.cells if above else (None,) * len(row.cells)
        self._texts = [cell.text for cell in row.cells]
        self._inherited = [
            c.covered and o is not None and o.text == c.text for c, o in zip(row.cells, over, strict=True)
        ]

    @property
    def place(self) -> str:
        """Where the row stands in the document."""
        return self._row.place

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Its cells, as the document has them."""
        return self._row.cells

    @property
    def columns(self) -> tuple[Column | None, ...]:
        """What each of its cells stands under."""
        return self._layout.columns

    def any(self) -> bool:
        """Whether the row says anything of its own."""
        return any(line_of(text) for place, text in enumerate(self._texts) if self._is_own(place))

    def own(self, column: Column) -> str:
        """The row's own words under `column`, on one line."""
        return line_of(self.own_lines(column)).rstrip(".") if column == "number" else line_of(self.own_lines(column))

    def own_lines(self, column: Column) -> str:
        """The row's own words under `column`, lines as in the document."""
        return "\n".join(self._texts[place] for place in self._places(column) if self._is_own(place)).strip()

    def said(self, column: Column) -> str:
        """Everything a reader sees under `column`, the words of merged cells again; lines as in the document."""
        return "\n".join(dict.fromkeys(self._texts[place] for place in self._places(column))).strip()

    def lacks(self, column: Column) -> bool:
        """Whether the table has this column and the row nothing in it («-» is nothing)."""
        return self._layout.says(column) and not line_of(self.said(column))

    def says(self, *columns: Column) -> bool:
        """Whether the row has words of its own under any of `columns`."""
        return any(self.own(column) for column in columns)

    def named(self) -> bool:
        """Whether the row itself is numbered or named."""
        return self.says("number", "component") or (self.says("index") and not self._layout.says("number"))

    def begins_midway(self) -> bool:
        """Whether a name or a task goes on in the middle of a sentence, as where a page ends within a row."""
        starts = (self.own(column)[:1] for column in ("index", "component", "task"))
        lettered = bool(letters_of(self.own("component")))
        return not self.own("number") and not lettered and any(start.islower() for start in starts)

    def inherits(self, *columns: Column) -> bool:
        """Whether a cell merged over rows gives this one its words under any of `columns`."""
        places = [place for column in columns for place in self._places(column)]
        return any(self._inherited[place] and line_of(self._texts[place]) for place in places)

    def spans_all(self) -> bool:
        """Whether one cell lies over the whole row: the heading of a group."""
        own = [place for place in range(len(self._texts)) if self._is_own(place) and line_of(self._texts[place])]
        return len(own) == 1 and self._beside() >= len(self._texts) - 2

    def counts_columns(self) -> bool:
        """«(1) (2) (3)»: the numbers of the columns."""
        said = [line_of(text) for text in self._texts if line_of(text)]
        numbers = [int(re.sub(r"\D", "", text)) for text in said if text.strip("()").isdigit()]
        return len(said) > 2 and all(_COUNT.match(text) for text in said) and all(a < b for a, b in pairwise(numbers))

    def says_headings(self) -> bool:
        """Whether it says the headings of its table again, as on each page of a printed one."""
        return is_heading(self._row, self._layout)

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
        headings = self._layout.headings or [f"cột {number}" for number in range(1, len(self._texts) + 1)]
        return SourceRow(self.place, tuple(zip(headings, self._texts, strict=True)))

    def _places(self, column: Column) -> Iterable[int]:
        return (place for place, known in enumerate(self._layout.columns) if known == column)

    def _is_own(self, place: int) -> bool:
        return not self.cells[place].covered

    def _beside(self) -> int:
        """How many cells a cell to their left is merged over."""
        return sum(cell.covered and not over for cell, over in zip(self.cells, self._inherited, strict=True))
