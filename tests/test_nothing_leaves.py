"""Nothing leaves the machine but for addresses in the settings: every packet that tries is seen, names asked too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from desk import QUIET
from office import PLAN
from playwright.sync_api import Page, sync_playwright
from portals import PAGES, Portal
from ruamel.yaml import YAML
from sealed_room import Room, Sent, Watch, join, sealed_room, why_not
from smtp_faults import Relay
from smtp_faults import running as relaying
from stamping import Authority, Stamper
from test_return_mailbox import PASSWORD, ImapServer
from test_return_mailbox import running as holding_mail

from deployments.ports import free_port

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "a room can be made"),
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]

DUNGHAN = Path(sys.executable).parent / "dunghan"
B02 = "nhu-quynh-2024.B02.2024-H1"
POOR = "nhu-quynh-2024.P3b.cong-nhan-ho-ngheo-2024-06-14-t3"
PLACES = ["/nghia-vu", f"/nghia-vu/{B02}", f"/nghia-vu/{B02}/qua-trinh", "/hop-thu", "/thu-can-xem", "/bao-cao",
          f"/bao-cao/{B02}", "/su-kien", "/cong-khai", "/lanh-dao", "/lich", "/van-phong", "/ke-hoach", "/nhat-ky",
          "/luong", "/dang-nhap"]  # fmt: skip
PREFECT = ["/dashboard", "/runs", "/flows", "/deployments", "/work-pools", "/settings"]
# What Chromium asks for itself even so, on an empty page too: sent to a port nobody listens on.
NOBODY = "http://127.0.0.1:9/"
SILENT = [*QUIET, f"--gaia-url={NOBODY}", f"--autofill-server-url={NOBODY}", f"--component-updater=url-source={NOBODY}"]
MAIL, BOX, STAMPS, PORTAL = (f"198.51.100.{number}" for number in (2, 3, 4, 5))


class Inside:
    """dunghan's commands in a room, on a state folder of their own."""

    def __init__(self, room: Room, state: Path, **settings: object) -> None:
        self.room, self.state = room, state
        said = {f"DUNGHAN_{name.upper()}": str(value) for name, value in settings.items()}
        self.environment = {**os.environ, "DUNGHAN_STATE_DIR": str(state), **said}

    def run(self, *arguments: str | Path, ends: tuple[int, ...] = (0,)) -> str:
        """What a command says, once it has ended as expected."""
        done = subprocess.run(
            self.room.enter(DUNGHAN, *arguments), env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode in ends, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def up(self, *arguments: str) -> Iterator[None]:
        """`dunghan up`, ready for readers."""
        log = self.state.with_suffix(".log")
        command = self.room.enter(DUNGHAN, "up", *arguments)
        process = subprocess.Popen(command, env=self.environment, stdout=log.open("wb"), stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + 300
            while "Sẵn sàng" not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.3)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


@pytest.fixture
def room() -> Iterator[Room]:
    with sealed_room() as made:
        yield made


@contextmanager
def browser_in(room: Room, folder: Path) -> Iterator[tuple[Page, set[str]]]:
    """Chromium inside, driven from outside over a pipe; and every host its pages ask."""
    command = folder / "chromium-inside"
    command.write_text(f'#!/bin/sh\nexec {" ".join(room.enter(shutil.which("chromium") or ""))} "$@"\n')
    command.chmod(0o700)
    asked = set[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=SILENT)
        page = browser.new_page()
        page.on("request", lambda sent: asked.add(urlsplit(sent.url).netloc or "nobody"))
        yield page, asked
        browser.close()


def test_the_room_shows_whoever_tries_to_leave(room: Room) -> None:
    tries = "import socket as s; s.socket(type=s.SOCK_DGRAM).sendto(b'', ('203.0.113.9', 9))"
    asks = "import socket; socket.getaddrinfo('dunghan.example', 80)"
    with Watch(room) as watch:
        subprocess.run(room.enter(sys.executable, "-c", "import time"), check=True)
        assert watch.sent() == set()
        subprocess.run(room.enter(sys.executable, "-c", tries), check=True)
        assert watch.sent() == {Sent("udp", "203.0.113.9", 9)}
        asking = subprocess.Popen(room.enter(sys.executable, "-c", asks), stderr=subprocess.DEVNULL)
        time.sleep(1)
        asking.kill()
        asking.wait()
        assert watch.sent() == {Sent("udp", "192.0.2.53", 53, "dunghan.example")}


def test_a_practice_is_lived_and_read_without_one_packet_leaving(room: Room, tmp_path: Path) -> None:
    ports = {name: free_port() for name in ("web_port", "prefect_port", "smtp_port")}
    inside = Inside(room, tmp_path / "state", **ports)
    web, prefect = (f"http://127.0.0.1:{ports[name]}" for name in ("web_port", "prefect_port"))
    plan = a_few_tasks(tmp_path / "plan.yaml")
    with Watch(room) as watch, inside.up("--practice", "2024-06-18", "--plan", str(plan)):
        inside.run("doctor", ends=(0, 1))
        inside.run("plan", "check", plan, ends=(0, 1))
        inside.run("audit", "export", tmp_path / "export")
        days = "--from", "2024-06-18", "--to", "2024-06-18"
        inside.run("replay", plan, *days, "--out", tmp_path / "replay")
        assert watch.sent() == set()
        with browser_in(room, tmp_path) as (page, asked):
            walk(page, web, prefect)
        assert asked - {"nobody"} == {web.removeprefix("http://"), prefect.removeprefix("http://")}
        assert watch.sent() == set()


def a_few_tasks(file: Path) -> Path:
    """The real plan with four of its tasks, so that they are soon read, loaded and known to Prefect."""
    document = YAML().load(PLAN)
    document["nhiem-vu"] = [task for task in document["nhiem-vu"] if task["ma"] in ("B02", "B06", "P3b", "P4b.3")]
    YAML().dump(document, file)
    return file


def walk(page: Page, web: str, prefect: str) -> None:
    """The pages, the letters of the morning swept through Prefect, and Prefect's own pages."""
    page.goto(f"{web}/nghia-vu")
    while "Đang quét" in page.inner_text("body"):
        page.wait_for_timeout(500)
        page.goto(f"{web}/nghia-vu")
    for address in PLACES:
        answer = page.goto(f"{web}{address}")
        assert answer, address
        assert answer.status == 200, address
    page.goto(f"{web}/hop-thu")
    page.locator("table a[href^='/hop-thu/']").first.click()
    assert "18/06/2024" in page.inner_text("body")
    for address in PREFECT:
        page.goto(f"{prefect}{address}")
        page.wait_for_timeout(1000)  # what it asks once it stands


def test_with_a_relay_a_mailbox_a_stamper_and_a_portal_only_they_are_spoken_to(room: Room, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    with ExitStack() as stack:
        town = stack.enter_context(sealed_room())
        join(room, town, [MAIL, BOX, STAMPS, PORTAL])
        relay, port = Relay(), free_port()
        stack.enter_context(relaying(relay, port, MAIL, town.made_inside))
        box = town.made_inside(lambda: ImapServer({}, address=BOX))
        authority = Authority(tmp_path / "tsa")
        stamper = town.made_inside(lambda: Stamper(authority, STAMPS))
        portal = town.made_inside(lambda: Portal(PAGES, PORTAL))
        for server in (holding_mail(box), stamper, portal):
            stack.enter_context(server)
        inside = Inside(
            room, tmp_path / "state", smtp_host=MAIL, smtp_port=port, returns_host=BOX, returns_port=box.port,
            returns_security="none", returns_user="nhacviec", returns_password_file=tmp_path / "password",
            tsa_url=stamper.url, tsa_ca_file=authority.root, auditors="thanh-tra@tinh.example",
            portal_hosts=portal.host, smtp_retries="",
        )  # fmt: skip
        out, cable = stack.enter_context(Watch(room)), stack.enter_context(Watch(room, "cable"))
        inside.run("plan", "load", a_few_tasks(tmp_path / "plan.yaml"), "--from", "2024-06-17")
        inside.run("sweep", "--plain", "--on", "2024-06-18")
        inside.run("event", "record", "cong-nhan-ho-ngheo", "2024-06-14", "--document", "Quyết định 61/QĐ-UBND")
        published = ("--item", "ho-ngheo-cong-nhan", "--channel", "cong", "--link", portal.link("/trang"))
        inside.run("disclosure", "post", POOR, *published, "--day", "2024-06-17", ends=(0, 1))
        inside.run("disclosure", "check", "--from", "2024-06-01", "--to", "2024-06-30")
        spoken = cable.sent()
        assert relay.to("thanh-tra")  # the signed head of the day
        assert {sent[1:3] for sent in spoken if sent.how != "arp"} == {
            (MAIL, port), (BOX, box.port), (STAMPS, stamper.server_address[1]), (PORTAL, portal.server_address[1])
        }  # fmt: skip
        assert {sent.host for sent in spoken if sent.how == "arp"} <= {MAIL, BOX, STAMPS, PORTAL}
        assert out.sent() == set()
