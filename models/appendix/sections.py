"""The body of a plan walked sentence by sentence, each knowing the part, section, point and dash it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.appendix.document import Paragraph
from models.appendix.points import line_of

_PART = re.compile(r"^([IVX]+)\.\s+(.+)$")
_SECTION = re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)\.?\s+(.+)$")
_LETTER = re.compile(r"^([a-zđ])\)\s*(.*)$")
_DASH = re.compile(r"^[-–+]\s*(.+)$")
_OPENS = (_PART, _SECTION, _LETTER, _DASH)
_STOPS = re.compile(r"(?<=[.;])\s+(?=\S)")
_ENDS = (".", ";", ":", "/.")


@dataclass(frozen=True, slots=True)
class Section:
    """Where a sentence stands, and the heading its section goes under («Công chức Văn phòng»)."""

    part: str = ""
    number: str = ""
    letter: str = ""
    heading: str = ""
    dash: int = 0

    def __str__(self) -> str:
        """«Tổ chức thực hiện, mục 1.b, gạch đầu dòng 1»."""
        number = ".".join(filter(None, (self.number, self.letter)))
        parts = (self.part, f"mục {number}" if number else "", f"gạch đầu dòng {self.dash}" if self.dash else "")
        return ", ".join(filter(None, parts)) or "Phần thân"

    def followed_by(self, line: str) -> tuple[Section, str]:
        """The section `line` stands in, and its words without the number they begin with."""
        if found := _PART.match(line):
            return Section(part=_sentence_case(found[2])), ""
        if found := _SECTION.match(line):
            return Section(self.part, found[1], "", found[2]), found[2]
        if found := _LETTER.match(line):
            return Section(self.part, self.number, found[1], self.heading), found[2]
        if found := _DASH.match(line):
            return Section(self.part, self.number, self.letter, self.heading, self.dash + 1), found[1]
        return self, line


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the body and where it stands, by its section and by its place in the file."""

    section: Section
    place: str
    words: str


def sentences_of(paragraphs: Iterable[Paragraph]) -> Iterator[Sentence]:
    """Every sentence under a numbered part, in order; what stands before the first part is no duty of anybody."""
    section = Section()
    for place, line in _unwrapped(paragraphs):
        section, words = section.followed_by(line)
        for sentence in filter(None, _STOPS.split(words)) if section.part else ():
            yield Sentence(section, place, sentence)


def _unwrapped(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, str]]:
    """Lines as they were before pages and margins broke them, each with the place it begins in."""
    place = held = ""
    for paragraph in paragraphs:
        for line in filter(None, map(line_of, paragraph.text.split("\n"))):
            opens = any(pattern.match(line) for pattern in _OPENS)
            if held and not opens and not held.endswith(_ENDS) and not _PART.match(held):
                held += f" {line}"
                continue
            if held:
                yield place, held
            place, held = paragraph.place, line
    if held:
        yield place, held


def _sentence_case(heading: str) -> str:
    return heading[:1].upper() + heading[1:].lower() if heading.isupper() else heading
