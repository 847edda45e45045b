"""The rows of a signed appendix under the headings every plan uses, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from models.appendix.document import Row, SignedDocument
from rules.vietnamese import fold

Column = Literal["number", "index", "part", "task", "result", "lead", "doers", "time"]

# Read in this order: «Thời gian thực hiện» is a time, «Đơn vị thực hiện» who does it.
_HEADINGS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(s?tt|so tt|so thu tu)\b")),
    ("time", re.compile(r"thoi gian|thoi han|tien do|han hoan thanh")),
    ("lead", re.compile(r"chu tri")),
    ("doers", re.compile(r"thuc hien|phoi hop")),
    ("result", re.compile(r"ket qua|san pham")),
    ("part", re.compile(r"thanh phan")),
    ("index", re.compile(r"^chi so")),
    ("task", re.compile(r"nhiem vu|cong viec|noi dung")),
)
_FEWEST = 3
COLUMN_NAMES: Mapping[Column, str] = {
    "number": "số thứ tự",
    "index": "chỉ số",
    "part": "nội dung thành phần",
    "task": "nhiệm vụ",
    "result": "kết quả",
    "lead": "đơn vị chủ trì",
    "doers": "đơn vị thực hiện",
    "time": "thời gian",
}


@dataclass(frozen=True, slots=True)
class AppendixRow:
    """One physical row: where it stands and the words in each column the table has.

    `covered`: the columns whose words are those of a merged cell that began in another row or column.
    """

    place: str
    words: Mapping[Column, str]
    covered: frozenset[Column] = frozenset()

    def __getitem__(self, column: Column) -> str:
        return self.words.get(column, "")

    def own(self, column: Column) -> str:
        """The words that begin in this very cell."""
        return "" if column in self.covered else self[column]

    def lacks(self, column: Column) -> bool:
        """Whether the table has this column and the row nothing in it («-» is nothing)."""
        return column in self.words and not self.words[column].strip(" -–.\n")


def appendix_rows(document: SignedDocument) -> Iterator[AppendixRow]:
    """The rows of every table of tasks, headings left out; a table broken over pages keeps its headings."""
    columns: dict[Column, int] = {}
    for table in document.tables:
        for row in table.rows:
            found = _headings(row)
            if found:
                columns = found
            elif columns and len(row.cells) > max(columns.values()) and not _numbers_columns(row):
                yield _row(row, columns)


def _row(row: Row, columns: Mapping[Column, int]) -> AppendixRow:
    words = {name: row.cells[at].text for name, at in columns.items()}
    return AppendixRow(row.place, words, frozenset(name for name, at in columns.items() if row.cells[at].covered))


def _numbers_columns(row: Row) -> bool:
    """«(1) (2) (3)» under the headings."""
    words = [cell.text.strip(" ().") for cell in row.cells if cell.text.strip()]
    return len(words) > 1 and words == [str(number) for number in range(1, len(words) + 1)]


def time_columns(document: SignedDocument) -> Mapping[int, int]:
    """For each table of tasks, by its number, the place of its time column."""
    found: dict[int, int] = {}
    columns: dict[Column, int] = {}
    for table in document.tables:
        columns = next(filter(None, map(_headings, table.rows)), columns)
        if "time" in columns:
            found[table.number] = columns["time"]
    return found


def is_heading(row: Row) -> bool:
    """Whether `row` holds the headings of a table of tasks."""
    return bool(_headings(row))


def _headings(row: Row) -> dict[Column, int]:
    """The columns `row` names, when it is a row of headings."""
    found: dict[Column, int] = {}
    for at, cell in enumerate(row.cells):
        heading = fold(" ".join(cell.text.split()))
        name = next((name for name, shape in _HEADINGS if len(heading) < 40 and shape.search(heading)), None)
        if name and name not in found:
            found[name] = at
    is_one = len(found) >= _FEWEST and "task" in found and ("time" in found or "lead" in found)
    return found if is_one else {}
