"""What a rehearsal asks of people: each one's heaviest morning, mornings with too much, tight windows, totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.rehearsal_file import Due, Recipient, Rehearsal

TIGHT = 1  # working days between cut-off and due: the least NĐ 09/2019/NĐ-CP Đ8.5 allows


@dataclass(frozen=True, slots=True)
class Measure:
    """What is too much on one morning: more letters for one person, or more mails for the office."""

    lines: int = 15
    mails: int = 40


@dataclass(frozen=True, slots=True)
class Peak:
    """The morning on which somebody gets the most letters."""

    day: date
    lines: int


@dataclass(frozen=True, slots=True, order=True)
class Crowded:
    """A morning with too much: `person` has `count` letters, or, unnamed, the office sends `count` mails."""

    day: date
    person: str
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A rehearsal in numbers."""

    obligations: int
    letters: int
    mails: int
    people: int
    mornings: int
    crowded: int


def peaks(rehearsal: Rehearsal) -> dict[str, Peak]:
    """Each person's heaviest morning, the first of equal ones; the most burdened person first."""
    found = {one.code: peak for one in rehearsal.people if (peak := _peak(one))}
    return dict(sorted(found.items(), key=lambda item: (-item[1].lines, item[0])))


def crowded(rehearsal: Rehearsal, measure: Measure) -> list[Crowded]:
    """Every morning with too much for a person or for the office, in order of time."""
    people = (
        Crowded(mail.day, one.code, mail.lines)
        for one in rehearsal.people
        for mail in one.mails
        if mail.lines > measure.lines
    )
    office = (Crowded(one.day, "", one.mails) for one in rehearsal.mornings if one.mails > measure.mails)
    return sorted([*people, *office])


def tight_windows(rehearsal: Rehearsal) -> list[Due]:
    """What leaves one working day or none between its cut-off and its due day."""
    return [row for row in rehearsal.obligations if row.window is not None and row.window <= TIGHT]


def totals(rehearsal: Rehearsal, measure: Measure) -> Totals:
    """`rehearsal` in numbers."""
    return Totals(
        obligations=len(rehearsal.obligations),
        letters=sum(len(row.letters) for row in rehearsal.obligations),
        mails=sum(len(one.mails) for one in rehearsal.people),
        people=len(rehearsal.people),
        mornings=len(rehearsal.mornings),
        crowded=len(crowded(rehearsal, measure)),
    )


def _peak(person: Recipient) -> Peak | None:
    heaviest = max(person.mails, key=lambda mail: (mail.lines, -mail.day.toordinal()), default=None)
    return Peak(heaviest.day, heaviest.lines) if heaviest and heaviest.lines else None
