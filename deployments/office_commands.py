"""What an office asks day to day: its obligations, and one explained."""

from typing import TYPE_CHECKING, Annotated

import typer

from deployments.date_commands import Json
from deployments.options import Code
from deployments.overview import SAID

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from models.obligation_page import ObligationPage
    from models.settings import Settings
    from models.views import ObligationLine

On = Annotated[str | None, typer.Option("--on", help="Tính cho ngày này (YYYY-MM-DD) thay vì hôm nay.")]


def add_to(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("obligations", help=SAID["obligations"])(obligations)
    app.command("explain", help=SAID["explain"])(explain)


def obligations(
    status: Annotated[str | None, typer.Option("--status", help="Trạng thái, ví dụ qua-han, sap-den-han.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Mã đơn vị chủ trì.")] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Print the obligations as they stand."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from models.views import STATES, list_obligations
    from rules.rule_json import RuleError
    from rules.vietnamese import local_day

    if status and status not in STATES:
        raise RuleError(f"--status cần một trong {', '.join(STATES)}; đọc được {status!r}.")
    engine, _, now = open_office(on)
    with Session(engine) as session:
        lines = list_obligations(session, local_day(now), status, unit)
    if as_json:
        return print_json([line.as_json() for line in lines])
    rows = [(line.code, _day(line), STATES[line.state], line.lead, f"{line.title}, {line.period}") for line in lines]
    return print_table(("Mã", "Nên xong", "Trạng thái", "Chủ trì", "Nhiệm vụ"), rows)


def _day(line: "ObligationLine") -> str:
    """The target day, and whether the calendar of that time is announced."""
    from rules.vietnamese import dmy

    return f"{dmy(line.target)} (tạm tính)" if line.provisional else dmy(line.target)


def explain(obligation: Code, on: On = None, as_json: Json = False) -> None:
    """Print one obligation's whole life."""
    from dataclasses import asdict

    from sqlmodel import Session

    from deployments.printing import print_json
    from models.acts import ActRefused
    from models.obligation_page import find_obligation
    from rules.vietnamese import local_day

    engine, _, now = open_office(on)
    with Session(engine) as session:
        page = find_obligation(session, obligation, local_day(now))
    if page is None:
        raise ActRefused(f"Không có nghĩa vụ {obligation}; xem mã bằng lệnh dunghan obligations.")
    if as_json:
        import orjson

        return print_json(orjson.loads(orjson.dumps(asdict(page))))
    return _print_page(page)


def _print_page(page: "ObligationPage") -> None:
    from rules.vietnamese import dmy, weekday_dmy

    line = page.line
    print(f"{line.title} – {line.period}\n{page.plan}, {page.place}")
    print(f"Nên hoàn thành {weekday_dmy(line.target)}; hạn {weekday_dmy(line.legal)}.")
    for sentence in page.receipt["because"]:
        print(f"  - {sentence}")
    for rung in page.rungs:
        print(f"  mốc {rung.name:>3} {dmy(rung.on)} {'đã nhắc' if rung.told else 'chưa'} -> {rung.audience}")
    for letter in page.letters:
        print(f"  {_letter_words(letter.rung)} ngày {dmy(letter.day)} -> {letter.person}: {letter.status}")
    for entry in page.trail:
        print(f"  #{entry.seq} {entry.text}")


def _letter_words(rung: str) -> str:
    """«thư mốc -5», or what a letter of news tells."""
    from models.news import is_news, letter_words
    from models.outbox import MOVED

    if rung.startswith(MOVED):
        return f"thư chuyển hạn theo {rung.removeprefix(MOVED)}"
    return f"thư {letter_words(rung)}" if is_news(rung) else f"thư mốc {rung}"


def open_office(on: str | None) -> "tuple[Engine, Settings, datetime]":
    """The store, the settings and the moment to work at."""
    from flows import clock
    from models.settings import read_settings
    from models.store import acting_by, open_store
    from rules.rule_json import parse_day
    from rules.vietnamese import morning_of

    settings = read_settings()
    engine = acting_by(open_store(settings), "lenh")
    return engine, settings, morning_of(parse_day(on)) if on else clock.now(engine)
