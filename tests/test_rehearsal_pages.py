"""The pages of rehearsals: a year as a picture, each number leads to its obligations, and only one's own are shown."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from datetime import date

import pytest
from acting import HOSTILE, Office, assert_harmless, plain
from desk import WIDTHS, Desk, at_a_desk
from office import copy_database, load
from rehearsed import (
    FINANCE,
    FRI_3_MAY,
    MON_6_MAY,
    SAT_4_MAY,
    THI_DU,
    VI_DU,
    WITHOUT_SWAP,
    due,
    rehearsal,
    told,
    write,
)
from sqlalchemy import URL
from visitors import AUDITOR, CHAIR, OFFICE, admit_auditor

from models.rehearsal_file import CalendarUsed, Named, Rehearsal
from models.store import APP_ROLE, drop_database, open_engine

pytestmark = pytest.mark.real

ONE, OTHER, PAIR = "/dien-tap/co-hoan-doi", "/dien-tap/khong-hoan-doi", "/dien-tap/khong-hoan-doi/co-hoan-doi"
OF_LAC_DAO = "/dien-tap/lac-dao"
THU_2_JAN = date(2025, 1, 2)


def with_swap() -> Rehearsal:
    """The sample office in small, run with Saturday 04/5/2024 worked: a busy morning, and a tight window."""
    return rehearsal(
        [
            due("x.A1", SAT_4_MAY, title="Tiếp công dân", letters=(told("0", SAT_4_MAY), told("0", SAT_4_MAY, THI_DU))),
            due("x.A2", MON_6_MAY, title="Công khai ngân sách", unit=FINANCE),
            due("x.A3", THU_2_JAN, title="Báo cáo năm", unit=None, window=1),
            due("x.A4", date(2025, 12, 31), title="Kế hoạch nước sạch"),
        ],
        lines={(VI_DU, SAT_4_MAY): 16, (THI_DU, SAT_4_MAY): 1},
    )


def without_swap() -> Rehearsal:
    """The same with that Saturday off."""
    return rehearsal(
        [
            due("x.A1", FRI_3_MAY, title="Tiếp công dân", letters=(told("0", FRI_3_MAY), told("0", FRI_3_MAY, THI_DU))),
            due("x.A2", MON_6_MAY, title="Công khai ngân sách", unit=FINANCE),
            due("x.A3", THU_2_JAN, title="Báo cáo năm", unit=None, window=1),
        ],
        calendar=CalendarUsed("hai", date(2027, 12, 31), WITHOUT_SWAP),
    )


@pytest.fixture(scope="module")
def office(template: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Real operation, four rehearsals kept: two of this office, one of another, one nobody can read."""
    url = template.set(database=f"{template.database}_rehearsals")
    copy_database(template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    load(engine)
    state = tmp_path_factory.mktemp("state")
    write(with_swap(), state / "dien-tap" / "co-hoan-doi")
    write(without_swap(), state / "dien-tap" / "khong-hoan-doi")
    write(rehearsal([due(title="Việc của Lạc Đạo")], authority=Named("lac-dao", "UBND xã Lạc Đạo")),
          state / "dien-tap" / "lac-dao")  # fmt: skip
    write({"obligations": []}, state / "dien-tap" / "cu")
    made = Office(engine, state, acting=False)
    admit_auditor(engine, made.now())
    yield made.signed_in()
    engine.dispose()
    drop_database(url)


# The list


def test_the_list_shows_the_office_s_own_rehearsals_and_counts_what_cannot_be_read(office: Office) -> None:
    says = office.says("/dien-tap")
    assert "co-hoan-doi 08/KH-UBND, năm 2024; UBND thị trấn Như Quỳnh 26/04/2024 – 06/05/2024 4 2 2 1" in says
    assert "khong-hoan-doi" in says
    assert "1 thư mục không đọc được" in says
    assert "lac-dao" not in says
    assert "Lạc Đạo" not in says


def test_the_office_s_page_leads_to_it(office: Office) -> None:
    assert '<a href="/dien-tap">Chạy thử</a>' in office.page("/van-phong")


def test_two_chosen_are_compared(office: Office) -> None:
    answer = office.client.get("/dien-tap", params={"truoc": "khong-hoan-doi", "sau": "co-hoan-doi"})
    assert (answer.status_code, answer.headers["location"]) == (303, PAIR)


# Who may look


@pytest.mark.parametrize("address", [OF_LAC_DAO, f"{ONE}/lac-dao", f"/dien-tap/lac-dao/{ONE.split('/')[-1]}"])
def test_another_authority_s_rehearsal_is_as_if_it_were_not_there(office: Office, address: str) -> None:
    answer = office.client.get(address)
    nowhere = office.client.get("/dien-tap/khong-co")
    assert (answer.status_code, nowhere.status_code) == (404, 404)
    assert plain(answer.text).replace("lac-dao", "khong-co") == plain(nowhere.text)
    assert office.client.get("/dien-tap", params={"truoc": "lac-dao", "sau": "lac-dao"}).status_code == 404


@pytest.mark.parametrize(("email", "right", "status"), [
    (OFFICE, "van-phong", 200), (CHAIR, "lanh-dao", 200), (AUDITOR, "kiem-tra", 403),
])  # fmt: skip
def test_the_office_and_leaders_look_at_rehearsals(office: Office, email: str, right: str, status: int) -> None:
    reader = Office(office.engine, office.state, acting=False).signed_in(email, right)
    for address in ("/dien-tap", ONE, PAIR):
        assert reader.client.get(address).status_code == status


def test_nobody_looks_without_signing_in(office: Office) -> None:
    stranger = Office(office.engine, office.state, acting=False)
    for address in ("/dien-tap", ONE, PAIR):
        assert stranger.client.get(address).headers["location"] == f"/dang-nhap?ve={address}"


@pytest.mark.parametrize(
    "name", ["%2e%2e", "..%2fdien-tap", "%2e%2e%2fdien-tap%2fco-hoan-doi", "co-hoan-doi%00", "CO-HOAN-DOI", "x" * 300]
)
def test_no_address_leads_out_of_the_shelf(office: Office, name: str) -> None:
    for address in (f"/dien-tap/{name}", f"{ONE}/{name}"):
        assert office.client.get(address).status_code == 404
    assert office.client.get(f"/dien-tap/{name}/summary.json").status_code == 404


def test_what_cannot_be_read_is_said_and_nothing_of_it_is_shown(office: Office) -> None:
    answer = office.client.get("/dien-tap/cu")
    assert answer.status_code == 422
    assert "Kết quả chạy thử «cu» không đọc được; xin người quản trị chạy thử lại." in answer.text


def test_practice_still_moves_to_its_next_morning(office: Office) -> None:
    practice = Office(office.engine, office.state)
    assert practice.do("/dien-tap", "/dien-tap/ngay-tiep") == "/dien-tap"


# One rehearsal


def test_each_number_of_the_picture_leads_to_exactly_its_obligations(office: Office) -> None:
    page = office.page(ONE)
    cells = re.findall(r'<a href="(/dien-tap/[^"]+tuan=[^"]+)"><span class="hidden">([^<]+): </span>(\d+)<', page)
    assert len(cells) == 6  # three obligations within the year, each in its unit's row and in the office's
    for address, about, count in cells:
        listed = office.page(html.unescape(address)).split('id="trong-tuan"')[1]
        assert f": {count} nghĩa vụ</h2>" in listed
        assert listed.split("</section>")[0].count('scope="row"') == int(count), about
    assert {about for _, about, _ in cells} == {
        "Công chức Tư pháp, tuần từ 29/04/2024",
        "Công chức Tài chính - Kế toán, tuần từ 06/05/2024",
        "Việc chung, tuần từ 30/12/2024",
        "Cả cơ quan, tuần từ 29/04/2024",
        "Cả cơ quan, tuần từ 06/05/2024",
        "Cả cơ quan, tuần từ 30/12/2024",
    }


def test_a_cell_opened_names_the_obligation_its_unit_its_people_and_its_days(office: Office) -> None:
    says = office.says(f"{ONE}?tuan=2024-04-29&don-vi=tu-phap")
    assert "Tuần 29/04/2024 – 05/05/2024, Công chức Tư pháp: 1 nghĩa vụ" in says
    assert "Tiếp công dân tháng 04/2024 · A1 Công chức Tư pháp Trần Thị Ví Dụ 04/05/2024 thứ Bảy" in says


@pytest.mark.parametrize(
    ("asked", "status"), [("tuan=2024-04-31", 422), ("tuan=x", 422), ("tuan=2030-01-01", 200), ("don-vi=x", 200)]
)
def test_a_week_that_is_none_is_refused_and_an_empty_one_says_so(office: Office, asked: str, status: int) -> None:
    assert office.client.get(f"{ONE}?{asked}").status_code == status


def test_the_page_names_full_mornings_heaviest_mornings_and_tight_windows(office: Office) -> None:
    says = office.says(ONE)
    assert "thứ Bảy, 04/05/2024: Trần Thị Ví Dụ 16 dòng" in says
    assert "Quá nhiều: hơn 15 dòng cho một người, hoặc hơn 40 thư của cả cơ quan." in says
    assert "Trần Thị Ví Dụ 04/05/2024 thứ Bảy 16 1" in says
    tight = "Báo cáo năm tháng 04/2024 · A3 Việc chung Trần Thị Ví Dụ 02/01/2025 thứ Năm 02/01/2025 thứ Năm"
    assert f"{tight} 1 ngày làm việc" in says
    assert "Ngoài năm này còn 1 nghĩa vụ: Kế hoạch nước sạch (31/12/2025)." in says


def test_the_picture_is_a_table_with_heads_and_without_script_or_style(office: Office) -> None:
    page = office.page(ONE)
    assert page.count('<table class="heat">') == 2
    weeks = re.findall(r'<th scope="col"><span class="hidden">Tuần từ thứ Hai, (\d\d/\d\d/\d{4})', page)
    assert (len(weeks), weeks[0], weeks[-1]) == (53, "01/01/2024", "30/12/2024")
    assert page.count('scope="colgroup"') == 12
    assert "<script" not in page
    assert "style=" not in page


def test_what_a_plan_or_a_person_is_called_is_only_ever_text(office: Office) -> None:
    hostile = rehearsal([due(title=HOSTILE, unit=Named("a", HOSTILE), letters=(told("0", FRI_3_MAY),), window=0)])
    write(hostile, office.state / "dien-tap" / "xau")
    for address in ("/dien-tap/xau", "/dien-tap/xau?tuan=2024-05-06&don-vi=a", "/dien-tap/xau/co-hoan-doi"):
        assert_harmless(office.page(address))


# Two of them


def test_the_difference_names_the_day_its_unit_and_whose_letters(office: Office) -> None:
    says = office.says(PAIR)
    assert "Lịch: phiên bản hai -> một (thêm thông báo 2450/VPCP-KGVX)" in says
    assert "1 nghĩa vụ đổi ngày" in says
    days = "Ngày theo câu chữ, hạn theo quy định, ngày nên hoàn thành"
    moved = "thứ Sáu, 03/05/2024 → thứ Bảy, 04/05/2024 muộn hơn 1 ngày làm việc"
    assert f"Tiếp công dân tháng 04/2024 · A1 Công chức Tư pháp Trần Thị Ví Dụ {days}: {moved}" in says
    assert "1 nghĩa vụ chỉ có ở lần sau" in says
    assert "chỉ có ở lần trước" not in says
    assert "1 thư đổi ngày Tiếp công dân, tháng 04/2024 – đúng ngày nên hoàn thành: 03/05/2024 -> 04/05/2024" in says
    assert "1 dòng, thứ Sáu, 03/05/2024 16 dòng, thứ Bảy, 04/05/2024" in says


def test_the_same_rehearsal_twice_says_so_and_shows_no_table(office: Office) -> None:
    page = office.page(f"{ONE}/co-hoan-doi")
    assert "Hai lần chạy thử giống hệt nhau." in page
    assert "<table" not in page


# In a browser


@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
def test_no_page_has_a_barrier_at_a_desk_or_on_a_phone_and_the_picture_is_in_the_keyboard_s_reach(
    office: Office,
) -> None:
    with at_a_desk(office) as desk:
        cookie = {"name": "dunghan", "value": office.client.cookies["dunghan"], "url": desk.host}
        desk.page.context.add_cookies([cookie])
        for address in ("/dien-tap", f"{ONE}?tuan=2024-04-29", PAIR, f"{ONE}/co-hoan-doi"):
            for width, height in WIDTHS.items():
                desk.page.set_viewport_size({"width": width, "height": height})
                desk.open(address)
                assert desk.barriers() == [], (address, width)
        _walk(desk)
        assert all(url.startswith(desk.host) for url in desk.asked)


def _walk(desk: Desk[Office]) -> None:
    """From the picture into a week by keyboard alone."""
    desk.open(ONE)
    desk.page.locator('a[href*="tuan=2024-04-29"]').first.focus()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**tuan=2024-04-29**")
    assert "Tiếp công dân" in desk.page.inner_text("#trong-tuan + table")
