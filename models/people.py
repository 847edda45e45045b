"""Who hears of a rung: dated roles turned into persons, with the office catch-all as the last resort."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables import Authority, Obligation, Person, PlanTask, Role, Unit
from rules.reminders import Audience, DatedRung


@dataclass(frozen=True, slots=True)
class Roster:
    """The units and role holders of one authority on one day."""

    day: date
    relations: dict[str, str]  # unit code -> noi-bo | phoi-hop | cap-tren
    holders: dict[tuple[str, str], tuple[int, ...]]  # (unit code, role kind) -> person ids
    chairs: tuple[int, ...]
    catch_all: tuple[int, ...]
    codes: dict[int, str]  # person id -> stable code, as the trail names people

    def recipients(self, row: Obligation, task: PlanTask, rung: DatedRung) -> dict[int, Audience]:
        """Who hears of `rung` of `row`: person id -> the audience that person belongs to.

        What one person or one unit answers for is asked of them. A body that is no subordinate is reminded before
        its day, never urged after it; when nobody holds a role, the office's catch-all hears instead. A superior
        body without an address is left out.
        """
        found: dict[int, Audience] = {}
        for audience in rung.to:
            for person in self._audience(row, task, audience, urging=rung.offset > 0):
                found.setdefault(person, audience)
        if not found and rung.to != ("superior",):
            found = dict.fromkeys(self.catch_all, rung.to[0])
        return found

    def _audience(self, row: Obligation, task: PlanTask, audience: Audience, urging: bool) -> Iterable[int]:
        match audience:
            case "implementing" if row.person_id:
                return (row.person_id,)
            case "implementing":
                return self._of([row.unit] if row.unit else task.implementing, "can-bo", urging)
            case "lead" if row.unit:
                return ()
            case "lead":
                return self._of([task.lead] if task.lead else [], "can-bo", urging)
            case "lead_head":
                return self._of([task.lead] if task.lead else [], "phu-trach", urging)
            case "chair":
                return self.chairs
            case "superior":
                return self._of(
                    [u for u, relation in self.relations.items() if relation == "cap-tren"], "can-bo", False
                )

    def _of(self, units: Iterable[str], kind: str, urging: bool) -> list[int]:
        reachable = [unit for unit in units if not (urging and self.relations.get(unit) != "noi-bo")]
        return [person for unit in reachable for person in self.holders.get((unit, kind), ())]


def roster_on(session: Session, authority: Authority, day: date) -> Roster:
    """Who holds which role in `authority` on `day`."""
    units = session.execute(select(Unit).where(col(Unit.authority_id) == authority.id)).scalars().all()
    held = (
        select(col(Unit.code), col(Role.kind), col(Role.person_id))
        .join(Unit, col(Unit.id) == col(Role.unit_id))
        .where(col(Unit.authority_id) == authority.id, col(Role.held_from) <= day)
        .where(col(Role.held_to).is_(None) | (col(Role.held_to) >= day))
        .order_by(col(Role.person_id))
    )
    holders: dict[tuple[str, str], tuple[int, ...]] = {}
    for unit, kind, person in session.execute(held):
        holders[unit, kind] = (*holders.get((unit, kind), ()), person)
    chairs = tuple(person for (_, kind), people in holders.items() if kind == "chu-tich" for person in people)
    catch_all = (authority.catch_all_id,) if authority.catch_all_id else ()
    people = select(col(Person.id), col(Person.code)).where(col(Person.authority_id) == authority.id)
    codes = {row[0]: row[1] for row in session.execute(people)}
    return Roster(day, {unit.code: unit.relation for unit in units}, holders, chairs, catch_all, codes)
