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
from rules.vietnamese import dmy

_KEYS = {"thay-bang", "tu-ngay", "van-ban", "muc-chac"}
_FLAGS = {"ca-dia-danh", "o-phuong-van-con"}
_CERTAINTIES = {mark: cast(Certainty, mark) for mark in get_args(Certainty)}


@dataclass(frozen=True, slots=True)
class Abolished:
    """A name no longer in use since `since`; `instead` is proposed to who decides, never put in its place unasked."""

    name: str
    instead: str
    since: date
    instrument: str
    certainty: Certainty
    with_place: bool = False  # the proper name after it goes as well: «huyện Khoái Châu»
    kept_in_wards: bool = False  # a phường still has it


@lru_cache(maxsize=1)
def all_abolished() -> tuple[Abolished, ...]:
    """Every abolished name, longer ones before those they contain, read from the package once."""
    return tuple(_abolished(name, row) for name, row in packaged("levels.yaml").items())


def _abolished(name: str, row: Mapping[str, Any]) -> Abolished:
    place = f"levels.yaml, «{name}»"
    told = {key: value for key, value in row.items() if key not in _FLAGS}
    check_keys(told, _KEYS, _KEYS, place)
    since, certainty = day_under(row, "tu-ngay", place), one_of(_CERTAINTIES, row, "muc-chac", place)
    flags = (row.get(flag, False) is True for flag in ("ca-dia-danh", "o-phuong-van-con"))
    return Abolished(name, row["thay-bang"], since, row["van-ban"], certainty, *flags)


def abolished_in(text: str, day: date) -> list[Abolished]:
    """The names in `text` no longer in use on `day`, each word counted for the longest name it stands in."""
    return [found for found, _, _ in _found(text, day)]


def why_abolished(found: Iterable[Abolished]) -> str:
    """«không còn từ 01/07/2025 (Luật …)», each day and each instrument once."""
    instruments: dict[date, dict[str, None]] = {}
    for one in found:
        instruments.setdefault(one.since, {})[one.instrument] = None
    return "; ".join(
        f"không còn từ {dmy(since)}" + (f" ({'; '.join(filter(None, names))})" if any(names) else "")
        for since, names in instruments.items()
    )


def proposed_for(text: str, day: date) -> str:
    """`text` with every name abolished by `day` exchanged for what is proposed."""
    parts, end = [], 0
    for found, first, last in sorted(_found(text, day), key=lambda hit: hit[1]):
        parts += [text[end:first], _like(text[first], found.instead)]
        end = last
    return "".join([*parts, text[end:]])


def _found(text: str, day: date) -> list[tuple[Abolished, int, int]]:
    taken: list[tuple[Abolished, int, int]] = []
    for one in all_abolished():
        if one.since <= day:
            spans = ((first, last) for first, last in _spans(one, text))
            taken += [(one, *span) for span in spans if not any(a < span[1] and span[0] < b for _, a, b in taken)]
    return taken


def _spans(one: Abolished, text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(rf"(?<!\w){re.escape(one.name)}(?!\w)", text, re.IGNORECASE):
        yield match.start(), match.end() + (_place_after(text[match.end() :]) if one.with_place else 0)


def _place_after(text: str) -> int:
    """How long the proper name at the start of `text` is: words that begin with a capital."""
    length = 0
    for match in re.finditer(r"\s(\w+)", text):
        if match.start() != length or not match.group(1)[0].isupper() or match.group(1).isupper():
            break
        length = match.end()
    return length


def _like(letter: str, text: str) -> str:
    """`text` with a capital where the words it replaces had one."""
    return text[:1].upper() + text[1:] if letter.isupper() else text
