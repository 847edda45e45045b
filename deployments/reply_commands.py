"""`dunghan reply`: what officers asked for that waits for a second person, and what that person decides."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import option, text_given
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlmodel import Session

    from models.reply_tables import Reply
    from models.tables import Authority, Obligation

ReplyNumber = Annotated[
    int, typer.Argument(help="Số của đề nghị, xem bằng reply list.", metavar="NUMBER", min=1, max=2**63 - 1)
]


def add_to(app: typer.Typer) -> None:
    """Add the `reply` group."""
    group = typer.Typer(help=SAID["reply"], no_args_is_help=True, rich_markup_mode=None)
    group.command("list", help="Các đề nghị đang chờ, và chờ ai quyết định.")(list_waiting)
    group.command("decide", help="Ghi quyết định của người thứ hai.")(decide)
    app.add_typer(group, name="reply")


def list_waiting(as_json: Json = False) -> None:
    """Print what waits for a second person, oldest first."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table

    engine, _, now = open_office(None)
    with Session(engine) as session:
        found = list(_waiting(session, now))
    if as_json:
        return print_json(found)
    headings = ("Số", "Gửi lúc", "Người", "Đề nghị", "Chờ ai", "Nghĩa vụ", "Lý do")
    return print_table(headings, [_cells(line) for line in found])


def _waiting(session: "Session", now: "datetime") -> "Iterator[dict[str, Any]]":
    """What still can be decided: an obligation that was closed meanwhile needs no decision any more."""
    from deployments.people_named import people_json
    from models.approvals import waiting_replies
    from models.obligations import OPEN
    from models.people import authorities
    from models.replies import deciders
    from models.tables import Obligation, key_of

    for authority in authorities(session):
        for reply in waiting_replies(session, key_of(authority)):
            row = session.get_one(Obligation, reply.obligation_id)
            if row.status == OPEN:
                second = people_json(session, deciders(session, row, reply, now))
                yield {"authority": authority.code, **_reply_json(session, reply, row), "deciders": second}


def _reply_json(session: "Session", reply: "Reply", row: "Obligation") -> dict[str, Any]:
    from deployments.people_named import people_json

    return {
        "number": reply.id,
        "kind": reply.kind,
        "obligation": row.code,
        "title": row.title,
        "person": people_json(session, [reply.person_id])[0],
        "day": reply.day.isoformat() if reply.day else None,
        "lawful": reply.lawful,
        "words": reply.words,
        "at": reply.at.isoformat(),
    }


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    from datetime import datetime

    from rules.vietnamese import local_time

    at = local_time(datetime.fromisoformat(line["at"]))
    waits = ", ".join(f"{one['name']} ({one['code']})" for one in line["deciders"]) or "chưa có ai quyết định được"
    return str(line["number"]), at, line["person"]["name"], _asked(line), waits, line["obligation"], line["words"]


def _asked(line: dict[str, Any]) -> str:
    """«xin thêm đến 10/07/2024 (hạn giữ nguyên)»."""
    from rules.rule_json import parse_day
    from rules.vietnamese import dmy

    if not line["day"]:
        return "báo không phải việc của mình"
    ground = "gia hạn theo quy định, cần số quyết định" if line["lawful"] else "hạn giữ nguyên"
    return f"xin thêm đến {dmy(parse_day(line['day']))} ({ground})"


def decide(
    number: ReplyNumber,
    by: Annotated[str, option("--by", "Mã người quyết định.", "PERSON")] = "",
    grant: Annotated[bool, typer.Option("--grant", help="Đồng ý.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Không đồng ý; cần --words nói vì sao.")] = False,
    words: Annotated[str, option("--words", "Ý kiến, lý do.")] = "",
    document: Annotated[str, option("--document", "Số, ký hiệu quyết định gia hạn.")] = "",
    to: Annotated[str, option("--to", "Mã người nhận việc, khi đồng ý việc không thuộc người báo.", "PERSON")] = "",
) -> None:
    """Write down what a second person decides on one reply."""
    from models.store import transaction
    from rules.rule_json import RuleError

    said = Decision(text_given("--by", by), grant, words, document, to)
    if grant == refuse:
        raise RuleError("cần đúng một trong --grant và --refuse.")
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        outcome = _outcome(session, _decide(session, number, said, now))
    print(f"Đã ghi quyết định về đề nghị số {number}: {outcome}.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was typed of a decision: by whom, granted or not, with which words, document and taker."""

    by: str
    granted: bool
    words: str
    document: str
    to: str


def _decide(session: "Session", number: int, said: Decision, now: "datetime") -> "Reply":
    """Let the decision be made by the way of its kind. Raises RuleError or ActRefused."""
    from deployments.people_named import person_in
    from models.answers import NOT_MINE
    from models.approvals import decide_owner, decide_time

    authority, kind = _found(session, number)
    _check_fits(kind, said)
    by = person_in(session, authority, said.by)
    if kind == NOT_MINE:
        taker = person_in(session, authority, said.to) if said.to else None
        return decide_owner(session, number, by, said.granted, said.words, now, taker)
    return decide_time(session, number, by, said.granted, said.words, now, said.document)


def _found(session: "Session", number: int) -> "tuple[Authority, str]":
    """The authority and kind of a reply to decide on; the reply itself is read under its lock. Raises ActRefused."""
    from sqlalchemy import select
    from sqlmodel import col

    from models.acts import ActRefused
    from models.reply_tables import Reply
    from models.tables import Authority

    query = select(Authority, col(Reply.kind)).join(Reply, col(Reply.authority_id) == col(Authority.id))
    found = session.execute(query.where(col(Reply.id) == number, col(Reply.waits))).one_or_none()
    if found is None:
        raise ActRefused(f"Không có đề nghị số {number}; xem bằng lệnh dunghan reply list.")
    return found[0], found[1]


def _check_fits(kind: str, said: Decision) -> None:
    """Refuse what says nothing about a reply of this kind. Raises RuleError."""
    from models.answers import NOT_MINE
    from rules.rule_json import RuleError

    if said.to and not (said.granted and kind == NOT_MINE):
        raise RuleError("--to chỉ dùng khi đồng ý (--grant) việc không thuộc người báo.")
    if said.document and kind == NOT_MINE:
        raise RuleError("--document chỉ dùng cho đề nghị thêm thời gian.")


def _outcome(session: "Session", reply: "Reply") -> str:
    """What holds now of the obligation."""
    from models.answers import NOT_MINE
    from models.tables import Obligation, Person
    from rules.vietnamese import dmy

    row = session.get_one(Obligation, reply.obligation_id)
    if reply.kind == NOT_MINE:
        person = session.get_one(Person, reply.to_id or reply.person_id).name
        return f"{row.code} {'giao cho' if reply.granted else 'vẫn thuộc'} {person}"
    if not reply.granted:
        return f"không thêm thời gian; hạn của {row.code} vẫn {dmy(row.legal)}"
    if reply.lawful:
        return f"hạn của {row.code} nay là {dmy(row.legal)}"
    later = f", hoàn thành chậm nhất {dmy(row.agreed_on)}" if row.agreed_on else ""
    return f"hạn của {row.code} vẫn {dmy(row.legal)}{later}"
