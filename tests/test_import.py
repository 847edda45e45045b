"""A signed plan becomes a proposed one: the real plan's thirty tasks found, each physical row accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from models.appendix.opening import read_here
from models.appendix.proposal import Proposal
from models.appendix.proposing import propose
from models.plan_file import read_plan
from models.plan_writing import write_plan

HOUSE = Path(__file__).resolve().parents[1]
REAL = HOUSE.parent / "shared" / "source" / "ke-hoach-08-KH-UBND-2024.txt"
HAND_MADE = HOUSE / "plans" / "2024-papi-nhu-quynh.yaml"
real = pytest.mark.skipif(not REAL.exists(), reason=f"the real plan {REAL.name} is not beside the project")


@pytest.fixture(scope="module")
def signed() -> Proposal:
    return propose(read_here(REAL))


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
