"""The occurrences a schedule gives over years: each with its deadline, under the law in force on its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, assert_never

from rules.deadlines import (
    ByDate,
    Deadline,
    OnTheDay,
    Posting,
    Rule,
    Window,
    WorkingDaysAfter,
    WorkingDaysBefore,
    fall_due,
)
from rules.law.records import MEANINGS
from rules.law.terms import basis_of, deadline_rule, term_in_force
from rules.periods import Period, PeriodKind, periods_of
from rules.receipts import Receipt
from rules.schedule import ByLaw, Counted, Due, Each, Once, OnEvent, Standing, Stated, Times, When
from rules.vietnamese import dmy
from rules.working_days import WorkingCalendar

# An event without a term of its own is asked about after this many working days (the office's choice, not law).
DAYS_TO_ANSWER_EVENT = 10


# What an obligation asks: to do something, to do it on that very day, to keep something posted, to make up a count,
# to hand in a part of a report.
Nature = Literal["lam", "dung-ngay", "giu-niem-yet", "dem", "nop-so-lieu"]
DO: Nature = "lam"
ON_ITS_DAY: Nature = "dung-ngay"
KEEP: Nature = "giu-niem-yet"
COUNT: Nature = "dem"
PART: Nature = "nop-so-lieu"


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as recorded. `key` stays when its day is corrected; `due` is the day its document itself names."""

    key: str
    day: date
    due: date | None = None
    words: str = ""  # what the document demands, the promise made, the case: what sets it apart
    document: str = ""

    @classmethod
    def on(cls, event: str, day: date) -> Fact:
        """The only such event of its day, with nothing more known of it."""
        return cls(f"{event}-{day.isoformat()}", day)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a plan task falls due; `internal` marks a checkpoint of the office, never shown as law."""

    key: str
    name: str
    deadline: Deadline
    internal: bool = False
    cut_off: date | None = None
    event: date | None = None
    start: date | None = None  # first day of the period, when it has one
    fact: Fact | None = None
    nature: Nature = DO


@dataclass(frozen=True, slots=True)
class Skipped:
    """A period that gives no occurrence, with the reason the trail records."""

    key: str
    reason: str


def occurrences(
    when: When, calendar: WorkingCalendar, years: Iterable[int], events: Mapping[str, Sequence[Fact]]
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
            return [_on_event(due, fact, calendar) for fact in events.get(event, ())]
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
    deadline = _fall_due(due, calendar, period.end, cut_off)
    return Occurrence(period.key, period.name, deadline, cut_off=cut_off, event=period.end, start=period.start)


def _fall_due(due: Counted, calendar: WorkingCalendar, event: date, cut_off: date | None = None) -> Deadline:
    if isinstance(due, ByLaw):
        return _under_law(due, calendar, event, cut_off)
    return fall_due(due, calendar, event, cut_off)


def _under_law(due: ByLaw, calendar: WorkingCalendar, event: date, cut_off: date | None = None) -> Deadline:
    """The deadline under the term of law in force on `event`, with its ground on the receipt.

    Raises NoTermInForce or NoDeadlineInLaw.
    """
    term = term_in_force(due.duty, event)
    deadline = fall_due(deadline_rule(term), calendar, event, cut_off)
    side = "trước" if MEANINGS[term.fact] == "ahead" else "kể từ"
    said = f"Quy định có hiệu lực ngày {dmy(event)}: {term.length} {side} {term.event}."
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
                yield Occurrence(
                    f"{period.key}-L{number}", name, deadline, internal=True, start=period.start, nature=COUNT
                )


def _split(period: Period, n: int) -> list[date]:
    days = (period.end - period.start).days + 1
    if period.kind == "year" and 12 % n == 0:
        return [p.end for p in periods_of("month", period.start.year)][12 // n - 1 :: 12 // n]
    return [date.fromordinal(period.start.toordinal() + days * i // n - 1) for i in range(1, n + 1)]


def _internal(period: Period, calendar: WorkingCalendar) -> Occurrence:
    deadline = as_internal(fall_due(Window(period.start, period.end), calendar))
    return Occurrence(period.key, period.name, deadline, internal=True, start=period.start)


def as_internal(deadline: Deadline) -> Deadline:
    """`deadline` as a checkpoint of the office's own: its receipt says so and names no law."""
    note = "Mốc nội bộ do cơ quan đặt để theo dõi; kế hoạch và pháp luật không định ngày này."
    receipt = Receipt((note, *deadline.receipt.because), deadline.receipt.skipped)
    return replace(deadline, receipt=receipt)


def _on_event(due: Due | None, fact: Fact, calendar: WorkingCalendar) -> Occurrence:
    name = f"{fact.words}, ngày {dmy(fact.day)}" if fact.words else f"sự kiện ngày {dmy(fact.day)}"
    if isinstance(due, Stated) and fact.due:
        return Occurrence(fact.key, name, _stated(fact, fact.due, calendar), event=fact.day, fact=fact)
    if due is None or isinstance(due, Stated):
        deadline = as_internal(fall_due(WorkingDaysAfter(DAYS_TO_ANSWER_EVENT), calendar, fact.day))
        return Occurrence(fact.key, name, deadline, internal=True, event=fact.day, fact=fact)
    deadline = _fall_due(due, calendar, fact.day)
    return Occurrence(fact.key, name, deadline, event=fact.day, fact=fact, nature=_nature(due, fact.day))


def _stated(fact: Fact, due: date, calendar: WorkingCalendar) -> Deadline:
    """The day a document itself sets, with that document on the receipt."""
    deadline = fall_due(ByDate(due), calendar)
    said = f"Văn bản {fact.document} ngày {dmy(fact.day)} tự định hạn này." if fact.document else "Văn bản tự định hạn."
    return replace(deadline, receipt=replace(deadline.receipt, because=(said, *deadline.receipt.because)))


def _nature(due: Counted, day: date) -> Nature:
    rule = deadline_rule(term_in_force(due.duty, day)) if isinstance(due, ByLaw) else due
    match rule:
        case Posting():
            return KEEP
        case OnTheDay():
            return ON_ITS_DAY
        case _:
            return DO


def part_of(whole: Occurrence, unit: str, working_days: int, calendar: WorkingCalendar) -> Occurrence:
    """What `unit` owes a report that closes its figures: its part, `working_days` before the cut-off."""
    if whole.cut_off is None:
        raise ValueError(f"{whole.key} does not close any figures")
    deadline = as_internal(fall_due(WorkingDaysBefore(working_days), calendar, whole.cut_off))
    said = f"Số liệu chốt hết ngày {dmy(whole.cut_off)}; các đơn vị nộp trước đó để kịp tổng hợp."
    receipt = replace(deadline.receipt, because=(said, *deadline.receipt.because))
    return Occurrence(
        f"{whole.key}-sl-{unit}", whole.name, replace(deadline, receipt=receipt),
        internal=True, cut_off=whole.cut_off, event=whole.cut_off, start=whole.start, nature=PART,
    )  # fmt: skip
