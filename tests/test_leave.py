"""Who acts for whom: substitutes in a row, circles, days that end at midnight, nobody left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.leave import Absence, acting_for

MON, FRI = date(2024, 6, 17), date(2024, 6, 21)
A, B, C, D = 1, 2, 3, 4


def away(person: int, substitute: int | None = None, first: date = MON, last: date = FRI) -> Absence:
    return Absence(person, first, last, substitute)


@pytest.mark.parametrize(
    ("absences", "acts", "why"),
    [
        ([], A, "nobody is away"),
        ([away(A, B)], B, "B stands in for A"),
        ([away(A, B), away(B, C)], C, "B is away too, and C stands in for B"),
        ([away(A, B), away(B, C), away(C, D)], D, "three in a row"),
        ([away(A)], None, "nobody was named"),
        ([away(A, B), away(B)], None, "the chain ends with nobody"),
        ([away(A, B), away(B, A)], None, "each stands in for the other"),
        ([away(A, B), away(B, C), away(C, B)], None, "a circle that A is not part of"),
        ([away(A, A)], None, "named oneself"),
        ([away(A, B), away(A, C)], C, "what was recorded last holds"),
        ([away(B, C)], A, "another person's leave"),
    ],
)
def test_on_a_day_of_leave(absences: list[Absence], acts: int | None, why: str) -> None:
    assert acting_for(A, date(2024, 6, 19), absences) == acts, why


@pytest.mark.parametrize(
    ("day", "acts"),
    [(date(2024, 6, 14), A), (MON, B), (FRI, B), (date(2024, 6, 22), A)],
)
def test_leave_begins_with_its_first_day_and_ends_with_its_last(day: date, acts: int) -> None:
    assert acting_for(A, day, [away(A, B)]) == acts


def test_a_substitute_whose_own_leave_is_over_stands_in_again() -> None:
    absences = [away(A, B), away(B, C, MON, MON)]
    assert acting_for(A, MON, absences) == C
    assert acting_for(A, date(2024, 6, 18), absences) == B


ABSENCES = st.lists(
    st.builds(
        lambda person, start, length, substitute: Absence(
            person, MON + timedelta(days=start), MON + timedelta(days=start + length), substitute
        ),
        st.integers(1, 6), st.integers(0, 6), st.integers(0, 6), st.none() | st.integers(1, 6),
    ),
    max_size=12,
)  # fmt: skip


def walked(person: int, day: date, absences: list[Absence]) -> int | None:
    """The same by a walk of at most as many steps as there are people."""
    for _ in range(8):
        mine = [a for a in absences if a.person == person and a.first <= day <= a.last]
        if not mine:
            return person
        if mine[-1].substitute is None:
            return None
        person = mine[-1].substitute
    return None


@given(ABSENCES, st.integers(1, 6), st.integers(0, 12))
def test_who_acts_is_there_and_found_by_any_walk(absences: list[Absence], person: int, after: int) -> None:
    day = MON + timedelta(days=after)
    acts = acting_for(person, day, absences)
    assert acts == walked(person, day, absences)
    assert acts is None or not any(a.person == acts and a.covers(day) for a in absences)
