"""The working calendar: every official day, and counting that agrees with independent oracles."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import HOUSE, PLANS

from models.calendar_file import calendar_of, read_notices
from rules.notices import Notice, OffDay, Swap, calendar_from
from rules.working_days import CalendarNotKnown, NoWorkingDays, WorkingCalendar

REFERENCE = HOUSE.parent / "shared" / "reference" / "vn_calendar.csv"
OFFICE = calendar_of(read_notices(PLANS / "calendar.yaml"))
DAYS = st.dates(date(2018, 1, 2), date(2027, 12, 30))


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def walk(calendar: WorkingCalendar, day: date, n: int) -> date:
    """The n-th working day after (before) `day`, one day at a time."""
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= calendar_says_work(calendar, day)
    return day


def calendar_says_work(calendar: WorkingCalendar, day: date) -> bool:
    """Straight from the two lists, not from the table under test."""
    return day not in calendar.off and (day.weekday() < 5 or day in calendar.working_weekends)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference calendar is not beside this checkout")
def test_every_day_of_2018_to_2027_is_what_the_reference_says() -> None:
    rows = {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(REFERENCE.open(encoding="utf-8"))}
    for day in every_day(date(2018, 1, 1), date(2027, 12, 31)):
        off = OFFICE.off.get(day)
        found = off.kind if off else "swap_work" if day in OFFICE.working_weekends else None
        assert found == rows.get(day), day


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        ("2018-12-31", "2019-01-05"),
        ("2019-04-29", "2019-05-04"),
        ("2024-04-29", "2024-05-04"),
        ("2025-05-02", "2025-04-26"),
        ("2026-01-02", "2026-01-10"),
        ("2026-08-31", "2026-08-22"),
    ],
)
def test_a_swap_ties_the_day_off_to_its_working_saturday(off: str, worked: str) -> None:
    made_up = OFFICE.working_weekends[date.fromisoformat(worked)]
    assert made_up.for_day == date.fromisoformat(off)
    assert not OFFICE.is_working(date.fromisoformat(off))
    assert OFFICE.is_working(date.fromisoformat(worked))
    assert made_up.instrument == OFFICE.off[date.fromisoformat(off)].instrument


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-28"])
def test_the_swap_proposed_around_24_november_2026_was_not_kept(day: str) -> None:
    assert OFFICE.is_working(date.fromisoformat(day)) == (date.fromisoformat(day).weekday() < 5)


@given(DAYS, st.integers(-250, 250).filter(bool))
def test_adding_working_days_agrees_with_a_day_by_day_walk(day: date, n: int) -> None:
    if not date(2018, 1, 1) <= day + timedelta(days=2 * n) <= date(2030, 1, 1):
        return
    assert OFFICE.add(day, n) == walk(OFFICE, day, n)


@given(DAYS, DAYS)
def test_counting_agrees_with_a_day_by_day_walk(after: date, through: date) -> None:
    days = every_day(after + timedelta(days=1), through)
    assert OFFICE.count(after, through) == sum(calendar_says_work(OFFICE, day) for day in days)


@given(DAYS, st.integers(1, 60))
def test_adding_agrees_with_numpy(day: date, n: int) -> None:
    off = {d for d in OFFICE.off if d.weekday() < 5}
    off |= {
        d
        for d in every_day(date(2018, 1, 1), date(2028, 12, 31))
        if d.weekday() >= 5 and (d not in OFFICE.working_weekends or d in OFFICE.off)
    }
    busy = np.busdaycalendar(weekmask="1111111", holidays=sorted(off))
    found = np.busday_offset(np.datetime64(day), n, roll="backward", busdaycal=busy)
    assert OFFICE.add(day, n) == found.astype(date)


@given(DAYS, st.integers(1, 100))
def test_adding_then_counting_comes_back(day: date, n: int) -> None:
    assert OFFICE.count(day, OFFICE.add(day, n)) == n


def test_past_what_it_reaches_the_calendar_refuses() -> None:
    with pytest.raises(CalendarNotKnown, match=r"31/12/2050.*01/01/2051"):
        OFFICE.is_working(date(2051, 1, 1))
    with pytest.raises(CalendarNotKnown):
        OFFICE.add(date(2050, 12, 1), 100_000)
    with pytest.raises(CalendarNotKnown):
        OFFICE.add(date(2018, 1, 3), -5)


def test_a_calendar_in_which_nobody_works_is_refused() -> None:
    week = every_day(date(2024, 1, 6), date(2024, 1, 7))
    with pytest.raises(NoWorkingDays):
        WorkingCalendar(week[0], week[-1], {}, {}, week[-1])


def test_the_calendar_knows_how_far_it_knows() -> None:
    assert OFFICE.known_through == date(2027, 12, 31)
    assert OFFICE.is_provisional(date(2028, 1, 1))
    as_of_march = calendar_of(read_notices(PLANS / "calendar.yaml"), as_of=date(2024, 3, 1))
    assert as_of_march.known_through == date(2024, 12, 31)
    assert as_of_march.is_working(date(2024, 4, 29))


def test_the_same_notices_make_the_same_version_and_one_more_makes_another() -> None:
    notices = read_notices(PLANS / "calendar.yaml")
    assert calendar_of(notices).version == calendar_of(notices[::-1]).version == OFFICE.version
    storm = Notice("12/QĐ-UBND", date(2024, 9, 7), "UBND", "S", off=(OffDay(date(2024, 9, 9), "Bão", "closure"),))
    assert calendar_from([*(keys.notice() for keys in notices), storm]).version != OFFICE.version


def test_a_swap_is_undone_by_another_notice() -> None:
    swap = Notice("1", date(2024, 4, 12), "VPCP", "S", swaps=(Swap(date(2024, 4, 29), date(2024, 5, 4)),))
    undone = Notice("2", date(2024, 4, 20), "VPCP", "S", working=(date(2024, 4, 29), date(2024, 5, 4)))
    calendar = calendar_from([swap, undone])
    assert calendar.is_working(date(2024, 4, 29))
    assert not calendar.is_working(date(2024, 5, 4))
