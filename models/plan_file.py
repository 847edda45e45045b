"""A plan file read and cross-checked: codes resolve, nothing runs without a date, an owner or a flag."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.office_file import Place, Source, parse_document, read_bytes, refuse, repeats, validate
from models.office_words import perhaps
from models.office_yaml import as_read
from models.plan_entries import EventEntry
from models.plan_schema import CALENDAR_TASK, PlanDocument
from rules.law.terms import NoTermInForce
from rules.notices import calendar_from
from rules.occurrences import Fact, Occurrence, occurrences
from rules.periods import periods_of
from rules.reminders import FULL, date_ladder
from rules.schedule import Each, When
from rules.working_days import CalendarNotKnown, WorkingCalendar

UNNUMBERED = "…"  # stands for the number a document gets when it is signed: «…/KH-UBND»


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A checked plan, the hash of the bytes it was read from, and where its parts stand in them."""

    path: Path
    sha256: str
    document: PlanDocument
    source: Source = field(repr=False, compare=False)


def read_plan(path: Path) -> PlanFile:
    """The plan in `path`, or OfficeFileError naming every fault at once."""
    return parse_plan(read_bytes(path), path)


def parse_plan(raw: bytes, path: Path) -> PlanFile:
    """The plan in `raw`, the bytes of `path`. Raises OfficeFileError."""
    return _checked(Source(path, parse_document(raw, path)), hashlib.sha256(raw).hexdigest())


def checked(document: Mapping[str, Any], path: Path) -> PlanFile:
    """A plan in no file yet, so without a hash, checked like one; faults name `path`. Raises OfficeFileError."""
    return _checked(Source(path, as_read(document)), "")


def _checked(source: Source, sha256: str) -> PlanFile:
    document = validate(PlanDocument, source.document, source.path)
    refuse(source.fault(place, text) for check in _CHECKS for place, text in check(document))
    return PlanFile(source.path, sha256, document, source)


_Findings = Iterator[tuple[Place, str]]


def _codes_once(document: PlanDocument) -> _Findings:
    """Codes that differ only in case or signs are one code: a flow is named after it."""
    lists = {
        "nhiem-vu": [task.ma for task in document.nhiem_vu],
        "don-vi": [unit.ma for unit in document.don_vi],
        "su-kien": [event.ma for event in document.su_kien],
    }
    for key, codes in lists.items():
        for place, first in repeats(codes, _as_name):
            yield (key, place, "ma"), f"mã «{codes[place]}» trùng với «{codes[first]}» ở trên; mỗi mã chỉ dùng một lần."


def _codes_free(document: PlanDocument) -> _Findings:
    for place, task in enumerate(document.nhiem_vu):
        if _as_name(task.ma) == _as_name(CALENDAR_TASK):
            yield ("nhiem-vu", place, "ma"), f"mã «{task.ma}» dành cho việc nhắc ghi lịch; hãy đặt mã khác."


def _units_known(document: PlanDocument) -> _Findings:
    known = {unit.ma for unit in document.don_vi}
    for place, task in enumerate(document.nhiem_vu):
        if task.chu_tri and task.chu_tri not in known:
            yield ("nhiem-vu", place, "chu-tri"), _unknown("đơn vị", task.chu_tri, "don-vi", known)
        for index, unit in enumerate(task.thuc_hien):
            if unit not in known:
                yield ("nhiem-vu", place, "thuc-hien", index), _unknown("đơn vị", unit, "don-vi", known)


def _events_known(document: PlanDocument) -> _Findings:
    known = {event.ma for event in document.su_kien}
    for place, task in enumerate(document.nhiem_vu):
        for index, entry in enumerate(task.thoi_han):
            if isinstance(entry, EventEntry) and entry.su_kien not in known:
                where = ("nhiem-vu", place, "thoi-han", index, "su-kien")
                yield where, _unknown("sự kiện", entry.su_kien, "su-kien", known)


def _families_known(document: PlanDocument) -> _Findings:
    """A count names an event, a report the tasks it covers."""
    events = {event.ma for event in document.su_kien}
    tasks = {task.ma for task in document.nhiem_vu}
    for place, task in enumerate(document.nhiem_vu):
        for index, entry in enumerate(task.thoi_han):
            if entry.tinh_theo and entry.tinh_theo not in events:
                where = ("nhiem-vu", place, "thoi-han", index, "tinh-theo")
                yield where, _unknown("sự kiện", entry.tinh_theo, "su-kien", events)
        for index, code in enumerate(task.pham_vi):
            if code not in tasks:
                yield ("nhiem-vu", place, "pham-vi", index), _unknown("nhiệm vụ", code, "nhiem-vu", tasks)


def _runnable(document: PlanDocument) -> _Findings:
    """A task that nothing can be asked of must say that it waits for a person."""
    for place, task in enumerate(document.nhiem_vu):
        if task.cho_xac_nhan:
            continue
        if not task.thoi_han:
            yield ("nhiem-vu", place), "chưa có «thoi-han»; ghi thời hạn, hoặc «cho-xac-nhan: true» nếu phải hỏi lại."
        if not task.chu_tri:
            yield ("nhiem-vu", place), "chưa có «chu-tri»; ghi đơn vị, hoặc «cho-xac-nhan: true» nếu phải hỏi lại."


def _entries_make_sense(document: PlanDocument) -> _Findings:
    year = document.ke_hoach.nam
    events = {event.ma: [Fact.on(event.ma, event.ngay)] for event in document.su_kien if event.ngay}
    for place, task in enumerate(document.nhiem_vu):
        for index, entry in enumerate(task.thoi_han):
            where = ("nhiem-vu", place, "thoi-han", index)
            try:
                when = entry.when()
            except ValueError as error:
                yield (*where, "den"), str(error)
                continue
            if isinstance(when, Each) and (out := _outside(when, year)):
                yield (*where, "chi-ky"), f"kỳ thứ {out} không có trong năm {year}."
            elif reason := _not_countable(when, year, events):
                yield where, reason


@lru_cache(maxsize=1)
def _law_calendar() -> WorkingCalendar:
    return calendar_from(())


def _not_countable(when: When, year: int, events: dict[str, list[Fact]]) -> str | None:
    """Why the days of `when` and of its reminders cannot be counted: no calendar, or no law, reaches them."""
    calendar = _law_calendar()
    try:
        for found in occurrences(when, calendar, [year], events):
            if isinstance(found, Occurrence):
                date_ladder(FULL, found.deadline.target, calendar)
    except CalendarNotKnown as error:
        return f"{error} Hãy xem lại năm."
    except NoTermInForce as error:
        return str(error)
    except OverflowError:
        return "ngày quá xa, không tính được hạn. Hãy xem lại năm."
    return None


def _outside(each: Each, year: int) -> int | None:
    last = len(periods_of(each.period, year, each.cut_offs))
    return next((number for number in each.only if number > last), None)


def _events_dated_with_documents(document: PlanDocument) -> _Findings:
    for place, event in enumerate(document.su_kien):
        if (event.ngay is None) != (event.van_ban is None):
            yield ("su-kien", place), "«ngay» và «van-ban» phải có cả hai hoặc không có cả hai."


def _signed_or_draft(document: PlanDocument) -> _Findings:
    """A plan that is no draft has its number, its day and no open question."""
    plan = document.ke_hoach
    if plan.du_thao:
        return
    if plan.ngay is None:
        yield ("ke-hoach", "ngay"), "thiếu khóa này; hãy ghi thêm."
    if UNNUMBERED in plan.so:
        yield ("ke-hoach", "so"), f"«{plan.so}» chưa có số; ghi số của văn bản đã ký, hoặc «du-thao: true»."
    if plan.cho_quyet_dinh:
        text = f"còn {len(plan.cho_quyet_dinh)} điều chờ quyết định; trả lời xong thì xóa, hoặc ghi «du-thao: true»."
        yield ("ke-hoach", "cho-quyet-dinh"), text


def refuse_draft(plan_file: PlanFile) -> None:
    """Refuse a plan nobody has signed: it may be checked, shown and replayed, not loaded. Raises OfficeFileError."""
    plan = plan_file.document.ke_hoach
    if plan.du_thao:
        left = f"trả lời {len(plan.cho_quyet_dinh)} điều ở «cho-quyet-dinh», " if plan.cho_quyet_dinh else ""
        text = f"kế hoạch còn là dự thảo nên chưa nạp được; {left}ghi «so», «ngay» đã ký, rồi xóa «du-thao»."
        refuse([plan_file.source.fault(("ke-hoach", "du-thao"), text)])


_CHECKS: tuple[Callable[[PlanDocument], _Findings], ...] = (
    _codes_once,
    _codes_free,
    _units_known,
    _events_known,
    _families_known,
    _runnable,
    _entries_make_sense,
    _events_dated_with_documents,
    _signed_or_draft,
)


def slug_of(plan_code: str, task_code: str) -> str:
    """The Python name of a plan task's flow: «nhu_quynh_2024_b02»."""
    return _as_name(f"{plan_code}_{task_code}")


def _as_name(code: str) -> str:
    return code.lower().replace("-", "_").replace(".", "_")


def _unknown(what: str, code: str, key: str, known: set[str]) -> str:
    return f"{what} «{code}» chưa khai ở «{key}»{perhaps(code, known)}"
