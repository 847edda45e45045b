"""The occurrences a schedule gives over years: each with its deadline, under the law in force on its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from rules.deadlines import Deadline, Rule, Window, WorkingDaysAfter, fall_due
from rules.law.terms import basis_of, deadline_rule, term_in_force
from rules.periods import Period, PeriodKind, periods_of
from rules.receipts import Receipt
from rules.schedule import ByLaw, Due, Each, Once, OnEvent, Standing, Times, When
from rules.vietnamese import dmy
from rules.working_days import WorkingCalendar

# An event without a term of its own is asked about after this many working days (the office's choice, not law).
DAYS_TO_ANSWER_EVENT = 10


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a plan task falls due; `internal` marks a checkpoint of the office, never shown as law."""

    key: str
    name: str
    deadline: Deadline
    internal: bool = False
    cut_off: date | None = None
    event: date | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A period that gives no occurrence, with the reason the trail records."""

    key: str
    reason: str


def occurrences(
    when: When, calendar: WorkingCalendar, years: Iterable[int], events: Mapping[str, Sequence[date]]
) -> list[Occurrence | Skipped]:
    """Every occurrence of `when` for the periods of `years` and the events recorded so far."""
    match when:
        case Once(rule):
            return [_once(rule, calendar)]
        case Each():
            return [_of_period(when, period, calendar) for period in _periods(when, years)]
        case Times(n, per):
            return list(_checkpoints(n, per, calendar, years))
        case Standing(checkpoint):
            return [_internal(period, calendar) for year in years for period in periods_of(checkpoint, year)]
        case OnEvent(event, due):
            return [_on_event(event, due, day, calendar) for day in events.get(event, ())]
        case _:
            assert_never(when)


def _once(rule: Rule, calendar: WorkingCalendar) -> Occurrence:
    deadline = fall_due(rule, calendar)
    return Occurrence(deadline.nominal.isoformat(), f"đến {dmy(deadline.nominal)}", deadline)


def _periods(each: Each, years: Iterable[int]) -> Iterator[Period]:
    for year in years:
        for period in periods_of(each.period, year, each.cut_offs):
            if not each.only or period.ordinal in each.only:
                yield period


def _of_period(each: Each, period: Period, calendar: WorkingCalendar) -> Occurrence | Skipped:
    if each.due is None and calendar.working_days(period.start, period.end) == []:
        return Skipped(period.key, f"{period.name} không có ngày làm việc nào nên không phát sinh nhiệm vụ.")
    cut_off = period.end if each.cut_off else None
    due = each.due or Window(period.start, period.end)
    deadline = _under_law(due, calendar, period.end, cut_off)
    return Occurrence(period.key, period.name, deadline, cut_off=cut_off, event=period.end)


def _under_law(due: Due, calendar: WorkingCalendar, event: date, cut_off: date | None = None) -> Deadline:
    """The deadline of `due`; a term of law is the one in force on `event`, and its ground is on the receipt.

    Raises NoTermInForce or NoDeadlineInLaw.
    """
    if not isinstance(due, ByLaw):
        return fall_due(due, calendar, event, cut_off)
    term = term_in_force(due.duty, event)
    deadline = fall_due(deadline_rule(term), calendar, event, cut_off)
    said = f"Quy định có hiệu lực ngày {dmy(event)}: {term.length} kể từ {term.event}."
    because = (said, *deadline.receipt.because)
    basis = (basis_of(term, event), *deadline.receipt.basis)
    return replace(deadline, receipt=replace(deadline.receipt, because=because, basis=basis))


def _checkpoints(n: int, per: PeriodKind, calendar: WorkingCalendar, years: Iterable[int]) -> Iterator[Occurrence]:
    """`n` internal checkpoints in each period, at equal numbers of whole months, the last at the period's end."""
    for year in years:
        for period in periods_of(per, year):
            for number, end in enumerate(_split(period, n), start=1):
                window = Window(period.start, end)
                name = f"lần {number}/{n}, {period.name}"
                deadline = as_internal(fall_due(window, calendar))
                yield Occurrence(f"{period.key}-L{number}", name, deadline, internal=True)


def _split(period: Period, n: int) -> list[date]:
    days = (period.end - period.start).days + 1
    if period.kind == "year" and 12 % n == 0:
        return [p.end for p in periods_of("month", period.start.year)][12 // n - 1 :: 12 // n]
    return [date.fromordinal(period.start.toordinal() + days * i // n - 1) for i in range(1, n + 1)]


def _internal(period: Period, calendar: WorkingCalendar) -> Occurrence:
    deadline = as_internal(fall_due(Window(period.start, period.end), calendar))
    return Occurrence(period.key, period.name, deadline, internal=True)


def as_internal(deadline: Deadline) -> Deadline:
    """`deadline` as a checkpoint of the office's own: its receipt says so and names no law."""
    note = "Mốc nội bộ do cơ quan đặt để theo dõi; kế hoạch và pháp luật không định ngày này."
    receipt = Receipt((note, *deadline.receipt.because), deadline.receipt.skipped)
    return replace(deadline, receipt=receipt)


def _on_event(event: str, due: Due | None, day: date, calendar: WorkingCalendar) -> Occurrence:
    key, name = f"{event}-{day.isoformat()}", f"sự kiện ngày {dmy(day)}"
    if due:
        return Occurrence(key, name, _under_law(due, calendar, day), event=day)
    deadline = as_internal(fall_due(WorkingDaysAfter(DAYS_TO_ANSWER_EVENT), calendar, day))
    return Occurrence(key, name, deadline, internal=True, event=day)
