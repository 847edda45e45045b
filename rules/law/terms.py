"""Which term of law is in force on the day of a fact, the rule it gives and the ground to print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from rules.deadlines import (
    BeforeDay,
    ByDay,
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    OnTheDay,
    Posting,
    Rule,
    WorkingDaysAfter,
    WorkingDaysBefore,
)
from rules.law.reading import all_duties
from rules.law.records import MEANINGS, Duty, Term
from rules.periods import PeriodKind
from rules.receipts import Basis
from rules.schedule import Each, Times
from rules.vietnamese import weekday_dmy

_PERIODS: dict[str, PeriodKind] = {
    "per_week": "week",
    "per_month": "month",
    "per_quarter": "quarter",
    "per_year": "year",
}


class UnknownDuty(LookupError):
    """A name that is neither a duty nor the id of a term."""

    def __init__(self, name: str) -> None:
        near = get_close_matches(name, all_duties(), n=3)
        hint = f" Gần giống: {', '.join(near)}." if near else ""
        super().__init__(f"Không có nghĩa vụ hay quy định nào tên «{name}».{hint}")


class NoTermInForce(LookupError):
    """No term of the duty holds on the day asked for; says which come before and after it."""

    def __init__(self, duty: Duty, on: date, when: str) -> None:
        self.duty, self.on = duty, on
        self.before = next((t for t in reversed(duty.terms) if t.valid_to and t.valid_to < on), None)
        self.after = next((t for t in duty.terms if t.valid_from > on), None)
        parts = [
            f"Không có quy định nào còn hiệu lực về «{duty.name}» {when}.",
            f"Trước đó: {_named(self.before)}.",
            f"Sau đó: {_named(self.after)}.",
            duty.missing,
        ]
        super().__init__(" ".join(filter(None, parts)))


def term_in_force(name: str, on: date, fiscal_year: int | None = None) -> Term:
    """The term of a duty in force on `on`, the day of the fact.

    `name` is a duty's slug, or the id of any of its terms. Duties chosen by fiscal year look at `fiscal_year`, the
    year reported on, or without it at the year of `on` (the period's end); the others look at `on` alone.
    Raises UnknownDuty or NoTermInForce.
    """
    duty = duty_named(name)
    day, when = on, f"vào {weekday_dmy(on)}"
    if duty.chosen_by == "fiscal_year":
        year = fiscal_year or on.year
        day, when = date(year, 12, 31), f"cho năm ngân sách {year}"
    for term in duty.terms:
        if term.holds(day):
            return term
    raise NoTermInForce(duty, day, when)


def duty_named(name: str) -> Duty:
    """The duty with this slug, or the one the term with this id belongs to. Raises UnknownDuty."""
    slug = term.duty if (term := all_terms().get(name)) else name
    try:
        return all_duties()[slug]
    except KeyError:
        raise UnknownDuty(name) from None


@lru_cache(maxsize=1)
def all_terms() -> Mapping[str, Term]:
    """Every term by its id."""
    return MappingProxyType({term.id: term for duty in all_duties().values() for term in duty.terms})


def rule_of(term: Term) -> Rule | Each | Times | None:
    """The term as a rule or a quota.

    None for a duty without a number, and for a number that is no deadline: a smallest gap, a condition, a reporting
    period, «the last working day of March». A term of office ends on the rule's nominal day.
    """
    match MEANINGS[term.fact], term.unit, term.value:
        case "within", _, 0:
            return OnTheDay()
        case "within", "days", int(n):
            return DaysAfter(n)
        case "within", "working_days", int(n):
            return WorkingDaysAfter(n)
        case "within", "months", int(n):
            return MonthsAfter(n)
        case "ahead", "days", int(n):
            return DaysBefore(n)
        case "ahead", "working_days", int(n):
            return WorkingDaysBefore(n)
        case "posted", unit, int(n):
            return Posting(n, unit == "working_days")
        case "count", per, int(n):
            return Times(n, _PERIODS[per])
        case "by_day" | "before_day", "date", str(day) if "/" in day:
            return _each_year(term, *map(int, day.split("/")))
        case _:
            return None


class NoDeadlineInLaw(LookupError):
    """A term that fixes no number of days, so that no deadline can be counted from it."""

    def __init__(self, term: Term) -> None:
        super().__init__(f"Quy định {_named(term)} không định số ngày nên không tính được hạn.")


def deadline_rule(term: Term) -> Rule:
    """The term as a rule counted from its event. Raises NoDeadlineInLaw."""
    rule = rule_of(term)
    if rule is None or isinstance(rule, Each | Times):
        raise NoDeadlineInLaw(term)
    return rule


def basis_of(term: Term, on: date | None = None) -> Basis:
    """The ground to print.

    A text that was seen but may have been amended since carries the mark «?», so that it too prints «cần đối
    chiếu»; with `on`, the day of the fact, only from the day the amendment counts.
    """
    grounds = f"{term.instrument}; {term.also}" if term.also else term.instrument
    unseen = term.doubt.why and not (on and term.doubt.since and on < term.doubt.since)
    return Basis(grounds, term.article, "?" if unseen and term.certainty == "S" else term.certainty)


def _each_year(term: Term, day: int, month: int) -> Each:
    """A day of every year: within its own month, or counted from the end of the year reported on («năm sau»)."""
    named = BeforeDay if MEANINGS[term.fact] == "before_day" else ByDay
    if term.length.endswith("năm sau"):
        return Each("year", named(day, month), cut_off=term.fact == "submit_before")
    return Each("month", named(day), only=(month,))


def _named(term: Term | None) -> str:
    """«KN01 (10 ngày; Điều 27 Luật …; 01/07/2012-30/06/2026)»."""
    if term is None:
        return "chưa có"
    return f"{term.id} ({'; '.join(filter(None, (term.length, str(basis_of(term)), term.span)))})"
