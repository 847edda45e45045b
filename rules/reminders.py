"""The ladder: which rungs a deadline has, on which working days, and to whom each one goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, count, takewhile
from typing import Literal

from rules.working_days import WorkingCalendar

Audience = Literal["implementing", "lead", "lead_head", "chair", "superior"]


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: `offset` working days from the target day (0 = that day), and who hears of it."""

    offset: int
    to: tuple[Audience, ...]

    @property
    def name(self) -> str:
        """«-10», «0», «+3»: the stable name stored with each letter."""
        return f"{self.offset:+d}" if self.offset else "0"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs in order, then one every `then_every` working days while the obligation stays open (0: none)."""

    rungs: tuple[Rung, ...]
    then_every: int = 0
    then_to: tuple[Audience, ...] = ()


_DOERS: tuple[Audience, ...] = ("implementing", "lead")
FULL = Ladder(
    (
        Rung(-10, _DOERS),
        Rung(-5, _DOERS),
        Rung(-2, _DOERS),
        Rung(0, _DOERS),
        Rung(1, ("lead_head",)),
        Rung(3, ("chair",)),
        Rung(5, ("chair", "superior")),
    ),
    then_every=5,
    then_to=("implementing", "lead_head"),
)
# A checkpoint of the office's own: asked for, then told once to the head of the lead unit; the chair and the
# superior body never hear of it, and the next checkpoint asks again.
INTERNAL = Ladder((Rung(-10, _DOERS), Rung(-5, _DOERS), Rung(0, _DOERS), Rung(3, ("lead_head",))))
WEEKLY = Ladder((Rung(0, _DOERS), Rung(1, ("lead_head",)), Rung(3, ("chair",))))
HORIZON = Ladder((Rung(0, _DOERS),), then_every=5, then_to=_DOERS)  # next year's calendar: asked until it is there
# What must stay posted: told on its last day that it stays, on the next that it may come down, then until that is said.
KEEPING = Ladder((Rung(0, _DOERS), Rung(1, _DOERS)), then_every=10, then_to=_DOERS)
LADDERS = {"full": FULL, "internal": INTERNAL, "weekly": WEEKLY, "horizon": HORIZON, "keeping": KEEPING}


def told_as(name: str, rounds: int) -> str:
    """The name a rung's letters are stored under: told anew («-5~1») once more time was given."""
    return f"{name}~{rounds}" if rounds else name


def offset_of(name: str) -> int:
    """The working days «-5» or «-5~1» lies from the day it belongs to."""
    return int(name.partition("~")[0])


def rung_words(name: str) -> str:
    """«-10» as people say it: «trước 10 ngày làm việc»."""
    offset = offset_of(name)
    anew = " (sau khi có thêm thời gian)" if "~" in name else ""
    if offset == 0:
        return f"đúng ngày nên hoàn thành{anew}"
    return f"{'trước' if offset < 0 else 'sau'} {abs(offset)} ngày làm việc{anew}"


@dataclass(frozen=True, slots=True)
class DatedRung:
    """A rung with the working day it falls on."""

    offset: int
    on: date
    to: tuple[Audience, ...]

    @property
    def name(self) -> str:
        """The rung's stable name."""
        return Rung(self.offset, self.to).name


@dataclass(frozen=True, slots=True)
class DatedLadder:
    """A ladder frozen on an obligation: its dated rungs, and how it goes on after the last."""

    rungs: tuple[DatedRung, ...]
    then_every: int
    then_to: tuple[Audience, ...]


def date_ladder(ladder: Ladder, target: date, calendar: WorkingCalendar) -> DatedLadder:
    """`ladder` on the working days around `target`."""
    dated = tuple(DatedRung(r.offset, _on(target, r.offset, calendar), r.to) for r in ladder.rungs)
    return DatedLadder(dated, ladder.then_every, ladder.then_to)


def rungs_between(
    ladder: DatedLadder, target: date, calendar: WorkingCalendar, after_offset: int | None, day: date
) -> list[DatedRung]:
    """The rungs after `after_offset` (None: from the first) that have come by `day`."""
    later = _later(ladder, target, calendar, after_offset)
    return list(takewhile(lambda rung: rung.on <= day, later))


def next_rung(
    ladder: DatedLadder, target: date, calendar: WorkingCalendar, after_offset: int | None
) -> DatedRung | None:
    """The first rung after `after_offset`, or None when the ladder has ended."""
    return next(_later(ladder, target, calendar, after_offset), None)


def _later(
    ladder: DatedLadder, target: date, calendar: WorkingCalendar, after_offset: int | None
) -> Iterator[DatedRung]:
    """Rungs after `after_offset`, endless when the ladder repeats."""
    everything = chain(ladder.rungs, _repeats(ladder, target, calendar))
    return (rung for rung in everything if after_offset is None or rung.offset > after_offset)


def _repeats(ladder: DatedLadder, target: date, calendar: WorkingCalendar) -> Iterator[DatedRung]:
    if ladder.then_every:
        for offset in count(ladder.rungs[-1].offset + ladder.then_every, ladder.then_every):
            yield DatedRung(offset, _on(target, offset, calendar), ladder.then_to)


def _on(target: date, offset: int, calendar: WorkingCalendar) -> date:
    return calendar.add(target, offset) if offset else target
