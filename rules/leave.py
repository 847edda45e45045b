"""Who acts for somebody who is away: substitutes followed one after the other, until one is there or nobody is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Absence:
    """Days `person` is away, both ends included (the last ends at 24:00), and who stands in (None: nobody named)."""

    person: int
    first: date
    last: date
    substitute: int | None = None

    def covers(self, day: date) -> bool:
        """Whether `person` is away on `day`."""
        return self.first <= day <= self.last


def acting_for(person: int, day: date, absences: Sequence[Absence]) -> int | None:
    """Who acts for `person` on `day`: themselves when they are there, else the first substitute who is.

    None when the chain ends with nobody, or comes back to someone already passed (A for B, B for A). Of two
    absences of one person over the same day the one recorded last, that is later in `absences`, holds.
    """
    passed: set[int] = set()
    acting: int | None = person
    while acting is not None and (away := _away(acting, day, absences)):
        if acting in passed:
            return None
        passed.add(acting)
        acting = away.substitute
    return acting


def _away(person: int, day: date, absences: Sequence[Absence]) -> Absence | None:
    mine = (absence for absence in reversed(absences) if absence.person == person)
    return next((absence for absence in mine if absence.covers(day)), None)
