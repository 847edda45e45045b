"""The list of plan tasks itself: written twice, numbered with gaps, counting without a cadence, resting on old law."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from models.appendix.points import shortened
from models.plan_checks.findings import Level, PlanFinding, named
from models.plan_checks.passages import passages_of_plan
from models.plan_checks.plan_read import PlanRead
from models.plan_checks.quotas import has_share, times_in
from models.plan_checks.repeats import SHORTEST, repeated
from models.plan_entries import EachEntry, TimesEntry
from models.plan_schema import Ground, TaskKeys
from rules.law.superseded import Superseded, all_superseded
from rules.vietnamese import dmy, fold

PAPI_INDICES = 8
_QUOTED = ("trich", "loi-van")  # the plan's own words
_NUMBERED = re.compile(r"^(.*?)(\d+)$")


def quotas_without_cadence(plan: PlanRead) -> Iterator[PlanFinding]:
    """A number of times nobody counts, a percentage nobody measures."""
    for place, task in plan.tasks:
        text = " ".join(filter(None, (task.ten, task.trich, task.ket_qua, task.loi_van)))
        counted = any(isinstance(entry, TimesEntry) for entry in task.thoi_han)
        measured = counted or any(isinstance(entry, EachEntry) for entry in task.thoi_han)
        if (times := times_in(text)) and not counted:
            why = "Có số lần mà «thoi-han» không đếm, nên không ai được nhắc khi còn thiếu."
            yield plan.at(place, "thoi-han", "warning", why, "thêm «kieu: so-lan»", "; ".join(times))
        elif has_share(text) and not measured and not task.cho_xac_nhan:
            why = "Có chỉ tiêu phần trăm mà «thoi-han» không nói đo vào lúc nào."
            yield plan.at(place, "thoi-han", "note", why, "thêm «kieu: moi-ky» để đo")


def written_twice(plan: PlanRead) -> Iterator[PlanFinding]:
    """Two tasks under one name, or the same sentence in two tasks."""
    names: dict[str, str] = {}
    for place, task in plan.tasks:
        first = names.setdefault(fold(task.ten), task.ma)
        if first != task.ma:
            why = f"Trùng tên với nhiệm vụ {first}; có thể một việc ghi hai lần."
            yield plan.at(place, "ten", "warning", why, f"gộp với {first}, hoặc đặt tên khác", task.ten, first)
    quotes = (passage for passage in passages_of_plan(plan.document, plan.source) if passage.field in _QUOTED)
    for sentence, known, passage in repeated(quotes):
        if known.task != passage.task:
            why = f"Câu này đã có ở nhiệm vụ {known.task}; có thể chép lẫn."
            yield passage.finding("note", shortened(sentence, SHORTEST), why, "đối chiếu với bản đã ký", known.task)


def gaps_in_numbers(plan: PlanRead) -> Iterator[PlanFinding]:
    """Numbers left out between two codes of one series: a row may have been lost on the way."""
    series: dict[str, set[str]] = defaultdict(set)
    for _, task in plan.tasks:
        for code in (task.ma, *task.gop):
            if numbered := _NUMBERED.match(code):
                series[numbered[1]].add(numbered[2])
    missing = [f"{prefix}{number}" for prefix, numbers in series.items() for number in _left_out(numbers)]
    if missing:
        why = f"Mã nhiệm vụ đánh số nhảy, không có {named(missing)}; xem có sót dòng nào không."
        yield plan.whole("note", why, "đối chiếu với bản đã ký")


def _left_out(numbers: set[str]) -> list[str]:
    """The numbers between the first and the last that are not there, written as wide as the others."""
    found, width = {int(number) for number in numbers}, min(map(len, numbers))
    return [f"{number:0{width}}" for number in range(min(found), max(found)) if number not in found]


def indices_outside_papi(plan: PlanRead) -> Iterator[PlanFinding]:
    """More numbers than PAPI has indices."""
    highest = max((task.chi_so or 0 for _, task in plan.tasks), default=0)
    if highest > PAPI_INDICES and "papi" in fold(plan.document.ke_hoach.ten):
        why = f"Phụ lục đánh số đến {highest}, PAPI chỉ có {PAPI_INDICES} nội dung; có nhóm không phải chỉ số PAPI."
        yield plan.whole("note", why, "không lấy số thứ tự làm số chỉ số khi tổng hợp")


def grounds_replaced(plan: PlanRead) -> Iterator[PlanFinding]:
    """A ground that another has replaced, unless the new one stands beside it."""
    last = max(plan.document.ke_hoach.signed, date(plan.year, 12, 31))
    old = [row for row in all_superseded() if row.kind == "van-ban" and not row.is_right_on(last)]
    for place, task in plan.tasks:
        once = {ground.van_ban: ground for ground in task.can_cu}
        for ground in once.values():
            for row in old:
                if any(row.mentions(ground.van_ban)) and not _successor_beside(row, task):
                    yield _replaced(row, ground, place, plan)


def _replaced(row: Superseded, ground: Ground, place: int, plan: PlanRead) -> PlanFinding:
    level: Level = "note" if row.is_right_on(plan.document.ke_hoach.signed) else "warning"
    until = f"hết hiệu lực sau ngày {dmy(row.valid_to)}" if row.valid_to else "không có thật"
    why = f"Căn cứ {until}; theo {row.basis}."
    return plan.at(place, "can-cu", level, why, row.instead, ground.van_ban, *_numbers(row))


def _successor_beside(row: Superseded, task: TaskKeys) -> bool:
    return any(number in ground.van_ban for ground in task.can_cu for number in _numbers(row))


def _numbers(row: Superseded) -> list[str]:
    """The numbers of what replaced it: «31/2024/QH15»."""
    return [word.strip("(),;") for word in row.instead.split() if word.count("/") > 1]
