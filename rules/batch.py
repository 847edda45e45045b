"""Many deadlines at once: the working calendar as two numpy tables, dates as day numbers, no objects between.

Only the three days are computed; `rules.deadlines` gives the same days one at a time, with their receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rules.working_days import CalendarNotKnown, WorkingCalendar

Days = NDArray[np.int32]  # proleptic ordinals, as date.toordinal() gives them


@dataclass(frozen=True, slots=True)
class BatchCalendar:
    """`upto[i]`: working days in [origin, origin + i]; `days[k]`: the k-th working day, both as int32."""

    calendar: WorkingCalendar
    origin: int
    upto: Days
    days: Days

    def add(self, after: Days, n: Days) -> Days:
        """The n-th working day after each day (n < 0: before it), as `WorkingCalendar.add`. Raises CalendarNotKnown."""
        index = self._index(after)
        if n.size and n.min() > 0:
            rank: Days = self.upto[index]
            rank += n
            rank -= 1
            return self._nth(rank)
        before = self.upto[np.maximum(index - 1, 0)] * (index > 0)
        return self._nth(np.where(n > 0, self.upto[index] + n - 1, before + n))

    def count(self, after: Days, through: Days) -> Days:
        """How many working days lie in each (after, through]; 0 where the range is empty or reversed."""
        counted: Days = np.maximum(self.upto[self._index(through)] - self.upto[self._index(after)], 0)
        return counted

    def on_or_after(self, day: Days) -> Days:
        """Each day, or the next working day when it is off."""
        index = self._index(day)
        return self._nth(self.upto[np.maximum(index - 1, 0)] * (index > 0))

    def on_or_before(self, day: Days) -> Days:
        """Each day, or the last working day before it when it is off."""
        return self._nth(self.upto[self._index(day)] - 1)

    def _index(self, day: Days) -> Days:
        index: Days = day - np.int32(self.origin)
        if _beyond(index, self.upto.size):
            raise CalendarNotKnown("một ngày trong lô", self.calendar.first, self.calendar.last)
        return index

    def _nth(self, rank: Days) -> Days:
        if _beyond(rank, self.days.size):
            raise CalendarNotKnown("một hạn trong lô", self.calendar.first, self.calendar.last)
        days: Days = self.days[rank]
        return days


def _beyond(places: Days, size: int) -> bool:
    """Whether any place lies outside [0, size): read as unsigned, a negative one is the largest of all."""
    return bool(places.size) and int(places.view(np.uint32).max()) >= size


@lru_cache(maxsize=8)
def batch_calendar(calendar: WorkingCalendar) -> BatchCalendar:
    """The tables of `calendar`."""
    upto, days = calendar.tables()
    ordinals = np.fromiter((day.toordinal() for day in days), dtype=np.int32, count=len(days))
    return BatchCalendar(calendar, calendar.first.toordinal(), np.asarray(upto, dtype=np.int32), ordinals)


Three = tuple[Days, Days, Days]  # nominal, legal, target


def fall_due_many(kind: str, event: Days, n: Days, calendar: WorkingCalendar) -> Three:
    """Nominal, legal and target days of one kind of rule from many events. Raises KeyError, CalendarNotKnown."""
    return _KINDS[kind](batch_calendar(calendar), event, n)


def _landed(days: Days) -> Three:
    return days, days, days


def _rolled(table: BatchCalendar, nominal: Days) -> Three:
    legal = table.on_or_after(nominal)
    return nominal, legal, legal


def _point(table: BatchCalendar, nominal: Days) -> Three:
    return nominal, nominal, table.on_or_before(nominal)


_KINDS = {
    "working_days_after": lambda table, event, n: _landed(table.add(event, n)),
    "working_days_before": lambda table, event, n: _landed(table.add(event, -n)),
    "days_after": lambda table, event, n: _rolled(table, event + n),
    "days_before": lambda table, event, n: _point(table, event - n),
}
VECTORISED = frozenset(_KINDS)
