"""The pages of events and of the quarter's disclosures: recorded, corrected, withdrawn, each with what it did."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from acting import HOST, HOSTILE, Office, assert_harmless, plain
from sqlalchemy import Engine
from sqlmodel import Session

from models.event_lines import event_choices
from models.events import Happening, record_event
from models.postings import publish
from models.published import Published
from models.store import transaction
from models.tables import Plan

pytestmark = pytest.mark.real

PLAN = "nhu-quynh-2024"
INVESTED = {"su_kien": "quyet-dinh-dau-tu", "ngay": "13/06/2024", "van_ban": "51/QĐ-UBND"}
KEY = "quyet-dinh-dau-tu-2024-06-13"
SHOWN = f"/su-kien?ma={KEY}#{KEY}"
SETTLED = f"{PLAN}.P3c.5.phe-chuan-quyet-toan-2024-06-14"


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    return Office(office_engine, tmp_path)


def happened(office: Office, code: str, day: date, **more: str) -> None:
    with transaction(office.engine) as session:
        record_event(session, Happening(code, day, "12/NQ-HĐND", **more), office.now())


def published(office: Office, code: str, item: str, channel: str, day: date, **more: str) -> None:
    with transaction(office.engine) as session:
        publish(session, code, "Văn phòng", Published(item, channel, day, **more), office.now())


# What is shown


def test_events_of_the_plan_are_there_newest_first_and_lead_to_what_they_opened(office: Office) -> None:
    page = office.page("/su-kien")
    assert page.index('id="ban-hanh-ke-hoach-2024-01-11"') < page.index('id="ke-hoach-cap-tren-2023-12-29"')
    assert f'href="/nghia-vu/{PLAN}.B01.ke-hoach-cap-tren-2023-12-29"' in page
    assert '<a href="/su-kien" aria-current="page">Sự kiện</a>' in page


def test_events_are_found_by_words_with_or_without_accents(office: Office) -> None:
    for words in ("cap tren", "CẤP TRÊN", "180/KH"):
        page = office.client.get("/su-kien", params={"tim": words}).text
        assert "Cấp trên ban hành kế hoạch PAPI" in plain(page)
        assert 'id="ban-hanh-ke-hoach-2024-01-11"' not in page
    assert "Không có sự kiện nào khớp" in office.page("/su-kien?tim=zzzz")


def test_every_event_of_the_plan_may_be_chosen_once_under_what_waits_for_it(office: Office) -> None:
    with Session(office.engine) as session:
        groups, names = event_choices(session), session.get_one(Plan, 1).event_names
    page = office.page("/su-kien")
    assert sorted(code for _, choices in groups for code, _ in choices) == sorted(names)
    for group, choices in groups:
        assert f'<optgroup label="{group}">' in page
        for code, _ in choices:
            assert page.count(f'<option value="{code}"') == 1


def test_many_events_are_shown_page_by_page(office: Office) -> None:
    for number in range(31):
        happened(office, "yeu-cau-dien-tu", date(2024, 6, 3), case=f"YC {number}")
    first, second = office.page("/su-kien"), office.page("/su-kien?trang=2")
    assert (first.count("<article"), second.count("<article")) == (30, 3)
    assert 'rel="next" href="/su-kien?tim=&amp;trang=2"' in first
    assert office.page("/su-kien?trang=9999").count("<article") == 3
    assert office.page("/su-kien?tim=yeu-cau&trang=2").count("<article") == 1
    for number in ("0", "-1", "x", "٣", "1" * 30):
        assert office.client.get("/su-kien", params={"trang": number}).status_code == 422


@pytest.mark.parametrize("key", ["khong-co", "A", "../x", "a\x00b", "x" * 300, HOSTILE])
def test_an_unknown_event_says_so(office: Office, key: str) -> None:
    answer = office.client.get("/su-kien", params={"ma": key})
    assert answer.status_code == 404
    assert "Không có sự kiện mang mã" in answer.text
    assert "<script" not in answer.text


# Recorded, corrected, withdrawn


def test_an_event_recorded_shows_what_it_opened(office: Office) -> None:
    assert office.do("/su-kien", "/su-kien", **INVESTED) == SHOWN
    says = office.says(SHOWN)
    assert "Có quyết định về dự án, công trình đầu tư trên địa bàn" in says
    assert "Công khai dự án đầu tư 20/06/2024" in says
    obligation = f"{PLAN}.B32.{KEY}"
    assert f'href="/su-kien?ma={KEY}#{KEY}"' in office.page(f"/nghia-vu/{obligation}")
    assert "thứ Năm, 13/06/2024 Văn bản 51/QĐ-UBND" in office.says(f"/nghia-vu/{obligation}")


def test_an_event_says_what_its_document_demands_until_when_of_whom(office: Office) -> None:
    told = {"su_kien": "ket-luan-kiem-tra", "ngay": "10/06/2024", "van_ban": "88/KL", "ho_so": "KT-3",
            "noi_dung": "Bổ sung sổ theo dõi", "han": "28/06/2024", "nguoi": "do-van-thi-du"}  # fmt: skip
    where = office.do("/su-kien", "/su-kien", **told)
    says = office.says(where)
    assert "Hồ sơ KT-3 Nội dung Bổ sung sổ theo dõi Hạn trong văn bản thứ Sáu, 28/06/2024" in says
    assert "Người chịu trách nhiệm Đỗ Văn Thí Dụ" in says
    assert "Khắc phục theo kết luận kiểm tra 28/06/2024" in says
    assert "Đỗ Văn Thí Dụ chịu trách nhiệm · hạn trong văn bản 28/06/2024" in office.says("/su-kien")


def test_the_same_event_is_recorded_once_and_another_case_of_that_day_apart(office: Office) -> None:
    office.do("/su-kien", "/su-kien", **INVESTED)
    page = office.refuses("/su-kien", "/su-kien", **INVESTED)
    assert "đã ghi rồi; nếu là vụ việc khác cùng ngày, xin ghi số hồ sơ" in page
    assert office.do("/su-kien", "/su-kien", **INVESTED, ho_so="Dự án 2") == f"/su-kien?ma={KEY}-du-an-2#{KEY}-du-an-2"


def test_a_corrected_day_moves_what_is_open_and_shows_both_days(office: Office) -> None:
    office.do("/su-kien", "/su-kien", **INVESTED)
    where = office.do(SHOWN, f"/su-kien/{KEY}/sua-ngay", ngay="14/06/2024", ly_do="Ghi nhầm ngày ký")
    assert where == SHOWN
    says = office.says(SHOWN)
    assert "Ngày 14/06/2024 thứ Sáu" in says
    assert "20/06/2024 → 21/06/2024: việc sửa ngày sự kiện" in says
    moved = office.says(f"/nghia-vu/{PLAN}.B32.{KEY}")
    assert "Ngày nên hoàn thành ban đầu: thứ Năm, 20/06/2024" in moved
    assert "Chuyển sang thứ Sáu, 21/06/2024 : việc sửa ngày sự kiện" in moved
    assert "từ 13/06/2024 sang 14/06/2024" in moved


def test_a_withdrawn_event_is_struck_through_with_its_reason_and_takes_its_work_with_it(office: Office) -> None:
    office.do("/su-kien", "/su-kien", **INVESTED)
    assert office.do(SHOWN, f"/su-kien/{KEY}/rut", ly_do="Dự án chưa được duyệt") == SHOWN
    page = office.page("/su-kien")
    assert "<s>Có quyết định về dự án, công trình đầu tư trên địa bàn</s>" in page
    assert "Lý do rút: Dự án chưa được duyệt" in plain(page)
    says = office.says(SHOWN)
    assert "20/06/2024 → thôi áp dụng: việc rút sự kiện" in says
    assert "Không còn áp dụng" in says
    assert f"/su-kien/{KEY}/rut" not in office.page(SHOWN)
    again = office.do("/su-kien", "/su-kien", **INVESTED)
    assert again == f"/su-kien?ma={KEY}-lai2#{KEY}-lai2"


def test_a_day_that_makes_work_late_says_so(office: Office) -> None:
    told = {"su_kien": "doi-thoai-doan-the", "ngay": "27/06/2024", "van_ban": "40/KH"}
    where = office.do("/su-kien", "/su-kien", **told)
    assert "Đã muộn" not in office.says(where)
    office.do(where, "/su-kien/doi-thoai-doan-the-2024-06-27/sua-ngay", ngay="21/06/2024", ly_do="Chủ tịch bận")
    assert "Đã muộn: «Gửi giấy mời và nội dung đối thoại» phải xong trước khi hết ngày 14/06/2024" in office.says(where)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"su_kien": ""}, "Cần ghi sự kiện"),
        ({"su_kien": "khong-co"}, "Không kế hoạch nào có sự kiện «khong-co»"),
        ({"ngay": "13-06-2024"}, "Ngày xảy ra cần viết dạng ngày/tháng/năm"),
        ({"ngay": "18/06/2024"}, "sau hôm nay 17/06/2024"),
        ({"van_ban": ""}, "Cần ghi số, ký hiệu văn bản chứng minh"),
        ({"van_ban": "x" * 201}, "dài 201 ký tự"),
        ({"noi_dung": "x" * 1001}, "dài 1001 ký tự"),
        ({"han": "12/06/2024"}, "đứng trước ngày sự kiện"),
        ({"nguoi": "ai-do"}, "Không có người «ai-do»"),
        ({"su_kien": "yeu-cau-doi-thoai"}, "Không có quy định nào còn hiệu lực"),
    ],
)
def test_an_event_not_taken_says_why_and_keeps_what_was_typed(
    office: Office, fields: dict[str, str], reason: str
) -> None:
    page = office.refuses("/su-kien", "/su-kien", **({**INVESTED, "ho_so": HOSTILE[:50]} | fields))
    assert reason in plain(page)
    assert "(--document)" not in page
    assert_harmless(page)
    typed = INVESTED | fields
    if typed["su_kien"] in ("quyet-dinh-dau-tu", "yeu-cau-doi-thoai"):
        assert f'<option value="{typed["su_kien"]}" selected>' in page
    if typed["van_ban"]:
        assert f'value="{typed["van_ban"]}"' in page


@pytest.mark.parametrize(
    ("act", "fields", "reason"),
    [
        ("sua-ngay", {"ngay": "13/06/2024", "ly_do": "x"}, "đã ghi đúng ngày 13/06/2024"),
        ("sua-ngay", {"ngay": "14/06/2024", "ly_do": ""}, "Cần ghi lý do"),
        ("sua-ngay", {"ngay": "mai", "ly_do": "x"}, "Ngày đúng cần viết dạng"),
        ("sua-ngay", {"ngay": "31/12/2050", "ly_do": "x"}, "Lịch làm việc chỉ có"),
        ("rut", {"ly_do": ""}, "Cần ghi lý do"),
        ("rut", {"ly_do": "x" * 201}, "dài 201 ký tự"),
    ],
)
def test_a_correction_not_taken_says_why(office: Office, act: str, fields: dict[str, str], reason: str) -> None:
    office.do("/su-kien", "/su-kien", **INVESTED)
    page = office.refuses(SHOWN, f"/su-kien/{KEY}/{act}", **fields)
    assert reason in plain(page)
    assert '<details class="act" open>' in page


def test_no_act_on_events_without_our_mark_nor_from_elsewhere_nor_by_looking(office: Office, tmp_path: Path) -> None:
    office.do("/su-kien", "/su-kien", **INVESTED)
    before, sent = office.snapshot(), {"ngay": "14/06/2024", "ly-do": "x", "su-kien": "cong-bo-papi", "van-ban": "x"}
    for action in ("/su-kien", f"/su-kien/{KEY}/sua-ngay", f"/su-kien/{KEY}/rut"):
        assert office.client.post(action, data=sent, headers={"Origin": HOST}).status_code == 403
        wrong = {**sent, **office.token("/khac")}
        assert office.client.post(action, data=wrong, headers={"Origin": HOST}).status_code == 403
        right = {**sent, **office.token(action)}
        assert office.client.post(action, data=right, headers={"Origin": "null"}).status_code == 403
        real = Office(office.engine, tmp_path, acting=False).client
        assert real.post(action, data=right, headers={"Origin": HOST}).status_code == 401
    for act in ("sua-ngay", "rut"):
        assert office.client.get(f"/su-kien/{KEY}/{act}").status_code in (404, 405)
        unknown = f"/su-kien/khong-co/{act}"
        answer = office.client.post(unknown, data={**sent, **office.token(unknown)}, headers={"Origin": HOST})
        assert answer.status_code == 404
    for address in ("/su-kien", SHOWN, "/su-kien?tim=du+an", "/cong-khai"):
        office.page(address)
    assert office.snapshot() == before


# What was disclosed in a quarter


def test_the_quarter_s_list_names_each_disclosure_its_form_and_its_time(office: Office) -> None:
    happened(office, "phe-chuan-quyet-toan", date(2024, 6, 14))
    happened(office, "van-ban-noi-bo", date(2024, 6, 14))
    day = date(2024, 6, 17)
    published(office, SETTLED, "quyet-toan", "bang-tin", day, place="Trụ sở UBND")
    published(office, SETTLED, "quyet-toan", "truyen-thanh", day, times="06:00, 17:00", until=day)
    inside = f"{PLAN}.P2b.van-ban-noi-bo-2024-06-14"
    published(office, inside, "noi-bo-nhan-su", "bang-tin", day, place="Phòng họp")
    page = office.page("/cong-khai")
    says = plain(page)
    assert "Danh mục nội dung đã công khai, quý II năm 2024" in says
    assert "Niêm yết Trụ sở UBND 17/06/2024 đến hết thứ Tư, 17/07/2024" in says
    assert "Hệ thống truyền thanh 06:00, 17:00 17/06/2024" in says
    for_people, for_staff = page.split('id="noi-bo"')
    assert "Phòng họp" not in for_people
    assert "Phòng họp" in for_staff
    assert 'aria-current="true">Quý II năm 2024</a>' in page
    assert "Chưa ghi lần công khai nào" in office.page("/cong-khai?tu=01/01/2024&den=31/03/2024")


def test_any_two_days_may_be_asked_for(office: Office) -> None:
    says = office.says("/cong-khai?tu=01/06/2024&den=15/06/2024")
    assert "từ 01/06/2024 đến 15/06/2024" in says
    assert "quý III năm 2024" in office.says("/cong-khai?tu=01/07/2024&den=30/09/2024")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"tu": "2024-06-01"}, "Từ ngày cần viết dạng ngày/tháng/năm"),
        ({"den": HOSTILE}, "Đến ngày cần viết dạng ngày/tháng/năm"),
        ({"tu": "30/06/2024", "den": "01/06/2024"}, "đứng trước từ ngày 30/06/2024"),
        ({"tu": "01/01/0001"}, "năm cần từ 2018 đến 2050"),
    ],
)
def test_days_that_make_no_span_are_said_and_kept(office: Office, query: dict[str, str], reason: str) -> None:
    answer = office.client.get("/cong-khai", params=query)
    assert answer.status_code == 422
    assert reason in plain(answer.text)
    assert "<script" not in answer.text
    if "tu" in query:
        assert f'value="{query["tu"]}"' in answer.text
