"""The text form of a document: paragraphs, and tables whose cells are parted by tabs and may hold HTML lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import groupby

from models.appendix.document import Cell, Paragraph, Row, Table
from models.appendix.tcvn3 import from_tcvn3, looks_like_tcvn3
from models.appendix.words import row_of, tidy

# Only these tags, written as a converter writes them: an HTML parser would swallow «a<b và <chưa rõ>» as one, too.
_TAG = re.compile(
    r"<(/?)(p|ul|ol|li|br|div|b|i|u|em|strong|span|sup|sub|font)(?:\s+[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>",
    re.IGNORECASE,
)
_BLOCKS = frozenset({"p", "ul", "ol", "li", "br", "div"})
_BULLET = re.compile(r"\s[-–+]\s+(?=(\S))")
_ONE_NAME = re.compile(  # names with a dash of their own: «Công chức Tài chính - Kế toán»
    r"(Tài chính|Văn hóa|Văn hoá|Lao động|Địa chính|Tư pháp|Kinh tế|Chính trị|Nông nghiệp|Môi trường|Xây dựng)$",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONVERTED = "chữ đã đổi từ mã TCVN3 (phông .Vn…) sang Unicode; hãy soát lại bằng mắt."
_EMPHASIS = re.compile(r"(\*{1,2})(?=\S)(.+?)(?<=\S)\1", re.DOTALL)


def read_plain(text: str) -> tuple[Paragraph | Table, ...]:
    """The blocks of `text` in order; consecutive lines with tabs are one table."""
    lines = list(enumerate(_EMPHASIS.sub(r"\2", text).splitlines(), start=1))
    blocks: list[Paragraph | Table] = []
    tables = 0
    for tabbed, group in groupby(lines, key=lambda line: "\t" in line[1]):
        if tabbed:
            tables += 1
            blocks.append(_table(tables, [line for _, line in group]))
        else:
            blocks += _paragraphs(group)
    return tuple(blocks)


def decoded(raw: bytes) -> tuple[str, tuple[str, ...]] | None:
    """The text of `raw` with remarks on its encoding: Unicode or, recognised by its words, TCVN3; else None."""
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace") if encoding == "utf-8-sig" else "\0"
        if not looks_like_tcvn3(text):
            return None
    if _NOT_TEXT.search(text):
        return None
    return (from_tcvn3(text), (_CONVERTED,)) if looks_like_tcvn3(text) else (text, ())


def cell_words(source: str) -> str:
    """A cell's words: tags gone, each paragraph and list item on its own line."""
    lines = tidy(unescape(_TAG.sub(_parted, source))).splitlines()
    return "\n".join(item for line in lines for item in _items(line))


def _parted(tag: re.Match[str]) -> str:
    """What stands for a tag: a block begins and ends on a line of its own, an item also has its bullet."""
    name = tag[2].lower()
    if name not in _BLOCKS:
        return ""
    return "\n- " if name == "li" and not tag[1] else "\n"


def _paragraphs(lines: Iterator[tuple[int, str]]) -> Iterator[Paragraph]:
    for number, line in lines:
        if words := tidy(line):
            yield Paragraph(words, f"dòng {number} của tệp")


def _table(number: int, lines: Sequence[str]) -> Table:
    cells = [[Cell(cell_words(cell)) for cell in line.split("\t")] for line in lines]
    width = max(map(len, cells))
    return Table(number, tuple(_row(number, at, row, width) for at, row in enumerate(cells, start=1)))


def _row(table: int, number: int, cells: Sequence[Cell], width: int) -> Row:
    return row_of(f"bảng {table}, dòng {number}", cells, width)


def _items(line: str) -> Iterator[str]:
    """The bullets run together in one line; a line that does not begin with one is one item."""
    line, start = line.replace(" -- ", " - "), 0  # a dash doubled where a page ended
    if re.match(r"[-–+]\s", line):
        for dash in _BULLET.finditer(line):
            if _starts_item(line[: dash.start()], dash[1]):
                yield line[start : dash.start()].rstrip()
                start = dash.start() + 1
    yield line[start:]


def _starts_item(before: str, first: str) -> bool:
    """Whether the dash between them opens a new bullet, and is not inside a name or a range («2023 - 2025»)."""
    if first.isdigit():
        return not before[-1:].isdigit()
    return first.isupper() and not _ONE_NAME.search(before)
