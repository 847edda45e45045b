"""`dunghan due --batch --dates-only`: lines grouped by kind of rule and computed together."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from deployments.due_answers import evaluate
from rules.batch import VECTORISED, Days, fall_due_many
from rules.rule_json import parse_day, parse_rule
from rules.working_days import CalendarNotKnown, WorkingCalendar

Asked = tuple[int, Any, int, int]  # place in the batch, id, event's ordinal, n


def answer_dates(lines: Iterable[str], calendar: WorkingCalendar) -> list[dict[str, Any]]:
    """{"id", "nominal", "legal", "target"} or {"id", "error"} for every line, in order."""
    answers: list[dict[str, Any]] = []
    groups: dict[str, list[Asked]] = {}
    for line in lines:
        if line.strip():
            answers.append(_take(line, len(answers), groups, calendar))
    for kind, asked in groups.items():
        _fill(answers, kind, asked, calendar)
    return answers


def _take(line: str, place: int, groups: dict[str, list[Asked]], calendar: WorkingCalendar) -> dict[str, Any]:
    """Put a line into its kind's group, or answer it at once when its kind is not vectorised or it is wrong."""
    identity: Any = None
    try:
        asked = json.loads(line)
        identity, rule = asked.get("id"), asked.get("rule")
        event = parse_day(asked["event"]) if asked.get("event") else None
        parse_rule(rule)
        if event and rule["kind"] in VECTORISED:
            groups.setdefault(rule["kind"], []).append((place, identity, event.toordinal(), rule["n"]))
            return {"id": identity}
        return {"id": identity, **_days(evaluate(rule, event, calendar))}
    except (ValueError, AttributeError) as error:
        return {"id": identity, "error": str(error)}


def _days(deadline: Any) -> dict[str, str]:
    return {name: getattr(deadline, name).isoformat() for name in ("nominal", "legal", "target")}


def _fill(answers: list[dict[str, Any]], kind: str, asked: list[Asked], calendar: WorkingCalendar) -> None:
    """Compute one group together; when one of its days is out of reach, one by one, so that only that one fails."""
    events = np.array([event for _, _, event, _ in asked], dtype=np.int32)
    numbers = np.array([n for _, _, _, n in asked], dtype=np.int32)
    try:
        three = fall_due_many(kind, events, numbers, calendar)
    except CalendarNotKnown as error:
        if len(asked) == 1:
            answers[asked[0][0]]["error"] = str(error)
            return
        for one in asked:
            _fill(answers, kind, [one], calendar)
        return
    for name, days in zip(("nominal", "legal", "target"), three, strict=True):
        for (place, *_), iso in zip(asked, _iso(days), strict=True):
            answers[place][name] = iso


def _iso(days: Days) -> list[str]:
    since_1970 = days.astype("int64") - date(1970, 1, 1).toordinal()
    return [str(day) for day in since_1970.astype("datetime64[D]")]
