"""Many deadlines at once are the same days as one at a time, as a walk, and as numpy's own."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from office import PLANS
from test_calendar import calendar_says_work, every_day, walk

from deployments.due_batch import answer_dates
from models.calendar_file import calendar_of, read_notices
from rules.batch import VECTORISED, batch_calendar, fall_due_many
from rules.deadlines import fall_due
from rules.rule_json import parse_rule
from rules.working_days import CalendarNotKnown

OFFICE = calendar_of(read_notices(PLANS / "calendar.yaml"))
FIRST, LAST = date(2018, 6, 1).toordinal(), date(2027, 9, 1).toordinal()


def cases(count: int, seed: int) -> tuple[Any, Any]:
    chance = np.random.default_rng(seed)
    return chance.integers(FIRST, LAST, count).astype(np.int32), chance.integers(1, 61, count).astype(np.int32)


def test_ten_thousand_adds_agree_with_a_walk_with_numpy_and_with_the_single_add() -> None:
    days, numbers = cases(10_000, 2024)
    found = batch_calendar(OFFICE).add(days, numbers)
    off = [day for day in every_day(OFFICE.first, date(2030, 1, 1)) if not calendar_says_work(OFFICE, day)]
    busy = np.busdaycalendar(weekmask="1111111", holidays=off)
    stamps = (days.astype("int64") - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    by_numpy = np.busday_offset(stamps, numbers, roll="backward", busdaycal=busy).astype(object)
    for ordinal, n, landed, other in zip(days.tolist(), numbers.tolist(), found.tolist(), by_numpy, strict=True):
        day = date.fromordinal(ordinal)
        assert date.fromordinal(landed) == OFFICE.add(day, n) == walk(OFFICE, day, n) == other


@pytest.mark.parametrize("new_year", [date(2018, 12, 31), date(2026, 1, 2)])
def test_the_swaps_that_cross_new_year_are_counted_on_both_sides(new_year: date) -> None:
    around = [new_year + timedelta(days=i) for i in range(-40, 41)]
    days = np.array([day.toordinal() for day in around if day >= OFFICE.first], dtype=np.int32)
    for n in range(1, 41):
        found = batch_calendar(OFFICE).add(days, np.full(days.size, n, dtype=np.int32))
        assert [date.fromordinal(day) for day in found] == [
            walk(OFFICE, date.fromordinal(day), n) for day in days.tolist()
        ]


@pytest.mark.parametrize("kind", sorted(VECTORISED))
def test_each_kind_gives_the_three_days_that_the_single_evaluation_gives(kind: str) -> None:
    days, numbers = cases(600, 7)
    nominal, legal, target = fall_due_many(kind, days, numbers, OFFICE)
    for place, (ordinal, n) in enumerate(zip(days.tolist(), numbers.tolist(), strict=True)):
        one = fall_due(parse_rule({"kind": kind, "n": n}), OFFICE, date.fromordinal(ordinal))
        three = tuple(date.fromordinal(int(days[place])) for days in (nominal, legal, target))
        assert three == (one.nominal, one.legal, one.target)


def test_counts_agree_with_the_single_count() -> None:
    days, numbers = cases(500, 3)
    through = days + numbers
    found = batch_calendar(OFFICE).count(days, through)
    pairs = zip(days.tolist(), through.tolist(), strict=True)
    assert found.tolist() == [OFFICE.count(date.fromordinal(a), date.fromordinal(b)) for a, b in pairs]


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2051, 1, 1)])
def test_a_day_out_of_reach_is_refused(day: date) -> None:
    with pytest.raises(CalendarNotKnown):
        batch_calendar(OFFICE).add(np.array([day.toordinal()], dtype=np.int32), np.array([1], dtype=np.int32))


def test_a_batch_of_lines_keeps_its_order_and_only_the_bad_ones_fail() -> None:
    asked = [
        {"id": 1, "rule": {"kind": "working_days_after", "n": 15}, "event": "2023-12-29"},
        {"id": 2, "rule": {"kind": "working_days_after", "n": 15}, "event": "2050-12-29"},
        {"id": 3, "rule": {"kind": "months_after", "n": 1}, "event": "2024-01-31"},
        {"id": 4, "rule": {"kind": "days_before", "n": 7}, "event": "2026-09-09"},
        {"id": 5, "rule": {"kind": "before_date", "day": "2024-07-03"}},
        {"id": 6, "rule": {"kind": "days_after", "n": 3}},
    ]
    found = answer_dates([json.dumps(line) for line in asked], OFFICE)
    assert [line["id"] for line in found] == [1, 2, 3, 4, 5, 6]
    assert found[0] == {"id": 1, "nominal": "2024-01-22", "legal": "2024-01-22", "target": "2024-01-22"}
    assert found[3]["target"] == "2026-08-28"  # Friday
    assert ["error" in line for line in found] == [False, True, False, False, False, True]
