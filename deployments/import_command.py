"""`dunghan plan import`: a signed document becomes a proposed plan file, every row of it accounted for."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.date_commands import Json
from deployments.options import check_new, write_document

if TYPE_CHECKING:
    from models.appendix.proposal import Proposal

_OPTIONS = {"số kế hoạch": "--number", "ngày ký": "--signed", "năm": "--year", "cơ quan": "--office"}
_FATES = {
    "nhiem-vu": "nhiệm vụ",
    "noi-tiep": "nối tiếp dòng trên",
    "nhan": "chỉ có tên",
    "nhom": "tên nhóm",
    "tieu-de": "tiêu đề",
    "tieu-de-lap": "tiêu đề lặp lại",
    "danh-so": "số cột",
    "rong": "trống",
    "ngoai-bieu": "ngoài biểu nhiệm vụ",
}


def add_to(plan: typer.Typer) -> None:
    """Add `import` to the `plan` group."""
    plan.command("import", help="Đọc văn bản đã ký thành tệp kế hoạch đề xuất.")(import_plan)


def import_plan(
    source: Annotated[Path, typer.Argument(help="Văn bản: DOCX, XLSX, PDF có chữ, TXT; DOC khi có LibreOffice.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Tệp kế hoạch YAML sẽ ghi; phải chưa có.")],
    number: Annotated[str, typer.Option("--number", help="Số kế hoạch, khi văn bản không ghi.")] = "",
    signed: Annotated[str, typer.Option("--signed", help="Ngày ký YYYY-MM-DD, khi văn bản không ghi.")] = "",
    year: Annotated[int | None, typer.Option("--year", help="Năm của kế hoạch, khi văn bản không ghi.")] = None,
    office: Annotated[str, typer.Option("--office", help="Cơ quan, ví dụ «UBND xã Như Quỳnh».")] = "",
    people: Annotated[Path | None, typer.Option("--people", help="Viết thêm tệp nhân sự để điền, theo đơn vị.")] = None,
    as_json: Json = False,
) -> None:
    """Write the proposed plan and say what became of every row."""
    from models.appendix.facts import Facts
    from models.appendix.opening import open_document
    from models.appendix.proposing import NotEnoughKnown, propose
    from models.appendix.roster import write_roster
    from models.plan_writing import write_plan
    from rules.rule_json import RuleError, parse_day

    check_new("-o", out)
    if people:
        check_new("--people", people)
    given = Facts(number=number, signed=parse_day(signed) if signed else None, year=year, office=office)
    try:
        proposal = propose(open_document(source), given)
    except NotEnoughKnown as unknown:
        options = ", ".join(_OPTIONS[name] for name in unknown.missing)
        raise RuleError(f"{unknown} Ở lệnh này: {options}.") from None
    write_document(out, write_plan(proposal.document(), _heading(proposal, source)).encode())
    if people:
        write_document(people, write_roster(proposal).encode())
    _tell(proposal, source, out, as_json)


def _heading(proposal: "Proposal", source: Path) -> list[str]:
    waiting = sum(1 for task in proposal.tasks if task.doubts)
    return [
        f"Đề xuất từ {source.name}: {len(proposal.tasks)} nhiệm vụ, {waiting} chờ xác nhận (cho-xac-nhan: true).",
        "Nhiệm vụ chờ xác nhận không chạy. Xem xong thì xóa dòng «cho-xac-nhan», hoặc xem trên trang của Văn phòng.",
        "«dong»: dòng của văn bản; «loi-van»: nguyên văn cột nhiệm vụ; «trich»: nguyên văn cột thời gian.",
    ]


def _tell(proposal: "Proposal", source: Path, out: Path, as_json: bool) -> None:
    from deployments.printing import print_json

    if as_json:
        print_json(_account(proposal, source, out))
        return
    counts = ", ".join(f"{count} {_FATES[fate]}" for fate, count in _counts(proposal).items())
    print(f"{source.name}: {len(proposal.fates)} dòng trong các bảng, đủ cả: {counts}.")
    waiting = [task for task in proposal.tasks if task.doubts]
    print(f"{len(proposal.tasks)} nhiệm vụ được đề xuất; {len(waiting)} chờ người xác nhận:")
    for task in waiting:
        print(f"  {task.code}  {task.keys['ten']}")
        for doubt in task.doubts:
            print(f"      {doubt}")
    for remark in proposal.remarks:
        print(f"Lưu ý: {remark}")
    print(f"Đã ghi {out}. Tiếp theo: dunghan plan check {out}")


def _counts(proposal: "Proposal") -> Counter[str]:
    return Counter(row.fate for row in proposal.fates)


def _account(proposal: "Proposal", source: Path, out: Path) -> dict[str, object]:
    return {
        "source": source.name,
        "out": str(out),
        "rows": len(proposal.fates),
        "fates": _counts(proposal),
        "placed": [{"place": row.place, "fate": row.fate, "task": row.task} for row in proposal.fates],
        "tasks": [
            {"task": task.code, "title": task.keys["ten"], "doubts": list(task.doubts)} for task in proposal.tasks
        ],
        "remarks": list(proposal.remarks),
    }
