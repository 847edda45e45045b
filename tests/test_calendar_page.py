"""The calendar page: weeks from Monday to Sunday, days off and made-up days by name, what falls due on each day."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from acting import Office, plain
from office import MON_17_JUNE
from sqlalchemy import Engine
from sqlmodel import Session
from test_leaders_page import listed
from test_reply_pages import TRAN, WEEK, posted

from models.calendar_file import NoticeKeys
from models.notices import record_notices
from models.store import transaction
from models.tables import Authority
from models.views import lines_on

pytestmark = pytest.mark.real

BOX = re.compile(r'<td role="cell" class="([^"]*)"[^>]*>(.*?)</td>', re.S)


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    return Office(office_engine, tmp_path)


def boxes(office: Office, address: str) -> dict[str, tuple[str, str]]:
    """Each day of the month: the classes of its box and what is in it."""
    days = {}
    for classes, inside in BOX.findall(office.page(address)):
        if found := re.search(r'datetime="([^"]+)"', inside):
            days[found[1]] = (classes, inside)
    return days


def says(office: Office, month: str, day: str) -> str:
    return plain(boxes(office, f"/lich?thang={month}")[day][1])


# Weeks


def test_weeks_run_from_monday_to_sunday_with_their_numbers(office: Office) -> None:
    page = office.page("/lich?thang=2024-07")  # 1 July 2024 is a Monday, 31 July a Wednesday
    heads = [plain(head) for head in re.findall(r'<th role="columnheader" scope="col"[^>]*>.*?</th>', page)]
    assert heads == ["Tuần", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"]
    weeks = [plain(head) for head in re.findall(r'<th role="rowheader" scope="row"[^>]*>.*?</th>', page)]
    assert weeks == [f"Tuần {number}" for number in range(27, 32)]
    assert len(BOX.findall(page)) == 35
    days = boxes(office, "/lich?thang=2024-07")
    assert list(days) == [(date(2024, 7, 1) + timedelta(days=n)).isoformat() for n in range(31)]
    assert [day for day, (classes, _) in days.items() if "off" in classes.split()] == [
        f"2024-07-{day:02}" for day in (6, 7, 13, 14, 20, 21, 27, 28)
    ]


def test_without_a_month_it_is_this_one_and_today_is_marked(office: Office) -> None:
    marked = [day for day, (classes, _) in boxes(office, "/lich").items() if "today" in classes.split()]
    assert marked == [MON_17_JUNE.isoformat()]
    assert "hôm nay" in says(office, "2024-06", "2024-06-17")
    assert "hôm nay" not in office.says("/lich?thang=2024-07")
    assert "<h1>Lịch tháng 06/2024</h1>" in office.page("/lich")


def test_one_goes_to_the_months_beside_and_keeps_the_unit(office: Office) -> None:
    page = office.page("/lich?thang=2024-12&don-vi=van-phong")
    assert 'rel="prev" href="/lich?thang=2024-11&amp;don-vi=van-phong"' in page
    assert 'rel="next" href="/lich?thang=2025-01&amp;don-vi=van-phong"' in page
    assert 'href="/lich?thang=2024-06&amp;don-vi=van-phong">Tháng này' in page
    assert 'rel="prev"' not in office.page("/lich?thang=2018-01")
    assert 'rel="next"' not in office.page("/lich?thang=2050-12")


@pytest.mark.parametrize(
    "month", ["2024-13", "2024-7", "2017-12", "2051-01", "07/2024", "x", "２０２４-07", "2024-07-01"]
)
def test_a_month_that_is_none_is_said_so(office: Office, month: str) -> None:
    answer = office.client.get("/lich", params={"thang": month})
    assert answer.status_code == 422
    assert f"Không có tháng «{month}»: cần năm-tháng từ 2018-01 đến 2050-12, ví dụ 2024-07." in answer.text


# Days off


@pytest.mark.parametrize(
    ("month", "day", "words"),
    [
        ("2024-09", "2024-09-02", "Quốc khánh"),
        ("2024-09", "2024-09-03", "Quốc khánh (ngày liền kề)"),
        ("2024-02", "2024-02-13", "Nghỉ bù Tết Nguyên đán"),
        ("2024-04", "2024-04-18", "Ngày Giỗ Tổ Hùng Vương"),
        ("2024-04", "2024-04-29", "Nghỉ hoán đổi, làm bù ngày 04/05/2024 (2450/VPCP-KGVX ngày 12/04/2024)"),
        ("2024-05", "2024-05-04", "Ngày làm việc, làm bù cho thứ Hai, 29/04/2024 (2450/VPCP-KGVX ngày 12/04/2024)"),
    ],
)
def test_days_off_and_made_up_days_are_named(office: Office, month: str, day: str, words: str) -> None:
    assert words in says(office, month, day)


def test_a_made_up_saturday_is_a_working_day_and_the_day_swapped_is_not(office: Office) -> None:
    assert "off" in boxes(office, "/lich?thang=2024-04")["2024-04-29"][0].split()
    assert "off" not in boxes(office, "/lich?thang=2024-05")["2024-05-04"][0].split()
    assert "off" in boxes(office, "/lich?thang=2024-05")["2024-05-11"][0].split()


def test_each_day_off_is_listed_with_its_document(office: Office) -> None:
    said = office.says("/lich?thang=2024-04")
    assert "thứ Năm, 18/04/2024: Ngày Giỗ Tổ Hùng Vương. Căn cứ: Bộ luật Lao động 2019, Điều 112." in said
    assert "Căn cứ: 2450/VPCP-KGVX ngày 12/04/2024." in said


def test_months_nobody_has_announced_say_they_are_provisional(office: Office) -> None:
    assert "Tạm tính: chưa có thông báo chính thức" in office.says("/lich?thang=2028-01")
    assert "chưa có thông báo chính thức" not in office.says("/lich?thang=2027-12")


def test_where_two_offices_rest_on_different_days_each_is_named(office: Office) -> None:
    closed = NoticeKeys.model_validate({
        "so": "5/TB-UBND", "ngay": date(2024, 6, 1), "co-quan": "UBND xã Khác", "muc-chac": "S",
        "nghi": [{"ngay": date(2024, 7, 11), "ten": "Lễ hội làng", "loai": "dong-cua"}],
    })  # fmt: skip
    with transaction(office.engine) as session:
        other = Authority(code="khac", name="UBND xã Khác")
        session.add(other)
        session.flush()
        record_notices(session, other, [closed], office.now())
    classes, inside = boxes(office, "/lich?thang=2024-07")["2024-07-11"]
    assert "off" not in classes.split()
    assert "UBND xã Khác: Lễ hội làng" in plain(inside)
    assert "UBND xã Khác: Quốc khánh" in says(office, "2024-09", "2024-09-02")


# What falls due


def test_the_day_of_law_and_the_day_to_be_done_by_are_marked_apart(office: Office) -> None:
    """Receiving citizens in week 25: better done by Friday 21/06/2024, by law Sunday 23/06/2024."""
    days = boxes(office, "/lich?thang=2024-06")
    better, law = (
        days[day][1].split(f'/nghia-vu/{WEEK}"')[0].rsplit("<li", 1)[1] for day in ("2024-06-21", "2024-06-23")
    )
    assert 'class="nen-xong"' in better
    assert "Nên xong" in better
    assert 'class="han"' in law
    assert ">Hạn<" in law


def test_a_checkpoint_is_no_term_and_stands_on_one_day_only(office: Office) -> None:
    with Session(office.engine) as session:
        internal = [line for line in lines_on(session, MON_17_JUNE) if line.internal and line.legal.month == 6]
    days = boxes(office, "/lich?thang=2024-06")
    for line in internal:
        marks = [inside.split(f'/nghia-vu/{line.code}"')[0].rsplit("<li", 1)[1]
                 for _, inside in days.values() if f'/nghia-vu/{line.code}"' in inside]  # fmt: skip
        assert len(marks) <= 1
        assert all('class="moc' in mark and "Hạn" not in mark for mark in marks)
    assert len(internal) > 10


def test_the_last_day_of_a_posting_is_no_term(office: Office) -> None:
    keep, _ = posted(office)
    with Session(office.engine) as session:
        line = next(line for line in lines_on(session, MON_17_JUNE) if line.code == keep)
    inside = boxes(office, f"/lich?thang={line.legal:%Y-%m}")[line.legal.isoformat()][1]
    assert "Hết niêm yết" in inside.split(f'/nghia-vu/{keep}"')[0].rsplit("<li", 1)[1]


def test_what_is_done_stays_and_says_so_behind_what_is_not(office: Office) -> None:
    answer = office.link("tra-loi", TRAN, WEEK)
    office.do(answer, f"{answer}/hoan-thanh", minh_chung="Sổ 4")
    item = boxes(office, "/lich?thang=2024-06")["2024-06-23"][1].split(f'/nghia-vu/{WEEK}"')
    assert 'class="han closed"' in item[0].rsplit("<li", 1)[1]
    assert "tuần 25/2024; hoàn thành" in item[1].split("</li>")[0]


def test_five_are_shown_and_the_rest_is_one_link_to_all_of_that_day(office: Office) -> None:
    crowded = 0
    for month in ("2024-06", "2024-12"):
        for day, (_, inside) in boxes(office, f"/lich?thang={month}").items():
            shown = inside.count("<li ")
            more = re.search(r'<a href="([^"]+)">và (\d+) nghĩa vụ nữa', inside)
            assert (shown == 5) if more else (shown <= 5), day
            if more:
                crowded += 1
                assert len(listed(office, html.unescape(more[1]))) == 5 + int(more[2]), day
    assert crowded >= 2


def test_one_unit_s_month_shows_that_unit_s_work_alone(office: Office) -> None:
    with Session(office.engine) as session:
        lines = lines_on(session, MON_17_JUNE)
    page = office.page("/lich?thang=2024-06&don-vi=van-phong")
    shown = set(re.findall(r'/nghia-vu/([^"?]+)"', page))
    assert shown
    assert {line.lead_code for line in lines if line.code in shown} == {"van-phong"}
    assert "đơn vị chủ trì: Văn phòng UBND" in plain(page)
    assert "Không có đơn vị chủ trì «x»" in plain(office.client.get("/lich?don-vi=x").text)


def test_a_month_with_nothing_says_so(office: Office) -> None:
    assert "không có ngày nghỉ lễ và không có nghĩa vụ nào đến hạn" in office.says("/lich?thang=2030-07")


def test_looking_changes_nothing(office: Office) -> None:
    before = office.snapshot()
    for method in ("GET", "HEAD"):
        assert office.client.request(method, "/lich?thang=2024-07").status_code == 200
    assert office.snapshot() == before
