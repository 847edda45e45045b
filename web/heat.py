"""The year as a picture: how many obligations each unit should finish in each week, in two tables of half a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from models.rehearsal_file import Due
from models.rehearsal_words import NOBODY
from rules.vietnamese import alphabetical

LEVELS = (1, 3, 6, 10)  # the most each shade holds; what is more has the last shade
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit's weeks; the last row of a table counts the whole office."""

    code: str
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Half:
    """Half a year: months with how many of its weeks begin in each, its weeks by their Mondays, units."""

    number: int
    months: tuple[tuple[date, int], ...]
    weeks: tuple[date, ...]
    rows: tuple[HeatRow, ...]
    sums: tuple[int, ...]


def monday_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def halves_of(dues: Iterable[Due], year: int) -> list[Half]:
    """Both halves of `year`; its first and last weeks reach into the years beside it."""
    counts = Counter((unit_of(due), monday_of(due.target)) for due in dues)
    units = dict(sorted(_units(counts), key=lambda unit: (not unit[0], alphabetical(unit[1]))))
    found = {code: {week: count for (unit, week), count in counts.items() if unit[0] == code} for code in units}
    weeks = list(_weeks(year))
    first = [week for week in weeks if week < date(year, 7, 1)]
    return [_half(number, part, units, found) for number, part in enumerate((first, weeks[len(first) :]), start=1)]


def beyond(dues: Iterable[Due], year: int) -> list[Due]:
    """What the picture of `year` has no week for."""
    weeks = set(_weeks(year))
    return [due for due in dues if monday_of(due.target) not in weeks]


def unit_of(due: Due) -> tuple[str, str]:
    """Code and name of the unit that answers for it."""
    return (due.unit.code, due.unit.name) if due.unit else ("", NOBODY)


def level(count: int) -> int:
    """The shade of a cell, 0 to 5."""
    return 0 if not count else 1 + sum(count > most for most in LEVELS)


def _units(counts: Iterable[tuple[tuple[str, str], date]]) -> set[tuple[str, str]]:
    return {unit for unit, _ in counts}


def _weeks(year: int) -> Iterator[date]:
    week = monday_of(date(year, 1, 1))
    while week <= date(year, 12, 31):
        yield week
        week += _WEEK


def _half(
    number: int, weeks: Sequence[date], units: Mapping[str, str], found: Mapping[str, Mapping[date, int]]
) -> Half:
    rows = tuple(HeatRow(code, name, tuple(found[code].get(week, 0) for week in weeks)) for code, name in units.items())
    months = tuple(
        (first.replace(day=1), len(list(mine))) for first, mine in groupby(weeks, lambda week: week.replace(day=1))
    )
    sums = tuple(sum(row.counts[place] for row in rows) for place in range(len(weeks)))
    return Half(number, months, tuple(weeks), tuple(row for row in rows if any(row.counts)), sums)
