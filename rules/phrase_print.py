"""Meanings as the words an office would write; what is written here reads back as the same meanings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import assert_never

from rules.deadlines import (
    BeforeDate,
    BeforeDay,
    ByDate,
    ByDay,
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    Posting,
    Rule,
    Window,
    WorkingDaysAfter,
    WorkingDaysBefore,
)
from rules.periods import PeriodKind
from rules.phrases import read_phrase
from rules.schedule import ByLaw, Each, Once, OnEvent, Standing, Stated, Times, When
from rules.vietnamese import dmy

_ROMAN = ("I", "II", "III", "IV")
_UNITS: dict[PeriodKind, str] = {
    "day": "ngày",
    "week": "tuần",
    "month": "tháng",
    "quarter": "quý",
    "half_year": "6 tháng",
    "nine_months": "9 tháng",
    "year": "năm",
}
_HALVES = {1: "6 tháng đầu", 2: "6 tháng cuối"}
_COMES_UP = ("có ", "cần", "phát sinh", "xảy ra")
_WEEKDAYS = {6: "thứ Hai", 5: "thứ Ba", 4: "thứ Tư", 3: "thứ Năm", 2: "thứ Sáu", 1: "thứ Bảy"}
_COMMON_YEAR = 2023


class Unprintable(ValueError):
    """A meaning no phrase says, such as a period due on one fixed date or an event named by a date."""

    def __init__(self, whens: Sequence[When]) -> None:
        super().__init__(f"Không có cụm từ nào nói đúng {list(whens)!r}.")


def print_when(whens: Sequence[When]) -> str:
    """One phrase for all of `whens`; read_phrase gives them back. Raises Unprintable when no phrase can."""
    try:
        phrase = "; ".join(_one(when) for when in whens)
    except KeyError:
        raise Unprintable(whens) from None
    if read_phrase(phrase).when != tuple(whens):
        raise Unprintable(whens)
    return phrase


def _one(when: When) -> str:
    match when:
        case Once(rule):
            return _fixed(rule)
        case Each():
            return _each(when) + _closing(when)
        case Times(n, per):
            return f"ít nhất {n} lần/{_UNITS[per]}"
        case OnEvent(event, due):
            if isinstance(due, ByLaw | Stated):
                raise KeyError(when)  # no phrase says which law, or what a document yet to come will name
            return _event(when) if due is None else _from_event(event, due)
        case Standing(checkpoint):
            return "thường xuyên" if checkpoint == "quarter" else f"thường xuyên (mốc nội bộ {_every(checkpoint)})"
        case _:
            assert_never(when)


def _event(when: OnEvent) -> str:
    """«khi …», unless the words stand on their own: «theo yêu cầu»."""
    if read_phrase(when.event).when == (when,):
        return when.event
    if when.event.startswith("mỗi "):
        return f"sau {when.event}"
    return f"{'khi' if when.event.startswith(_COMES_UP) else 'sau khi'} {when.event}"


def _fixed(rule: Rule) -> str:
    match rule:
        case BeforeDate(day):
            return f"trước ngày {dmy(day)}"
        case ByDate(day):
            return f"chậm nhất ngày {dmy(day)}"
        case Window(start, end):
            return _named_window(start, end) or f"từ ngày {dmy(start)} đến ngày {dmy(end)}"
        case _:
            raise KeyError(rule)


def _named_window(start: date, end: date) -> str | None:
    """«quý II-III năm 2024», «năm 2024»: whole months in the largest unit that fits; none for other windows."""
    if (start.month, start.day, end.month, end.day) == (9, 5, 5, 31) and end.year == start.year + 1:
        return f"năm học {start.year}-{end.year}"
    if start.day != 1 or (end + timedelta(days=1)).day != 1 or (start.year != end.year and _part(start, end) != "năm"):
        return None
    if _part(start, end) == "năm":
        return f"năm {_joined([str(start.year), str(end.year)])}"
    return f"{_part(start, end)} năm {start.year}"


def _part(start: date, end: date) -> str:
    """The months from one to the other, in words."""
    match start.month, end.month:
        case 1, 12:
            return "năm"
        case 1, 9:
            return "9 tháng đầu"
        case 1, 6:
            return _HALVES[1]
        case 7, 12:
            return _HALVES[2]
        case first, last if first % 3 == 1 and last % 3 == 0 and first < last:
            return f"quý {_joined([_ROMAN[first // 3], _ROMAN[last // 3 - 1]])}"
        case first, last:
            return f"trong tháng {_joined([str(first), str(last)])}"


def _joined(ends: Sequence[str]) -> str:
    return "-".join(dict.fromkeys(ends))


def _every(kind: PeriodKind) -> str:
    """«hằng quý», «6 tháng»."""
    return _UNITS[kind] if kind in ("half_year", "nine_months") else f"hằng {_UNITS[kind]}"


def _periods(each: Each) -> str:
    """«hằng quý», «quý II, III hằng năm»."""
    growing = list(each.only) == sorted(set(each.only))
    match each.period, each.only:
        case _, ():
            return _every(each.period)
        case "month", only if growing:
            return f"trong tháng {', '.join(str(number) for number in only)} hằng năm"
        case "quarter", only if growing:
            return f"quý {', '.join(_ROMAN[number - 1] for number in only)} hằng năm"
        case "half_year", (half,):
            return f"{_HALVES[half]} hằng năm"
        case _, only:
            return f"{_every(each.period)}, chỉ kỳ {', '.join(str(number) for number in only)}"


def _each(each: Each) -> str:
    match each.due:
        case None:
            return _periods(each)
        case BeforeDay(day, months) | ByDay(day, months):
            side = "trước" if isinstance(each.due, BeforeDay) else "chậm nhất"
            return _day_of(each, f"{side} ngày {day:02}", day, months)
        case DaysBefore(n) if each.period == "week" and not each.only and n in _WEEKDAYS:
            return f"{_WEEKDAYS[n]} hằng tuần"
        case ByLaw():
            raise KeyError(each)
        case due:
            return f"{_periods(each)}, {_counted(due, 'kết thúc kỳ')}"


def _day_of(each: Each, named: str, day: int, months: int) -> str:
    """«trước ngày 25 hằng tháng», «hằng quý, trước ngày 15 tháng cuối quý», «trước ngày 15/06 hằng năm»."""
    match each.period, each.only, months:
        case "month", (), 0:
            return f"{named} hằng tháng"
        case "month", (), 1:
            return f"hằng tháng, {named} tháng sau"
        case "month", (month,), 0 if _is_real(day, month):
            return f"{named}/{month:02} hằng năm"
        case "year", (), 1 | 2 | 3 | 4 | 5 | 6 if _is_real(day, months):
            return f"hằng năm, {named}/{months:02} năm sau"
        case "quarter", (), 0 | 1:
            return f"hằng quý, {named} {'tháng đầu quý sau' if months else 'tháng cuối quý'}"
        case _, _, 0:
            return f"{_periods(each)}, {named} tháng cuối kỳ"
        case _:
            return f"{_periods(each)}, {named} tháng thứ {months} sau kỳ"


def _is_real(day: int, month: int) -> bool:
    try:
        return bool(date(_COMMON_YEAR, month, day))
    except ValueError:
        return False


def _closing(each: Each) -> str:
    match each.cut_off, each.cut_offs:
        case True, "calendar":
            return ", chốt số liệu cuối kỳ"
        case True, "nd09":
            return ", chốt số liệu theo Nghị định 09/2019"
        case False, "nd09":
            return ", kỳ theo Nghị định 09/2019"
        case _:
            return ""


def _from_event(event: str, due: Rule) -> str:
    match due:
        case BeforeDay(day, months) | ByDay(day, months):
            side = "trước" if isinstance(due, BeforeDay) else "chậm nhất"
            month = f"tháng thứ {months} sau khi" if months else "cùng tháng khi"
            return f"{side} ngày {day:02} {month} {event}"
        case Posting(n, working) if event.startswith("niêm yết"):
            return f"{event} ít nhất {n} {'ngày làm việc' if working else 'ngày'}"
        case _:
            return _counted(due, event)


def _counted(due: Rule, event: str) -> str:
    """«trong thời hạn 30 ngày kể từ ngày …»."""
    match due:
        case WorkingDaysAfter(n):
            return f"chậm nhất {n} ngày làm việc sau khi {event}"
        case DaysAfter(n):
            return f"trong thời hạn {n} ngày kể từ ngày {event}"
        case MonthsAfter(n):
            return f"trong thời hạn {n} tháng kể từ ngày {event}"
        case WorkingDaysBefore(n):
            return f"ít nhất {n} ngày làm việc trước khi {event}"
        case DaysBefore(n):
            return f"ít nhất {n} ngày trước khi {event}"
        case Posting(n, working):
            return f"niêm yết ít nhất {n} {'ngày làm việc' if working else 'ngày'} kể từ ngày {event}"
        case _:
            raise KeyError(due)
