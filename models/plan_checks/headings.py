"""Titles and numbered headings of a signed document: an appendix named for another plan, a number used twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.appendix.document import Paragraph, SignedDocument
from models.plan_checks.context import Context
from models.plan_checks.findings import PlanFinding
from models.plan_checks.passages import Passage
from rules.vietnamese import fold

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_SECTION = re.compile(r"^\**\s*(" + "|".join(sorted(_ROMAN, key=len, reverse=True)) + r")\.\s+(\S.*?)\**$")
_APPENDIX = re.compile(r"^(phu luc|bieu tong hop|bieu so|danh muc)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_UNIT = re.compile(r"(?<!\w)(?:huyện|tỉnh|thành phố|thị xã|quận|xã|phường|thị trấn)\s+(?!hội\b)\S.*", re.IGNORECASE)
_TITLE_LINES = 6


def appendix_titles(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """A title that names another year, or a place that is not the office's own."""
    for title in _titles(document):
        years = {int(year) for year in _YEAR.findall(title.text)}
        unit = _UNIT.search(title.text)
        elsewhere = unit and fold(context.place or context.office) not in fold(title.text)
        if elsewhere or (years and context.year not in years):
            words = unit[0] if unit else title.text
            why = f"Tên phụ lục ghi như vậy, trong khi kế hoạch là của {context.office} năm {context.year}."
            yield title.finding("error", words, why, f"{_unit_name(context)} năm {context.year}")


def sections_numbered_twice(document: SignedDocument, context: Context) -> Iterator[PlanFinding]:
    """A Roman number that came before: «I. Tổ chức thực hiện» after «II. Nội dung»."""
    numbers: list[str] = []
    for paragraph in document.paragraphs:
        section = _SECTION.match(paragraph.text.strip())
        if _APPENDIX.match(fold(paragraph.text.strip())):
            numbers.clear()
        elif section and section[1] in numbers:
            right = _ROMAN[min(len(numbers), len(_ROMAN) - 1)]
            why = f"Số mục {section[1]} đã dùng ở trên; trích dẫn «mục {section[1]}» sẽ hiểu nhầm."
            yield _passage(paragraph).finding("warning", section[0], why, f"{right}. {section[2]}", section[2])
            numbers.append(right)
        elif section:
            numbers.append(section[1])


def _titles(document: SignedDocument) -> Iterator[Passage]:
    """The lines in capitals after «Phụ lục», with those the line itself begins."""
    lines = [(line.strip(), block.place) for block in document.paragraphs for line in block.text.split("\n")]
    at = 0
    while at < len(lines):
        line, place = lines[at]
        at += 1
        if not _APPENDIX.match(fold(line)) or len(line) > 200:
            continue
        following = lines[at : at + _TITLE_LINES]
        more = [words for words, _ in _while_capitals(following)]
        at += len(more)
        if line.isupper() or more:
            yield Passage(" ".join([line, *more]), place=place)


def _while_capitals(lines: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if not line[0].isupper():
            return
        yield line


def _unit_name(context: Context) -> str:
    return re.sub(r"^(UBND|Ủy ban nhân dân)\s+", "", context.office)


def _passage(paragraph: Paragraph) -> Passage:
    return Passage(paragraph.text, place=paragraph.place)
