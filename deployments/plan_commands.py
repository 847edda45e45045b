"""`dunghan plan`: check a plan file, show what it asks for, carry it to another year, load it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments import rollover_command
from deployments.date_commands import Json
from deployments.overview import SAID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.plan_file import PlanFile
    from models.plan_schema import PlanDocument, TaskKeys
    from rules.occurrences import Occurrence, Skipped
    from rules.receipts import Finding
    from rules.working_days import WorkingCalendar

PlanPath = Annotated[Path, typer.Argument(help="Tệp kế hoạch YAML.", metavar="FILE")]
Year = Annotated[int | None, typer.Option("--year", help="Tính cho năm khác năm của kế hoạch.")]


def add_to(app: typer.Typer) -> None:
    """Add the `plan` group."""
    plan = typer.Typer(help=SAID["plan"], no_args_is_help=True, rich_markup_mode=None)
    plan.command("check", help="Kiểm tra tệp kế hoạch; mã thoát 1 khi có mâu thuẫn.")(check)
    plan.command("show", help="Các lần đến hạn mà kế hoạch sinh ra.")(show)
    plan.command("rollover", help=rollover_command.HELP)(rollover_command.rollover)
    plan.command("load", help="Nạp kế hoạch, nhân sự và lịch vào cơ sở dữ liệu.")(load)
    app.add_typer(plan, name="plan")


def check(file: PlanPath, year: Year = None, as_json: Json = False) -> None:
    """Print every finding of a plan file."""
    from deployments.date_commands import office_calendar
    from deployments.printing import print_json
    from models.plan_file import read_plan

    document = read_plan(file).document
    findings = list(_findings(document, office_calendar(), year or document.ke_hoach.nam))
    if as_json:
        print_json([{"task": task, "level": finding.level, "text": finding.text} for task, finding in findings])
    else:
        _print_findings(document, findings)
    if any(finding.level == "error" for _, finding in findings):
        raise typer.Exit(1)


_LEVELS = {"error": "MÂU THUẪN", "warning": "LƯU Ý", "note": "GHI NHẬN"}


def _print_findings(document: "PlanDocument", findings: "list[tuple[str, Finding]]") -> None:
    print(f"{document.ke_hoach.so}: {len(document.nhiem_vu)} nhiệm vụ, {len(findings)} điều cần xem.")
    for task, finding in findings:
        print(f"{_LEVELS[finding.level]}  {task or 'kế hoạch'}: {finding.text}")


def _findings(document: "PlanDocument", calendar: "WorkingCalendar", year: int) -> "Iterator[tuple[str, Finding]]":
    from rules.receipts import Finding

    for text in document.ke_hoach.phat_hien:
        yield "", Finding("note", text)
    for text in document.ke_hoach.cho_quyet_dinh:
        yield "", Finding("warning", text)
    for task in document.nhiem_vu:
        if task.cho_xac_nhan:
            yield task.ma, Finding("warning", "chưa chạy: chờ người có thẩm quyền xác nhận.")
        for text in task.phat_hien:
            yield task.ma, Finding("note", text)
        for occurrence in _of_task(task, document, calendar, year):
            for finding in getattr(getattr(occurrence, "deadline", None), "findings", ()):
                yield task.ma, finding


def _of_task(
    task: "TaskKeys", document: "PlanDocument", calendar: "WorkingCalendar", year: int
) -> "Iterator[Occurrence | Skipped]":
    from rules.occurrences import Fact, occurrences

    events = {event.ma: [Fact.on(event.ma, event.ngay)] for event in document.su_kien if event.ngay}
    for entry in task.thoi_han:
        yield from occurrences(entry.when(), calendar, [year], events)


def show(file: PlanPath, year: Year = None, as_json: Json = False) -> None:
    """Print every occurrence of a plan's tasks in its year."""
    from deployments.date_commands import office_calendar
    from deployments.printing import print_json, print_table
    from models.plan_file import read_plan

    document = read_plan(file).document
    rows = list(_rows(document, office_calendar(), year or document.ke_hoach.nam))
    if as_json:
        return print_json(rows)
    columns = ("task", "title", "period", "target", "legal")
    table = [tuple(str(row[name] or "") for name in columns) for row in rows]
    return print_table(("Mã", "Nhiệm vụ", "Kỳ", "Nên xong", "Hạn"), table)


def _rows(document: "PlanDocument", calendar: "WorkingCalendar", year: int) -> "Iterator[dict[str, Any]]":
    from rules.occurrences import Occurrence
    from rules.rule_json import print_deadline

    for task in document.nhiem_vu:
        facts = {"task": task.ma, "title": task.ten, "kind": task.loai, "awaits_confirmation": task.cho_xac_nhan}
        empty = {"period": None, "target": None, "legal": None, "internal": None}
        found = [] if task.cho_xac_nhan else list(_of_task(task, document, calendar, year))
        if not any(isinstance(occurrence, Occurrence) for occurrence in found):
            yield {**facts, **empty}
        for occurrence in found:
            if isinstance(occurrence, Occurrence):
                shown = {"period": occurrence.key, "internal": occurrence.internal}
                yield {**facts, **shown, **print_deadline(occurrence.deadline)}


def load(
    file: PlanPath,
    people: Annotated[Path | None, typer.Option("--people", help="Tệp nhân sự; mặc định plans/people.yaml.")] = None,
    calendar: Annotated[Path | None, typer.Option("--calendar", help="Tệp lịch; mặc định plans/calendar.yaml.")] = None,
    tracked_from: Annotated[
        str | None, typer.Option("--from", help="Theo dõi từ ngày này (YYYY-MM-DD); mặc định hôm nay.")
    ] = None,
) -> None:
    """Load a plan whole, or nothing."""
    from models.plan_file import refuse_draft
    from models.settings import read_settings
    from models.store import acting_by, open_store
    from rules.rule_json import parse_day

    settings = read_settings()
    documents = read_documents(file, people or settings.plans_dir / "people.yaml", calendar)
    refuse_draft(documents[0])
    day = parse_day(tracked_from) if tracked_from else None
    print(load_documents(acting_by(open_store(settings), "lenh"), documents, day))


def read_documents(file: Path, people: Path, calendar: Path | None) -> "tuple[PlanFile, Any, Any]":
    """The plan, people and notices files, all checked before anything is stored."""
    from models.calendar_file import read_notices
    from models.office_file import read_all
    from models.people_file import read_people
    from models.plan_file import read_plan
    from models.settings import read_settings

    notices = calendar or read_settings().plans_dir / "calendar.yaml"
    plan, staff, days = read_all(lambda: read_plan(file), lambda: read_people(people), lambda: read_notices(notices))
    return plan, staff, days


def load_documents(engine: Any, documents: "tuple[PlanFile, Any, Any]", tracked_from: Any) -> str:
    """Load the three documents in one transaction; what was done, in one line."""
    from flows import clock
    from models.loading import load_plan
    from models.store import transaction
    from rules.vietnamese import local_day

    now = clock.now(engine)
    with transaction(engine) as session:
        loaded = load_plan(session, *documents, now, tracked_from or local_day(now))
        return f"Đã nạp kế hoạch {loaded.plan.number}: mở {len(loaded.opened)} nghĩa vụ."
