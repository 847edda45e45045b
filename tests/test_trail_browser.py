"""The trail's pages in a real browser: by keyboard alone, at every width, without a barrier for anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from records import TUE_18_JUNE, tamper, two_mornings
from sqlalchemy import URL, Engine
from test_reply_browser import Desk, desk  # noqa: F401  a fixture

from models.exports import Exports, Progress
from models.head_key import head_key
from models.practice import start_practice
from models.settings import Settings
from models.store import transaction

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]


@pytest.fixture
def office_engine(loaded: Engine, settings: Settings) -> Engine:
    """The sample office after two mornings, its heads signed; swept before a browser runs a loop of its own."""
    with transaction(loaded) as session:
        start_practice(session, TUE_18_JUNE)
    two_mornings(loaded, settings)
    return loaded


@pytest.fixture
def reading(desk: Desk, settings: Settings) -> Desk:  # noqa: F811
    """A browser before that trail, with a place for exports."""
    desk.office.go_to(TUE_18_JUNE)
    site = desk.office.app.state.site
    desk.office.app.state.site = replace(site, exports=Exports.of(settings, head_key(settings)))
    return desk


@pytest.mark.parametrize("desk", [True], indirect=True)
def test_by_keyboard_alone_an_entry_is_found_opened_proved_and_the_trail_checked(reading: Desk) -> None:
    reading.open("/nhat-ky")
    reading.tab_to("tim")
    reading.page.keyboard.type("dau chuoi")
    reading.page.keyboard.press("Enter")
    reading.page.wait_for_url("**tim=dau*")
    reading.tab_to(reading.page.locator(".journal tbody th a").first.inner_text())
    reading.page.keyboard.press("Enter")
    reading.page.wait_for_url("**/nhat-ky/*")
    assert "Ký đầu chuỗi ngày 18/06/2024" in reading.page.inner_text("main")
    reading.open("/nhat-ky/9")
    reading.tab_to("Tải bằng chứng (JSON)")
    with reading.page.expect_download() as saved:
        reading.page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "bang-chung-9.json"
    reading.open("/nhat-ky/kiem-tra")
    reading.tab_to("Kiểm tra ngay")
    reading.page.keyboard.press("Enter")
    reading.page.wait_for_url("**kiem=1")
    assert "Nguyên vẹn:" in reading.page.get_by_role("status").inner_text()


@pytest.mark.parametrize("desk", [True], indirect=True)
def test_by_keyboard_alone_the_record_is_exported_and_taken_home(reading: Desk) -> None:
    reading.open("/nhat-ky/xuat")
    reading.tab_to("Xuất ngay")
    reading.page.keyboard.press("Enter")
    reading.page.get_by_role("link", name="Tải về").wait_for(timeout=30_000)  # the page loads itself again until then
    reading.page.wait_for_load_state()
    with reading.page.expect_download() as saved:
        reading.page.get_by_role("link", name="Tải về").press("Enter")
    assert saved.value.suggested_filename.startswith("nhat-ky-")
    assert Path(saved.value.path()).stat().st_size > 10_000


def places(reading: Desk, database: URL) -> Iterator[tuple[str, str]]:
    """Every kind of page, by a name for its picture; what stands behind them changes as they are asked for."""
    yield "nhat-ky", "/nhat-ky"
    yield "nhat-ky-loc", "/nhat-ky?hanh-vi=nhom-viec&tu=17/06/2024&tim=bao cao"
    yield "nhat-ky-trong", "/nhat-ky?tim=khong co loi nay"
    yield "nhat-ky-sai", "/nhat-ky?tu=hom qua"
    yield "ban-ghi", "/nhat-ky/9"
    newest = reading.office.page("/nhat-ky").split('id="so-')[1].split('"', 1)[0]
    yield "ban-ghi-moi", f"/nhat-ky/{newest}"
    yield "kiem-tra", "/nhat-ky/kiem-tra"
    yield "kiem-tra-khop", f"/nhat-ky/kiem-tra?dau-chuoi=9:{'0' * 64}"
    yield "kiem-tra-sai", "/nhat-ky/kiem-tra?dau-chuoi=abc"
    yield "xuat", "/nhat-ky/xuat"
    exports = reading.office.app.state.site.exports
    exports.running[1] = Progress(300, 1200)
    yield "xuat-dang-lam", "/nhat-ky/xuat"
    exports.running.clear()
    (exports.folder / f"1-20240618T003000-{'a' * 32}").mkdir(parents=True)
    yield "xuat-dut", "/nhat-ky/xuat"
    made = exports.folder / f"1-20240618T013000-{'b' * 32}"
    made.mkdir()
    (made / "nhat-ky.zip").write_bytes(b"PK")
    digest = '"' + "a" * 64 + '"'
    (made / "ket-qua.json").write_text(
        f'{{"size": 1234567, "entries": 320, "hash": {digest}, "root": {digest}, "proofs": 1, "faults": ["bản ghi"]}}'
    )
    yield "xuat-xong", "/nhat-ky/xuat"
    tamper(database, "UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 40")
    yield "kiem-tra-hong", "/nhat-ky/kiem-tra?kiem=1"
    yield "ban-ghi-hong", "/nhat-ky/40"
    yield "nghia-vu", "/nghia-vu/nhu-quynh-2024.B02.2024-H1"


@pytest.mark.parametrize("desk", [True], indirect=True)
def test_no_page_has_a_barrier_at_any_width(reading: Desk, loaded_database: URL) -> None:
    found = reading.barriers_on(places(reading, loaded_database), "TRAIL_SHOTS")
    assert {name: barriers for name, barriers in found.items() if barriers} == {}
    assert len(found) == 32
