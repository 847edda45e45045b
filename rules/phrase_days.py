"""Days and stretches of the calendar a phrase names; a date that is none, or that has no year, is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from lark import Token

from rules.deadlines import BeforeDate, BeforeDay, ByDate, ByDay, DaysBefore, Rule, Window, WorkingDaysAfter
from rules.periods import PeriodKind, periods_of
from rules.phrase_parts import Dates, DayMonth, Landmark, MonthDays, MonthOf, NotRead, Span, Stretch
from rules.schedule import Each, Once, When

YEAR_NEEDED = "năm: cụm từ không ghi năm và chưa cho biết năm của kế hoạch"
_REAL_DAY = "một ngày có thật"
_KINDS: dict[str, PeriodKind] = {"tuần": "week", "tháng": "month", "quý": "quarter", "năm": "year"}
_A_POINT = frozenset({"BEFORE", "TO", "LATEST", "AT_MOST"})
_FIRST_OR_LAST = {"đầu": (1, 4, 7, 10), "cuối": (3, 6, 9, 12)}


def real_date(named: DayMonth, dates: Dates, year: int | None) -> date:
    """The date named; `year` is the plan's, used when the phrase writes none. Raises NotRead."""
    written = named.year or year
    if written is None:
        raise NotRead(dates.at, YEAR_NEEDED)
    try:
        return date(written + dates.next_year, named.month, named.day)
    except ValueError:
        raise NotRead(dates.at, _REAL_DAY) from None


def every_year(named: DayMonth, dates: Dates) -> tuple[int, int]:
    """The day and month named, which must be real in every year. Raises NotRead."""
    if named.year is not None:
        raise NotRead(dates.at, "ngày và tháng không ghi năm, vì lặp lại hằng năm")
    try:
        date(2023, named.month, named.day)
    except ValueError:
        raise NotRead(dates.at, f"{_REAL_DAY} ở mọi năm") from None
    return named.day, named.month


def windows(stretch: Stretch, year: int | None) -> list[Window]:
    """The windows of a stretch; neighbours are one («quý II, III»). Raises NotRead when no year is known.

    «Năm học» runs from 05/9 to 31/5 (quyết định khung năm học của tỉnh: cần đối chiếu); without its years it is the
    one that ends in the plan's year.
    """
    found = [_window(stretch, ordinal, year) for ordinal in stretch.ordinals or (None,)]
    merged = found[:1]
    for window in found[1:]:
        if (window.start - merged[-1].end).days == 1:
            merged[-1] = Window(merged[-1].start, window.end)
        else:
            merged.append(window)
    return merged


def one_window(stretch: Stretch, year: int | None) -> Window:
    """The only window of a stretch. Raises NotRead when it has several."""
    found = windows(stretch, year)
    if len(found) > 1:
        raise NotRead(stretch.at, "một khoảng liền, không cách quãng")
    return found[0]


def span_window(span: Span, year: int | None) -> Window:
    """«từ … đến …»; a start without a year takes the end's."""
    end = _edge(span.last, year).end
    start = _edge(span.first, end.year if _year_of(span.last) else year).start
    if start > end:
        raise NotRead(span.at, "ngày đầu không sau ngày cuối")
    return Window(start, end)


def allow(bounds: Sequence[Token], allowed: frozenset[str], expected: str) -> frozenset[str]:
    """The kinds of `bounds`, all of them among `allowed`. Raises NotRead."""
    for bound in bounds:
        if bound.type not in allowed:
            raise NotRead(bound, expected)
    return frozenset(bound.type for bound in bounds)


def is_before(bounds: Sequence[Token]) -> bool:
    """Whether the day named is already too late: «trước», not «chậm nhất»."""
    return any(bound.type == "BEFORE" for bound in bounds)


def check_point(bounds: Sequence[Token], *, named: bool) -> None:
    """Refuse what cannot stand before a day: «sau ngày», «ít nhất ngày», «từ ngày» alone."""
    inside = frozenset({"WITHIN"}) if named else frozenset[str]()
    kinds = allow(bounds, _A_POINT | inside | {"END"}, "«trước ngày», «chậm nhất ngày» hoặc «đến ngày»")
    if {"BEFORE", "END"} <= kinds or {"BEFORE", "WITHIN"} <= kinds:
        raise NotRead(bounds[-1], "«trước ngày» hoặc «đến hết ngày», không cả hai")


def once_or_yearly(dates: Dates, bounds: Sequence[Token], year: int | None) -> tuple[When, ...]:
    """«trước ngày 15/6/2024», «trước ngày 15/6 hằng năm» (the month's own period, each year)."""
    check_point(bounds, named=dates.named)
    before = is_before(bounds)
    if dates.every_year:
        return tuple(_yearly(*every_year(day, dates), before=before) for day in dates.days)
    made = BeforeDate if before else ByDate
    return tuple(Once(made(real_date(day, dates, year))) for day in dates.days)


def day_rules(named: MonthDays, bounds: Sequence[Token], months: int) -> list[Rule]:
    """The days of the `months`-th month, each as a rule."""
    check_point(bounds, named=True)
    made = BeforeDay if is_before(bounds) else ByDay
    return [made(day, months) for day in named.days]


def each_month_day(named: MonthDays, bounds: Sequence[Token]) -> tuple[When, ...]:
    """«trước ngày 25 hằng tháng», «ngày 15 tháng cuối quý»."""
    of = named.of
    if of is None or of.period is None:
        raise NotRead(named.at, "ngày của tháng nào: «hằng tháng», «tháng cuối quý», «tháng sau» hoặc ngày/tháng")
    return tuple(Each(of.period, rule, of.only) for rule in day_rules(named, bounds, of.months))


def month_of_period(named: MonthDays, kind: PeriodKind, several: bool) -> MonthOf:
    """The month of `named`, told from the end of a period of `kind`; only «kỳ» holds for several periods."""
    of = named.of or (MonthOf("month") if kind == "month" and not several else None)
    if of is None or of.fact is not None or (of.period is not None and several):
        raise NotRead(named.at, "ngày của tháng nào trong kỳ: «tháng cuối kỳ», «tháng cuối quý», «tháng sau»")
    starts_quarter = kind == "quarter" and bool(of.only)
    if of.period not in (None, kind) and of != MonthOf("month", 1) and not starts_quarter:
        raise NotRead(named.at, "một tháng của chính kỳ đứng trước")
    return of if starts_quarter else MonthOf(kind, of.months, of.only)


def at_landmark(landmark: Landmark, bounds: Sequence[Token]) -> tuple[Each, ...]:
    """«tuần đầu tháng» (its 7th day still counts), «ngày làm việc cuối cùng của quý» (by the period's end)."""
    allow(bounds, frozenset({"LATEST", "AT_MOST", "TO", "WITHIN"}), "«chậm nhất» hoặc tên mốc")
    words = landmark.at.split()
    match landmark.at.type:
        case "LAST_DAY":
            return (Each(_KINDS[words[-1]]),)
        case "NTH_WORKDAY":
            return (_nth_workday(landmark.at),)
        case "WEEKDAY":
            return (_weekday(landmark.at),)
        case "MONTH_OF_QUARTER":
            return (Each("month", None, _FIRST_OR_LAST[words[1]]),)
        case _:
            return (_week_of_month(landmark.at),)


def _yearly(day: int, month: int, *, before: bool) -> Each:
    return Each("month", BeforeDay(day) if before else ByDay(day), (month,))


def _nth_workday(words: Token) -> Each:
    """«ngày làm việc thứ 5 của tháng sau»: counted from the period's last day."""
    found = re.search(r"thứ\s([0-9]+)", words)
    kind = next(_KINDS[word] for word in words.split() if word in _KINDS)
    return Each(kind, WorkingDaysAfter(int(found[1]) if found else 1))


def _weekday(words: Token) -> Each:
    """«thứ Sáu hằng tuần»: two days before the week's Sunday."""
    found = re.search(r"[2-7]", words)
    return Each("week", DaysBefore(8 - int(found[0]))) if found else Each("week")


def _week_of_month(words: Token) -> Each:
    following = not words.endswith("tháng")
    if "đầu" in words:
        return Each("month", ByDay(7, int(following)))
    if following:
        raise NotRead(words, "«tuần cuối tháng» hoặc «tuần đầu tháng sau»")
    return Each("month")


def _window(stretch: Stretch, ordinal: int | None, year: int | None) -> Window:
    if stretch.kind == "school_year":
        first = ordinal or _known(stretch, year) - 1
        return Window(date(first, 9, 5), date(first + 1, 5, 31))
    if stretch.kind == "year":
        whole = ordinal or _known(stretch, year)
        return Window(date(whole, 1, 1), date(whole, 12, 31))
    period = periods_of(stretch.kind, _known(stretch, year))[(ordinal or 1) - 1]
    return Window(period.start, period.end)


def _known(stretch: Stretch, year: int | None) -> int:
    known = stretch.year or year
    if known is None:
        raise NotRead(stretch.at, YEAR_NEEDED)
    return known + stretch.next_year


def _edge(piece: Dates | Stretch, year: int | None) -> Window:
    if isinstance(piece, Stretch):
        return one_window(piece, year)
    if len(piece.days) > 1:
        raise NotRead(piece.at, "một ngày ở mỗi đầu của khoảng")
    day = real_date(piece.days[0], piece, year)
    return Window(day, day)


def _year_of(piece: Dates | Stretch) -> int | None:
    if isinstance(piece, Stretch):
        return piece.year or (piece.ordinals[-1] if piece.kind == "year" and piece.ordinals else None)
    return piece.days[0].year
