"""The page on which a second person decides, and what an office looks at: who may, what it writes, what it refuses."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from acting import HOST, HOSTILE, PDF, Office, assert_harmless, plain
from docx import Document
from office import MON_17_JUNE, PLANS
from read_back import paragraphs
from sqlalchemy import Engine, select
from sqlmodel import Session, col
from test_reply_pages import (
    CHAIR,
    CHECKS,
    COMPLAINT,
    DANG,
    FILE,
    HALF,
    MAU,
    MON_1_JULY,
    MON_24_JUNE,
    TRAN,
    WEEK,
    happened,
    person,
    replies,
    said,
    tampered,
    told,
)

from models.audit_actions import Action
from models.calendar_file import calendar_of, read_notices
from models.digests import BOUNCED, CONFIRMED, MERGED, REFUSED, SENT, UNKNOWN
from models.leaves import record_leave
from models.record_tables import Digest
from models.reply_tables import ReturnedMail
from models.store import transaction
from models.sweep_marks import finish_sweep, start_sweep
from models.tables import Authority
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real

THI_DU, KIEU = "do-van-thi-du", "kieu-van-kiem-thu"
TUE_25_JUNE, FRI_28_JUNE = date(2024, 6, 25), date(2024, 6, 28)


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    """Real operation: deciding needs no practice."""
    return Office(office_engine, tmp_path, acting=False).signed_in()


@pytest.fixture
def practice(office_engine: Engine, tmp_path: Path) -> Office:
    return Office(office_engine, tmp_path)


def asked(office: Office, who: str = TRAN, code: str = WEEK, day: str = "28/06/2024") -> int:
    """Somebody asks for more time; the number of their answer."""
    link = office.link("tra-loi", who, code)
    office.do(link, f"{link}/xin-them", ngay=day, ly_do="Chủ tịch đi công tác")
    return replies(office)[-1].id or 0


def not_theirs(office: Office, who: str = TRAN) -> int:
    link = office.link("tra-loi", who, WEEK)
    office.do(link, f"{link}/khong-phai", ly_do="Việc của Một cửa")
    return replies(office)[-1].id or 0


def sends(office: Office, action: str, **fields: str) -> tuple[int, str]:
    """A form sent by hand, right in everything but what it asks; nothing may be written."""
    before = office.snapshot()
    sent = {**office.token(action), **{name.replace("_", "-"): value for name, value in fields.items()}}
    answer = office.client.post(action, data=sent, headers={"Origin": HOST})
    assert office.snapshot() == before
    return answer.status_code, plain(answer.text)


# More time


def test_a_leader_sees_what_is_asked_and_that_the_due_day_stays(office: Office) -> None:
    number = asked(office)
    link = office.link("duyet", CHAIR, WEEK)
    says = office.says(link)
    assert "Đồng chí Hoàng Văn Mô Phỏng , Chủ tịch UBND." in says
    assert "Trần Thị Ví Dụ: xin thêm thời gian đến thứ Sáu, 28/06/2024 Lý do: Chủ tịch đi công tác" in says
    assert "cơ quan chờ đến 28/06/2024, còn hạn theo quy định giữ nguyên, hết ngày 23/06/2024" in says
    where = office.do(link, f"{link}/dong-y/{number}", y_kien="Nhất trí", van_ban="12/UBND")
    assert where == f"{link}#tra-loi-{number}"
    says = office.says(link)
    assert "Hoàng Văn Mô Phỏng đồng ý , 07:30 17/06/2024 ; quyết định 12/UBND: Nhất trí" in says
    assert "Lãnh đạo đồng ý hoàn thành chậm nhất thứ Sáu, 28/06/2024 ; hạn theo quy định giữ nguyên" in says
    assert "Không có đề nghị nào đang chờ quyết định." in says
    row = office.row(WEEK)
    assert (row.agreed_on, row.legal) == (FRI_28_JUNE, date(2024, 6, 23))
    assert said(office, WEEK) == [(Action.TIME_ASKED, TRAN), (Action.TIME_AGREED, CHAIR)]
    assert told(office, "tra-loi:") == [TRAN]
    for page in (office.link("tra-loi", TRAN, WEEK), f"/nghia-vu/{WEEK}"):
        assert "Lãnh đạo đồng ý hoàn thành chậm nhất thứ Sáu, 28/06/2024" in office.says(page)


def test_time_the_law_gives_needs_the_number_of_the_decision_and_moves_the_due_day(office: Office) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    number = asked(office, code=COMPLAINT, day="30/07/2024")
    link = office.link("duyet", CHAIR, COMPLAINT)
    assert "cần số quyết định gia hạn ký trước khi hết hạn 10/07/2024" in office.says(link)
    refused = office.refuses(link, f"{link}/dong-y/{number}", van_ban="", y_kien=HOSTILE)
    assert "số, ký hiệu quyết định gia hạn" in plain(refused)
    assert_harmless(refused)
    office.do(link, f"{link}/dong-y/{number}", van_ban="33/QĐ-UBND")
    assert office.row(COMPLAINT).legal == date(2024, 7, 30)
    assert (Action.EXTENDED, CHAIR) in said(office, COMPLAINT)


def test_time_refused_needs_a_reason_and_changes_no_day(office: Office) -> None:
    number = asked(office)
    link = office.link("duyet", CHAIR, WEEK)
    assert "Cần ghi lý do" in office.refuses(link, f"{link}/khong-dong-y/{number}", ly_do=" ")
    office.do(link, f"{link}/khong-dong-y/{number}", ly_do="Đã nhắc hai lần")
    assert "Hoàng Văn Mô Phỏng không đồng ý , 07:30 17/06/2024 : Đã nhắc hai lần" in office.says(link)
    assert office.row(WEEK).agreed_on is None
    assert said(office, WEEK)[-1] == (Action.TIME_REFUSED, CHAIR)


def test_who_asked_does_not_decide_a_leader_does(office: Office) -> None:
    number = asked(office, who=CHAIR)
    own, other = office.link("duyet", CHAIR, WEEK), office.link("duyet", MAU, WEEK)
    says = office.says(own)
    assert "Đề nghị của chính đồng chí phải do người thứ hai quyết định. Đang chờ: Lê Thị Mẫu." in says
    assert "<form" not in office.page(own)
    status, words = sends(office, f"{own}/dong-y/{number}")
    assert (status, "người thứ hai quyết định" in words) == (422, True)
    office.do(other, f"{other}/dong-y/{number}")
    assert office.row(WEEK).agreed_on == FRI_28_JUNE


def test_who_may_not_decide_sees_whom_it_waits_for(office: Office) -> None:
    number = asked(office)
    link = office.link("duyet", DANG, WEEK)
    assert "Đang chờ: Hoàng Văn Mô Phỏng." in office.says(link)
    for act in ("dong-y", "khong-dong-y"):
        status, words = sends(office, f"{link}/{act}/{number}", ly_do="x")
        assert (status, "không phải người quyết định" in words) == (422, True)


def test_who_stands_in_for_the_chair_decides_and_no_longer_looks_when_the_chair_is_back(office: Office) -> None:
    number = asked(office)
    with transaction(office.engine) as session:
        office_row = session.execute(select(Authority)).scalar_one()
        record_leave(session, office_row, CHAIR, MON_17_JUNE, MON_17_JUNE, "Văn phòng", office.now(), KIEU)
    link = office.link("duyet", KIEU, WEEK)
    office.do(link, f"{link}/dong-y/{number}")
    office.go_to(TUE_25_JUNE)
    says = office.says(link)
    assert "Việc này nay do người khác xem xét; xin liên hệ văn phòng nếu chưa đúng." in says
    assert "<form" not in office.page(link)


def test_decided_once_is_decided(office: Office) -> None:
    number = asked(office)
    link = office.link("duyet", CHAIR, WEEK)
    office.do(link, f"{link}/khong-dong-y/{number}", ly_do="Không")
    status, words = sends(office, f"{link}/dong-y/{number}")
    assert (status, "đã được quyết định ngày 17/06/2024" in words) == (422, True)


def test_a_link_decides_only_about_its_own_obligation(office: Office) -> None:
    number = asked(office)
    link = office.link("duyet", CHAIR, HALF)
    for wrong in (number, 10**30, 0):
        status, words = sends(office, f"{link}/dong-y/{wrong}")
        assert (status, "Đề nghị này không thuộc việc đang mở." in words) == (422, True)
    assert sends(office, f"{link}/dong-y/x")[0] == 422


# Whose work it is


def test_the_office_gives_the_work_to_somebody_else(office: Office) -> None:
    number = not_theirs(office)
    link = office.link("duyet", MAU, WEEK)
    page = office.page(link)
    assert '<option value="kieu-van-kiem-thu">Kiều Văn Kiểm Thử – Công chức Bộ phận Một cửa</option>' in page
    assert f'<option value="{TRAN}"' not in page
    assert "Cần chọn người nhận việc" in office.refuses(link, f"{link}/dong-y/{number}", nguoi="")
    assert "Cần chọn người nhận việc" in office.refuses(link, f"{link}/dong-y/{number}", nguoi="ai-do")
    office.do(link, f"{link}/dong-y/{number}", nguoi=KIEU, y_kien="Đúng")
    assert "Lê Thị Mẫu đồng ý, giao việc cho Kiều Văn Kiểm Thử" in office.says(link)
    assert said(office, WEEK)[-1] == (Action.REASSIGNED, MAU)
    assert "Việc này đã chuyển cho Kiều Văn Kiểm Thử." in office.says(office.link("tra-loi", TRAN, WEEK))
    taker = office.link("tra-loi", KIEU, WEEK)
    assert f"{taker}/hoan-thanh" in office.page(taker)


def test_the_office_says_that_the_work_is_theirs(office: Office) -> None:
    number = not_theirs(office)
    link = office.link("duyet", MAU, WEEK)
    office.do(link, f"{link}/khong-dong-y/{number}", ly_do="Quyết định phân công 5/QĐ")
    assert "Không có đề nghị nào đang chờ quyết định." in office.says(link)  # the office may still look
    assert "Lê Thị Mẫu xác định việc vẫn thuộc Trần Thị Ví Dụ" in office.says(link)
    assert said(office, WEEK)[-1] == (Action.NOT_REASSIGNED, MAU)


# A result looked at, and urging


def test_a_leader_looks_at_a_result_and_sends_it_back(office: Office) -> None:
    answer = office.link("tra-loi", TRAN, WEEK)
    office.do(answer, f"{answer}/hoan-thanh", FILE, minh_chung="Sổ 4")
    link = office.link("duyet", CHAIR, WEEK)
    file = office.page(link).split(f'href="{link}/minh-chung/')[1].split('"')[0]
    got = office.client.get(f"{link}/minh-chung/{file}")
    assert (got.content, got.headers["content-disposition"].split(";")[0]) == (PDF, "attachment")
    assert "Cần ghi lý do trả lại" in office.refuses(link, f"{link}/tra-lai", ly_do="")
    assert office.do(link, f"{link}/tra-lai", ly_do="Thiếu biên bản") == f"{link}#ket-qua"
    assert said(office, WEEK)[-1] == (Action.RETURNED, CHAIR)
    assert TRAN in told(office, "tra-lai:")
    says = office.says(answer)
    assert "Bị trả lại ngày 17/06/2024: Thiếu biên bản" in says
    assert f"{answer}/hoan-thanh" in office.page(answer)


def test_only_a_leader_who_did_not_report_it_sends_it_back(office: Office) -> None:
    answer = office.link("tra-loi", CHAIR, WEEK)
    office.do(answer, f"{answer}/hoan-thanh", minh_chung="Sổ 4")
    for who, words in ((CHAIR, "do chính đồng chí báo"), (DANG, "Chỉ lãnh đạo")):
        link = office.link("duyet", who, WEEK)
        assert f"{link}/tra-lai" not in office.page(link)
        status, refusal = sends(office, f"{link}/tra-lai", ly_do="sai")
        assert (status, words in refusal) == (422, True)


def test_what_is_overdue_comes_with_a_draft_letter_to_be_signed(office: Office) -> None:
    link = office.link("duyet", CHAIR, WEEK)
    address = f"{link}/cong-van.docx"
    assert address not in office.page(link)
    assert office.client.get(address).status_code == 424  # not overdue yet
    office.go_to(MON_24_JUNE)
    before = office.snapshot()
    assert f'href="{address}"' in office.page(link)
    answer = office.client.get(address)
    assert answer.headers["content-disposition"].startswith('attachment; filename="2024-06-24_cong-van-don-doc-')
    said_there = "\n".join(paragraph.text for paragraph in paragraphs(Document(BytesIO(answer.content))))
    assert "Chủ tịch trực tiếp tiếp công dân" in said_there
    assert office.client.head(address).status_code == 200
    assert office.snapshot() == before
    assert "cong-van.docx" not in office.page(office.link("duyet", CHAIR, CHECKS))


def test_who_has_no_say_gets_no_letter_and_no_file(office: Office) -> None:
    answer = office.link("tra-loi", TRAN, WEEK)
    office.do(answer, f"{answer}/hoan-thanh", FILE, minh_chung="Sổ 4")
    file = office.page(answer).split(f'href="{answer}/minh-chung/')[1].split('"')[0]
    office.go_to(MON_24_JUNE)
    link = office.link("duyet", "ho-thi-phat-thu", WEEK)
    assert "nay do người khác xem xét" in office.says(link)
    for address in (f"{link}/cong-van.docx", f"{link}/minh-chung/{file}"):
        assert office.client.get(address).status_code == 403
    assert "minh-chung/" not in office.page(link)


# Looking and sending


@pytest.mark.parametrize("act", ["dong-y/1", "khong-dong-y/1", "tra-lai"])
def test_no_decision_without_our_mark_nor_from_elsewhere_nor_by_looking(office: Office, act: str) -> None:
    asked(office)
    link, sent, own = office.link("duyet", CHAIR, WEEK), {"ly-do": "x"}, {"Origin": HOST}
    action, before = f"{link}/{act}", office.snapshot()
    assert office.client.post(action, data=sent, headers=own).status_code == 403
    assert office.client.post(action, data={**sent, **office.token(f"{link}/khac")}, headers=own).status_code == 403
    right = {**sent, **office.token(action)}
    for elsewhere in ({}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "same-site"}):
        assert office.client.post(action, data=right, headers=elsewhere).status_code == 403
    bad = tampered(link) + f"/{act}"
    assert office.client.post(bad, data={**sent, **office.token(bad)}, headers=own).status_code == 403
    for method in ("GET", "HEAD"):
        assert office.client.request(method, action).status_code in (404, 405)
    assert office.snapshot() == before


def test_hostile_words_are_only_ever_words(office: Office) -> None:
    answer, link = office.link("tra-loi", TRAN, WEEK), office.link("duyet", CHAIR, WEEK)
    office.do(answer, f"{answer}/xin-them", ngay="28/06/2024", ly_do=HOSTILE)
    office.do(answer, f"{answer}/khong-phai", ly_do=HOSTILE)
    for page in (answer, link, office.link("duyet", MAU, WEEK), "/thu-can-xem"):
        assert_harmless(office.page(page))
    number = replies(office)[0].id
    office.do(link, f"{link}/khong-dong-y/{number}", ly_do=HOSTILE)
    assert_harmless(office.page(link))
    with transaction(office.engine) as session:
        person(session, KIEU).name = HOSTILE
    assert_harmless(office.page(office.link("duyet", MAU, WEEK)))


# More time given in practice


def test_practice_names_the_leader_who_decides(practice: Office) -> None:
    happened(practice, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    address, action = f"/nghia-vu/{COMPLAINT}", f"/nghia-vu/{COMPLAINT}/gia-han"
    assert f'<option value="{CHAIR}">Hoàng Văn Mô Phỏng</option>' in practice.page(address)
    given = {"so_ngay": "20", "van_ban": "QĐ 33", "ly_do": "xác minh"}
    refused = practice.refuses(address, action, **given, nguoi_quyet_dinh=TRAN)
    assert "Người quyết định phải là lãnh đạo" in plain(refused)
    practice.do(address, action, **given)
    assert said(practice, COMPLAINT)[-1] == (Action.EXTENDED, CHAIR)


# What an office looks at


def a_digest(office: Office, who: str, status: str, day: date = MON_17_JUNE) -> str:
    """A mail of that fate; its Message-ID."""
    with transaction(office.engine) as session:
        found = person(session, who)
        message = f"<{day:%Y%m%d}.{who}@nhuquynh.example>"
        session.add(Digest(
            authority_id=found.authority_id, person_id=found.id or 0, day=day, status=status, message_id=message,
            subject="Nhắc hạn: 1 việc", response="550 không có hộp thư", address=found.email,
        ))  # fmt: skip
    return message


def status_of(office: Office, message: str) -> str:
    with Session(office.engine) as session:
        return session.execute(select(Digest).where(col(Digest.message_id) == message)).scalar_one().status


def test_the_office_sees_who_is_not_reached_and_who_wrote_back(office: Office) -> None:
    for day in (MON_17_JUNE, date(2024, 6, 18)):
        a_digest(office, TRAN, BOUNCED, day)
    a_digest(office, DANG, SENT)
    with transaction(office.engine) as session:
        mail = session.execute(select(Digest).where(col(Digest.status) == SENT)).scalar_one()
        facts = {"authority_id": 1, "received_at": office.now()}
        session.add(ReturnedMail(key="1", kind="nguoi-tra-loi", digest_id=mail.id, words=HOSTILE, **facts))
        session.add(ReturnedMail(key="2", kind="khong-den", status="5.1.1", words="No such user", **facts))
        session.add(ReturnedMail(key="3", kind="tu-dong", words="Tôi đang nghỉ", digest_id=mail.id, **facts))
    page = office.page("/thu-can-xem")
    says = plain(page)
    assert "Người không nhận được thư" in says
    assert f"Trần Thị Ví Dụ Công chức Tư pháp - Hộ tịch {TRAN}@nhuquynh.example 2" in says
    assert "Số 1: có người viết trả lời Đặng Văn Sơ Đồ" in says
    assert "Số 2: không đến nơi 5.1.1 Không rõ No such user" in says
    assert "Tôi đang nghỉ" not in says
    assert_harmless(page)
    assert page.count('method="post"') == 5  # to sign out, to settle two mails and to read two


def test_the_office_sees_what_waits_for_whom_until_it_is_decided_or_closed(office: Office) -> None:
    assert "Không có thư nào cần xem" in office.says("/thu-can-xem")
    asked(office)
    says = office.says("/thu-can-xem")
    assert "Trần Thị Ví Dụ: xin thêm thời gian đến 28/06/2024 Chủ tịch đi công tác" in says
    assert "07:30 17/06/2024 Hoàng Văn Mô Phỏng" in says
    answer = office.link("tra-loi", TRAN, WEEK)
    office.do(answer, f"{answer}/hoan-thanh", minh_chung="Sổ 4")
    assert "Không có thư nào cần xem" in office.says("/thu-can-xem")


def test_the_office_sees_that_sweeps_are_held(office: Office) -> None:
    calendar = calendar_of(read_notices(PLANS / "calendar.yaml"))
    with transaction(office.engine) as session:
        authority = session.execute(select(Authority)).scalar_one()
        finish_sweep(session, authority, morning_of(MON_17_JUNE))
        start_sweep(session, authority, calendar, morning_of(MON_1_JULY), hold_after=5)
    says = office.says("/thu-can-xem")
    assert (
        "Đang tạm giữ, chưa nhắc gì: các lượt quét của UBND thị trấn Như Quỳnh chờ người xem từ 07:30 01/07/2024"
        in says
    )
    assert "Cho quét tiếp" in says


@pytest.mark.parametrize(
    ("status", "decision", "after"), [(UNKNOWN, "da-den", CONFIRMED), (REFUSED, "gui-lai", MERGED)]
)
def test_practice_settles_a_mail_with_its_ground(practice: Office, status: str, decision: str, after: str) -> None:
    message = a_digest(practice, TRAN, status)
    page = practice.page("/thu-can-xem")
    assert ">Đã đến</button>" in page
    assert ">Gửi lại</button>" in page
    settled = {"quyet_dinh": decision, "ly_do": "Hỏi điện thoại"}
    refused = practice.refuses("/thu-can-xem", "/thu-can-xem/xu-ly", **{**settled, "ly_do": " "})
    assert "Cần ghi căn cứ: hỏi ai, thấy gì" in refused
    assert '<details class="act" open>' in refused
    assert "Cần bấm" in practice.refuses("/thu-can-xem", "/thu-can-xem/xu-ly", ly_do=HOSTILE)
    assert practice.do("/thu-can-xem", "/thu-can-xem/xu-ly", **settled) == "/thu-can-xem"
    assert status_of(practice, message) == after
    assert said(practice, message) == [(Action.DIGEST_SETTLED, "Diễn tập")]


def test_a_mail_that_is_none_or_settled_is_not_settled(practice: Office) -> None:
    action, message = "/thu-can-xem/xu-ly", a_digest(practice, TRAN, SENT)
    for thu, words in ((message, "không cần quyết định gì thêm"), ("<x@y>", "Không có thư mang Message-ID")):
        status, says = sends(practice, action, thu=thu, quyet_dinh="da-den", ly_do="x")
        assert (status, words in says) == (422, True)
    assert practice.client.post(action, data={"thu": message}, headers={"Origin": HOST}).status_code == 403
    real = Office(practice.engine, practice.state, acting=False)
    assert real.client.post(action, headers={"Origin": HOST}).status_code == 401
    assert real.signed_in(f"{CHAIR}@nhuquynh.example").client.post(action, headers={"Origin": HOST}).status_code == 403
