"""`dunghan plan rollover` as a clerk meets it, and the worked examples of 2026 and 2027 that ship with the house."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from office import HOUSE, PLAN, PLANS, Run
from sqlalchemy import URL
from test_rollover import SMALL
from worked_examples import EXAMPLES, RECORDED, command, edited

from flows.replay import replay
from models.calendar_file import read_notices
from models.loading import load_plan
from models.office_file import OfficeFileError
from models.people_file import read_people
from models.plan_file import read_plan
from models.settings import Settings
from rules.vietnamese import morning_of

FIRST, _ = RECORDED
MON_26_JAN = date(2026, 1, 26)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "2024.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_the_clerk_reads_what_became_of_the_plan(dunghan: Run, small: Path, tmp_path: Path) -> None:
    new = tmp_path / "2026.yaml"
    given = ("--superior-plan", "2026-01-20", "--superior-document", "19/KH-UBND", "--rename", "thị trấn=xã")
    code, out, err = dunghan("plan", "rollover", small, "--year", "2026", "-o", new, *given)
    assert (code, err) == (0, "")
    assert "Chuyển 5 nhiệm vụ (3 chờ xác nhận), không chuyển 1" in out
    for heading in ("MÂU THUẪN VỀ HẠN (1)", "NƠI NHẬN KHÔNG CÒN (1)", "KHÔNG CHUYỂN SANG (3)"):
        assert heading in out
    assert "- E Xã báo cáo (sự kiện ngày 20/01/2026): thứ Ba, 10/02/2026, chờ xác nhận" in out
    code, told, _ = dunghan("plan", "check", new)
    assert (code, "Mâu thuẫn: giữa ngày chốt số liệu 31/12/2026" in told) == (0, True)  # it waits, and urges nobody
    assert "«thị trấn» không còn" not in out


def test_the_same_as_json(dunghan: Run, small: Path, tmp_path: Path) -> None:
    new = tmp_path / "2026.yaml"
    found = json.loads(dunghan("plan", "rollover", small, "--year", "2026", "-o", new, "--json")[1])
    assert (found["file"], found["plan"], found["year"], found["issue_by"]) == (str(new), "nho-2026", 2026, None)
    assert (found["carried"], [one["task"] for one in found["dropped"]]) == (["B", "C", "D", "E", "F"], ["A"])
    assert {one["kind"] for one in found["questions"]} >= {"issue", "event", "conflict", "receiver", "name", "dropped"}
    (yearly,) = [one for one in found["deadlines"] if one["task"] == "F"]
    assert (yearly["legal"], yearly["target"]) == ("2027-01-02", "2026-12-31")


def test_a_file_that_is_there_is_never_written_over(dunghan: Run, small: Path, tmp_path: Path) -> None:
    new = tmp_path / "2026.yaml"
    new.write_text("của người khác", encoding="utf-8")
    code, out, err = dunghan("plan", "rollover", small, "--year", "2026", "-o", new)
    assert (code, out) == (2, "")
    assert f"{new} đã có; lệnh này không ghi đè" in err
    assert new.read_text(encoding="utf-8") == "của người khác"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--year", "2024"), "kế hoạch là của năm 2024; cần một năm sau đó, đến 2050; đọc được 2024"),
        (("--year", "2051"), "đến 2050; đọc được 2051"),
        (("--year", "2026", "--superior-plan", "2026-01-20"), "cần --superior-document"),
        (("--year", "2026", "--superior-document", "19/KH"), "cần --superior-plan"),
        (("--year", "2026", "--superior-plan", "20/01/2026", "--superior-document", "x"), "YYYY-MM-DD"),
        (("--year", "2026", "--superior-plan", "2024-01-20", "--superior-document", "x"), "trong năm 2025 hoặc 2026"),
        (("--year", "2026", "--rename", "thị trấn"), "cần dạng «TÊN CŨ=TÊN MỚI»; đọc được «thị trấn»"),
        (("--year", "2026", "--rename", "sao Hỏa=xã"), "không thấy «sao Hỏa» ở tên gọi nào"),
        (("--year", "2026", "--calendar", "khong-co.yaml"), "khong-co.yaml: không đọc được tệp: không có tệp này."),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    dunghan: Run, small: Path, tmp_path: Path, given: tuple[str, ...], says: str
) -> None:
    new = tmp_path / "moi.yaml"
    code, out, err = dunghan("plan", "rollover", small, "-o", new, *given)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert says in err
    assert not new.exists()


@pytest.mark.parametrize(("name", "says"), [("moi.txt", "đuôi .yaml"), ("khong-co/moi.yaml", "không có thư mục")])
def test_a_place_that_cannot_be_written_is_refused(
    dunghan: Run, small: Path, tmp_path: Path, name: str, says: str
) -> None:
    code, _, err = dunghan("plan", "rollover", small, "--year", "2026", "-o", tmp_path / name)
    assert code == 2
    assert says in err


def test_a_draft_is_not_loaded_before_it_is_signed(dunghan: Run, small: Path, tmp_path: Path) -> None:
    new = tmp_path / "2026.yaml"
    dunghan("plan", "rollover", small, "--year", "2026", "-o", new)
    code, out, err = dunghan("plan", "load", new)
    assert (code, out) == (2, "")
    assert "«ke-hoach» «du-thao»: kế hoạch còn là dự thảo nên chưa nạp được; trả lời " in err
    new.write_text(new.read_text(encoding="utf-8").replace("  du-thao: true\n", ""), encoding="utf-8")
    code, out, err = dunghan("plan", "load", new)
    assert (code, out) == (2, "")
    for key, text in {
        "so": "«…/KH-UBND» chưa có số; ghi số của văn bản đã ký, hoặc «du-thao: true».",
        "ngay": "thiếu khóa này; hãy ghi thêm.",
        "cho-quyet-dinh": "điều chờ quyết định; trả lời xong thì xóa, hoặc ghi «du-thao: true».",
    }.items():
        assert any(f"«{key}»" in line and line.endswith(text) for line in err.splitlines()), key


def test_no_other_way_loads_a_draft() -> None:
    nothing: Any = None  # refused before anything is looked at
    with pytest.raises(OfficeFileError, match="kế hoạch còn là dự thảo nên chưa nạp được"):
        load_plan(nothing, read_plan(EXAMPLES / FIRST), nothing, (), morning_of(MON_26_JAN), MON_26_JAN)


# ---------------------------------------------------------------- the worked examples


@pytest.mark.parametrize("name", RECORDED)
def test_a_worked_example_is_what_the_command_makes_with_the_recorded_edits(
    name: str, dunghan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HOUSE)
    made = tmp_path / name
    assert dunghan(*command(name, made))[0] == 0
    assert edited(name, made.read_text(encoding="utf-8")) == (EXAMPLES / name).read_text(encoding="utf-8")


def test_the_example_of_2026_shows_its_dates(dunghan: Run) -> None:
    rows = json.loads(dunghan("plan", "show", EXAMPLES / FIRST, "--json")[1])
    targets = {(row["task"], row["target"]) for row in rows}
    assert targets >= {("B01", "2026-02-10"), ("P3c.3", "2026-04-10"), ("P3c.3", "2026-10-12"), ("P5b2", "2026-09-30")}
    assert {"B02", "B03", "P4b.6", "P6.2"} <= {row["task"] for row in rows if row["awaits_confirmation"]}


def test_nothing_loads_an_example_by_itself() -> None:
    code = (file for package in ("models", "flows", "web", "deployments") for file in (HOUSE / package).rglob("*.py"))
    assert not [file for file in code if EXAMPLES.relative_to(HOUSE).as_posix() in file.read_text(encoding="utf-8")]
    assert PLAN.parent == PLANS == EXAMPLES.parent


@pytest.mark.parametrize("name", RECORDED)
def test_two_mornings_of_an_example_are_replayed(name: str, server: URL, settings: Settings, tmp_path: Path) -> None:
    people, notices = read_people(PLANS / "people.yaml"), read_notices(PLANS / "calendar.yaml")
    year = int(name[:4])
    first = date(year, 1, 26)  # Monday in 2026, Tuesday in 2027
    plan, days = read_plan(EXAMPLES / name), (first, first + timedelta(days=1))
    rows = replay(server, settings, plan, people, notices, days, tmp_path / "out")["obligations"]
    assert len(rows) > 200
    assert any(row["letters"] for row in rows)
    issue = [
        (row["target"], {letter["on"] for letter in row["letters"]}) for row in rows if ".B01." in row["obligation"]
    ]
    assert issue == ([("2026-02-10", {"2026-01-27"})] if year == 2026 else [])  # ten working days before, a Tuesday
