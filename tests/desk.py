"""A real browser before pages that are really served."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from time import monotonic, sleep
from typing import Generic, Protocol, TypeVar

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, sync_playwright

from deployments.ports import free_port

QUIET = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
WIDTHS = {1280: 900, 390: 844}
MOST_TABS = 60


class Served(Protocol):
    """Pages to be served."""

    app: FastAPI


Pages = TypeVar("Pages", bound=Served)


@dataclass
class Desk(Generic[Pages]):
    """A browser at pages that are really served."""

    office: Pages
    page: Page
    asked: list[str]
    host: str

    def open(self, address: str) -> str:
        """Go there; what its main part says."""
        self.page.goto(f"{self.host}{address}")
        return self.page.inner_text("main")

    def tab_to(self, what: str) -> None:
        """Press Tab until what has the focus says, or is, `what`."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate("[document.activeElement.id, document.activeElement.innerText]")
            if what in focused:
                return
        pytest.fail(f"«{what}» is out of the keyboard's reach")

    def barriers(self) -> list[str]:
        """What axe finds, and whether anything is wider than the window."""
        from axe_playwright_python.sync_playwright import Axe

        found = [rule["id"] for rule in Axe().run(self.page).response["violations"]]
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return [*found, *(["wider than the window"] if wide else [])]

    def barriers_on(self, places: Iterable[tuple[str, str]], shots: str) -> dict[str, list[str]]:
        """The barriers of each place, a name and an address, at each width.

        Pictures of them go to the folder the variable `shots` names, when it is set.
        """
        found: dict[str, list[str]] = {}
        for name, address in places:
            for width, height in WIDTHS.items():
                self.page.set_viewport_size({"width": width, "height": height})
                self.open(address)
                found[f"{name} {width}"] = self.barriers()
                if folder := os.environ.get(shots):
                    self.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        return found


@contextmanager
def at_a_desk(office: Pages, port: int = 0) -> Iterator[Desk[Pages]]:
    """The pages of `office` served by uvicorn, and Chromium before them."""
    asked: list[str] = []
    server = uvicorn.Server(uvicorn.Config(office.app, port=port or free_port(), log_level="warning", access_log=False))
    serving = Thread(target=server.run, daemon=True)
    serving.start()
    started = monotonic()
    while not server.started and monotonic() - started < 30:
        sleep(0.05)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page()
        page.on("request", lambda sent: asked.append(sent.url))
        yield Desk(office, page, asked, f"http://127.0.0.1:{server.config.port}")
        browser.close()
    server.should_exit = True
    serving.join(20)
