"""`dunghan people`: who holds which role on a day, who is away and who reads for them, and how each gets mail."""

from typing import TYPE_CHECKING, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import On, open_office
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from datetime import date

    from sqlmodel import Session

    from models.people import Roster
    from models.reply_tables import Leave
    from models.tables import Authority, Person

ROLES = {"chu-tich": "chủ tịch", "phu-trach": "phụ trách", "can-bo": "cán bộ"}


def add_to(app: typer.Typer) -> None:
    """Add the `people` command."""
    app.command("people", help=SAID["people"])(people)


def people(on: On = None, as_json: Json = False) -> None:
    """Print everybody who gets letters."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from rules.vietnamese import local_day

    engine, _, now = open_office(on)
    with Session(engine) as session:
        found = list(_everybody(session, local_day(now)))
    if as_json:
        return print_json(found)
    several = len({line["authority"] for line in found}) > 1
    headings = ("Mã", "Họ tên", "Thư từ", "Thư sớm", "Không đến", "Nghỉ, ai nhận thư", "Vai trò")
    return print_table(headings, [_cells(line, several) for line in found])


def _everybody(session: "Session", day: "date") -> "Iterator[dict[str, Any]]":
    from sqlalchemy import select
    from sqlmodel import col

    from models.leaves import leaves_of
    from models.people import authorities, roster_on
    from models.tables import Person
    from models.views import unit_names

    lost, units = _not_arrived(session), unit_names(session)
    for authority in authorities(session):
        roster = roster_on(session, authority, day)
        leaves = {row.person_id: row for row in leaves_of(session, authority, day) if row.first <= day}
        query = select(Person).where(col(Person.authority_id) == authority.id).order_by(col(Person.id))
        for person in session.execute(query).scalars():
            held = [key for key, people in roster.holders.items() if person.id in people]
            roles = [{"unit": unit, "name": units[authority.id or 0, unit], "role": kind} for unit, kind in held]
            away = _away(session, roster, leaves.get(person.id or 0))
            wishes = {"mail_from": person.digest_at, "early": person.early, "not_arrived": lost[person.id]}
            yield {**_facts(authority, person), "roles": roles, "away": away, **wishes}


def _not_arrived(session: "Session") -> "Counter[int | None]":
    """How many mails did not arrive at the address each person has now."""
    from collections import Counter

    from models.digests import BOUNCED, REFUSED
    from models.views import unsettled_digests

    found = unsettled_digests(session)
    return Counter(
        person.id for digest, person in found if digest.status in (BOUNCED, REFUSED) and digest.address == person.email
    )


def _facts(authority: "Authority", person: "Person") -> dict[str, Any]:
    said = ("code", "name", "title", "email")
    return {"authority": authority.code, **{name: getattr(person, name) for name in said}}


def _away(session: "Session", roster: "Roster", leave: "Leave | None") -> dict[str, Any] | None:
    from deployments.people_named import people_json, readers

    if leave is None:
        return None
    reading = people_json(session, readers(roster, leave.person_id))
    return {"first": leave.first.isoformat(), "last": leave.last.isoformat(), "read_by": reading}


def _cells(line: dict[str, Any], several: bool) -> tuple[str, ...]:
    code = f"{line['authority']}/{line['code']}" if several else line["code"]
    lost, early = str(line["not_arrived"] or ""), "có" if line["early"] else "không"
    roles = "; ".join(f"{ROLES[role['role']]} {role['name']}" for role in line["roles"])
    return code, line["name"], line["mail_from"], early, lost, _away_words(line["away"]), roles or "không giữ vai trò"


def _away_words(away: dict[str, Any] | None) -> str:
    from deployments.people_named import joined
    from rules.rule_json import parse_day
    from rules.vietnamese import dmy

    return f"nghỉ đến {dmy(parse_day(away['last']))}, thư đến {joined(away['read_by'])}" if away else ""
