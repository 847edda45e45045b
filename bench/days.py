"""Working-day arithmetic beside numpy, holidays and pandas: how fast, and whether they agree on every day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

import holidays
import numpy as np
import pandas as pd

from bench.rows import Row, Work, agreeing, best_of, faster, slower
from models.calendar_file import calendar_of, read_notices
from models.settings import HOUSE
from rules.batch import batch_calendar

CALENDAR = calendar_of(read_notices(HOUSE / "plans" / "calendar.yaml"))
ROUNDS, CASES, FEW = 5, 2000, 100
FIRST, LAST = date(2018, 1, 1), date(2027, 12, 31)
VIETNAM = holidays.country_holidays("VN", years=range(FIRST.year, LAST.year + 2), language="vi")


def day_rows() -> Iterator[Row]:
    """One add, many adds, and whether what they say is the same."""
    yield from one_add(random_pairs(CASES))
    yield a_million()
    yield agreement_with_the_library()
    yield agreement_with_numpy(random_pairs(20_000))


def random_pairs(count: int) -> list[tuple[date, int]]:
    """Random days of 2018-2026 and 1..60 working days."""
    chance = Random(1)
    first = date(2018, 1, 2)
    return [(first + timedelta(days=chance.randrange(3200)), chance.randint(1, 60)) for _ in range(count)]


def one_add(pairs: Sequence[tuple[date, int]]) -> Iterator[Row]:
    """One add at a time, date in and date out."""
    busy, few = numpy_calendar(), pairs[:FEW]
    custom = pd.offsets.CustomBusinessDay
    ours, by_numpy = each(
        len(pairs),
        lambda: [CALENDAR.add(day, n) for day, n in pairs],
        lambda: [np.busday_offset(day, n, roll="backward", busdaycal=busy).astype(date) for day, n in pairs],
    )
    by_library, by_pandas = each(
        FEW,
        lambda: [VIETNAM.get_nth_working_day(day, n) for day, n in few],
        lambda: [pd.Timestamp(day) + custom(n, calendar=busy) for day, n in few],
    )
    near, far = each(
        len(pairs), lambda: [CALENDAR.add(day, 5) for day, _ in pairs], lambda: [CALENDAR.add(d, 250) for d, _ in pairs]
    )
    yield faster("one add, date in and date out, against numpy.busday_offset", ours, by_numpy, "ns", 20)
    yield faster("one add, against holidays.get_nth_working_day", ours, by_library, "ns", 300)
    yield faster("one add, against pandas CustomBusinessDay", ours, by_pandas, "ns", 20)
    yield slower("add of 250, against add of 5", far, near, "ns", 1.5)


def a_million() -> Row:
    """A million adds, vectorised on both sides."""
    generator, count = np.random.default_rng(1), 1_000_000
    bounds = date(2018, 1, 2).toordinal(), date(2026, 10, 1).toordinal()
    ordinals = generator.integers(*bounds, count).astype("int32")
    numbers = generator.integers(1, 61, count).astype("int32")
    stamps = (ordinals.astype("int64") - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    table, busy = batch_calendar(CALENDAR), numpy_calendar()
    ours, peer = each(
        count,
        lambda: table.add(ordinals, numbers),
        lambda: np.busday_offset(stamps, numbers, roll="backward", busdaycal=busy),
    )
    return faster("a million adds at once, against numpy", ours, peer, "ns", 25)


def each(operations: int, *works: Work) -> list[float]:
    """The best time of each, in nanoseconds an operation."""
    return [taken / operations * 1e9 for taken in best_of(ROUNDS, *works)]


def numpy_calendar() -> np.busdaycalendar:
    """The same calendar for numpy: every day works unless listed, so that made-up Saturdays can count."""
    off = [day for day in days(CALENDAR.first, CALENDAR.last) if not CALENDAR.is_working(day)]
    return np.busdaycalendar(weekmask="1111111", holidays=off)


def agreement_with_the_library() -> Row:
    """Every day of ten years: as `holidays` has it, or as a notice of a swap that it does not have yet says."""
    every = list(days(FIRST, LAST))
    same = [day for day in every if CALENDAR.is_working(day) == VIETNAM.is_working_day(day)]
    newer = [day for day in every if swapped(day) and day not in same]
    what = f"days of 2018-2027 as holidays has them ({len(newer)} by a notice it lacks)"
    return agreeing(what, len(same) + len(newer), len(every))


def swapped(day: date) -> bool:
    """Whether a recorded notice takes this very day off or makes it work."""
    off = CALENDAR.off.get(day)
    return day in CALENDAR.working_weekends or bool(off and off.kind == "swap_off")


def agreement_with_numpy(pairs: Sequence[tuple[date, int]]) -> Row:
    """Random adds: the same day as numpy finds."""
    busy = numpy_calendar()
    same = sum(
        CALENDAR.add(day, n) == np.busday_offset(day, n, roll="backward", busdaycal=busy).astype(date)
        for day, n in pairs
    )
    return agreeing("random adds, the same day as numpy", same, len(pairs))


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
