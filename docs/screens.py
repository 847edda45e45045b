"""Fresh screenshots for docs/images: starts a practice of its own, lives two weeks of it in Chromium, stops it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
QUIET = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update")
WIDE, TALL = 1180, 900
MOST_BYTES = 300_000
B02 = "nhu-quynh-2024.B02.2024-H1"
FIGURES_OF = {
    f"{B02}-sl-cong-chuc": "Số liệu của các công chức chuyên môn, gửi 27/06/2024",
    f"{B02}-sl-dau-moi": "Bảng tổng hợp của đầu mối, gửi 27/06/2024",
}
WEEKLY_RECEPTION = "nhu-quynh-2024.P4b.3.2024-W"


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as folder:
        web, prefect, smtp = _ports(3)
        environment = {
            **os.environ,
            "DUNGHAN_STATE_DIR": folder,
            "DUNGHAN_WEB_PORT": str(web),
            "DUNGHAN_PREFECT_PORT": str(prefect),
            "DUNGHAN_SMTP_PORT": str(smtp),
        }
        command = [Path(sys.executable).parent / "dunghan", "up", "--practice", "2024-06-17"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait_idle(f"http://127.0.0.1:{web}/nghia-vu")
            _walk(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{prefect}")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _walk(web: str, prefect: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport={"width": WIDE, "height": TALL}, base_url=web)
        posted = _monday_17_june(page)
        _next_morning(page)
        _tuesday_18_june(browser, page, prefect)
        _until(page, "21/06/2024")
        _report_done(page, f"{WEEKLY_RECEPTION}25", "Sổ tiếp công dân, buổi 21/06/2024")
        _until(page, "27/06/2024")
        for code, document in FIGURES_OF.items():
            _report_done(page, code, document)
        _until(page, "28/06/2024")
        _report_done(page, f"{WEEKLY_RECEPTION}26", "Sổ tiếp công dân, buổi 28/06/2024")
        _taken_down_early(page, posted)
        _until(page, "01/07/2024")
        _monday_1_july(page, posted)
        browser.close()


def _monday_17_june(page: Page) -> str:
    """A complaint with its day corrected, a dialogue set, a list of households posted; the page of that posting."""
    _record(page, "thu-ly-khieu-nai", "12/06/2024", "Quyết định 56/QĐ-UBND", **{"ho-so": "Đơn 07/2024"})
    _fill(page, "sua-ngay", **{"ngay": "13/06/2024", "ly-do": "Ghi nhầm ngày trình; quyết định ký ngày 13/06/2024"})
    _record(page, "hoi-nghi-doi-thoai", "15/08/2024", "Kế hoạch 31/KH-UBND")
    _record(page, "cong-nhan-ho-ngheo", "14/06/2024", "Quyết định 61/QĐ-UBND")
    page.locator("article.event table a").first.click()
    posted = page.url
    form = {"hinh-thuc": "bang-tin", "ngay": "17/06/2024", "van-ban": "Biên bản niêm yết 12/BB-UBND"}
    _fill(page, "cong-khai", **form, noi="Bảng tin trụ sở UBND thị trấn")
    return posted


def _tuesday_18_june(browser: Browser, page: Page, prefect: str) -> None:
    """The first reminders: lists, one obligation, the letters, the runs in Prefect."""
    _shoot(page, "/nghia-vu", "obligations")
    _shoot(page, f"/nghia-vu/{B02}", "obligation", height=1500)
    _shoot(page, "/hop-thu", "mailbox")
    letter = page.locator("a[href^='/hop-thu/']").first.get_attribute("href")
    _shoot(page, f"{letter}", "letter", height=1300)
    _shoot(page, f"{prefect}/flows", "prefect-flows", pause=4)
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    _shoot(phone, page.url.split("/flows")[0] if False else f"{_home(page)}/nghia-vu", "obligations-phone", width=390)


def _monday_1_july(page: Page, posted: str) -> None:
    """The figures are frozen; what was taken down early is found; the report is on paper."""
    _shoot(page, f"/bao-cao/{B02}", "report", height=1700)
    _shoot(page, posted, "disclosure", height=1700)
    _shoot(page, "/su-kien", "events", height=1250)
    _on_paper(page, f"/bao-cao/{B02}/du-thao.docx", "report-document")


def _record(page: Page, event: str, day: str, document: str, **more: str) -> None:
    """Record an event on its page; the page of that event is then open."""
    page.goto("/su-kien")
    _fill(page, "ghi", **{"su-kien": event, "ngay": day, "van-ban": document, **more})
