"""What a replay came to, as its summary.json says: what went in, each obligation, each person's mails, each morning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.calendar_file import NoticeKeys, calendar_of
from models.people import authorities, roster_on
from models.people_file import PeopleDocument
from models.plan_file import PlanFile
from models.record_tables import Digest, Letter
from models.rehearsal_file import Away
from models.tables import Obligation, Person, PlanTask
from rules.occurrences import PART
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one replay was run with."""

    plan: PlanFile
    people: PeopleDocument
    notices: Sequence[NoticeKeys]
    days: tuple[date, date]
    away: Sequence[Away] = ()

    def calendar(self) -> WorkingCalendar:
        """The working calendar of these notices."""
        return calendar_of(tuple(self.notices))


def summarise(session: Session, inputs: Inputs) -> dict[str, Any]:
    """The whole summary; equal replays give equal ones."""
    people = list(_people(session))
    return {
        "inputs": _inputs(inputs),
        "obligations": list(_obligations(session, inputs)),
        "people": people,
        "mornings": _mornings(people),
    }


def _inputs(inputs: Inputs) -> dict[str, Any]:
    head, calendar = inputs.plan.document.ke_hoach, inputs.calendar()
    notices = [notice.model_dump(mode="json", by_alias=True) for notice in inputs.notices]
    return {
        "authority": {"code": head.co_quan.ma, "name": head.co_quan.ten},
        "plan": {
            "code": head.ma, "number": head.so, "title": head.ten, "year": head.nam, "sha256": inputs.plan.sha256,
        },
        "calendar": {
            "version": calendar.version, "known_through": calendar.known_through.isoformat(), "notices": notices,
        },
        "people": {
            "sha256": inputs.people.sha256, "names": {person.ma: person.ten for person in inputs.people.nguoi},
        },
        "away": [
            {
                "person": one.person, "first": one.first.isoformat(), "last": one.last.isoformat(),
                "substitute": one.substitute,
            }
            for one in inputs.away
        ],
        "days": {"first": inputs.days[0].isoformat(), "last": inputs.days[1].isoformat()},
    }  # fmt: skip


def _obligations(session: Session, inputs: Inputs) -> Iterator[dict[str, Any]]:
    letters, calendar = _letters(session), inputs.calendar()
    office = next(iter(authorities(session)))
    roster = cache(lambda day: roster_on(session, office, day))
    units = {unit.ma: {"code": unit.ma, "name": unit.ten} for unit in inputs.plan.document.don_vi}
    query = select(Obligation, PlanTask).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
    for row, task in session.execute(query.order_by(col(Obligation.code))).all():
        on_its_day = roster(row.target)
        yield {
            "obligation": row.code,
            "task": task.code,
            "title": row.title,
            "period": row.period_name,
            "kind": task.kind,
            "unit": units.get(row.unit or task.lead or ""),
            "implementers": [on_its_day.codes[person] for person in dict.fromkeys(on_its_day.doers(row, task))],
            "status": row.status,
            "internal": row.internal,
            "nominal": row.nominal.isoformat(),
            "legal": row.legal.isoformat(),
            "target": row.target.isoformat(),
            "window": _window(row, calendar),
            "letters": letters.get(row.id or 0, []),
        }


def _window(row: Obligation, calendar: WorkingCalendar) -> int | None:
    """Working days between the cut-off and the legal day; None for what closes no figures (NĐ 09/2019 Đ8.5)."""
    return None if row.cut_off is None or row.nature == PART else calendar.count(row.cut_off, row.legal)


def _letters(session: Session) -> dict[int, list[dict[str, str]]]:
    letters: dict[int, list[dict[str, str]]] = {}
    told = select(Letter, Person).join(Person, col(Person.id) == col(Letter.person_id))
    for letter, person in session.execute(told.order_by(col(Letter.rung_day), col(Person.code), col(Letter.rung))):
        line = {"rung": letter.rung, "on": letter.claimed_on.isoformat(), "to": person.code}
        letters.setdefault(letter.obligation_id, []).append(line)
    return letters


def _people(session: Session) -> Iterator[dict[str, Any]]:
    """Each person who got a mail; `lines` is how many letters a mail carried."""
    carried = select(col(Letter.digest_id), func.count()).group_by(col(Letter.digest_id))
    lines: dict[int | None, int] = dict(session.execute(carried).tuples().all())
    query = select(Digest, Person).join(Person, col(Person.id) == col(Digest.person_id))
    mails: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for digest, person in session.execute(query.order_by(col(Person.code), col(Digest.day))):
        mails.setdefault((person.code, person.name), []).append(
            {
                "day": digest.day.isoformat(),
                "subject": digest.subject,
                "status": digest.status,
                "lines": lines.get(digest.id, 0),
            }
        )
    for (code, name), found in mails.items():
        yield {"person": code, "name": name, "mails": found}


def _mornings(people: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each morning mail left: how many mails, how many letters in them."""
    lines: dict[str, list[int]] = {}
    for mail in (mail for person in people for mail in person["mails"]):
        lines.setdefault(mail["day"], []).append(mail["lines"])
    return [{"day": day, "mails": len(found), "lines": sum(found)} for day, found in sorted(lines.items())]
