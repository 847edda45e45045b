"""A rule and, where it needs one, an event day give a deadline: three days and a receipt of why.

nominal  what the words say          legal   after the law's rolling (Bộ luật Dân sự 2015 Đ148.5)
target   the safe working day people are told, never after legal
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

import pendulum

from rules.receipts import Finding, Receipt
from rules.vietnamese import dmy, end_of
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class BeforeDate:
    """«trước ngày 03/7/2024»: the day named is already too late."""

    day: date


@dataclass(frozen=True, slots=True)
class ByDate:
    """«chậm nhất ngày 15/6/2024», «đến ngày …»: the day named still counts."""

    day: date


@dataclass(frozen=True, slots=True)
class BeforeDay:
    """«trước ngày 03 tháng sau»: before day `day` of the `months`-th month after the event (a period's end)."""

    day: int
    months: int = 0


@dataclass(frozen=True, slots=True)
class ByDay:
    """«ngày 15 tháng cuối quý»: day `day` of the `months`-th month after the event still counts."""

    day: int
    months: int = 0


@dataclass(frozen=True, slots=True)
class WorkingDaysAfter:
    """«chậm nhất 15 ngày làm việc sau …»: the event's day is not counted."""

    n: int


@dataclass(frozen=True, slots=True)
class DaysAfter:
    """«trong thời hạn 30 ngày kể từ …»: calendar days, rolled forward to a working day."""

    n: int


@dataclass(frozen=True, slots=True)
class MonthsAfter:
    """«03 tháng kể từ …»: same day of the month, or the month's last day (Đ148.3)."""

    n: int


@dataclass(frozen=True, slots=True)
class WorkingDaysBefore:
    """«ít nhất 05 ngày làm việc trước …»."""

    n: int


@dataclass(frozen=True, slots=True)
class DaysBefore:
    """«chậm nhất 07 ngày trước …»: never rolled forward."""

    n: int


@dataclass(frozen=True, slots=True)
class Window:
    """«Quý II, III năm 2024»: done at any time from `start` to `end`."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Posting:
    """«niêm yết ít nhất 30 ngày»: keep posted until the end of the n-th day, rolled forward if off."""

    n: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """«ngay trong ngày», «khi trình»: on the event's own day, neither before nor after."""


DateRule = BeforeDate | ByDate | Window
EventRule = (
    BeforeDay | ByDay | WorkingDaysAfter | DaysAfter | MonthsAfter | WorkingDaysBefore | DaysBefore | Posting | OnTheDay
)
Rule = DateRule | EventRule


@dataclass(frozen=True, slots=True)
class Deadline:
    """Three days and the receipt that explains them."""

    nominal: date
    legal: date
    target: date
    receipt: Receipt
    provisional: bool
    findings: tuple[Finding, ...] = ()

    @property
    def ends_at(self) -> datetime:
        """The exclusive instant: 00:00 of the day after `legal` in Viet Nam."""
        return end_of(self.legal)


class EventMissing(ValueError):
    """The rule counts from an event whose day was not given."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(f"Quy tắc {type(rule).__name__} tính từ một sự kiện: cần ngày xảy ra sự kiện (--event).")


def fall_due(rule: Rule, calendar: WorkingCalendar, event: date | None = None, cut_off: date | None = None) -> Deadline:
    """The deadline of `rule` under `calendar`.

    `event` is the day of the fact (or the period's end) for rules that count from one; `cut_off` the day the
    figures close, checked against NĐ 09/2019 Đ8.5. Raises EventMissing or CalendarNotKnown.
    """
    deadline = _evaluate(rule, calendar, event)
    past = max(deadline.nominal, deadline.legal, event or deadline.legal)
    provisional = calendar.is_provisional(past)
    receipt = deadline.receipt.provisional(calendar.known_through) if provisional else deadline.receipt
    findings = cut_off_findings(calendar, cut_off, deadline) if cut_off else ()
    return replace(deadline, receipt=receipt, provisional=provisional, findings=findings)


def extend(deadline: Deadline, days: int, calendar: WorkingCalendar) -> Deadline:
    """The deadline after an extension of `days`, counted from the nominal day, never from the rolled one."""
    return fall_due(DaysAfter(days), calendar, deadline.nominal)


def cut_off_findings(calendar: WorkingCalendar, cut_off: date, deadline: Deadline) -> tuple[Finding, ...]:
    """What is wrong with the gap between the figures' cut-off and the last legal day (NĐ 09/2019 Đ8.5)."""
    gap = calendar.count(cut_off, deadline.legal)
    between = f"giữa ngày chốt số liệu {dmy(cut_off)} và hạn {dmy(deadline.legal)}"
    if gap == 0:
        text = f"Mâu thuẫn: {between} không có ngày làm việc nào; Nghị định 09/2019 Điều 8 khoản 5 đòi ít nhất 01."
        return (Finding("error", text),)
    if gap == 1:
        return (Finding("warning", f"Chỉ còn 01 ngày làm việc {between}."),)
    return ()


def _evaluate(rule: Rule, calendar: WorkingCalendar, event: date | None) -> Deadline:
    match rule:
        case BeforeDate(day):
            return _point(day - timedelta(days=1), calendar, Receipt.before(day))
        case ByDate(day):
            return _by_date(day, calendar, Receipt.by(day))
        case Window(start, end):
            return _point(end, calendar, Receipt.window(start, end))
        case _:
            if event is None:
                raise EventMissing(rule)
            return _from_event(rule, calendar, event)


def _from_event(rule: EventRule, calendar: WorkingCalendar, event: date) -> Deadline:
    match rule:
        case BeforeDay(day, months):
            named = _day_of_month(event, months, day)
            return _point(named - timedelta(days=1), calendar, Receipt.before(named))
        case ByDay(day, months):
            named = _day_of_month(event, months, day)
            return _by_date(named, calendar, Receipt.by(named))
        case WorkingDaysAfter(n):
            return _counted(event, calendar.add(event, n), calendar, Receipt.working_days("after", n, event))
        case WorkingDaysBefore(n):
            return _counted(event, calendar.add(event, -n), calendar, Receipt.working_days("before", n, event))
        case DaysAfter(n):
            return _rolled(event + timedelta(days=n), calendar, Receipt.days_after(n, event))
        case MonthsAfter(n):
            return _rolled(_months_later(event, n), calendar, Receipt.months_after(n, event))
        case DaysBefore(n):
            return _point(event - timedelta(days=n), calendar, Receipt.days_before(n, event))
        case OnTheDay():
            return _point(event, calendar, Receipt.on_the_day(event))
        case Posting(n, working):
            receipt = Receipt.posting(n, "ngày làm việc" if working else "ngày", event)
            if working:
                return _counted(event, calendar.add(event, n), calendar, receipt)
            return _rolled(event + timedelta(days=n), calendar, receipt)
        case _:
            assert_never(rule)


def _point(nominal: date, calendar: WorkingCalendar, receipt: Receipt) -> Deadline:
    """A fixed point: the law does not roll it, people are told the last working day up to it."""
    target = calendar.on_or_before(nominal)
    receipt = receipt.lands_on(nominal).steps_back(nominal, target, calendar.days_off(target, nominal))
    return Deadline(nominal, nominal, target, receipt, False)


def _by_date(nominal: date, calendar: WorkingCalendar, receipt: Receipt) -> Deadline:
    legal, target = calendar.on_or_after(nominal), calendar.on_or_before(nominal)
    receipt = receipt.rolls(nominal, legal, calendar.days_off(nominal, legal))
    receipt = receipt.steps_back(legal, target, calendar.days_off(target, nominal))
    return Deadline(nominal, legal, target, receipt, False)


def _rolled(nominal: date, calendar: WorkingCalendar, receipt: Receipt) -> Deadline:
    """A span in days or months: its end rolls forward to the next working day (Đ148.5)."""
    legal = calendar.on_or_after(nominal)
    return Deadline(
        nominal, legal, legal, receipt.lands_on(nominal).rolls(nominal, legal, calendar.days_off(nominal, legal)), False
    )


def _counted(event: date, day: date, calendar: WorkingCalendar, receipt: Receipt) -> Deadline:
    """A span in working days lands on a working day by construction."""
    one = timedelta(days=1)
    off = calendar.days_off(event + one, day) if day > event else calendar.days_off(day, event - one)
    made_up = [w for w in calendar.working_weekends.values() if min(event, day) <= w.day <= max(event, day)]
    return Deadline(day, day, day, receipt.skips(off).counts_made_up(made_up).lands_on(day), False)


def _months_later(event: date, n: int) -> date:
    later = pendulum.Date(event.year, event.month, event.day).add(months=n)
    return date(later.year, later.month, later.day)


def _day_of_month(event: date, months: int, day: int) -> date:
    """Day `day` of the `months`-th month after the event's, or that month's last day when it is shorter."""
    month = _months_later(event.replace(day=1), months)
    last = _months_later(month, 1) - timedelta(days=1)
    return month.replace(day=min(day, last.day))
