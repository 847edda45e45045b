"""Numbers, dates and lists of a phrase as values, each checked: «03 (bốn)», «quý V» and «tháng 6-3» are refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lark import Token

from rules.periods import PeriodKind
from rules.phrase_numbers import read_list, read_number
from rules.phrase_parts import DayMonth, NotRead, Stretch
from rules.rule_json import MOST_DAYS

_UNITS: dict[str, PeriodKind] = {"DAY": "day", "WEEK": "week", "MONTH": "month", "QUARTER": "quarter", "YEAR": "year"}
_SEVERAL: dict[tuple[int, str], PeriodKind] = {
    (3, "month"): "quarter",
    (6, "month"): "half_year",
    (9, "month"): "nine_months",
    (12, "month"): "year",
    (2, "quarter"): "half_year",
    (3, "quarter"): "nine_months",
    (4, "quarter"): "year",
}
_PARTS: dict[tuple[int, bool], tuple[PeriodKind, int]] = {
    (3, True): ("quarter", 1),
    (3, False): ("quarter", 4),
    (6, True): ("half_year", 1),
    (6, False): ("half_year", 2),
    (9, True): ("nine_months", 1),
}
_MOST: dict[PeriodKind, int] = {"month": 12, "quarter": 4}
_DATE = re.compile(r"([0-9]{1,2})\s(?:[/.-]|tháng)\s([0-9]{1,2})(?:\s(?:[/.-]|năm)\s([0-9]{4}))?")


def number(token: Token) -> int:
    """The number of a token; refused when nought, beyond reason, or spelt two ways."""
    n = read_number(token)
    if n is None:
        raise NotRead(token, "một số, phần trong ngoặc phải trùng phần ngoài")
    if not 1 <= n <= MOST_DAYS:
        raise NotRead(token, f"một số từ 1 đến {MOST_DAYS}")
    return n


def period_kind(n: int, unit: Token) -> PeriodKind:
    """The period of `n` units: «6 tháng» is a half-year."""
    kind = _UNITS[unit.type] if n == 1 else _SEVERAL.get((n, _UNITS[unit.type]))
    if kind is None:
        raise NotRead(unit, "kỳ là tuần, tháng, quý, 6 tháng, 9 tháng hoặc năm")
    return kind


def listed(written: Token) -> tuple[tuple[int, ...], bool]:
    """The numbers of a list and whether it was a range; they must grow, for «quý IV, I» may span two years."""
    numbers, ranged = read_list(written)
    if not numbers or any(later <= earlier for earlier, later in pairwise(numbers)):
        raise NotRead(written, "các số viết từ nhỏ đến lớn")
    return numbers, ranged


def listed_stretch(kind: PeriodKind, first: Token, written: Token, *year: Stretch) -> Stretch:
    """«tháng 3, 6 năm 2024»."""
    numbers, ranged = listed(written)
    if not all(1 <= n <= _MOST[kind] for n in numbers):
        raise NotRead(written, f"số từ 1 đến {_MOST[kind]}")
    return of_year(Stretch(first, kind, numbers, ranged), year)


def listed_dates(written: Token) -> tuple[DayMonth, ...]:
    """«15/6 và 15/12/2024»: the last year holds for all, unless the days then run back («15/12 và 15/01/2025»)."""
    found = [DayMonth(int(d), int(m), int(y) if y else None) for d, m, y in _DATE.findall(written)]
    last = found[-1].year
    dated = tuple(replace(day, year=day.year or last) for day in found)
    order = [(day.year or 0, day.month, day.day) for day in dated]
    if last and order != sorted(order):
        raise NotRead(written, "năm của từng ngày")
    return dated


def part_of_year(count: Token, *, first: bool) -> Stretch:
    """«6 tháng đầu năm», «4 tháng cuối năm»."""
    n = number(count)
    if n >= 12:
        raise NotRead(count, "số tháng nhỏ hơn 12")
    if (n, first) in _PARTS:
        kind, ordinal = _PARTS[n, first]
        return Stretch(count, kind, (ordinal,))
    months = range(1, n + 1) if first else range(13 - n, 13)
    return Stretch(count, "month", tuple(months), ranged=True)


def of_year(stretch: Stretch, year: Sequence[Stretch]) -> Stretch:
    """`stretch` with the year that the words after it give."""
    for given in year:
        return replace(stretch, year=given.year, every_year=given.every_year, next_year=given.next_year)
    return stretch


def first_of_school_year(written: Token) -> int:
    """The year «năm học 2023-2024» starts in."""
    numbers, ranged = listed(written)
    if not ranged or len(numbers) != 2:
        raise NotRead(written, "năm học ghi hai năm liền nhau, ví dụ «2023-2024»")
    return numbers[0]
