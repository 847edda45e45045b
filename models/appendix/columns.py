"""Columns recognised by their headings, in any order, in one row of headings or several merged ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from models.appendix.document import Row
from models.appendix.points import line_of
from rules.vietnamese import fold

Column = Literal["number", "index", "component", "task", "result", "lead", "implementing", "time", "note"]

# The first that a heading matches is its column; «Thời gian thực hiện» is a time before it is who carries out.
_HEADINGS: tuple[tuple[Column, str], ...] = (
    ("number", r"^(?:s ?t ?t|t ?t|so (?:tt|thu tu)|no\.?|#)(?:\W|$)"),  # «T T»: too narrow for its heading
    ("note", r"ghi chu|note|remark"),
    (
        "time",
        r"thoi (?:gian|han|diem)|tien do|han hoan thanh|^han(?:\W|$)|lich thuc hien|deadline|\btime\b|schedule",
    ),
    ("lead", r"chu tri|dau moi|phu trach|chiu trach nhiem|phan cong|\blead\b|responsible"),
    ("implementing", r"phoi hop|(?:don vi|co quan|bo phan|nguoi|to chuc).*thuc hien|implement|coordinat|support"),
    ("result", r"ket qua|san pham|dau ra|chi tieu|muc tieu|output|result|deliverable"),
    ("component", r"thanh phan|tieu chi|component|criteri"),
    ("task", r"nhiem vu|cong viec|giai phap|hoat dong|noi dung thuc hien|\btask|activit"),
    ("index", r"chi so|noi dung|linh vuc|truc|indicator|content"),
    ("lead", r"^(?:don vi|co quan|bo phan)$"),
)
_LONGEST = 90
_DEEPEST = 3
_NAMES: frozenset[Column] = frozenset({"task", "component", "index"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, how they are headed, and which of its rows head them."""

    columns: tuple[Column | None, ...]
    headings: tuple[str, ...]
    first: int  # rows before it stand outside the table proper
    after: int  # the first row of content

    def says(self, column: Column) -> bool:
        """Whether the table has this column."""
        return column in self.columns

    @property
    def unknown(self) -> list[str]:
        """The headings of columns nothing is known of; their words are kept, and not read."""
        return [heading for heading, column in zip(self.headings, self.columns, strict=True) if not column and heading]


def layout_of(rows: Sequence[Row]) -> Layout | None:
    """Where the headings stand and what they head; None when the table is no list of tasks."""
    for first in range(len(rows)):
        depths = [depth for depth in range(1, _DEEPEST + 1) if _may_head(rows, first, depth)]
        layouts = [_layout(rows, first, depth) for depth in depths]
        if found := [layout for layout in layouts if _lists_tasks(layout)]:
            return max(found, key=lambda layout: len(set(layout.columns) - {None}))
    return None


def is_heading(row: Row, layout: Layout) -> bool:
    """Whether `row` says the headings again, as on each page of a printed table."""
    said = [_plain(cell.text) for cell in row.cells]
    return any(said) and all(not word or word in _plain(head) for word, head in zip(said, layout.headings, strict=True))


def column_of(heading: str) -> Column | None:
    """The column a heading names, in Vietnamese or English, with or without its accents."""
    plain = _plain(heading)
    return next((column for column, pattern in _HEADINGS if plain and re.search(pattern, plain)), None)


def _plain(text: str) -> str:
    return fold(line_of(text))


def _may_head(rows: Sequence[Row], first: int, depth: int) -> bool:
    """Rows below the first head too only while a merged heading holds them together."""
    if first + depth > len(rows) or any(
        len(line_of(c.text)) > _LONGEST for r in rows[first : first + depth] for c in r.cells
    ):
        return False
    return all(_held_together(above, below) for above, below in pairwise(rows[first : first + depth]))


def _held_together(above: Row, below: Row) -> bool:
    """A cell merged downwards says its words in both rows; and a heading is never a number."""
    merged = any(cell.covered and cell.text == over.text for over, cell in zip(above.cells, below.cells, strict=True))
    numbered = any(line_of(cell.text).isdigit() for cell in below.cells)
    return merged and not numbered


def _layout(rows: Sequence[Row], first: int, depth: int) -> Layout:
    stacks = zip(*(row.cells for row in rows[first : first + depth]), strict=True)
    headings = tuple(" ".join(dict.fromkeys(filter(None, (line_of(cell.text) for cell in stack)))) for stack in stacks)
    deepest = [line_of(cell.text) for cell in rows[first + depth - 1].cells]
    named = [column_of(last) or column_of(whole) for last, whole in zip(deepest, headings, strict=True)]
    return Layout(_settled(named, headings), headings, first, first + depth)


def _settled(named: list[Column | None], headings: Sequence[str]) -> tuple[Column | None, ...]:
    """Columns as the others make them: without tasks, the finest list of contents is them; a sole doer leads."""
    columns = list(named)
    if "task" not in columns:
        finest: Column = "component" if "component" in columns else "index"
        columns = ["task" if column == finest else column for column in columns]
    if "lead" not in columns:
        doers = [place for place, column in enumerate(columns) if column == "implementing"]
        carrying = [place for place in doers if "phoi hop" not in _plain(headings[place])]
        for place in carrying[:1]:
            columns[place] = "lead"
    return tuple(columns)


def _lists_tasks(layout: Layout) -> bool:
    """A list of tasks says what, and at least who or when; a column is headed once, save who carries out and notes."""
    known = [column for column in layout.columns if column]
    repeated = {column for column in known if known.count(column) > 1} - {"implementing", "note", "result"}
    return bool(_NAMES & set(known)) and bool({"lead", "implementing", "time"} & set(known)) and not repeated
