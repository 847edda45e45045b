"""`dunghan plan`: check a plan file, show what it asks for, carry it to another year, load it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments import import_command, rollover_command
from deployments.date_commands import Json
from deployments.overview import SAID
from deployments.plan_check_command import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.plan_diff import Compared, PlanDifference
    from models.plan_file import PlanFile
    from models.plan_schema import PlanDocument
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
    plan.command("diff", help="So với kế hoạch đã nạp, hoặc với một tệp khác; mã thoát 1 khi khác.")(diff)
    import_command.add_to(plan)
    app.add_typer(plan, name="plan")


def show(file: PlanPath, year: Year = None, as_json: Json = False) -> None:
    """Print every occurrence of a plan's tasks in its year."""
    from deployments.date_commands import office_calendar
    from deployments.printing import print_json, print_table
    from models.plan_file import read_plan

    document = read_plan(file).document
    rows = list(_rows(document, office_calendar(), year or document.ke_hoach.nam))
    if as_json:
        return print_json(rows)
    table = [(*(row[name] or "" for name in ("task", "title", "period")), *_days(row)) for row in rows]
    return print_table(("Mã", "Nhiệm vụ", "Kỳ", "Nên xong", "Hạn"), table)


def _days(row: "dict[str, Any]") -> "Iterator[str]":
    """The days of a row as people read them; nothing where there is none."""
    from datetime import date

    from rules.vietnamese import dmy

    return (dmy(date.fromisoformat(day)) if (day := row[name]) else "" for name in ("target", "legal"))


def _rows(document: "PlanDocument", calendar: "WorkingCalendar", year: int) -> "Iterator[dict[str, Any]]":
    from models.plan_checks.plan_read import occurrences_of
    from rules.occurrences import Occurrence
    from rules.rule_json import print_deadline

    for task in document.nhiem_vu:
        facts = {"task": task.ma, "title": task.ten, "kind": task.loai, "awaits_confirmation": task.cho_xac_nhan}
        empty = {"period": None, "target": None, "legal": None, "internal": None}
        found = [] if task.cho_xac_nhan else list(occurrences_of(task, document, calendar, year))
        if not any(isinstance(occurrence, Occurrence) for occurrence in found):
            yield {**facts, **empty}
        for occurrence in found:
            if isinstance(occurrence, Occurrence):
                shown = {"period": occurrence.key, "internal": occurrence.internal}
                yield {**facts, **shown, **print_deadline(occurrence.deadline)}


def diff(
    file: PlanPath,
    other: Annotated[Path | None, typer.Argument(help="Tệp kế hoạch thứ hai; mặc định là kế hoạch đã nạp.")] = None,
    as_json: Json = False,
) -> None:
    """Print what FILE (or OTHER, beside FILE) has that the loaded plan (or FILE) has not."""
    from deployments.printing import print_json
    from models.plan_diff import compare_plans, of_file
    from models.plan_file import read_plan

    document = read_plan(file).document
    before, after = (
        (of_file(document), of_file(read_plan(other).document)) if other else (_loaded(document), of_file(document))
    )
    found = compare_plans(before, after)
    if as_json:
        print_json(
            {
                "gone": [{"task": code, "title": title} for code, title in found.gone],
                "fresh": [{"task": code, "title": title} for code, title in found.fresh],
                "changes": [
                    {"task": c.task, "field": c.field, "before": c.before, "after": c.after} for c in found.changes
                ],
            }
        )
    else:
        _print_difference(found)
    if found:
        raise typer.Exit(1)


def _loaded(document: "PlanDocument") -> "Compared":
    from sqlmodel import Session

    from models.plan_diff import of_store
    from models.settings import read_settings
    from models.store import open_store
    from rules.rule_json import RuleError

    with Session(open_store(read_settings())) as session:
        stored = of_store(session, document.ke_hoach.ma)
    if stored is None:
        raise RuleError(f"chưa nạp kế hoạch nào có mã «{document.ke_hoach.ma}»; ghi thêm tệp thứ hai để so hai tệp.")
    return stored


def _print_difference(found: "PlanDifference") -> None:
    from models.plan_diff import FIELDS

    for words, tasks in (("Không còn", found.gone), ("Thêm", found.fresh)):
        for code, title in tasks:
            print(f"{words}  {code}: {title}")
    for change in found.changes:
        print(f"Đổi  {change.task}, {FIELDS[change.field]}: {change.before} → {change.after}")
    print(f"{len(found.gone)} nhiệm vụ không còn, {len(found.fresh)} thêm, {len(found.changes)} chỗ đổi.")


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
