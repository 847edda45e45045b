"""From the grammar's tree to the pieces of a phrase; numbers are checked here, meaning is given later."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from lark import Token, Transformer, v_args

from rules.phrase_lists import (
    first_of_school_year,
    listed,
    listed_dates,
    listed_stretch,
    number,
    of_year,
    part_of_year,
    period_kind,
)
from rules.phrase_parts import (
    Ahead,
    Clause,
    Count,
    Dates,
    Due,
    Event,
    Landmark,
    Length,
    LengthUnit,
    MonthDays,
    MonthOf,
    NotRead,
    Period,
    Posted,
    Run,
    Span,
    Steady,
    Stretch,
    Term,
)

T = TypeVar("T")
_CLOSINGS = ("CLOSED", "CLOSED_ND09", "IS_ND09")
_LENGTHS: dict[str, tuple[LengthUnit, int]] = {
    "WORKDAYS": ("working_day", 1),
    "DAY": ("day", 1),
    "WEEK": ("day", 7),
    "MONTH": ("month", 1),
    "YEAR": ("month", 12),
}
_MONTHS_OF = {
    "MONTHLY": MonthOf("month"),
    "NEXT_MONTH": MonthOf("month", 1),
    "QUARTER_START": MonthOf("month", 0, (1, 4, 7, 10)),
    "QUARTER_END": MonthOf("quarter"),
    "NEXT_QUARTER": MonthOf("quarter", 1),
    "PERIOD_END": MonthOf(None),
}


@v_args(inline=True)
class PhraseTree(Transformer[Token, tuple[Clause, ...]]):
    """One method for each rule of phrases.lark."""

    def start(self, *clauses: Clause) -> tuple[Clause, ...]:
        """The whole phrase."""
        return clauses

    def clause(self, *parts: Any) -> Clause:
        """Bounds, a piece, then what narrows it."""
        words = [part for part in parts if isinstance(part, Token)]
        due = _first(parts, Due)
        closing = next((word for word in words if word.type in _CLOSINGS), None)
        recurring = next((word for word in words if word.type == "RECURRING"), None)
        bounds = tuple(word for word in words if word not in (closing, recurring))
        piece = next(part for part in parts if not isinstance(part, Token | Due))
        return Clause(piece, bounds, due, closing, recurring)

    def due(self, *parts: Any) -> Due:
        """Bounds and the piece that says when in the period."""
        return Due(_tokens(parts), next(part for part in parts if not isinstance(part, Token)))

    def closing(self, word: Token) -> Token:
        """How the figures of the period close."""
        return word

    def unit(self, word: Token) -> Token:
        """«tháng»."""
        return word

    far_unit = unit

    def each(self, *words: Token) -> Period:
        """«hằng quý», «6 tháng»."""
        count = next((word for word in words if word.type == "NUM"), None)
        *words_of_unit, last = words
        only = tuple(int(n) for n in re.findall(r"[0-9]+", last)) if last.type == "ONLY" else ()
        kind = period_kind(number(count) if count else 1, words_of_unit[-1] if only else last)
        return Period(words[0], kind, words[0].type == "EVERY", count is not None, only)

    def run(self, *periods: Period) -> Run:
        """«hằng ngày, tuần»; «ngày» alone is no period."""
        for period in periods:
            if period.kind == "day" and not periods[0].every:
                raise NotRead(period.at, "«hằng ngày» hoặc một ngày cụ thể")
        return Run(periods)

    def months(self, first: Token, written: Token, *year: Stretch) -> Stretch:
        """«tháng 3, 6 năm 2024»."""
        return listed_stretch("month", first, written, *year)

    def quarters(self, first: Token, written: Token, *year: Stretch) -> Stretch:
        """«quý II, III năm 2024»."""
        return listed_stretch("quarter", first, written, *year)

    def part_of_year(self, count: Token, _: Token, half: Token, *year: Stretch) -> Stretch:
        """«6 tháng đầu năm»."""
        return of_year(part_of_year(count, first=half.startswith("đầu")), year)

    def in_year(self, word: Token) -> Stretch:
        """«năm 2024», «hằng năm», «năm sau»: a stretch with nothing but its year."""
        year = int(word) if word.type == "ONE_YEAR" else None
        return Stretch(word, "year", (), False, year, word.type == "EVERY_YEAR", word.type == "NEXT_YEAR")

    def years(self, *words: Token) -> Stretch:
        """«năm 2023-2025», «năm 2024 và những năm tiếp theo»."""
        written = next(word for word in words if word.type == "YEARS")
        numbers, ranged = listed(written)
        return Stretch(words[0], "year", numbers, ranged, onward=words[-1].type == "ONWARD")

    def whole_year(self, word: Token, *year: Token) -> Stretch:
        """«cả năm 2024»."""
        return Stretch(word, "year", tuple(int(y) for y in year))

    def school_year(self, word: Token, *years: Token) -> Stretch:
        """«năm học 2023-2024», kept by the year it starts in."""
        if not years:
            return Stretch(word, "school_year", ())
        return Stretch(word, "school_year", (first_of_school_year(years[0]),))

    def between(self, first: Dates | Stretch, last: Dates | Stretch) -> Span:
        """«từ … đến …»."""
        return Span(first, last)

    def dates(self, *words: Token) -> Dates:
        """«ngày 15/6 và 15/12/2024»."""
        written = next(word for word in words if word.type == "DATES")
        tail = words[-1].type
        named = words[0].type == "DAY"
        return Dates(written, listed_dates(written), tail == "EVERY_YEAR", tail == "NEXT_YEAR", named)

    def month_days(self, _: Token, written: Token, *of: MonthOf) -> MonthDays:
        """«ngày 15, 30 hằng tháng»."""
        days = tuple(int(day) for day in re.findall(r"[0-9]+", written))
        if not all(1 <= day <= 31 for day in days):
            raise NotRead(written, "ngày từ 1 đến 31")
        return MonthDays(written, days, of[0] if of else None)

    def month_of(self, word: Token, *fact: Token) -> MonthOf:
        """«hằng tháng», «tháng cuối quý», «tháng đầu quý sau»."""
        if word.type in _MONTHS_OF:
            return _MONTHS_OF[word.type]
        months = next((int(n) for n in re.findall(r"[0-9]+", word)), 0)
        if months > 24:
            raise NotRead(word, "tháng thứ 1 đến 24")
        return MonthOf(None, months, (), fact[0] if fact else None)

    def landmark(self, word: Token) -> Landmark:
        """«tuần đầu tháng»."""
        return Landmark(word)

    def near_span(self, count: Token, unit: Token) -> Length:
        """«05 ngày làm việc», «2 tuần», «03 tháng»."""
        name, times = _LENGTHS[unit.type]
        return Length(count, number(count) * times, name)

    far_span = near_span

    def nth_day(self, unit: Token, count: Token) -> Length:
        """«ngày thứ 90»: as many days."""
        return self.near_span(count, unit)

    def after(self, length: Length, fact: Token) -> Term:
        """«… kể từ …»."""
        return Term(length, "after", fact)

    def before(self, length: Length, fact: Token) -> Term:
        """«… trước …»."""
        return Term(length, "before", fact)

    def ahead(self, length: Length, fact: Token) -> Term:
        """«trước 05 ngày diễn ra …»."""
        return Term(length, "ahead", fact)

    def tally(self, count: Token, *_: Token) -> Count:
        """«02 lần»."""
        return Count(count, number(count))

    def single(self, word: Token) -> Count:
        """«quý/lần»: once in it."""
        return Count(word, 1)

    def count(self, tally: Count, *words: Token) -> Count:
        """«02 lần/năm», «02 ngày trong 01 tháng»."""
        n = next((number(word) for word in words if word.type == "NUM"), 1)
        return Count(tally.at, tally.n, period_kind(n, words[-1]))

    def count_in(self, several: Token, unit: Token, tally: Count) -> Count:
        """«một tuần một lần»."""
        return Count(several, tally.n, period_kind(number(several), unit))

    def posting(self, opener: Token, *parts: Any) -> Posted:
        """«niêm yết ít nhất 30 ngày»."""
        at, length = next((at, part) for at, part in enumerate(parts) if isinstance(part, Length))
        before = next((part for part in parts[:at] if part.type == "EVENT"), None)
        bounds = tuple(part for part in parts[:at] if part.type != "EVENT")
        tail = next(iter(parts[at + 1 :]), None)
        fact, after = (tail, None) if tail is not None and tail.type == "FACT" else (None, tail)
        return Posted(opener, length, bounds, before, after, fact)

    def when(self, words: Token) -> Event:
        """«khi …»: the opener only points at the event."""
        return Event(words, None, words)

    def on_demand(self, opener: Token, *words: Token) -> Event:
        """«theo yêu cầu …»: the opener is part of the event."""
        return Event(opener, opener, words[0] if words else None)

    def bounded_event(self, *parts: Any) -> Ahead:
        """«trước khi họp ít nhất 05 ngày»."""
        at = next(i for i, part in enumerate(parts) if isinstance(part, Token) and part.type == "EVENT")
        return Ahead(parts[at], _tokens(parts[at + 1 :]), _first(parts, Length))

    def standing(self, at: Token, *parts: Any) -> Steady:
        """«thường xuyên trong năm 2024», «thường xuyên (mốc nội bộ hằng tháng)»."""
        checkpoint = _first(parts, Period)
        within = next((part for part in parts if isinstance(part, Run | Stretch)), None)
        return Steady(at, checkpoint.kind if checkpoint else "quarter", _tokens(parts), within)


def _first(parts: tuple[Any, ...], kind: type[T]) -> T | None:
    return next((part for part in parts if isinstance(part, kind)), None)


def _tokens(parts: tuple[Any, ...]) -> tuple[Token, ...]:
    return tuple(part for part in parts if isinstance(part, Token))
