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
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from docs.came_back import come_back
from docs.camera import IMAGES, clip, on_paper, part, shoot
from docs.planning import planning

DUNGHAN = str(Path(sys.executable).parent / "dunghan")
QUIET = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update")
MORNINGS = 12  # more than the practice below takes
B02 = "nhu-quynh-2024.B02.2024-H1"
READER, CLERK, CHAIR = "tran-thi-vi-du", "le-thi-mau", "hoang-van-mo-phong"
AUDITOR = "thanh-tra@hung-yen.example"
RECEPTION = "nhu-quynh-2024.P4b.3.2024-W"


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as folder:
        state, returns = Path(folder) / "state", Path(folder) / "returns"
        (returns / "new").mkdir(parents=True)
        web, prefect, smtp = _ports(3)
        environment = {
            **os.environ,
            "DUNGHAN_STATE_DIR": str(state),
            "DUNGHAN_RETURNS_MAILDIR": str(returns),
            "DUNGHAN_WEB_PORT": str(web),
            "DUNGHAN_PREFECT_PORT": str(prefect),
            "DUNGHAN_SMTP_PORT": str(smtp),
        }
        command = [DUNGHAN, "up", "--practice", "2024-06-17"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            pages = f"http://127.0.0.1:{web}"
            _wait_idle(f"{pages}/nghia-vu")
            ahead = partial(planning, environment=environment, dunghan=DUNGHAN)
            _walk(pages, f"http://127.0.0.1:{prefect}", partial(_returned, environment, state, returns), ahead)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _returned(environment: Mapping[str, str], state: Path, returns: Path) -> None:
    """Let mails come back, and a round of its own read them: `dunghan up` reads no mailbox in practice."""
    come_back(state / "mailbox", returns / "new")
    subprocess.run([DUNGHAN, "sweep", "--plain"], env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)


def _walk(web: str, prefect: str, mails_return: Callable[[], None], plan_ahead: Callable[[Page], None]) -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(base_url=web)
        posted = _monday_17_june(page)
        _go_to(page, "18/06/2024")
        _tuesday_18_june(page, prefect)
        mails_return()
        plan_ahead(page)
        _go_to(page, "19/06/2024")
        _wednesday_19_june(page)
        _go_to(page, "21/06/2024")
        _report_done(page, f"{RECEPTION}25", "Sổ tiếp công dân, buổi 21/06/2024")
        _go_to(page, "27/06/2024")
        _report_done(page, f"{B02}-sl-cong-chuc", "Bảng số liệu 6 tháng của các công chức")
        _report_done(page, f"{B02}-sl-dau-moi", "Bảng tổng hợp 6 tháng của đầu mối")
        _go_to(page, "28/06/2024")
        _report_done(page, f"{RECEPTION}26", "Sổ tiếp công dân, buổi 28/06/2024")
        _take_down(page, posted)
        _go_to(page, "01/07/2024")
        _monday_1_july(page, posted)
        _office_1_july(page)
        _auditor_1_july(page, browser.new_page(base_url=web))
        browser.close()


def _monday_17_june(page: Page) -> str:
    """A complaint, its day corrected; a dialogue set for August; a list posted. The page of that posting."""
    _record(page, "thu-ly-khieu-nai", "12/06/2024", "Quyết định 56/QĐ-UBND", ho_so="Đơn 07/2024")
    _fill(page, "sua-ngay", ngay="13/06/2024", ly_do="ghi nhầm ngày trình; quyết định ký ngày 13/06/2024")
    _record(page, "hoi-nghi-doi-thoai", "15/08/2024", "Kế hoạch 31/KH-UBND")
    _record(page, "cong-nhan-ho-ngheo", "14/06/2024", "Quyết định 61/QĐ-UBND")
    page.locator("article.event table a").first.click()
    posted = page.url
    board = "Bảng tin trụ sở UBND thị trấn"
    _fill(page, "cong-khai", hinh_thuc="bang-tin", ngay="17/06/2024", noi=board, van_ban="Biên bản 12/BB-UBND")
    return posted.split("#")[0]


def _tuesday_18_june(page: Page, prefect: str) -> None:
    """The first reminders: the list, one obligation, the letters, the runs in Prefect."""
    shoot(page, "/nghia-vu", "obligations")
    shoot(page, "/nghia-vu", "obligations-phone", width=390)
    shoot(page, f"/nghia-vu/{B02}", "obligation", height=1500)
    shoot(page, "/hop-thu", "mailbox")
    _open_letter(page, READER)
    shoot(page, page.url, "letter", height=1130)
    shoot(page, f"{prefect}/flows", "prefect-flows", pause=4)
    shoot(page, _link(page, READER, "/tra-loi/", "Giải quyết khiếu nại"), "answering", width=390, height=2100)
    page.goto(_link(page, CLERK, "/tra-loi/", "Báo cáo"))
    _fill(page, "xin-them", ngay="10/07/2024", ly_do="Hai trường học gửi số liệu sau ngày 05/07/2024")


def _wednesday_19_june(page: Page) -> None:
    """What waits for a person: a request, a mail that came back, one somebody wrote; and the second person decides."""
    shoot(page, "/thu-can-xem", "unsettled", height=1200)
    shoot(page, "/van-phong", "house", height=1200)
    shoot(page, "/lanh-dao", "leaders", height=1300)
    shoot(page, "/lich?thang=2024-07", "month", height=1500)
    shoot(page, _link(page, CHAIR, "/duyet/"), "deciding", height=1500)
    form = page.locator("form[id^='khong-dong-y-']").get_attribute("id") or ""
    _fill(page, form, ly_do="Đề nghị nộp đúng hạn; trường nào chưa gửi thì ghi rõ trong báo cáo")


def _monday_1_july(page: Page, posted: str) -> None:
    """Figures frozen, a posting found taken down early, the events, the report on paper."""
    shoot(page, f"/bao-cao/{B02}", "report", height=1700)
    shoot(page, posted, "disclosure", height=740)
    clip(page, "noi-dung-cong-khai", "lan-cong-khai", "posting")
    shoot(page, "/su-kien", "events", height=1560)
    on_paper(page, f"/bao-cao/{B02}/du-thao.docx", "report-document")


def _office_1_july(page: Page) -> None:
    """Somebody away, a right given to an auditor from outside, what ran."""
    page.goto(f"/can-bo/{READER}")
    _fill(page, "nghi", tu="01/07/2024", den="05/07/2024", nguoi_thay="kieu-van-kiem-thu", ly_do="Nghỉ phép")
    shoot(page, "/can-bo", "people", height=820)
    shoot(page, "/luong", "runs", height=820)
    shoot(page, f"/nghia-vu/{B02}/qua-trinh", "life", height=1500)
    page.goto("/truy-cap")
    _fill(page, "cap", ten="Vũ Thị Thanh Tra", email=AUDITOR, quyen="kiem-tra", den="30/09/2024", ma="kiem-tra-1")


def _auditor_1_july(page: Page, own: Page) -> None:
    """The auditor comes in on a browser of `own` and reads the trail; the office sees who is signed in."""
    part(own, "/dang-nhap", "main", "sign-in")
    own.locator("#email").fill(AUDITOR)
    own.get_by_role("button", name="Gửi liên kết đăng nhập").click()
    time.sleep(2)  # the link leaves after the page was answered
    own.goto(_link(page, AUDITOR, "/dang-nhap/"))
    own.get_by_role("button", name="Đăng nhập").click()
    own.wait_for_url("**/nhat-ky")
    shoot(own, "/nhat-ky", "trail", height=980)
    shoot(page, "/truy-cap", "access", height=1500)


def _open_letter(page: Page, person: str) -> None:
    """The newest letter of `person`, who is named by code or by an address elsewhere."""
    page.goto(f"/hop-thu?nguoi={person if '@' in person else f'{person}@nhuquynh.example'}")
    page.locator("table a[href^='/hop-thu/']").first.click()


def _link(page: Page, person: str, purpose: str, title: str = "") -> str:
    """The first link for this purpose in the newest letter of `person`, below the first line with `title`."""
    _open_letter(page, person)
    text = page.locator("pre.letter").inner_text()
    found = re.search(rf"http://\S*{purpose}\S+", text[text.index(title) :])
    if not found:
        raise SystemExit(f"{person}: no link {purpose} in the newest letter")
    return found[0]


def _record(page: Page, event: str, day: str, document: str, **more: str) -> None:
    """Record an event; its own page is then open."""
    page.goto("/su-kien")
    _fill(page, "ghi", su_kien=event, ngay=day, van_ban=document, **more)


def _report_done(page: Page, code: str, document: str) -> None:
    page.goto(f"/nghia-vu/{code}")
    _fill(page, "hoan-thanh", minh_chung=document)


def _take_down(page: Page, posted: str) -> None:
    page.goto(posted)
    form = page.locator("form[id^='go-']").get_attribute("id") or ""
    _fill(page, form, van_ban="Biên bản 15/BB-UBND")


def _fill(page: Page, form: str, **typed: str) -> None:
    """Open the form of a page when it is folded, fill it as a person would and send it; a refusal stops everything."""
    title = page.locator(f"details.act:not([open]):has(> #{form}, > * > #{form}) > summary")
    if title.count():
        title.first.click()
    for name, value in typed.items():
        box = page.locator(f"#{form}-{name.replace('_', '-')}")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    page.locator(f"#{form} button[type=submit]").click()
    page.wait_for_load_state("load")
    if refused := page.locator(".refusal").all_inner_texts():
        raise SystemExit(f"{page.url}: {refused[0]}")


def _go_to(page: Page, day: str) -> None:
    """Press the button of practice until it is `day`, each morning swept."""
    for _ in range(MORNINGS):
        page.goto("/thu-can-xem")
        page.get_by_role("button", name="Sang ngày làm việc tiếp theo").click()
        _wait_idle(page.url)
        page.goto("/thu-can-xem")
        if day in page.locator("section.practice").inner_text():
            return
    raise SystemExit(f"practice did not come to {day}")


def _wait_idle(url: str, seconds: int = 240) -> None:
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        try:
            with urlopen(url, timeout=10) as answer:  # noqa: S310  loopback only
                if not re.search("Đang quét", answer.read().decode()):
                    return
        except OSError:
            pass
        time.sleep(1)
    raise SystemExit("the practice did not come up")


def _ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [probe.getsockname()[1] for probe in sockets]
    for probe in sockets:
        probe.close()
    return found


if __name__ == "__main__":
    main()
