"""The trail as sheets a person opens: CSV and XLSX, written a row at a time, in which free text is never a formula."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from models.audit_actions import sentence
from models.canonical import canonical
from models.stored_entries import StoredEntry
from rules.vietnamese import ZONE

HEADINGS = (
    "Số", "Giờ ghi (Việt Nam)", "Giờ ghi (UTC)", "Người ghi", "Hành vi", "Về", "Nội dung", "Chi tiết (JSON)",
    "Lượt chạy", "Mã băm bản ghi trước", "Mã băm",
)  # fmt: skip
_WIDTHS = (8, 18, 28, 18, 20, 34, 80, 40, 14, 20, 20)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what spreadsheets take for one
_LONGEST = 32_000  # Excel takes 32 767 letters a cell and drops a longer text whole
_CUT = "… (còn nữa; xem nhat-ky.jsonl)"
_VIET_NAM = ZoneInfo(ZONE)  # once: a pendulum zone is read anew for each moment, which costs more than the row
_MOST_ROWS = 1_000_000  # a sheet has 1 048 576


def sheet_row(entry: StoredEntry, digest: str) -> list[str]:
    """An entry as the cells under HEADINGS."""
    at = datetime.fromisoformat(entry["at"]).astimezone(_VIET_NAM).strftime("%H:%M %d/%m/%Y")
    return [
        str(entry["seq"]), at, entry["at"], entry["actor"], entry["action"], entry["subject"],
        _said(entry), canonical(entry["detail"]).decode(), entry["flow_run"], entry["previous_hash"], digest,
    ]  # fmt: skip


def _said(entry: StoredEntry) -> str:
    """An action this version does not know still stands in the export, without its sentence."""
    try:
        return sentence(entry["action"], entry["detail"])
    except (ValueError, AttributeError, TypeError):
        return ""


def harmless_cell(text: str) -> str:
    """`text` as a spreadsheet shows it and never runs it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class CsvSheet:
    """`nhat-ky.csv`: UTF-8 with its mark, so that a double click shows Vietnamese."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(HEADINGS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, row: Sequence[str]) -> None:
        """Write one row."""
        self._rows.writerow([harmless_cell(cell) for cell in row])


class XlsxBook:
    """`nhat-ky.xlsx`: every cell a string, a new sheet when one is full."""

    def __init__(self, file: Path) -> None:
        self._book = Workbook(str(file), {"constant_memory": True})
        self._sheet: Worksheet | None = None
        self._row = 0

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def add(self, row: Sequence[str]) -> None:
        """Write one row."""
        if self._row > _MOST_ROWS:
            self._begin()
        for column, cell in enumerate(row):
            text = cell if len(cell) <= _LONGEST else cell[:_LONGEST] + _CUT
            self._sheet.write_string(self._row, column, text)  # type: ignore[union-attr]  # begun on entering
        self._row += 1

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        self.add(HEADINGS)
