"""The new year's days: when the plan must be issued, which deadlines contradict the rules, which are provisional."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.plan_entries import EventEntry
from models.plan_schema import EventKeys, PlanDocument, TaskKeys
from models.rollover.questions import Question, listed
from models.rollover.rewriting import SUPERIOR
from rules.occurrences import Fact, Occurrence, occurrences
from rules.periods import periods_of
from rules.schedule import Each, When
from rules.vietnamese import dmy, weekday_dmy
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Dated:
    """One occurrence in the new year, of which task and under which title."""

    task: TaskKeys
    title: str
    when: When
    occurrence: Occurrence
    internal: bool


def dated(document: PlanDocument, calendar: WorkingCalendar) -> list[Dated]:
    """Every occurrence of the plan's tasks in its year, those that wait for a person among them."""
    year = document.ke_hoach.nam
    facts = {event.ma: [Fact.on(event.ma, event.ngay)] for event in document.su_kien if event.ngay}
    return [
        Dated(task, entry.ten or task.ten, entry.when(), found, found.internal or entry.noi_bo)
        for task in document.nhiem_vu
        for entry in task.thoi_han
        for found in occurrences(entry.when(), calendar, [year], facts)
        if isinstance(found, Occurrence)
    ]


def issue_by(document: PlanDocument, days: list[Dated]) -> Dated | None:
    """What the plan itself must be issued by: the first that counts from the superior's plan, when that is known."""
    on_superior = {
        task.ma
        for task in document.nhiem_vu
        for entry in task.thoi_han
        if isinstance(entry, EventEntry) and entry.su_kien == SUPERIOR
    }
    found = [one for one in days if one.task.ma in on_superior and one.occurrence.fact]
    return min(found, key=lambda one: one.occurrence.deadline.legal, default=None)


def on_issue(document: PlanDocument, issue: Dated | None) -> Question:
    """The plan's own number and day."""
    if issue is None:
        waits = any(event.ma == SUPERIOR and not event.ngay for event in document.su_kien)
        why = "chưa ghi ngày cấp trên ban hành kế hoạch" if waits else "không nhiệm vụ nào định hạn ký"
        return Question("issue", f"Ghi «so» và «ngay» khi ký; chưa tính được hạn ký vì {why}.")
    deadline = issue.occurrence.deadline
    text = (
        f"Ghi «so» khi ký. «ngay» đang để {weekday_dmy(deadline.legal)}, hạn chậm nhất để ban hành ({issue.task.ma}):"
    )
    return Question("issue", f"{text} {deadline.receipt.because[0]}", (issue.task.ma,))


def on_events(old: PlanDocument, new: PlanDocument) -> Iterator[Question]:
    """The events the old plan had dated and the new one must date anew."""
    before = {event.ma: event for event in old.su_kien if event.ngay}
    for event in new.su_kien:
        if not event.ngay and (event.ma in before or event.ma == SUPERIOR):
            tasks = _counting_from(event, new)
            counted = f"Tính từ ngày ấy: {listed(tasks)}." if tasks else "Không còn nhiệm vụ nào tính từ ngày ấy."
            was = _was(before[event.ma], old.ke_hoach.nam) if event.ma in before else ""
            yield Question("event", f"Ghi ngày và văn bản của sự kiện «{event.ten}»{was}. {counted}", tasks)


def _was(event: EventKeys, year: int) -> str:
    return f" (năm {year}: {dmy(event.ngay)}, {event.van_ban})" if event.ngay else ""


def _counting_from(event: EventKeys, document: PlanDocument) -> tuple[str, ...]:
    return tuple(
        task.ma
        for task in document.nhiem_vu
        if any(isinstance(entry, EventEntry) and entry.su_kien == event.ma for entry in task.thoi_han)
    )


def on_conflicts(days: list[Dated], calendar: WorkingCalendar) -> Iterator[Question]:
    """Deadlines that leave no working day after their cut-off, with the ways out."""
    for one in days:
        for finding in one.occurrence.deadline.findings:
            if finding.level == "error":
                text = f"{finding.text} {_ways_out(one, calendar)}"
                yield Question("conflict", f"{one.task.ma} «{one.title}»: {text}", (one.task.ma,), text, waits=True)


def _ways_out(one: Dated, calendar: WorkingCalendar) -> str:
    when, cut_off = one.when, one.occurrence.cut_off
    if cut_off is None:
        return "Phải chọn lại hạn."
    later = f"Chọn lùi hạn, sớm nhất đến hết {weekday_dmy(calendar.add(cut_off, 1))}"
    if not isinstance(when, Each) or when.cut_offs != "calendar":
        return f"{later}."
    ends = {period.key: period.end for period in periods_of(when.period, cut_off.year, "nd09")}
    earlier = ends.get(one.occurrence.key)
    return f"{later}; hoặc chốt số liệu ngày {dmy(earlier)} («moc-chot: nd09»)." if earlier else f"{later}."


def on_provisional(days: list[Dated], calendar: WorkingCalendar) -> Iterator[Question]:
    """Deadlines past the last announced year of the calendar."""
    found = [one for one in days if one.occurrence.deadline.provisional]
    if found:
        codes = tuple(dict.fromkeys(one.task.ma for one in found))
        known = f"lịch nghỉ chính thức mới công bố đến {dmy(calendar.known_through)}"
        text = f"{len(found)} hạn là tạm tính vì {known}: {listed(codes)}. Có thông báo thì ghi vào tệp lịch."
        yield Question("time", text, codes)
