"""Who hears of a rung: dated roles turned into persons, with the office catch-all as the last resort."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from models.answers import NO_ANSWERS, Answers
from models.leaves import stand_ins
from models.tables import Authority, Obligation, Person, PlanTask, Role, Unit, is_among, key_of, table_of
from rules.reminders import Audience, DatedRung

_DOERS: tuple[Audience, ...] = ("implementing", "lead")
EARLY = -5  # rungs this many working days ahead, or more, are sent only to those who want them


@dataclass(frozen=True, slots=True)
class Told:
    """Why somebody hears of a rung: in which role, and for whom when that person is away."""

    audience: Audience
    stands_for: int | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The units and role holders of one authority on one day, who is away, and who wants no early letters."""

    day: date
    relations: dict[str, str]  # unit code -> noi-bo | phoi-hop | cap-tren
    holders: dict[tuple[str, str], tuple[int, ...]]  # (unit code, role kind) -> person ids
    chairs: tuple[int, ...]
    catch_all: tuple[int, ...]
    codes: dict[int, str]  # person id -> stable code, as the trail names people
    stand_ins: dict[int, int | None] = field(default_factory=dict)  # who is away -> who acts; None: nobody left
    unhurried: frozenset[int] = frozenset()  # persons who want no early letters

    def recipients(
        self, row: Obligation, task: PlanTask, rung: DatedRung, answers: Answers = NO_ANSWERS
    ) -> dict[int, Told]:
        """Who hears of `rung` of `row`, by person id.

        What one person or one unit answers for is asked of them, or of whom they handed it to. Somebody away is
        replaced by who stands in. A body that is no subordinate is reminded before its day, never urged after it;
        when nobody is left, the office's catch-all hears instead. A superior body without an address is left out.
        Those who said they have seen it are not reminded again before its day.
        """
        found: dict[int, Told] = {}
        for audience in rung.to:
            for person in self._audience(row, task, audience, urging=rung.offset > 0):
                doing = answers.doer(person) if audience in _DOERS else person
                for reached, told in self._reached(doing, audience):
                    found.setdefault(reached, told)
        if not found and rung.to != ("superior",):
            found = {person: Told(rung.to[0]) for person in self.office()}
        return {person: told for person, told in found.items() if not self._is_quiet(person, rung, answers)}

    def doers(self, row: Obligation, task: PlanTask) -> tuple[int, ...]:
        """Who is to do `row` by their role, before leave and hand-overs."""
        return tuple(one for audience in _DOERS for one in self._audience(row, task, audience, urging=False))

    def office(self) -> tuple[int, ...]:
        """Who hears what nobody else can: the catch-all, or who stands in for it."""
        return tuple(self.stand_ins.get(person) or person for person in self.catch_all)

    def leaders(self) -> tuple[int, ...]:
        """Who acts as chair today; the office when nobody does."""
        acting = (self.stand_ins.get(person, person) for person in self.chairs)
        return tuple(dict.fromkeys(person for person in acting if person is not None)) or self.office()

    def _reached(self, person: int | None, audience: Audience) -> Iterable[tuple[int, Told]]:
        """`person`, or who stands in; the office when nobody is left."""
        if person is None:
            return ()
        acting = self.stand_ins.get(person, person)
        if acting == person:
            return ((person, Told(audience)),)
        return ((one, Told(audience, person)) for one in ((acting,) if acting is not None else self.office()))

    def _is_quiet(self, person: int, rung: DatedRung, answers: Answers) -> bool:
        return rung.offset < 0 and (person in answers.seen or (rung.offset <= EARLY and person in self.unhurried))

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
    return rosters_on(session, [key_of(authority)], day)[key_of(authority)]


# The plain tables: rows of three columns by the hundred thousand need no objects.
_UNIT, _ROLE, _PERSON = (table_of(model).c for model in (Unit, Role, Person))


def rosters_on(session: Session, authority_ids: Collection[int], day: date) -> dict[int, Roster]:
    """Who holds which role in each authority on `day`."""
    units = select(_UNIT.authority_id, _UNIT.code, _UNIT.relation).where(is_among(_UNIT.authority_id, authority_ids))
    people = select(_PERSON.authority_id, _PERSON.id, _PERSON.code, _PERSON.early)
    related = _by_authority(session, units)
    held = _by_authority(session, _held_on(day).where(is_among(_UNIT.authority_id, authority_ids)))
    known = _by_authority(session, people.where(is_among(_PERSON.authority_id, authority_ids)))
    away = stand_ins(session, authority_ids, day)
    offices = select(col(Authority.id), col(Authority.catch_all_id)).where(is_among(Authority.id, authority_ids))
    return {
        n: _roster(day, catch_all, related.get(n, ()), held.get(n, ()), known.get(n, ()), away.get(n, {}))
        for n, catch_all in session.execute(offices)
    }


def _held_on(day: date) -> Select[Any]:
    """Unit, role and person of every role held on `day`, with the authority first."""
    return (
        select(_UNIT.authority_id, _UNIT.code, _ROLE.kind, _ROLE.person_id)
        .join_from(table_of(Role), table_of(Unit), _UNIT.id == _ROLE.unit_id)
        .where(_ROLE.held_from <= day)
        .where(_ROLE.held_to.is_(None) | (_ROLE.held_to >= day))
        .order_by(_ROLE.person_id)
    )


def _by_authority(session: Session, query: Select[Any]) -> dict[int, list[Any]]:
    """The rows of each authority, without the authority they begin with."""
    found: dict[int, list[Any]] = {}
    for row in session.execute(query):
        found.setdefault(row[0], []).append(row[1:])
    return found


def _roster(
    day: date,
    catch_all: int | None,
    units: Iterable[Any],
    held: Iterable[Any],
    people: Sequence[Any],
    away: dict[int, int | None],
) -> Roster:
    holders: dict[tuple[str, str], tuple[int, ...]] = {}
    for unit, kind, person in held:
        holders[unit, kind] = (*holders.get((unit, kind), ()), person)
    return Roster(
        day,
        relations=dict(units),
        holders=holders,
        chairs=tuple(person for (_, kind), ones in holders.items() if kind == "chu-tich" for person in ones),
        catch_all=(catch_all,) if catch_all else (),
        codes={number: code for number, code, _ in people},
        stand_ins=away,
        unhurried=frozenset(number for number, _, early in people if not early),
    )


def authorities(session: Session) -> Iterable[Authority]:
    """Every authority, in order."""
    return session.execute(select(Authority).order_by(col(Authority.id))).scalars().all()
