"""`dunghan report`: which periodic reports there are, their drafts, and the draft that urges a unit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments import report_acts, report_figures
from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.options import Force, Output, argument, check_target, write_document
from deployments.overview import SAID
from deployments.report_names import Period, Task, bare_period

if TYPE_CHECKING:
    from models.report_views import ReportLine


def add_to(app: typer.Typer) -> None:
    """Add the `report` group."""
    report = typer.Typer(help=SAID["report"], no_args_is_help=True, rich_markup_mode=None)
    report.command("list", help="Các báo cáo định kỳ: ngày chốt, hạn, đã chốt, đã nộp chưa.")(list_reports)
    report.command("draft", help="Lập dự thảo báo cáo (Word) từ số liệu đã chốt, hoặc tạm tính.")(draft)
    report_figures.add_to(report)
    report_acts.add_to(report)
    report.command("urge", help="Lập dự thảo công văn đôn đốc các nghĩa vụ quá hạn của một đơn vị.")(urge)
    app.add_typer(report, name="report")


def draft(
    task: Task,
    period: Period,
    output: Output,
    details: Annotated[
        Path | None, typer.Option("--details", help="Ghi thêm bảng chi tiết Excel.", metavar="FILE.xlsx")
    ] = None,
    force: Force = False,
) -> None:
    """Write a report's draft, and the lines behind its figures; changes nothing in the record."""
    from sqlmodel import Session

    from deployments.report_names import find_report, standing
    from models.reports import draft_report, shelves_of

    check_target(output, ".docx", force)
    if details:
        check_target(details, ".xlsx", force)
    engine, settings, now = open_office(None)
    with Session(engine) as session:
        made = draft_report(session, find_report(session, task, period).code, now, shelves_of(settings))
    words, sheet = made.docx(), made.xlsx() if details else b""
    write_document(output, words)
    if details:
        write_document(details, sheet)
    print(f"Đã ghi dự thảo {made.facts['report']['code']} vào {output}: {len(made.facts['lines'])} nghĩa vụ.")
    print(standing(made))


def urge(
    obligations: Annotated[list[str], argument("Mã các nghĩa vụ quá hạn.", "OBLIGATION...")],
    output: Output,
    force: Force = False,
) -> None:
    """Write the draft of a công văn đôn đốc for the chair to sign; changes nothing in the record."""
    from sqlmodel import Session

    from models.reports import shelves_of
    from models.urging import draft_urging

    check_target(output, ".docx", force)
    engine, settings, now = open_office(None)
    with Session(engine) as session:
        made = draft_urging(session, obligations, now, shelves_of(settings))
    write_document(output, made)
    print(f"Đã ghi dự thảo công văn đôn đốc {len(set(obligations))} nghĩa vụ vào {output}.")


def list_reports(as_json: Json = False) -> None:
    """Print every periodic report, by its day."""
    from sqlmodel import Session

    from deployments.printing import print_json, print_table
    from models.report_views import list_reports as stored_reports

    engine, _, now = open_office(None)
    with Session(engine) as session:
        found = [_report_json(each) for each in stored_reports(session, now)]
    if as_json:
        return print_json(found)
    headings = ("Mã", "Kỳ", "Chốt số liệu", "Hạn", "Số liệu", "Đơn vị nộp", "Trạng thái")
    return print_table(headings, [_cells(each) for each in found])


def _report_json(found: "ReportLine") -> dict[str, Any]:
    line, report = found.line, found.report
    return {
        "task": line.task,
        "period": bare_period(line.code.rpartition(".")[2]),
        "code": line.code,
        "title": line.title,
        "cut_off": found.cut_off.isoformat(),
        "target": line.target.isoformat(),
        "legal": line.legal.isoformat(),
        "internal": line.internal,
        "state": found.state,
        "frozen_at": report.frozen_at.isoformat() if report else None,
        "submitted": report.submission if report else None,
        "verdicts": report.verdicts if report else [],
        "parts": {"in": found.handed_in, "of": len(found.parts)},
    }


def _cells(found: dict[str, Any]) -> tuple[str, ...]:
    from models.report_views import REPORT_STATES
    from rules.rule_json import parse_day
    from rules.vietnamese import dmy

    days = [dmy(parse_day(found[name])) for name in ("cut_off", "legal")]
    sent, parts = found["submitted"], found["parts"]
    number = f" {sent['day']}, {sent['number']}" if sent else ""
    state = f"{REPORT_STATES[found['state']].lower()}{number}"
    frozen = "đã chốt" if found["frozen_at"] else "chưa chốt"
    return found["task"], found["period"], *days, frozen, f"{parts['in']}/{parts['of']}", state
