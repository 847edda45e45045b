"""The figures of a periodic report, and the obligations behind each of them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.date_commands import Json
from deployments.office_commands import open_office
from deployments.report_names import Period, Task

if TYPE_CHECKING:
    from models.reports import Draft
    from rules.figures import Line, Outcome, Row

    Names = dict[Outcome, str]

HavingOutcome = Annotated[str | None, typer.Option("--outcome", help="Kết quả, ví dụ qua-han, tre-han.")]
Index = Annotated[str | None, typer.Option("--index", help="Số chỉ số, 1 đến 9; «0»: ngoài các chỉ số.")]
LeadUnit = Annotated[str | None, typer.Option("--unit", help="Mã hoặc tên đơn vị chủ trì.")]
Internal = Annotated[
    bool | None, typer.Option("--internal/--binding", help="Chỉ mốc nội bộ, hoặc chỉ hạn của luật và kế hoạch.")
]
OUTSIDE = "0"


def add_to(report: typer.Typer) -> None:
    """Add this module's commands to the `report` group."""
    report.command("figures", help="Số liệu của báo cáo: theo chỉ số, theo đơn vị.")(figures)
    report.command("lines", help="Các nghĩa vụ đứng sau một con số, kèm minh chứng.")(lines)


def figures(task: Task, period: Period, as_json: Json = False) -> None:
    """Print the tables a report is made of."""
    from deployments.printing import print_json
    from deployments.report_names import standing
    from rules.figures import by_index, by_unit, line_of, total

    draft, _ = _drafted(task, period)
    found = [line_of(stored) for stored in draft.facts["lines"]]
    tables = {"by_index": by_index(found), "by_unit": by_unit(found)}
    if as_json:
        kept = {name: draft.facts[name] for name in ("report", "as_of", "frozen", "quotas", "coverage", "parts")}
        rows = {name: [_row_json(row) for row in table] for name, table in tables.items()}
        return print_json({**kept, "total": _row_json(total(found)), **rows})
    print(standing(draft))
    for heading, table in (("Chỉ số", tables["by_index"]), ("Đơn vị chủ trì", tables["by_unit"])):
        _print_rows(heading, [*table, total(found)])
    return _print_rest(draft)


def _drafted(task: str, period: str) -> "tuple[Draft, dict[str, str]]":
    """The report as it stands, and what each unit's code is called."""
    from sqlmodel import Session

    from deployments.report_names import find_report
    from models.reports import draft_report, shelves_of
    from models.views import unit_names

    engine, settings, now = open_office(None)
    with Session(engine) as session:
        row = find_report(session, task, period)
        draft = draft_report(session, row.code, now, shelves_of(settings))
        units = unit_names(session).items()
        return draft, {code: name for (authority, code), name in units if authority == row.authority_id}


def _row_json(row: "Row") -> dict[str, Any]:
    key = row.key or OUTSIDE
    return {"key": key, "name": row.name, "total": row.total, "counts": row.counts, "internal": row.internal}


def _print_rows(heading: str, rows: "Sequence[Row]") -> None:
    """Terms, then the office's own checkpoints; what never occurs is left out."""
    from rules.figures import INTERNAL_OUTCOMES, OUTCOMES

    _print_counts(heading, OUTCOMES, [(row.name, row.counts) for row in rows])
    _print_counts(f"{heading}, mốc nội bộ", INTERNAL_OUTCOMES, [(row.name, row.internal) for row in rows])


def _print_counts(heading: str, names: "Names", rows: "Sequence[tuple[str, dict[Outcome, int]]]") -> None:
    from deployments.printing import print_table

    kinds = [kind for kind in names if any(counts[kind] for _, counts in rows)]
    cells = [(name, str(sum(counts.values())), *(str(counts[kind]) for kind in kinds)) for name, counts in rows]
    print()
    print_table((heading, "Tổng", *(names[kind] for kind in kinds)), cells)


def _print_rest(draft: "Draft") -> None:
    from models.document_words import part_result, quota_result

    said = [
        f"{quota['task']} {quota['title']}: {quota['pace']}. {quota_result(quota)}." for quota in draft.facts["quotas"]
    ]
    said += [f"{one['task']} {one['title']}: {one['covered']}/{one['total']} người." for one in draft.facts["coverage"]]
    said += [f"Số liệu của {part['unit']}: {part_result(part).lower()}." for part in draft.facts["parts"]]
    print("\n".join(["", *said] if said else []))


def lines(
    task: Task,
    period: Period,
    outcome: HavingOutcome = None,
    index: Index = None,
    unit: LeadUnit = None,
    internal: Internal = None,
    as_json: Json = False,
) -> None:
    """Print the obligations behind a figure."""
    from deployments.printing import print_json
    from deployments.report_names import standing
    from rules.figures import line_json, line_of, matching

    _check(outcome, index)
    draft, units = _drafted(task, period)
    every = [line_of(stored) for stored in draft.facts["lines"]]
    name = _unit_named(unit, units, every) if unit else None
    found = matching(every, outcome, "" if index == OUTSIDE else index, name, internal)
    if as_json:
        return print_json([{**line_json(line), "result": line.result} for line in found])
    print(f"{len(found)} nghĩa vụ. {standing(draft)}")
    return _print_lines(found)


def _check(outcome: str | None, index: str | None) -> None:
    from rules.figures import INDICES, OUTCOMES
    from rules.rule_json import RuleError

    if outcome is not None and outcome not in OUTCOMES:
        raise RuleError(f"--outcome cần một trong {', '.join(OUTCOMES)}; đọc được {outcome!r}.")
    if index is not None and index not in (OUTSIDE, *map(str, INDICES)):
        raise RuleError(f"--index cần một số từ 0 đến {max(INDICES)}; đọc được {index!r}.")


def _unit_named(unit: str, units: dict[str, str], every: "Iterable[Line]") -> str:
    from rules.rule_json import RuleError

    known = {**units, **{line.unit: line.unit for line in every}, **{name: name for name in units.values()}}
    if unit not in known:
        raise RuleError(f"--unit: không có đơn vị «{unit}»; các mã: {', '.join(units)}.")
    return known[unit]


def _print_lines(found: "Iterable[Line]") -> None:
    from deployments.printing import print_table
    from rules.vietnamese import dmy

    rows = [
        (line.code, dmy(line.legal), dmy(line.done_on) if line.done_on else "", line.result, line.unit,
         "; ".join((f"{line.title}, {line.period}", *line.evidence, *line.findings)))
        for line in found
    ]  # fmt: skip
    print_table(("Mã", "Hạn", "Xong", "Kết quả", "Chủ trì", "Nhiệm vụ, minh chứng"), rows)
