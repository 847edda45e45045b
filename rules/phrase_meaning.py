"""The meaning of a phrase: each of its clauses in turn, or NotRead where one could mean two things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from lark import Token

from rules.periods import CutOffs
from rules.phrase_days import allow, at_landmark, each_month_day, is_before, once_or_yearly, span_window
from rules.phrase_events import on_ahead, on_event, on_month_of_event, on_posting, on_term
from rules.phrase_parts import (
    Ahead,
    Clause,
    Count,
    Dates,
    Event,
    Landmark,
    MonthDays,
    NotRead,
    Piece,
    Posted,
    Run,
    Span,
    Steady,
    Stretch,
    Term,
)
from rules.phrase_periods import narrowed, of_run, of_stretch
from rules.phrase_text import PlainText
from rules.schedule import Each, Once, Standing, Times, When

_SIDE = "«trước ngày …» hoặc «chậm nhất ngày …»"


def whens_of(clauses: Sequence[Clause], text: PlainText, year: int | None) -> tuple[When, ...]:
    """Everything the clauses say, in their order. Raises NotRead."""
    sided = False
    previous: Piece | None = None
    found: list[When] = []
    for clause in clauses:
        if sided and not clause.bounds and isinstance(clause.piece, Dates | MonthDays):
            raise NotRead(clause.piece.at, _SIDE)  # «trước ngày 15/6; 15/12» does not say on which side the second is
        if isinstance(previous, Dates) and _is_bare_month(clause):
            raise NotRead(clause.piece.at, "«trong tháng …» hoặc đủ ngày/tháng")  # «ngày 15 tháng 6 và tháng 12»
        if isinstance(previous, Run) and _is_bare_date(clause):
            raise NotRead(clause.piece.at, f"{_SIDE}, ghi đủ năm")  # «báo cáo năm, 03/01»
        previous = clause.piece
        sided = sided or is_before((*clause.bounds, *(clause.due.bounds if clause.due else ())))
        found += _checked(clause, _of_clause(clause, text, year))
    return tuple(found)


def _is_bare_month(clause: Clause) -> bool:
    return isinstance(clause.piece, Stretch) and clause.piece.kind == "month" and not clause.bounds


def _is_bare_date(clause: Clause) -> bool:
    yearless = isinstance(clause.piece, Dates) and not all(day.year for day in clause.piece.days)
    return yearless and not clause.bounds


def _checked(clause: Clause, whens: tuple[When, ...]) -> tuple[When, ...]:
    """`whens` with the figures' cut-off said last; «định kỳ» before a single date is refused."""
    if clause.recurring and not clause.due and any(isinstance(when, Once) for when in whens):
        raise NotRead(clause.recurring, "kỳ lặp lại («định kỳ hằng quý») hoặc bỏ chữ «định kỳ»")
    if clause.closing is None:
        return whens
    closed = tuple(_closed(when, clause.closing) for when in whens if isinstance(when, Each))
    if len(closed) < len(whens):
        raise NotRead(clause.closing, "chốt số liệu của một kỳ lặp lại")
    return closed


def _closed(each: Each, closing: Token) -> Each:
    cut_offs: CutOffs = "calendar" if closing.type == "CLOSED" else "nd09"
    return replace(each, cut_off=closing.type != "IS_ND09", cut_offs=cut_offs)


def _of_clause(clause: Clause, text: PlainText, year: int | None) -> tuple[When, ...]:
    piece, bounds = clause.piece, clause.bounds
    if clause.due is not None and isinstance(piece, Run | Stretch):
        inside = "AT_LEAST" if isinstance(clause.due.piece, Count) else "WITHIN"
        allow(bounds, frozenset({inside}), "một kỳ, rồi đến hạn trong kỳ")
        return narrowed(piece, clause.due, year)
    match piece:
        case Run():
            return of_run(piece, bounds, year)
        case Stretch():
            return of_stretch(piece, bounds, year)
        case Dates():
            return once_or_yearly(piece, bounds, year)
        case MonthDays():
            return on_month_of_event(piece, bounds, text) or each_month_day(piece, bounds)
        case Landmark():
            return at_landmark(piece, bounds)
        case Span():
            kinds = allow(bounds, frozenset({"SINCE", "WITHIN"}), "«từ … đến …»")
            if not piece.is_even and "SINCE" not in kinds:
                raise NotRead(piece.at, "«từ … đến …»")
            return (Once(span_window(piece, year)),)
        case Count():
            return (_times(piece, bounds),)
        case Term():
            return (on_term(piece, bounds, text),)
        case Posted():
            return (on_posting(piece, text),)
        case Event():
            return (on_event(piece, text),)
        case Ahead():
            return (on_ahead(piece, bounds, text),)
        case Steady():
            return (Standing(piece.checkpoint), *_within(piece, year))
        case _:
            assert_never(piece)


def _within(steady: Steady, year: int | None) -> tuple[When, ...]:
    """«thường xuyên trong năm 2024»: the standing duty and its time."""
    match steady.within:
        case None:
            return ()
        case Run():
            return of_run(steady.within, steady.bounds, year)
        case Stretch():
            return of_stretch(steady.within, steady.bounds, year)


def _times(count: Count, bounds: Sequence[Token]) -> Times:
    """«ít nhất 2 lần/năm»; «không quá 2 lần/năm» is no duty."""
    allow(bounds, frozenset({"AT_LEAST"}), "«ít nhất … lần»")
    if count.per is None:
        raise NotRead(count.at, "kỳ của số lần, ví dụ «2 lần/năm»")
    return Times(count.n, count.per)
