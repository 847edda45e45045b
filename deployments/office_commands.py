"""What an office asks day to day: obligations, one explained, an event recorded, a sweep, a replay, the trail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.date_commands import Json

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from models.settings import Settings
    from models.views import ObligationPage

On = Annotated[str | None, typer.Option("--on", help="Tính cho ngày này (YYYY-MM-DD) thay vì hôm nay.")]


def add_to(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("obligations", help="Danh sách nghĩa vụ đang theo dõi.")(obligations)
    app.command("explain", help="Một nghĩa vụ: vì sao có hạn ấy, đã nhắc ai, đã xảy ra gì.")(explain)
    app.command("sweep", help="Quét một lượt: nhắc những gì đến mốc.")(sweep)
    app.command("replay", help="Chạy thử một khoảng thời gian, thư ghi vào thư mục.")(replay)
    event = typer.Typer(help="Sự kiện làm phát sinh nghĩa vụ.", no_args_is_help=True, rich_markup_mode=None)
    event.command("record", help="Ghi một sự kiện đã xảy ra.")(record)
    app.add_typer(event, name="event")
    audit = typer.Typer(help="Nhật ký chỉ ghi thêm.", no_args_is_help=True, rich_markup_mode=None)
    audit.command("verify", help="Kiểm tra chuỗi nhật ký; mã thoát 1 khi không khớp.")(verify)
    audit.command("head", help="Số và mã băm của bản ghi mới nhất.")(head)
    app.add_typer(audit, name="audit")


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
    from rules.vietnamese import dmy, local_day

    if status and status not in STATES:
        raise RuleError(f"--status cần một trong {', '.join(STATES)}; đọc được {status!r}.")
    engine, _, now = _open(on)
    with Session(engine) as session:
        lines = list_obligations(session, local_day(now), status, unit)
    if as_json:
        return print_json([line.as_json() for line in lines])
    rows = [
        (line.code, dmy(line.target), STATES[line.state], line.lead, f"{line.title}, {line.period}") for line in lines
    ]
    return print_table(("Mã", "Nên xong", "Trạng thái", "Chủ trì", "Nhiệm vụ"), rows)


def explain(
    obligation: Annotated[str, typer.Argument(help="Mã nghĩa vụ.")], on: On = None, as_json: Json = False
) -> None:
    """Print one obligation's whole life."""
    from dataclasses import asdict

    from sqlmodel import Session

    from deployments.printing import print_json
    from models.actions import ActRefused
    from models.views import find_obligation
    from rules.vietnamese import local_day

    engine, _, now = _open(on)
    with Session(engine) as session:
        page = find_obligation(session, obligation, local_day(now))
    if page is None:
        raise ActRefused(f"Không có nghĩa vụ {obligation}; xem mã bằng lệnh dunghan obligations.")
    if as_json:
        import orjson

        return print_json(orjson.loads(orjson.dumps(asdict(page))))
    return _print_page(page)


def _print_page(page: ObligationPage) -> None:
    from rules.vietnamese import dmy, weekday_dmy

    line = page.line
    print(f"{line.title} – {line.period}\n{page.plan}, {page.place}")
    print(f"Nên hoàn thành {weekday_dmy(line.target)}; hạn {weekday_dmy(line.legal)}.")
    for sentence in page.receipt["because"]:
        print(f"  - {sentence}")
    for rung in page.rungs:
        print(f"  mốc {rung.name:>3} {dmy(rung.on)} {'đã nhắc' if rung.told else 'chưa'} -> {rung.audience}")
    for letter in page.letters:
        print(f"  thư mốc {letter.rung} ngày {dmy(letter.day)} -> {letter.person}: {letter.status}")
    for entry in page.trail:
        print(f"  #{entry.seq} {entry.text}")


def record(
    name: Annotated[str, typer.Argument(help="Mã sự kiện trong kế hoạch.")],
    day: Annotated[str, typer.Argument(help="Ngày xảy ra, YYYY-MM-DD.", metavar="DATE")],
    document: Annotated[str, typer.Option("--document", help="Số, ký hiệu văn bản chứng minh.")] = "",
) -> None:
    """Record an event and open what it triggers, once."""
    from models.actions import record_event
    from models.store import transaction
    from rules.rule_json import parse_day
    from rules.vietnamese import dmy

    engine, _, now = _open(None)
    with transaction(engine) as session:
        opened = record_event(session, name, parse_day(day), document, now)
        print(f"Đã ghi sự kiện {name} ngày {dmy(parse_day(day))}: mở {len(opened)} nghĩa vụ.")
        for row in opened:
            print(f"  {row.code}: nên xong {dmy(row.target)}, hạn {dmy(row.legal)}")


def sweep(
    on: On = None,
    plain: Annotated[bool, typer.Option("--plain", help="Không qua Prefect (khi máy chủ Prefect hỏng).")] = False,
) -> None:
    """One round; with --on or --plain in this process, otherwise through Prefect's sweep deployment."""
    if not plain and on is None:
        _sweep_through_prefect()
        return
    import asyncio

    from flows.mail import SmtpMailer
    from flows.sweep import Office
    from flows.sweep import sweep as run

    engine, settings, now = _open(on)
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


def replay(
    plan: Annotated[Path, typer.Argument(help="Tệp kế hoạch YAML.")],
    first: Annotated[str, typer.Option("--from", help="Ngày đầu, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Ngày cuối, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option("--out", help="Thư mục kết quả, phải chưa có hoặc rỗng.")],
    calendar: Annotated[Path | None, typer.Option("--calendar", help="Tệp lịch khác.")] = None,
    people: Annotated[Path | None, typer.Option("--people", help="Tệp nhân sự khác.")] = None,
) -> None:
    """Run days of the plan through the real sweep; each letter becomes an .eml file."""
    from deployments.plan_commands import read_documents
    from flows.replay import replay as run
    from models.settings import read_settings
    from models.store import owner_url
    from rules.rule_json import RuleError, parse_day

    days = parse_day(first), parse_day(last)
    if days[1] < days[0]:
        raise RuleError(f"--to {days[1]} đứng trước --from {days[0]}.")
    if out.exists() and any(out.iterdir()):
        raise RuleError(f"--out {out} đã có tệp; hãy chỉ một thư mục mới hoặc rỗng.")
    settings = read_settings()
    documents = read_documents(plan, people or settings.plans_dir / "people.yaml", calendar)
    summary = run(owner_url(settings), settings, *documents, days, out)
    mails = sum(len(person["mails"]) for person in summary["people"])
    letters = sum(len(row["letters"]) for row in summary["obligations"])
    print(
        f"{len(summary['obligations'])} nghĩa vụ, {letters} thư nhắc trong {mails} thư điện tử; xem {out}/summary.json"
    )


def verify() -> None:
    """Check every authority's chain."""
    from sqlmodel import Session

    from models.audit import verify as check
    from models.outbox import authorities

    engine, _, _ = _open(None)
    broken = False
    with Session(engine) as session:
        for authority in authorities(session):
            good, fault = check(session, authority.id or 0)
            broken = broken or fault is not None
            verdict = f"HỎNG ở bản ghi số {fault.seq}: {fault.reason}" if fault else "nguyên vẹn"
            print(f"{authority.name}: {good} bản ghi khớp; nhật ký {verdict}.")
    if broken:
        raise typer.Exit(1)


def head(as_json: Json = False) -> None:
    """Print the newest entry's number and hash of every authority."""
    from sqlmodel import Session

    from deployments.printing import print_json
    from models.audit import head as newest
    from models.outbox import authorities

    engine, _, _ = _open(None)
    with Session(engine) as session:
        heads = [(a.code, *newest(session, a.id or 0)) for a in authorities(session)]
    if as_json:
        return print_json([{"authority": code, "seq": seq, "hash": digest} for code, seq, digest in heads])
    for code, seq, digest in heads:
        print(f"{code} {seq} {digest}")
    return None


def _open(on: str | None) -> tuple[Engine, Settings, datetime]:
    """The store, the settings and the moment to work at."""
    from flows import clock
    from models.settings import read_settings
    from models.store import open_store
    from rules.rule_json import parse_day
    from rules.vietnamese import morning_of

    settings = read_settings()
    engine = open_store(settings)
    return engine, settings, morning_of(parse_day(on)) if on else clock.now(engine)
