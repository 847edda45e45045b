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

from playwright.sync_api import Page, sync_playwright

from docs.came_back import come_back

IMAGES = Path(__file__).parent / "images"
QUIET = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update")
MOST_BYTES = 300_000  # of a picture in docs/
MORNINGS = 12  # more than the practice below takes
B02 = "nhu-quynh-2024.B02.2024-H1"
READER, CLERK, CHAIR = "tran-thi-vi-du", "le-thi-mau", "hoang-van-mo-phong"
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
        command = [str(Path(sys.executable).parent / "dunghan"), "up", "--practice", "2024-06-17"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait_idle(f"http://127.0.0.1:{web}/nghia-vu")
            _walk(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{prefect}", state, returns)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _walk(web: str, prefect: str, state: Path, returns: Path) -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(base_url=web)
        posted = _monday_17_june(page)
        _go_to(page, "18/06/2024")
        _tuesday_18_june(page, prefect)
        come_back(state / "mailbox", returns / "new")
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
    _shoot(page, "/nghia-vu", "obligations")
    _shoot(page, "/nghia-vu", "obligations-phone", width=390)
    _shoot(page, f"/nghia-vu/{B02}", "obligation", height=1500)
    _shoot(page, "/hop-thu", "mailbox")
    _open_letter(page, READER)
    _shoot(page, page.url, "letter", height=1130)
    _shoot(page, f"{prefect}/flows", "prefect-flows", pause=4)
    _shoot(page, _link(page, READER, "/tra-loi/", "Giải quyết khiếu nại"), "answering", width=390, height=2100)
    page.goto(_link(page, CLERK, "/tra-loi/", "Báo cáo"))
    _fill(page, "xin-them", ngay="10/07/2024", ly_do="Hai trường học gửi số liệu sau ngày 05/07/2024")


def _wednesday_19_june(page: Page) -> None:
    """What waits for a person: a request, a mail that came back, one somebody wrote; and the second person decides."""
    _shoot(page, "/thu-can-xem", "unsettled", height=1200)
    _shoot(page, "/lanh-dao", "leaders", height=1300)
    _shoot(page, "/lich?thang=2024-07", "month", height=1500)
    _shoot(page, _link(page, CHAIR, "/duyet/"), "deciding", height=1500)
    form = page.locator("form[id^='khong-dong-y-']").get_attribute("id") or ""
    _fill(page, form, ly_do="Đề nghị nộp đúng hạn; trường nào chưa gửi thì ghi rõ trong báo cáo")


def _monday_1_july(page: Page, posted: str) -> None:
    """Figures frozen, a posting found taken down early, the events, the report on paper."""
    _shoot(page, f"/bao-cao/{B02}", "report", height=1700)
    _shoot(page, posted, "disclosure", height=740)
    _clip(page, "noi-dung-cong-khai", "lan-cong-khai", "posting")
    _shoot(page, "/su-kien", "events", height=1560)
    _on_paper(page, f"/bao-cao/{B02}/du-thao.docx", "report-document")


def _open_letter(page: Page, person: str) -> None:
    """The newest letter of `person`."""
    page.goto(f"/hop-thu?nguoi={person}@nhuquynh.example")
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


def _shoot(page: Page, address: str, name: str, width: int = 1180, height: int = 900, pause: float = 0.3) -> None:
    """A picture of the top of a page, no taller than the page itself."""
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    page.wait_for_load_state("load")
    time.sleep(pause)
    page.set_viewport_size({"width": width, "height": min(height, page.evaluate("document.body.scrollHeight"))})
    page.screenshot(path=IMAGES / f"{name}.png")
    _tell(name)


def _clip(page: Page, first: str, last: str, name: str) -> None:
    """A picture of the open page from the section of heading `first` to that of heading `last`."""
    page.set_viewport_size({"width": 1180, "height": page.evaluate("document.body.scrollHeight")})
    top = page.locator(f"section[aria-labelledby={first}]").bounding_box()
    end = page.locator(f"section[aria-labelledby={last}]").bounding_box()
    if not (top and end):
        raise SystemExit(f"{page.url}: no section {first} or {last}")
    height = end["y"] + end["height"] - top["y"]
    page.screenshot(path=IMAGES / f"{name}.png", clip={"x": 0, "y": top["y"], "width": 1180, "height": height})
    _tell(name)


def _on_paper(page: Page, address: str, name: str) -> None:
    """The first sheet of a document, when this machine can lay it out."""
    if not (shutil.which("soffice") and shutil.which("pdftoppm")):
        print(f"{name}.png left as it is: soffice and pdftoppm are needed")
        return
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / "report.docx"
        paper.write_bytes(page.request.get(address).body())
        profile = f"-env:UserInstallation=file://{folder}/profile"
        office = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(paper)]
        subprocess.run(office, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        sheet = ["pdftoppm", "-png", "-r", "80", "-f", "1", "-singlefile", str(paper.with_suffix(".pdf"))]
        subprocess.run([*sheet, str(IMAGES / name)], check=True, timeout=60)
    _tell(name)


def _tell(name: str) -> None:
    size = (IMAGES / f"{name}.png").stat().st_size
    print(f"{name}.png  {size // 1000} kB{'  TOO BIG' if size > MOST_BYTES else ''}", flush=True)


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
