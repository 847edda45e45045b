"""The answers `dunghan due` gives: a rule's deadline, a phrase's meaning and its deadlines."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from rules.deadlines import Deadline, fall_due
from rules.occurrences import Fact, Occurrence, occurrences
from rules.phrases import Reading
from rules.rule_json import parse_day, parse_rule, print_deadline
from rules.schedule import OnEvent
from rules.when_json import print_whens
from rules.working_days import WorkingCalendar


def evaluate(value: object, event: date | None, calendar: WorkingCalendar) -> Deadline:
    """The deadline of a JSON rule; a «cut_off» beside it is checked against the deadline."""
    cut_off = None
    if isinstance(value, dict) and "cut_off" in value:
        cut_off = parse_day(value["cut_off"])
        value = {name: item for name, item in value.items() if name != "cut_off"}
    return fall_due(parse_rule(value), calendar, event, cut_off)


def answer_phrase(reading: Reading, year: int | None, event: date | None, calendar: WorkingCalendar) -> dict[str, Any]:
    """What the phrase read means and the deadlines it gives in `year` or from `event`; nothing when it is unread."""
    deadlines = []
    for when in reading.when:
        events = {when.event: [Fact.on(when.event, event)]} if isinstance(when, OnEvent) and event else {}
        for found in occurrences(when, calendar, [year] if year else [], events):
            if isinstance(found, Occurrence):
                shown = {"period": found.key, "name": found.name, "internal": found.internal}
                deadlines.append({**shown, **print_deadline(found.deadline)})
    unread = reading.unread and asdict(reading.unread)
    return {"phrase": reading.phrase, "when": print_whens(reading.when), "deadlines": deadlines, "unread": unread}
