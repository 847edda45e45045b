"""The days of a plan: contradicted cut-offs, days before it was signed, windows nobody works in, days too full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from models.plan_checks.findings import PlanFinding, named
from models.plan_checks.plan_read import PlanRead
from models.plan_entries import DateEntry, StandingEntry, WindowEntry
from models.plan_schema import TaskKeys
from rules.deadlines import BeforeDate, ByDate, Window
from rules.phrases import read_phrase
from rules.schedule import Once
from rules.vietnamese import dmy

MOST_ON_A_DAY = 10  # obligations of one unit: more are told, since nobody does them all on that day
_MOST_STANDING = 0.5


def cut_offs(plan: PlanRead) -> Iterator[PlanFinding]:
    """Fewer than one working day between the figures' cut-off and the due day (Nghị định 09/2019 Điều 8 khoản 5)."""
    for place, task in plan.tasks:
        for occurrence in plan.due[task.ma]:
            for finding in occurrence.deadline.findings:
                yield plan.at(place, "thoi-han", finding.level, finding.text, "hỏi nơi nhận báo cáo để định lại ngày")


def due_before_signing(plan: PlanRead) -> Iterator[PlanFinding]:
    """A day of the plan's own choosing that had passed when it was signed."""
    signed = plan.document.ke_hoach.signed
    for place, task in plan.tasks:
        for entry in task.thoi_han:
            last = _last_day(entry)
            if last and last < signed and not task.da_xong:
                why = f"Hạn {dmy(last)} đã qua trước ngày ký kế hoạch ({dmy(signed)})."
                repair = f"hỏi người ký; có thể là năm {signed.year}"
                yield plan.at(place, "thoi-han", "error", why, repair, dmy(last), *_marks(last, plan))


def windows_without_work(plan: PlanRead) -> Iterator[PlanFinding]:
    """A window in which everybody is off."""
    for place, task in plan.tasks:
        for entry in task.thoi_han:
            if isinstance(entry, WindowEntry) and _is_all_off(entry, plan):
                span, why = f"{dmy(entry.tu)} - {dmy(entry.den)}", "Trong khoảng này không có ngày làm việc nào."
                yield plan.at(place, "thoi-han", "error", why, "nới khoảng ra", span)


def crowded_days(plan: PlanRead) -> Iterator[PlanFinding]:
    """Days on which one unit has very much due."""
    units = {unit.ma: unit.ten for unit in plan.document.don_vi}
    counts: Counter[tuple[str, date]] = Counter(
        (task.chu_tri, occurrence.deadline.target)
        for _, task in plan.tasks
        if task.chu_tri and not task.cho_xac_nhan
        for occurrence in plan.due[task.ma]
    )
    full = sorted((unit, day, count) for (unit, day), count in counts.items() if count > MOST_ON_A_DAY)
    for unit, rows in groupby(full, key=lambda row: row[0]):
        days = named([f"{dmy(day)} ({count} việc)" for _, day, count in rows])
        why = f"Nhiều việc cùng đến hạn một ngày: {days}."
        yield plan.whole("note", why, "dời bớt các mốc do cơ quan tự đặt", units[unit])


def mostly_standing(plan: PlanRead) -> Iterator[PlanFinding]:
    """Most plan tasks have no day of their own."""
    loose = [task for _, task in plan.tasks if task.thoi_han and all(map(_is_loose, task.thoi_han))]
    if len(loose) > _MOST_STANDING * len(plan.document.nhiem_vu):
        counts = f"{len(loose)} trên {len(plan.document.nhiem_vu)} nhiệm vụ"
        why = f"{counts} chỉ ghi «Thường xuyên» hoặc cả năm, không có hạn."
        yield plan.whole("note", why, "ghi ngày, kỳ hoặc số lần cho việc nào có thể")


def quotes_that_differ(plan: PlanRead) -> Iterator[PlanFinding]:
    """A quote that names a day or a year which the schedule beside it does not keep; asked of the plan's own year."""
    keys = plan.document.ke_hoach
    if plan.year != keys.nam or keys.ke_hoach_truoc:  # a rolled-over plan quotes the one before it
        return
    for place, task in plan.tasks:
        reading = read_phrase(task.trich or "", plan.document.ke_hoach.nam)
        rules = [when.rule for when in reading.when if isinstance(when, Once)]
        if task.trich and task.thoi_han and (said := _not_kept(rules, task, plan)):
            why = f"Lời trích nói {said}, còn «thoi-han» thì không."
            repair = "sửa «thoi-han», hoặc ghi vì sao ở «phat-hien»"
            yield plan.at(place, "thoi-han", "warning", why, repair, task.trich, *said.split()[-1:])


def _marks(last: date, plan: PlanRead) -> tuple[str, ...]:
    """Words by which a remark tells that `last` had passed."""
    year = () if last.year == plan.document.ke_hoach.nam else (f"năm {last.year}",)
    return (dmy(last), "trước ngày ký", *year)


def _last_day(entry: object) -> date | None:
    match entry:
        case DateEntry(kieu="truoc-ngay"):
            return entry.ngay - timedelta(days=1)
        case DateEntry():
            return entry.ngay
        case WindowEntry():
            return entry.den
    return None


def _is_all_off(entry: WindowEntry, plan: PlanRead) -> bool:
    """Whether nobody works from its first day to its last; a window longer than the calendar has working days."""
    known = plan.calendar.first <= entry.tu and entry.den <= plan.calendar.last
    return known and not plan.calendar.working_days(entry.tu, entry.den)


def _is_loose(entry: object) -> bool:
    match entry:
        case StandingEntry():
            return True
        case WindowEntry():
            return (entry.tu, entry.den) == (date(entry.tu.year, 1, 1), date(entry.tu.year, 12, 31))
    return False


def _not_kept(rules: Sequence[object], task: TaskKeys, plan: PlanRead) -> str:
    """The first day or year of `rules` the schedule does not know, in words."""
    nominal = {occurrence.deadline.nominal for occurrence in plan.due[task.ma]}
    windows = [(entry.tu, entry.den) for entry in task.thoi_han if isinstance(entry, WindowEntry)]
    for rule in rules:
        match rule:
            case BeforeDate(day) if day - timedelta(days=1) not in nominal:
                return f"trước ngày {dmy(day)}"
            case ByDate(day) if day not in nominal:
                return f"ngày {dmy(day)}"
            case Window(start, end) if windows and (start, end) not in windows:
                return f"từ {dmy(start)} đến {dmy(end)}"
            case Window(start, end) if not windows and not start.year <= plan.year <= end.year:
                return f"năm {start.year}"
    return ""
