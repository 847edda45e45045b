"""Deadlines: cases a lawyer could read, and what must hold for any rule on any day."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import HOUSE, PLANS
from ruamel.yaml import YAML

from models.calendar_file import calendar_of, read_notices
from rules.deadlines import (
    BeforeDate,
    BeforeDay,
    ByDay,
    DaysAfter,
    DaysBefore,
    EventMissing,
    MonthsAfter,
    Posting,
    Rule,
    WorkingDaysAfter,
    WorkingDaysBefore,
    extend,
    fall_due,
)
from rules.occurrences import Occurrence, occurrences
from rules.periods import periods_of, week_of
from rules.rule_json import RuleError, parse_rule, print_deadline, print_rule
from rules.schedule import Each, Standing, Times

OFFICE = calendar_of(read_notices(PLANS / "calendar.yaml"))
CASES = YAML(typ="safe").load((HOUSE / "tests" / "cases" / "deadlines.yaml").read_text(encoding="utf-8"))
VECTORS = HOUSE.parent / "shared" / "reference" / "vectors.csv"
FRI_29_DEC_2023 = date(2023, 12, 29)
B03 = Each("year", BeforeDay(3, months=1), cut_off=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']['kind']} {case['day']}")
def test_the_day_is_the_one_worked_by_hand(case: dict[str, Any]) -> None:
    deadline = fall_due(parse_rule(case["rule"]), OFFICE, case.get("event"))
    assert getattr(deadline, case["which"]) == case["day"]


@pytest.mark.skipif(not VECTORS.exists(), reason="the reference vectors are not beside this checkout")
def test_no_dated_reference_vector_is_left_out() -> None:
    rows = [row for row in csv.DictReader(VECTORS.open(encoding="utf-8")) if row["rule"] in _DATED]
    assert len(rows) == len(CASES)
    assert {row["expected_due"] for row in rows} == {case["day"].isoformat() for case in CASES}


_DATED = {
    "WORKING_DAYS_AFTER", "CALENDAR_DAYS_AFTER", "MONTHS_AFTER", "DAYS_BEFORE_EVENT", "POSTING_MIN_DAYS_UNTIL",
    "POSTING_WORKING_DAYS_UNTIL", "STRICTLY_BEFORE_DATE", "NOT_LATER_THAN_DATE_SAFE", "NOT_LATER_THAN_DATE_ROLLED",
    "WINDOW_END_SAFE",
}  # fmt: skip


def test_the_plan_was_due_on_monday_22_january_and_its_receipt_names_the_days_skipped() -> None:
    deadline = fall_due(WorkingDaysAfter(15), OFFICE, FRI_29_DEC_2023)
    assert deadline.target == deadline.legal == date(2024, 1, 22)
    assert [off.day for off in deadline.receipt.skipped if off.kind != "weekend"] == [date(2024, 1, 1)]
    assert "Tết Dương lịch" in " ".join(deadline.receipt.because)
    assert len([off for off in deadline.receipt.skipped if off.kind == "weekend"]) == 8


def test_six_month_report_is_due_tuesday_2_july() -> None:
    h1 = Each("half_year", BeforeDay(3, months=1), only=(1,), cut_off=True)
    (report,) = occurrences(h1, OFFICE, [2024], {})
    assert isinstance(report, Occurrence)
    assert report.deadline.target == report.deadline.legal == date(2024, 7, 2)
    assert report.cut_off == date(2024, 6, 30)
    assert report.deadline.findings == ()


@pytest.mark.parametrize(
    ("year", "legal", "target", "level"),
    [
        (2024, date(2025, 1, 2), date(2025, 1, 2), "warning"),  # Thursday: one working day left
        (2025, date(2026, 1, 2), date(2025, 12, 31), "error"),  # Friday, swapped off
        (2026, date(2027, 1, 2), date(2026, 12, 31), "error"),  # Saturday
    ],
)
def test_the_yearly_report_leaves_too_few_working_days_after_its_cut_off(
    year: int, legal: date, target: date, level: str
) -> None:
    (report,) = occurrences(B03, OFFICE, [year], {})
    assert isinstance(report, Occurrence)
    assert (report.deadline.legal, report.deadline.target) == (legal, target)
    assert [finding.level for finding in report.deadline.findings] == [level]


@pytest.mark.parametrize(("cut_off", "due", "days"), [("2024-06-30", "2024-07-02", 2), ("2025-12-31", "2026-01-02", 0)])
def test_working_days_between_cut_off_and_due(cut_off: str, due: str, days: int) -> None:
    assert OFFICE.count(date.fromisoformat(cut_off), date.fromisoformat(due)) == days


def test_periods_close_by_the_plan_or_by_decree_09() -> None:
    h1 = periods_of("half_year", 2024)[0]
    assert (h1.start, h1.end) == (date(2024, 1, 1), date(2024, 6, 30))
    h1 = periods_of("half_year", 2024, "nd09")[0]
    assert (h1.start, h1.end) == (date(2023, 12, 15), date(2024, 6, 14))
    q1 = periods_of("quarter", 2026, "nd09")[0]
    assert (q1.start, q1.end) == (date(2025, 12, 15), date(2026, 3, 14))
    year = periods_of("year", 2024, "nd09")[0]
    assert (year.start, year.end) == (date(2023, 12, 15), date(2024, 12, 14))


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "half_year", "year"])
@pytest.mark.parametrize("cut_offs", ["calendar", "nd09"])
def test_periods_touch_without_gap_or_overlap(kind: Any, cut_offs: Any) -> None:
    found = periods_of(kind, 2024, cut_offs) + periods_of(kind, 2025, cut_offs)
    for earlier, later in pairwise(found):
        assert later.start == earlier.end + timedelta(days=1)
    assert [period.ordinal for period in found[: len(found) // 2]] == list(range(1, len(found) // 2 + 1))


def test_a_week_without_a_working_day_gives_no_reception() -> None:
    tet = week_of(2026, 8)
    assert OFFICE.working_days(tet.start, tet.end) == []
    found = {item.key: item for item in occurrences(Each("week"), OFFICE, [2026], {})}
    assert not isinstance(found["2026-W08"], Occurrence)
    assert "không có ngày làm việc" in found["2026-W08"].reason


def test_the_week_of_the_swap_works_thursday_friday_and_saturday() -> None:
    week = week_of(2024, 18)
    assert OFFICE.working_days(week.start, week.end) == [date(2024, 5, 2), date(2024, 5, 3), date(2024, 5, 4)]


def test_a_deadline_ends_at_midnight_in_viet_nam_exclusive() -> None:
    deadline = fall_due(BeforeDate(date(2025, 1, 3)), OFFICE)
    assert deadline.ends_at.astimezone(UTC) == datetime(2025, 1, 2, 17, tzinfo=UTC)
    assert print_deadline(deadline)["ends_at"] == "2025-01-03T00:00:00+07:00"


def test_two_dialogues_a_year_have_internal_checkpoints() -> None:
    found = occurrences(Times(2, "year"), OFFICE, [2024], {})
    assert [item.deadline.target for item in found if isinstance(item, Occurrence)] == [
        date(2024, 6, 28),  # Friday
        date(2024, 12, 31),  # Tuesday
    ]
    assert all(isinstance(item, Occurrence) and item.internal for item in found)


def test_a_standing_task_is_never_shown_as_law() -> None:
    for item in occurrences(Standing(), OFFICE, [2024], {}):
        assert isinstance(item, Occurrence)
        assert item.internal
        assert item.deadline.receipt.basis == ()
        assert item.deadline.receipt.because[0].startswith("Mốc nội bộ")


def test_an_extension_counts_from_the_nominal_day() -> None:
    first = fall_due(DaysAfter(30), OFFICE, date(2025, 12, 3))
    assert (first.nominal, first.legal) == (date(2026, 1, 2), date(2026, 1, 5))
    assert extend(first, 30, OFFICE).legal == date(2026, 2, 2)


def test_past_the_announced_years_a_date_is_provisional_and_says_so() -> None:
    deadline = fall_due(WorkingDaysAfter(5), OFFICE, date(2028, 2, 1))
    assert deadline.provisional
    assert "Tạm tính" in deadline.receipt.because[-1]
    assert not fall_due(WorkingDaysAfter(5), OFFICE, date(2027, 2, 1)).provisional


def test_a_rule_that_counts_from_an_event_needs_one() -> None:
    with pytest.raises(EventMissing, match="ngày xảy ra sự kiện"):
        fall_due(DaysAfter(3), OFFICE)


numbers = st.integers(1, 120)
event_rules = st.one_of(
    st.builds(WorkingDaysAfter, numbers),
    st.builds(DaysAfter, numbers),
    st.builds(MonthsAfter, st.integers(1, 24)),
    st.builds(WorkingDaysBefore, numbers),
    st.builds(DaysBefore, numbers),
    st.builds(Posting, numbers, st.booleans()),
    st.builds(BeforeDay, st.integers(1, 31), st.integers(0, 12)),
    st.builds(ByDay, st.integers(1, 31), st.integers(0, 12)),
)


@given(event_rules, st.dates(date(2019, 1, 1), date(2026, 12, 31)))
def test_target_is_a_working_day_never_after_legal_and_legal_never_before_nominal(rule: Rule, event: date) -> None:
    deadline = fall_due(rule, OFFICE, event)
    assert OFFICE.is_working(deadline.target)
    assert deadline.target <= deadline.legal
    assert deadline.nominal <= deadline.legal
    assert all(not OFFICE.is_working(off.day) for off in deadline.receipt.skipped)
    assert deadline.receipt.because


@given(event_rules)
def test_a_rule_printed_and_read_again_is_the_same_rule(rule: Rule) -> None:
    assert parse_rule(print_rule(rule)) == rule


@given(event_rules, st.dates(date(2019, 1, 1), date(2026, 12, 30)))
def test_a_later_event_never_gives_an_earlier_deadline(rule: Rule, event: date) -> None:
    later = fall_due(rule, OFFICE, event + timedelta(days=1))
    assert fall_due(rule, OFFICE, event).legal <= later.legal


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({}, "«kind» cần một trong"),
        ({"kind": "soon"}, "đọc được 'soon'"),
        ([], "đối tượng JSON"),
        ({"kind": "days_after"}, "thiếu trường «n»"),
        ({"kind": "days_after", "n": 0}, "từ 1 đến"),
        ({"kind": "days_after", "n": -3}, "từ 1 đến"),
        ({"kind": "days_after", "n": 1.5}, "số nguyên"),
        ({"kind": "days_after", "n": True}, "số nguyên"),
        ({"kind": "days_after", "n": "3"}, "số nguyên"),
        ({"kind": "days_after", "n": 3, "days": 4}, "không có trường «days»"),
        ({"kind": "before_date", "day": "03/07/2024"}, "YYYY-MM-DD"),
        ({"kind": "before_date", "day": "2024-02-30"}, "có thật"),
        ({"kind": "before_date", "day": 20240703}, "YYYY-MM-DD"),
        ({"kind": "window", "start": "2024-02-01", "end": "2024-01-01"}, "đứng trước"),
        ({"kind": "before_day", "day": 32}, "từ 1 đến 31"),
        ({"kind": "posting", "n": 3, "working": "yes"}, "true hoặc false"),
    ],
)
def test_a_rule_that_cannot_be_read_says_what_was_found_and_expected(value: object, says: str) -> None:
    with pytest.raises(RuleError, match=says.replace("(", r"\(")):
        parse_rule(value)
