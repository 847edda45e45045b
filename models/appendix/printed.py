"""A text PDF as blocks: tables by their ruled lines, page by page, and the paragraphs between them."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any

import pdfplumber
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_text

from models.appendix.bounds import MOST_PAGES, NotRead, check_count
from models.appendix.document import Cell, Paragraph, Row, Table
from models.appendix.points import passage_of
from models.appendix.printed_lines import paragraphs_of
from models.appendix.tcvn3 import from_tcvn3, is_tcvn3_font
from models.appendix.words import tidy

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it grumbles about fonts on stderr; nothing is lost by silence
Box = tuple[float, float, float, float]  # left, top, right, bottom
_MOST_UNKNOWN = 0.02  # of letters whose font does not say what they are
_FEWEST_LETTERS = 10  # a page with a picture and fewer than these is a scan
_ASK = "hãy xin cơ quan ban hành tệp DOCX hoặc XLSX"


def read_printed(raw: bytes) -> tuple[tuple[Paragraph | Table, ...], tuple[str, ...]]:
    """The blocks of a PDF page by page, and remarks on what reading it had to do."""
    numbers, pages = count(1), _Pages()
    blocks: list[Paragraph | Table] = []
    try:
        with pdfplumber.open(BytesIO(raw)) as pdf:
            check_count(len(pdf.pages), MOST_PAGES, "trang")
            for page in pdf.pages:
                pages.note(page)
                blocks += _blocks(page, numbers)
                page.close()  # a letter takes a kilobyte while its page is open
    except (PdfminerException, PSException) as fault:
        raise NotRead(_why(fault)) from fault
    pages.refuse()
    return tuple(blocks), tuple(_remarks(blocks, pages))


@dataclass(slots=True)
class _Pages:
    """What was met on the pages: how many letters of what kind, and which pages are pictures."""

    letters: int = 0
    unknown: int = 0
    legacy: int = 0
    scans: list[str] = field(default_factory=list)
    layered: list[str] = field(default_factory=list)  # pictures with text behind them

    def note(self, page: Any) -> None:
        """Note the letters of `page`, those of TCVN3 fonts turned into Unicode where they stand."""
        self.letters += len(page.chars)
        self.unknown += sum(char["text"].startswith("(cid:") for char in page.chars)
        if page.images and len(page.chars) < _FEWEST_LETTERS:
            self.scans.append(str(page.page_number))
        elif any(_fills(image, page) for image in page.images):
            self.layered.append(str(page.page_number))
        for char in page.chars:
            if is_tcvn3_font(char["fontname"]):
                self.legacy += 1
                char["text"] = from_tcvn3(char["text"], char["fontname"])

    def refuse(self) -> None:
        """Raise NotRead when a page is a picture, or its letters cannot be told."""
        if self.scans or not self.letters:
            where = f"trang {', '.join(self.scans)} là ảnh quét" if self.scans else "không trang nào có chữ"
            raise NotRead(f"{where}, không đọc được; {_ASK}, hoặc nhận dạng chữ (OCR) rồi soát lại bằng mắt.")
        if self.unknown > _MOST_UNKNOWN * self.letters:
            raise NotRead(f"phông trong PDF không cho biết {self.unknown} ký tự là chữ gì; {_ASK}.")


def _why(fault: Exception) -> str:
    if any(isinstance(cause, MemoryError) for cause in fault.args):
        raise MemoryError from fault
    cause = type(fault.args[0]).__name__ if fault.args else ""
    if "Password" in cause or "Encryption" in cause:
        return "tệp PDF có mật khẩu; hãy mở bằng mật khẩu rồi in lại thành một bản PDF không mật khẩu."
    return "tệp PDF hỏng hoặc bị cắt cụt; hãy chép lại tệp từ nơi phát hành."


def _blocks(page: Any, numbers: Iterator[int]) -> Iterator[Paragraph | Table]:
    """The tables and paragraphs of a page from top to bottom; tables are numbered over all pages."""
    tables = sorted(page.find_tables(), key=lambda table: (table.bbox[1], table.bbox[0]))
    outside = [char for char in page.chars if not any(_is_in(char, table.bbox) for table in tables)]
    placed: list[tuple[float, Paragraph | Table]] = [*paragraphs_of(outside, page)]
    placed += [(table.bbox[1], _table(table, next(numbers), page.page_number)) for table in tables]
    return (block for _, block in sorted(placed, key=lambda one: one[0]))


def _table(table: Any, number: int, page: int) -> Table:
    """The grid under the cells: each column begins where a cell does, and a cell covers what it lies over."""
    columns = sorted({cell[0] for cell in table.cells})
    tops = sorted({cell[1] for cell in table.cells})
    grid = [[Cell("")] * len(columns) for _ in tops]
    for box in table.cells:
        # Where a printed line ends is the printer's doing; only the points of a cell are its author's.
        printed = tidy(extract_text([char for char in table.page.chars if _is_in(char, box)]))
        words = passage_of(printed) or printed
        for row in range(bisect_left(tops, box[1]), bisect_left(tops, box[3])):
            for column in range(bisect_left(columns, box[0]), bisect_left(columns, box[2])):
                grid[row][column] = Cell(words, covered=(columns[column], tops[row]) != (box[0], box[1]))
    rows = (Row(f"trang {page}, bảng {number}, dòng {at}", tuple(row)) for at, row in enumerate(grid, start=1))
    return Table(number, tuple(rows))


def _is_in(char: Any, box: Box) -> bool:
    """Whether the middle of a letter lies in `box`."""
    across, down = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= across < box[2] and box[1] <= down < box[3])


def _fills(image: Any, page: Any) -> bool:
    """Whether a picture takes most of its page, as a scan under its recognised text does."""
    width, height = image["x1"] - image["x0"], image["bottom"] - image["top"]
    return bool(width * height > 0.8 * page.width * page.height)


def _remarks(blocks: Sequence[Paragraph | Table], pages: _Pages) -> Iterator[str]:
    if pages.legacy:
        yield f"đã đổi {pages.legacy} chữ từ mã TCVN3 (phông .Vn…) sang Unicode; hãy soát lại bằng mắt."
    if pages.layered:
        yield f"trang {', '.join(pages.layered)} là ảnh quét đã nhận dạng chữ (OCR); hãy soát lại từng dòng bằng mắt."
    if not any(isinstance(block, Table) for block in blocks):
        yield "không thấy bảng nào có đường kẻ."
    yield "PDF không giữ ô gộp và chỗ xuống dòng của bản gốc; nếu có tệp DOCX, hãy dùng tệp ấy."
