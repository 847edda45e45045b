"""The office's own pages: people and leave, rights, notices tried before they move anything, mails, sweeps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from acting import HOST, HOSTILE, Office, assert_harmless, plain
from sqlalchemy import Engine, select
from sqlmodel import Session
from visitors import AUDITOR, CHAIR, OFFICE, admit_auditor

from models.access import rights_of
from models.audit import verify
from models.obligation_page import trail_of
from models.record_tables import AuditEntry
from models.reply_tables import ReturnedMail, SweepMark
from models.store import transaction
from models.tables import CalendarNotice
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real

DO = "dang-van-so-do"  # Đặng Văn Sơ Đồ, địa chính
WED_19_JUNE = date(2024, 6, 19)


@pytest.fixture
def office(loaded: Engine, tmp_path: Path) -> Office:
    return Office(loaded, tmp_path, acting=False).signed_in()


def said_of(office: Office, subject: str) -> list[str]:
    with Session(office.engine) as session:
        assert verify(session, 1)[1] is None
        return [f"{line.actor}: {line.text}" for line in trail_of(session, 1, subject)]


# People and leave


def test_people_are_listed_by_given_name_and_found_without_accents(office: Office) -> None:
    page = office.says("/can-bo")
    order = [page.index(name) for name in ("Đỗ Văn Thí Dụ", "Nguyễn Văn Giả Định", "Đặng Văn Sơ Đồ", "Lê Thị Mẫu")]
    assert order == sorted(order)  # Dụ, Định, Đồ, Mẫu
    for typed in ("dang van so do", "Đặng Văn Sơ Đồ", "ĐỊA CHÍNH dang", "dang-van-so-do@"):
        found = office.says(f"/can-bo?tim={typed}")
        assert "1 trên 23 người" in found
        assert "Đặng Văn Sơ Đồ" in found
    assert "Không có ai khớp" in office.says("/can-bo?tim=khong co ai")


def test_a_person_has_the_roles_of_the_day_and_those_before_and_after(office: Office) -> None:
    assert "Bùi Thị Kế Nhiệm" in office.says("/can-bo/bui-thi-ke-nhiem")
    assert "thứ Năm" in office.says("/can-bo/bui-thi-ke-nhiem")  # from Thursday 01/08/2024
    assert office.client.get("/can-bo/khong-co").status_code == 404


def test_leave_is_recorded_with_who_stands_in_and_taken_back(office: Office) -> None:
    here, act = f"/can-bo/{DO}", f"/can-bo/{DO}/nghi"
    sent = {"tu": "17/06/2024", "den": "21/06/2024", "nguoi_thay": "tran-thi-vi-du", "ly_do": "nghỉ phép"}
    office.do(here, act, **sent)
    assert "Đang nghỉ đến hết 21/06/2024; thư đến Trần Thị Ví Dụ" in office.says(here)
    assert "nghỉ đến hết 21/06/2024; thư đến Trần Thị Ví Dụ" in office.says("/can-bo")
    assert "Đã ghi nghỉ từ 17/06/2024" in office.refuses(here, act, **sent)
    office.do(here, f"/can-bo/{DO}/rut-nghi/1", ly_do="đã đi làm lại")
    assert "Không có lần nghỉ nào" in office.says(here)
    assert said_of(office, DO) == [
        "Lê Thị Mẫu: Lê Thị Mẫu ghi Đặng Văn Sơ Đồ nghỉ từ 17/06/2024 đến hết 21/06/2024; "
        "người thay: Trần Thị Ví Dụ. nghỉ phép",
        "Lê Thị Mẫu: Lê Thị Mẫu rút lần nghỉ của Đặng Văn Sơ Đồ từ 17/06/2024 đến 21/06/2024. Lý do: đã đi làm lại",
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"tu": "21/06/2024", "den": "17/06/2024"}, "đứng trước ngày đầu"),
        ({"tu": "10/06/2024", "den": "14/06/2024"}, "đã qua"),
        ({"tu": "hôm nay", "den": "21/06/2024"}, "ngày/tháng/năm"),
        ({"tu": "17/06/2024", "den": "21/06/2024", "nguoi_thay": DO}, "phải là người khác"),
        ({"tu": "17/06/2024", "den": "21/06/2024", "nguoi_thay": "ai-do"}, "Không có người"),
        ({"tu": "17/06/2024", "den": "17/07/2025"}, "dài hơn một năm"),
    ],
)
def test_leave_that_makes_no_sense_is_not_recorded(office: Office, sent: dict[str, str], words: str) -> None:
    assert words in plain(office.refuses(f"/can-bo/{DO}", f"/can-bo/{DO}/nghi", **sent))


def test_links_sent_to_a_person_are_revoked(office: Office) -> None:
    link = office.link("tra-loi", DO, "nhu-quynh-2024.B08.2024-12-31")
    assert office.client.get(link).status_code == 200
    office.do(f"/can-bo/{DO}", f"/can-bo/{DO}/thu-hoi", ly_do="mất điện thoại")
    assert office.client.get(link).status_code == 410


# Rights


def test_an_auditor_is_given_a_right_and_loses_it(office: Office) -> None:
    office.do(
        "/truy-cap", "/truy-cap/cap", ten="Vũ Thị Thanh Tra", email=AUDITOR, quyen="kiem-tra",
        tu="17/06/2024", den="31/07/2024",
    )  # fmt: skip
    assert "Vũ Thị Thanh Tra vu-thi-thanh-tra" in office.says("/truy-cap")
    with Session(office.engine) as session:
        assert [one.right for one in rights_of(session, AUDITOR, date(2024, 6, 17))] == ["kiem-tra"]
        assert rights_of(session, AUDITOR, date(2024, 8, 1)) == []
    auditor = Office(office.engine, office.state, acting=False).signed_in(AUDITOR)
    assert auditor.client.get("/nghia-vu").status_code == 200
    office.do("/truy-cap", "/truy-cap/thu-hoi", ly_do="xong đợt kiểm tra")
    assert auditor.client.get("/nghia-vu").status_code == 303
    assert [line.split(": ", 1)[1] for line in said_of(office, "vu-thi-thanh-tra")][-1] == (
        "Lê Thị Mẫu thu hồi quyền «Người kiểm tra» của Vũ Thị Thanh Tra. Lý do: xong đợt kiểm tra"
    )


def test_the_office_ends_a_session(office: Office) -> None:
    chair = Office(office.engine, office.state, acting=False).signed_in(CHAIR)
    assert chair.client.get("/nghia-vu").status_code == 200
    office.do("/truy-cap", "/truy-cap/ket-thuc", ly_do="máy dùng chung")
    assert chair.client.get("/nghia-vu").status_code == 303
    assert office.client.get("/nghia-vu").status_code == 200  # its own is not offered


def test_a_right_is_not_given_to_nobody(office: Office) -> None:
    page = office.refuses("/truy-cap", "/truy-cap/cap", ten=HOSTILE, email="a", quyen="kiem-tra")
    assert "không phải địa chỉ thư" in plain(page)
    assert_harmless(page)


# Notices


SWAP = {
    "so": "99/TB-VP", "ngay": "17/06/2024", "co_quan": "Văn phòng Chính phủ", "nghi": "", "nam": "",
    "hoan_doi": "01/7/2024 -> 06/7/2024",
}  # fmt: skip


def test_a_notice_is_tried_first_and_moves_nothing(office: Office) -> None:
    before = office.snapshot()
    answer = office.send("/thong-bao-lich", "/thong-bao-lich/thu", **SWAP)
    assert answer.status_code == 200
    assert "Nếu ghi thông báo này" in plain(answer.text)
    assert "nghĩa vụ đổi ngày" in plain(answer.text)
    assert office.snapshot() == before


def test_what_was_tried_is_what_is_recorded(office: Office) -> None:
    from acting import form_of

    tried = office.send("/thong-bao-lich", "/thong-bao-lich/thu", **SWAP).text
    moves = plain(tried).split("Nếu ghi thông báo này")[1]
    token = form_of(tried, "/thong-bao-lich/ghi")["chu-ky"]
    data = {name.replace("_", "-"): value for name, value in SWAP.items()} | {"chu-ky": token}
    assert office.client.post("/thong-bao-lich/ghi", data=data, headers={"Origin": HOST}).status_code == 303
    with Session(office.engine) as session:
        assert session.execute(select(CalendarNotice).filter_by(number="99/TB-VP")).scalar_one()
        moved = session.execute(select(AuditEntry).filter_by(action="chuyen-han")).scalars().all()
    assert f" {len(moved)} nghĩa vụ đổi ngày" in moves
    assert "99/TB-VP 17/06/2024, Văn phòng Chính phủ" in office.says("/thong-bao-lich")
    assert "nghỉ thứ Hai, 01/07/2024, làm bù thứ Bảy, 06/07/2024" in office.says("/thong-bao-lich")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hoan_doi": ""}, "chưa có ngày nghỉ"),
        ({"hoan_doi": "06/7/2024 -> 01/7/2024"}, "vốn là ngày nghỉ"),
        ({"hoan_doi": "thứ Hai -> thứ Bảy"}, "mỗi dòng"),
        ({"nghi": "Quốc khánh"}, "mỗi dòng ghi ngày rồi tên"),
        ({"nghi": "31/2/2024 Nghỉ"}, "ngày/tháng/năm"),
        ({"so": ""}, "Cần ghi số, ký hiệu"),
        ({"ngay": "17.06.2024"}, "ngày/tháng/năm"),
    ],
)
def test_a_notice_that_cannot_be_read_is_shown_again(office: Office, change: dict[str, str], words: str) -> None:
    before = office.snapshot()
    answer = office.send("/thong-bao-lich", "/thong-bao-lich/thu", **{**SWAP, **change})
    assert answer.status_code == 422
    assert words in plain(answer.text)
    assert office.snapshot() == before


# Mails and sweeps


def test_a_mail_that_came_back_is_said_to_be_read(office: Office) -> None:
    with transaction(office.engine) as session:
        at = morning_of(date(2024, 6, 14))
        session.add(ReturnedMail(key="1", kind="nguoi-tra-loi", authority_id=1, words="Tôi đã làm", received_at=at))
    assert "Tôi đã làm" in office.says("/thu-can-xem")
    office.do("/thu-can-xem", "/thu-can-xem/da-doc", ly_do="đã gọi điện")
    assert "Tôi đã làm" not in office.says("/thu-can-xem")


def test_sweeps_that_were_held_go_on(office: Office) -> None:
    with transaction(office.engine) as session:
        at = morning_of(date(2024, 5, 2))
        session.add(SweepMark(authority_id=1, last_at=at, held_at=morning_of(date(2024, 6, 17))))
    assert "Cần xem Quét đang bị tạm giữ" in office.says("/van-phong")
    office.do("/thu-can-xem", "/thu-can-xem/quet-tiep", ly_do="đồng hồ đúng")
    assert "Ổn Quét đang bị tạm giữ" in office.says("/van-phong")


# The whole


def test_the_plan_s_open_questions_are_listed(office: Office) -> None:
    page = office.says("/ke-hoach")
    assert "Kế hoạch 08/KH-UBND ngày 11/01/2024" in page
    assert "nhiệm vụ có điểm cần lưu ý" in page


@pytest.mark.parametrize("address", ["/can-bo", f"/can-bo/{DO}", "/thong-bao-lich", "/ke-hoach", "/van-phong"])
def test_others_read_and_change_nothing(office: Office, address: str) -> None:
    admit_auditor(office.engine, office.now())
    chair = Office(office.engine, office.state, acting=False).signed_in(CHAIR)
    assert chair.page(address).count('method="post"') == 1  # to sign out
    auditor = Office(office.engine, office.state, acting=False).signed_in(AUDITOR)
    allowed = 200 if address in ("/thong-bao-lich", "/ke-hoach") else 403
    assert auditor.client.get(address).status_code == allowed
    assert chair.client.get("/truy-cap").status_code == 403


def test_what_the_office_does_says_by_which_means(office: Office) -> None:
    office.do(f"/can-bo/{DO}", f"/can-bo/{DO}/nghi", tu="17/06/2024", den="21/06/2024")
    practice = Office(office.engine, office.state)
    practice.do("/can-bo/le-thi-mau", "/can-bo/le-thi-mau/nghi", tu="17/06/2024", den="21/06/2024")
    with Session(office.engine) as session:
        entries = session.execute(select(AuditEntry).filter_by(action="ghi-nghi").order_by("seq")).scalars().all()
    assert [(entry.actor, entry.detail["via"]) for entry in entries] == [
        ("le-thi-mau", "trang"), ("Diễn tập", "dien-tap")
    ]  # fmt: skip
    assert OFFICE.startswith("le-thi-mau")
