"""Every page walked in a real browser as each reader: without a barrier, at a desk and on a phone, and by keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from acting import Office
from desk import WIDTHS, Desk, at_a_desk
from fastapi.routing import APIRoute
from office import MON_17_JUNE
from proposals import imported, small
from sqlalchemy import Engine
from test_run_pages import P8A, SLUG, a_run
from test_separation import BY_LINK, READERS
from visitors import admit_auditor

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]

B02 = "nhu-quynh-2024.B02.2024-H1"
# What stands for the parts of an address that name something; a file or a machine's answer is no page.
KNOWN = {"code": B02, "key": "ke-hoach-cap-tren-2023-12-29", "number": "1", "slug": SLUG, "person": "le-thi-mau",
         "draft": "1", "place": "2"}  # fmt: skip
NO_PAGE = ("/health", "/metrics", "/minh-chung/", ".docx", ".xlsx", ".json", "/dang-nhap/", "/tep")
SHOWN = Path(os.environ["DUNGHAN_TEST_PICTURES"]) if "DUNGHAN_TEST_PICTURES" in os.environ else None
# The controls a person sees that the Tab key never comes to.
UNREACHED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(one => one.checkVisibility() && one.type !== 'hidden' && !one.disabled && one.tabIndex < 0)
    .map(one => one.outerHTML)"""


@pytest.fixture(params=READERS)
def desk(request: pytest.FixtureRequest, loaded: Engine, tmp_path: Path) -> Iterator[Desk]:
    office = Office(loaded, tmp_path, acting=False)
    admit_auditor(loaded, office.now())
    imported(loaded, small(), MON_17_JUNE)
    KNOWN["run"] = str(a_run(loaded, "P8a", P8A, parent=a_run(loaded).id).id)
    with at_a_desk(office.signed_in(READERS[request.param], request.param)) as found:
        cookie = {"name": "dunghan", "value": office.client.cookies["dunghan"], "url": found.host}
        found.page.context.add_cookies([cookie])
        yield found


def addresses(office: Office) -> list[str]:
    """Every page without parts to fill, and one of each kind with them."""
    parts = [part.original_router for part in office.app.routes if hasattr(part, "original_router")]
    paths = dict.fromkeys(
        r.path for part in parts for r in part.routes if isinstance(r, APIRoute) and "GET" in r.methods
    )
    filled = [path.format_map(KNOWN) for path in paths if not BY_LINK.match(path) and set(_names(path)) <= set(KNOWN)]
    return [path for path in filled if not any(no in path for no in NO_PAGE)]


def _names(path: str) -> list[str]:
    return [part.strip("{}").split(":")[0] for part in path.split("/") if part.startswith("{")]


def test_no_page_has_a_barrier_and_every_control_is_in_the_keyboard_s_reach(
    desk: Desk, request: pytest.FixtureRequest
) -> None:
    reader, opened = request.node.callspec.params["desk"], 0
    widths = WIDTHS if reader == "van-phong" else {1280: 900}  # the office is offered all that others are, and more
    for address in addresses(desk.office):
        answer = desk.page.goto(f"{desk.host}{address}")
        assert answer
        if answer.status == 403:
            continue
        assert answer.status == 200, address
        assert desk.page.evaluate(UNREACHED) == [], address
        for width, height in widths.items():
            desk.page.set_viewport_size({"width": width, "height": height})
            assert desk.barriers() == [], (address, width)
            _keep(desk, f"{reader}-{address.strip('/').replace('/', '_') or 'goc'}-{width}")
            opened += 1
    assert opened > 20
    assert all(url.startswith(desk.host) for url in desk.asked)


def _keep(desk: Desk, name: str) -> None:
    """The picture, for whoever wants to look."""
    if SHOWN:
        desk.page.screenshot(path=SHOWN / f"{name}.png", full_page=True)


def test_a_reader_goes_to_the_content_and_signs_out_by_keyboard(desk: Desk) -> None:
    desk.open("/nghia-vu")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.innerText") == "Đến nội dung chính"
    desk.tab_to("Đăng xuất")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/dang-nhap")
    desk.open("/nghia-vu")
    assert "/dang-nhap" in desk.page.url
