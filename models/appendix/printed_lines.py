"""The paragraphs of a PDF page: its lines put together where indent, gap and length say they belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pdfplumber.utils.text import extract_words

from models.appendix.document import Paragraph
from models.appendix.words import tidy

_PAGE_NUMBER = re.compile(r"[-–]?\s*\d{1,4}\s*[-–]?")
_MARK = re.compile(r"([-–+•]|[a-zđ]\)|\d{1,2}(\.\d{1,2})*[.)]|[IVX]+\.) ")
_MARGIN = 0.09  # of the page's height, where page numbers stand
_INDENT, _SHORT = 8.0, 0.85  # points a first line is set in; how far across a line reaches that goes on
_GAP = 0.9  # of a letter's height between lines of different paragraphs
_COLUMN_GAP = 4.0  # letters' heights between two texts side by side


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and where it stands."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def paragraphs_of(chars: Sequence[Any], page: Any) -> Iterator[tuple[float, Paragraph]]:
    """The paragraphs that `chars` of `page` print, each with its top; page numbers are none."""
    lines = [line for line in _lines(chars) if not _is_page_number(line, page.height)]
    margins = min((line.left for line in lines), default=0.0), max((line.right for line in lines), default=0.0)
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group, line, margins):
            yield _paragraph(group, page.page_number)
            group = []
        group.append(line)
    if group:
        yield _paragraph(group, page.page_number)


def _paragraph(lines: Sequence[Line], page: int) -> tuple[float, Paragraph]:
    return lines[0].top, Paragraph(tidy(" ".join(line.text for line in lines)), f"trang {page}")


def _goes_on(group: Sequence[Line], line: Line, margins: tuple[float, float]) -> bool:
    """Whether `line` continues the paragraph of `group`: close below a full line, and not begun like a new one."""
    last = group[-1]
    height = last.bottom - last.top
    close = last.bottom - height / 2 < line.top < last.bottom + _GAP * height
    return close and last.right > _SHORT * margins[1] and not _begins(group, line, margins[0])


def _begins(group: Sequence[Line], line: Line, margin: float) -> bool:
    """Whether `line` begins a paragraph: by a mark of its own, or set in as first lines are."""
    if _MARK.match(line.text):
        return True
    if len(group) == 1 and _MARK.match(group[0].text) and line.left > group[0].left + _INDENT:
        return False  # the lines of an item hang below its words
    as_first = len(group) == 1 and line.left > margin + _INDENT and abs(line.left - group[0].left) < 2
    return as_first or line.left > min(each.left for each in group) + _INDENT


def _lines(chars: Sequence[Any]) -> Iterator[Line]:
    """The lines from top to bottom; texts side by side are lines of their own."""
    words = extract_words(list(chars), use_text_flow=False)
    line: list[Any] = []
    for word in words:
        if line and _breaks(line[-1], word):
            yield _line(line)
            line = []
        line.append(word)
    if line:
        yield _line(line)


def _breaks(last: Any, word: Any) -> bool:
    height = last["bottom"] - last["top"]
    same_line = abs(word["top"] - last["top"]) < height / 2
    return not same_line or word["x0"] - last["x1"] > _COLUMN_GAP * height


def _line(words: Sequence[Any]) -> Line:
    return Line(
        " ".join(word["text"] for word in words),
        words[0]["x0"],
        words[-1]["x1"],
        min(word["top"] for word in words),
        max(word["bottom"] for word in words),
    )


def _is_page_number(line: Line, height: float) -> bool:
    at_edge = line.bottom < _MARGIN * height or line.top > (1 - _MARGIN) * height
    return at_edge and bool(_PAGE_NUMBER.fullmatch(line.text))
