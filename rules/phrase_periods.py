"""Periods that come again, stretches of one year, and what narrows them: «hằng quý, trước ngày 15 tháng cuối quý»."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lark import Token

from rules.deadlines import BeforeDate, BeforeDay, ByDate, ByDay
from rules.phrase_context import about
from rules.phrase_days import (
    allow,
    at_landmark,
    check_point,
    day_rules,
    is_before,
    month_of_period,
    once_or_yearly,
    one_window,
    real_date,
    windows,
)
from rules.phrase_events import ends_period, posting_rule, term_rule
from rules.phrase_parts import Count, Dates, DayMonth, Due, Landmark, MonthDays, NotRead, Posted, Run, Stretch, Term
from rules.schedule import Each, Once, Times, When

_OWN_LINE = "mỗi kỳ một hạn riêng, cách nhau bằng dấu chấm phẩy"
_NO_YEAR = "ngày và tháng không ghi năm, vì lặp lại theo kỳ"
_A_COMMON_YEAR = 2023
_A_PERIOD = "«hằng …», «trong …» hoặc «cuối …»"


def of_run(run: Run, bounds: Sequence[Token], year: int | None) -> tuple[When, ...]:
    """«hằng quý», «6 tháng, năm»; «trong năm» is the plan's year, «cuối quý» the end of each."""
    kinds = allow(bounds, frozenset({"WITHIN", "END"}), _A_PERIOD)
    _check_counted(run, alone=not kinds)
    if not kinds:
        return tuple(Each(period.kind, None, period.only) for period in run.periods)
    only, *others = run.periods
    if others:
        raise NotRead(bounds[0], "một kỳ cho mỗi cụm «trong …», «cuối …»")
    if only.kind == "year" and not only.every:
        whole = one_window(Stretch(only.at, "year", ()), year)
        return (Once(ByDate(whole.end) if "END" in kinds else whole),)
    if only.every or ("END" in kinds and only.kind in ("month", "quarter")):
        return (Each(only.kind, None, only.only),)
    raise NotRead(only.at, "kỳ nào: «hằng tháng», «quý II», «tháng 6»")


def of_stretch(stretch: Stretch, bounds: Sequence[Token], year: int | None) -> tuple[When, ...]:
    """«trong quý II, III», «trước tháng 6/2024» (before its first day), «đến hết năm 2024» (its last day counts)."""
    allowed = frozenset({"WITHIN", "BEFORE", "END", "LATEST", "AT_MOST", "SINCE"})
    kinds = allow(bounds, allowed, "«trong …», «trước …» hoặc «đến hết …»")
    if stretch.every_year or stretch.onward:
        allow(bounds, frozenset({"WITHIN", "SINCE"} if stretch.onward else {"WITHIN"}), "«trong …»")
        return (_recurring(stretch, year),)
    if "SINCE" in kinds and not stretch.ranged:
        raise NotRead(bounds[-1], "«từ … đến …»")
    if kinds & {"BEFORE", "END", "LATEST", "AT_MOST"} and len(stretch.ordinals) > 1:
        raise NotRead(stretch.at, "một tháng, một quý hoặc một năm")
    if "BEFORE" in kinds:
        return (Once(BeforeDate(one_window(stretch, year).start)),)
    if kinds & {"END", "LATEST", "AT_MOST"}:
        return (Once(ByDate(one_window(stretch, year).end)),)
    return tuple(Once(window) for window in windows(stretch, year))


def _check_counted(run: Run, *, alone: bool) -> None:
    """«6 tháng» is a period; «3 tháng», «trong 12 tháng» are lengths, unless «mỗi» makes them periods."""
    for period in run.periods:
        if period.counted and not period.every and not (alone and period.kind in ("half_year", "nine_months")):
            raise NotRead(period.at, "kỳ lặp lại («hằng quý», «6 tháng») hoặc «… kể từ …»")


def _recurring(stretch: Stretch, year: int | None) -> Each:
    """«tháng 3, 6 hằng năm»; «năm 2024 và những năm tiếp theo» must not start after the plan's year."""
    if stretch.onward:
        if len(stretch.ordinals) > 1 or (year is not None and stretch.ordinals[0] > year):
            raise NotRead(stretch.at, "năm bắt đầu không sau năm của kế hoạch")
        return Each("year")
    if stretch.ranged or stretch.kind == "school_year":
        raise NotRead(stretch.at, "từng tháng, từng quý của hằng năm, cách nhau bằng dấu phẩy")
    return Each(stretch.kind, None, stretch.ordinals)


def narrowed(piece: Run | Stretch, due: Due, year: int | None) -> tuple[When, ...]:
    """A period and what says when in it. A date of its own makes the period's name mere context."""
    if isinstance(due.piece, Count):
        return (_counted(_only(piece, due.piece.at), due.piece, due.bounds),)
    if isinstance(piece, Run):
        _check_counted(piece, alone=True)
    match due.piece:
        case Dates():
            return _dated(piece, due.piece, due.bounds, year)
        case Stretch():
            return (_placed(_only(piece, due.piece.at), due.piece),)
        case Landmark():
            found = at_landmark(due.piece, due.bounds)
            return _of_kind(_only(piece, due.piece.at), found, due.piece.at)
        case told:
            eaches = _eaches(piece, told.at)
            several = len(eaches) > 1
            return tuple(one for each in eaches for one in _from_end(each, told, due.bounds, several=several))


def _eaches(piece: Run | Stretch, at: Token) -> list[Each]:
    """The periods of `piece` that come again."""
    if isinstance(piece, Run):
        return [Each(period.kind, None, period.only) for period in piece.periods]
    if not piece.every_year:
        raise NotRead(at, "một ngày của chính khoảng thời gian này, hoặc «hằng …» ở trước")
    return [_recurring(piece, None)]


def _only(piece: Run | Stretch, at: Token) -> Each:
    eaches = _eaches(piece, at)
    if len(eaches) > 1:
        raise NotRead(at, _OWN_LINE)
    return eaches[0]


def _counted(each: Each, count: Count, bounds: Sequence[Token]) -> Times:
    """«mỗi năm ít nhất 2 lần»."""
    allow(bounds, frozenset({"AT_LEAST"}), "«ít nhất … lần»")
    if each.only:
        raise NotRead(count.at, "số lần trong «mỗi tháng», «mỗi quý» hoặc «mỗi năm»")
    return Times(count.n, each.period)


def _placed(each: Each, stretch: Stretch) -> Each:
    """«hằng năm vào quý I»."""
    if each.period != "year" or stretch.year or stretch.next_year:
        raise NotRead(stretch.at, "tháng hoặc quý không ghi năm, sau «hằng năm»")
    return _recurring(replace(stretch, every_year=True), None)


def _of_kind(each: Each, found: tuple[Each, ...], at: Token) -> tuple[Each, ...]:
    if any(one.period != each.period for one in found):
        raise NotRead(at, "một mốc của chính kỳ đứng trước")
    return found


def _from_end(each: Each, told: MonthDays | Term | Posted, bounds: Sequence[Token], *, several: bool) -> list[Each]:
    """«trước ngày 05 tháng sau», «trong 10 ngày kể từ ngày kết thúc kỳ»; only «kỳ» holds for several periods."""
    if isinstance(told, MonthDays):
        of = month_of_period(told, each.period, several)
        kept = replace(each, period=of.period or each.period, only=of.only or each.only)
        return [replace(kept, due=rule) for rule in day_rules(told, bounds, of.months)]
    rule = term_rule(told, bounds) if isinstance(told, Term) else posting_rule(told)
    if told.fact is None or not ends_period(told.fact, each.period, several=several):
        raise NotRead(told.fact or told.at, "«kể từ ngày kết thúc kỳ»")
    return [replace(each, due=rule)]


def _dated(piece: Run | Stretch, dates: Dates, bounds: Sequence[Token], year: int | None) -> tuple[When, ...]:
    if isinstance(piece, Run) and (dates.every_year or piece.periods[0].every):
        return _each_year(piece, dates, bounds)
    if dates.every_year or (isinstance(piece, Run) and len(piece.periods) > 1):
        raise NotRead(dates.at, _OWN_LINE)
    check_point(bounds, named=dates.named)
    return tuple(about(piece, day, dates, year, before=is_before(bounds)) for day in dates.days)


def _each_year(run: Run, dates: Dates, bounds: Sequence[Token]) -> tuple[When, ...]:
    """«hằng năm, trước ngày 15/6», «hằng năm, trước ngày 10/01 năm sau»."""
    if len(run.periods) > 1 or run.periods[0].kind != "year":
        raise NotRead(dates.at, "ngày của tháng nào trong kỳ: «tháng cuối quý», «tháng sau»")
    if not dates.next_year:
        return once_or_yearly(replace(dates, every_year=True), bounds, None)
    check_point(bounds, named=dates.named)
    made = BeforeDay if is_before(bounds) else ByDay
    days = [real_date(day, replace(dates, next_year=False), _A_COMMON_YEAR) for day in _yearless(dates)]
    return tuple(Each("year", made(day.day, day.month)) for day in days)


def _yearless(dates: Dates) -> Sequence[DayMonth]:
    if any(day.year for day in dates.days):
        raise NotRead(dates.at, _NO_YEAR)
    return dates.days
