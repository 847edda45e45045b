"""The workbook beside a report: every line, real days, text that stays text, and the report's own sums."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from made_up_report import made_up_lines, report_facts
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from read_back import typed

from models.report_sheet import report_xlsx
from rules.figures import OUTCOMES, by_index, by_unit, total


def book(**changed: Any) -> Workbook:
    """The workbook, read back."""
    return load_workbook(BytesIO(report_xlsx(report_facts(**changed))))


def test_the_workbook_lists_every_line_with_real_days() -> None:
    sheet, lines = book()["Chi tiết"], made_up_lines()
    assert sheet.max_row == len(lines) + 1
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [line.code for line in lines]
    day = sheet["H2"]
    assert (day.value.date(), day.number_format, day.is_date) == (lines[0].legal, "dd/mm/yyyy", True)


def test_a_text_that_opens_like_a_formula_stays_text() -> None:
    for opening in ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)"):
        cell = load_workbook(BytesIO(report_xlsx(typed(opening, report_facts(made_up_lines(3))))))["Chi tiết"]["C2"]
        assert (cell.value, cell.data_type) == (opening, "s")


def test_each_list_of_the_workbook_can_be_filtered_and_printed() -> None:
    made = book()
    assert made.sheetnames == ["Tổng hợp", "Chi tiết", "Sự kiện", "Đơn vị nộp số liệu"]
    for name in made.sheetnames[1:]:
        sheet = made[name]
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
        assert sheet.auto_filter.ref.startswith("A1:")
    for sheet in made.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert made.properties.creator == "UBND thị trấn Như Quỳnh"
    assert made.properties.created.replace(tzinfo=UTC) == datetime(2024, 6, 30, 17, tzinfo=UTC)


def test_the_summary_counts_as_the_report_does() -> None:
    sheet, lines = book()["Tổng hợp"], made_up_lines()
    rows = [row for row in sheet.iter_rows(min_row=7, values_only=True) if isinstance(row[1], int)]
    expected = [*by_index(lines), total(lines), *by_unit(lines), total(lines)]
    for printed, row in zip(rows, expected, strict=False):
        counts = [row.total, *(row.counts[kind] for kind in OUTCOMES)]
        internal = [sum(row.internal.values()), *(row.internal[kind] for kind in OUTCOMES)]
        assert printed[: len(counts) + len(internal) + 1] == (row.name, *counts, *internal)
    assert len(rows) == len(expected) + 1  # and the one list that is covered in part


def test_a_workbook_of_open_figures_says_so() -> None:
    assert "CHƯA CHỐT" in book(frozen=False)["Tổng hợp"]["A3"].value
    assert "CHƯA CHỐT" not in book()["Tổng hợp"]["A3"].value
