"""Obligations: opened once from a plan task's schedule, and found again when their next rung comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Text, cast, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.calendar_file import NoticeKeys, calendar_of
from models.plan_schema import CALENDAR_TASK
from models.planned import Planned, is_before_tracking, known_of, ladder_for, planned, receipt_json, tasks_of
from models.tables import CalendarNotice, Event, Obligation, Plan, PlanTask, is_among
from rules.occurrences import Occurrence, Skipped
from rules.reminders import DatedLadder, DatedRung, next_rung
from rules.vietnamese import dmy, local_day, morning_of
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
    return stored_calendars(session, [authority_id])[authority_id]


def stored_calendars(session: Session, authority_ids: Collection[int]) -> dict[int, WorkingCalendar]:
    """The working calendar of each authority; those whose notices say the same share one."""
    notices = select(col(CalendarNotice.authority_id), cast(col(CalendarNotice.content), Text))
    mine = notices.where(is_among(CalendarNotice.authority_id, authority_ids)).order_by(col(CalendarNotice.id))
    contents: dict[int, list[str]] = {number: [] for number in authority_ids}
    for authority, content in session.execute(mine):
        contents[authority].append(content)
    return {authority: _calendar_of(tuple(said)) for authority, said in contents.items()}


@lru_cache(maxsize=64)
def _calendar_of(contents: tuple[str, ...]) -> WorkingCalendar:
    """Kept by content: a notice recorded by another process makes another calendar at once."""
    return calendar_of(tuple(NoticeKeys.model_validate_json(content) for content in contents))


def open_obligations(session: Session, plan: Plan, calendar: WorkingCalendar, now: datetime) -> list[Obligation]:
    """Open every obligation of `plan` that its schedules and recorded events give and that is not open yet.

    Those due before the plan was tracked are kept apart, without letters: a person says what became of them.
    """
    recorded = known_of(session, plan.authority_id)
    known = _known_periods(session, plan)
    opened, acts = [], []
    for task in tasks_of(session, plan):
        if task.code == CALENDAR_TASK and calendar.known_through.year > plan.year:
            continue
        for found in planned(task, calendar, plan.year, recorded):
            if isinstance(found, Skipped):
                if task.id not in known:  # said once, when the task's periods were first opened
                    acts.append(Act(Action.PERIOD_SKIPPED, f"{plan.code}.{task.code}", {"reason": found.reason}))
            elif found.occurrence.key in known.get(task.id or 0, ()):
                continue
            elif row := _insert(session, _row(session, plan, task, found, calendar, recorded.events, local_day(now))):
                opened.append(row)
                acts.append(_opened(row))
    record(session, plan.authority_id, now, acts)
    return opened


def _known_periods(session: Session, plan: Plan) -> dict[int, set[str]]:
    """The keys open already, by plan task."""
    query = select(col(Obligation.plan_task_id), col(Obligation.period_key)).join(
        PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id)
    )
    known: dict[int, set[str]] = {}
    for task, key in session.execute(query.where(col(PlanTask.plan_id) == plan.id)):
        known.setdefault(task, set()).add(key)
    return known


def _row(
    session: Session,
    plan: Plan,
    task: PlanTask,
    found: Planned,
    calendar: WorkingCalendar,
    events: Mapping[str, Event],
    today: date,
) -> dict[str, Any]:
    occurrence = found.occurrence
    deadline = occurrence.deadline
    event = events.get(occurrence.fact.key) if occurrence.fact else None
    return {
        "authority_id": plan.authority_id,
        "plan_task_id": task.id,
        "code": f"{plan.code}.{task.code}.{occurrence.key}",
        "title": found.title,
        "nature": occurrence.nature,
        "period_key": occurrence.key,
        "period_name": occurrence.name,
        "starts_on": occurrence.start,
        "internal": occurrence.internal,
        "provisional": deadline.provisional,
        "nominal": deadline.nominal,
        "legal": deadline.legal,
        "target": deadline.target,
        "cut_off": occurrence.cut_off,
        "event_id": event.id if event else None,
        "person_id": event.person_id if event else None,
        "whole_id": _whole(session, task, found),
        "unit": found.unit,
        "counted_by": found.counted_by,
        "extension": found.extension,
        "items": list(found.items),
        "receipt": receipt_json(task, occurrence),
        "calendar_version": calendar.version,
        "opened_on": today,
        **_standing(plan, task, occurrence, calendar),
    }


def _standing(plan: Plan, task: PlanTask, occurrence: Occurrence, calendar: WorkingCalendar) -> dict[str, Any]:
    """Where a new obligation stands: done already by the plan's own words, due before tracking began, or open."""
    deadline, ladder = occurrence.deadline, ladder_for(task, occurrence, calendar)
    status = DONE if task.done else BEFORE if is_before_tracking(occurrence, plan) else OPEN
    return {
        "status": status,
        "ladder": ladder_json(ladder),
        "next_wakeup_at": next_wakeup(ladder, deadline.target, calendar, None) if status == OPEN else None,
        "done_on": date.fromisoformat(task.done["day"]) if task.done else None,
        "evidence": task.done,
    }


def _whole(session: Session, task: PlanTask, found: Planned) -> int | None:
    if found.whole is None:
        return None
    key = col(Obligation.period_key) == found.whole
    return session.execute(
        select(col(Obligation.id)).where(col(Obligation.plan_task_id) == task.id, key)
    ).scalar_one_or_none()


def _insert(session: Session, values: dict[str, Any]) -> Obligation | None:
    """The new row, or None when that task's period was open already."""
    statement = insert(Obligation).values(**values).on_conflict_do_nothing().returning(Obligation)
    return session.execute(statement).scalar_one_or_none()


def _opened(row: Obligation) -> Act:
    detail = {
        "title": row.title,
        "period": row.period_name,
        "legal": dmy(row.legal),
        "target": dmy(row.target),
        "status": STATUSES[row.status],
        "calendar": row.calendar_version,
        "receipt": row.receipt,
    }
    return Act(Action.OBLIGATION_OPENED, row.code, detail)


LADDER_TEXT = cast(col(Obligation.ladder), Text).label("ladder_text")


def ladder_json(ladder: DatedLadder) -> dict[str, Any]:
    """A dated ladder as stored."""
    rungs = [{"offset": rung.offset, "on": rung.on.isoformat(), "to": list(rung.to)} for rung in ladder.rungs]
    return {**asdict(ladder), "rungs": rungs, "then_to": list(ladder.then_to)}


def ladder_of(row: Obligation) -> DatedLadder:
    """The ladder frozen on `row`."""
    return _ladder(row.ladder)


def _ladder(stored: dict[str, Any]) -> DatedLadder:
    rungs = tuple(DatedRung(r["offset"], date.fromisoformat(r["on"]), tuple(r["to"])) for r in stored["rungs"])
    return DatedLadder(rungs, stored["then_every"], tuple(stored["then_to"]))


@lru_cache(maxsize=512)
def ladder_in(text: str) -> DatedLadder:
    """The ladder PostgreSQL writes as `text`: thousands of obligations share few."""
    return _ladder(orjson.loads(text))


def reminded_for(row: Obligation) -> date:
    """The day the rungs of `row` lie around: its target, or the later day a leader agreed to."""
    return row.agreed_on or row.target


def next_wakeup(
    ladder: DatedLadder, target: date, calendar: WorkingCalendar, after_offset: int | None
) -> datetime | None:
    """The morning of the next rung, or None when the ladder has ended."""
    rung = next_rung(ladder, target, calendar, after_offset)
    return morning_of(rung.on) if rung else None
