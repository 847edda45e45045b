"""How official documents name bodies, ranks, reports and numbers, and what of a person's text they can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from rules.vietnamese import capital

_COMMITTEE = "Ủy ban nhân dân"


def plain(value: Any) -> Any:
    """`value` with every text in one Unicode form and without the characters a document cannot hold or show."""
    match value:
        case str():
            return _UNPRINTABLE.sub(" ", unicodedata.normalize("NFC", value).replace("\r\n", "\n"))
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


# PostgreSQL keeps them, and text pasted from Word often has them (\x0b ends a line there); the second class shows
# nothing but can turn the order of what is read.
_UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def in_full(name: str) -> str:
    """«UBND thị trấn Như Quỳnh» as a document names it: «Ủy ban nhân dân thị trấn Như Quỳnh»."""
    return re.sub(r"\bUBND\b", _COMMITTEE, name)


def head_lines(name: str) -> str:
    """The body's name in capitals for the head of a page: «ỦY BAN NHÂN DÂN», and whose it is on the line below."""
    committee = _COMMITTEE.upper()
    return in_full(name).upper().replace(f"{committee} ", f"{committee}\n", 1)


def signing_power(authority: str, title: str) -> str:
    """«TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH», and «KT. CHỦ TỊCH» between the two when a deputy signs."""
    rank = title.upper()
    lines = [f"TM. {_COMMITTEE.upper()}"] if in_full(authority).startswith(_COMMITTEE) else []
    lines += [f"KT. {rank.removeprefix('PHÓ ')}"] if rank.startswith("PHÓ ") else []
    return "\n".join([*lines, rank])


def subject(title: str, period: str) -> str:
    """What a report is about: «Báo cáo kết quả PAPI 6 tháng đầu năm», «6 tháng đầu năm 2024» -> «Kết quả PAPI …»."""
    words, spoken = title.removeprefix("Báo cáo ").split(), period.split()
    shared = next((n for n in range(min(len(words), len(spoken)), 0, -1) if words[-n:] == spoken[:n]), 0)
    words = words[: len(words) - shared]
    if words and words[-1] in ("hằng", "hàng", "mỗi"):
        words.pop()
    text = " ".join([*words, *spoken])
    return capital(text)


def within(text: str) -> str:
    """`text` inside a sentence: a small first letter, unless its second word shows it to be a name."""
    first, _, rest = text.partition(" ")
    return first[:1].lower() + text[1:] if first.istitle() and not rest[:1].isupper() else text


def two_digits(number: int) -> str:
    """«05»: numbers below ten as documents write them, so that nothing can be put before."""
    return f"{number:02}" if number else "0"


def month(day: date) -> str:
    """«7», but «01» and «02»: NĐ 30/2020 wants the zero there, since a 1 or a 2 may be put before them."""
    return f"{day.month:02}" if day.month < 3 else str(day.month)
