"""What an office asks day to day: obligations, one explained, a sweep."""

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
    app.command("sweep", help=SAID["sweep"])(sweep)


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
    """«thư mốc -5», or that a letter told of a day that moved."""
    from models.outbox import MOVED

    return f"thư chuyển hạn theo {rung.removeprefix(MOVED)}" if rung.startswith(MOVED) else f"thư mốc {rung}"


def sweep(
    on: On = None,
    plain: Annotated[bool, typer.Option("--plain", help="Không qua Prefect (khi máy chủ Prefect hỏng).")] = False,
) -> None:
    """One round; with --on or --plain in this process, otherwise through Prefect's sweep deployment."""
    if not plain and on is None:
        _sweep_through_prefect()
        return
    import asyncio

    from flows import clock
    from flows.mail import SmtpMailer
    from flows.sweep import Office
    from flows.sweep import sweep as run
    from rules.rule_json import RuleError
    from rules.vietnamese import dmy, local_day

    engine, settings, now = open_office(on)
    if local_day(now) > (today := local_day(clock.now(engine))):
        raise RuleError(f"--on {on} ở sau hôm nay {dmy(today)}; quét trước ngày sẽ chốt số liệu khi kỳ chưa hết.")
    swept = asyncio.run(run(Office(engine, settings, SmtpMailer(settings)), now))
    print(f"{len(swept.reached)} nghĩa vụ đến mốc, {swept.sent} thư đã gửi, {swept.unsent} thư chưa gửi.")
    for person in swept.unknown:
        print(f"KHÔNG RÕ: thư cho {person} đứt khi đang truyền lần trước; cần người quyết định gửi lại hay không.")
    if swept.unsent or swept.unknown:
        raise typer.Exit(1)


def _sweep_through_prefect() -> None:
    import asyncio

    from deployments.prefect_env import use_prefect
    from models.settings import read_settings

    use_prefect(read_settings())
    from deployments.register import start_sweep

    print(f"Đã yêu cầu Prefect quét: lượt chạy {asyncio.run(start_sweep()).name}.")


def open_office(on: str | None) -> "tuple[Engine, Settings, datetime]":
    """The store, the settings and the moment to work at."""
    from flows import clock
    from models.settings import read_settings
    from models.store import open_store
    from rules.rule_json import parse_day
    from rules.vietnamese import morning_of

    settings = read_settings()
    engine = open_store(settings)
    return engine, settings, morning_of(parse_day(on)) if on else clock.now(engine)
