"""Reporting periods: weeks to years, their names in Vietnamese and the day their figures close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PeriodKind = Literal["day", "week", "month", "quarter", "half_year", "nine_months", "year"]
CutOffs = Literal["calendar", "nd09"]
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "nine_months": 9, "year": 12}
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period; `key` is stable («2024-H1»), `name` is what people read."""

    kind: PeriodKind
    key: str
    name: str
    start: date
    end: date

    @property
    def ordinal(self) -> int:
        """Which one of the year it is, from 1."""
        return {"week": self.end.isocalendar().week, "day": self.end.timetuple().tm_yday}.get(
            self.kind, -(-self.end.month // _MONTHS.get(self.kind, 12))
        )


def periods_of(kind: PeriodKind, year: int, cut_offs: CutOffs = "calendar") -> list[Period]:
    """Every period of `kind` in `year`.

    `cut_offs` is how months close: "calendar" (1st to last day, as plan 08 has it) or "nd09" (15th to 14th,
    NĐ 09/2019 Đ12: from memory, copied by provinces). Weeks are ISO weeks, Monday to Sunday.
    """
    if kind == "day":
        return [_day(date(year, 1, 1) + timedelta(days=i)) for i in range(_days_in(year))]
    if kind == "week":
        return [week_of(year, number) for number in range(1, date(year, 12, 28).isocalendar().week + 1)]
    if kind == "nine_months":
        return [_of_months(kind, year, 1, cut_offs)]
    return [_of_months(kind, year, number, cut_offs) for number in range(1, 12 // _MONTHS[kind] + 1)]


def week_of(year: int, number: int) -> Period:
    """ISO week `number` of `year`, Monday to Sunday."""
    monday = date.fromisocalendar(year, number, 1)
    return Period("week", f"{year}-W{number:02}", f"tuần {number:02}/{year}", monday, monday + timedelta(days=6))


def _of_months(kind: PeriodKind, year: int, number: int, cut_offs: CutOffs) -> Period:
    span = _MONTHS[kind]
    first_month = (number - 1) * span
    start, after = _month_start(year, first_month), _month_start(year, first_month + span)
    if cut_offs == "nd09":
        start, after = _fifteenth_before(start), _fifteenth_before(after)
    key, name = _label(kind, year, number)
    return Period(kind, key, name, start, after - timedelta(days=1))


def _label(kind: PeriodKind, year: int, number: int) -> tuple[str, str]:
    match kind:
        case "month":
            return f"{year}-M{number:02}", f"tháng {number:02}/{year}"
        case "quarter":
            return f"{year}-Q{number}", f"quý {_ROMAN[number - 1]} năm {year}"
        case "half_year":
            return f"{year}-H{number}", f"6 tháng {'đầu' if number == 1 else 'cuối'} năm {year}"
        case "nine_months":
            return f"{year}-9M", f"9 tháng năm {year}"
        case _:
            return f"{year}", f"năm {year}"


def _month_start(year: int, months: int) -> date:
    return date(year + months // 12, months % 12 + 1, 1)


def _fifteenth_before(day: date) -> date:
    return (day - timedelta(days=1)).replace(day=15)


def _day(day: date) -> Period:
    return Period("day", day.isoformat(), f"ngày {day:%d/%m/%Y}", day, day)


def _days_in(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
