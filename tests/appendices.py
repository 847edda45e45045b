"""One signed document written as Word, Excel and PDF, so that a test can read the same words from each."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet
from word_pages import FONT, merged_areas, new_word, turn, write_table

from models.appendix.document import Cell, Paragraph, Row, SignedDocument, Table


def document_of(*blocks: Paragraph | Table, name: str = "ke-hoach") -> SignedDocument:
    """A document nobody signed."""
    return SignedDocument(name, "0" * 64, "text", blocks)


def table_of(*rows: Sequence[str], number: int = 1) -> Table:
    """A table of these words; «^» and «<» lie under the cell above and the one to the left."""
    words: list[list[Cell]] = []
    for row in rows:
        cells: list[Cell] = []
        for at, text in enumerate(row):
            under = {"^": words[-1][at].text if words else "", "<": cells[-1].text if cells else ""}
            cells.append(Cell(under.get(text, text), covered=text in under))
        words.append(cells)
    return Table(number, tuple(Row(f"bảng {number}, dòng {at}", tuple(row)) for at, row in enumerate(words, start=1)))


def merged_down(document: SignedDocument, *columns: int) -> SignedDocument:
    """`document` with each empty cell of these columns merged into the filled one above it, as offices do by hand."""
    return replace(
        document,
        blocks=tuple(_merged_down(block, columns) if isinstance(block, Table) else block for block in document.blocks),
    )


def _merged_down(table: Table, columns: Sequence[int]) -> Table:
    rows = list(table.rows[:2])
    for row in table.rows[2:]:
        above = rows[-1].cells
        under = [at in columns and not cell.text and bool(above[at].text) for at, cell in enumerate(row.cells)]
        cells = (Cell(above[at].text, covered=True) if under[at] else cell for at, cell in enumerate(row.cells))
        rows.append(replace(row, cells=tuple(cells)))
    return replace(table, rows=tuple(rows))


def words_of(document: SignedDocument) -> list[str | list[list[str]]]:
    """What a document says: each paragraph's words, each table's words by row, words under merged cells repeated."""
    return [
        block.text if isinstance(block, Paragraph) else [[cell.text for cell in row.cells] for row in block.rows]
        for block in document.blocks
    ]


# ---------------------------------------------------------------- Word


def as_docx(document: SignedDocument, path: Path, header_rows: int = 1, rows_break: bool = False) -> Path:
    """`document` as an office writes it: the plan upright, its appendix across, each table on a page of its own.

    Heading rows are repeated on each page a table runs over; `rows_break` lets a page end within a row.
    """
    word = new_word()
    across, tables = False, list(document.tables)
    for at, block in enumerate(document.blocks):
        if not across and starts_appendix(document.blocks, at):
            turn(word)
            across = True
        if isinstance(block, Paragraph):
            _write_paragraph(word, block.text, centred=across or block.text.isupper())
        else:
            if block is not tables[0]:
                _begin_page(word)
            write_table(word, block, header_rows, tables, rows_break)
    word.save(str(path))
    return path


def starts_appendix(blocks: Sequence[Paragraph | Table], at: int) -> bool:
    """Whether the appendix begins here: at its title, or at the first table when it has none."""
    block = blocks[at]
    if isinstance(block, Paragraph):
        return block.text.lower().startswith("phụ lục")
    return True


def _write_paragraph(word: WordDocument, text: str, centred: bool) -> None:
    paragraph = word.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = centred and not text.startswith("(")
    run.italic = text.startswith("(")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.space_after = Pt(4)
    if not centred:
        paragraph.paragraph_format.first_line_indent = Cm(1.27)


def _begin_page(word: WordDocument) -> None:
    """A new page, by a line too small to be seen."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.page_break_before = True
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(1)


# ---------------------------------------------------------------- Excel


def as_xlsx(document: SignedDocument, path: Path) -> Path:
    """`document` as a workbook: the plan on one sheet, its appendix on another, an empty row between tables."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Kế hoạch"
    row = 1
    for at, block in enumerate(document.blocks):
        if sheet.title != "Phụ lục" and starts_appendix(document.blocks, at):
            sheet, row = book.create_sheet("Phụ lục"), 1
        row = _put_line(sheet, block.text, row) if isinstance(block, Paragraph) else _put_table(sheet, block, row) + 1
    for empty in [one for one in book.worksheets if one.max_row == 1 and one["A1"].value is None]:
        book.remove(empty)
    book.save(path)
    return path


def _put_line(sheet: Worksheet, text: str, row: int) -> int:
    cell = sheet.cell(row, 1, text)
    cell.font = Font(name=FONT, bold=text.isupper())
    if sheet.title == "Phụ lục":
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=8)
        cell.alignment = Alignment(horizontal="center")
    return row + 1


def _put_table(sheet: Worksheet, table: Table, top: int) -> int:
    """Write `table` below `top`; the row after it."""
    line = Side(style="thin")
    for down, row in enumerate(table.rows):
        for across, words in enumerate(row.cells, start=1):
            cell = sheet.cell(top + down, across)
            cell.border = Border(line, line, line, line)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name=FONT, bold=down == 0)
            if not words.covered and words.text:
                cell.value = int(words.text) if words.text.isdecimal() else words.text
                cell.data_type = "n" if words.text.isdecimal() else "s"  # «-…» is no formula
    for first, left, last, right in merged_areas(table):
        sheet.merge_cells(None, top + first, left + 1, top + last, right + 1)
    return top + len(table.rows)


# ---------------------------------------------------------------- PDF


def as_pdf(source: Path) -> Path:
    """The Word document `source` printed by LibreOffice beside it; a test that asks for it skips without one."""
    return converted(source, "pdf")


def converted(source: Path, ending: str) -> Path:
    """`source` in another kind of file, made by LibreOffice beside it."""
    if shutil.which("soffice") is None:
        pytest.skip(f"không có LibreOffice (soffice) để đổi {source.name} sang .{ending}")
    profile = source.with_name("profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", ending]
    subprocess.run([*command, "--outdir", source.parent, source], check=True, capture_output=True, timeout=120)
    return source.with_suffix(f".{ending}")
