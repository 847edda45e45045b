"""The working calendar of an office as one table: any count of working days costs two look-ups."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rules.vietnamese import WEEKDAYS, dmy

DayOffKind = Literal["holiday", "compensatory", "swap_off", "closure", "weekend"]

# Weekly rest of state bodies: Quyết định 188/1999/QĐ-TTg (from memory; shown as «cần đối chiếu»).
WEEKEND_INSTRUMENT = "Quyết định 188/1999/QĐ-TTg"


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day nobody works, its name and the instrument that says so."""

    day: date
    name: str
    kind: DayOffKind
    instrument: str


@dataclass(frozen=True, slots=True)
class WorkingWeekend:
    """A Saturday or Sunday worked in exchange for a day off («làm bù»)."""

    day: date
    for_day: date
    instrument: str


class CalendarNotKnown(ValueError):
    """The calendar does not reach the day asked for; nothing is guessed."""

    def __init__(self, wanted: str, first: date, last: date) -> None:
        super().__init__(f"Lịch làm việc chỉ có từ {dmy(first)} đến {dmy(last)}, không tính được {wanted}.")


class NoWorkingDays(ValueError):
    """A calendar in which nobody ever works would make every count endless."""


class WorkingCalendar:
    """Working days between `first` and `last`; days after `known_through` are provisional."""

    def __init__(
        self,
        first: date,
        last: date,
        off: Mapping[date, DayOff],
        working_weekends: Mapping[date, WorkingWeekend],
        known_through: date,
    ) -> None:
        self.first, self.last, self.known_through = first, last, known_through
        self.off = dict(sorted(off.items()))
        self.working_weekends = dict(sorted(working_weekends.items()))
        self._origin = first.toordinal()
        self._days: list[date] = []
        self._upto: list[int] = []  # how many working days lie in [first, first + i]
        for day in _each_day(first, last):
            if self._works(day):
                self._days.append(day)
            self._upto.append(len(self._days))
        if not self._days:
            raise NoWorkingDays(f"Lịch từ {dmy(first)} đến {dmy(last)} không có ngày làm việc nào.")
        self.version = self._digest()

    def _works(self, day: date) -> bool:
        if day in self.off:
            return False
        return day.weekday() < 5 or day in self.working_weekends

    def _digest(self) -> str:
        lines = [f"{self.first} {self.last} {self.known_through}"]
        lines += [f"{d.day} {d.kind} {d.name} {d.instrument}" for d in self.off.values()]
        lines += [f"{w.day} for {w.for_day} {w.instrument}" for w in self.working_weekends.values()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    def _index(self, day: date) -> int:
        index = day.toordinal() - self._origin
        if not 0 <= index < len(self._upto):
            raise CalendarNotKnown(f"ngày {dmy(day)}", self.first, self.last)
        return index

    def is_working(self, day: date) -> bool:
        """Whether people work on `day`; a made-up Saturday counts."""
        index = self._index(day)
        return self._upto[index] != (self._upto[index - 1] if index else 0)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day` (n < 0: before it); `day` itself is never counted (BLDS 2015 Đ147)."""
        index = day.toordinal() - self._origin
        if n > 0 <= index:
            try:
                return self._days[self._upto[index] + n - 1]
            except IndexError:
                pass  # past the last day; said below
        elif n < 0 < index < len(self._upto) and (rank := self._upto[index - 1] + n) >= 0:
            return self._days[rank]
        if n == 0:
            raise ValueError("số ngày làm việc phải khác 0")
        raise CalendarNotKnown(f"{n} ngày làm việc từ {dmy(day)}", self.first, self.last)

    def count(self, after: date, through: date) -> int:
        """How many working days lie in (after, through]; 0 when the range is empty or reversed."""
        if through <= after:
            return 0
        return self._upto[self._index(through)] - self._upto[self._index(after)]

    def on_or_after(self, day: date) -> date:
        """`day` if people work then, else the next working day."""
        return day if self.is_working(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        """`day` if people work then, else the last working day before it."""
        return day if self.is_working(day) else self.add(day, -1)

    def working_days(self, start: date, end: date) -> list[date]:
        """Every working day in [start, end]."""
        return [day for day in _each_day(start, end) if self.is_working(day)]

    def days_off(self, start: date, end: date) -> list[DayOff]:
        """Every day off in [start, end] with its name; weekends are named by their weekday."""
        return [self.day_off(day) for day in _each_day(start, end) if not self.is_working(day)]

    def day_off(self, day: date) -> DayOff:
        """Why nobody works on `day`."""
        weekday = WEEKDAYS[day.weekday()]
        return self.off.get(day) or DayOff(day, weekday[0].upper() + weekday[1:], "weekend", WEEKEND_INSTRUMENT)

    def tables(self) -> tuple[list[int], list[date]]:
        """(working days up to each day from `first`, every working day): what a vectorised count needs."""
        return self._upto, self._days

    def is_provisional(self, day: date) -> bool:
        """Whether `day` lies past the last officially announced year."""
        return day > self.known_through


def _each_day(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=i) for i in range((end - start).days + 1))
