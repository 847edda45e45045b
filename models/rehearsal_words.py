"""Rehearsals in Vietnamese: the words the command and the pages both use for days, distances and who is meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from models.news import letter_words
from models.obligations import STATUSES
from models.rehearsal_burden import Crowded, Measure, Peak
from models.rehearsal_file import Due, Rehearsal
from models.rehearsals import Altered, DayKind, DayMoved, LetterMoved, Moved
from models.views import KINDS
from rules.vietnamese import dmy, weekday_dmy

NOBODY = "Việc chung"  # what no unit leads
SAME = "Hai lần chạy thử giống hệt nhau"
DAY_NAMES: dict[DayKind, str] = {
    "nominal": "ngày theo câu chữ",
    "legal": "hạn theo quy định",
    "target": "ngày nên hoàn thành",
}


def unit_words(due: Due) -> str:
    """The unit that answers for it."""
    return due.unit.name if due.unit else NOBODY


def due_words(due: Due) -> str:
    """«Báo cáo kết quả PAPI cả năm, năm 2024»."""
    return f"{due.title}, {due.period}"


def moved_words(moved: Moved) -> list[str]:
    """«ngày nên hoàn thành: thứ Hai, 29/04/2024 -> thứ Sáu, 26/04/2024, sớm hơn 1 ngày làm việc»."""
    return [
        f"{names}: {weekday_dmy(day.before)} -> {weekday_dmy(day.after)}, {distance_words(day)}"
        for names, day in days_together(moved)
    ]


def days_together(moved: Moved) -> list[tuple[str, DayMoved]]:
    """The days of an obligation that moved, under all their names where several moved alike."""
    alike: dict[tuple[date, date], list[DayMoved]] = {}
    for day in moved.days:
        alike.setdefault((day.before, day.after), []).append(day)
    return [(", ".join(DAY_NAMES[day.kind] for day in days), days[0]) for days in alike.values()]


def distance_words(day: DayMoved) -> str:
    """«muộn hơn 2 ngày làm việc»."""
    said = "muộn hơn" if day.after > day.before else "sớm hơn"
    return f"{said} {abs(day.working_days)} ngày làm việc"


def letter_moved_words(letter: LetterMoved) -> str:
    """«trước 2 ngày làm việc: 25/04/2024 -> 24/04/2024»; one day alone for a letter gained or lost."""
    days = " -> ".join(dmy(day) for day in (letter.before, letter.after) if day)
    return f"{letter_words(letter.rung)}: {days}"


def peak_words(peak: Peak | None) -> str:
    """«5 dòng, thứ Hai, 06/05/2024»."""
    return f"{peak.lines} dòng, {weekday_dmy(peak.day)}" if peak else "không có thư"


def crowded_words(one: Crowded, rehearsal: Rehearsal) -> str:
    """«thứ Ba, 31/12/2024: Dương Thị Phác Thảo, 30 dòng»."""
    who = f"{rehearsal.name_of(one.person)}, {one.count} dòng" if one.person else f"cả cơ quan, {one.count} thư"
    return f"{weekday_dmy(one.day)}: {who}"


def measure_words(measure: Measure) -> str:
    """What counts as too much on one morning."""
    return f"hơn {measure.lines} dòng cho một người, hoặc hơn {measure.mails} thư của cả cơ quan"


def window_words(due: Due) -> str:
    """«còn 1 ngày làm việc từ ngày chốt số liệu đến hạn thứ Năm, 02/01/2025»."""
    return f"còn {due.window} ngày làm việc từ ngày chốt số liệu đến hạn {weekday_dmy(due.legal)}"


def altered_words(one: Altered, before: Rehearsal, after: Rehearsal) -> list[tuple[str, str, str]]:
    """What each differing fact is called, and how it reads before and after."""
    return [(name, say(one.was, before), say(one.due, after)) for name, say in (_FACTS[field] for field in one.fields)]


_FACTS: dict[str, tuple[str, Callable[[Due, Rehearsal], str]]] = {
    "title": ("tên", lambda due, _: due.title),
    "period": ("kỳ", lambda due, _: due.period),
    "task": ("nhiệm vụ", lambda due, _: due.task),
    "kind": ("loại", lambda due, _: KINDS.get(due.kind, due.kind)),
    "unit": ("đơn vị", lambda due, _: unit_words(due)),
    "implementers": ("người thực hiện", lambda due, one: ", ".join(map(one.name_of, due.implementers)) or "chưa có"),
    "status": ("trạng thái", lambda due, _: STATUSES.get(due.status, due.status)),
    "internal": ("tính chất", lambda due, _: "mốc nội bộ" if due.internal else "hạn theo quy định"),
    "window": ("từ ngày chốt số liệu đến hạn", lambda due, _: _window(due)),
}


def _window(due: Due) -> str:
    return "không chốt số liệu" if due.window is None else f"{due.window} ngày làm việc"
