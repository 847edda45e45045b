"""Pages of a Word document as an office lays them out: A4 upright or across, tables with merged cells and headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell

from models.appendix.document import Cell, Table

FONT, CELL_POINTS = "Times New Roman", 9.5
Area = tuple[int, int, int, int]  # first row, first column, last row, last column


def new_word() -> WordDocument:
    """An empty upright A4 document in Times New Roman."""
    word = Document()
    style = word.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    return word


def turn(word: WordDocument) -> None:
    """Go on in a new section, across when the last was upright and upright when it was across."""
    last = word.sections[-1]
    width, height = last.page_height, last.page_width
    section = word.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)


def write_table(
    word: WordDocument, table: Table, header_rows: int = 1, like: Sequence[Table] = (), rows_break: bool = False
) -> WordTable:
    """`table` with its merged cells and columns as wide as those `like` it; its first rows are headings."""
    columns = len(table.rows[0].cells)
    made = word.add_table(len(table.rows), columns, style="Table Grid")
    made.autofit = False
    widths = _widths([table, *like], word.sections[-1])
    grid = [row.cells for row in made.rows]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for cells in grid:
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
    for at, row in enumerate(table.rows):
        for column, cell in enumerate(row.cells):
            if not cell.covered:
                write_cell(grid[at][column], cell.text, bold=at < header_rows)
    for top, left, bottom, right in merged_areas(table):
        grid[top][left].merge(grid[bottom][right])
        _drop_empty_lines(made.cell(top, left))
    for row in list(made.rows)[:header_rows]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in [] if rows_break else made.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return made


def write_cell(cell: WordCell, text: str, bold: bool = False) -> None:
    """The lines of `text` as paragraphs of a cell."""
    for at, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(line)
        run.font.size, run.bold = Pt(CELL_POINTS), bold
        if bold:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _drop_empty_lines(cell: WordCell) -> None:
    """Word joins the lines of merged cells; the empty ones are nobody's words."""
    for paragraph in cell.paragraphs[1:]:
        if not paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)


def _widths(tables: Sequence[Table], section: object) -> list[int]:
    """Columns as wide as what they hold in all tables with as many, within the page."""
    room = section.page_width - section.left_margin - section.right_margin  # type: ignore[attr-defined]
    wide = len(tables[0].rows[0].cells)
    rows = [row.cells for table in tables for row in table.rows if len(row.cells) == wide]
    letters = [sum(len(cell.text) for cell in column) for column in zip(*rows, strict=True)]
    weights = [0.05 + sqrt(count / max(sum(letters), 1)) for count in letters]
    return [int(room * weight / sum(weights)) for weight in weights]


def merged_areas(table: Table) -> Iterator[Area]:
    """The areas of merged cells, each from its first cell."""
    rows, taken = [row.cells for row in table.rows], set[tuple[int, int]]()

    def lies_under(row: int, column: int, first: Cell) -> bool:
        if row >= len(rows) or column >= len(rows[row]) or (row, column) in taken:
            return False
        return rows[row][column].covered and rows[row][column].text == first.text

    for top, cells in enumerate(rows):
        for left, cell in enumerate(cells):
            if cell.covered:
                continue
            right, bottom = left, top
            while lies_under(top, right + 1, cell):
                right += 1
            while all(lies_under(bottom + 1, column, cell) for column in range(left, right + 1)):
                bottom += 1
            if (right, bottom) != (left, top):
                taken |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
                yield top, left, bottom, right
