"""`dunghan replay`: what would have been sent."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.overview import SAID


def add_to(app: typer.Typer) -> None:
    """Add the `replay` command."""
    app.command("replay", help=SAID["replay"])(replay)


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
