"""The pictures of figures: lengths of bars and heights of columns, each state drawn with a pattern of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.tallies import Month, Tally
from rules.figures import Outcome

BAR_WIDTH, LEAST = 180.0, 4.0  # what is there at all is seen
COLUMN_STEP, COLUMN_TOP, COLUMN_FOOT = 40, 24.0, 164.0
STATE_NAMES = {"qua-han": "Quá hạn", "sap-den-han": "Sắp đến hạn", "trong-han": "Trong hạn"}
MONTH_NAMES: dict[Outcome, str] = {
    "dung-han": "Đúng hạn",
    "tre-han": "Trễ hạn",
    "khong-du": "Không đủ thời gian niêm yết",
    "qua-han": "Còn nợ",
    "trong-han": "Chưa đến hạn",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a bar or column: what it counts, where it begins, how long it is."""

    state: str
    count: int
    at: float
    length: float


@dataclass(frozen=True, slots=True)
class Column:
    """One month of the chart."""

    month: Month
    x: int
    segments: tuple[Segment, ...]
    top: float


def bar_of(row: Tally, most: int) -> tuple[Segment, ...]:
    """The bar of a row, the longest of all being `most` obligations long; the worst comes first."""
    counts = zip(STATE_NAMES, (row.overdue, row.soon, row.on_time), strict=True)
    return tuple(_stacked([(state, count) for state, count in counts if count], BAR_WIDTH / max(most, 1)))


def columns_of(months: Sequence[Month]) -> list[Column]:
    """A column for each month, on one scale."""
    most = max((month.total for month in months), default=0)
    return [_column(month, place, most) for place, month in enumerate(months)]


def month_names(months: Sequence[Month]) -> dict[Outcome, str]:
    """What the columns count: always what was on time, late or still owed; the others when there are any."""
    seen = {outcome for month in months for outcome in month.counts}
    return {kind: name for kind, name in MONTH_NAMES.items() if kind in ("dung-han", "tre-han", "qua-han", *seen)}


def _column(month: Month, place: int, most: int) -> Column:
    counts = [(kind, count) for kind in MONTH_NAMES if (count := month.counts.get(kind, 0))]
    segments = _stacked(counts, (COLUMN_FOOT - COLUMN_TOP) / max(most, 1))
    raised = tuple(Segment(s.state, s.count, round(COLUMN_FOOT - s.at - s.length, 1), s.length) for s in segments)
    return Column(month, place * COLUMN_STEP, raised, min((s.at for s in raised), default=COLUMN_FOOT))


def _stacked(counts: Sequence[tuple[str, int]], scale: float) -> list[Segment]:
    segments: list[Segment] = []
    at = 0.0
    for state, count in counts:
        length = round(max(LEAST, count * scale), 1)
        segments.append(Segment(state, count, round(at, 1), length))
        at += length
    return segments
