"""Names of levels and bodies abolished in 2025 (levels.yaml), found in words, with what is proposed instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, cast, get_args

from rules.law.reading import check_keys, day_under, one_of, packaged
from rules.law.records import Certainty
from rules.law.superseded import any_of, named_in, spared_in
from rules.receipts import Basis
from rules.vietnamese import dmy

_NEEDED = {"thay-bang", "tu-ngay", "van-ban", "muc-chac"}
_KNOWN = _NEEDED | {"dieu", "nen-viet"}
_NO_TEXT = {"ca-dia-danh", "o-phuong-van-con", "goi-la", "tru"}
_CERTAINTIES = {mark: cast(Certainty, mark) for mark in get_args(Certainty)}
_LEVEL = re.compile(r"\s(?:huyện|thị xã)(?!\w)")
_WORD = re.compile(r"\s(\w+)")


@dataclass(frozen=True, slots=True)
class Abolished:
    """A name no longer in use since `since`; `instead` is proposed to who decides, never put in its place unasked."""

    name: str
    instead: str
    since: date
    basis: Basis
    pattern: re.Pattern[str]
    spared: re.Pattern[str] | None = None
    advice: str = ""  # what the check of a plan's words says to write; without it the name is not checked
    with_place: bool = False  # the proper name after it goes as well: «huyện Khoái Châu»
    kept_in_wards: bool = False  # a phường still has it


@lru_cache(maxsize=1)
def all_abolished() -> tuple[Abolished, ...]:
    """Every abolished name, longer ones before those they contain, read from the package once."""
    return tuple(_abolished(name, row) for name, row in packaged("levels.yaml").items())


def _abolished(name: str, row: Mapping[str, Any]) -> Abolished:
    place = f"levels.yaml, «{name}»"
    check_keys({key: value for key, value in row.items() if key not in _NO_TEXT}, _NEEDED, _KNOWN, place)
    return Abolished(
        name,
        instead=row["thay-bang"],
        since=day_under(row, "tu-ngay", place),
        basis=Basis(row["van-ban"], row.get("dieu", ""), one_of(_CERTAINTIES, row, "muc-chac", place)),
        pattern=re.compile(any_of([name, *row.get("goi-la", ())]), re.IGNORECASE),
        spared=spared_in(row),
        advice=row.get("nen-viet", ""),
        with_place=row.get("ca-dia-danh", False) is True,
        kept_in_wards=row.get("o-phuong-van-con", False) is True,
    )


def abolished_in(text: str, day: date) -> list[Abolished]:
    """The names in `text` no longer in use on `day`, each word counted for the longest name it stands in."""
    return [found for found, _, _ in places_of(text, day)]


def why_abolished(found: Iterable[Abolished]) -> str:
    """«không còn từ 01/07/2025 (Luật …)», each day and each instrument once."""
    instruments: dict[date, dict[str, None]] = {}
    for one in found:
        instruments.setdefault(one.since, {})[one.basis.instrument] = None
    return "; ".join(
        f"không còn từ {dmy(since)}" + (f" ({'; '.join(filter(None, names))})" if any(names) else "")
        for since, names in instruments.items()
    )


def proposed_for(text: str, day: date) -> str:
    """`text` with every name abolished by `day` exchanged for what is proposed."""
    parts, end = [], 0
    for found, first, last in sorted(places_of(text, day), key=lambda hit: hit[1]):
        parts += [text[end:first], _like(text[first], found.instead)]
        end = last
    return "".join([*parts, text[end:]])


def places_of(text: str, day: date) -> list[tuple[Abolished, int, int]]:
    """Each name in `text` no longer in use on `day`, with where it begins and ends."""
    taken: list[tuple[Abolished, int, int]] = []
    for one in all_abolished():
        if one.since <= day:
            spans = ((first, last) for first, last in _spans(one, text))
            taken += [(one, *span) for span in spans if not any(a < span[1] and span[0] < b for _, a, b in taken)]
    return taken


def _spans(one: Abolished, text: str) -> Iterator[tuple[int, int]]:
    for found in named_in(text, one.pattern, one.spared):
        yield found.start(), _end_of_place(text, found.end()) if one.with_place else found.end()


def _end_of_place(text: str, start: int) -> int:
    """Where the proper name from `start` on ends: perhaps «huyện», then words that begin with a capital."""
    level = _LEVEL.match(text, start)
    end = level.end() if level else start
    for word in _WORD.finditer(text, end):
        if word.start() != end or not word[1][0].isupper() or word[1].isupper():
            break
        end = word.end()
    return end


def _like(letter: str, text: str) -> str:
    """`text` with a capital where the words it replaces had one."""
    return text[:1].upper() + text[1:] if letter.isupper() else text
