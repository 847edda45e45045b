"""The plan's own facts as its document states them: number, day, year, title, whose it is and whose plan it follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from models.appendix.document import Paragraph, SignedDocument
from models.appendix.points import line_of
from models.appendix.units import code_from

_NUMBER = re.compile(r"^Số\s*:?\s*(\d+\s*/+\s*KH-[A-ZĐ]+)", re.IGNORECASE)
_SIGNED = re.compile(r"^(?P<place>[^,\n]{2,60}),\s*ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})")
_ATTACHED = re.compile(
    r"Kèm theo Kế hoạch số\s*(?P<number>\d+\s*/+\s*KH-[A-ZĐ]+)\s+ngày\s+(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(\d{4})",
    re.IGNORECASE,
)
_NAMED = r"(?:[A-ZĐÀ-Ỹ][\w’'-]*\s?){1,4}"
_ISSUES = re.compile(
    rf"(?i:UBND|[ỦU][ỶY] BAN NHÂN DÂN)\s+(?P<level>(?i:thị trấn|xã|phường|đặc khu))\s+(?P<name>{_NAMED})"
)
_ABOVE = re.compile(
    r"Kế hoạch số\s*(?P<number>\d+\s*/+\s*KH-UBND)\s+ngày\s+(?P<day>\d{1,2}/\d{1,2}/\d{4})\s+của\s+"
    r"(?P<who>UBND (?:huyện|quận|thị xã|thành phố|tỉnh))"
)
_YEAR = re.compile(r"\bnăm\s+(20\d{2})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a plan; what is not is empty, and never made up."""

    number: str = ""
    signed: date | None = None
    year: int | None = None
    title: str = ""
    office: str = ""
    place: str = ""
    superior: str = ""
    superior_number: str = ""
    superior_signed: date | None = None

    def filled(self, given: Facts) -> Facts:
        """These facts, with what a person gave instead of what was read."""
        known = {one.name: value for one in fields(given) if (value := getattr(given, one.name))}
        return replace(self, **known)

    @property
    def missing(self) -> list[str]:
        """What a plan cannot be without and the document does not say."""
        needed = {"số kế hoạch": self.number, "ngày ký": self.signed, "năm": self.year, "cơ quan": self.office}
        return [name for name, value in needed.items() if not value]

    @property
    def code(self) -> str:
        """The plan's code: «nhu-quynh-2024»."""
        return f"{self.office_code}-{self.year}"

    @property
    def office_code(self) -> str:
        """The office's code: «nhu-quynh»."""
        return code_from(re.sub(r"^UBND (?:thị trấn|xã|phường|đặc khu)\s+", "", self.office))


def facts_of(document: SignedDocument) -> Facts:
    """What the words around the tables say of the plan itself."""
    said = [paragraph for text in _texts(document) for paragraph in text]
    number, signed, place = _signing(said)
    title = _title(said)
    above = next((found for line in said if (found := _ABOVE.search(line))), None)
    year = next((int(found[1]) for line in (title, *said) if (found := _YEAR.search(line))), None)
    return Facts(
        number=number,
        signed=signed,
        year=year or (signed.year if signed else None),
        title=title,
        office=_office(said),
        place=place,
        superior=_superior(said, above["who"] if above else ""),
        superior_number=_tidy_number(above["number"]) if above else "",
        superior_signed=_day(*above["day"].split("/")) if above else None,
    )


def _texts(document: SignedDocument) -> Sequence[list[str]]:
    """Paragraphs and, for a sheet or a layout table that has none, the words of rows above the headings."""
    lines = [
        [line_of(line) for line in block.text.split("\n")] for block in document.blocks if isinstance(block, Paragraph)
    ]
    cells = [
        [line_of(line) for cell in row.cells if not cell.covered for line in cell.text.split("\n")]
        for table in document.tables
        for row in table.rows[:12]
    ]
    return [*lines, *cells]


def _signing(said: Sequence[str]) -> tuple[str, date | None, str]:
    number = next((_tidy_number(found[1]) for line in said if (found := _NUMBER.search(line))), "")
    dated = next((found for line in said if (found := _SIGNED.search(line))), None)
    attached = next((found for line in said if (found := _ATTACHED.search(line))), None)
    signed = _day(*dated.groups()[1:]) if dated else _day(*attached.groups()[1:]) if attached else None
    number = number or (_tidy_number(attached["number"]) if attached else "")
    return number, signed, dated["place"].strip() if dated else ""


def _title(said: Sequence[str]) -> str:
    """The line after «KẾ HOẠCH» standing alone."""
    heads = (place for place, line in enumerate(said[:-1]) if line.upper() == "KẾ HOẠCH")
    return next((said[place + 1] for place in heads), "")


def _office(said: Sequence[str]) -> str:
    names = (found for line in said if (found := _ISSUES.search(line)))
    return next((f"UBND {found['level'].lower()} {_name(found['name'])}" for found in names), "")


def _superior(said: Sequence[str], who: str) -> str:
    """«UBND huyện Văn Lâm»: the level whose plan this one follows, and the first such place named."""
    if not who:
        return ""
    level = who.removeprefix("UBND ")
    found = next((f for line in said if (f := re.search(rf"\b{level}\s+({_NAMED})", line))), None)
    return f"{who} {_name(found[1])}" if found else who


def _name(words: str) -> str:
    """A place's name without the capital that opens what follows it."""
    return " ".join(word if not word.isupper() else word.capitalize() for word in words.split()[:4])


def _tidy_number(number: str) -> str:
    return re.sub(r"/+", "/", number.replace(" ", ""))


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
