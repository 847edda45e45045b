"""Instruments since replaced, laws that never were and words no longer used, as a text names them (superseded.yaml)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal, cast, get_args

from rules.law.reading import check_keys, day_under, one_of, packaged
from rules.law.records import Certainty
from rules.receipts import Basis

OldKind = Literal["van-ban", "ten-sai", "thuat-ngu"]

_FILE = "superseded.yaml"
_NEEDED = {"van-ban", "muc-chac"}
_LISTS = {"goi-la", "khi-co", "tru", "cac-nam"}
_KNOWN = _NEEDED | _LISTS | {"den-ngay", "thay-bang", "dieu"}
_CERTAINTIES = {mark: cast(Certainty, mark) for mark in get_args(Certainty)}
_SHORT = {"Nghị định": "NĐ", "Thông tư": "TT", "Quyết định": "QĐ", "Nghị quyết": "NQ"}
_NUMBER = re.compile(r"(\d+)/(\d{4})/([\w-]+)")
_FORMER = re.compile(r"[\w ]{0,30}?[\s(]*(?:cũ\b|trước đây\b)")  # «thị trấn Yên Bình (cũ)»

_REPLACING = re.compile(r"(?:thay thế|thay cho|bãi bỏ|hết hiệu lực)[^.;]{0,30}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Superseded:
    """Something plans still name; `valid_to` is the last day it was right (None: never), `instead` what to write."""

    kind: OldKind
    name: str
    pattern: re.Pattern[str]
    valid_to: date | None
    instead: str
    basis: Basis
    only_with: tuple[str, ...] = ()
    spared: re.Pattern[str] | None = None

    def mentions(self, text: str) -> Iterator[re.Match[str]]:
        """Where `text` names it as if it still held."""
        if self.only_with and not any(word in text.casefold() for word in self.only_with):
            return
        yield from named_in(text, self.pattern, self.spared)

    def is_right_on(self, day: date) -> bool:
        """Whether naming it was right on `day`."""
        return self.valid_to is not None and day <= self.valid_to


def named_in(text: str, pattern: re.Pattern[str], spared: re.Pattern[str] | None) -> Iterator[re.Match[str]]:
    """Where `text` names what `pattern` recognises, not within a spared phrase, not as former or replaced."""
    left = [found.span() for found in spared.finditer(text)] if spared else []
    for found in pattern.finditer(text):
        inside = any(start <= found.start() and found.end() <= end for start, end in left)
        before = text[max(0, found.start() - 60) : found.start()]
        if not (inside or _FORMER.match(text, found.end()) or _REPLACING.search(before)):
            yield found


@lru_cache(maxsize=1)
def all_superseded() -> tuple[Superseded, ...]:
    """Every row, read from the package once, in the order of the file."""
    return tuple(read_superseded(packaged(_FILE)))


def read_superseded(content: Mapping[str, Any]) -> Iterator[Superseded]:
    """The rows of the file's content. Raises LawFileError."""
    for group, (kind, pattern_of) in _GROUPS.items():
        for name, row in content.get(group, {}).items():
            yield _row(kind, name, row, pattern_of, f"{_FILE}, «{name}»")


def _row(
    kind: OldKind, name: str, row: Mapping[str, Any], pattern_of: Callable[[str, Mapping[str, Any]], str], place: str
) -> Superseded:
    texts = {key: row[key] for key in row if key not in _LISTS} if isinstance(row, Mapping) else row
    check_keys(texts, _NEEDED, _KNOWN, place)
    return Superseded(
        kind=kind,
        name=name,
        pattern=re.compile(pattern_of(name, row), re.IGNORECASE),
        valid_to=day_under(row, "den-ngay", place) if "den-ngay" in row else None,
        instead=row.get("thay-bang", ""),
        basis=Basis(row["van-ban"], row.get("dieu", ""), one_of(_CERTAINTIES, row, "muc-chac", place)),
        only_with=tuple(row.get("khi-co", ())),
        spared=spared_in(row),
    )


def _of_instrument(name: str, row: Mapping[str, Any]) -> str:
    """By its number, written in full or after its kind, or by a name it goes under."""
    numbered = _NUMBER.search(name)
    assert numbered  # noqa: S101  test_superseded_law holds every row to it
    number, year, issuer = numbered.groups()
    kind = name[: numbered.start()].strip()
    kinds = [kind, _SHORT[kind]] if kind in _SHORT else [kind]
    digits = rf"0*{int(number)}\s*/\s*{year}"
    full = rf"(?<![\d/]){digits}\s*/\s*{re.escape(issuer)}(?!\w)"
    short = rf"(?:{'|'.join(map(re.escape, kinds))})\s+(?:số\s+)?{digits}(?![\d/]|\s*/)"
    return "|".join([full, short, *([any_of(row["goi-la"])] if "goi-la" in row else [])])


def _of_wrong_name(name: str, row: Mapping[str, Any]) -> str:
    return any_of([name, *row.get("goi-la", ())])


def _of_wrong_year(name: str, row: Mapping[str, Any]) -> str:
    """«Luật Bảo vệ môi trường năm 2023»: the name with a year in which no such law was made."""
    years = "|".join(str(year) for year in row["cac-nam"])
    return rf"{any_of([name])}\s+(?:năm\s+)?(?!(?:{years})\b)(?:19|20)\d\d(?![\d/])"


def _of_term(_: str, row: Mapping[str, Any]) -> str:
    return any_of(row["goi-la"])


_GROUPS: Mapping[str, tuple[OldKind, Callable[[str, Mapping[str, Any]], str]]] = {
    "van-ban": ("van-ban", _of_instrument),
    "ten-sai": ("ten-sai", _of_wrong_name),
    "luat-theo-nam": ("ten-sai", _of_wrong_year),
    "thuat-ngu": ("thuat-ngu", _of_term),
}


def spared_in(row: Mapping[str, Any]) -> re.Pattern[str] | None:
    """The phrases a row leaves alone."""
    return re.compile(any_of(row["tru"]), re.IGNORECASE) if "tru" in row else None


def any_of(phrases: Collection[str]) -> str:
    """Any of `phrases` as whole words, the longest first, whatever spaces part the words."""
    parts = (r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, key=len, reverse=True))
    return rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)"
