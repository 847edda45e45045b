"""`dunghan leave`: who is away and who stands in; recorded, listed, taken back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import OFFICE, By, Named, Reason, day_given, option, text_given
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlmodel import Session

    from models.reply_tables import Leave
    from models.tables import Authority

LeaveId = Annotated[
    int, typer.Argument(help="Số của lần nghỉ, xem bằng leave list.", metavar="ID", min=1, max=2**31 - 1)
]


def add_to(app: typer.Typer) -> None:
    """Add the `leave` group."""
    group = typer.Typer(help=SAID["leave"], no_args_is_help=True, rich_markup_mode=None)
    group.command("record", help="Ghi một người nghỉ và người thay.")(record)
    group.command("list", help="Các lần nghỉ, và hôm nay ai đang nhận thư thay.")(list_leaves)
    group.command("withdraw", help="Rút một lần nghỉ; thư lại đến người ấy.")(withdraw)
    app.add_typer(group, name="leave")


def record(
    person: Named,
    first: Annotated[str, typer.Argument(help="Ngày nghỉ đầu, YYYY-MM-DD.", metavar="FROM")],
    last: Annotated[str, typer.Argument(help="Ngày nghỉ cuối, YYYY-MM-DD.", metavar="TO")],
    substitute: Annotated[str, option("--substitute", "Mã người thay.", "PERSON")] = "",
    reason: Annotated[str, option("--reason", "Lý do nghỉ, khi cần ghi.")] = "",
    by: By = OFFICE,
) -> None:
    """Record that somebody is away, and say who gets their letters."""
    from deployments.people_named import code_in, find_person
    from models.leaves import record_leave
    from models.store import transaction
    from rules.vietnamese import dmy, local_day

    days, who = (day_given("FROM", first), day_given("TO", last)), text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        authority, away = find_person(session, person)
        instead = code_in(authority, substitute)
        row = record_leave(session, authority, away.code, *days, who, now, instead, reason)
        reading = _reading(session, authority, row, max(row.first, local_day(now)))
    print(f"Đã ghi lần nghỉ số {row.id}: {away.name} nghỉ từ {dmy(row.first)} đến hết {dmy(row.last)}.")
    print(f"  {reading}")


def _reading(session: "Session", authority: "Authority", row: "Leave", day: "date") -> str:
    """Who gets the letters on `day`, in a sentence that warns when nobody who is there does."""
    from deployments.people_named import joined, people_json
    from models.people import roster_on
    from models.people_views import readers_of
    from rules.vietnamese import dmy

    roster = roster_on(session, authority, day)
    reading = readers_of(roster, row.person_id)
    names = joined(people_json(session, reading))
    if all(one in roster.stand_ins for one in reading):
        return f"LƯU Ý: không còn ai có mặt để nhận thay; thư ngày {dmy(day)} vẫn đến {names}."
    office = "" if roster.stand_ins.get(row.person_id) else " (hộp thư chung, vì không có người thay)"
    return f"Thư ngày {dmy(day)} đến {names}{office}."


def list_leaves(
    first: Annotated[
        str, typer.Option("--from", help="Những lần còn kéo dài đến ngày này; mặc định hôm nay.", metavar="DATE")
    ] = "",
    as_json: Json = False,
) -> None:
    """Print every leave that has not ended, and who gets the letters today."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from rules.vietnamese import local_day

    start = day_given("--from", first) if first else None
    engine, _, now = open_office(None)
    with Session(engine) as session:
        found = list(_leaves(session, start or local_day(now), local_day(now)))
    if as_json:
        return print_json(found)
    headings = ("Số", "Từ", "Đến", "Người", "Người thay", "Hôm nay ai nhận thư", "Lý do")
    return print_table(headings, [_cells(line) for line in found])


def _leaves(session: "Session", start: "date", today: "date") -> "Iterator[dict[str, Any]]":
    from deployments.people_named import people_json
    from models.leaves import leaves_of
    from models.people import authorities, roster_on
    from models.people_views import readers_of

    for authority in authorities(session):
        roster = roster_on(session, authority, today)
        for row in leaves_of(session, authority, start):
            reading = readers_of(roster, row.person_id) if row.first <= today <= row.last else ()
            yield {**_leave_json(session, row), "authority": authority.code, "read_by": people_json(session, reading)}


def _leave_json(session: "Session", row: "Leave") -> dict[str, Any]:
    from deployments.people_named import people_json

    substitute = people_json(session, filter(None, [row.substitute_id]))
    return {
        "id": row.id,
        "person": people_json(session, [row.person_id])[0],
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "substitute": substitute[0] if substitute else None,
        "reason": row.reason,
    }


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    from deployments.people_named import joined
    from rules.rule_json import parse_day
    from rules.vietnamese import dmy

    days = (dmy(parse_day(line[name])) for name in ("first", "last"))
    substitute = joined(filter(None, [line["substitute"]]), "không có")
    return str(line["id"]), *days, line["person"]["name"], substitute, joined(line["read_by"], ""), line["reason"]


def withdraw(number: LeaveId, reason: Reason = "", by: By = OFFICE) -> None:
    """Take a leave back."""
    from models.leaves import withdraw_leave
    from models.store import transaction
    from models.tables import Person
    from rules.vietnamese import dmy

    said, who = text_given("--reason", reason), text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        row = withdraw_leave(session, _office_of(session, number), number, who, said, now)
        name = session.get_one(Person, row.person_id).name
    print(f"Đã rút lần nghỉ số {number} của {name} từ {dmy(row.first)} đến {dmy(row.last)}.")


def _office_of(session: "Session", number: int) -> "Authority":
    """The authority of leave `number`; the leave itself is read under its lock. Raises ActRefused."""
    from sqlalchemy import select
    from sqlmodel import col

    from models.acts import ActRefused
    from models.reply_tables import Leave
    from models.tables import Authority

    query = select(Authority).join(Leave, col(Leave.authority_id) == col(Authority.id))
    found: Authority | None = session.execute(query.where(col(Leave.id) == number)).scalar_one_or_none()
    if found is None:
        raise ActRefused(f"Không có lần nghỉ số {number}; xem bằng lệnh dunghan leave list.")
    return found
