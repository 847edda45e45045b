"""Titles and numbered headings of a signed document: an appendix named for another plan, a number used twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.plan_checks.context import Context
from models.plan_checks.document_read import DocumentRead
from models.plan_checks.findings import PlanFinding
from models.plan_checks.passages import Passage
from rules.vietnamese import fold

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_SECTION = re.compile(r"^\**\s*(" + "|".join(sorted(_ROMAN, key=len, reverse=True)) + r")\.\s+(\S.*?)\**$")
_APPENDIX = re.compile(r"^(phu luc|bieu tong hop|bieu so|danh muc)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_UNIT = re.compile(r"(?<!\w)(?:huyện|tỉnh|thành phố|thị xã|quận|xã|phường|thị trấn)\s+(?!hội\b)\S.*", re.IGNORECASE)
_LABEL = re.compile(r"^phu luc(\s+[ivx\d]+)?\W*$")
_TITLE_LINES = 4


def appendix_titles(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A title that names another year, or a place that is not the office's own."""
    for title in _titles(signed):
        years = {int(year) for year in _YEAR.findall(title.text)}
        unit = _UNIT.search(title.text)
        elsewhere = unit and fold(context.place or context.office) not in fold(title.text)
        another_year = years and context.year not in years
        if elsewhere or another_year:
            words = unit[0] if unit else title.text
            why = f"Tên phụ lục ghi như vậy, trong khi kế hoạch là của {context.office} năm {context.year}."
            repair = f"{_unit_name(context)} năm {context.year}"
            yield title.finding("error" if another_year else "warning", words, why, repair)


def sections_numbered_twice(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A Roman number that came before: «I. Tổ chức thực hiện» after «II. Nội dung»."""
    numbers: list[str] = []
    for paragraph in signed.document.paragraphs:
        section = _SECTION.match(paragraph.text.strip())
        if _begins_appendix(paragraph.text.split("\n")[0].strip()):
            numbers.clear()
        elif section and section[1] in numbers:
            right = _ROMAN[min(len(numbers), len(_ROMAN) - 1)]
            why = f"Số mục {section[1]} đã dùng ở trên; trích dẫn «mục {section[1]}» sẽ hiểu nhầm."
            passage = Passage(paragraph.text, place=paragraph.place)
            yield passage.finding("warning", section[0], why, f"{right}. {section[2]}", section[2])
            numbers.append(right)
        elif section:
            numbers.append(section[1])


def _titles(signed: DocumentRead) -> Iterator[Passage]:
    """Each appendix's name: what stands under the bare word «Phụ lục», or lines in capitals that begin like one."""
    lines = [(line.strip(), block.place) for block in signed.document.paragraphs for line in block.text.split("\n")]
    taken = 0
    for at, (line, place) in enumerate(lines):
        if at >= taken and _begins_appendix(line):
            more = list(_title_lines([words for words, _ in lines[at + 1 : at + 1 + _TITLE_LINES]], line))
            taken = at + 1 + len(more)
            yield Passage(" ".join([line, *more]), place=place)


def _begins_appendix(line: str) -> bool:
    return bool(_LABEL.match(fold(line)) or (line.isupper() and _APPENDIX.match(fold(line))))


def _title_lines(following: list[str], first: str) -> Iterator[str]:
    """The lines that go on with a title: up to «(Kèm theo …)»; under one in capitals only more capitals."""
    under_label = _LABEL.match(fold(first))
    for line in following:
        is_over = not line or line.startswith("(") or _SECTION.match(line)
        if is_over or not (under_label or line.isupper()):
            return
        yield line


def _unit_name(context: Context) -> str:
    return re.sub(r"^(UBND|Ủy ban nhân dân)\s+", "", context.office)
