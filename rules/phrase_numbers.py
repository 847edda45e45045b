"""Numbers as offices write them: «mười lăm» becomes «15», «03 (ba)» is checked, «II, III» and «3-6» are lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_DIGITS = {"một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5}
_DIGITS |= {"sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
_TENS = frozenset({"mười", "mươi", "trăm", "linh", "lẻ"})
_COUNTED = frozenset({"ngày", "tuần", "tháng", "quý", "năm", "lần", "buổi", "cuộc", "đợt", "kỳ", "mươi", "trăm", ")"})
_BEFORE_A_YEAR = frozenset({"hằng", "mỗi", "cả", "đầu", "cuối", "hết", "theo", "từng"})
_BEFORE_FOUR = frozenset({"thứ", "tháng", "quý", "mươi", "linh", "lẻ", "("})
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class Word(NamedTuple):
    """One plain word and where it stands in the phrase as given."""

    text: str
    start: int
    end: int


def with_digits(words: Sequence[Word]) -> list[Word]:
    """The words, each run of number words («hai mươi lăm») replaced by its digits; nonsense runs stay as they are."""
    written: list[Word] = []
    run: list[Word] = []
    for at, word in enumerate(words):
        if _is_number_word(words, at, bool(run)):
            run.append(word)
        else:
            written += [*_closed(run), word]
            run = []
    return written + list(_closed(run))


def read_number(text: str) -> int | None:
    """The number of «3» or «03 ( 3 )»; None when the two disagree."""
    values = {int(digits) for digits in re.findall(r"[0-9]+", text)}
    return values.pop() if len(values) == 1 else None


def read_list(text: str) -> tuple[tuple[int, ...], bool]:
    """The numbers of «ii , iii» or «3 - 6», and whether a range was written; a range that runs back gives none."""
    numbers: list[int] = []
    ranged = False
    for part in re.split(r"\s,\s(?:và\s)?|\svà\s", text):
        ends = [_ROMAN.get(word) or int(word) for word in re.findall(r"[0-9]+|\b(?:iv|i{1,3})\b", part)]
        if ends[0] > ends[-1]:
            return (), True
        ranged = ranged or len(ends) > 1
        numbers += range(ends[0], ends[-1] + 1)
    return tuple(numbers), ranged


def _is_number_word(words: Sequence[Word], at: int, running: bool) -> bool:
    word = words[at].text
    before = words[at - 1].text if at else ""
    after = words[at + 1].text if at + 1 < len(words) else ""
    if word == "năm":
        return before in ("linh", "lẻ") or (not running and _is_five(before, after, words[at + 2 : at + 3]))
    if word == "tư":
        return before in _BEFORE_FOUR
    return word in _DIGITS or word == "mười" or (running and word in _TENS)


def _is_five(before: str, after: str, later: Sequence[Word]) -> bool:
    """«năm» is five, not the year, only before what it counts: «năm ngày», «năm (5) ngày», never «năm tháng 6»."""
    number_follows = bool(later) and later[0].text.isdecimal()
    if after == "(":
        return number_follows
    if after == "tháng" and number_follows:
        return before == "ngày"
    return after in _COUNTED and before not in _BEFORE_A_YEAR


def _closed(run: Sequence[Word]) -> Iterator[Word]:
    value = _value([word.text for word in run])
    if value is None:
        yield from run
    else:
        yield Word(str(value), run[0].start, run[-1].end)


def _value(words: Sequence[str]) -> int | None:
    """The number the words make, up to 999; None when they make none."""
    total, last = 0, 0
    for word in words:
        match word:
            case "trăm" | "mươi" if last:
                total, last = total + last * (100 if word == "trăm" else 10), 0
            case "mười" if not last:
                total += 10
            case "linh" | "lẻ" if total and not last:
                pass
            case _ if word in _DIGITS and not last:
                last = _DIGITS[word]
            case _:
                return None
    return total + last if words else None
