"""The figures of a report as a workbook: every number beside the lines it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.document_words import Facts, part_result, quota_result
from models.official_style import plain, subject
from models.sealing import sealed
from rules.figures import (
    INDICES,
    INTERNAL_OUTCOMES,
    NO_INDEX,
    OUTCOMES,
    Line,
    Outcome,
    Row,
    by_index,
    by_unit,
    line_of,
    total,
)
from rules.vietnamese import dmy

Cell = str | int | date | None
Column = tuple[str, float, Callable[[Any], Cell]]  # heading, width, what it shows of an item
_LONGEST = 32_000  # Excel takes 32 767 letters a cell and drops a longer text whole
_CUT = "… (còn nữa; xem hồ sơ)"
_TALLEST = 409  # points, Excel's limit
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "text": {"text_wrap": True, "border": 1},
    "number": {"align": "center", "border": 1, "num_format": "0"},
    "day": {"align": "center", "border": 1, "num_format": "dd/mm/yyyy"},
    "head": {
        "bold": True,
        "text_wrap": True,
        "border": 1,
        "align": "center",
        "valign": "vcenter",
        "bg_color": "#E7EBF0",
    },
    "bold": {"bold": True},
    "note": {"italic": True},
}


def report_xlsx(facts: Facts) -> bytes:
    """The workbook of `facts`: figures, lines, events, units."""
    facts = plain(facts)
    lines = [line_of(stored) for stored in facts["lines"]]
    made = BytesIO()
    book = Workbook(made, {"in_memory": True})
    book.set_properties(_properties(facts))
    formats = {name: book.add_format(_FONT | wanted) for name, wanted in _FORMATS.items()}
    _summary(book.add_worksheet("Tổng hợp"), facts, lines, formats)
    _list(book.add_worksheet("Chi tiết"), _LINE_COLUMNS, lines, formats)
    events = [{**item, "name": event["name"]} for event in facts["events"] for item in event["items"]]
    _list(book.add_worksheet("Sự kiện"), _EVENT_COLUMNS, events, formats)
    _list(book.add_worksheet("Đơn vị nộp số liệu"), _PART_COLUMNS, facts["parts"], formats)
    book.close()
    return sealed(made.getvalue())


def _properties(facts: Facts) -> dict[str, Any]:
    report = facts["report"]
    made = datetime.fromisoformat(facts["as_of"]).astimezone(UTC)
    return {"title": _title(report)[:255], "author": facts["authority"][:255], "created": made}


def _title(report: Facts) -> str:
    return subject(report["title"], report["period"])


def _summary(sheet: Worksheet, facts: Facts, lines: Sequence[Line], formats: dict[str, Format]) -> None:
    report, plan, everything = facts["report"], facts["plan"], total(lines)
    _page(sheet)
    sheet.write_string(0, 0, _title(report), formats["title"])
    sheet.write_string(1, 0, f"{facts['authority']}. Kế hoạch {plan['number']}: {plan['title']}", formats["note"])
    sheet.write_string(2, 0, _origin(report, facts["frozen"]), formats["note" if facts["frozen"] else "title"])
    row = 4
    tables: tuple[tuple[str, Sequence[Column], Sequence[Any]], ...] = (
        ("Theo chỉ số nội dung", _figure_columns("Chỉ số nội dung"), [*by_index(lines), everything]),
        ("Theo đơn vị chủ trì", _figure_columns("Đơn vị chủ trì"), [*by_unit(lines), everything]),
        ("Chỉ tiêu về số lần", _QUOTA_COLUMNS, facts["quotas"]),
        ("Mức độ bao phủ", _COVERAGE_COLUMNS, facts["coverage"]),
    )
    for heading, columns, items in tables:
        sheet.write_string(row, 0, heading, formats["bold"])
        row = _table(sheet, row + 1, columns, items, formats) + 1
    for place, (_, width, _) in enumerate(_figure_columns("")):
        sheet.set_column(place, place, width)


def _origin(report: Facts, frozen: bool) -> str:
    start, end = (dmy(date.fromisoformat(report[name])) for name in ("start", "cut_off"))
    state = f"số liệu chốt đến hết ngày {end}" if frozen else "SỐ LIỆU TẠM TÍNH, CHƯA CHỐT"
    return f"Kỳ báo cáo từ {start} đến {end}; {state}"


def _list(sheet: Worksheet, columns: Sequence[Column], items: Sequence[Any], formats: dict[str, Format]) -> None:
    """A sheet that is one table: its head stays in sight, is printed on each page and filters."""
    _page(sheet)
    for place, (_, width, _) in enumerate(columns):
        sheet.set_column(place, place, width)
    _table(sheet, 0, columns, items, formats)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(items), len(columns) - 1)


def _table(
    sheet: Worksheet, row: int, columns: Sequence[Column], items: Iterable[Any], formats: dict[str, Format]
) -> int:
    """Heads and items from `row` on; the row after them."""
    widths = [width for _, width, _ in columns]
    heads = [heading for heading, _, _ in columns]
    for place, heading in enumerate(heads):
        sheet.write_string(row, place, heading, formats["head"])
    sheet.set_row(row, _height(heads, widths))
    for item in items:
        row += 1
        values = [shown(item) for _, _, shown in columns]
        for place, value in enumerate(values):
            _write(sheet, row, place, value, formats)
        sheet.set_row(row, _height(values, widths))
    return row + 1


def _height(values: Sequence[Cell], widths: Sequence[float]) -> float:
    """Points for the longest text of a row: programs do not agree on when they find it out themselves."""
    texts = [(value, width) for value, width in zip(values, widths, strict=True) if isinstance(value, str)]
    lines = [sum(ceil((len(line) or 1) / width) for line in text.split("\n")) for text, width in texts]
    return float(min(_TALLEST, 15 * max(lines, default=1) + 1))


def _write(sheet: Worksheet, row: int, place: int, value: Cell, formats: dict[str, Format]) -> None:
    """One cell. Text is always text: a note that opens with «=» must never be calculated."""
    match value:
        case str():
            text = value if len(value) <= _LONGEST else value[:_LONGEST] + _CUT
            sheet.write_string(row, place, text, formats["text"])
        case int():
            sheet.write_number(row, place, value, formats["number"])
        case date():
            sheet.write_datetime(row, place, value, formats["day"])
        case None:
            sheet.write_blank(row, place, None, formats["text"])


def _page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(8)  # A3: a line has fourteen columns
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer('&C&"Times New Roman,Regular"Trang &P/&N')


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _figure_columns(name: str) -> list[Column]:
    """Every outcome has a column, so that a row adds up before the reader's eyes."""
    terms: list[Column] = [(words, 10, _terms(kind)) for kind, words in OUTCOMES.items()]
    checkpoints: list[Column] = [
        (f"Mốc nội bộ: {words}", 10, _checkpoints(kind)) for kind, words in INTERNAL_OUTCOMES.items()
    ]
    checked: Column = ("Tổng số mốc nội bộ", 10, lambda row: sum(row.internal.values()))
    return [(name, 40, lambda row: row.name), ("Tổng số", 10, lambda row: row.total), *terms, checked, *checkpoints]


def _terms(kind: Outcome) -> Callable[[Row], int]:
    return lambda row: row.counts[kind]


def _checkpoints(kind: Outcome) -> Callable[[Row], int]:
    return lambda row: row.internal[kind]


def _index(line: Line) -> str:
    return f"{line.index}. {INDICES.get(line.index, '')}" if line.index else NO_INDEX


_LINE_COLUMNS: list[Column] = [
    ("Mã", 24, lambda line: line.code),
    ("Mã nhiệm vụ", 9, lambda line: line.task),
    ("Nhiệm vụ", 34, lambda line: line.title),
    ("Kỳ", 15, lambda line: line.period),
    ("Chỉ số nội dung", 20, _index),
    ("Đơn vị chủ trì", 18, lambda line: line.unit),
    ("Tính chất", 8, lambda line: "Mốc nội bộ" if line.internal else "Hạn"),
    ("Hạn hoặc mốc nội bộ", 12, lambda line: line.legal),
    ("Ngày hoàn thành", 12, lambda line: line.done_on),
    ("Kết quả", 16, lambda line: line.result),
    ("Số ngày làm việc sau hạn hoặc mốc", 11, lambda line: line.days_late),
    ("Nguyên nhân", 24, lambda line: line.reason),
    ("Minh chứng", 36, lambda line: "\n".join(line.evidence)),
    ("Việc cần lưu ý", 24, lambda line: "\n".join(line.findings)),
]
_EVENT_COLUMNS: list[Column] = [
    ("Sự kiện", 60, lambda item: item["name"]),
    ("Ngày", 12, lambda item: _day(item["day"])),
    ("Văn bản", 40, lambda item: item["document"]),
    ("Vụ việc", 40, lambda item: item["case"]),
]
_PART_COLUMNS: list[Column] = [
    ("Đơn vị", 44, lambda part: part["unit"]),
    ("Mốc nộp", 12, lambda part: _day(part["due"])),
    ("Ngày nộp", 12, lambda part: _day(part["done_on"])),
    ("Kết quả", 16, part_result),
    ("Minh chứng", 60, lambda part: "\n".join(part["evidence"])),
]
_QUOTA_COLUMNS: list[Column] = [
    ("Nhiệm vụ", 44, lambda quota: f"{quota['task']}. {quota['title']}"),
    ("Tiến độ", 10, lambda quota: quota["pace"]),
    ("Kết quả", 10, quota_result),
]
_COVERAGE_COLUMNS: list[Column] = [
    ("Nhiệm vụ", 44, lambda item: f"{item['task']}. {item['title']}"),
    ("Đã có", 10, lambda item: item["covered"]),
    ("Tổng số", 10, lambda item: item["total"]),
]
