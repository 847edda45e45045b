"""Whose work each obligation is today: by role, by name, or because somebody handed it over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.answers import answers_in
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
    tasks = {task.id: task for task in session.execute(select(PlanTask)).scalars()}
    mine = _OWED.where(col(Obligation.authority_id) == authority.id)
    asked: dict[tuple[Any, ...], tuple[int, ...]] = {}
    known: dict[tuple[Any, ...], frozenset[str]] = {}
    found: dict[str, frozenset[str]] = {}
    rows: Iterable[Any] = session.execute(mine)
    for row in rows:
        number, code, by, *owed = row
        if (who := asked.get(tuple(owed))) is None:
            who = asked[tuple(owed)] = roster.doers(row, tasks[row.plan_task_id])
        doing = tuple(map(answers[number].doer, who)) if number in answers else who
        if (doing, by) not in known:
            known[doing, by] = _codes(roster, doing, by)
        found[code] = known[doing, by]
    return found


# Who it is owed by comes last: thousands of rows share few answers.
_OWED: Any = select(
    col(Obligation.id), col(Obligation.code), col(Obligation.evidence)["by"].astext,
    col(Obligation.plan_task_id), col(Obligation.unit), col(Obligation.person_id),
)  # fmt: skip


def _codes(roster: Roster, doing: Iterable[int | None], reported_by: str | None) -> frozenset[str]:
    codes = (roster.codes.get(one) for one in doing if one is not None)
    return frozenset(code for code in (*codes, reported_by) if code)
