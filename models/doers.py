"""Whose work each obligation is today: by role, by name, or because somebody handed it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Bundle
from sqlmodel import Session, col

from models.answers import NO_ANSWERS, answers_in
from models.people import Roster, authorities, roster_on
from models.tables import Authority, Obligation, Person, PlanTask, key_of


@dataclass(frozen=True, slots=True)
class Doers:
    """Who does what: people by their code, and the codes of those who do each obligation or reported it done."""

    names: Mapping[str, str]
    of: Mapping[str, frozenset[str]]  # by code of the obligation

    def named(self, obligation: str) -> str:
        """The names of those who do `obligation`."""
        return " ".join(self.names.get(one, "") for one in self.of.get(obligation, ()))


def names_of_people(session: Session) -> dict[str, str]:
    """What everybody who gets letters is called, by their code."""
    return {row[0]: row[1] for row in session.execute(select(col(Person.code), col(Person.name)))}


def doers_on(session: Session, day: date) -> Doers:
    """Whose work every obligation is on `day`."""
    found: dict[str, frozenset[str]] = {}
    for authority in authorities(session):
        found |= _doers_in(session, authority, day)
    return Doers(names_of_people(session), found)


def _doers_in(session: Session, authority: Authority, day: date) -> dict[str, frozenset[str]]:
    roster, answers = roster_on(session, authority, day), answers_in(session, key_of(authority))
    asked: dict[tuple[Any, ...], tuple[int, ...]] = {}
    found: dict[str, frozenset[str]] = {}
    for row, task in session.execute(_owed().where(col(Obligation.authority_id) == authority.id)):
        owed = (task.id, row.unit, row.person_id)
        if owed not in asked:
            asked[owed] = roster.doers(row, task)
        doing = map(answers.get(row.id, NO_ANSWERS).doer, asked[owed])
        found[row.code] = _codes(roster, doing, row.by)
    return found


def _codes(roster: Roster, doing: Any, reported_by: str | None) -> frozenset[str]:
    codes = (roster.codes.get(one) for one in doing if one is not None)
    return frozenset(code for code in (*codes, reported_by) if code)


def _owed() -> Any:
    row: Bundle[Any] = Bundle(
        "row", col(Obligation.id), col(Obligation.code), col(Obligation.unit), col(Obligation.person_id),
        col(Obligation.evidence)["by"].astext.label("by"),
    )  # fmt: skip
    task: Bundle[Any] = Bundle("task", col(PlanTask.id), col(PlanTask.implementing), col(PlanTask.lead))
    return select(row, task).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
