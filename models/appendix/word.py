"""A Word document as blocks: its paragraphs and tables in order, merged cells known as such."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.package import Package
from docx.parts.document import DocumentPart

from models.appendix.bounds import MOST_SPAN, NotRead
from models.appendix.document import Cell, Paragraph, Row, Table
from models.appendix.word_lists import lists_of
from models.appendix.word_looks import looks_of
from models.appendix.word_text import Story
from models.appendix.words import row_of

_MAIN = (  # the same XML under other names: a template, and documents with macros, which are never run
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)
PartFactory.part_type_for.update(dict.fromkeys(_MAIN, DocumentPart))
_PARAGRAPH, _TABLE, _ROW, _CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
_MERGE, _VALUE = f"{qn('w:tcPr')}/{qn('w:vMerge')}", qn("w:val")
_SPAN, _SKIPPED = f"{qn('w:tcPr')}/{qn('w:gridSpan')}", f"{qn('w:trPr')}/{qn('w:gridBefore')}"
_STRUCK = f"{qn('w:trPr')}/{qn('w:del')}"
_REMARKS = (
    ("TCVN3", "đã đổi {count} đoạn chữ từ mã TCVN3 (phông .Vn…) sang Unicode; hãy soát lại bằng mắt"),
    ("xóa", "tài liệu còn theo dõi thay đổi: đã bỏ {count} chỗ đánh dấu xóa"),
    ("thêm", "tài liệu còn theo dõi thay đổi: đã đọc cả {count} chỗ đánh dấu thêm"),
    ("ẩn", "đã bỏ {count} đoạn chữ ẩn"),
    ("hộp chữ", "đã đọc {count} hộp chữ như đoạn văn đứng ngay sau chỗ neo"),
    ("hình", "có {count} hình; chữ trong hình không đọc được"),
    ("ký hiệu", "có {count} ký hiệu của phông riêng (Symbol, Wingdings) không đọc được"),
    ("nhận xét", "không đọc {count} nhận xét bên lề"),
    ("phần ghép từ tệp khác", "không đọc {count} phần ghép từ tệp khác (altChunk)"),
)


def read_word(raw: bytes) -> tuple[tuple[Paragraph | Table, ...], tuple[str, ...]]:
    """The blocks of a Word document, and remarks on what reading it had to do."""
    part = Package.open(BytesIO(raw)).main_document_part
    story = _story(part)
    blocks = tuple(_blocks(part.element.body, story))
    return blocks, tuple(words.format(count=story.met[kind]) + "." for kind, words in _REMARKS if story.met[kind])


def _story(part: Any) -> Story:
    notes = {
        (qn(f"w:{kind}Reference"), note.get(qn("w:id"), "")): note
        for kind, relation in (("footnote", RELATIONSHIP_TYPE.FOOTNOTES), ("endnote", RELATIONSHIP_TYPE.ENDNOTES))
        for note in _root(part, relation, ())
    }
    styles, numbering = (_root(part, kind) for kind in (RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.NUMBERING))
    return Story(looks_of(styles), lists_of(numbering), notes)


def _root(part: Any, relation: str, nothing: Any = None) -> Any:
    """The XML of the part `relation` leads to, never outside the package; `nothing` when there is none."""
    related = (link.target_part for link in part.rels.values() if link.reltype == relation and not link.is_external)
    found = next(related, None)
    return nothing if found is None else parse_xml(found.blob)


def _blocks(body: Any, story: Story) -> Iterator[Paragraph | Table]:
    paragraphs = tables = 0
    for element in _top(body, story):
        if element.tag == _TABLE:
            tables += 1
            yield _table(element, tables, story)
            continue
        for words in (story.words(element), *story.boxed()):
            if words:
                paragraphs += 1
                yield Paragraph(words, f"đoạn {paragraphs}")


def _top(node: Any, story: Story) -> Iterator[Any]:
    """The paragraphs and tables directly under `node`, content controls and tracked changes seen through."""
    for child in node.iterchildren("*"):
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif story.shows(child):
            yield from _top(child, story)


def _table(table: Any, number: int, story: Story) -> Table:
    above: dict[int, str] = {}
    rows = [tuple(_cells(row, above, story)) for row in _parts(table, _ROW, story) if not _is_deleted(row, story)]
    width = max(map(len, rows), default=0)
    return Table(number, tuple(_row(number, at, cells, width) for at, cells in enumerate(rows, start=1)))


def _row(table: int, number: int, cells: tuple[Cell, ...], width: int) -> Row:
    return row_of(f"bảng {table}, dòng {number}", cells, width)


def _parts(node: Any, tag: str, story: Story) -> Iterator[Any]:
    """The rows of a table or the cells of a row, wherever content controls put them."""
    for child in node.iterchildren("*"):
        if child.tag == tag:
            yield child
        elif story.shows(child):
            yield from _parts(child, tag, story)


def _is_deleted(row: Any, story: Story) -> bool:
    deleted = row.find(_STRUCK) is not None
    story.met["xóa"] += deleted
    return deleted


def _cells(row: Any, above: dict[int, str], story: Story) -> Iterator[Cell]:
    """The cells of a row, one for each column; `above` holds the words merged downwards, by column."""
    column = _span(row.find(_SKIPPED), 0)
    yield from [Cell("")] * column
    for cell in _parts(row, _CELL, story):
        merge = cell.find(_MERGE)
        covered = merge is not None and merge.get(_VALUE, "continue") == "continue" and column in above
        words = above[column] if covered else story.lines(cell)
        above.pop(column, None)
        if merge is not None:
            above[column] = words
        width = _span(cell.find(_SPAN), 1)
        yield Cell(words, covered)
        yield from [Cell(words, covered=True)] * (width - 1)
        column += width


def _span(said: Any | None, least: int) -> int:
    """How many columns a property of a row or a cell says, at least `least`."""
    value = "" if said is None else said.get(_VALUE, "")
    span = int(value) if value.isdecimal() and len(value) < 9 else least
    if span > MOST_SPAN:
        raise NotRead(f"có ô trải qua {value} cột; nhiều nhất {MOST_SPAN} cột.")
    return max(span, least)
