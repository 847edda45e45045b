"""People as the office sees them on a day: their roles, who is away, who reads for them, whom mail does not reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from models.digests import BOUNCED, REFUSED
from models.leaves import leaves_of
from models.people import Roster, roster_on
from models.reply_tables import Leave
from models.tables import Authority, Person, Role, Unit, key_of
from models.views import unsettled_digests
from rules.vietnamese import alphabetical

ROLES = {"chu-tich": "Chủ tịch", "phu-trach": "Phụ trách", "can-bo": "Cán bộ"}


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role somebody holds or held in a unit."""

    unit: str
    unit_code: str
    kind: str  # a key of ROLES
    first: date
    last: date | None

    @property
    def name(self) -> str:
        """What the role is called."""
        return ROLES[self.kind]


@dataclass(frozen=True, slots=True)
class Away:
    """Leave under way, and who gets the letters meanwhile."""

    leave: Leave
    readers: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person on one day."""

    person: Person
    roles: tuple[RoleLine, ...]  # held on that day
    past: tuple[RoleLine, ...]  # held before or after
    away: Away | None
    lost: int  # mails that did not arrive at the present address


def list_people(session: Session, authority: Authority, day: date) -> list[PersonLine]:
    """Everybody of `authority` who gets letters, in the order of the people file."""
    roster, lost = roster_on(session, authority, day), _not_arrived(session)
    leaves = {row.person_id: row for row in leaves_of(session, authority, day) if row.first <= day}
    query = select(Person).where(col(Person.authority_id) == authority.id).order_by(col(Person.id))
    held = _roles(session, authority)
    return [
        PersonLine(
            person=person,
            roles=tuple(role for role in held.get(key_of(person), ()) if _holds(role, day)),
            past=tuple(role for role in held.get(key_of(person), ()) if not _holds(role, day)),
            away=_away(session, roster, leaves.get(key_of(person))),
            lost=lost[key_of(person)],
        )
        for person in session.execute(query).scalars()
    ]


def by_given_name(lines: Iterable[PersonLine]) -> list[PersonLine]:
    """As Vietnamese lists of people are sorted: by the given name, which comes last, then by the rest."""
    return sorted(lines, key=lambda line: alphabetical(given_first(line.person.name)))


def given_first(name: str) -> str:
    """«Trần Thị Ví Dụ» as «Dụ Trần Thị Ví»."""
    rest, _, given = name.strip().rpartition(" ")
    return f"{given} {rest}"


def readers_of(roster: Roster, person: int) -> tuple[int, ...]:
    """Who gets the letters of `person` on the roster's day: themselves, who stands in, or the office."""
    acting = roster.stand_ins.get(person, person)
    return roster.office() if acting is None else (acting,)


def _away(session: Session, roster: Roster, leave: Leave | None) -> Away | None:
    if leave is None:
        return None
    return Away(leave, tuple(session.get_one(Person, one) for one in readers_of(roster, leave.person_id)))


def _holds(role: RoleLine, day: date) -> bool:
    return role.first <= day and (role.last is None or day <= role.last)


def _roles(session: Session, authority: Authority) -> dict[int, list[RoleLine]]:
    query = (
        select(Role, Unit)
        .join(Unit, col(Unit.id) == col(Role.unit_id))
        .where(col(Unit.authority_id) == authority.id)
        .order_by(col(Role.held_from), col(Role.id))
    )
    found: dict[int, list[RoleLine]] = {}
    for role, unit in session.execute(query):
        line = RoleLine(unit.name, unit.code, role.kind, role.held_from, role.held_to)
        found.setdefault(role.person_id, []).append(line)
    return found


def _not_arrived(session: Session) -> Counter[int]:
    """How many mails did not arrive at the address each person has now."""
    found = unsettled_digests(session)
    return Counter(
        key_of(person) for digest, person in found
        if digest.status in (BOUNCED, REFUSED) and digest.address == person.email
    )  # fmt: skip


def codes_and_names(lines: Sequence[PersonLine]) -> list[tuple[str, str]]:
    """Everybody by code and name, to choose from."""
    return [(line.person.code, line.person.name) for line in by_given_name(lines)]
