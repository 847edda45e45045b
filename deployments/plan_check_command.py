"""`dunghan plan check`: what a plan contradicts, leaves blank or was copied from, before anybody is urged by it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.date_commands import Json, office_calendar

if TYPE_CHECKING:
    from models.plan_checks.findings import PlanFinding

_LEVELS = {"error": "MÂU THUẪN", "warning": "LƯU Ý", "note": "GHI NHẬN"}
_WIDEST = max(map(len, _LEVELS.values()))


def check(
    file: Annotated[Path, typer.Argument(help="Tệp kế hoạch YAML.", metavar="FILE")],
    people: Annotated[Path | None, typer.Option("--people", help="Tệp nhân sự: xem đơn vị nào không có người.")] = None,
    calendar: Annotated[Path | None, typer.Option("--calendar", help="Tệp lịch; mặc định plans/calendar.yaml.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Tính cho năm khác năm của kế hoạch.")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--source", help="Văn bản đã ký (Word, Excel, PDF): soát cả lời văn.", metavar="DOCUMENT"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print every finding of a plan file and of the document it was taken from; exit 1 when there is an error."""
    from deployments.printing import print_json
    from models.appendix.opening import open_document
    from models.people_file import read_people
    from models.plan_checks.checking import check_plan, check_signed
    from models.plan_checks.findings import in_order
    from models.plan_checks.plan_read import plan_to_check
    from models.plan_checks.words import told_once
    from models.plan_file import read_plan

    read = read_plan(file)
    roster = read_people(people) if people else None
    plan = plan_to_check(read.document, office_calendar(calendar), year, roster, read.source)
    findings = in_order([*check_plan(plan), *(check_signed(open_document(source), plan) if source else ())])
    if as_json:
        print_json([finding.to_json() for finding in findings])
    else:
        shown = in_order(told_once(findings))
        print(f"{read.document.ke_hoach.so}: {len(read.document.nhiem_vu)} nhiệm vụ, {len(shown)} điều cần xem.")
        _print(shown)
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)


def _print(findings: "list[PlanFinding]") -> None:
    from deployments.printing import harmless

    for finding in findings:
        print(f"{_LEVELS[finding.level]}  {finding.where}: {harmless(finding.text)}")
        if finding.repair:
            print(f"{' ' * _WIDEST}  Nên sửa: {harmless(finding.repair)}")
    counts = {level: sum(finding.level == level for finding in findings) for level in _LEVELS}
    print(f"Cộng: {', '.join(f'{counts[level]} {name.lower()}' for level, name in _LEVELS.items())}.")
