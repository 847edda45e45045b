"""Rights and sessions as an administrator types them, and what changed in the settings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from office import MON_17_JUNE, PLAN, PLANS, Run
from sqlalchemy import URL, Engine, select
from sqlmodel import Session
from visitors import AUDITOR, CHAIR, TestClient, sign_in

from models.access import rights_of
from models.audit import verify
from models.audit_actions import sentence
from models.calendar_file import read_notices
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.record_tables import AuditEntry
from models.settings import Settings
from models.settings_record import record_settings
from models.store import APP_ROLE, transaction
from rules.vietnamese import morning_of
from web.app import create_app

pytestmark = pytest.mark.real

GIVE = ("access", "give", "kiem-tra-1", "Vũ Thị Thanh Tra", AUDITOR, "--right", "kiem-tra")


@pytest.fixture
def office(dunghan: Run, loaded_database: URL, office_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    app = loaded_database.set(username=APP_ROLE)
    monkeypatch.setenv("DUNGHAN_DATABASE_URL", app.render_as_string(hide_password=False))
    monkeypatch.setenv("DUNGHAN_OWNER_DATABASE_URL", loaded_database.render_as_string(hide_password=False))
    return dunghan


def entries(engine: Engine, action: str) -> list[AuditEntry]:
    with Session(engine) as session:
        assert verify(session, 1)[1] is None
        return list(session.execute(select(AuditEntry).filter_by(action=action).order_by("seq")).scalars())


def test_a_right_is_given_listed_and_taken_back(office: Run, office_engine: Engine) -> None:
    code, out, _ = office(*GIVE, "--to", "2024-07-31", "--by", "le-thi-mau")
    assert (code, AUDITOR in out) == (0, True)
    _, out, _ = office("access", "list", "--json")
    listed = {(one["code"], one["right"]): one["why"] for one in json.loads(out)}
    assert listed["kiem-tra-1", "kiem-tra"] == "được cấp từ 17/06/2024 đến 31/07/2024"
    assert listed["hoang-van-mo-phong", "lanh-dao"] == listed["le-thi-mau", "van-phong"] == "theo vai trò"
    assert office("access", "withdraw", "kiem-tra-1", "--reason", "xong")[0] == 0
    with Session(office_engine) as session:
        assert rights_of(session, AUDITOR, date(2024, 6, 18)) == []
    (given,), (taken,) = entries(office_engine, "cap-quyen"), entries(office_engine, "thu-hoi-quyen")
    assert (given.actor, given.detail["via"], taken.detail["via"]) == ("le-thi-mau", "lenh", "lenh")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("access", "give", "kt 1", "A", AUDITOR, "--right", "kiem-tra"), "Mã cần chữ không dấu"),
        (("access", "give", "kt", "A", "a@", "--right", "kiem-tra"), "không phải địa chỉ thư"),
        (("access", "give", "kt", "A", AUDITOR, "--right", "quan-tri"), "Quyền cần một trong"),
        ((*GIVE, "--to", "2024-06-14"), "đã qua"),
        ((*GIVE, "--from", "mai"), "YYYY-MM-DD"),
        ((*GIVE, "--authority", "noi-khac"), "--authority cần một trong: nhu-quynh"),
        (("access", "withdraw", "ai-do", "--reason", "x"), "Không có quyền đang cấp"),
        (("access", "withdraw", "ai-do"), "--reason"),
        (("access", "end", "7", "--reason", "x"), "không có hoặc đã kết thúc"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    office: Run, office_engine: Engine, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = office(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert entries(office_engine, "cap-quyen") == []


def test_a_session_is_seen_and_ended(office: Run, office_engine: Engine) -> None:
    now = morning_of(MON_17_JUNE)
    client = TestClient(create_app(office_engine, lambda: now, key=b"x" * 32), follow_redirects=False)
    sign_in(client, office_engine, now, CHAIR)
    assert client.get("/nghia-vu").status_code == 200
    _, out, _ = office("access", "sessions", "--json")
    (one,) = json.loads(out)
    assert (one["code"], one["right"], one["browser"]) == ("hoang-van-mo-phong", "lanh-dao", "a browser in a test")
    assert office("access", "end", one["number"], "--reason", "máy dùng chung")[0] == 0
    assert client.get("/nghia-vu").status_code == 303
    assert entries(office_engine, "ket-thuc-phien")[0].detail["reason"] == "máy dùng chung"


def test_the_trail_says_which_settings_changed_and_no_secret(office_engine: Engine) -> None:
    now, secret = morning_of(MON_17_JUNE), "postgresql://u:mat-khau@may/x"
    for settings in (
        Settings(database_url=secret, auditors=("a@tinh.example",)),
        Settings(database_url=secret, auditors=("a@tinh.example",)),
        Settings(database_url=secret, auditors=("a@tinh.example",), smtp_host="smtp.xa.example", hold_after=9),
    ):
        with transaction(office_engine) as session:
            record_settings(session, settings, now)
    first, second = entries(office_engine, "doi-cau-hinh")
    assert sentence(second.action, second.detail) == "Cấu hình thay đổi: smtp_host = smtp.xa.example; hold_after = 9."
    for hidden in ("mat-khau", "a@tinh.example"):
        assert hidden not in str(first.detail)
    assert "database_url = SHA-256 " in first.detail["changes"]


def test_the_trail_holds_nothing_to_try_passwords_against(office_engine: Engine) -> None:
    words = ("postgresql://u:mot@may/x", "postgresql://u:hai@may/x", "postgresql://u@may/x?password=ba")
    for address in words:
        with transaction(office_engine) as session:
            record_settings(session, Settings(database_url=address), morning_of(MON_17_JUNE))
    assert len(entries(office_engine, "doi-cau-hinh")) == 1


def test_the_trail_says_whose_role_or_address_changed_and_no_address(loaded: Engine, tmp_path: Path) -> None:
    words = (PLANS / "people.yaml").read_text(encoding="utf-8")
    words = words.replace("dang-van-so-do@nhuquynh.example", "dia-chi-moi@nhuquynh.example").replace(
        "{nguoi: kieu-van-kiem-thu, don-vi: mot-cua, vai: can-bo, tu: 2023-01-01}",
        "{nguoi: kieu-van-kiem-thu, don-vi: mot-cua, vai: can-bo, tu: 2023-01-01, den: 2024-06-30}",
    )
    (tmp_path / "people.yaml").write_text(words, encoding="utf-8")
    notices = read_notices(PLANS / "calendar.yaml")
    for _ in range(2):
        with transaction(loaded) as session:
            people = read_people(tmp_path / "people.yaml")
            load_plan(session, read_plan(PLAN), people, notices, morning_of(MON_17_JUNE), MON_17_JUNE)
    first, second = entries(loaded, "nap-nhan-su")
    assert "thêm dang-van-so-do" in first.detail["changes"]
    assert second.detail["changes"] == [
        "đổi địa chỉ của dang-van-so-do",
        "bỏ vai can-bo của kieu-van-kiem-thu ở mot-cua, từ 01/01/2023 chưa định ngày thôi",
        "thêm vai can-bo của kieu-van-kiem-thu ở mot-cua, từ 01/01/2023 đến 30/06/2024",
    ]
