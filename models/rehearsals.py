"""Two rehearsals compared: which days moved and for whom, whose letters and heaviest mornings are others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.rehearsal_burden import Crowded, Measure, Peak, Totals, crowded, peaks, tight_windows, totals
from models.rehearsal_file import Due, Mailed, Rehearsal
from models.rehearsal_inputs import input_changes
from rules.working_days import WorkingCalendar

DayKind = Literal["nominal", "legal", "target"]
DAY_KINDS: tuple[DayKind, ...] = ("nominal", "legal", "target")


@dataclass(frozen=True, slots=True)
class DayMoved:
    """One of an obligation's days, before and after; `working_days` it went forward, or back when negative."""

    kind: DayKind
    before: date
    after: date
    working_days: int


@dataclass(frozen=True, slots=True)
class Moved:
    """An obligation whose days differ."""

    due: Due
    days: tuple[DayMoved, ...]


@dataclass(frozen=True, slots=True)
class Altered:
    """An obligation that differs in something that is no day and no letter: in which fields."""

    was: Due
    due: Due
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterMoved:
    """A letter of one rung of one obligation, and the day it is told before and after; None where it is not told."""

    code: str
    rung: str
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class PersonLetters:
    """How somebody's letters differ, and on how many mornings their mail reads otherwise."""

    person: str
    gained: tuple[LetterMoved, ...]
    lost: tuple[LetterMoved, ...]
    moved: tuple[LetterMoved, ...]
    mornings: int


@dataclass(frozen=True, slots=True)
class PeakMoved:
    """Somebody's heaviest morning, before and after; None for who gets no letter."""

    person: str
    before: Peak | None
    after: Peak | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second of two rehearsals does otherwise; `inputs` names what it was run with otherwise."""

    inputs: tuple[str, ...]
    gone: tuple[Due, ...]
    new: tuple[Due, ...]
    moved: tuple[Moved, ...]
    altered: tuple[Altered, ...]
    letters: tuple[PersonLetters, ...]
    peaks: tuple[PeakMoved, ...]
    tight_new: tuple[Due, ...]
    tight_gone: tuple[Due, ...]
    crowded_new: tuple[Crowded, ...]
    crowded_gone: tuple[Crowded, ...]
    totals: tuple[Totals, Totals]

    @property
    def is_empty(self) -> bool:
        """Whether both come to the same, whatever they were run with."""
        lists = (self.gone, self.new, self.moved, self.altered, self.letters)  # the others follow from these
        return not any(lists)


def compare(before: Rehearsal, after: Rehearsal, measure: Measure = Measure()) -> Difference:  # noqa: B008  a frozen value
    """What `after` does otherwise than `before`; a distance counts the days worked under either calendar."""
    was, now = ({row.code: row for row in one.obligations} for one in (before, after))
    both = [(was[code], row) for code, row in now.items() if code in was]
    tight = [{row.code: row for row in tight_windows(one)} for one in (before, after)]
    crowds = [list(crowded(one, measure)) for one in (before, after)]
    return Difference(
        inputs=tuple(input_changes(before, after)),
        gone=_without(was, now),
        new=_without(now, was),
        moved=tuple(_moved(both, before, after)),
        altered=tuple(_altered(both)),
        letters=tuple(_letters(before, after)),
        peaks=tuple(_peaks(before, after)),
        tight_new=_without(tight[1], tight[0]),
        tight_gone=_without(tight[0], tight[1]),
        crowded_new=tuple(one for one in crowds[1] if one not in crowds[0]),
        crowded_gone=tuple(one for one in crowds[0] if one not in crowds[1]),
        totals=(totals(before, measure), totals(after, measure)),
    )


def _without(rows: Mapping[str, Due], others: Mapping[str, Due]) -> tuple[Due, ...]:
    return tuple(row for code, row in rows.items() if code not in others)


def _moved(both: Iterable[tuple[Due, Due]], before: Rehearsal, after: Rehearsal) -> Iterator[Moved]:
    differing = [(was, now) for was, now in both if _days_of(was) != _days_of(now)]
    calendars = [one.calendar() for one in (before, after)] if differing else []
    for was, now in differing:
        pairs = zip(DAY_KINDS, _days_of(was), _days_of(now), strict=True)
        yield Moved(now, tuple(DayMoved(k, a, b, _distance(calendars, a, b)) for k, a, b in pairs if a != b))


def _days_of(row: Due) -> tuple[date, date, date]:
    return row.nominal, row.legal, row.target


def _distance(calendars: Iterable[WorkingCalendar], before: date, after: date) -> int:
    """Working days from one to the other under the calendar that has more of them: the day off itself is one."""
    return max((one.count(before, after) - one.count(after, before) for one in calendars), key=abs)


FACTS = ("title", "period", "task", "kind", "unit", "implementers", "status", "internal", "window")


def _altered(both: Iterable[tuple[Due, Due]]) -> Iterator[Altered]:
    for was, now in both:
        if differing := tuple(name for name in FACTS if getattr(was, name) != getattr(now, name)):
            yield Altered(was, now, differing)


def _letters(before: Rehearsal, after: Rehearsal) -> Iterator[PersonLetters]:
    was, now = _told(before), _told(after)
    mails = [{one.code: one.mails for one in rehearsal.people} for rehearsal in (before, after)]
    for person in sorted({*was, *now, *mails[0], *mails[1]}):
        gained, lost, moved = _of_person(was.get(person, {}), now.get(person, {}))
        mornings = _mornings(mails[0].get(person, ()), mails[1].get(person, ()))
        if gained or lost or moved or mornings:
            yield PersonLetters(person, gained, lost, moved, mornings)


_Days = Mapping[tuple[str, str], date]  # (obligation, rung) -> the day it is told
_Letters = tuple[LetterMoved, ...]


def _told(rehearsal: Rehearsal) -> dict[str, dict[tuple[str, str], date]]:
    found: dict[str, dict[tuple[str, str], date]] = {}
    for row in rehearsal.obligations:
        for letter in row.letters:
            found.setdefault(letter.to, {})[row.code, letter.rung] = letter.on
    return found


def _of_person(was: _Days, now: _Days) -> tuple[_Letters, _Letters, _Letters]:
    """The letters gained, lost and told on another day."""
    gained = tuple(LetterMoved(*key, None, day) for key, day in now.items() if key not in was)
    lost = tuple(LetterMoved(*key, day, None) for key, day in was.items() if key not in now)
    moved = tuple(LetterMoved(*key, day, now[key]) for key, day in was.items() if now.get(key, day) != day)
    return gained, lost, moved


def _mornings(before: Iterable[Mailed], after: Iterable[Mailed]) -> int:
    """On how many mornings the mail differs, or there is one on one side only."""
    was, now = Counter(before), Counter(after)
    return len({mail.day for mail in [*(was - now), *(now - was)]})


def _peaks(before: Rehearsal, after: Rehearsal) -> Iterator[PeakMoved]:
    was, now = peaks(before), peaks(after)
    for person in {**now, **was}:
        if was.get(person) != now.get(person):
            yield PeakMoved(person, was.get(person), now.get(person))
