"""A date about a period: in «báo cáo 6 tháng đầu năm trước ngày 03/7/2024» the period's name is only context."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from lark import Token

from rules.deadlines import BeforeDate, BeforeDay, ByDate, ByDay, Window
from rules.periods import Period, periods_of
from rules.phrase_days import YEAR_NEEDED, one_window, real_date
from rules.phrase_parts import Dates, DayMonth, NotRead, Run, Stretch
from rules.schedule import Each, Once, When

_IN_DOUBT = "ngày thuộc nửa sau của kỳ hoặc trong 3 tháng sau kỳ; ghi đủ năm nếu là năm khác"
_NO_CONTEXT = "một kỳ có tên («quý I», «6 tháng đầu năm», «năm») trước ngày này"
_LATE = timedelta(days=92)
_A_COMMON_YEAR = 2023


def about(piece: Run | Stretch, named: DayMonth, dates: Dates, year: int | None, *, before: bool) -> When:
    """The date, once it surely is about the period; with no year known anywhere it comes again every year."""
    own_year = _own_year(piece)
    known = own_year or year
    day = real_date(named, dates, known or _A_COMMON_YEAR)
    years = (day.year - 1, day.year) if named.year and not own_year else (known or _A_COMMON_YEAR,)
    if not any(_is_about(span, day) for one in years for span in _spans(piece, one, dates.at)):
        raise NotRead(dates.at, _IN_DOUBT)
    if named.year or known:
        return Once(BeforeDate(day) if before else ByDate(day))
    return _again(_one_period(piece, dates.at), day, dates.at, before=before)


def _is_about(span: Period | Window, day: date) -> bool:
    """From the middle of the period to three months after it: «báo cáo năm trước ngày 03/01» may be last year's."""
    return span.start + (span.end - span.start) / 2 <= day <= span.end + _LATE


def _spans(piece: Run | Stretch, year: int, at: Token) -> list[Period] | list[Window]:
    """The periods of `year` that `piece` may name: «6 tháng» is either half."""
    if isinstance(piece, Stretch) and not (piece.every_year or piece.onward):
        return [one_window(piece if piece.kind == "year" else replace(piece, year=piece.year or year), year)]
    if isinstance(piece, Run) and piece.periods[0].kind in ("half_year", "nine_months", "year"):
        return periods_of(piece.periods[0].kind, year)
    raise NotRead(at, _NO_CONTEXT)


def _one_period(piece: Run | Stretch, at: Token) -> Period:
    """The one period that `piece` names in every year."""
    if isinstance(piece, Run) and piece.periods[0].kind != "half_year":
        return periods_of(piece.periods[0].kind, _A_COMMON_YEAR)[0]
    if isinstance(piece, Stretch) and len(piece.ordinals) == 1 and piece.kind != "school_year":
        return periods_of(piece.kind, _A_COMMON_YEAR)[piece.ordinals[0] - 1]
    raise NotRead(at, YEAR_NEEDED)


def _again(period: Period, day: date, at: Token, *, before: bool) -> Each:
    """«báo cáo năm trước ngày 15/12», told from the end of each year."""
    months = (day.year - period.end.year) * 12 + day.month - period.end.month
    if months < 0:
        raise NotRead(at, YEAR_NEEDED)
    only = () if period.kind in ("year", "nine_months") else (period.ordinal,)
    return Each(period.kind, BeforeDay(day.day, months) if before else ByDay(day.day, months), only)


def _own_year(piece: Run | Stretch) -> int | None:
    if isinstance(piece, Run):
        return None
    return piece.year or (piece.ordinals[-1] if piece.kind in ("year", "school_year") and piece.ordinals else None)
