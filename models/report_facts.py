"""What a periodic report says, as it was known at one moment: lines, events, parts, counts, people reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from models.hindsight import View, bound_of, evidence_of, is_settled, outcome_of, view_of
from models.obligations import BEFORE, DONE, OPEN
from models.people import roster_on
from models.plan_schema import CALENDAR_TASK
from models.planned import tasks_of
from models.quotas import coverage_of, pace_of
from models.tables import Authority, Event, Obligation, Person, Plan, PlanTask
from rules.figures import Line, Outcome, line_json
from rules.occurrences import COUNT, PART
from rules.vietnamese import ZONE, start_of

SIGNER = "CHỦ TỊCH"


def facts_at(session: Session, row: Obligation, task: PlanTask, now: datetime) -> dict[str, Any]:
    """The facts of report `row` at `now`: closed once its cut-off day has ended, until then what is known so far."""
    return report_facts(session, row, task, None if now >= bound_of(row) else now)


def report_facts(session: Session, row: Obligation, task: PlanTask, now: datetime | None = None) -> dict[str, Any]:
    """The facts of report `row`: all that its documents are made of, as JSON.

    They are what was known when its cut-off day ended: a fact recorded later belongs to the next period, whatever day
    it tells of. Before that, with `now`, they are what is known now, and can still change.
    """
    as_of = now or bound_of(row)
    by = as_of + timedelta.resolution if now else as_of  # what was said at this very moment counts
    plan = session.get_one(Plan, task.plan_id)
    authority = session.get_one(Authority, row.authority_id)
    view = view_of(session, row, plan, by)
    tasks = [found for found in tasks_of(session, plan) if _in_scope(found, task)]
    rows = _rows(session, tasks)
    lines = [line for found in tasks for line in _lines(view, found, rows[found.id or 0], row)]
    return {
        **_heading(session, view, authority, plan, row, task),
        "as_of": as_of.astimezone(ZoneInfo(ZONE)).isoformat(),
        "frozen": now is None,
        "lines": [line_json(line) for line in lines],
        "events": _events(view, authority, tasks),
        "parts": _parts(view, row),
        "quotas": [found for task in tasks if (found := _quota(view, task, rows[task.id or 0]))],
        "coverage": [found for task in tasks for found in _coverage(view, task, rows[task.id or 0])],
    }


def _in_scope(found: PlanTask, report: PlanTask) -> bool:
    scope = report.family.get("scope")
    return found.code != CALENDAR_TASK and (found.code in scope if scope else found.id != report.id)


def _rows(session: Session, tasks: Sequence[PlanTask]) -> dict[int, list[Obligation]]:
    found: dict[int, list[Obligation]] = {task.id or 0: [] for task in tasks}
    mine = select(Obligation).where(col(Obligation.plan_task_id).in_(found))
    for row in session.execute(mine.order_by(col(Obligation.legal), col(Obligation.code))).scalars():
        found[row.plan_task_id].append(row)
    return found


def _heading(
    session: Session, view: View, authority: Authority, plan: Plan, row: Obligation, task: PlanTask
) -> dict[str, Any]:
    roster = roster_on(session, authority, view.cut_off)
    chair = session.get_one(Person, roster.chairs[0]).name if roster.chairs else ""
    return {
        "authority": authority.name,
        "parent": authority.parent,
        "place": authority.place,
        "plan": {"number": plan.number, "signed_on": plan.signed_on.isoformat(), "title": plan.title},
        "report": {
            "code": row.code,
            "task": task.code,
            "title": row.title,
            "period": row.period_name,
            "start": view.start.isoformat(),
            "cut_off": view.cut_off.isoformat(),
            "legal": row.legal.isoformat(),
            "target": row.target.isoformat(),
        },
        "receiver": task.family.get("receiver", ""),
        "signer": {"title": SIGNER, "name": chair},
    }


def _lines(view: View, task: PlanTask, rows: Iterable[Obligation], report: Obligation) -> Iterable[Line]:
    for row in rows:
        if row.nature != PART and row.id != report.id and _belongs(view, row):
            yield _line(view, task, row)


def _belongs(view: View, row: Obligation) -> bool:
    """Whether `row` is this period's: begun by its end, and not settled before it began."""
    begun = row.opened_on <= view.cut_off and (row.starts_on is None or row.starts_on <= view.cut_off)
    settled_before = row.legal < view.start and (row.status == BEFORE or is_settled(row, start_of(view.start)))
    return begun and not settled_before


def _line(view: View, task: PlanTask, row: Obligation) -> Line:
    known = is_settled(row, view.by)
    done_on = row.done_on if known and row.status == DONE else None
    said = row.evidence or {} if done_on else {}
    stands = _outcome(view, row, known, done_on)
    return Line(
        code=row.code,
        task=task.code,
        title=row.title,
        period=row.period_name,
        kind=task.kind,
        index=task.index_number,
        unit=view.units.get(task.lead or "", "(chưa rõ)"),
        legal=row.legal,
        internal=row.internal,
        outcome=stands,
        done_on=done_on,
        days_late=_days_late(view, row, stands, done_on),
        evidence=tuple(evidence_of(view, row, said)) if done_on else (),
        reason=said.get("reason", ""),
        findings=tuple(f["text"] for f in row.findings if datetime.fromisoformat(f["at"]) < view.by),
    )


def _outcome(view: View, row: Obligation, known: bool, done_on: date | None) -> Outcome:
    status = row.status if known or row.status == BEFORE else OPEN
    taken_down = done_on and view.taken_down.get(row.id or 0, done_on)
    return outcome_of(status, row.nature, row.legal, done_on, taken_down, view.over)


def _days_late(view: View, row: Obligation, stands: Outcome, done_on: date | None) -> int:
    if stands not in ("tre-han", "qua-han"):
        return 0
    return view.calendar.count(row.legal, done_on or view.over)


def _events(view: View, authority: Authority, tasks: Sequence[PlanTask]) -> list[dict[str, Any]]:
    """The events of the period the tasks wait for, and those of earlier days that were recorded too late for them."""
    codes = {entry["event"] for task in tasks for entry in task.schedule if entry["kind"] == "on_event"}
    mine = select(Event).where(
        col(Event.authority_id) == authority.id, col(Event.code).in_(codes), col(Event.withdrawn).is_(False),
        col(Event.recorded_at) < view.by, col(Event.day) <= view.cut_off,
        (col(Event.day) >= view.start) | (col(Event.recorded_at) >= start_of(view.start)),
    )  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for event in view.session.execute(mine.order_by(col(Event.code), col(Event.day), col(Event.id))).scalars():
        group = found.setdefault(event.code, {"code": event.code, "name": event.name, "items": []})
        said = {"day": event.day.isoformat(), "document": event.document, "case": event.case or event.words}
        group["items"].append(said)
    return list(found.values())


def _parts(view: View, row: Obligation) -> list[dict[str, Any]]:
    mine = select(Obligation).where(col(Obligation.whole_id) == row.id).order_by(col(Obligation.code))
    return [_part(view, part) for part in view.session.execute(mine).scalars()]


def _part(view: View, part: Obligation) -> dict[str, Any]:
    done = part.done_on if part.status == DONE and is_settled(part, view.by) else None
    return {
        "code": part.code,
        "unit": view.units.get(part.unit or "", part.unit or ""),
        "due": part.target.isoformat(),
        "done_on": done.isoformat() if done else None,
        "evidence": list(evidence_of(view, part, part.evidence or {})) if done else [],
    }


def _quota(view: View, task: PlanTask, rows: Sequence[Obligation]) -> dict[str, Any] | None:
    mine = [row for row in rows if row.opened_on <= view.cut_off]
    pace = pace_of(mine, view.over + timedelta(days=1), view.by)
    if pace is None:
        return None
    counted = [_counted(view, row) for row in mine if row.nature == COUNT and row.status in (OPEN, DONE)]
    return {"task": task.code, "title": task.title, "pace": str(pace), "met": pace.on_pace, "counted": counted}


def _counted(view: View, row: Obligation) -> dict[str, Any]:
    """One time of a quota, and when it was held as far as was known."""
    held = row.done_on if row.status == DONE and is_settled(row, view.by) else None
    said = list(evidence_of(view, row, row.evidence or {})) if held else []
    day = {"target": row.target.isoformat(), "done_on": held.isoformat() if held else None}
    return {"code": row.code, "title": row.title, "period": row.period_name, **day, "evidence": said}


def _coverage(view: View, task: PlanTask, rows: Sequence[Obligation]) -> Iterable[dict[str, Any]]:
    for row in rows:
        if row.status in (OPEN, DONE) and (found := coverage_of(view.session, row, task, view.by)):
            yield {
                "code": row.code,
                "task": task.code,
                "title": row.title,
                "covered": found.covered,
                "total": len(found.people),
            }
