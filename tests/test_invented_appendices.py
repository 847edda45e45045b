"""What is read of appendices no office wrote: each row and cell, in order, and what was done to read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import invented_appendices as invented
import pytest
from appendices import words_of
from invented_appendices import HEADINGS, INVENTED, LISTS, REPORT

from models.appendix.document import SignedDocument
from models.appendix.opening import read_here

TITLE = "PHỤ LỤC"
Words = list[str | list[tuple[str, ...]]]
_WITHOUT_TT = [row[1:] for row in (HEADINGS, REPORT, LISTS)]
_ENGLISH = ("TT\n(No.)", "Nhiệm vụ\n(Task)", "Kết quả\n(Output)", "Đơn vị chủ trì\n(Lead unit)",
            "Đơn vị phối hợp\n(Coordinating unit)", "Thời gian\n(Deadline)")  # fmt: skip
_UNITS = ("TT", "Nhiệm vụ", "Kết quả", "Đơn vị", "Đơn vị", "Thời gian")
_GROUP_I, _GROUP_II = "CẢI CÁCH HÀNH CHÍNH", "DÂN CHỦ Ở CƠ SỞ"

READ: dict[Callable[[Path], Path], Words] = {
    invented.other_column_order: [TITLE, [row[::-1] for row in (HEADINGS, REPORT, LISTS)]],
    invented.two_row_headings: [
        TITLE,
        [_UNITS, ("TT", "Nhiệm vụ", "Kết quả", "chủ trì", "phối hợp", "Thời gian"), REPORT, LISTS],
    ],
    invented.numbered_in_two_levels: [
        TITLE,
        [
            HEADINGS,
            ("I", _GROUP_I, "", "", "", ""),
            REPORT,
            ("1.1", "Thu thập số liệu", "Biểu số liệu", "Công chức VHXH", "", "Trước ngày 25/6/2026"),
            ("II", _GROUP_II, "", "", "", ""),
            ("1", *LISTS[1:]),
        ],
    ],
    invented.numbered_by_word: [
        TITLE,
        [HEADINGS, ("1.", REPORT[1], "- Báo cáo\n- Biểu số liệu", *REPORT[3:]), ("2.", *LISTS[1:])],
    ],
    invented.upright_and_across: [[HEADINGS, REPORT], "Biểu 2. Nhiệm vụ công khai", [HEADINGS, LISTS], "Hết."],
    invented.without_results: [TITLE, [row[:2] + row[3:] for row in (HEADINGS, REPORT, LISTS)]],
    invented.without_numbers: [TITLE, _WITHOUT_TT],
    invented.in_two_languages: [TITLE, [_ENGLISH, REPORT, LISTS]],
    invented.decomposed: [TITLE, [HEADINGS, REPORT, LISTS]],
    invented.in_tcvn3: [TITLE, [tuple(words.upper() for words in HEADINGS), REPORT, LISTS]],
    invented.with_notes: [
        TITLE,
        [
            HEADINGS,
            (*REPORT[:5], "Trước ngày 03/7/2026 [chú thích: Tính theo ngày gửi trên trục liên thông.]"),
            LISTS,
        ],
    ],
    invented.headings_only: [TITLE, [HEADINGS, ("",) * 6]],
    invented.several_tables: [
        TITLE,
        [HEADINGS, REPORT],
        "Biểu 2. Hội nghị",
        [("STT", "Hội nghị", "Số lần"), ("1", "Đối thoại", "2 lần/năm")],
        "Biểu 3. Kinh phí",
        [("Nội dung", "Kinh phí"), ("In ấn", "1.250.000")],
    ],
    invented.groups_over_the_width: [
        TITLE,
        [HEADINGS, (f"I. {_GROUP_I}",) * 6, REPORT, (f"II. {_GROUP_II}",) * 6, LISTS],
    ],
    invented.over_a_page: [
        TITLE,
        [HEADINGS, REPORT, ("2", "Niêm yết danh sách hộ nghèo,", *LISTS[2:])],
        [HEADINGS, ("", "hộ cận nghèo tại nhà văn hóa thôn", "", "", "", ""), ("3", *REPORT[1:])],
    ],
    invented.between_signatures: [
        [
            (
                "UBND XÃ NHƯ QUỲNH\nSố: 12/KH-UBND",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
            )
        ],
        "KẾ HOẠCH",
        [HEADINGS, REPORT],
        [("Nơi nhận:\n- Như trên;\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH")],
    ],
    invented.tracked: [TITLE, [HEADINGS, (*REPORT[:5], "Trước 03/7"), LISTS]],
    invented.with_boxes: [
        TITLE,
        "Căn cứ kế hoạch của tỉnh",
        "DỰ THẢO lần 2",
        [HEADINGS, (*REPORT[:2], "Báo cáo\nBiểu 01\nBiểu 02", *REPORT[3:])],
    ],
    invented.a_sheet: [
        "PHỤ LỤC NHIỆM VỤ NĂM 2026",
        [
            ("TT", "Nhiệm vụ", "Đơn vị", "Đơn vị", "Hạn", "Chỉ tiêu"),
            ("TT", "Nhiệm vụ", "chủ trì", "phối hợp", "Hạn", "Chỉ tiêu"),
            ("1", "Báo cáo 6 tháng", "Văn phòng", "Các công chức", "03/07/2026", "95%"),
            ("2", "- Niêm yết", "VHXH", "", "Quý IV", "1.250.000"),
        ],
    ],
}
REMARKS = {
    invented.in_tcvn3: ["đã đổi 18 đoạn chữ từ mã TCVN3 (phông .Vn…) sang Unicode; hãy soát lại bằng mắt."],
    invented.tracked: [
        "tài liệu còn theo dõi thay đổi: đã bỏ 2 chỗ đánh dấu xóa.",
        "tài liệu còn theo dõi thay đổi: đã đọc cả 1 chỗ đánh dấu thêm.",
        "đã bỏ 1 đoạn chữ ẩn.",
    ],
    invented.with_boxes: ["đã đọc 1 hộp chữ như đoạn văn đứng ngay sau chỗ neo."],
    invented.a_sheet: ["không đọc trang tính ẩn: Nháp."],
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[Callable[[Path], Path], SignedDocument]:
    folder = tmp_path_factory.mktemp("invented")
    return {make: read_here(make(folder)) for make in INVENTED}


Read = dict[Callable[[Path], Path], SignedDocument]


@pytest.mark.parametrize("make", INVENTED, ids=lambda make: make.__name__)
def test_each_row_and_cell_is_read(make: Callable[[Path], Path], read: Read) -> None:
    expected = [block if isinstance(block, str) else [list(row) for row in block] for block in READ[make]]
    assert words_of(read[make]) == expected
    assert list(read[make].remarks) == REMARKS.get(make, [])


@pytest.mark.parametrize("make", INVENTED, ids=lambda make: make.__name__)
def test_each_table_is_rectangular_and_each_row_knows_its_place(make: Callable[[Path], Path], read: Read) -> None:
    for number, table in enumerate(read[make].tables, start=1):
        assert table.number == number
        assert len({len(row.cells) for row in table.rows}) == 1
        assert len({row.place for row in table.rows}) == len(table.rows)


def test_cells_under_merged_ones_say_so(read: Read) -> None:
    first, second, *_ = next(iter(read[invented.two_row_headings].tables)).rows
    assert [cell.covered for cell in first.cells] == [False, False, False, False, True, False]
    assert [cell.covered for cell in second.cells] == [True, True, True, False, False, True]
    group = next(iter(read[invented.groups_over_the_width].tables)).rows[1]
    assert [cell.covered for cell in group.cells] == [False] + [True] * 5
    sheet = next(iter(read[invented.a_sheet].tables)).rows[1]
    assert [cell.covered for cell in sheet.cells] == [True, True, False, False, True, True]
    assert sheet.place == "trang tính PL1, dòng 4"
