"""Obligations: opened once from a plan task's schedule, and found again when their next rung comes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.audit import Act, Action, record
from models.calendar_file import NoticeKeys, calendar_of
from models.plan_schema import CALENDAR_TASK
from models.tables import CalendarNotice, Event, Obligation, Plan, PlanTask
from rules.occurrences import Occurrence, Skipped, as_internal, occurrences
from rules.reminders import LADDERS, DatedLadder, DatedRung, date_ladder, next_rung, rungs_between
from rules.rule_json import print_deadline
from rules.vietnamese import dmy, local_day, morning_of
from rules.when_json import parse_when
from rules.working_days import WorkingCalendar

OPEN, DONE, BEFORE, WITHDRAWN = "dang-theo-doi", "hoan-thanh", "truoc-theo-doi", "khong-con-ap-dung"
STATUSES = {
    OPEN: "Đang theo dõi",
    DONE: "Hoàn thành",
    BEFORE: "Đến hạn trước khi theo dõi",
    WITHDRAWN: "Không còn áp dụng",
}


def stored_calendar(session: Session, authority_id: int) -> WorkingCalendar:
    """The working calendar that the authority's recorded notices make."""
    query = select(CalendarNotice).where(col(CalendarNotice.authority_id) == authority_id)
    rows = session.execute(query.order_by(col(CalendarNotice.id))).scalars()
    return _calendar_of(tuple(json.dumps(row.content, sort_keys=True) for row in rows))


@lru_cache(maxsize=64)
def _calendar_of(contents: tuple[str, ...]) -> WorkingCalendar:
    """Kept by content: a notice recorded by another process makes another calendar at once."""
    return calendar_of(tuple(NoticeKeys.model_validate_json(content) for content in contents))


def open_obligations(session: Session, plan: Plan, calendar: WorkingCalendar, now: datetime) -> list[Obligation]:
    """Open every obligation of `plan` that its schedules and recorded events give and that is not open yet.

    Those due before the plan was tracked are kept apart, without letters: a person says what became of them.
    """
    events = _events(session, plan.authority_id)
    days = {code: [event.day for event in found] for code, found in events.items()}
    opened, acts = [], []
    for task in _tasks(session, plan):
        if task.code == CALENDAR_TASK and calendar.known_through.year > plan.year:
            continue
        for occurrence in _occurrences(task, calendar, plan.year, days):
            if isinstance(occurrence, Skipped):
                acts.append(Act(Action.PERIOD_SKIPPED, f"{plan.code}.{task.code}", {"reason": occurrence.reason}))
            elif row := _insert(session, _row(plan, task, occurrence, calendar, events, local_day(now))):
                opened.append(row)
                acts.append(_opened(task, row))
    record(session, plan.authority_id, now, acts)
    return opened


def occurrences_of(
    session: Session, plan: Plan, task: PlanTask, calendar: WorkingCalendar
) -> list[Occurrence | Skipped]:
    """Every occurrence of one plan task under `calendar` and the events recorded so far."""
    days = {code: [event.day for event in found] for code, found in _events(session, plan.authority_id).items()}
    return list(_occurrences(task, calendar, plan.year, days))


def _tasks(session: Session, plan: Plan) -> Sequence[PlanTask]:
    mine = select(PlanTask).where(col(PlanTask.plan_id) == plan.id, col(PlanTask.awaits_confirmation).is_(False))
    return session.execute(mine.order_by(col(PlanTask.id))).scalars().all()


def _events(session: Session, authority_id: int) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    mine = select(Event).where(col(Event.authority_id) == authority_id).order_by(col(Event.day), col(Event.id))
    for event in session.execute(mine).scalars():
        found.setdefault(event.code, []).append(event)
    return found


def _occurrences(
    task: PlanTask, calendar: WorkingCalendar, year: int, events: Mapping[str, Sequence[date]]
) -> Iterator[Occurrence | Skipped]:
    """The task's occurrences; those of its second and later schedules carry its number in their key."""
    for number, entry in enumerate(task.schedule, start=1):
        for found in occurrences(parse_when(entry), calendar, [year], events):
            if isinstance(found, Occurrence):
                found = _of_entry(found, number, bool(entry.get("internal")))
            yield found


def _of_entry(found: Occurrence, number: int, internal: bool) -> Occurrence:
    key = found.key if number == 1 else f"{found.key}-t{number}"
    own = internal and not found.internal
    deadline = as_internal(found.deadline) if own else found.deadline
    return Occurrence(key, found.name, deadline, found.internal or internal, found.cut_off, found.event)


def _row(
    plan: Plan,
    task: PlanTask,
    occurrence: Occurrence,
    calendar: WorkingCalendar,
    events: Mapping[str, Sequence[Event]],
    today: date,
) -> dict[str, Any]:
    deadline = occurrence.deadline
    ladder = ladder_for(task, occurrence, calendar)
    status = DONE if task.done else BEFORE if deadline.legal < plan.tracked_from else OPEN
    return {
        "authority_id": plan.authority_id,
        "plan_task_id": task.id,
        "code": f"{plan.code}.{task.code}.{occurrence.key}",
        "period_key": occurrence.key,
        "period_name": occurrence.name,
        "status": status,
        "internal": occurrence.internal,
        "provisional": deadline.provisional,
        "nominal": deadline.nominal,
        "legal": deadline.legal,
        "target": deadline.target,
        "cut_off": occurrence.cut_off,
        "event_id": _cause(occurrence, events),
        "receipt": receipt_json(task, occurrence),
        "ladder": ladder_json(ladder),
        "calendar_version": calendar.version,
        "next_wakeup_at": next_wakeup(ladder, deadline.target, calendar, None) if status == OPEN else None,
        "opened_on": today,
        "done_on": date.fromisoformat(task.done["day"]) if task.done else None,
        "evidence": task.done,
    }


def _cause(occurrence: Occurrence, events: Mapping[str, Sequence[Event]]) -> int | None:
    prefix = occurrence.key.rsplit(f"-{occurrence.event}", 1)[0] if occurrence.event else ""
    return next((e.id for e in events.get(prefix, ()) if e.day == occurrence.event), None)


def receipt_json(task: PlanTask, occurrence: Occurrence) -> dict[str, Any]:
    """The stored receipt: the deadline's own, with the plan's words and grounds in front."""
    printed = print_deadline(occurrence.deadline)
    if task.code == CALENDAR_TASK:
        words = ["Lịch nghỉ năm sau quyết định nhiều hạn; chưa ghi thông báo thì các hạn năm sau chỉ là tạm tính."]
        return {**printed, "because": words + printed["because"], "basis": []}
    words = [f"Kế hoạch ghi: «{task.quote}» ({task.place})."] if task.quote else [f"Theo {task.place} của kế hoạch."]
    return {
        **printed,
        "because": words + printed["because"],
        "basis": ([] if occurrence.internal else list(task.basis)) + printed["basis"],
    }


def _insert(session: Session, values: dict[str, Any]) -> Obligation | None:
    """The new row, or None when that task's period was open already."""
    statement = insert(Obligation).values(**values).on_conflict_do_nothing().returning(Obligation)
    return session.execute(statement).scalar_one_or_none()


def _opened(task: PlanTask, row: Obligation) -> Act:
    detail = {
        "title": task.title,
        "period": row.period_name,
        "legal": dmy(row.legal),
        "target": dmy(row.target),
        "status": STATUSES[row.status],
        "calendar": row.calendar_version,
        "receipt": row.receipt,
    }
    return Act(Action.OBLIGATION_OPENED, row.code, detail)


def ladder_for(task: PlanTask, occurrence: Occurrence, calendar: WorkingCalendar) -> DatedLadder:
    """The task's ladder around the occurrence's target day; an internal checkpoint never gets the full one."""
    kind = "internal" if occurrence.internal and task.ladder == "full" else task.ladder
    return date_ladder(LADDERS[kind], occurrence.deadline.target, calendar)


def ladder_json(ladder: DatedLadder) -> dict[str, Any]:
    """A dated ladder as stored."""
    rungs = [{"offset": rung.offset, "on": rung.on.isoformat(), "to": list(rung.to)} for rung in ladder.rungs]
    return {**asdict(ladder), "rungs": rungs, "then_to": list(ladder.then_to)}


def ladder_of(row: Obligation) -> DatedLadder:
    """The ladder frozen on `row`."""
    stored = row.ladder
    rungs = tuple(DatedRung(r["offset"], date.fromisoformat(r["on"]), tuple(r["to"])) for r in stored["rungs"])
    return DatedLadder(rungs, stored["then_every"], tuple(stored["then_to"]))


def next_wakeup(
    ladder: DatedLadder, target: date, calendar: WorkingCalendar, after_offset: int | None
) -> datetime | None:
    """The morning of the next rung, or None when the ladder has ended."""
    rung = next_rung(ladder, target, calendar, after_offset)
    return morning_of(rung.on) if rung else None


@dataclass(frozen=True, slots=True)
class Due:
    """An obligation whose next rung has come, and the plan task whose flow tells it."""

    id: int
    code: str
    authority_id: int
    slug: str
    period: str
    rungs: str


def due_obligations(session: Session, now: datetime, slug: str | None = None) -> list[Due]:
    """Every obligation (of one plan task, or all) whose next rung has come, oldest first; none on a day off."""
    query = (
        select(Obligation, col(PlanTask.slug))
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .where(col(Obligation.next_wakeup_at) <= now)
        .order_by(col(Obligation.next_wakeup_at), col(Obligation.id))
    )
    if slug:
        query = query.where(col(PlanTask.slug) == slug)
    today = local_day(now)
    found = ((row, name, stored_calendar(session, row.authority_id)) for row, name in session.execute(query))
    return [_due(row, name, calendar, today) for row, name, calendar in found if calendar.is_working(today)]


def _due(row: Obligation, slug: str, calendar: WorkingCalendar, today: date) -> Due:
    rungs = rungs_between(ladder_of(row), row.target, calendar, row.last_offset, today)
    names = ", ".join(rung.name for rung in rungs)
    return Due(row.id or 0, row.code, row.authority_id, slug, row.period_name, names)
