"""`dunghan plan import` as a clerk meets it, and the whole way from a Word file to the first letter."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date
from pathlib import Path

import pytest
from appendices import as_docx
from office import PLANS, KeptMail, Run
from small_plan import SMALL, yen_binh
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows.sending import Office
from flows.sweep import sweep
from models.calendar_file import read_notices
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, PlanTask
from rules.vietnamese import morning_of

MON_29_JUNE, TUE_30_JUNE = date(2026, 6, 29), date(2026, 6, 30)


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    return as_docx(yen_binh(), tmp_path / "ke-hoach-15.docx")


def test_the_clerk_reads_what_became_of_every_row(dunghan: Run, signed: Path, tmp_path: Path) -> None:
    code, out, err = dunghan("plan", "import", signed, "-o", tmp_path / "plan.yaml")
    assert (code, err) == (0, "")
    assert "6 dòng trong các bảng, đủ cả: 1 tiêu đề, 3 nhiệm vụ, 1 tiêu đề lặp lại, 1 nối tiếp dòng trên." in out
    assert "Ghép từ 2 dòng bị ngắt trang" in out
    assert dunghan("plan", "check", tmp_path / "plan.yaml")[0] == 0


def test_the_same_as_json(dunghan: Run, signed: Path, tmp_path: Path) -> None:
    code, out, _ = dunghan("plan", "import", signed, "-o", tmp_path / "plan.yaml", "--json")
    account = json.loads(out)
    assert code == 0
    assert account["rows"] == sum(account["fates"].values()) == len(account["placed"])
    assert [task["task"] for task in account["tasks"]] == ["B01", "P1a", "P1b", "P2a"]


def test_what_an_office_wrote_by_hand_is_never_written_over(dunghan: Run, signed: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("của tôi", encoding="utf-8")
    code, out, err = dunghan("plan", "import", signed, "-o", tmp_path / "plan.yaml")
    assert (code, out) == (2, "")
    assert "đã có; lệnh này không ghi đè, hãy chọn tên khác" in err
    assert (tmp_path / "plan.yaml").read_text(encoding="utf-8") == "của tôi"


def test_what_the_document_does_not_say_is_asked_for_by_name(dunghan: Run, tmp_path: Path) -> None:
    bare = as_docx(SMALL, tmp_path / "phu-luc.docx", header_rows=2)
    code, _, err = dunghan("plan", "import", bare, "-o", tmp_path / "plan.yaml")
    assert code == 2
    assert "không thấy số kế hoạch, ngày ký, năm, cơ quan" in err
    assert "--number, --signed, --year, --office" in err
    assert not (tmp_path / "plan.yaml").exists()
    said = ("--number", "03/KH-UBND", "--signed", "2026-01-20", "--year", "2026", "--office", "UBND xã Yên Bình")
    assert dunghan("plan", "import", bare, "-o", tmp_path / "plan.yaml", *said)[0] == 0
    assert read_plan(tmp_path / "plan.yaml").document.ke_hoach.so == "03/KH-UBND"


def filled_in(roster: str) -> str:
    """The people file as a clerk fills it in: one person for the work, one who answers for it."""
    people = (
        "  - {ma: an, ten: Nguyễn Văn An, chuc-vu: Chủ tịch UBND, email: an@yenbinh.example}\n"
        "  - {ma: binh, ten: Trần Thị Bình, chuc-vu: Công chức Văn phòng, email: binh@yenbinh.example}"
    )
    roster = roster.replace('  - {ma: "", ten: "", chuc-vu: "", email: ""}', people)
    roster = re.sub(r'nguoi: "", (don-vi: \S+ vai: can-bo, tu: )""', r"nguoi: binh, \g<1>2026-01-01", roster)
    roster = re.sub(r'nguoi: "", (don-vi: \S+ vai: [a-z-]+, tu: )""', r"nguoi: an, \g<1>2026-01-01", roster)
    return roster.replace('hop-thu-chung: ""', "hop-thu-chung: binh")


def test_a_people_file_left_blank_is_refused_line_by_line(dunghan: Run, signed: Path, tmp_path: Path) -> None:
    files = tmp_path / "plan.yaml", tmp_path / "people.yaml"
    assert dunghan("plan", "import", signed, "-o", files[0], "--people", files[1])[0] == 0
    code, _, err = dunghan("plan", "load", files[0], "--people", files[1])
    assert code == 2
    assert "«nguoi» mục 1 «email»: cần một địa chỉ thư điện tử" in err


@pytest.mark.real
def test_from_the_signed_file_to_the_first_letter(
    dunghan: Run, signed: Path, engine: Engine, settings: Settings, mail: KeptMail, tmp_path: Path
) -> None:
    """Standing work asks for evidence by the end of June; the report of the body waits until somebody takes it."""
    plan, people = tmp_path / "plan.yaml", tmp_path / "people.yaml"
    assert dunghan("plan", "import", signed, "-o", plan, "--people", people)[0] == 0
    people.write_text(filled_in(people.read_text(encoding="utf-8")), encoding="utf-8")
    answered = re.sub(r"(?s)(  - ma: B01\n.*?)    cho-xac-nhan: true\n", r"\1", plan.read_text(encoding="utf-8"))
    plan.write_text(answered, encoding="utf-8")
    with transaction(engine) as session:
        notices = read_notices(PLANS / "calendar.yaml")
        load_plan(session, read_plan(plan), read_people(people), notices, morning_of(MON_29_JUNE), MON_29_JUNE)
    asyncio.run(sweep(Office(engine, settings, mail), morning_of(TUE_30_JUNE)))
    with Session(engine) as session:
        waiting = session.execute(select(PlanTask).where(col(PlanTask.awaits_confirmation))).scalars()
        assert {task.code for task in waiting} == {"P1b", "P2a"}
        report = session.execute(select(Obligation).where(col(Obligation.code).like("%.B01.2026-H1"))).scalar_one()
    assert (report.nominal, report.target) == (date(2026, 7, 5), date(2026, 7, 3))  # before Monday 06/7: by Friday
    assert "binh@yenbinh.example" in {recipient for recipient, _ in mail.kept}
