"""The page behind a mail's button: what it says, each answer end to end, and everything it refuses without writing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from acting import HOST, HOSTILE, PDF, Office, assert_harmless, plain
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.audit_actions import Action
from models.events import Happening, record_event
from models.evidence import proofs_of
from models.family_tables import Posting
from models.links import revoke_links
from models.postings import publish
from models.published import Published
from models.record_tables import AuditEntry, Letter
from models.reply_tables import Reply
from models.store import transaction
from models.tables import Obligation, Person

pytestmark = pytest.mark.real

PLAN = "nhu-quynh-2024"
WEEK = f"{PLAN}.P4b.3.2024-W25"  # due Friday 21/06/2024, by law Sunday 23/06/2024
CHECKS = f"{PLAN}.B14.2024-Q2"  # standing: its checkpoint asks in one line what was done
HALF = f"{PLAN}.B02.2024-H1"  # a report that closes its figures on 30/06/2024
TRAINING, TWICE = f"{PLAN}.P6.3.2024-L1", f"{PLAN}.P4a.3.2024-L1"
POOR = f"{PLAN}.P3b.2024-M07"  # something to publish
SETTLED = f"{PLAN}.P3c.5.phe-chuan-quyet-toan-2024-06-14"
COMPLAINT = f"{PLAN}.P4b.2.thu-ly-to-cao-2024-06-10-tc-07-t7"  # due 10/07/2024; the law gives 30 days more, twice
TRAN, DANG, MAU, GIA_DINH = "tran-thi-vi-du", "dang-van-so-do", "le-thi-mau", "nguyen-van-gia-dinh"
VUONG, KIEU, CHAIR = "vuong-van-thu-nghiem", "kieu-van-kiem-thu", "hoang-van-mo-phong"
FRI_14_JUNE, MON_17_JUNE, SAT_22_JUNE, MON_24_JUNE = (
    date(2024, 6, 14), date(2024, 6, 17), date(2024, 6, 22), date(2024, 6, 24),
)  # fmt: skip
MON_1_JULY, THU_18_JULY, FRI_2_AUGUST = date(2024, 7, 1), date(2024, 7, 18), date(2024, 8, 2)
FILE = {"tep": ("Biên bản.pdf", PDF, "application/pdf")}


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    """Real operation: these pages need no practice."""
    return Office(office_engine, tmp_path, acting=False).signed_in()


def said(office: Office, subject: str) -> list[tuple[str, str]]:
    """What people, not the system, did about a subject: action and who."""
    query = select(AuditEntry).where(col(AuditEntry.subject) == subject, col(AuditEntry.actor) != "dunghan")
    with Session(office.engine) as session:
        entries = session.execute(query.order_by(col(AuditEntry.seq))).scalars()
        return [(entry.action, entry.actor) for entry in entries]


def replies(office: Office) -> list[Reply]:
    with Session(office.engine) as session:
        return list(session.execute(select(Reply).order_by(col(Reply.id))).scalars())


def told(office: Office, news: str) -> list[str]:
    """Who is told of something by a letter of news of this kind."""
    query = select(col(Person.code)).join(Letter, col(Letter.person_id) == col(Person.id))
    with Session(office.engine) as session:
        return sorted(session.execute(query.where(col(Letter.rung).startswith(news))).scalars())


def person(session: Session, code: str) -> Person:
    return session.execute(select(Person).filter_by(code=code)).scalar_one()


def happened(office: Office, code: str, day: date, **more: str) -> None:
    with transaction(office.engine) as session:
        record_event(session, Happening(code, day, "12/NQ-HĐND", **more), office.now())


def posted(office: Office) -> tuple[str, int]:
    """The code of the obligation to keep something posted, and the number of that posting."""
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    with transaction(office.engine) as session:
        made = Published("quyet-toan", "bang-tin", MON_17_JUNE, place="Trụ sở UBND")
        number = publish(session, SETTLED, "Văn phòng", made, office.now()).id
    with Session(office.engine) as session:
        posting = session.get_one(Posting, number)
        return session.get_one(Obligation, posting.keep_id).code, number or 0


# What it says


def test_it_speaks_to_one_person_about_one_obligation_its_days_and_why(office: Office) -> None:
    page = office.page(office.link("tra-loi", TRAN, WEEK))
    says = plain(page)
    assert "<title>Chủ tịch trực tiếp tiếp công dân, tuần 25" in page
    assert "Đồng chí Trần Thị Ví Dụ , Công chức Tư pháp - Hộ tịch." in says
    assert "Nên hoàn thành 21/06/2024 thứ Sáu" in says
    assert "Hạn theo quy định 23/06/2024 Chủ nhật" in says
    assert "Vì sao ngày này Kế hoạch ghi: «đảm bảo lịch trực tiếp tiếp công dân định kỳ»" in says
    assert "dùng được đến 07:30 01/08/2024" in says
    assert "<details><summary>Diễn giải đầy đủ và căn cứ" in page


def test_it_offers_no_way_into_the_rest_of_the_house_and_is_not_to_be_kept(office: Office) -> None:
    answer = office.client.get(office.link("tra-loi", TRAN, WEEK))
    for other in ('href="/nghia-vu', 'href="/bao-cao', 'href="/su-kien', "Prefect", "<script", 'style="'):
        assert other not in answer.text
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_every_form_but_the_first_is_folded(office: Office) -> None:
    office.go_to(MON_24_JUNE)
    link = office.link("tra-loi", TRAN, WEEK)
    forms = office.page(link).split("<form ")[1:]
    acts = [form.split(f'action="{link}/')[1].split('"')[0] for form in forms]
    assert acts == ["hoan-thanh", "ly-do-cham", "xin-them", "chuyen-viec", "khong-phai"]
    main = office.page(link).split('id="bao-ket-qua"')[1]
    assert main.index('id="hoan-thanh"') < main.index('<details class="act">')
    assert '<details class="act" open>' not in main


def test_in_practice_it_says_the_day_and_the_way_back_leads_here(office_engine: Engine, tmp_path: Path) -> None:
    office = Office(office_engine, tmp_path)
    link = office.link("tra-loi", TRAN, WEEK)
    assert "hôm nay là <strong>thứ Hai, 17/06/2024" in office.page(link)
    assert office.do(link, "/dien-tap/ngay-tiep") == link


def test_without_the_office_key_there_are_no_such_pages(office_engine: Engine, tmp_path: Path) -> None:
    bare = Office(office_engine, tmp_path, key=b"")
    link = Office(office_engine, tmp_path).link("tra-loi", TRAN, WEEK)
    assert bare.client.get(link).status_code == 404
    assert bare.client.get(link.replace("tra-loi", "tuy-chon")).status_code == 404


# Done


def test_work_done_is_kept_with_the_day_claimed_and_the_moment_recorded_apart(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    office.go_to(SAT_22_JUNE)
    where = office.do(
        link, f"{link}/hoan-thanh", FILE, ngay="21/06/2024", minh_chung="Sổ 4", duong_dan="https://nhuquynh.example/a"
    )
    assert where == f"{link}#ket-qua"
    says = office.says(link)
    assert "Việc này đã được báo hoàn thành: Trần Thị Ví Dụ báo, xong ngày 21/06/2024." in says
    assert "Ngày hoàn thành đã báo thứ Sáu, 21/06/2024 Hệ thống ghi nhận lúc 07:30 22/06/2024" in says
    assert "Người báo Trần Thị Ví Dụ Văn bản, minh chứng Sổ 4" in says
    assert 'method="post"' not in office.page(link).split("<main")[1]
    assert said(office, WEEK) == [(Action.REPORTED_DONE, TRAN), (Action.EVIDENCE_ADDED, TRAN)]
    assert (office.row(WEEK).evidence or {})["by"] == TRAN
    assert told(office, "ghi-nhan:") == [TRAN]


def test_what_was_done_is_asked_of_a_standing_task_and_why_late_of_a_late_one(office: Office) -> None:
    link = office.link("tra-loi", MAU, CHECKS)
    assert "Lý do chậm" not in office.says(link)
    assert "một dòng đã làm được gì" in office.refuses(link, f"{link}/hoan-thanh", minh_chung="Sổ 4")
    office.go_to(MON_1_JULY)
    late = {"minh_chung": "Sổ 4", "da_lam": "Kiểm tra 3 bộ phận", "ly_do": "Chờ kết luận"}
    office.do(link, f"{link}/hoan-thanh", **late)
    says = office.says(link)
    assert "sau mốc nội bộ" in says
    assert "Đã làm gì Kiểm tra 3 bộ phận Lý do chậm Chờ kết luận" in says


@pytest.mark.parametrize(
    ("fields", "files", "reason"),
    [
        ({"minh_chung": ""}, None, "Cần ghi số, ký hiệu văn bản hoặc minh chứng"),
        ({"ngay": "18/06/2024"}, FILE, "ở sau hôm nay 17/06/2024. Xin chọn lại tệp."),
        ({"ngay": "17-06-2024"}, None, "cần viết dạng ngày/tháng/năm"),
        ({"duong_dan": "javascript:alert(1)"}, None, "cần bắt đầu bằng http:// hoặc https://"),
        ({}, {"tep": ("a.pdf", b"MZ", "application/pdf")}, "Không nhận tệp «a.pdf»"),
        ({}, {"tep": ("a.exe", b"MZ" + b"0" * 600, "application/pdf")}, "Không nhận tệp «a.exe»"),
        ({"minh_chung": HOSTILE, "ngay": "x"}, None, "cần viết dạng"),
    ],
)
def test_a_result_not_taken_says_why_keeps_what_was_typed_and_no_file(
    office: Office, fields: dict[str, str], files: dict[str, object] | None, reason: str
) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    sent = {"minh_chung": "15/BC", "duong_dan": "https://a.example"} | fields
    page = office.refuses(link, f"{link}/hoan-thanh", files, **sent)
    assert reason in plain(page)
    if "minh_chung" not in fields:
        assert 'value="15/BC"' in page
    if fields.get("minh_chung") == HOSTILE:
        assert_harmless(page)


def test_something_to_publish_says_that_the_office_records_each_time(office: Office) -> None:
    says = office.says(office.link("tra-loi", TRAN, POOR))
    assert "tự hoàn thành khi văn phòng đã ghi đủ các lần công khai bắt buộc" in says
    assert "còn thiếu" in says


# Results with a way of their own


def test_a_report_is_handed_in_once_its_figures_have_closed(office: Office) -> None:
    link = office.link("tra-loi", TRAN, HALF)
    assert "chốt số liệu hết ngày 30/06/2024; ghi nộp được từ sau ngày đó" in office.says(link)
    assert f"{link}/hoan-thanh" not in office.page(link)
    office.go_to(MON_1_JULY)
    assert "Cần ghi số, ký hiệu báo cáo" in office.refuses(link, f"{link}/nop", so="")
    assert 'value="UBND huyện Văn Lâm (qua Phòng Nội vụ)"' in office.page(link)
    assert office.do(link, f"{link}/nop", FILE, so="55/BC-UBND") == f"{link}#ket-qua"
    says = office.says(link)
    assert "Văn bản, minh chứng 55/BC-UBND, gửi UBND huyện Văn Lâm (qua Phòng Nội vụ)" in says
    assert "Biên bản.pdf" in says
    assert (Action.REPORT_SUBMITTED, TRAN) in said(office, HALF)


def test_what_is_kept_posted_is_taken_down_or_left_up_and_nothing_else_is_asked(office: Office) -> None:
    keep, number = posted(office)
    link = office.link("tra-loi", VUONG, keep)
    page = office.page(link)
    assert "là gỡ sớm và được ghi thành phát hiện" in plain(page)
    for act in ("hoan-thanh", "xin-them", "ly-do-cham", f"niem-yet-tiep/{number}"):
        assert f'action="{link}/{act}"' not in page
    office.go_to(THU_18_JULY)
    assert office.do(link, f"{link}/go/{number}", FILE, van_ban="BB 9") == f"{link}#ket-qua"
    says = office.says(link)
    assert "Ngày hoàn thành đã báo thứ Năm, 18/07/2024" in says
    assert "Biên bản.pdf" in says
    assert (Action.REPORTED_DONE, VUONG) in said(office, keep)


def test_what_stays_up_after_its_time_is_said_with_a_reason(office: Office) -> None:
    keep, number = posted(office)
    office.go_to(THU_18_JULY)
    link = office.link("tra-loi", VUONG, keep)
    action = f"{link}/niem-yet-tiep/{number}"
    assert "Cần ghi lý do niêm yết tiếp" in office.refuses(link, action)
    office.do(link, action, ly_do="Còn giá trị")
    assert "niêm yết tiếp: Còn giá trị" in office.says(link)


def test_a_posting_of_another_obligation_is_out_of_reach(office: Office) -> None:
    _, number = posted(office)
    link, before = office.link("tra-loi", TRAN, WEEK), office.snapshot()
    for act in (f"go/{number}", f"niem-yet-tiep/{number}", f"go/{10**30}"):
        action = f"{link}/{act}"
        sent = {**office.token(action), "ngay": "17/06/2024", "ly-do": "x"}
        answer = office.client.post(action, data=sent, headers={"Origin": HOST})
        assert (answer.status_code, "không thuộc việc đang mở" in answer.text) == (422, True)
    assert office.client.post(f"{link}/go/x", headers={"Origin": HOST}).status_code == 422
    assert office.snapshot() == before


@pytest.mark.parametrize(("code", "who", "words"), [(TRAINING, KIEU, "đếm từng người"), (TWICE, TRAN, "lên lịch")])
def test_what_only_the_office_can_record_says_whom_to_ask(office: Office, code: str, who: str, words: str) -> None:
    link = office.link("tra-loi", who, code)
    says = office.says(link)
    assert words in says
    assert "Xin báo văn phòng để ghi: đồng chí Lê Thị Mẫu" in says
    assert f"{link}/hoan-thanh" not in office.page(link)


# Other answers


def test_seen_is_said_once_and_only_while_it_spares_a_reminder(office: Office) -> None:
    link = office.link("tra-loi", MAU, CHECKS)
    assert "không nhắc sớm nữa cho đến đúng ngày" in office.says(link)
    where = office.do(link, f"{link}/da-nhan")
    assert where == f"{link}#tra-loi-{replies(office)[0].id}"
    assert "07:30 17/06/2024 · Lê Thị Mẫu Xác nhận đã nhận việc" in office.says(link)
    assert f"{link}/da-nhan" not in office.page(link)
    assert said(office, CHECKS) == [(Action.SEEN, MAU)]
    office.go_to(date(2024, 6, 28))
    other = office.link("tra-loi", GIA_DINH, CHECKS)
    assert f"{other}/da-nhan" not in office.page(other)  # nothing before the day is left
    again = {**office.token(f"{link}/da-nhan")}
    answer = office.client.post(f"{link}/da-nhan", data=again, headers={"Origin": HOST})
    assert "đã xác nhận nhận việc này rồi" in answer.text


def test_only_late_work_asks_why(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    assert f"{link}/ly-do-cham" not in office.page(link)
    office.go_to(MON_24_JUNE)
    assert "Cần ghi lý do chậm" in office.refuses(link, f"{link}/ly-do-cham", ly_do=" ")
    office.do(link, f"{link}/ly-do-cham", ly_do="Chủ tịch đi công tác")
    assert "Báo lý do chậm : Chủ tịch đi công tác" in office.says(link)
    assert said(office, WEEK) == [(Action.LATENESS_EXPLAINED, TRAN)]


def test_more_time_the_law_does_not_give_says_that_the_due_day_stays_and_who_decides(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    says = office.says(link)
    assert "Không có quy định nào cho gia hạn việc này. Hạn theo quy định giữ nguyên, hết ngày 23/06/2024" in says
    assert "Người quyết định: Hoàng Văn Mô Phỏng." in says
    assert "phải sau hôm nay" in office.refuses(link, f"{link}/xin-them", ngay="20/06/2024", ly_do="bận")
    office.do(link, f"{link}/xin-them", ngay="28/06/2024", ly_do="Chủ tịch đi công tác")
    says = office.says(link)
    assert "Xin thêm thời gian đến thứ Sáu, 28/06/2024 (hạn giữ nguyên): Chủ tịch đi công tác Chờ quyết định" in says
    assert "Đề nghị thêm thời gian đến thứ Sáu, 28/06/2024 đang chờ quyết định" in says
    assert f"{link}/xin-them" not in office.page(link)
    assert said(office, WEEK) == [(Action.TIME_ASKED, TRAN)]
    assert told(office, "can-quyet-dinh:") == [CHAIR]


def test_more_time_the_law_gives_says_until_when_at_most(office: Office) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    link = office.link("tra-loi", TRAN, COMPLAINT)
    assert "Quy định cho gia hạn đến hết ngày 09/08/2024" in office.says(link)
    beyond = office.refuses(link, f"{link}/xin-them", ngay="12/08/2024", ly_do="xác minh")
    assert "chỉ cho gia hạn đến ngày 09/08/2024" in plain(beyond)
    office.do(link, f"{link}/xin-them", ngay="30/07/2024", ly_do="xác minh")
    assert "(gia hạn theo quy định): xác minh" in office.says(link)
    office.go_to(date(2024, 7, 11))
    other = office.link("tra-loi", DANG, COMPLAINT)
    assert "đang chờ quyết định" in office.says(other)


def test_past_its_legal_day_the_law_gives_no_more_time(office: Office) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    office.go_to(date(2024, 7, 11))
    link = office.link("tra-loi", TRAN, COMPLAINT)
    assert "Đã quá hạn 10/07/2024 nên không gia hạn được nữa; xin báo lý do chậm." in office.says(link)
    assert f"{link}/xin-them" not in office.page(link)


def test_work_handed_over_is_the_colleague_s_and_the_giver_s_page_only_says_so(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    page = office.page(link)
    assert '<option value="dang-van-so-do">Đặng Văn Sơ Đồ – Công chức Địa chính - Xây dựng</option>' in page
    assert 'value="mai-van-tham-khao"' not in page
    refused = office.refuses(link, f"{link}/chuyen-viec", nguoi="mai-van-tham-khao", ly_do="bận")
    assert "Chỉ chuyển được cho người đang giữ vai trò" in plain(refused)
    office.do(link, f"{link}/chuyen-viec", nguoi=DANG, ly_do="Nghỉ phép")
    page = office.page(link)
    assert "Việc này đã chuyển cho Đặng Văn Sơ Đồ." in plain(page)
    assert "Chuyển việc cho Đặng Văn Sơ Đồ: Nghỉ phép" in plain(page)
    assert "<form" not in page
    assert said(office, WEEK) == [(Action.HANDED_OVER, TRAN)]
    assert told(office, "chuyen-viec:") == [DANG]
    for act in ("hoan-thanh", "da-nhan", "xin-them", "chuyen-viec", "khong-phai"):
        before = office.snapshot()
        sent = {**office.token(f"{link}/{act}"), "ngay": "17/06/2024", "minh-chung": "1", "ly-do": "x", "nguoi": DANG}
        answer = office.client.post(f"{link}/{act}", data=sent, headers={"Origin": HOST})
        assert (answer.status_code, "đã chuyển cho Đặng Văn Sơ Đồ" in answer.text) == (422, True)
        assert office.snapshot() == before


def test_work_said_not_to_be_theirs_waits_for_the_office(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    assert "Người quyết định: Lê Thị Mẫu." in office.says(link)
    office.do(link, f"{link}/khong-phai", ly_do="Việc của Văn phòng")
    says = office.says(link)
    assert "Báo không phải việc của mình : Việc của Văn phòng Chờ quyết định" in says
    assert "Ý kiến này đã được ghi và đang chờ quyết định." in says
    assert said(office, WEEK) == [(Action.SAID_NOT_MINE, TRAN)]
    assert told(office, "can-quyet-dinh:") == [MAU]
    assert f"{link}/hoan-thanh" in office.page(link)  # meanwhile it is still theirs


def test_the_obligation_s_page_shows_what_was_answered(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    assert "Trả lời từ thư" not in office.says(f"/nghia-vu/{WEEK}")
    office.do(link, f"{link}/khong-phai", ly_do=HOSTILE)
    page = office.page(f"/nghia-vu/{WEEK}")
    assert "Trả lời từ thư" in plain(page)
    assert "Trần Thị Ví Dụ Báo không phải việc của mình" in plain(page)
    assert_harmless(page)


# Files


def test_a_file_is_only_downloaded_and_only_with_its_own_obligation(office: Office) -> None:
    link, other = office.link("tra-loi", TRAN, WEEK), office.link("tra-loi", TRAN, HALF)
    office.do(link, f"{link}/hoan-thanh", FILE, minh_chung="Sổ 4")
    with Session(office.engine) as session:
        (proof,) = proofs_of(session, session.execute(select(Obligation).filter_by(code=WEEK)).scalar_one())
    address = f"{link}/minh-chung/{proof.sha256}/Bi%C3%AAn%20b%E1%BA%A3n.pdf"
    assert f'href="{address}" download' in office.page(link)
    answer = office.client.get(address)
    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith('attachment; filename="bien ban.pdf"')
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert office.client.head(address).headers["content-disposition"].startswith("attachment")
    for wrong in (f"{other}/minh-chung/{proof.sha256}/x", f"{link}/minh-chung/{'0' * 64}/x", f"{link}/minh-chung//x"):
        assert office.client.get(wrong).status_code == 404


def test_who_handed_the_work_over_opens_its_files_no_more(office: Office) -> None:
    link, taker = office.link("tra-loi", TRAN, WEEK), office.link("tra-loi", DANG, WEEK)
    office.do(link, f"{link}/chuyen-viec", nguoi=DANG, ly_do="Nghỉ phép")
    office.do(taker, f"{taker}/hoan-thanh", FILE, minh_chung="Sổ 4")
    page = office.page(link)
    assert "Đặng Văn Sơ Đồ báo, xong ngày 17/06/2024" in plain(page)
    assert "minh-chung/" not in page
    file = office.page(taker).split(f'href="{taker}/minh-chung/')[1].split('"')[0]
    answer = office.client.get(f"{link}/minh-chung/{file}")
    assert (answer.status_code, "đã chuyển cho Đặng Văn Sơ Đồ" in answer.text) == (403, True)


# Links that open nothing


def tampered(link: str) -> str:
    """The first character of the token changed: the last one carries bits nobody reads."""
    root, purpose, token = link.split("/")
    return f"{root}/{purpose}/{'X' if token[0] != 'X' else 'Y'}{token[1:]}"


def refused_links(office: Office) -> dict[str, tuple[str, int, str]]:
    link = office.link("tra-loi", TRAN, WEEK)
    foreign = Office(office.engine, office.state, acting=False, key=b"another office").link("tra-loi", TRAN, WEEK)
    return {
        "tampered": (tampered(link), 403, "Liên kết không đúng hoặc bị cắt mất một phần"),
        "cut short": (link[:-9], 403, "Liên kết không đúng hoặc bị cắt mất một phần"),
        "nothing": ("/tra-loi/x", 403, "Liên kết không đúng"),
        "no text": ("/tra-loi/%00%F0%9F%98%80", 403, "Liên kết không đúng"),
        "of another key": (foreign, 403, "Liên kết không đúng"),
        "of another purpose": (link.replace("tra-loi", "duyet"), 403, "Liên kết không đúng"),
        "to one's wishes": (link.replace("tra-loi", "tuy-chon"), 403, "Liên kết không đúng"),
    }


def test_a_link_that_is_none_gives_a_plain_page(office: Office) -> None:
    for name, (link, status, words) in refused_links(office).items():
        answer = office.client.get(link)
        assert (answer.status_code, words in answer.text) == (status, True), name
        assert "Xin mở lại" in answer.text, name
        assert 'href="/nghia-vu' not in answer.text, name
        assert office.client.head(link).status_code == status, name


def test_an_expired_or_revoked_link_is_gone_and_says_what_to_do(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    with transaction(office.engine) as session:
        revoke_links(session, person(session, TRAN), "Văn phòng", "gửi nhầm", office.now() + timedelta(hours=1))
    answer = office.client.get(link)
    assert (answer.status_code, "Liên kết đã bị thu hồi" in answer.text) == (410, True)
    assert office.client.head(link).status_code == 410
    office.go_to(FRI_2_AUGUST)
    fresh = office.link("tra-loi", TRAN, WEEK)
    assert office.client.get(fresh).status_code == 200
    answer = office.client.get(link)
    assert (answer.status_code, "Liên kết đã hết hạn" in answer.text) == (410, True)


def test_nothing_sent_to_a_bad_link_is_read_or_written(office: Office) -> None:
    links, before = refused_links(office), office.snapshot()
    for name, (link, status, _) in links.items():
        for act in ("/hoan-thanh", "/da-nhan", "/chuyen-viec") if link.startswith("/tra-loi") else ("",):
            sent = {**office.token(f"{link}{act}"), "minh-chung": "1", "ngay": "17/06/2024"}
            answer = office.client.post(f"{link}{act}", data=sent, headers={"Origin": HOST})
            assert answer.status_code == (405 if link.startswith("/duyet") else status), name
    big = {"tep": ("a.pdf", b"%PDF-" + b"0" * (22 * 1024 * 1024), "application/pdf")}
    answer = office.client.post("/tra-loi/x/hoan-thanh", files=big, headers={"Origin": HOST})
    assert answer.status_code == 403  # not 413: its size was never asked
    assert office.snapshot() == before


# Looking and sending


ACTS = (
    "hoan-thanh",
    "nop",
    "go/1",
    "niem-yet-tiep/1",
    "da-nhan",
    "ly-do-cham",
    "xin-them",
    "chuyen-viec",
    "khong-phai",
)


@pytest.mark.parametrize("act", ACTS)
def test_no_answer_without_our_mark_nor_from_elsewhere_nor_by_looking(office: Office, act: str) -> None:
    link, before = office.link("tra-loi", TRAN, WEEK), office.snapshot()
    action, sent = f"{link}/{act}", {"ngay": "17/06/2024", "minh-chung": "15/BC", "ly-do": "x", "nguoi": DANG}
    own = {"Origin": HOST}
    assert office.client.post(action, data=sent, headers=own).status_code == 403
    other = office.link("tra-loi", DANG, WEEK)
    before = office.snapshot()
    for wrong in (f"{link}/khac", f"{other}/{act}"):
        assert office.client.post(action, data={**sent, **office.token(wrong)}, headers=own).status_code == 403
    right = {**sent, **office.token(action)}
    for elsewhere in ({}, {"Origin": "null"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert office.client.post(action, data=right, headers=elsewhere).status_code == 403
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert office.client.request(method, action).status_code in (404, 405)
    assert office.snapshot() == before


def test_fifty_times_looking_through_every_link_changes_nothing(office: Office) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    keep, _ = posted(office)
    done = office.link("tra-loi", TRAN, WEEK)
    office.do(done, f"{done}/hoan-thanh", FILE, minh_chung="Sổ 4")
    file = office.page(done).split(f'href="{done}/minh-chung/')[1].split('"')[0]
    codes = (HALF, COMPLAINT, POOR, TWICE, keep)
    links = [office.link(purpose, MAU, code) for code in codes for purpose in ("tra-loi", "duyet")]
    links += [office.link("tuy-chon", MAU), done, f"{done}/minh-chung/{file}", tampered(done)]
    before = office.snapshot()
    for time in range(50):
        for link in links:
            answer = office.client.request("GET" if time % 2 else "HEAD", link)
            assert answer.status_code in ((403,) if link == links[-1] else (200,)), link
    assert office.snapshot() == before


def test_a_form_outlives_a_restart(office: Office) -> None:
    link = office.link("tra-loi", MAU, CHECKS)
    mark = office.token(f"{link}/da-nhan")
    again = Office(office.engine, office.state, acting=False)
    answer = again.client.post(f"{link}/da-nhan", data=mark, headers={"Origin": HOST})
    assert answer.status_code == 303
    other = Office(office.engine, office.state, acting=False, key=b"another office")
    assert not other.app.state.site.forms.accepts(f"{link}/da-nhan", mark["chu-ky"])


def test_hostile_words_are_only_ever_words(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    office.go_to(MON_24_JUNE)
    for act in ("ly-do-cham", "xin-them", "khong-phai"):
        office.do(link, f"{link}/{act}", ly_do=HOSTILE, ngay="28/06/2024")
        assert_harmless(office.page(link))
    late = {"ngay": "24/06/2024", "minh_chung": HOSTILE, "ly_do": HOSTILE}
    office.do(link, f"{link}/hoan-thanh", **late)
    for page in (link, office.link("duyet", CHAIR, WEEK), "/thu-can-xem", f"/nghia-vu/{WEEK}"):
        if page != "/thu-can-xem":  # what is closed waits for nobody
            assert_harmless(office.page(page))
        assert "<script" not in office.page(page)


def test_nothing_is_asked_of_what_no_longer_applies(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    with transaction(office.engine) as session:
        row = session.execute(select(Obligation).filter_by(code=WEEK)).scalar_one()
        row.status, row.closed_at, row.next_wakeup_at = "khong-con-ap-dung", office.now(), None
    page = office.page(link)
    assert "Việc này không còn áp dụng nên không cần báo gì thêm." in plain(page)
    assert "<form" not in page


# Wishes


def test_wishes_are_kept_and_say_that_no_duty_can_be_switched_off(office: Office) -> None:
    link = office.link("tuy-chon", TRAN)
    says = office.says(link)
    assert "Hiện nay: thư gửi từ 07:30 ngày làm việc; có nhận thư nhắc sớm." in says
    assert "không ai tắt được việc mình phải làm" in says
    assert office.do(link, link, gio="13:30", nhac_som="khong") == f"{link}#hien-nay"
    assert "Hiện nay: thư gửi từ 13:30 ngày làm việc; không nhận thư nhắc sớm." in office.says(link)
    assert said(office, TRAN) == [(Action.WISHES_SET, TRAN)]
    office.do(link, link)  # as they are
    assert len(said(office, TRAN)) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"gio": "03:00"}, "Giờ nhận thư cần là một trong"), ({"nhac_som": "x"}, "Cần chọn có hay không"),
     ({"gio": HOSTILE}, "Giờ nhận thư cần là một trong")],
)  # fmt: skip
def test_wishes_not_taken_say_why(office: Office, fields: dict[str, str], reason: str) -> None:
    link = office.link("tuy-chon", TRAN)
    page = office.refuses(link, link, **fields)
    assert reason in plain(page)
    assert "<script" not in page


def test_wishes_sent_without_our_mark_or_from_elsewhere_are_refused(office: Office) -> None:
    link, sent = office.link("tuy-chon", TRAN), {"gio": "13:30", "nhac-som": "khong"}
    before = office.snapshot()
    assert office.client.post(link, data=sent, headers={"Origin": HOST}).status_code == 403
    right = {**sent, **office.token(link)}
    assert office.client.post(link, data=right, headers={"Origin": "http://evil.example"}).status_code == 403
    assert office.client.post(tampered(link), data=right, headers={"Origin": HOST}).status_code == 403
    assert office.snapshot() == before
