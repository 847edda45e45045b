"""The pages behind a mail's button in a real browser: by keyboard alone, and without a barrier for anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from acting import Office
from desk import WIDTHS, Desk, at_a_desk
from sqlalchemy import Engine
from test_decision_pages import a_digest
from test_reply_pages import CHAIR, CHECKS, COMPLAINT, FILE, HALF, MAU, TRAINING, TRAN, WEEK, happened, posted, said

from models.audit_actions import Action
from models.digests import UNKNOWN

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]


@pytest.fixture(params=[False])
def desk(request: pytest.FixtureRequest, office_engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    """Pages as in real operation, or in practice when asked for; Chromium before them."""
    with at_a_desk(Office(office_engine, tmp_path, acting=request.param)) as found:
        yield found


def test_by_keyboard_alone_work_is_acknowledged_and_reported_done(desk: Desk) -> None:
    desk.open(desk.office.link("tra-loi", MAU, CHECKS))
    desk.tab_to("Xác nhận đã nhận việc")
    desk.page.keyboard.press("Enter")
    desk.tab_to("Xác nhận đã nhận việc")
    assert desk.page.evaluate("document.activeElement.tagName") == "BUTTON"
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**#tra-loi-*")
    assert "Lê Thị Mẫu\nXác nhận đã nhận việc." in desk.page.inner_text("main")
    for field, words in (("hoan-thanh-minh-chung", "15/BC-UBND"), ("hoan-thanh-da-lam", "Kiểm tra 3 bộ phận")):
        desk.tab_to(field)
        desk.page.keyboard.type(words)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**#ket-qua")
    assert "Việc này đã được báo hoàn thành: Lê Thị Mẫu báo" in desk.page.inner_text("main")
    assert said(desk.office, CHECKS) == [(Action.SEEN, MAU), (Action.REPORTED_DONE, MAU)]
    assert all(url.startswith(desk.host) for url in desk.asked)


def test_a_browser_sends_no_token_outside_and_takes_a_file_only_as_a_download(desk: Desk) -> None:
    link = desk.office.link("tra-loi", TRAN, WEEK)
    outside = f"http://localhost:{desk.host.rsplit(':', 1)[1]}/khong-co"
    desk.office.do(link, f"{link}/hoan-thanh", FILE, minh_chung="Sổ 4", duong_dan=outside)
    desk.open(link)
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("link", name="Biên bản.pdf").click()
    assert saved.value.suggested_filename == "Biên bản.pdf"
    with desk.page.expect_request(outside) as sent:
        desk.page.get_by_role("link", name=outside).click()
    assert "referer" not in sent.value.all_headers()


def test_a_leader_decides_by_keyboard_alone(desk: Desk) -> None:
    answer = desk.office.link("tra-loi", TRAN, WEEK)
    desk.office.do(answer, f"{answer}/xin-them", ngay="28/06/2024", ly_do="Chủ tịch đi công tác")
    desk.open(desk.office.link("duyet", CHAIR, WEEK))
    desk.tab_to("Đồng ý")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**#tra-loi-*")
    assert "Lãnh đạo đồng ý hoàn thành chậm nhất thứ Sáu, 28/06/2024" in desk.page.inner_text("main")


def places(office: Office) -> Iterator[tuple[str, str]]:
    """Every kind of page, by a name for its picture; the day moves on as they are asked for."""
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    keep, _ = posted(office)
    answer = office.link("tra-loi", TRAN, WEEK)
    yield "tra-loi", answer
    yield "tra-loi-thuong-xuyen", office.link("tra-loi", MAU, CHECKS)
    yield "tra-loi-niem-yet", office.link("tra-loi", "vuong-van-thu-nghiem", keep)
    yield "tra-loi-khac", office.link("tra-loi", "kieu-van-kiem-thu", TRAINING)
    yield "tuy-chon", office.link("tuy-chon", TRAN)
    yield "lien-ket-hong", "/tra-loi/x"
    asking = office.link("tra-loi", TRAN, COMPLAINT)
    office.do(asking, f"{asking}/xin-them", ngay="30/07/2024", ly_do="Cần xác minh thêm tại hai thôn")
    office.do(asking, f"{asking}/khong-phai", ly_do="Việc này theo Quyết định 5/QĐ-UBND thuộc công chức Địa chính")
    yield "tra-loi-dang-cho", asking
    yield "duyet-xin-them", office.link("duyet", CHAIR, COMPLAINT)
    yield "duyet-giao-lai", office.link("duyet", MAU, COMPLAINT)
    for day in (17, 18):
        a_digest(office, TRAN, UNKNOWN, date(2024, 6, day))
    yield "thu-can-xem", "/thu-can-xem"
    office.go_to(date(2024, 6, 24))
    yield "tra-loi-qua-han", answer
    yield "duyet-qua-han", office.link("duyet", CHAIR, WEEK)
    late = {"minh_chung": "Sổ tiếp công dân số 4", "ly_do": "Chủ tịch đi công tác"}
    office.do(answer, f"{answer}/hoan-thanh", FILE, ngay="22/06/2024", **late)
    yield "tra-loi-da-xong", answer
    yield "duyet-da-xong", office.link("duyet", CHAIR, WEEK)
    yield "nghia-vu", f"/nghia-vu/{COMPLAINT}"
    office.go_to(date(2024, 7, 1))
    yield "tra-loi-bao-cao", office.link("tra-loi", MAU, HALF)
    handing = office.link("tra-loi", "dang-van-so-do", COMPLAINT)
    office.do(handing, f"{handing}/chuyen-viec", nguoi="duong-thi-phac-thao", ly_do="Nghỉ phép")
    yield "tra-loi-da-chuyen", handing


@pytest.mark.parametrize("desk", [True], indirect=True)
def test_no_page_has_a_barrier_at_any_width(desk: Desk) -> None:
    found: dict[str, list[str]] = {}
    for name, address in places(desk.office):
        for width, height in WIDTHS.items():
            desk.page.set_viewport_size({"width": width, "height": height})
            desk.open(address)
            found[f"{name} {width}"] = desk.barriers()
            desk.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
            found[f"{name} {width} unfolded"] = desk.barriers()
    assert {name: barriers for name, barriers in found.items() if barriers} == {}
    assert len(found) == 68


def test_a_refused_answer_is_said_where_it_is_read_first(desk: Desk) -> None:
    link = desk.office.link("tra-loi", TRAN, WEEK)
    desk.open(link)
    desk.page.get_by_text("Xin thêm thời gian").click()
    desk.page.get_by_label("Ngày đề nghị").fill("1/1/2024")
    desk.page.locator("#xin-them-ly-do").fill("Chủ tịch đi công tác")
    desk.page.get_by_role("button", name="Gửi đề nghị").click()
    assert "Chưa ghi nhận." in desk.page.get_by_role("alert").inner_text()
    assert desk.page.locator("#xin-them-ly-do").input_value() == "Chủ tịch đi công tác"
    assert desk.barriers() == []
