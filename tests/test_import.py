"""A signed plan becomes a proposed one: each physical row accounted for, and the real plan's thirty tasks found."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from appendices import document_of, table_of
from hypothesis import given
from hypothesis import strategies as st
from office import Run
from signed_papers import PLAN_OF_YEN_BINH, REAL, real

from models.appendix.columns import column_of
from models.appendix.document import Cell, Paragraph, Row, Table
from models.appendix.facts import Facts
from models.appendix.lines import lines_of
from models.appendix.opening import read_here
from models.appendix.points import passage_of, points_of
from models.appendix.proposal import Proposal, ProposedTask
from models.appendix.proposing import NoAppendix, NotEnoughKnown, propose
from models.appendix.times import schedule_of
from models.appendix.units import Units, names_in
from models.plan_file import read_plan
from models.plan_schema import TaskKeys
from models.plan_times import entry_of
from models.plan_writing import write_plan
from rules.phrases import read_phrase

HOUSE = Path(__file__).resolve().parents[1]
HAND_MADE = HOUSE / "plans" / "2024-papi-nhu-quynh.yaml"

HEADINGS = (
    "TT", "Chỉ số nội dung", "Nội dung thành phần", "Nhiệm vụ", "Kết quả",
    "Đơn vị chủ trì", "Đơn vị thực hiện", "Thời gian thực hiện",
)  # fmt: skip
KNOWN = Facts(number="01/KH-UBND", signed=date(2024, 1, 15), year=2024, office="UBND xã Yên Bình")


def proposed(*rows: tuple[str, ...]) -> Proposal:
    return propose(document_of(table_of(HEADINGS, *rows)), KNOWN)


def task_of(*row: str) -> ProposedTask:
    return proposed(row).tasks[0]


@pytest.fixture(scope="module")
def signed() -> Proposal:
    return propose(read_here(REAL))


# ---------------------------------------------------------------- the real plan


@real
def test_the_real_plan_has_thirty_logical_tasks_and_every_row_is_accounted_for(signed: Proposal) -> None:
    physical = [row for table in read_here(REAL).tables for row in table.rows]
    assert [row.place for row in signed.fates] == [row.place for row in physical]
    fates = Counter(row.fate for row in signed.fates)
    assert fates == {"tieu-de": 1, "tieu-de-lap": 12, "nhiem-vu": 30, "noi-tiep": 3, "nhan": 1}
    appendix = [task.code for task in signed.tasks if task.code.startswith("P")]
    assert " ".join(appendix) == (
        "P1a P1b P1c P1d P2a P2b P2c P2d P3a P3b P3c P3d P4a P4b P4c P5a P5b1 P5b2 P5c P6a-b "
        "P7a P7b P7c1 P7c2 P7d P8a P8b P9a P9b P9c"
    )


@real
def test_rows_broken_over_pages_are_joined_and_shown_for_confirmation(signed: Proposal) -> None:
    tasks = {task.code: task for task in signed.tasks}
    for code in ("P1c", "P2b", "P6a-b"):
        assert len(tasks[code].rows) == 2
        assert tasks[code].keys["cho-xac-nhan"] is True
        assert any("Ghép từ 2 dòng" in doubt for doubt in tasks[code].doubts)
    assert "5. Các vụ việc tiêu cực" in tasks["P2b"].keys["loi-van"]
    assert any("bị cắt ở «Trưởng các»" in doubt for doubt in tasks["P1c"].doubts)
    assert [task.code for task in signed.tasks if len(task.rows) > 1] == ["P1c", "P2b", "P6a-b"]


@real
def test_what_the_real_plan_leaves_blank_or_dates_in_2023_waits_for_a_person(signed: Proposal) -> None:
    waiting = {task.code: " ".join(task.doubts) for task in signed.tasks if task.code.startswith("P") and task.doubts}
    assert list(waiting) == ["P1c", "P2a", "P2b", "P4a", "P6a-b", "P7c1", "P8b"]
    assert "Ô thời gian để trống" in waiting["P2a"]
    assert "Thời gian ghi năm 2023" in waiting["P7c1"]
    assert "Thời gian ghi năm 2023" in waiting["P8b"]


@real
def test_counts_that_hide_under_results_are_proposed(signed: Proposal) -> None:
    tasks = {task.code: task.keys for task in signed.tasks}
    assert {"kieu": "so-lan", "so-lan": 2, "moi": "nam"} in tasks["P4a"]["thoi-han"]
    assert {"kieu": "so-lan", "so-lan": 1, "moi": "nam"} in tasks["P6a-b"]["thoi-han"]


@real
def test_the_body_of_the_real_plan_proposes_its_dated_duties(signed: Proposal) -> None:
    duties = {task.keys["nguon"]: task.keys for task in signed.tasks if task.code.startswith("B")}
    reports = [task.keys for task in signed.tasks if task.keys["nguon"].startswith("Tổ chức thực hiện, mục 1.b")]
    assert [keys["thoi-han"] for keys in reports[1:]] == [
        [{"kieu": "moi-ky", "ky": "nua-nam", "chi-ky": [1], "chot-so-lieu": True,
          "han": {"kieu": "truoc-ngay-thang", "ngay": 3, "thang-sau": 1}}],
        [{"kieu": "moi-ky", "ky": "nam", "chot-so-lieu": True,
          "han": {"kieu": "truoc-ngay-thang", "ngay": 3, "thang-sau": 1}}],
    ]  # fmt: skip
    issue = duties["Tổ chức thực hiện, mục 1.a, gạch đầu dòng 1"]
    due = {"kieu": "su-kien", "su-kien": "ke-hoach-cap-tren", "han": {"kieu": "ngay-lam-viec-sau", "so": 15}}
    assert issue["thoi-han"] == [due]
    assert all(keys["cho-xac-nhan"] for keys in duties.values())


@real
@pytest.mark.parametrize(
    "told",
    [
        "«HUYỆN VĂN LÂM NĂM 2023»: Tên phụ lục ghi như vậy",  # 1. the title of another place and year
        "Nên sửa: 192/KH-UBND",  # 2. a double slash
        "Nên sửa: III. TỔ CHỨC THỰC HIỆN",  # 3. two sections «I.»
        "Thời gian ghi năm 2023, trước năm 2024 của kế hoạch",  # 4. years, in cells and in the body
        "của huyện (PAPI) của thị trấn năm 2023»: Kế hoạch của năm 2024",
        "Ô thời gian để trống",  # 5. blank cells, rows that only have a name, rows carried over
        "«c) Dịch vụ hành chính cấp xã» (bảng 9, dòng 3) chỉ có tên",
        "3 nhiệm vụ ghép từ các dòng bị ngắt trang",
        "«các xã, thị trấn»: Kế hoạch này là của một thị trấn",  # 6. three names for one level
        "22 trên 30 dòng chỉ ghi «Thường xuyên» hoặc cả năm",  # 7. nothing to be late with
        "Số lần «ít nhất 2 lần/năm» nằm ở cột «Kết quả»",  # 8. counts in the wrong column
        "«Lãnh đạo UBND»: Đơn vị chủ trì ở 16 dòng không nêu tên ai",  # 9. a lead that names nobody
    ],
)
def test_what_is_wrong_in_the_real_document_is_told_by_its_import(signed: Proposal, told: str) -> None:
    said = [*signed.remarks, *(remark for task in signed.tasks for remark in task.keys["phat-hien"])]
    assert any(told in sentence for sentence in said), said


@real
def test_the_real_plans_own_facts_are_read(signed: Proposal) -> None:
    plan = signed.head["ke-hoach"]
    assert (plan["so"], plan["ngay"], plan["nam"]) == ("08/KH-UBND", "2024-01-11", 2024)
    assert plan["co-quan"] == {
        "ma": "nhu-quynh", "ten": "UBND thị trấn Như Quỳnh", "dia-danh": "Như Quỳnh", "cap-tren": "UBND huyện Văn Lâm",
    }  # fmt: skip
    superior = next(event for event in signed.head["su-kien"] if event["ma"] == "ke-hoach-cap-tren")
    assert (superior["ngay"], superior["van-ban"]) == ("2023-12-29", "180/KH-UBND")


@real
def test_the_imported_plan_names_the_units_the_hand_made_one_names(signed: Proposal) -> None:
    by_hand = {task.ma: task for task in read_plan(HAND_MADE).document.nhiem_vu}
    same = [task.keys for task in signed.tasks if task.code.startswith("P") and task.code in by_hand]
    assert len(same) == 26
    for keys in same:
        assert keys["chu-tri"] == by_hand[keys["ma"]].chu_tri, keys["ma"]
        if keys["ma"] != "P1c":  # cut by the page: a person wrote «thon-pho» by hand, an import may not
            assert tuple(keys["thuc-hien"]) == by_hand[keys["ma"]].thuc_hien, keys["ma"]


@real
def test_tasks_the_hand_made_plan_split_further_are_the_only_other_difference(signed: Proposal) -> None:
    by_hand = {task.ma for task in read_plan(HAND_MADE).document.nhiem_vu if task.ma.startswith("P")}
    imported = {task.code for task in signed.tasks if task.code.startswith("P")}
    whole = {"P3c": 5, "P4a": 3, "P4b": 6, "P6a-b": 4}  # P6.4 is the row that only has a name
    assert imported - by_hand == set(whole)
    split = Counter(code.split(".")[0].replace("P6", "P6a-b") for code in by_hand - imported)
    assert split == {**whole, "P2b": 3, "P7b": 1}


@real
def test_what_is_written_reads_back_as_the_same_plan(signed: Proposal, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(write_plan(signed.document(), ["đề xuất"]), encoding="utf-8")
    read = read_plan(file).document
    assert [task.ma for task in read.nhiem_vu] == [task.code for task in signed.tasks]
    assert [task.loi_van for task in read.nhiem_vu] == [task.keys.get("loi-van") for task in signed.tasks]
    assert write_plan(signed.document(), ["đề xuất"]) == file.read_text(encoding="utf-8")


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


@pytest.mark.parametrize(
    ("count", "told"),
    [
        ("Ít nhất 2 lần/năm", "đã đề xuất thành một thời hạn"),
        ("ít nhất 2 buổi", "chưa đọc được"),
        ("không dưới 3 hội nghị", "chưa đọc được"),
    ],
)
def test_every_count_the_checks_find_beside_the_time_is_told(count: str, told: str) -> None:
    task = task_of("4", "", "", "Đối thoại", count, "UBND", "", "Thường xuyên")
    assert [doubt for doubt in task.doubts if f"«{count}» nằm ở cột «Kết quả»" in doubt and told in doubt]


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


# ---------------------------------------------------------------- the command


def test_what_an_office_wrote_by_hand_is_never_written_over(dunghan: Run, tmp_path: Path) -> None:
    source, plan, people = (tmp_path / name for name in ("ke-hoach.txt", "moi.yaml", "nhan-su.yaml"))
    source.write_text(PLAN_OF_YEN_BINH, encoding="utf-8")
    people.write_text("của người khác", encoding="utf-8")
    code, out, err = dunghan("plan", "import", source, "-o", plan, "--people", people)
    assert (code, out, plan.exists()) == (2, "", False)
    assert f"--people: {people} đã có; lệnh này không ghi đè" in err
    assert "không có thư mục" in dunghan("plan", "import", source, "-o", tmp_path / "khong-co" / "a.yaml")[2]


def test_every_row_is_told_by_the_command(dunghan: Run, tmp_path: Path) -> None:
    source, plan = tmp_path / "ke-hoach.txt", tmp_path / "moi.yaml"
    source.write_text(PLAN_OF_YEN_BINH, encoding="utf-8")
    known = ("--number", "05/KH-UBND", "--signed", "2024-01-11", "--office", "UBND thị trấn Yên Bình")
    code, out, err = dunghan("plan", "import", source, "-o", plan, *known)
    assert (code, err) == (0, "")
    assert (
        "10 dòng trong các bảng, đủ cả: 1 tiêu đề, 6 nhiệm vụ, 1 tiêu đề lặp lại, 1 nối tiếp dòng trên, 1 chỉ có tên"
        in out
    )
    assert len(read_plan(plan).document.nhiem_vu) >= 6
