"""`dunghan people`: who holds which role on a day, who is away and who reads for them, and how each gets mail."""

from typing import TYPE_CHECKING, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import On, open_office
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlmodel import Session

    from models.people_views import Away
    from models.tables import Authority, Person


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
    from models.people import authorities
    from models.people_views import list_people

    for authority in authorities(session):
        for line in list_people(session, authority, day):
            roles = [{"unit": role.unit_code, "name": role.unit, "role": role.kind} for role in line.roles]
            wishes = {"mail_from": line.person.digest_at, "early": line.person.early, "not_arrived": line.lost}
            yield {**_facts(authority, line.person), "roles": roles, "away": _away(line.away), **wishes}


def _facts(authority: "Authority", person: "Person") -> dict[str, Any]:
    said = ("code", "name", "title", "email")
    return {"authority": authority.code, **{name: getattr(person, name) for name in said}}


def _away(away: "Away | None") -> dict[str, Any] | None:
    if away is None:
        return None
    reading = [{"code": person.code, "name": person.name} for person in away.readers]
    return {"first": away.leave.first.isoformat(), "last": away.leave.last.isoformat(), "read_by": reading}


def _cells(line: dict[str, Any], several: bool) -> tuple[str, ...]:
    from models.people_views import ROLES

    code = f"{line['authority']}/{line['code']}" if several else line["code"]
    lost, early = str(line["not_arrived"] or ""), "có" if line["early"] else "không"
    roles = "; ".join(f"{ROLES[role['role']].lower()} {role['name']}" for role in line["roles"])
    return code, line["name"], line["mail_from"], early, lost, _away_words(line["away"]), roles or "không giữ vai trò"


def _away_words(away: dict[str, Any] | None) -> str:
    from deployments.people_named import joined
    from rules.rule_json import parse_day
    from rules.vietnamese import dmy

    return f"nghỉ đến {dmy(parse_day(away['last']))}, thư đến {joined(away['read_by'])}" if away else ""
