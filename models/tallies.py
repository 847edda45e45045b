"""How an office stands for who leads it: counted by unit, index and kind, the worst first, and month by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from models.family_tables import Posting
from models.hindsight import outcome_of
from models.tables import Obligation
from models.views import KINDS, ObligationLine
from rules.figures import INDICES, NO_INDEX, Outcome
from rules.vietnamese import alphabetical

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some obligations are in each state; the office's own checkpoints are counted apart."""

    key: str
    name: str
    on_time: int
    soon: int
    overdue: int
    passed: int  # checkpoints of the office's own whose day has passed: no law's day

    @property
    def total(self) -> int:
        """Everything open that has a day by law or plan."""
        return self.on_time + self.soon + self.overdue


@dataclass(frozen=True, slots=True)
class Month:
    """What fell due in one month, and what became of it."""

    first: date
    counts: dict[Outcome, int]

    @property
    def last(self) -> date:
        """The last day of the month."""
        return _month(self.first, 1) - timedelta(days=1)

    @property
    def total(self) -> int:
        """All that fell due in it."""
        return sum(self.counts.values())


def tally_of(lines: Iterable[ObligationLine], key: str = "", name: str = "") -> Tally:
    """How `lines` stand together."""
    found = list(lines)
    states = [line.state for line in found if line.by_law]
    passed = sum(line.internal and line.state == "qua-han" for line in found)
    soon = states.count("sap-den-han") + states.count("hom-nay")
    return Tally(key, name, states.count("dung-han"), soon, states.count("qua-han"), passed)


def by_unit(lines: Iterable[ObligationLine]) -> list[Tally]:
    """One row for each lead unit with anything to do."""
    return _worst_first((line.lead_code, line.lead, line) for line in lines)


def by_index(lines: Iterable[ObligationLine]) -> list[Tally]:
    """One row for each index of the plan; the key of what belongs to none is empty."""
    named = {number: f"{number}. {name}" for number, name in INDICES.items()}
    return _worst_first(
        (str(line.index_number or ""), named.get(line.index_number or 0, NO_INDEX), line) for line in lines
    )


def by_kind(lines: Iterable[ObligationLine]) -> list[Tally]:
    """One row for each kind of plan task."""
    return _worst_first((line.kind, KINDS[line.kind], line) for line in lines)


def _worst_first(named: Iterable[tuple[str, str, ObligationLine]]) -> list[Tally]:
    groups: dict[tuple[str, str], list[ObligationLine]] = {}
    for key, name, line in named:
        groups.setdefault((key, name), []).append(line)
    rows = [tally_of(lines, key, name) for (key, name), lines in groups.items()]
    return sorted(
        (row for row in rows if row.total or row.passed),
        key=lambda row: (-row.overdue, -row.soon, -row.passed, alphabetical(row.name)),
    )


def months_until(session: Session, lines: Sequence[ObligationLine], day: date) -> list[Month]:
    """What fell due by law in this month and the eleven before it, judged as the periodic reports judge it."""
    months = [Month(_month(day, -back), {}) for back in reversed(range(MONTHS))]
    taken_down, places = _taken_down(session), {month.first: month for month in months}
    for line in lines:
        month = places.get(line.legal.replace(day=1))
        if month is None or line.internal:
            continue
        down = line.done_on and taken_down.get(line.code, line.done_on)
        stands = outcome_of(line.status, line.nature, line.legal, line.done_on, down, day - timedelta(days=1))
        month.counts[stands] = month.counts.get(stands, 0) + 1
    for month in months:
        for never in ("truoc-theo-doi", "khong-con-ap-dung"):
            month.counts.pop(never, None)
    return months


def _taken_down(session: Session) -> dict[str, date | None]:
    """When each posting that must be kept came down, by the code of the obligation to keep it; None: it is still up."""
    kept = select(col(Obligation.code), col(Posting.taken_down_on)).join(
        Obligation, col(Obligation.id) == col(Posting.keep_id)
    )
    return dict(session.execute(kept).tuples().all())


def _month(day: date, months: int) -> date:
    """The first day of the month this many months after that of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
