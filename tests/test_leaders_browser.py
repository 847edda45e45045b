"""The leaders' page, the calendar and the list in a real browser: no barrier, by keyboard alone, and on paper."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from test_reply_browser import WIDTHS, Desk, desk
from test_reply_pages import COMPLAINT, TRAN, WEEK, happened

__all__ = ["desk"]
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
    pytest.mark.parametrize("desk", [True], indirect=True),
]
PLACES = ("/lanh-dao", "/lich?thang=2024-06", "/lich?thang=2024-04", "/lich?thang=2028-01", "/lich?thang=2030-07",
          "/nghia-vu?nguoi=tran-thi-vi-du&ngay=21/06/2024", "/nghia-vu?trang-thai=tat-ca&noi-dung=4")  # fmt: skip


def busy(desk: Desk) -> None:
    """A week in which something was done late, something is owed and something waits for a decision."""
    happened(desk.office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    asking = desk.office.link("tra-loi", TRAN, COMPLAINT)
    desk.office.do(asking, f"{asking}/xin-them", ngay="30/07/2024", ly_do="Cần xác minh thêm tại hai thôn")
    desk.office.go_to(date(2024, 6, 24))
    answer = desk.office.link("tra-loi", TRAN, WEEK)
    desk.office.do(answer, f"{answer}/hoan-thanh", ngay="24/06/2024", minh_chung="Sổ 4", ly_do="Chủ tịch đi công tác")


def test_no_page_has_a_barrier_at_any_width(desk: Desk) -> None:
    busy(desk)
    found: dict[str, list[str]] = {}
    for address in PLACES:
        for width, height in WIDTHS.items():
            desk.page.set_viewport_size({"width": width, "height": height})
            desk.open(address)
            found[f"{address} {width}"] = desk.barriers()
            desk.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
            found[f"{address} {width} unfolded"] = desk.barriers()
    assert {place: barriers for place, barriers in found.items() if barriers} == {}
    assert all(url.startswith(desk.host) for url in desk.asked)


def test_by_keyboard_alone_a_leader_comes_to_the_decision(desk: Desk) -> None:
    busy(desk)
    desk.open("/lanh-dao")
    button = desk.page.locator(".open button").first.evaluate("button => button.innerText")
    assert " ".join(button.split()).startswith("Xem và quyết định : Giải quyết tố cáo")
    desk.tab_to(button)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/duyet/*")
    assert "Cần xác minh thêm tại hai thôn" in desk.page.inner_text("main")


def test_by_keyboard_alone_a_number_opens_its_list(desk: Desk) -> None:
    desk.open("/lanh-dao")
    count = desk.page.inner_text(".four .dung-han a")
    desk.tab_to(count)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/nghia-vu?*")
    assert f"{count} nghĩa vụ" in desk.page.inner_text("main")


def test_on_a_phone_the_month_is_a_list_of_days_with_something_on_them(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.open("/lich?thang=2024-06")
    shown = desk.page.locator(".month td:visible")
    boxes = [" ".join(words.split()) for words in shown.all_inner_texts()]
    assert all("/06/2024" in box for box in boxes)
    assert 5 < len(boxes) < 30
    assert any(box.casefold().startswith("thứ sáu, 21/06/2024") for box in boxes)
    assert not any("03/06/2024" in box for box in boxes)  # a Monday without anything


@pytest.mark.parametrize("address", ["/lanh-dao", "/lich?thang=2024-06"])
def test_on_paper_there_is_no_way_to_click_and_the_office_is_named(desk: Desk, address: str) -> None:
    busy(desk)
    desk.page.emulate_media(media="print")
    desk.open(address)
    for gone in ("section.practice", "header.site", "footer", ".open button", "form.filters", ".quarters"):
        assert desk.page.locator(f"{gone}:visible").count() == 0, gone
    main = desk.page.inner_text("main")
    assert "UBND THỊ TRẤN NHƯ QUỲNH" in main
    assert ("In lúc 07:30 24/06/2024; người in: Diễn tập." in main) == (address == "/lanh-dao")
