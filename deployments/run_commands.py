"""`dunghan deploy`, `up` and `doctor`: register, run everything on one machine, check it."""

from typing import Annotated

import typer

from deployments.date_commands import Json
from deployments.overview import SAID


def add_to(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("deploy", help=SAID["deploy"])(deploy)
    app.command("up", help=SAID["up"])(up)
    app.command("doctor", help=SAID["doctor"])(doctor)


def deploy() -> None:
    """Register the sweep and every plan task with the Prefect server that PREFECT_API_URL names."""
    import asyncio

    from deployments.prefect_env import use_prefect
    from models.settings import read_settings
    from models.store import open_store

    settings = read_settings()
    use_prefect(settings)
    from deployments.register import deploy as register

    sent, kept = asyncio.run(register(open_store(settings), scheduled=True, said=print, sweepers=settings.sweepers))
    print(f"Đã đăng ký {sent} mục mới hoặc thay đổi; {kept} mục giữ nguyên.")


def up(
    practice: Annotated[
        str | None, typer.Option("--practice", help="Diễn tập, bắt đầu từ ngày này (YYYY-MM-DD).")
    ] = None,
    every: Annotated[float, typer.Option("--every", help="Diễn tập tự sang ngày sau mỗi ngần này giây.")] = 0,
    plan: Annotated[str, typer.Option("--plan", help="Kế hoạch nạp khi diễn tập.")] = "2024-papi-nhu-quynh.yaml",
) -> None:
    """Run everything until Ctrl-C."""
    from deployments.supervisor import run
    from models.settings import read_settings
    from rules.rule_json import parse_day

    raise typer.Exit(run(read_settings(), parse_day(practice) if practice else None, plan, every))


def doctor(as_json: Json = False) -> None:
    """Print each check with what to do as soon as it is known; exit 1 when one fails."""
    from deployments.doctor import examine
    from deployments.printing import harmless, print_json

    checks = []
    for check in examine():
        checks.append(check)
        if not as_json:
            todo = f" -> {check.todo}" if check.todo else ""
            print(harmless(f"{'ĐƯỢC ' if check.ok else 'HỎNG '} {check.name}: {check.found}{todo}"), flush=True)
    if as_json:
        print_json([{"check": c.name, "ok": c.ok, "found": c.found, "todo": c.todo} for c in checks])
    if not all(check.ok for check in checks):
        raise typer.Exit(1)
