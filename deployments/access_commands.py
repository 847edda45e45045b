"""`dunghan access`: who may open the pages; rights given and taken back, sessions seen and ended."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import OFFICE, By, Reason, argument, day_given, option, text_given
from deployments.overview import SAID

if TYPE_CHECKING:
    from sqlmodel import Session

    from models.tables import Authority

Office = Annotated[str, option("--authority", "Mã cơ quan; cần khi có nhiều cơ quan.")]
Holder = Annotated[str, argument("Mã người được cấp quyền, như nhật ký sẽ in.", "CODE")]


def add_to(app: typer.Typer) -> None:
    """Add the `access` group."""
    group = typer.Typer(help=SAID["access"], no_args_is_help=True, rich_markup_mode=None)
    group.command("give", help="Cấp quyền vào các trang cho một địa chỉ thư.")(give)
    group.command("withdraw", help="Thu hồi quyền đã cấp; phiên đang mở hết hiệu lực ngay.")(withdraw)
    group.command("list", help="Ai được vào: theo vai trò, và theo quyền đã cấp.")(list_rights)
    group.command("sessions", help="Các phiên đang đăng nhập.")(sessions)
    group.command("end", help="Kết thúc một phiên đăng nhập.")(end)
    app.add_typer(group, name="access")


def give(
    code: Holder,
    name: Annotated[str, argument("Họ và tên.", "NAME")],
    email: Annotated[str, argument("Địa chỉ thư.", "EMAIL")],
    right: Annotated[str, option("--right", "lanh-dao | van-phong | kiem-tra", "RIGHT")],
    first: Annotated[str, typer.Option("--from", help="Từ ngày, YYYY-MM-DD; mặc định hôm nay.")] = "",
    last: Annotated[str, typer.Option("--to", help="Đến hết ngày, YYYY-MM-DD; mặc định đến khi thu hồi.")] = "",
    authority: Office = "",
    by: By = OFFICE,
) -> None:
    """Give somebody a right to open the pages."""
    from models.access import RIGHTS, Given, give_right
    from models.store import transaction
    from rules.vietnamese import local_day

    who = text_given("--by", by)
    engine, _, now = open_office(None)
    begins = day_given("--from", first) if first else local_day(now)
    ends = day_given("--to", last) if last else None
    with transaction(engine) as session:
        office = authority_chosen(session, authority)
        given = give_right(session, office, Given(code, name, email, right, begins, ends), who, now)
        print(f"Đã cấp quyền «{RIGHTS[given.right]}» của {office.name} cho {given.name} ({given.email}).")


def withdraw(code: Holder, reason: Reason = "", authority: Office = "", by: By = OFFICE) -> None:
    """Take a right back."""
    from models.access import withdraw_right
    from models.store import transaction

    said, who = text_given("--reason", reason), text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        withdraw_right(session, authority_chosen(session, authority), code, who, said, now)
    print(f"Đã thu hồi quyền của {code}; phiên đang mở của người này hết hiệu lực.")


def list_rights(authority: Office = "", as_json: Json = False) -> None:
    """Print who may open the pages today."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from models.access import RIGHTS

    engine, _, now = open_office(None)
    with Session(engine) as session:
        rows = _rights(session, authority_chosen(session, authority), now)
    if as_json:
        return print_json(rows)
    shown = [(row["code"], row["name"], row["email"], RIGHTS[row["right"]], row["why"]) for row in rows]
    return print_table(("Mã", "Họ tên", "Địa chỉ", "Quyền", "Căn cứ"), shown)


def _rights(session: "Session", authority: "Authority", now: Any) -> list[dict[str, str]]:
    from models.access import holders_by_role, rights_given
    from models.tables import key_of
    from rules.vietnamese import dmy, local_day

    number, today = key_of(authority), local_day(now)
    rows = [
        {"code": one.code, "name": one.name, "email": one.email, "right": one.right, "why": "theo vai trò"}
        for one in holders_by_role(session, number, today)
    ]
    for grant in rights_given(session, number):
        until = f"đến {dmy(grant.held_to)}" if grant.held_to else "đến khi thu hồi"
        why = "đã thu hồi" if grant.withdrawn else f"được cấp từ {dmy(grant.held_from)} {until}"
        facts = {"code": grant.code, "name": grant.name, "email": grant.email, "right": grant.right}
        rows.append({**facts, "why": why})
    return rows


def sessions(authority: Office = "", as_json: Json = False) -> None:
    """Print who is signed in."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from models.sign_ins import sessions_under_way
    from models.tables import key_of

    engine, _, now = open_office(None)
    with Session(engine) as session:
        found = sessions_under_way(session, key_of(authority_chosen(session, authority)), now)
        rows = [
            {"number": one.id, "code": one.code, "right": one.right, "began_at": one.began_at.isoformat(),
             "browser": one.browser} for one in found
        ]  # fmt: skip
    if as_json:
        return print_json(rows)
    return print_table(("Số", "Mã", "Quyền", "Từ lúc", "Trình duyệt"), [tuple(map(str, row.values())) for row in rows])


def end(
    number: Annotated[int, typer.Argument(help="Số của phiên, xem bằng access sessions.", metavar="ID", min=1)],
    reason: Reason = "",
    by: By = OFFICE,
) -> None:
    """End one session at once."""
    from models.sign_ins import end_session
    from models.store import transaction

    said, who = text_given("--reason", reason), text_given("--by", by)
    engine, _, now = open_office(None)
    with transaction(engine) as session:
        end_session(session, number, who, now, said)
    print(f"Đã kết thúc phiên số {number}.")


def authority_chosen(session: "Session", code: str) -> "Authority":
    """The authority with this code, or the only one there is. Raises RuleError."""
    from models.people import authorities
    from rules.rule_json import RuleError

    known = list(authorities(session))
    found = [one for one in known if code in ("", one.code)]
    if len(found) == 1:
        return found[0]
    raise RuleError(f"--authority cần một trong: {', '.join(one.code for one in known) or 'chưa có cơ quan nào'}.")
