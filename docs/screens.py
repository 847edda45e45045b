"""Fresh screenshots for docs/images: starts a practice of its own, clicks through it in Chromium, stops it."""

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

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
QUIET = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update")
B02 = "nhu-quynh-2024.B02.2024-H1"


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as state:
        web, prefect, smtp = _ports(3)
        environment = {
            **os.environ,
            "DUNGHAN_STATE_DIR": state,
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
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{web}/nghia-vu")
        page.get_by_role("button", name="Sang ngày làm việc tiếp theo").click()
        _wait_idle(f"{web}/nghia-vu")
        _shoot(page, f"{web}/nghia-vu", "obligations")
        _shoot(page, f"{web}/nghia-vu/{B02}", "obligation", whole=True)
        _shoot(page, f"{web}/hop-thu", "mailbox")
        letter = page.locator("a[href^='/hop-thu/']").first.get_attribute("href")
        _shoot(page, f"{web}{letter}", "letter", whole=True)
        _shoot(page, f"{prefect}/flows", "prefect-flows", pause=4)
        _phone(browser, web)
        browser.close()


def _phone(browser: Browser, web: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    _shoot(page, f"{web}/nghia-vu", "obligations-phone")


def _shoot(page: Page, url: str, name: str, whole: bool = False, pause: float = 0.3) -> None:
    page.goto(url)
    page.wait_for_load_state("load")
    time.sleep(pause)
    page.screenshot(path=IMAGES / f"{name}.png", full_page=whole)
    print(f"{name}.png  {url}")


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
