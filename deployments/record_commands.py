"""`dunghan replay` and `dunghan audit`: what would have been sent, and whether the record holds."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.overview import SAID


def add_to(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("replay", help=SAID["replay"])(replay)
    audit = typer.Typer(help=SAID["audit"], no_args_is_help=True, rich_markup_mode=None)
    audit.command("verify", help="Kiểm tra chuỗi nhật ký; mã thoát 1 khi không khớp.")(verify)
    audit.command("head", help="Số và mã băm của bản ghi mới nhất.")(head)
    app.add_typer(audit, name="audit")


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
    from models.people import authorities

    engine, _, _ = open_office(None)
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
    from models.people import authorities

    engine, _, _ = open_office(None)
    with Session(engine) as session:
        heads = [(a.code, *newest(session, a.id or 0)) for a in authorities(session)]
    if as_json:
        return print_json([{"authority": code, "seq": seq, "hash": digest} for code, seq, digest in heads])
    for code, seq, digest in heads:
        print(f"{code} {seq} {digest}")
    return None
