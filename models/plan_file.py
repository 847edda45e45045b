"""A plan file read and cross-checked: codes resolve, nothing runs without a date, an owner or a flag."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from models.office_file import Fault, OfficeFileError, line_of, name_of, read_document, validate
from models.plan_schema import EventEntry, PlanDocument, TaskKeys
from rules.periods import periods_of
from rules.schedule import Each


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A checked plan and the hash of the bytes it was read from."""

    path: Path
    sha256: str
    document: PlanDocument


def read_plan(path: Path) -> PlanFile:
    """The plan in `path`, or OfficeFileError naming every fault at once."""
    raw = read_document(path)
    document = validate(PlanDocument, raw, path)
    faults = [fault for check in _CHECKS for fault in _located(path, raw, check(document))]
    if faults:
        raise OfficeFileError(faults)
    return PlanFile(path, hashlib.sha256(path.read_bytes()).hexdigest(), document)


_Place = tuple[int | str, ...]
_Findings = Iterator[tuple[_Place, str]]


def _located(path: Path, raw: CommentedMap, findings: _Findings) -> Iterator[Fault]:
    for place, text in findings:
        yield Fault(str(path), line_of(raw, place), name_of(raw, place), text)


def _codes_once(document: PlanDocument) -> _Findings:
    lists = {
        "nhiem-vu": [task.ma for task in document.nhiem_vu],
        "don-vi": [unit.ma for unit in document.don_vi],
        "su-kien": [event.ma for event in document.su_kien],
    }
    for key, codes in lists.items():
        seen: Counter[str] = Counter()
        for place, code in enumerate(codes):
            seen[code.lower()] += 1
            if seen[code.lower()] > 1:
                yield (key, place, "ma"), f"mã «{code}» đã dùng ở trên; mỗi mã chỉ dùng một lần."


def _units_known(document: PlanDocument) -> _Findings:
    known = {unit.ma for unit in document.don_vi}
    for place, task in enumerate(document.nhiem_vu):
        if task.chu_tri and task.chu_tri not in known:
            yield ("nhiem-vu", place, "chu-tri"), f"đơn vị «{task.chu_tri}» chưa khai ở «don-vi»."
        for index, unit in enumerate(task.thuc_hien):
            if unit not in known:
                yield ("nhiem-vu", place, "thuc-hien", index), f"đơn vị «{unit}» chưa khai ở «don-vi»."


def _events_known(document: PlanDocument) -> _Findings:
    known = {event.ma for event in document.su_kien}
    for place, task in enumerate(document.nhiem_vu):
        for index, entry in enumerate(task.thoi_han):
            if isinstance(entry, EventEntry) and entry.su_kien not in known:
                where = ("nhiem-vu", place, "thoi-han", index, "su-kien")
                yield where, f"sự kiện «{entry.su_kien}» chưa khai ở «su-kien»."


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
    for place, task in enumerate(document.nhiem_vu):
        for index, entry in enumerate(task.thoi_han):
            where = ("nhiem-vu", place, "thoi-han", index)
            try:
                when = entry.when()
            except ValueError as error:
                yield where, str(error)
                continue
            if isinstance(when, Each) and (out := _outside(when, document.ke_hoach.nam)):
                yield (*where, "chi-ky"), f"kỳ thứ {out} không có trong năm {document.ke_hoach.nam}."


def _outside(each: Each, year: int) -> int | None:
    last = len(periods_of(each.period, year, each.cut_offs))
    return next((number for number in each.only if number > last), None)


def _events_dated_with_documents(document: PlanDocument) -> _Findings:
    for place, event in enumerate(document.su_kien):
        if (event.ngay is None) != (event.van_ban is None):
            yield ("su-kien", place), "«ngay» và «van-ban» phải có cả hai hoặc không có cả hai."


_CHECKS: tuple[Callable[[PlanDocument], _Findings], ...] = (
    _codes_once,
    _units_known,
    _events_known,
    _runnable,
    _entries_make_sense,
    _events_dated_with_documents,
)


def slug_of(plan_code: str, task: TaskKeys) -> str:
    """The Python name of a plan task's flow: «nhu_quynh_2024_b02»."""
    return f"{plan_code}_{task.ma}".lower().replace("-", "_").replace(".", "_")
