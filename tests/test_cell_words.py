"""The words of a cell: what a sheet shows of a value, and the items a text form runs together."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date, datetime, time
from pathlib import Path

import pytest
from appendices import words_of
from openpyxl import Workbook

from models.appendix.opening import read_here
from models.appendix.plain import cell_words
from models.appendix.sheet_values import shown_value
from models.appendix.words import tidy


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_text_is_read_in_any_unicode(encoding: str, tmp_path: Path) -> None:
    text = "KẾ HOẠCH\r\n\r\nTT\tNhiệm vụ\r\n1\t<p>- Một</p><p>- Hai &amp; ba</p>\r\n"
    raw = ("\ufeff" if encoding == "utf-16-be" else "") + text
    (tmp_path / "a.txt").write_bytes(raw.encode(encoding))
    assert words_of(read_here(tmp_path / "a.txt")) == ["KẾ HOẠCH", [["TT", "Nhiệm vụ"], ["1", "- Một\n- Hai & ba"]]]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<ul style="x"> - Một - xã hội; - Hai; - 3 thôn </ul>', "- Một - xã hội;\n- Hai;\n- 3 thôn"),
        ("<ul><li>Một</li><li>Hai</li></ul>", "- Một\n- Hai"),
        ("- Công chức Tài chính - Kế toán; - Văn hóa - Xã hội", "- Công chức Tài chính - Kế toán;\n- Văn hóa - Xã hội"),
        ("Công chức Tư pháp - Hộ tịch - Người dân", "Công chức Tư pháp - Hộ tịch - Người dân"),
        ("- Giai đoạn 2023 - 2025. -- Công khai", "- Giai đoạn 2023 - 2025.\n- Công khai"),
        ("dưới <5 hồ sơ, a<b và <chưa rõ>", "dưới <5 hồ sơ, a<b và <chưa rõ>"),
        ("Một<br/>hai<b> ba</b>", "Một\nhai ba"),
    ],
)
def test_a_cell_of_text_keeps_its_items_apart(source: str, words: str) -> None:
    assert cell_words(source) == words


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [
        (1, "General", "1"),
        (2.5, "General", "2,5"),
        (0.955, "0.0%", "95,5%"),
        (1_250_000, "#,##0", "1.250.000"),
        (12, "00", "12"),
        (True, "General", "TRUE"),
        (datetime(2026, 7, 3), "dd/mm/yyyy", "03/07/2026"),  # noqa: DTZ001 - a sheet knows no zones
        (datetime(2026, 7, 3, 7, 30), "dd/mm/yyyy hh:mm", "07:30 03/07/2026"),  # noqa: DTZ001
        (date(2026, 7, 1), '"Tháng" mm/yyyy', "07/2026"),
        (time(7, 30), "hh:mm", "07:30"),
        ("Quý IV", "@", "Quý IV"),
        (None, "General", ""),
    ],
)
def test_a_sheet_shows_what_people_see(value: object, shape: str, shown: str) -> None:
    assert shown_value(value, shape) == shown


def test_a_formula_without_its_result_is_told(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["TT", "Nhiệm vụ", "Số"])
    book.active.append([1, "Họp", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    assert read_here(tmp_path / "a.xlsx").remarks == (
        "trang tính Sheet: công thức chưa có kết quả ở C2; hãy mở tệp bằng Excel rồi lưu lại.",
    )


def test_only_what_nobody_sees_is_taken_from_words() -> None:
    """Unicode's own categories say what: controls, formats, halves of pairs and private signs."""
    planes = [*range(0x3000), *range(0xD800, 0x10000), *range(0xF0000, 0xF0010), sys.maxunicode]
    for code in planes:
        letter = chr(code)
        kind = unicodedata.category(letter)
        if kind in ("Zs", "Zl", "Zp"):
            expected = {"một hai", "một\nhai"}
        elif kind in ("Cf", "Cs", "Co"):
            expected = {"mộthai"}
        elif kind == "Cc":
            expected = {"mộthai", "một hai", "một\nhai"}
        else:
            expected = {unicodedata.normalize("NFC", f"một{letter}hai")}
        assert tidy(f"một{letter}hai") in expected, hex(code)
