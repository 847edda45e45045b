"""An Excel workbook as blocks: the heading lines of each visible sheet as paragraphs, the rest as tables."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any
from warnings import catch_warnings, simplefilter
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell

from models.appendix.bounds import NotRead, check_size
from models.appendix.document import Cell, Paragraph, Row, Table
from models.appendix.sheet_values import shown_value
from models.appendix.tcvn3 import from_tcvn3, is_tcvn3_font
from models.appendix.words import tidy

Place = tuple[int, int]  # row and column
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_LOST = (
    ("marked as a date", "có ô ghi ngày ngoài khoảng Excel biết, đọc thành #VALUE!; hãy sửa trong tệp."),
    ("will be lost", "có hình vẽ hoặc hộp chữ; chữ trong đó không đọc được."),
)
_FEWEST_COLUMNS = 3  # of a table below heading lines, which may stand side by side in two


def read_sheets(raw: bytes) -> tuple[tuple[Paragraph | Table, ...], tuple[str, ...]]:
    """The blocks of every visible sheet, and remarks on what was left out."""
    book, lost = _opened(raw)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    blocks: list[Paragraph | Table] = []
    for sheet in visible:
        blocks += _blocks(_groups(sheet), sum(isinstance(block, Table) for block in blocks))
    return tuple(blocks), (*lost, *_remarks(book, visible, raw))


def _opened(raw: bytes) -> tuple[Any, list[str]]:
    """The workbook, and remarks on what openpyxl could not keep of it; its warnings of mere looks are passed over."""
    with catch_warnings(record=True) as caught:
        simplefilter("always")
        book = load_workbook(BytesIO(raw), data_only=True, keep_links=False)
    said = " ".join(str(warning.message) for warning in caught)
    if "invalid specification" in said or "invalid dependency" in said:
        raise NotRead("tệp Excel có trang tính hỏng; hãy mở bằng Excel, sửa khi được hỏi rồi lưu lại.")
    return book, [remark for sign, remark in _LOST if sign in said]


def _groups(sheet: Any) -> Iterator[list[Row]]:
    """The rows people see, wholly empty rows parting one group from the next; all are equally wide."""
    words = _words(sheet)
    hidden_rows, hidden_columns = _hidden(sheet)
    columns = sorted({column for _, column in words} - hidden_columns)
    rows = sorted({row for row, _ in words})
    check_size(len(rows), len(rows) * len(columns))
    covered = _covered(sheet, words, rows, columns)
    group: list[Row] = []
    for before, row in zip([0, *rows], rows, strict=False):
        if row > before + 1 and group:
            yield group
            group = []
        if row not in hidden_rows:
            cells = (covered.get((row, column)) or Cell(words.get((row, column), "")) for column in columns)
            group.append(Row(f"trang tính {sheet.title}, dòng {row}", tuple(cells)))
    if group:
        yield group


def _words(sheet: Any) -> dict[Place, str]:
    """The words of each cell that has any; asking the sheet for its rows would make every cell between them."""
    found = {at: tidy(_shown(cell)) for at, cell in sheet._cells.items() if isinstance(cell, SheetCell)}
    return {at: words for at, words in found.items() if words}


def _shown(cell: SheetCell) -> str:
    words = shown_value(cell.value, cell.number_format)
    font = "" if words.isascii() else cell.font.name or ""
    return from_tcvn3(words, font) if is_tcvn3_font(font) else words


def _covered(sheet: Any, words: dict[Place, str], rows: list[int], columns: list[int]) -> dict[Place, Cell]:
    """The cells under merged ones, each with the words of its first."""
    covered: dict[Place, Cell] = {}
    for area in sheet.merged_cells.ranges:
        first = (area.min_row, area.min_col)
        cell = Cell(words.get(first, ""), covered=True)
        for row in _within(rows, area.min_row, area.max_row):
            covered.update({(row, column): cell for column in _within(columns, area.min_col, area.max_col)})
        covered.pop(first, None)
    return covered


def _within(numbers: list[int], first: int, last: int) -> list[int]:
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]


def _hidden(sheet: Any) -> tuple[set[int], set[int]]:
    """The rows and the columns nobody sees."""
    rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    spans = [(column.min, column.max) for column in sheet.column_dimensions.values() if column.hidden]
    return rows, {column for first, last in spans for column in range(first, last + 1)}


def _blocks(groups: Iterable[list[Row]], tables: int) -> Iterator[Paragraph | Table]:
    """Rows before the first that is as wide as a table are paragraphs; later groups are, when none is wide."""
    found = list(groups)
    width = min(_FEWEST_COLUMNS, max((_filled(row) for group in found for row in group), default=0))
    begun = False
    for group in found:
        lines, rows = _parted(group, 2 if begun else max(width, 2))
        if begun and rows:
            lines, rows = [], group
        yield from (Paragraph(words, row.place) for row in lines for words in _texts(row))
        if rows:
            begun, tables = True, tables + 1
            yield Table(tables, tuple(rows))


def _parted(group: Sequence[Row], width: int) -> tuple[Sequence[Row], Sequence[Row]]:
    """The rows before the first with `width` filled cells, and the rest."""
    first = next((at for at, row in enumerate(group) if _filled(row) >= width), len(group))
    return group[:first], group[first:]


def _filled(row: Row) -> int:
    return len(_texts(row))


def _texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells if cell.text and not cell.covered]


def _remarks(book: Any, visible: Sequence[Any], raw: bytes) -> Iterator[str]:
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        yield f"không đọc trang tính ẩn: {', '.join(hidden)}."
    for sheet in visible:
        rows, columns = _hidden(sheet)
        unseen = [at for at in _words(sheet) if at[0] in rows or at[1] in columns]
        if unseen:
            yield f"trang tính {sheet.title}: không đọc {len(unseen)} ô có chữ trong dòng ẩn, cột ẩn."
    if any(is_tcvn3_font(cell.font.name or "") for sheet in visible for cell in sheet._cells.values()):
        yield "đã đổi chữ từ mã TCVN3 (phông .Vn…) sang Unicode; hãy soát lại bằng mắt."
    for sheet in visible:
        errors = [cell.coordinate for cell in sheet._cells.values() if cell.data_type == "e"]
        if errors:
            yield f"trang tính {sheet.title}: ô báo lỗi công thức ở {', '.join(errors)}."
    for sheet, places in _uncalculated(visible, raw):
        yield f"trang tính {sheet}: công thức chưa có kết quả ở {', '.join(places)}; hãy mở tệp bằng Excel rồi lưu lại."


def _uncalculated(visible: Sequence[Any], raw: bytes) -> Iterator[tuple[str, list[str]]]:
    """The cells with a formula whose result the file does not hold, by sheet; a second reading, only if need be."""
    with ZipFile(BytesIO(raw)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
        if not any(_FORMULA.search(package.read(name)) for name in sheets):
            return
    with catch_warnings():
        simplefilter("ignore")  # each was heard at the first reading
        formulas = load_workbook(BytesIO(raw), keep_links=False)
    for sheet in visible:
        written = formulas[sheet.title]._cells.items()
        missing = [c.coordinate for at, c in written if c.data_type == "f" and sheet._cells[at].value is None]
        if missing:
            yield sheet.title, missing
