"""What a periodic report counts: each obligation as one line, and every figure a count of lines that can be listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from rules.vietnamese import alphabetical

Outcome = Literal["dung-han", "tre-han", "qua-han", "khong-du", "trong-han", "khong-con-ap-dung", "truoc-theo-doi"]
OUTCOMES: dict[Outcome, str] = {
    "dung-han": "Hoàn thành đúng hạn",
    "tre-han": "Hoàn thành trễ hạn",
    "qua-han": "Quá hạn, chưa hoàn thành",
    "khong-du": "Không giữ đủ thời gian niêm yết",
    "trong-han": "Đang thực hiện, chưa đến hạn",
    "khong-con-ap-dung": "Không còn áp dụng",
    "truoc-theo-doi": "Đến hạn trước khi theo dõi",
}
# A checkpoint of the office's own is not a term: it is met or it lacks evidence, never «late».
INTERNAL_OUTCOMES: dict[Outcome, str] = {
    **OUTCOMES,
    "truoc-theo-doi": "Trước khi theo dõi",
    "dung-han": "Đã có minh chứng",
    "tre-han": "Có minh chứng sau mốc nội bộ",
    "qua-han": "Chưa có minh chứng",
    "trong-han": "Chưa đến mốc nội bộ",
}
INDICES: dict[int, str] = {  # as the plan's appendix numbers them; PAPI itself has eight
    1: "Tham gia của người dân",
    2: "Thực hiện dân chủ trong hoạt động của UBND",
    3: "Công khai, minh bạch trong việc ra quyết định",
    4: "Trách nhiệm giải trình với người dân",
    5: "Kiểm soát tham nhũng trong khu vực công",
    6: "Thủ tục hành chính công",
    7: "Cung ứng dịch vụ công",
    8: "Quản trị môi trường",
    9: "Quản trị điện tử",
}
NO_INDEX = "Tổ chức thực hiện kế hoạch"  # duties of the plan's body that belong to no index


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation as a report saw it on the cut-off day."""

    code: str
    task: str  # code of the plan task
    title: str
    period: str
    kind: str
    index: int | None
    unit: str  # name of the lead unit
    legal: date
    internal: bool  # a checkpoint of the office's own, never counted as a term of law or plan
    outcome: Outcome
    done_on: date | None
    days_late: int  # working days after `legal`, 0 when not late
    evidence: tuple[str, ...]  # số, ký hiệu văn bản; name and SHA-256 of a file; link
    reason: str  # why it was late, as the unit said; empty when it said nothing
    findings: tuple[str, ...]  # «gỡ niêm yết sớm», …

    @property
    def result(self) -> str:
        """The outcome in words."""
        return (INTERNAL_OUTCOMES if self.internal else OUTCOMES)[self.outcome]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of figures: `key` finds its lines again, `counts` how many lines have each outcome."""

    key: str
    name: str
    counts: dict[Outcome, int]
    internal: dict[Outcome, int]

    @property
    def total(self) -> int:
        """All lines of the row, internal checkpoints left out."""
        return sum(self.counts.values())


def outcome(legal: date, done_on: date | None, cut_off: date) -> Outcome:
    """How an obligation that applies stands at the end of `cut_off`."""
    if done_on is not None:
        return "dung-han" if done_on <= legal else "tre-han"
    return "qua-han" if legal <= cut_off else "trong-han"


def by_index(lines: Sequence[Line]) -> list[Row]:
    """One row for each of the plan's indices, then one for the duties outside them."""
    rows = [_row(str(number), f"{number}. {name}", _picked(lines, number)) for number, name in INDICES.items()]
    return [*rows, _row("", NO_INDEX, _picked(lines, None))]


def by_unit(lines: Sequence[Line]) -> list[Row]:
    """One row for each lead unit, in the order of their names."""
    return [_row(unit, unit, [line for line in lines if line.unit == unit]) for unit in _names(lines)]


def total(lines: Sequence[Line]) -> Row:
    """All lines together."""
    return _row("tong", "Tổng cộng", lines)


def matching(
    lines: Iterable[Line],
    outcome: str | None = None,
    index: str | None = None,
    unit: str | None = None,
    internal: bool | None = None,
) -> list[Line]:
    """The lines behind a figure: those with this outcome, index («» for none), unit and nature."""
    tests: list[Callable[[Line], bool]] = [
        lambda line: outcome is None or line.outcome == outcome,
        lambda line: index is None or (str(line.index) if line.index else "") == index,
        lambda line: unit is None or line.unit == unit,
        lambda line: internal is None or line.internal == internal,
    ]
    return [line for line in lines if all(test(line) for test in tests)]


def line_json(line: Line) -> dict[str, Any]:
    """A line as stored with the frozen report."""
    days = {"legal": line.legal.isoformat(), "done_on": line.done_on.isoformat() if line.done_on else None}
    return {**asdict(line), **days, "evidence": list(line.evidence), "findings": list(line.findings)}


def line_of(stored: dict[str, Any]) -> Line:
    """The line that line_json stored."""
    done = stored["done_on"]
    values = {
        "legal": date.fromisoformat(stored["legal"]),
        "done_on": date.fromisoformat(done) if done else None,
        "evidence": tuple(stored["evidence"]),
        "findings": tuple(stored["findings"]),
    }
    return Line(**{**stored, **values})


def _names(lines: Sequence[Line]) -> list[str]:
    return sorted({line.unit for line in lines}, key=alphabetical)


def _picked(lines: Sequence[Line], index: int | None) -> list[Line]:
    return [line for line in lines if line.index == index]


def _row(key: str, name: str, lines: Sequence[Line]) -> Row:
    return Row(key, name, _counts(lines, False), _counts(lines, True))


def _counts(lines: Sequence[Line], internal: bool) -> dict[Outcome, int]:
    return {kind: sum(line.internal == internal and line.outcome == kind for line in lines) for kind in OUTCOMES}
