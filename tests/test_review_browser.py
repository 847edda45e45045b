"""Reviewing an imported plan in a real browser: by keyboard alone, at every width, without a barrier for anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from acting import Office
from desk import Desk, at_a_desk
from office import MON_17_JUNE
from proposals import imported, small, source, whole
from sqlalchemy import Engine
from sqlmodel import Session

from models.draft_tables import PlanDraft
from models.drafts import draft_tasks

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]


@pytest.fixture
def desk(office_engine: Engine, tmp_path: Path) -> Iterator[Desk[Office]]:
    """The office at a plan just imported, and Chromium before it."""
    imported(office_engine, small(), MON_17_JUNE)
    with at_a_desk(Office(office_engine, tmp_path)) as found:
        yield found


def press(desk: Desk[Office], what: str, leads_to: str = "") -> None:
    """Come to `what` by Tab and press Enter on it."""
    desk.tab_to(what)
    if not leads_to:
        return desk.page.keyboard.press("Enter")
    with desk.page.expect_navigation(url=leads_to):
        desk.page.keyboard.press("Enter")
    return None


def test_by_keyboard_alone_a_small_plan_is_accepted_corrected_and_loaded(desk: Desk[Office]) -> None:
    desk.open("/ke-hoach/nhap/1/1")
    press(desk, "Nhận như đã đọc", "**/1/2?vua=1")
    assert "Đã ghi nhiệm vụ P1a: đã nhận." in desk.page.get_by_role("status").inner_text()
    press(desk, "Sửa rồi nhận")
    desk.tab_to("sua-thoi-han")
    desk.page.keyboard.type("chậm nhất ngày 15/8/2024")
    with desk.page.expect_navigation(url="**/sua"):
        desk.page.keyboard.press("Enter")  # in the field, it only tries
    assert "chưa có gì được lưu" in desk.page.get_by_role("status").inner_text()
    assert "thứ Năm, 15/08/2024" in desk.page.inner_text("main")
    press(desk, "Sửa và nhận như đang xem", "**/1/3?vua=2")
    press(desk, "Không đưa vào kế hoạch")
    desk.tab_to("bo-ly-do")
    desk.page.keyboard.type("Đã có trong kế hoạch PAPI")
    press(desk, "Không đưa vào", "**/nhap/1")
    press(desk, "Xem trước khi nạp kế hoạch", "**/nap")
    press(desk, "Nạp kế hoạch, theo dõi từ 17/06/2024", "**/nhap/1")
    assert "đã nạp thành kế hoạch" in desk.page.get_by_role("status").inner_text()
    assert "Họp đánh giá dân chủ ở cơ sở" in desk.open("/nghia-vu?tim=dan chu o co so&trang-thai=tat-ca")


def place_of(desk: Desk[Office], code: str) -> int:
    """Where the task with this code stands in the second draft."""
    with Session(desk.office.engine) as session:
        tasks = draft_tasks(session, session.get_one(PlanDraft, 2))
        return next(task.place for task in tasks if task.keys["ma"] == code)


def places(desk: Desk[Office]) -> Iterator[tuple[str, str]]:
    """Every kind of page, by a name for its picture."""
    yield "danh-sach", "/ke-hoach/nhap"
    yield "ban-nhap", "/ke-hoach/nhap/1"
    yield "chua-ro", "/ke-hoach/nhap/1/2"
    yield "nhieu-ngay", f"/ke-hoach/nhap/2/{place_of(desk, 'P4b.3')}"
    yield "nap", "/ke-hoach/nhap/1/nap"


def test_no_page_has_a_barrier_at_any_width(desk: Desk[Office]) -> None:
    imported(desk.office.engine, whole(), MON_17_JUNE, source("ke-hoach-08.txt", b"08/KH-UBND"))
    found = desk.barriers_on(places(desk), "REVIEW_SHOTS")
    assert {place: barriers for place, barriers in found.items() if barriers} == {}
