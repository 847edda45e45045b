"""When a plan task falls due: what its words mean, as values."""

from __future__ import annotations

from dataclasses import dataclass

from rules.deadlines import Rule
from rules.periods import CutOffs, PeriodKind


@dataclass(frozen=True, slots=True)
class Once:
    """A rule with its own date: «trước ngày 03/7/2024», «Quý II, III năm 2024»."""

    rule: Rule


@dataclass(frozen=True, slots=True)
class ByLaw:
    """«theo quy định»: whatever term of law holds for this duty on the day of the fact (rules/law)."""

    duty: str


@dataclass(frozen=True, slots=True)
class Stated:
    """«có thời hạn cụ thể»: the day the event's own document names (a finding, a promise)."""


Counted = Rule | ByLaw
Due = Counted | Stated


@dataclass(frozen=True, slots=True)
class Each:
    """Once in each period: «hằng quý», «6 tháng, năm»; `due` counts from the period's end, none means by its end.

    `only` keeps some periods of the year (1-based); `cut_off` says the period's end closes figures to report.
    """

    period: PeriodKind
    due: Counted | None = None
    only: tuple[int, ...] = ()
    cut_off: bool = False
    cut_offs: CutOffs = "calendar"


@dataclass(frozen=True, slots=True)
class Times:
    """A quota: «ít nhất 2 lần/năm»; its checkpoints are internal, spread over the period."""

    n: int
    per: PeriodKind


@dataclass(frozen=True, slots=True)
class OnEvent:
    """«khi …», «sau khi …»: nothing until the event is recorded; `due` counts from its day."""

    event: str
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """«Thường xuyên»: no term in law or plan; an internal checkpoint asks for evidence each quarter."""

    checkpoint: PeriodKind = "quarter"


When = Once | Each | Times | OnEvent | Standing
