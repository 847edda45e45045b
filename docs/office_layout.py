"""The blocks of an official document: head, lines, tables, signature, annex."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from docs.office_styles import element

WIDTH = 165  # mm of text on an upright page: 210 less 30 and 15
HEAD = (68, 97)  # «CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM» takes 88.3 mm at size 12
BLANK = "\u00a0" * 8  # room for what is written by hand: plain spaces may be run together
Cells = Sequence[tuple[str, str]]  # style, words


def text(holder: Paper | _Cell, style: str, words: str) -> Paragraph:
    """A paragraph of `words`; a fresh cell gives the one it must have."""
    if isinstance(holder, _Cell) and not holder.text and len(holder.paragraphs) == 1:
        paragraph = holder.paragraphs[0]
        paragraph.style = style
        paragraph.add_run(words)
        return paragraph  # type: ignore[no-any-return]
    added: Paragraph = holder.add_paragraph(words, style)
    return added


def rule(holder: Paper | _Cell, length: float, room: float, gap: float = 0) -> None:
    """A line of `length` mm in the middle of `room` mm: the border of a flat paragraph, `gap` points above the next."""
    paragraph = holder.add_paragraph()
    _flat(paragraph)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm((room - length) / 2)
    form.space_before, form.space_after = Pt(3), Pt(gap)
    border = element("w:pBdr")
    border.append(element("w:top", val="single", sz="6", space="1", color="auto"))
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:spacing", "w:ind")


def draft_note(paper: Paper) -> None:
    """What the document is until somebody signs it: the first line, so that one keystroke removes it."""
    words = "(Dự thảo do hệ thống lập từ {{ so_lieu }}; người ký kiểm tra trước khi ban hành)"
    text(paper, "Ghi chú dự thảo", words)


def head(paper: Paper, sign: str, about: str = "") -> None:
    """Body and quốc hiệu side by side; below them number and place."""
    left, right = _columns(paper, HEAD)
    text(left, "Cơ quan cấp trên", "{%p if co_quan_cap_tren %}")
    text(left, "Cơ quan cấp trên", "{{ co_quan_cap_tren }}")
    text(left, "Cơ quan cấp trên", "{%p endif %}")
    text(left, "Cơ quan ban hành", "{{ co_quan_ban_hanh }}")
    rule(left, 18, HEAD[0])
    text(left, "Số ký hiệu", f"Số:{BLANK}/{sign}")
    if about:
        text(left, "Về việc", about)
    text(right, "Quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    text(right, "Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc")
    rule(right, 56.5, HEAD[1])  # as long as the words: 56.1 mm at size 13
    text(right, "Địa danh, ngày", f"{{{{ dia_danh }}}}, ngày{BLANK}tháng {{{{ thang }}}} năm {{{{ nam }}}}")


def signature(paper: Paper, receivers: Sequence[str]) -> None:
    """Nơi nhận on the left; power, title and name on the right, never torn over two pages."""
    left, right = _columns(paper, (75, 90))
    text(left, "Nơi nhận", "Nơi nhận:")
    for receiver in receivers:
        text(left, "Danh sách nhận", receiver)
    text(right, "Chữ ký", "{{ quyen_ky }}")
    text(right, "Chữ ký", "{{ nguoi_ky }}").paragraph_format.space_before = Pt(75)


def rows(paper: Paper, heads: Sequence[str], widths: Sequence[float], loop: str, cells: Cells) -> Table:
    """A bordered table: heads again on each page, one row for each turn of `loop`."""
    table = _table(paper, 4, widths)
    table.style = "Table Grid"
    _inner_margins(table, 45)  # 0.8 mm: «Không» must fit the narrowest head
    _fill(table.rows[0], [("Đầu bảng", words) for words in heads])
    table.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader"))
    text(table.rows[1].cells[0], "Ô chữ", f"{{%tr for {loop} %}}")
    _fill(table.rows[2], cells)
    text(table.rows[3].cells[0], "Ô chữ", "{%tr endfor %}")
    return table


def bold_row(table: Table, cells: Cells) -> None:
    """One more row, the sum of those above."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    _fill(row, cells)
    for cell in row.cells:
        cell.paragraphs[0].runs[0].bold = True


def annex(paper: Paper) -> None:
    """A lying section with page numbers of its own."""
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    _flat(paper.paragraphs[-1])  # it holds the break; at full height it could fall on an empty page
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    for old in section._sectPr.findall(element("w:pgNumType").tag):
        section._sectPr.remove(old)
    section._sectPr.insert_element_before(element("w:pgNumType", start="1"), "w:cols", "w:titlePg", "w:docGrid")


def _flat(paragraph: Paragraph) -> None:
    form = paragraph.paragraph_format
    form.space_after, form.line_spacing = Pt(0), Pt(4)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY


def _columns(paper: Paper, widths: tuple[float, float]) -> tuple[_Cell, _Cell]:
    """Two cells side by side without borders or inner margins."""
    table = _table(paper, 1, widths)
    _inner_margins(table, 0)
    _keep_whole(table.rows[0])
    return table.cell(0, 0), table.cell(0, 1)


def _table(paper: Paper, count: int, widths: Sequence[float]) -> Table:
    table: Table = paper.add_table(count, len(widths))
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for place, width in enumerate(widths):
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)
    return table


def _inner_margins(table: Table, twentieths: int) -> None:
    margins = element("w:tblCellMar")
    margins.extend([element(f"w:{side}", w=str(twentieths), type="dxa") for side in ("left", "right")])
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _fill(row: _Row, cells: Cells) -> None:
    _keep_whole(row)
    for cell, (style, words) in zip(row.cells, cells, strict=True):
        text(cell, style, words)


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))
