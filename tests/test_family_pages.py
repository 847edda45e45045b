"""An obligation's page by its family: what it says, each act end to end, and what it refuses without writing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from acting import HOST, HOSTILE, PDF, Office, assert_harmless, plain
from sqlalchemy import Engine
from sqlmodel import Session, select
from visitors import CHAIR

from models.events import Happening, record_event
from models.obligation_page import ObligationPage, find_obligation
from models.store import transaction
from models.tables import Event, Obligation

pytestmark = pytest.mark.real

PLAN = "nhu-quynh-2024"
B02 = f"{PLAN}.B02.2024-H1"
B06 = f"{PLAN}.B06.2024-Q2"  # standing: its checkpoint asks in one line what was done
B08 = f"{PLAN}.B08.2024-12-31"
SETTLED = f"{PLAN}.P3c.5.phe-chuan-quyet-toan-2024-06-14"  # four required channels
TWICE = f"{PLAN}.P4a.3.2024-L1"  # the first of two dialogues
TRAINING = f"{PLAN}.P6.3.2024-L1"
COMPLAINT = f"{PLAN}.P4b.2.thu-ly-to-cao-2024-06-10-tc-07-t7"
FRI_14_JUNE, WED_19_JUNE, THU_18_JULY, MON_22_JULY = (
    date(2024, 6, 14), date(2024, 6, 19), date(2024, 7, 18), date(2024, 7, 22),
)  # fmt: skip
FILE = {"tep": ("Biên bản.pdf", PDF, "application/pdf")}


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    return Office(office_engine, tmp_path)


def at(code: str, act: str = "") -> str:
    return f"/nghia-vu/{code}/{act}" if act else f"/nghia-vu/{code}"


def happened(office: Office, code: str, day: date, **more: str) -> None:
    with transaction(office.engine) as session:
        record_event(session, Happening(code, day, "12/NQ-HĐND", **more), office.now())


def stands(office: Office, code: str) -> ObligationPage:
    with Session(office.engine) as session:
        found = find_obligation(session, code, office.day)
    assert found
    return found


def publish(office: Office, **fields: str) -> str:
    posted = {"ngay": "17/06/2024", **fields}
    return office.do(at(SETTLED), at(SETTLED, "cong-khai"), **posted)


def keep_of(office: Office) -> str:
    """The code of the obligation to keep the first posting up."""
    return f"{PLAN}.P3c.5.niem-yet-2024-06-17-{stands(office, SETTLED).family.postings[0].id}"


# Reports and their parts


def test_a_report_and_its_parts_lead_to_each_other(office: Office) -> None:
    page = office.page(at(B02))
    assert f'href="/bao-cao/{B02}"' in page
    parts = [part.code for part in stands(office, B02).family.parts]
    assert len(parts) == 2
    for part in parts:
        assert f'href="/nghia-vu/{part}"' in page
        assert f'href="/nghia-vu/{B02}"' in office.page(at(part))
        assert "Là một phần của Báo cáo kết quả PAPI 6 tháng đầu năm" in office.says(at(part))


def test_a_report_is_handed_in_on_its_own_page_not_just_said_done(office: Office) -> None:
    assert at(B02, "hoan-thanh") not in office.page(at(B02))
    assert "xin ghi nộp báo cáo" in office.says(at(B02))


# Reporting done, its proof, sending it back


def test_a_result_is_kept_with_its_link_and_its_file(office: Office) -> None:
    where = office.do(at(B08), at(B08, "hoan-thanh"), FILE, minh_chung="15/BC", duong_dan="https://nhuquynh.example/a")
    assert where == f"{at(B08)}#ket-qua"
    (proof,) = stands(office, B08).family.proofs
    page = office.page(at(B08))
    assert f'href="/minh-chung/{proof.sha256}/Bi%C3%AAn%20b%E1%BA%A3n.pdf"' in page
    assert f"<code>{proof.sha256}</code>" in page
    assert '<a href="https://nhuquynh.example/a" rel="noopener noreferrer">' in page
    assert office.client.get(f"/minh-chung/{proof.sha256}/x").content == PDF


def test_a_standing_task_says_in_one_line_what_was_done(office: Office) -> None:
    assert "một dòng đã làm được gì" in office.refuses(at(B06), at(B06, "hoan-thanh"), minh_chung="Sổ 4")
    office.do(at(B06), at(B06, "hoan-thanh"), minh_chung="Sổ 4", da_lam="Kiểm tra 3 bộ phận, nhắc 1")
    assert "Đã làm gì Kiểm tra 3 bộ phận, nhắc 1" in office.says(at(B06))


def test_only_a_late_result_is_asked_why(office: Office) -> None:
    assert "Lý do chậm" not in office.says(at(B06))
    office.go_to(MON_22_JULY)
    late = {"ngay": "22/07/2024", "minh_chung": "Sổ 4", "da_lam": "Kiểm tra", "ly_do": "Chờ kết luận của huyện"}
    office.do(at(B06), at(B06, "hoan-thanh"), **late)
    assert "Lý do chậm Chờ kết luận của huyện" in office.says(at(B06))


def test_a_result_sent_back_is_open_again_and_says_why(office: Office) -> None:
    office.do(at(B08), at(B08, "hoan-thanh"), minh_chung="15/BC")
    assert "Cần ghi lý do trả lại" in office.refuses(at(B08), at(B08, "tra-lai"), ly_do="  ")
    office.do(at(B08), at(B08, "tra-lai"), ly_do="Thiếu số liệu của thôn")
    page = office.page(at(B08))
    assert (
        "Bị trả lại ngày 17/06/2024: Thiếu số liệu của thôn" in page.split('id="phat-hien"')[1].split("</section>")[0]
    )
    assert at(B08, "hoan-thanh") in page


@pytest.mark.parametrize(
    ("fields", "files", "reason"),
    [
        ({"duong_dan": "javascript:alert(1)"}, None, "cần bắt đầu bằng http:// hoặc https://"),
        ({"duong_dan": "http://[x"}, None, "cần bắt đầu bằng http:// hoặc https://"),
        ({"ngay": "17/06/0024"}, None, "năm cần từ 2018 đến 2050"),
        ({"ngay": "١٧/06/2024"}, None, "cần viết dạng ngày/tháng/năm"),
        ({"ngay": "18/06/2024"}, FILE, "ở sau hôm nay 17/06/2024. Xin chọn lại tệp."),
        ({}, {"tep": ("a.pdf", b"MZ", "application/pdf")}, "Không nhận tệp «a.pdf»"),
    ],
)
def test_a_result_not_taken_says_why_and_leaves_no_file(
    office: Office, fields: dict[str, str], files: dict[str, object] | None, reason: str
) -> None:
    page = office.refuses(at(B08), at(B08, "hoan-thanh"), files, **({"minh_chung": "15/BC"} | fields))
    assert reason in plain(page)
    assert 'value="15/BC"' in page


# Disclosures


def test_a_disclosure_says_which_forms_the_law_asks_for_and_what_was_done(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    says = office.says(at(SETTLED))
    assert "Quyết toán ngân sách đã được Hội đồng nhân dân phê chuẩn" in says
    assert "Hệ thống truyền thanh Bắt buộc, nơi có hệ thống truyền thanh cấp xã" in says
    assert "ít nhất 30 ngày liên tục Điều 17, Thông tư 343/2016/TT-BTC Chưa công khai" in says
    assert "khoản 1 và khoản 6 Điều 13, Luật Thực hiện dân chủ ở cơ sở 10/2022/QH15 cần đối chiếu" in says
    assert "Phát sinh từ HĐND ban hành nghị quyết phê chuẩn quyết toán" in says
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND")
    says = office.says(at(SETTLED))
    assert "Niêm yết, từ thứ Hai, 17/06/2024 Nơi Trụ sở UBND Phải giữ đến hết thứ Tư, 17/07/2024" in says


def test_all_required_forms_used_close_it_and_what_is_posted_is_followed(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND", van_ban="BB 5")
    publish(office, hinh_thuc="cong", duong_dan="https://nhuquynh.example/qt")
    publish(office, hinh_thuc="truyen-thanh", gio_phat="06:00, 17:00", den_ngay="19/06/2024")
    assert "Chưa kiểm tra đường dẫn" in office.says(at(SETTLED))
    assert stands(office, SETTLED).line.state == "sap-den-han" or stands(office, SETTLED).line.state == "dung-han"
    where = publish(office, hinh_thuc="van-ban", noi="Đảng ủy", van_ban="7/TB-UBND")
    assert where == f"{at(SETTLED)}#lan-cong-khai"
    assert stands(office, SETTLED).line.state == "hoan-thanh"
    keep = keep_of(office)
    says = office.says(at(keep))
    assert "Đang niêm yết giữ đến hết 17/07/2024" in says
    assert "Giữ đến hết 17/07/2024 thứ Tư được gỡ từ thứ Năm, 18/07/2024 Niêm yết từ 17/06/2024" in says
    assert "Nên hoàn thành" not in office.page(at(keep)).split('class="dates"')[1].split("</dl>")[0]
    assert f'href="{at(keep)}"' in office.page(at(SETTLED))
    assert f'href="{at(SETTLED)}#lan-' in office.page(at(keep))


def test_the_list_counts_what_is_kept_posted_apart_and_never_as_overdue(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    assert "Đang niêm yết" not in office.page("/nghia-vu")
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND")
    keep = keep_of(office)
    kept = office.page("/nghia-vu?trang-thai=dang-niem-yet")
    assert "<strong>1</strong> Đang niêm yết" in kept
    assert f'href="{at(keep)}"' in kept
    assert f'href="{at(keep)}"' in office.page("/nghia-vu")
    office.go_to(THU_18_JULY)
    over = office.page("/nghia-vu?trang-thai=cho-go")
    assert f'href="{at(keep)}"' in over
    assert "được gỡ từ 18/07/2024" in over
    assert f'href="{at(keep)}"' not in office.page("/nghia-vu?trang-thai=qua-han")


def test_taken_down_early_stands_out_on_the_duty_and_on_the_posting(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND")
    number = stands(office, SETTLED).family.postings[0].id
    office.go_to(WED_19_JUNE)
    assert "trước ngày niêm yết" in office.refuses(at(SETTLED), at(SETTLED, f"go/{number}"), ngay="16/06/2024")
    office.do(at(SETTLED), at(SETTLED, f"go/{number}"), FILE, van_ban="BB 9")
    flag = "Gỡ sớm: niêm yết từ 17/06/2024, gỡ ngày 19/06/2024, mới đủ 1/30 ngày"
    page = office.page(at(SETTLED))
    assert flag in page.split('id="phat-hien"')[1].split("</section>")[0]
    assert flag in page.split('id="lan-cong-khai"')[1]
    assert "Đã gỡ thứ Tư, 19/06/2024" in plain(page)
    assert at(SETTLED, f"go/{number}") not in page
    answer = office.client.post(at(SETTLED, f"go/{number}"), headers={"Origin": HOST},
                                data={**office.token(at(SETTLED, f"go/{number}")), "ngay": "19/06/2024"})  # fmt: skip
    assert "đã ghi gỡ ngày 19/06/2024" in answer.text


def test_what_stays_up_after_its_time_is_said_with_a_reason_and_only_then(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND")
    number, keep = stands(office, SETTLED).family.postings[0].id, keep_of(office)
    action = at(keep, f"niem-yet-tiep/{number}")
    assert action not in office.page(at(keep))
    office.go_to(THU_18_JULY)
    assert "Cần ghi lý do niêm yết tiếp" in office.refuses(at(keep), action)
    office.do(at(keep), action, ly_do="Vẫn còn giá trị áp dụng")
    says = office.says(at(keep))
    assert "Đủ thời gian, niêm yết tiếp" in says
    assert stands(office, keep).line.state == "hoan-thanh"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"hinh_thuc": ""}, "công khai theo các hình thức"),
        ({"hinh_thuc": "bang-tin"}, "Cần ghi nơi niêm yết"),
        ({"hinh_thuc": "cong", "duong_dan": ""}, "cần đường dẫn http(s) đầy đủ"),
        ({"hinh_thuc": "cong", "duong_dan": "ftp://x"}, "cần bắt đầu bằng http:// hoặc https://"),
        ({"hinh_thuc": "truyen-thanh", "gio_phat": "06:00"}, "cần giờ phát và ngày phát cuối"),
        ({"hinh_thuc": "truyen-thanh", "gio_phat": "06:00", "den_ngay": "hôm sau"}, "Ngày phát cuối cần viết dạng"),
        ({"hinh_thuc": "van-ban"}, "cần số, ký hiệu văn bản"),
        ({"hinh_thuc": "bang-tin", "noi": "x" * 501}, "dài 501 ký tự"),
        ({"hinh_thuc": "bang-tin", "noi": "Trụ sở", "noi_dung": "khac"}, "không công khai nội dung «khac»"),
        ({"hinh_thuc": "bang-tin", "noi": "Trụ sở", "ngay": "18/06/2024"}, "ở sau hôm nay"),
    ],
)
def test_a_disclosure_not_taken_says_why_and_keeps_what_was_typed(
    office: Office, fields: dict[str, str], reason: str
) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    page = office.refuses(at(SETTLED), at(SETTLED, "cong-khai"), FILE, **({"ngay": "17/06/2024"} | fields))
    assert reason in plain(page)
    if chosen := fields["hinh_thuc"]:
        assert f'<option value="{chosen}" selected>' in page
    assert '<details class="act" open>' in page


def test_a_button_pressed_twice_publishes_once(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND")
    again = {"ngay": "17/06/2024", "hinh_thuc": "bang-tin", "noi": "Trụ sở UBND"}
    assert "đã ghi rồi" in office.refuses(at(SETTLED), at(SETTLED, "cong-khai"), **again)


def test_a_posting_of_another_obligation_is_out_of_reach(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND")
    number, before = stands(office, SETTLED).family.postings[0].id, office.snapshot()
    for code, posting in ((B08, number), (SETTLED, 10**30)):
        action = at(code, f"go/{posting}")
        fields = {**office.token(action), "ngay": "17/06/2024"}
        answer = office.client.post(action, data=fields, headers={"Origin": HOST})
        assert answer.status_code == 422
        assert "không thuộc nghĩa vụ đang mở" in answer.text
    assert office.client.post(at(SETTLED, "go/x"), headers={"Origin": HOST}).status_code == 422
    assert office.snapshot() == before


# Dialogues, promises, quotas


def test_a_dialogue_put_on_the_calendar_opens_its_whole_chain(office: Office) -> None:
    assert "0/2, còn 2 kỳ" in office.says(at(TWICE))
    assert "Chưa lên lịch lần nào" in office.says(at(TWICE))
    where = office.do(at(TWICE), at(TWICE, "doi-thoai"), ngay="27/06/2024", van_ban="40/KH-UBND")
    assert where == f"{at(TWICE)}#lich"
    says = office.says(at(TWICE))
    assert "thứ Năm, 27/06/2024 văn bản 40/KH-UBND" in says
    for title in ("Gửi giấy mời và nội dung đối thoại 20/06/2024", "Tổ chức đối thoại với MTTQ và đoàn thể 27/06/2024",
                  "Lập biên bản đối thoại 02/07/2024"):  # fmt: skip
        assert title in says
    assert "Đã muộn" not in says


def test_a_notice_whose_day_has_passed_is_said_plainly_never_silently(office: Office) -> None:
    office.do(at(TWICE), at(TWICE, "doi-thoai"), ngay="19/06/2024", van_ban="40/KH-UBND")
    says = office.says(at(TWICE))
    assert "Đã muộn: «Gửi giấy mời và nội dung đối thoại» phải xong trước khi hết ngày 12/06/2024" in says
    assert "hoặc chọn ngày tổ chức khác" in says


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"ngay": "", "van_ban": "40/KH"}, "Ngày tổ chức cần viết dạng"),
        ({"ngay": "27/06/2024", "van_ban": ""}, "Cần ghi số, ký hiệu văn bản"),
        ({"ngay": "27/06/2024", "van_ban": "x" * 201}, "dài 201 ký tự"),
        ({"ngay": "31/12/2050", "van_ban": "40/KH"}, "Lịch làm việc chỉ có"),
    ],
)
def test_a_dialogue_not_taken_says_why(office: Office, fields: dict[str, str], reason: str) -> None:
    page = office.refuses(at(TWICE), at(TWICE, "doi-thoai"), **fields)
    assert reason in plain(page)
    assert f'value="{fields["ngay"]}"' in page


def test_the_same_dialogue_is_not_put_on_the_calendar_twice(office: Office) -> None:
    for _ in range(2):
        refused = office.send(at(TWICE), at(TWICE, "doi-thoai"), ngay="27/06/2024", van_ban="40/KH-UBND")
    assert "đã ghi rồi" in refused.text


def test_a_dialogue_held_makes_up_the_count(office: Office) -> None:
    assert "xin lên lịch" in office.says(at(TWICE))
    assert at(TWICE, "hoan-thanh") not in office.page(at(TWICE))
    office.do(at(TWICE), at(TWICE, "doi-thoai"), ngay="17/06/2024", van_ban="40/KH-UBND")
    held = f"{PLAN}.P4a.3.doi-thoai-doan-the-2024-06-17-t3"
    office.do(at(held), at(held, "hoan-thanh"), minh_chung="BB 41")
    assert "1/2, còn 1 kỳ" in office.says(at(TWICE))
    assert stands(office, TWICE).line.state == "hoan-thanh"


def test_a_pace_that_can_no_longer_be_met_is_said(office: Office) -> None:
    assert "Không kịp nhịp" not in office.says(at(TWICE))
    office.go_to(MON_22_JULY)
    assert "Không kịp nhịp: còn thiếu 2 lần mà chỉ còn 1 kỳ theo dõi" in office.says(at(TWICE))


def test_each_promise_becomes_an_obligation_of_one_person(office: Office) -> None:
    office.do(at(TWICE), at(TWICE, "doi-thoai"), ngay="17/06/2024", van_ban="40/KH-UBND")
    held = f"{PLAN}.P4a.3.doi-thoai-doan-the-2024-06-17-t3"
    made = {"han": "30/09/2024", "nguoi": "do-van-thi-du", "van_ban": "BB 41/BB-UBND"}
    for words in ("Lát gạch ngõ 3", "Lắp 12 đèn đường"):
        where = office.do(at(held), at(held, "loi-hua"), noi_dung=words, **made)
        assert where == f"{at(held)}#loi-hua-da-ghi"
    page = office.page(at(held))
    promises = re.findall(r'href="/nghia-vu/([^"]*loi-hua-doan-the[^"]*)"', page)
    assert len(promises) == 2
    says = office.says(at(promises[0]))
    assert "Lời hứa của Chủ tịch UBND" in says
    assert "Nội dung Lát gạch ngõ 3" in says
    assert "Hạn trong văn bản thứ Hai, 30/09/2024" in says
    assert "Người chịu trách nhiệm Đỗ Văn Thí Dụ" in says
    assert "Lời hứa này đã ghi rồi" in office.refuses(at(held), at(held, "loi-hua"), noi_dung="lát gạch NGÕ 3", **made)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"noi_dung": ""}, "Cần ghi lời hứa"),
        ({"han": "30/9"}, "Hạn thực hiện cần viết dạng"),
        ({"han": "16/06/2024"}, "đứng trước ngày sự kiện"),
        ({"nguoi": ""}, "Cần ghi người chịu trách nhiệm"),
        ({"nguoi": "ai-do"}, "Không có người «ai-do»"),
        ({"van_ban": ""}, "Cần ghi số, ký hiệu biên bản"),
    ],
)
def test_a_promise_not_taken_says_why_and_keeps_its_words(office: Office, fields: dict[str, str], reason: str) -> None:
    happened(office, "doi-thoai-doan-the", date(2024, 6, 17))
    held = f"{PLAN}.P4a.3.doi-thoai-doan-the-2024-06-17-t3"
    good = {"noi_dung": HOSTILE, "han": "30/09/2024", "nguoi": "do-van-thi-du", "van_ban": "BB 41"}
    page = office.refuses(at(held), at(held, "loi-hua"), **(good | fields))
    assert reason in plain(page)
    if "noi_dung" not in fields:
        assert_harmless(page)


def test_a_promise_waits_for_the_day_of_the_dialogue(office: Office) -> None:
    happened(office, "doi-thoai-doan-the", date(2024, 6, 27))
    held = f"{PLAN}.P4a.3.doi-thoai-doan-the-2024-06-27-t3"
    assert "Ghi được lời hứa từ ngày tổ chức" in office.says(at(held))
    assert at(held, "loi-hua") not in office.page(at(held))


def test_people_reached_are_counted_until_nobody_is_left(office: Office) -> None:
    assert "Người phải đạt: 0/4 người" in office.says(at(TRAINING))
    boxes = re.findall(r'type="checkbox" name="(nguoi\.[^"]+)"', office.page(at(TRAINING)))
    first = dict.fromkeys(boxes[:3], "1")
    assert "Chưa chọn người nào" in office.refuses(at(TRAINING), at(TRAINING, "nguoi-du"), van_ban="DS 1")
    page = office.refuses(at(TRAINING), at(TRAINING, "nguoi-du"), van_ban="", **first)
    assert page.count('value="1" checked') == 3
    office.do(at(TRAINING), at(TRAINING, "nguoi-du"), van_ban="DS 1", **first)
    assert "Người phải đạt: 3/4 người" in office.says(at(TRAINING))
    left = re.findall(r'type="checkbox" name="(nguoi\.[^"]+)"', office.page(at(TRAINING)))
    assert left == boxes[3:]
    office.do(at(TRAINING), at(TRAINING, "nguoi-du"), van_ban="DS 2", **dict.fromkeys(left, "1"))
    assert stands(office, TRAINING).line.state == "hoan-thanh"


def test_a_list_of_many_people_can_be_sent_and_strangers_are_refused(office: Office) -> None:
    many = {f"nguoi.x{number}": "1" for number in range(200)}
    assert "Không có «x0» trong danh sách" in office.refuses(
        at(TRAINING), at(TRAINING, "nguoi-du"), van_ban="DS", **many
    )


# More time


def test_more_time_shows_the_first_day_and_the_present_one(office: Office) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    assert "còn được thêm tối đa 30 ngày" in office.says(at(COMPLAINT))
    given = {"so_ngay": "20", "van_ban": "QĐ 33/QĐ-UBND", "ly_do": "Cần xác minh thêm"}
    where = office.do(at(COMPLAINT), at(COMPLAINT, "gia-han"), **given)
    assert where == f"{at(COMPLAINT)}#chuyen-ngay"
    says = office.says(at(COMPLAINT))
    assert "Ngày nên hoàn thành ban đầu: thứ Tư, 10/07/2024" in says
    assert "Chuyển sang thứ Ba, 30/07/2024 : gia hạn tại QĐ 33/QĐ-UBND (ghi ngày 17/06/2024)" in says
    assert "Hạn theo quy định hiện nay: hết ngày 30/07/2024" in says


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"so_ngay": "31"}, "chỉ cho gia hạn thêm từ 01 đến 30 ngày"),
        ({"so_ngay": "0"}, "Số ngày gia hạn cần là số nguyên từ 1"),
        ({"so_ngay": "-5"}, "Số ngày gia hạn cần là số nguyên từ 1"),
        ({"so_ngay": "²"}, "Số ngày gia hạn cần là số nguyên từ 1"),
        ({"ly_do": ""}, "Cần ghi lý do"),
        ({"van_ban": ""}, "Cần ghi số, ký hiệu quyết định"),
        ({"han": "01/01/2024"}, "đã đổi từ khi mở trang này"),
    ],
)
def test_more_time_not_given_says_why(office: Office, fields: dict[str, str], reason: str) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    given = {"so_ngay": "20", "van_ban": HOSTILE, "ly_do": "Cần xác minh thêm"}
    page = office.refuses(at(COMPLAINT), at(COMPLAINT, "gia-han"), **(given | fields))
    assert reason in plain(page)
    if "van_ban" not in fields:
        assert_harmless(page)


def test_past_its_day_there_is_no_more_time(office: Office) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    office.go_to(MON_22_JULY)
    assert "gia hạn phải quyết định trước khi hết hạn" in office.says(at(COMPLAINT))
    assert at(COMPLAINT, "gia-han") not in office.page(at(COMPLAINT))


# Everything


def test_hostile_words_are_only_ever_words(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="bang-tin", noi=HOSTILE, van_ban=HOSTILE)
    happened(office, "doi-thoai-doan-the", date(2024, 6, 17))
    held = f"{PLAN}.P4a.3.doi-thoai-doan-the-2024-06-17-t3"
    office.do(at(held), at(held, "loi-hua"), noi_dung=HOSTILE, han="30/09/2024", nguoi="do-van-thi-du", van_ban="BB")
    for address in (at(SETTLED), at(keep_of(office)), at(held), "/su-kien", "/cong-khai"):
        assert_harmless(office.page(address))


def test_a_link_that_is_no_web_page_is_never_offered(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="cong", duong_dan="https://nhuquynh.example/qt")
    with transaction(office.engine) as session:
        session.merge(posting := stands(office, SETTLED).family.postings[0])
        session.get_one(type(posting), posting.id).link = "javascript:alert(1)"
    for address in (at(SETTLED), "/cong-khai"):
        assert "javascript:alert(1)" in office.says(address)
        assert 'href="javascript' not in office.page(address)


ACTS = ("hoan-thanh", "tra-lai", "gia-han", "cong-khai", "go/1", "niem-yet-tiep/1", "doi-thoai", "loi-hua", "nguoi-du")


@pytest.mark.parametrize("act", ACTS)
def test_no_act_without_our_mark_nor_from_elsewhere_nor_by_looking(office: Office, act: str) -> None:
    action, before = at(B08, act), office.snapshot()
    sent = {"ngay": "17/06/2024", "minh-chung": "15/BC"}
    assert office.client.post(action, data=sent, headers={"Origin": HOST}).status_code == 403
    wrong = {**sent, **office.token(at(B08, "khac"))}
    assert office.client.post(action, data=wrong, headers={"Origin": HOST}).status_code == 403
    right = {**sent, **office.token(action)}
    assert office.client.post(action, data=right, headers={"Origin": "http://evil.example"}).status_code == 403
    assert office.client.get(action).status_code in (404, 405)
    unknown = at("khong-co", act)
    answer = office.client.post(unknown, data={**sent, **office.token(unknown)}, headers={"Origin": HOST})
    assert answer.status_code == 404
    assert office.snapshot() == before


def test_looking_changes_nothing_and_real_operation_only_looks(office: Office, tmp_path: Path) -> None:
    happened(office, "phe-chuan-quyet-toan", FRI_14_JUNE)
    publish(office, hinh_thuc="bang-tin", noi="Trụ sở UBND")
    happened(office, "doi-thoai-doan-the", date(2024, 6, 17))
    real, before = Office(office.engine, tmp_path, acting=False).signed_in(CHAIR), office.snapshot()
    with Session(office.engine) as session:
        codes = session.execute(select(Obligation.code).where(Obligation.event_id.is_not(None))).scalars().all()
        keys = session.execute(select(Event.key)).scalars().all()
    shown = [at(code) for code in (*codes, B02, B06, TWICE, TRAINING, keep_of(office))]
    for address in (*shown, "/su-kien", *(f"/su-kien?ma={key}" for key in keys), "/cong-khai", "/nghia-vu"):
        assert office.client.get(address).status_code == 200, address
        page = real.page(address)
        assert page.count('method="post"') == 1, address  # to sign out
        assert 'style="' not in page, address
    for act in ACTS:
        assert real.client.post(at(B08, act), headers={"Origin": HOST}).status_code == 403
    assert office.snapshot() == before
