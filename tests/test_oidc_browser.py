"""The second door in a real browser: there and back by keyboard alone, and without a barrier for anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import WIDTHS, Desk, at_a_desk
from sqlalchemy import Engine
from test_oidc import House

from deployments.ports import free_port

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]


@pytest.fixture
def desk(loaded: Engine, tmp_path: Path) -> Iterator[Desk]:
    """A browser at the pages on 127.0.0.1; their provider, on localhost, is another site to it."""
    port = free_port()
    house = House(loaded, tmp_path, url=f"http://127.0.0.1:{port}")
    with house.idp, at_a_desk(house, port) as found:
        yield found


def test_there_and_back_by_keyboard_alone(desk: Desk) -> None:
    desk.open("/bao-cao")
    desk.tab_to("Đăng nhập bằng tài khoản công vụ")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/dang-nhap/oidc/ve?*")  # by way of the provider, whose session is open
    assert any(url.startswith("http://localhost:") for url in desk.asked)
    desk.tab_to("Đăng nhập")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/bao-cao")
    assert "Hoàng Văn Mô Phỏng" in desk.page.inner_text("header")
    cookies = {one["name"]: one for one in desk.page.context.cookies()}
    assert set(cookies) == {"dunghan"}


def test_the_doors_have_no_barrier_at_any_width(desk: Desk) -> None:
    found: dict[str, list[str]] = {}
    for width, height in WIDTHS.items():
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.open("/dang-nhap?ve=/bao-cao")
        found[f"door {width}"] = desk.barriers()
        desk.page.get_by_role("link", name="Đăng nhập bằng").click()
        found[f"button {width}"] = desk.barriers()
        desk.open("/dang-nhap/oidc/ve?code=x&state=x")
        assert "không bắt đầu từ đây" in desk.page.get_by_role("alert").inner_text()
        found[f"refused {width}"] = desk.barriers()
    assert {name: barriers for name, barriers in found.items() if barriers} == {}
    assert len(found) == 6
