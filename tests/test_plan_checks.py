"""`dunghan plan check`: contradictions of a plan file are found, explained ones noted, a sound plan is silent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import PLAN, PLANS, Run
from ruamel.yaml import YAML
from signed_papers import PLAN_OF_YEN_BINH, signed

from models.calendar_file import calendar_of, read_notices
from models.people_file import PeopleDocument, read_people
from models.plan_checks.checking import REMARK, check_plan, check_signed
from models.plan_checks.findings import PlanFinding
from models.plan_checks.plan_read import plan_to_check
from models.plan_file import read_plan
from models.plan_schema import PlanDocument, UnitKeys

CALENDAR = calendar_of(read_notices(PLANS / "calendar.yaml"))
Keys = Mapping[str, Any]

HEAD = {
    "ma": "yen-binh-2024",
    "so": "05/KH-UBND",
    "ngay": date(2024, 1, 11),  # a Thursday
    "nam": 2024,
    "ten": "Nâng cao Chỉ số PAPI thị trấn Yên Bình năm 2024",
    "co-quan": {
        "ma": "yen-binh",
        "ten": "UBND thị trấn Yên Bình",
        "dia-danh": "Yên Bình",
        "cap-tren": "UBND huyện Hòa An",
    },
}
UNITS = [
    {"ma": "ubnd", "ten": "UBND thị trấn"},
    {"ma": "van-phong", "ten": "Văn phòng UBND"},
    {"ma": "lanh-dao", "ten": "Lãnh đạo UBND"},
    {"ma": "ub-mttq", "ten": "Ủy ban MTTQ", "quan-he": "phoi-hop"},
]
SOUND = {
    "ma": "B01",
    "ten": "Báo cáo kết quả",
    "loai": "bao-cao",
    "nguon": "mục 1",
    "trich": "trước ngày 15/12/2024",
    "chu-tri": "ubnd",
    "thuc-hien": ["van-phong"],
    "thoi-han": [{"kieu": "truoc-ngay", "ngay": date(2024, 12, 15)}],
}


def task(**changes: Any) -> dict[str, Any]:
    """The sound plan task, changed; «_» stands for «-» in keys, None takes a key out."""
    keys = {**SOUND, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return {name: value for name, value in keys.items() if value is not None}


def plan(*tasks: Keys, **head: Any) -> PlanDocument:
    keys = {name.replace("_", "-"): value for name, value in head.items()}
    return PlanDocument.model_validate({"ke-hoach": {**HEAD, **keys}, "don-vi": UNITS, "nhiem-vu": tasks})


def found_in(*tasks: Keys, people: PeopleDocument | None = None, **head: Any) -> list[PlanFinding]:
    return check_plan(plan_to_check(plan(*tasks, **head), CALENDAR, people=people))


def told(findings: list[PlanFinding]) -> set[tuple[str, str, str]]:
    return {(finding.level, finding.rule, finding.task) for finding in findings if finding.rule != REMARK}


def test_a_sound_plan_is_silent() -> None:
    assert found_in(task()) == []


# ---------------------------------------------------------------- one task, one fault

TET = {"kieu": "khoang", "tu": date(2024, 2, 8), "den": date(2024, 2, 14)}  # Thursday to Wednesday, all of it Tết
JANUARY = {"kieu": "khoang", "tu": date(2024, 1, 2), "den": date(2024, 1, 10)}
LAST_YEAR = {"kieu": "khoang", "tu": date(2023, 1, 1), "den": date(2023, 12, 31)}
THIS_YEAR = {"kieu": "khoang", "tu": date(2024, 1, 1), "den": date(2024, 12, 31)}
AUTUMN = {"kieu": "khoang", "tu": date(2024, 7, 1), "den": date(2024, 9, 30)}
STANDING = {"kieu": "thuong-xuyen"}
YEARLY = {"kieu": "moi-ky", "ky": "nam"}
REPORT = {
    "kieu": "moi-ky",
    "ky": "nam",
    "chot-so-lieu": True,
    "han": {"kieu": "den-ngay-thang", "ngay": 1, "thang-sau": 1},
}

ONE_FAULT = {
    "a window of Tết": (task(trich=None, thoi_han=[TET]), ("error", "khong-ngay-lam-viec")),
    "a window that closed the day before signing": (
        task(trich=None, thoi_han=[JANUARY]),
        ("error", "han-truoc-ngay-ky"),
    ),
    "figures of 31/12 due on 01/01, a holiday moved to 02/01": (
        task(trich=None, thoi_han=[REPORT]),
        ("warning", "chot-so-lieu"),
    ),
    "a day the quote does not name": (
        task(thoi_han=[{"kieu": "truoc-ngay", "ngay": date(2024, 12, 20)}]),
        ("warning", "trich-khac-han"),
    ),
    "a quarter the quote does not name": (
        task(trich="Quý II năm 2024", thoi_han=[AUTUMN]),
        ("warning", "trich-khac-han"),
    ),
    "a number of times nobody counts": (
        task(ket_qua="Tổ chức ít nhất 3 lần/năm"),
        ("warning", "chi-tieu-khong-nhip"),
    ),
    "a percentage nobody measures": (task(ket_qua="100% hồ sơ đúng hạn"), ("note", "chi-tieu-khong-nhip")),
    "a body outside led with the full ladder": (task(chu_tri="ub-mttq"), ("warning", "don-doc-ngoai-co-quan")),
    "a ground that is over": (
        task(can_cu=[{"van-ban": "Nghị định 159/2016/NĐ-CP", "muc-chac": "S"}]),
        ("warning", "can-cu-da-thay"),
    ),
    "a ground that ends in July": (
        task(can_cu=[{"van-ban": "Thông tư 36/2017/TT-BGDĐT", "muc-chac": "M"}]),
        ("note", "can-cu-da-thay"),
    ),
    "a quote of another place": (task(trich="Nhân dân xã Tân Tiến"), ("warning", "dia-danh-khac")),
    "a result of another level": (task(ket_qua="Niêm yết tại UBND xã"), ("warning", "cap-khac")),
    "a quote of last year": (task(trich="của thị trấn năm 2023"), ("warning", "nam-khac")),
}


@pytest.mark.parametrize("what", ONE_FAULT)
def test_one_fault_of_one_task(what: str) -> None:
    keys, (level, rule) = ONE_FAULT[what]
    findings = found_in(keys)
    assert told(findings) == {(level, rule, "B01")}
    assert all(finding.why and finding.repair for finding in findings)


def test_a_time_of_last_year_is_told_by_its_quote_and_by_its_day() -> None:
    levels = {(level, rule) for level, rule, _ in told(found_in(task(trich="Trong năm 2023", thoi_han=[LAST_YEAR])))}
    assert levels >= {("error", "thoi-gian-da-qua"), ("error", "han-truoc-ngay-ky")}


RIGHT = {
    "counted": task(ket_qua="ít nhất 3 lần/năm", thoi_han=[{"kieu": "so-lan", "so-lan": 3, "moi": "nam"}], trich=None),
    "measured": task(ket_qua="100% hồ sơ đúng hạn", thoi_han=[YEARLY], trich=None),
    "only informed": task(chu_tri="ub-mttq", moc_nhac="noi-bo"),
    "done before the plan was signed": task(
        trich=None, thoi_han=[JANUARY], da_xong={"ngay": date(2024, 1, 10), "van-ban": "01/BC-UBND"}
    ),
    "due on the day of signing": task(trich=None, thoi_han=[{**JANUARY, "den": date(2024, 1, 11)}]),
    "both grounds": task(
        can_cu=[
            {"van-ban": "Luật Đất đai 45/2013/QH13", "muc-chac": "M"},
            {"van-ban": "Luật Đất đai 31/2024/QH15", "muc-chac": "S"},
        ]
    ),
    "a quote that is no time": task(trich="kịp thời, đầy đủ"),
    "a quote of the year beside a yearly task": task(trich="Năm 2024 và những năm tiếp theo", thoi_han=[YEARLY]),
    "a window over years": task(
        trich="Năm 2023-2025", thoi_han=[{"kieu": "khoang", "tu": date(2023, 1, 1), "den": date(2025, 12, 31)}]
    ),
    "a look back": task(trich="Trên cơ sở kết quả Chỉ số PAPI năm 2023"),
}


@pytest.mark.parametrize("what", RIGHT)
def test_what_is_right_is_left_alone(what: str) -> None:
    assert {finding.rule for finding in found_in(RIGHT[what])} <= {"khong-co-han"}  # a plan of one window task


# ---------------------------------------------------------------- explained, or waiting


def test_what_a_remark_tells_already_is_a_note() -> None:
    keys = task(trich="Trong năm 2023", thoi_han=[LAST_YEAR], cho_xac_nhan=True)
    explained = {**keys, "phat-hien": ["Thời gian «Trong năm 2023» đã qua trước ngày ký, chờ xác nhận."]}
    assert {level for level, _, _ in told(found_in(explained))} == {"warning", "note"}
    assert ("warning", "cho-xac-nhan", "B01") in told(found_in(explained))


def test_a_remark_on_another_matter_changes_nothing() -> None:
    keys = task(trich="Trong năm 2023", thoi_han=[LAST_YEAR], phat_hien=["Gộp B36, cùng một lời hứa."])
    assert ("error", "thoi-gian-da-qua", "B01") in told(found_in(keys))


def test_a_remark_of_the_plan_counts_when_it_names_the_task() -> None:
    keys = task(ket_qua="Niêm yết tại UBND xã")
    assert ("warning", "cap-khac", "B01") in told(found_in(keys, phat_hien=["Kế hoạch ghi «UBND xã»."]))
    assert ("note", "cap-khac", "B01") in told(found_in(keys, phat_hien=["B01 ghi «UBND xã»."]))


def test_what_waits_for_a_person_stops_nobody() -> None:
    keys = task(trich="Trong năm 2023", thoi_han=[LAST_YEAR], cho_xac_nhan=True)
    assert {level for level, _, _ in told(found_in(keys))} <= {"warning", "note"}


def test_what_is_blank_is_named_with_the_task_that_waits() -> None:
    keys = task(trich=None, chu_tri=None, thuc_hien=[], thoi_han=[], cho_xac_nhan=True)
    (finding,) = found_in(keys)
    assert finding.why.endswith("để trống chủ trì, đơn vị thực hiện, thời gian.")


# ---------------------------------------------------------------- the plan as a whole


def test_one_matter_written_twice() -> None:
    findings = found_in(task(), task(ma="B02", ten="báo cáo KẾT QUẢ"))
    assert told(findings) == {("warning", "viec-trung", "B02")}


def test_a_long_quote_copied_into_another_task() -> None:
    quote = "Tăng cường kiểm tra các cơ sở giáo dục tiểu học công lập trên địa bàn và xử lý kịp thời"
    findings = found_in(task(trich=quote), task(ma="B02", ten="Kiểm tra", trich=quote))
    assert told(findings) == {("note", "viec-trung", "B02")}


GAPS = {
    ("B01", "B02", "B03"): "",
    ("B01", "B04"): "B02; B03",
    ("P3c.1", "P3c.2", "P3c.4"): "P3c.3",
    ("P2a", "P2b", "P2d"): "",  # letters are not counted
}


@pytest.mark.parametrize("codes", GAPS)
def test_numbers_left_out(codes: tuple[str, ...]) -> None:
    findings = found_in(*(task(ma=code, ten=f"Việc {code}") for code in codes))
    assert [finding.why for finding in findings] == (
        [f"Mã nhiệm vụ đánh số nhảy, không có {GAPS[codes]}; xem có sót dòng nào không."] if GAPS[codes] else []
    )


def test_a_merged_code_is_not_missing() -> None:
    assert found_in(task(gop=["B02"]), task(ma="B03", ten="Việc khác")) == []


def test_nine_numbers_are_more_than_papi_has() -> None:
    assert told(found_in(task(chi_so=9))) == {("note", "tt-ngoai-papi", "")}
    assert found_in(task(chi_so=8)) == []
    assert found_in(task(chi_so=9), ten="Cải cách hành chính thị trấn Yên Bình năm 2024") == []


def test_leaders_are_a_name_for_nobody() -> None:
    (finding,) = found_in(task(chu_tri="lanh-dao"), task(ma="B02", ten="Việc khác", chu_tri="lanh-dao"))
    assert (finding.level, finding.rule, finding.found) == ("note", "lanh-dao-chung", "Lãnh đạo UBND")
    assert "2 nhiệm vụ" in finding.why


@pytest.mark.parametrize(("count", "levels"), [(10, []), (11, ["note"])])
def test_more_than_ten_matters_on_one_day(count: int, levels: list[str]) -> None:
    tasks = (task(ma=f"B{number:02}", ten=f"Việc {number}") for number in range(1, count + 1))
    findings = found_in(*tasks)
    assert [finding.level for finding in findings] == levels
    assert all("13/12/2024 (11 việc)" in finding.why for finding in findings)  # Friday before Sunday 15/12


def people(*roles: Keys) -> PeopleDocument:
    person = {"ma": "a", "ten": "Lê Thị Mẫu", "chuc-vu": "Chủ tịch", "email": "a@yenbinh.example"}
    keys = [{"nguoi": "a", "vai": "can-bo", "tu": date(2023, 1, 1), **role} for role in roles]
    return PeopleDocument.model_validate({"nguoi": [person], "vai-tro": keys, "hop-thu-chung": "a"})


ROLES: dict[str, tuple[Keys, set[str]]] = {
    "somebody": ({"don-vi": "ubnd"}, set()),
    "somebody till the day": ({"don-vi": "ubnd", "den": date(2024, 12, 13)}, set()),
    "nobody from the day before": ({"don-vi": "ubnd", "den": date(2024, 12, 12)}, {"khong-co-nguoi"}),
    "somebody elsewhere": ({"don-vi": "van-phong"}, {"khong-co-nguoi"}),
}


@pytest.mark.parametrize("who", ROLES)
def test_a_lead_needs_somebody_on_the_day(who: str) -> None:
    role, rules = ROLES[who]
    assert {finding.rule for finding in found_in(task(), people=people(role))} == rules


def test_the_body_above_needs_nobody_in_the_office() -> None:
    above = UnitKeys.model_validate({"ma": "huyen", "ten": "UBND huyện Hòa An", "quan-he": "cap-tren"})
    document = plan(task(chu_tri="huyen", moc_nhac="noi-bo")).model_copy(update={"don_vi": (above,)})
    assert check_plan(plan_to_check(document, CALENDAR, people=people())) == []


def test_a_named_leader_is_no_name_for_nobody() -> None:
    roster = people({"don-vi": "lanh-dao"})
    assert found_in(task(chu_tri="lanh-dao"), people=roster) == []


# ---------------------------------------------------------------- the real plan


@lru_cache
def real(year: int | None = None) -> list[PlanFinding]:
    """What is found in the bundled plan."""
    read = read_plan(PLAN)
    staff = read_people(PLANS / "people.yaml")
    return check_plan(plan_to_check(read.document, CALENDAR, year, staff, read.source))


def test_the_real_plan_has_no_error_and_only_its_known_warnings() -> None:
    levels = {(finding.rule, finding.task) for finding in real() if finding.level != "note"}
    waiting = {("cho-xac-nhan", code) for code in ("P2a", "P6.4", "P7c1", "P8b")}
    assert levels == waiting | {("chot-so-lieu", "B03")}


def test_what_the_checks_note_in_the_real_plan_was_read_and_is_right() -> None:
    notes = {(finding.rule, finding.task) for finding in real() if finding.level == "note" and finding.rule != REMARK}
    assert notes == {
        ("han-truoc-ngay-ky", "P7c1"),
        ("han-truoc-ngay-ky", "P8b"),
        ("thoi-gian-da-qua", "P7c1"),
        ("thoi-gian-da-qua", "P8b"),
        ("nam-khac", "B16"),
        ("chi-tieu-khong-nhip", "P6.2"),
        ("van-ban-da-thay", "P7b.2"),
        ("don-ngay", ""),
        ("khong-ghi-thuc-hien", ""),
        ("danh-so-nhay", ""),
        ("tt-ngoai-papi", ""),
    }


def test_the_yearly_report_of_2025_is_an_error_on_its_own_line() -> None:
    (error,) = [finding for finding in real(2025) if finding.level == "error"]
    lines = PLAN.read_text(encoding="utf-8").splitlines()
    assert (error.task, error.rule, error.field) == ("B03", "chot-so-lieu", "thoi-han")
    assert error.line
    assert "thoi-han" in lines[error.line - 1]
    assert "B03" in "\n".join(lines[error.line - 10 : error.line])


def test_every_remark_of_the_file_is_told() -> None:
    document = read_plan(PLAN).document
    written = [*document.ke_hoach.phat_hien, *(text for task in document.nhiem_vu for text in task.phat_hien)]
    assert [finding.text for finding in real() if finding.rule == REMARK] == written


# ---------------------------------------------------------------- whatever is written

ENTRIES = [[TET], [JANUARY], [LAST_YEAR], [THIS_YEAR], [STANDING], [YEARLY], [REPORT], [STANDING, YEARLY]]
WORDS = st.sampled_from(["Trong năm 2023", "Thường xuyên", "ít nhất 2 lần/năm", "100%", "UBND xã", "Quý II", "31/6"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "thoi_han": st.sampled_from(ENTRIES),
                "trich": WORDS | st.text(st.characters(categories=("L", "N", "Zs")), min_size=1).filter(str.strip),
                "ket_qua": WORDS,
                "cho_xac_nhan": st.booleans(),
                "chu_tri": st.sampled_from([unit["ma"] for unit in UNITS]),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_plan_that_reads_is_checked_and_ordered(tasks: list[dict[str, Any]]) -> None:
    findings = found_in(*(task(ma=f"B{at:02}", **keys) for at, keys in enumerate(tasks, start=1)))
    order = [("error", "warning", "note").index(finding.level) for finding in findings]
    assert order == sorted(order)
    waits = {f"B{at:02}" for at, keys in enumerate(tasks, start=1) if keys["cho_xac_nhan"]}
    assert not any(finding.level == "error" and finding.task in waits for finding in findings)


# ---------------------------------------------------------------- the command


def write(file: Path, tasks: list[dict[str, Any]]) -> Path:
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump({"ke-hoach": HEAD, "don-vi": UNITS, "nhiem-vu": tasks}, stream)
    return file


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A plan file with one error, one warning and one note."""
    tasks = [
        task(trich="Trong năm 2023"),
        task(ma="B02", ten="Đối thoại", ket_qua="ít nhất 3 lần/năm", phat_hien=["Cần hỏi lại."]),
    ]
    return write(tmp_path / "plan.yaml", tasks)


def test_the_command_tells_level_place_words_reason_and_repair(dunghan: Run, written: Path) -> None:
    code, out, err = dunghan("plan", "check", written)
    lines = out.splitlines()
    assert (code, err) == (1, "")
    assert lines[0] == "05/KH-UBND: 2 nhiệm vụ, 4 điều cần xem."
    assert lines[1].startswith("MÂU THUẪN  B01, dòng ")
    assert "«Trong năm 2023»: Thời gian của năm 2023" in lines[1]
    assert lines[2].strip() == "Nên sửa: năm 2024, hoặc nói rõ là nhìn lại"
    assert lines[-1] == "Cộng: 1 mâu thuẫn, 2 lưu ý, 1 ghi nhận."


def test_json_keeps_its_old_keys_and_adds_new_ones(dunghan: Run, written: Path) -> None:
    code, out, _ = dunghan("plan", "check", written, "--json")
    findings = json.loads(out)
    assert code == 1
    assert {"task", "level", "text", "rule", "field", "line", "place", "found", "why", "repair"} == set(findings[0])
    assert {"task": "B02", "level": "note", "text": "Cần hỏi lại."}.items() <= findings[-1].items()


def test_people_are_told_once_what_programs_are_told_of_each_task(dunghan: Run, tmp_path: Path) -> None:
    tasks = [task(ma=f"B{at:02}", ten=f"Niêm yết tại UBND xã {at}") for at in range(1, 10)]
    file = write(tmp_path / "plan.yaml", tasks)
    told_each = [finding["task"] for finding in json.loads(dunghan("plan", "check", file, "--json")[1])]
    assert told_each == [keys["ma"] for keys in tasks]
    out = dunghan("plan", "check", file)[1]
    assert out.splitlines()[0] == "05/KH-UBND: 9 nhiệm vụ, 1 điều cần xem."
    assert "LƯU Ý  B01; B02; B03; B04; B05; B06 và 3 chỗ khác: «UBND xã»" in out


def test_a_roster_and_a_calendar_may_be_given(dunghan: Run, written: Path) -> None:
    given_files = ("--people", PLANS / "people.yaml", "--calendar", PLANS / "calendar.yaml")
    code, out, _ = dunghan("plan", "check", written, *given_files, "--json")
    assert code == 1
    assert "khong-co-nguoi" not in {finding["rule"] for finding in json.loads(out)}  # «ubnd» has its people there
    assert dunghan("plan", "check", written, "--people", written)[0] == 2


def test_the_signed_document_is_read_beside_the_plan(
    dunghan: Run, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.appendix.opening.open_document", lambda _: signed(PLAN_OF_YEN_BINH))
    code, out, _ = dunghan("plan", "check", written, "--source", "ke-hoach.docx")
    assert code == 1
    assert "MÂU THUẪN  ke-hoach.txt, dòng 11 của tệp: «HUYỆN HÒA AN NĂM 2023»" in out
    assert "LƯU Ý  ke-hoach.txt, dòng 4 của tệp: «45//KH-UBND»" in out


def test_a_document_that_cannot_be_read_is_bad_input(dunghan: Run, written: Path, tmp_path: Path) -> None:
    code, out, err = dunghan("plan", "check", written, "--source", tmp_path / "khong-co.docx")
    assert (code, out) == (2, "")
    assert "không có tệp này" in err


def test_what_an_import_wrote_down_is_not_told_twice() -> None:
    """The import puts what it found among the remarks, word for word."""
    keys = task(ket_qua="Niêm yết tại UBND xã")
    (finding,) = found_in(keys)
    findings = found_in({**keys, "phat-hien": [f"{finding.text} Nên sửa: {finding.repair}."]})
    assert [(finding.level, finding.rule) for finding in findings] == [("note", REMARK)]


def test_the_words_of_the_whole_row_are_read_instead_of_its_title() -> None:
    findings = found_in(
        task(ten="Công khai: Niêm yết tại UBND xã…", loi_van="Niêm yết tại UBND xã Tân Tiến, 3 lần/năm")
    )
    assert {(finding.rule, finding.field) for finding in findings} == {
        ("dia-danh-khac", "loi-van"),
        ("cap-khac", "loi-van"),
        ("chi-tieu-khong-nhip", "thoi-han"),
    }


def test_what_the_plan_file_tells_of_its_document_is_only_noted() -> None:
    remarks = ("Tên Phụ lục ghi huyện Hòa An năm 2023.", "In «45//KH-UBND», thừa một dấu gạch chéo.")
    ready = plan_to_check(plan(task(), phat_hien=remarks), CALENDAR)
    levels = {finding.rule: finding.level for finding in check_signed(signed(PLAN_OF_YEN_BINH), ready)}
    assert (levels["ten-phu-luc"], levels["thua-gach-cheo"]) == ("note", "note")
    assert levels["muc-trung-so"] == "warning"
