"""`dunghan plan rollover`: a plan carried to a later year as a draft, with everything a person must decide."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json, office_calendar
from deployments.options import check_new, clean, option, write_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.rollover.draft import Draft
    from models.rollover.rewriting import Rename, Superior

HELP = "Chuyển kế hoạch sang năm sau thành dự thảo; liệt kê những gì người có thẩm quyền phải quyết định."
_RENAME = "Đổi tên gọi, dạng «TÊN CŨ=TÊN MỚI»; dùng được nhiều lần."


def rollover(
    file: Annotated[Path, typer.Argument(help="Tệp kế hoạch YAML của năm trước.", metavar="FILE")],
    year: Annotated[int, typer.Option("--year", help="Năm của kế hoạch mới.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp sẽ ghi, phải chưa có.", metavar="FILE")],
    superior_plan: Annotated[
        str, typer.Option("--superior-plan", help="Ngày cấp trên ký kế hoạch năm mới, YYYY-MM-DD.", metavar="DATE")
    ] = "",
    superior_document: Annotated[str, option("--superior-document", "Số, ký hiệu kế hoạch ấy.")] = "",
    rename: Annotated[list[str] | None, typer.Option("--rename", help=_RENAME, metavar="TEXT", callback=clean)] = None,
    calendar: Annotated[Path | None, typer.Option("--calendar", help="Tệp lịch; mặc định plans/calendar.yaml.")] = None,
    as_json: Json = False,
) -> None:
    """Write the draft of another year's plan; exit 0 once it is written, for there is always something to decide."""
    from deployments.printing import print_json
    from models.office_file import read_bytes
    from models.plan_file import parse_plan
    from models.rollover.draft import roll_over

    check_new("-o", output)
    superior, renames = _superior(superior_plan, superior_document, year), [_rename(text) for text in rename or ()]
    raw = read_bytes(file)
    plan = parse_plan(raw, file)
    _check_year(year, plan.document.ke_hoach.nam)
    draft = roll_over(plan, raw.decode(), year, office_calendar(calendar), output, superior, renames)
    write_document(output, draft.text.encode())
    if as_json:
        print_json(_as_json(draft, output))
    else:
        print("\n".join(_lines(draft, output)))


def _superior(day: str, document: str, year: int) -> "Superior | None":
    from deployments.options import day_given, text_given
    from models.rollover.rewriting import Superior
    from rules.rule_json import RuleError
    from rules.vietnamese import dmy

    if not day and not document:
        return None
    superior = Superior(day_given("--superior-plan", day), text_given("--superior-document", document))
    if superior.day.year not in (year - 1, year):
        expected = f"cần một ngày trong năm {year - 1} hoặc {year}"
        raise RuleError(f"--superior-plan: {expected} cho kế hoạch năm {year}; đọc được {dmy(superior.day)}.")
    return superior


def _rename(text: str) -> "Rename":
    from rules.rule_json import RuleError

    old, equals, new = (part.strip() for part in text.partition("="))
    if not (old and equals and new):
        raise RuleError(f"--rename: cần dạng «TÊN CŨ=TÊN MỚI»; đọc được «{text}».")
    return old, new


def _check_year(year: int, old: int) -> None:
    from rules.rule_json import RuleError

    if not old < year <= 2050:
        raise RuleError(f"--year: kế hoạch là của năm {old}; cần một năm sau đó, đến 2050; đọc được {year}.")


def _lines(draft: "Draft", output: Path) -> "Iterator[str]":
    from itertools import groupby

    from models.rollover.questions import HEADINGS

    plan = draft.plan.document.ke_hoach
    yield f"Đã ghi dự thảo kế hoạch năm {plan.nam}: {output}"
    waiting = sum(task.cho_xac_nhan for task in draft.plan.document.nhiem_vu)
    yield (
        f"Chuyển {len(draft.carried)} nhiệm vụ ({waiting} chờ xác nhận), không chuyển {len(draft.dropped)}; "
        f"{len(draft.questions)} điều chờ quyết định."
    )
    for kind, group in groupby(draft.questions, key=lambda question: question.kind):
        found = list(group)
        yield f"\n{HEADINGS[kind].upper()} ({len(found)})"
        yield from (f"- {question.text}" for question in found)
    yield "\nHẠN TRONG NĂM (việc hằng tuần, thường xuyên và mốc nội bộ: xem bằng plan show)"
    yield from _day_lines(draft)
    yield f"\nDự thảo kiểm tra, xem, chạy thử được; ký rồi mới nạp. Xem tiếp: dunghan plan check {output}"


def _day_lines(draft: "Draft") -> "Iterator[str]":
    from rules.vietnamese import weekday_dmy

    waiting = {task.ma for task in draft.plan.document.nhiem_vu if task.cho_xac_nhan}
    for one in draft.days:
        deadline = one.occurrence.deadline
        if (not one.internal and one.occurrence.start is None) or one.occurrence.cut_off:
            said = weekday_dmy(deadline.target) + (", tạm tính" if deadline.provisional else "")
            said += ", chờ xác nhận" if one.task.ma in waiting else ""
            yield f"- {one.task.ma} {one.title} ({one.occurrence.name}): {said}"


def _as_json(draft: "Draft", output: Path) -> dict[str, Any]:
    from rules.rule_json import print_deadline

    plan = draft.plan.document.ke_hoach
    return {
        "file": str(output),
        "plan": plan.ma,
        "year": plan.nam,
        "issue_by": plan.ngay.isoformat() if plan.ngay else None,
        "carried": list(draft.carried),
        "awaiting": [task.ma for task in draft.plan.document.nhiem_vu if task.cho_xac_nhan],
        "dropped": [{"task": one.code, "title": one.title, "why": one.why} for one in draft.dropped],
        "questions": [
            {"kind": one.kind, "text": one.text, "tasks": list(one.tasks), "waits": one.waits}
            for one in draft.questions
        ],
        "deadlines": [
            {
                "task": one.task.ma,
                "title": one.title,
                "period": one.occurrence.key,
                "internal": one.internal,
                **print_deadline(one.occurrence.deadline),
            }
            for one in draft.days
        ],
    }
