"""A report of fifty rows as DOCX beside bare docxtpl, and of a thousand rows as XLSX beside openpyxl write-only."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate
from openpyxl import Workbook, load_workbook

from bench.rows import Row, best_of, slower
from models.document_words import report_words
from models.documents import _environment, report_docx
from models.official_style import plain
from models.report_sheet import report_xlsx
from models.settings import HOUSE

ROUNDS, DOCX_ROWS, XLSX_ROWS = 5, 50, 1000
DOCX_MOST, XLSX_MOST = 1.5, 0.6


def document_rows() -> Iterator[Row]:
    """Each document as an office gets it, beside the same words put down by the library alone."""
    template = (HOUSE / "plans" / "mau" / "bao-cao-papi.docx").read_bytes()
    facts = made_up(DOCX_ROWS)
    ours, peer = best_of(ROUNDS, lambda: report_docx(facts, template), lambda: by_docxtpl(facts, template))
    yield slower(f"a report of {DOCX_ROWS} rows as DOCX, against docxtpl", ours * 1000, peer * 1000, "ms", DOCX_MOST)
    many = made_up(XLSX_ROWS)
    sheets = cells_of(report_xlsx(many))
    ours, peer = best_of(ROUNDS, lambda: report_xlsx(many), lambda: by_openpyxl(sheets))
    yield slower(f"{XLSX_ROWS:,} rows as XLSX, against openpyxl", ours * 1000, peer * 1000, "ms", XLSX_MOST)


def made_up(lines: int) -> dict[str, Any]:
    """The made-up report of the tests, with as many lines."""
    sys.path.append(str(HOUSE / "tests"))
    from made_up_report import made_up_lines, report_facts

    facts: dict[str, Any] = report_facts(made_up_lines(lines))
    return facts


def by_docxtpl(facts: dict[str, Any], template: bytes) -> bytes:
    """The same template and words, nothing checked, signed or sealed."""
    document = DocxTemplate(BytesIO(template))
    document.render(report_words(plain(facts)), _environment(), autoescape=True)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def cells_of(workbook: bytes) -> list[list[Sequence[Any]]]:
    """What every cell of every sheet says."""
    return [list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(BytesIO(workbook))]


def by_openpyxl(sheets: Sequence[Sequence[Sequence[Any]]]) -> bytes:
    """The same cells, without a look."""
    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()
