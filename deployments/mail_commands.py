"""`dunghan mail`: mails whose fate a person must find out, mails a person must read, people mail does not reach."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import OFFICE, By, Reason, argument, text_given
from deployments.overview import SAID

if TYPE_CHECKING:
    from sqlmodel import Session

    from models.record_tables import Digest
    from models.reply_tables import ReturnedMail
    from models.tables import Person

MailNumber = Annotated[
    int, typer.Argument(help="Số của thư đến, xem bằng mail list.", metavar="NUMBER", min=1, max=2**31 - 1)
]


def add_to(app: typer.Typer) -> None:
    """Add the `mail` group."""
    group = typer.Typer(help=SAID["mail"], no_args_is_help=True, rich_markup_mode=None)
    group.command("list", help="Thư chưa chắc đã đến, thư đến cần đọc, người không nhận được thư.")(list_mail)
    group.command("settle", help="Ghi một thư đã đến, hoặc để gửi lại trong thư sau.")(settle)
    group.command("read", help="Ghi đã đọc một thư đến.")(read)
    app.add_typer(group, name="mail")


def list_mail(as_json: Json = False) -> None:
    """Print all that waits for a person."""
    from sqlmodel import Session

    from deployments.printing import print_json
    from models.deliveries import unmatched, unreached
    from models.people import authorities
    from models.views import unsettled_digests

    engine, _, _ = open_office(None)
    with Session(engine) as session:
        lost = [one for office in authorities(session) for one in unreached(session, office.id or 0)]
        found = {
            "digests": [_digest_json(digest, person) for digest, person in unsettled_digests(session)],
            "returned": [_returned_json(session, mail) for mail in unmatched(session)],
            "unreached": [{**_person_json(one.person), "mails": one.mails} for one in lost],
        }
    if as_json:
        return print_json(found)
    return _print(found)


def _person_json(person: "Person") -> dict[str, Any]:
    return {"person": {"code": person.code, "name": person.name}, "address": person.email}


def _digest_json(digest: "Digest", person: "Person") -> dict[str, Any]:
    said = ("message_id", "status", "subject", "response")
    kept = {name: getattr(digest, name) for name in said}
    sent_to = {**_person_json(person), "address": digest.address or person.email}
    return {**sent_to, "day": digest.day.isoformat(), **kept}


def _returned_json(session: "Session", mail: "ReturnedMail") -> dict[str, Any]:
    from models.deliveries import person_of

    said = ("kind", "status", "words")
    kept = {name: getattr(mail, name) for name in said}
    about = person_of(session, mail) or None
    return {"number": mail.id, "received_at": mail.received_at.isoformat(), "answers_mail_of": about, **kept}


def _print(found: dict[str, list[dict[str, Any]]]) -> None:
    from deployments.printing import print_table

    tables = (
        ("Thư chưa chắc đã đến", ("Ngày", "Người nhận", "Tình trạng", "Message-ID", "Máy chủ trả lời"), _digest_cells),
        ("Thư đến cần người đọc", ("Số", "Nhận lúc", "Loại", "Trả lời thư của", "Nội dung"), _returned_cells),
        ("Người không nhận được thư", ("Mã", "Họ tên", "Địa chỉ hiện có", "Số thư không đến"), _unreached_cells),
    )
    for (title, headings, cells), lines in zip(tables, found.values(), strict=True):
        if lines:
            print(f"{title}: {len(lines)}.")
            print_table(headings, [cells(line) for line in lines])
    if not any(found.values()):
        print("Không có thư nào cần xem.")


def _digest_cells(line: dict[str, Any]) -> tuple[str, ...]:
    from models.digests import DIGEST_STATUSES
    from rules.rule_json import parse_day
    from rules.vietnamese import dmy

    day, status = dmy(parse_day(line["day"])), DIGEST_STATUSES[line["status"]]
    return day, line["person"]["name"], status, line["message_id"].strip("<>"), line["response"]


def _returned_cells(line: dict[str, Any]) -> tuple[str, ...]:
    from datetime import datetime

    from models.deliveries import RETURNED_KINDS
    from rules.vietnamese import local_time

    at = local_time(datetime.fromisoformat(line["received_at"]))
    kind = " ".join(filter(None, (RETURNED_KINDS[line["kind"]], line["status"])))
    return str(line["number"]), at, kind, line["answers_mail_of"] or "không rõ", line["words"]


def _unreached_cells(line: dict[str, Any]) -> tuple[str, ...]:
    return line["person"]["code"], line["person"]["name"], line["address"], str(line["mails"])


def settle(
    message_id: Annotated[str, argument("Message-ID của thư, xem bằng mail list.", "MESSAGE_ID")],
    arrived: Annotated[bool, typer.Option("--arrived", help="Đã hỏi: thư đã đến.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Chưa đến: gửi lại trong thư sau.")] = False,
    reason: Reason = "",
    by: By = OFFICE,
) -> None:
    """Write down a person's word on a mail whose fate was not known, or that did not arrive."""
    from models.deliveries import settle_digest
    from models.store import transaction
    from models.tables import Person
    from rules.rule_json import RuleError
    from rules.vietnamese import dmy

    said, who = text_given("--reason", reason), text_given("--by", by)
    if arrived == again:
        raise RuleError("cần đúng một trong --arrived và --again.")
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        digest = settle_digest(session, f"<{message_id.strip('<>')}>", who, arrived, said, now)
        name = session.get_one(Person, digest.person_id).name
    fate = "đã đến" if arrived else "chưa đến; các mục trong thư sẽ vào thư sau"
    print(f"Đã ghi: thư ngày {dmy(digest.day)} gửi {name} {fate}.")


def read(number: MailNumber, reason: Reason = "", by: By = OFFICE) -> None:
    """Write down that somebody has read a mail that came back, and what was done about it."""
    from models.deliveries import settle_returned
    from models.store import transaction

    said, who = text_given("--reason", reason), text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        settle_returned(session, number, who, said, now)
    print(f"Đã ghi: thư đến số {number} đã có người đọc.")
