"""The rows of an appendix read under their headings: what each becomes, and what its words come to."""

from __future__ import annotations

from datetime import date

import pytest
from appendices import document_of, table_of
from hypothesis import given
from hypothesis import strategies as st

from models.appendix.columns import column_of
from models.appendix.document import Cell, Paragraph, Row, Table
from models.appendix.facts import Facts
from models.appendix.lines import lines_of
from models.appendix.points import passage_of, points_of
from models.appendix.proposal import Proposal, ProposedTask
from models.appendix.proposing import NoAppendix, NotEnoughKnown, propose
from models.appendix.times import schedule_of
from models.appendix.units import Units, names_in
from models.plan_schema import TaskKeys
from models.plan_times import entry_of
from rules.phrases import read_phrase

HEADINGS = (
    "TT", "Chỉ số nội dung", "Nội dung thành phần", "Nhiệm vụ", "Kết quả",
    "Đơn vị chủ trì", "Đơn vị thực hiện", "Thời gian thực hiện",
)  # fmt: skip
KNOWN = Facts(number="01/KH-UBND", signed=date(2024, 1, 15), year=2024, office="UBND xã Yên Bình")


def proposed(*rows: tuple[str, ...]) -> Proposal:
    return propose(document_of(table_of(HEADINGS, *rows)), KNOWN)


def task_of(*row: str) -> ProposedTask:
    return proposed(row).tasks[0]


# ---------------------------------------------------------------- headings


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("TT", "number"), ("STT", "number"), ("Số TT", "number"), ("No.", "number"),
        ("Chỉ số nội dung", "index"), ("Nội dung thành phần", "component"), ("Tiêu chí", "component"),
        ("Nhiệm vụ", "task"), ("Nhiệm vụ, giải pháp", "task"), ("NỘI DUNG CÔNG VIỆC", "task"), ("Task", "task"),
        ("Kết quả", "result"), ("Sản phẩm", "result"), ("Kết quả/Sản phẩm đầu ra", "result"), ("Output", "result"),
        ("Đơn vị chủ trì", "lead"), ("Cơ quan chủ trì thực hiện", "lead"), ("Lead unit", "lead"),
        ("Đơn vị thực hiện", "implementing"), ("Cơ quan phối hợp", "implementing"), ("Support", "implementing"),
        ("Thời gian thực hiện", "time"), ("Thời hạn hoàn thành", "time"), ("Tiến độ", "time"), ("Deadline", "time"),
        ("Ghi chú", "note"), ("Kinh phí", None),
    ],
)  # fmt: skip
def test_a_heading_names_its_column(heading: str, column: str | None) -> None:
    assert column_of(heading) == column


def test_headings_may_stand_in_any_order_and_a_sole_column_of_doers_leads() -> None:
    made = document_of(
        table_of(
            ("Thời gian", "Đơn vị thực hiện", "Nội dung công việc", "STT"), ("Quý II", "Văn phòng", "Họp dân", "1")
        )
    )
    task = propose(made, KNOWN).tasks[0].keys
    assert (task["ma"], task["ten"], task["chu-tri"], task["thuc-hien"]) == ("P1", "Họp dân", "van-phong", [])
    assert task["thoi-han"] == [{"kieu": "khoang", "tu": "2024-04-01", "den": "2024-06-30"}]


def test_a_heading_merged_over_two_columns_is_read_with_the_row_below() -> None:
    unit = Cell("Đơn vị")
    top = Row("dòng 1", (Cell("TT"), Cell("Nhiệm vụ"), unit, Cell("Đơn vị", covered=True), Cell("Thời gian")))
    below = Row(
        "dòng 2", (Cell("TT", True), Cell("Nhiệm vụ", True), Cell("Chủ trì"), Cell("Phối hợp"), Cell("Thời gian", True))
    )
    first = Row("dòng 3", tuple(map(Cell, ("1", "Đối thoại", "UBND xã", "UB MTTQ", "2 lần/năm"))))
    proposal = propose(document_of(Table(1, (top, below, first))), KNOWN)
    assert [row.fate for row in proposal.fates] == ["tieu-de", "tieu-de", "nhiem-vu"]
    assert proposal.tasks[0].keys["chu-tri"] == "ubnd"
    assert proposal.tasks[0].keys["thuc-hien"] == ["ub-mttq"]


def test_a_column_nobody_knows_is_told_and_its_words_stay_with_the_row() -> None:
    made = document_of(
        table_of(
            ("TT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời gian", "Kinh phí"), ("1", "Họp dân", "UBND", "Quý I", "5 triệu")
        )
    )
    proposal = propose(made, KNOWN)
    assert any("«Kinh phí»" in remark for remark in proposal.remarks)
    assert ("Kinh phí", "5 triệu") in proposal.tasks[0].rows[0].words


def test_a_table_of_signatures_is_no_appendix_and_a_document_without_one_is_refused() -> None:
    signatures = table_of(("Nơi nhận:", "TM. ỦY BAN NHÂN DÂN"), ("- Lưu: VT", "CHỦ TỊCH"), number=2)
    proposal = propose(
        document_of(table_of(HEADINGS, ("1", "", "", "Họp", "", "UBND", "", "Quý I")), signatures), KNOWN
    )
    assert [row.fate for row in proposal.fates] == ["tieu-de", "nhiem-vu", "ngoai-bieu", "ngoai-bieu"]
    with pytest.raises(NoAppendix, match="có 1 bảng nhưng không bảng nào có cột nhiệm vụ"):
        propose(document_of(signatures), KNOWN)


def test_a_plan_that_does_not_say_its_number_or_day_is_refused_by_name() -> None:
    with pytest.raises(NotEnoughKnown, match="không thấy số kế hoạch, ngày ký, năm, cơ quan"):
        propose(document_of(table_of(HEADINGS, ("1", "", "", "Họp", "", "UBND", "", "Quý I"))))


# ---------------------------------------------------------------- rows


def test_groups_column_numbers_and_empty_rows_are_no_tasks() -> None:
    proposal = proposed(
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"),
        ("I", "", "", "Tham gia của người dân", "", "", "", ""),
        ("1", "", "", "Họp dân", "Biên bản", "UBND", "Trưởng các thôn, phố", "Quý I"),
        ("", "", "", "", "", "", "", ""),
        ("II", "", "", "Công khai", "", "", "", ""),
        ("1", "", "", "Niêm yết ngân sách", "", "Công chức Tài chính - Kế toán", "", "hằng quý"),
    )
    assert [row.fate for row in proposal.fates] == [
        "tieu-de",
        "danh-so",
        "nhom",
        "nhiem-vu",
        "rong",
        "nhom",
        "nhiem-vu",
    ]
    assert [task.code for task in proposal.tasks] == ["PI.1", "PII.1"]
    assert "Tham gia của người dân" in proposal.tasks[0].keys["nguon"]


def test_a_number_above_those_that_follow_heads_a_group() -> None:
    proposal = proposed(
        ("1", "", "", "Công khai", "", "", "", ""),
        ("1.1", "", "", "Niêm yết ngân sách", "", "UBND", "", "hằng quý"),
        ("1.2", "", "", "Niêm yết hộ nghèo", "", "UBND", "", "hằng năm"),
    )
    assert [(row.fate, row.task) for row in proposal.fates[1:]] == [
        ("nhom", ""),
        ("nhiem-vu", "P1.1"),
        ("nhiem-vu", "P1.2"),
    ]


def test_a_name_in_capitals_heads_a_group_and_an_abbreviation_ends_the_row_above() -> None:
    proposal = proposed(
        ("", "", "", "CÔNG KHAI, MINH BẠCH", "", "", "", ""),
        ("1", "", "", "Niêm yết tại trụ sở", "", "UBND", "", "hằng quý"),
        ("", "", "", "UBND, HĐND", "", "", "", ""),
    )
    assert [row.fate for row in proposal.fates] == ["tieu-de", "nhom", "nhiem-vu", "noi-tiep"]
    assert proposal.tasks[0].keys["nguon"].startswith("Phụ lục, CÔNG KHAI, MINH BẠCH")


def test_a_row_with_an_owner_of_its_own_is_a_task_of_its_own() -> None:
    proposal = proposed(
        ("5", "Tham nhũng", "b) Y tế, giáo dục", "Kiểm tra trạm y tế", "", "Lãnh đạo UBND", "", "Thường xuyên"),
        ("", "", "", "Kiểm tra trường học", "", "Lãnh đạo UBND", "Các nhà trường", "Quý II, III"),
    )
    assert [(task.code, task.keys["nguon"]) for task in proposal.tasks] == [
        ("P5b1", "Phụ lục, TT 5, điểm b"), ("P5b2", "Phụ lục, TT 5, điểm b"),
    ]  # fmt: skip


_CELLS = st.sampled_from(
    ["", "-", "1", "II", "(2)", "a) Y tế", "- Họp dân\n- Niêm yết", "UBND xã", "Quý II", "Nhiệm vụ", "TT"]
)
_ROWS = st.lists(st.tuples(*[_CELLS] * len(HEADINGS)), max_size=8)


@given(_ROWS, _ROWS)
def test_whatever_the_rows_say_each_has_one_fate_and_no_words_are_lost(
    first: list[tuple[str, ...]], then: list[tuple[str, ...]]
) -> None:
    made = document_of(table_of(HEADINGS, *first), table_of(*then, number=2) if then else Paragraph("hết", "đoạn 1"))
    lines = lines_of(made)
    assert [one.row.place for one in lines.placed] == [row.place for t in made.tables for row in t.rows]
    of_lines = [row.place for line in lines.found for row in line.rows]
    assert sorted(of_lines) == sorted(one.row.place for one in lines.placed if one.fate in ("nhiem-vu", "noi-tiep"))
    for line in lines.found:
        said = " ".join(line.words.values())
        assert all(
            words in said for row in line.rows for head, words in row.words if head == "Nhiệm vụ" and words != "-"
        )


# ---------------------------------------------------------------- words, units, times


def test_a_printed_wrap_and_a_typed_line_are_the_same_passage() -> None:
    assert passage_of("- Họp dân để\nbàn việc;\n- Niêm yết.") == passage_of("- Họp dân để bàn việc;\n\n-  Niêm yết.")
    assert points_of("a) Y tế\nb) Giáo dục") == ["a) Y tế", "b) Giáo dục"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Văn phòng UBND; Trưởng các thôn, phố", ["Văn phòng UBND", "Trưởng các thôn, phố"]),
        ("UBND, UB MTTQ thị trấn", ["UBND", "UB MTTQ thị trấn"]),
        ("Công chức VHXH và Đài truyền thanh", ["Công chức VHXH", "Đài truyền thanh"]),
        ("Các cán bộ, công chức chuyên môn liên quan", ["Các cán bộ, công chức chuyên môn"]),
        ("- Phòng Nội vụ huyện.\n- UB MTTQ, Ban Thanh tra", ["Phòng Nội vụ huyện", "UB MTTQ", "Ban Thanh tra"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_cell_names_its_units(cell: str, names: list[str]) -> None:
    assert names_in(cell) == names


def test_one_unit_named_three_ways_is_one_and_a_body_above_is_never_urged() -> None:
    units = Units()
    assert units.codes_of("Ủy ban MTTQ; UB MTTQ thị trấn; Mặt trận Tổ quốc") == ["ub-mttq"]
    units.codes_of("Phòng Nội vụ huyện; Tổ công nghệ số cộng đồng")
    relations = {unit["ma"]: unit["quan-he"] for unit in units.listed()}
    assert relations == {"ub-mttq": "phoi-hop", "phong-noi-vu": "cap-tren", "to-cong-nghe-so-cong-dong": "noi-bo"}
    assert units.doubtful() == ["Tổ công nghệ số cộng đồng"]


@pytest.mark.parametrize(
    "phrase",
    [
        "trước ngày 03/7/2024", "chậm nhất ngày 15/6/2024", "quý II, III năm 2024", "hằng quý", "6 tháng, năm",
        "ít nhất 2 lần/năm", "thường xuyên", "6 tháng, chậm nhất 1 ngày làm việc sau khi kết thúc kỳ",
        "trước ngày 15 hằng tháng",
    ],
)  # fmt: skip
def test_time_words_become_keys_that_mean_the_same(phrase: str) -> None:
    meanings = read_phrase(phrase, 2024).when
    entries = [entry_of(when) for when in meanings]
    task = TaskKeys.model_validate(
        {"ma": "P1", "ten": "Việc", "loai": "mot-lan", "nguon": "Phụ lục", "thoi-han": entries}
    )
    assert meanings
    assert tuple(entry.when() for entry in task.thoi_han) == meanings


def test_time_words_nobody_can_read_are_told_and_nothing_is_guessed() -> None:
    schedule = schedule_of("khoảng giữa năm hoặc khi thuận tiện", {}, 2024)
    assert schedule.entries == ()
    assert schedule.doubts[0].startswith("Không đọc được thời gian «khoảng giữa năm")
    assert task_of("1", "", "", "Họp dân", "", "", "", "").doubts == (
        "Ô đơn vị chủ trì để trống; phải có người quyết định.",
        "Ô thời gian để trống; phải có người quyết định thời hạn.",
    )
