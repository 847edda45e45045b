"""A figure beside its peer: how it is timed, how it is printed, and whether its target holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Work = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, in one unit; `target` is the least times faster than the peer, or the most times slower."""

    what: str
    ours: float
    peer: float
    unit: str
    ratio: float
    target: str
    holds: bool

    def __str__(self) -> str:
        if not self.target:
            return f"{self.what:86} {_short(self.ours):>9} {'':9} {self.unit}"
        figures = f"{_short(self.ours):>9} {_short(self.peer):>9} {self.unit:5} x{self.ratio:<8.3g}"
        return f"{self.what:86} {figures} {self.target:>10} {'holds' if self.holds else 'MISSED'}"

    def facts(self) -> dict[str, Any]:
        """The row as JSON keeps it."""
        return asdict(self)


def faster(what: str, ours: float, peer: float, unit: str, least: float) -> Row:
    """Ours takes at most `least` times less than the peer."""
    return Row(what, ours, peer, unit, peer / ours, f">= {least:g}", peer / ours >= least)


def slower(what: str, ours: float, peer: float, unit: str, most: float) -> Row:
    """Ours takes at most `most` times as long as the peer."""
    return Row(what, ours, peer, unit, ours / peer, f"<= {most:g}", ours / peer <= most)


def reaching(what: str, ours: float, floor: float, unit: str, least: float) -> Row:
    """Ours, of which more is better, is at least `least`; `floor` is what the machine could do at all."""
    return Row(what, ours, floor, unit, ours / floor, f">= {_short(least)}", ours >= least)


def agreeing(what: str, same: int, every: int) -> Row:
    """Ours says the same in every case."""
    return Row(what, same, every, "cases", same / every, "= 1", same == every)


def within(what: str, ours: float, most: float, unit: str) -> Row:
    """Ours is at most `most`; there is no peer but the promise."""
    return Row(what, ours, most, unit, ours / most, f"<= {_short(most)}", ours <= most)


def noted(what: str, ours: float, unit: str) -> Row:
    """A figure nothing was promised of."""
    return Row(what, ours, ours, unit, 1.0, "", True)


def best_of(rounds: int, *works: Work, clock: Clock = time.perf_counter) -> list[float]:
    """The best time of each work in seconds; taken in turns, so that all meet the same machine."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            best[place] = min(best[place], seconds(work, clock))
    return best


def seconds(work: Work, clock: Clock = time.perf_counter) -> float:
    """How long `work` takes; by `time.process_time`, without what the machine does besides."""
    started = clock()
    work()
    return clock() - started


def _short(figure: float) -> str:
    if figure >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.3g}"
