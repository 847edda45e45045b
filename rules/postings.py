"""Whether a posting was taken down before its time, told in a sentence people can check by eye."""

from __future__ import annotations

from datetime import date, timedelta

from rules.deadlines import Deadline, Posting, fall_due
from rules.receipts import Finding
from rules.vietnamese import dmy, weekday_dmy
from rules.working_days import WorkingCalendar

_ONE_DAY = timedelta(days=1)


class TakenDownBeforePosted(ValueError):
    """A day of taking down that lies before the day of posting."""

    def __init__(self, posted_on: date, taken_down_on: date) -> None:
        super().__init__(f"Ngày gỡ {dmy(taken_down_on)} trước ngày niêm yết {dmy(posted_on)}.")


def full_days(rule: Posting, posted_on: date, taken_down_on: date, calendar: WorkingCalendar) -> int:
    """How many whole days it stayed: neither the day of posting (BLDS 2015 Đ147) nor that of taking down counts."""
    if taken_down_on < posted_on:
        raise TakenDownBeforePosted(posted_on, taken_down_on)
    last = taken_down_on - _ONE_DAY
    return calendar.count(posted_on, last) if rule.working else max(0, (last - posted_on).days)


def shortfall(rule: Posting, posted_on: date, taken_down_on: date, calendar: WorkingCalendar) -> Finding | None:
    """What is wrong with taking the posting down on `taken_down_on`; None when it had stayed to its end.

    The last day runs to 24 giờ (Đ148.6) and is moved on when it is a day off (Đ148.5), so taking down on that very day
    is early too. Raises TakenDownBeforePosted or CalendarNotKnown.
    """
    kept = full_days(rule, posted_on, taken_down_on, calendar)
    deadline = fall_due(rule, calendar, posted_on)
    if taken_down_on > deadline.legal:
        return None
    text = _few_days(rule, kept, posted_on, taken_down_on, deadline) if kept < rule.n else _day_off(rule, deadline)
    if deadline.provisional:
        text = f"{text} Tạm tính: lịch nghỉ chính thức mới công bố đến {dmy(calendar.known_through)}."
    return Finding("warning", text)


def _few_days(rule: Posting, kept: int, posted_on: date, taken_down_on: date, deadline: Deadline) -> str:
    rolled = f" (ngày cuối {dmy(deadline.nominal)} là ngày nghỉ)" if deadline.legal > deadline.nominal else ""
    return (
        f"Gỡ sớm: niêm yết từ {dmy(posted_on)}, gỡ ngày {dmy(taken_down_on)}, mới đủ {kept}/{rule.n} {_unit(rule)}; "
        f"phải giữ đến hết ngày {dmy(deadline.legal)}{rolled}."
    )


def _day_off(rule: Posting, deadline: Deadline) -> str:
    return (
        f"Gỡ sớm: đã đủ {rule.n} {_unit(rule)} nhưng ngày cuối {dmy(deadline.nominal)} là ngày nghỉ "
        f"nên phải giữ đến hết {weekday_dmy(deadline.legal)}."
    )


def _unit(rule: Posting) -> str:
    return "ngày làm việc" if rule.working else "ngày"
