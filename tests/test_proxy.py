"""The pages behind a real nginx by the example an office copies: HTTPS, names and addresses right, no more open."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from acting import form_of, plain
from office import HOUSE
from portals import own_certificate
from smtp_faults import Relay, running
from sqlalchemy import URL, create_engine, text
from test_parts import Manager, urls
from visitors import OFFICE

from deployments.ports import free_port

EXAMPLE = HOUSE / "deployments" / "proxy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
pytestmark = [pytest.mark.real, pytest.mark.skipif(not NGINX, reason="nginx is not on this machine")]
ORIGIN = {"Origin": "https://127.0.0.1"}
READER = "127.0.0.5"  # the address the browser comes from


@dataclass
class House:
    """The pages, nginx before them, a relay; and one browser that comes from an address of its own."""

    browser: httpx.Client
    pages: str
    plain_port: int
    relay: Relay
    stop_pages: Callable[[], None]


@pytest.fixture
def house(tmp_path: Path, loaded_database: URL) -> Iterator[House]:
    pages, secure, bare = free_port(), free_port(), free_port()
    certificate = tmp_path / "dunghan.pem"
    certificate.write_bytes(own_certificate())
    with running(Relay()) as relay, _nginx(tmp_path, pages, secure, bare):
        manager = Manager(tmp_path)
        facts = {"state_dir": str(tmp_path / "state"), "web_port": str(pages), "smtp_port": str(relay.port)}
        with manager.running("serve", "web", **urls(loaded_database), **facts, base_url="https://127.0.0.1") as service:
            assert manager.heard() == "READY=1", manager.log.read_text()
            way = httpx.HTTPTransport(verify=ssl.create_default_context(cafile=certificate), local_address=READER)
            with httpx.Client(base_url=f"https://127.0.0.1:{secure}", transport=way, timeout=30) as browser:
                yield House(browser, f"http://127.0.0.1:{pages}", bare, relay, service.terminate)


def _nginx(folder: Path, pages: int, secure: int, bare: int) -> subprocess.Popen[bytes]:
    """The example as it is, but for the lines an office changes, ports and addresses of this test."""
    words = EXAMPLE.read_text("utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{bare};"), ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("dunghan.xa.example; ", "127.0.0.1; "), ("127.0.0.1:8800", f"127.0.0.1:{pages}"),
        ("/etc/ssl/dunghan.pem", f"{folder}/dunghan.pem"), ("/etc/ssl/private/dunghan.key", f"{folder}/dunghan.pem"),
    ):  # fmt: skip
        assert old in words
        words = words.replace(old, new)
    words = re.sub(r"^ *listen \[::\].*\n", "", words, flags=re.MULTILINE)
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; user root;"
    around = f"{main} events {{}} http {{ access_log off; {temporary} {words} }}"
    (folder / "nginx.conf").write_text(around, "utf-8")
    assert NGINX
    checked = subprocess.run([NGINX, "-t", "-c", folder / "nginx.conf"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    return _Started([NGINX, "-c", str(folder / "nginx.conf")])


class _Started(subprocess.Popen[bytes]):
    """A program that ends with its block."""

    def __exit__(self, *_: object) -> None:
        self.terminate()
        self.wait(10)


def test_a_reader_signs_in_through_nginx_and_nothing_more_is_open(house: House, loaded_database: URL) -> None:
    browser = house.browser
    page = browser.get("/dang-nhap")
    assert (page.status_code, page.headers["Strict-Transport-Security"]) == (200, "max-age=31536000")
    assert page.headers.get_list("Content-Security-Policy") == [page.headers["Content-Security-Policy"]]
    fields = {**form_of(page.text, "/dang-nhap"), "email": OFFICE}
    asked = browser.post("/dang-nhap", data=fields, headers={**ORIGIN, "X-Forwarded-For": "203.0.113.9"})
    assert asked.status_code in (200, 303), plain(asked.text)
    path = _link(house.relay)
    opened = browser.get(path)
    entered = browser.post(path, data=form_of(opened.text, path), headers=ORIGIN)
    cookie = entered.headers["Set-Cookie"]
    assert cookie.startswith("__Host-dunghan=")
    assert "Secure" in cookie
    assert browser.get("/nghia-vu").status_code == 200
    assert _who_asked(loaded_database) == READER  # as nginx says, not as the sender claims

    assert browser.get("/health").status_code == 200
    assert browser.get("/metrics").status_code == 404
    assert httpx.get(f"{house.pages}/metrics", trust_env=False).status_code == 200
    assert browser.get("/api/health").status_code == 404  # nothing of Prefect
    assert browser.get("/nghia-vu", headers={"Host": "ke-khac.example"}).status_code in (400, 404, 421)
    assert "nginx/" not in page.headers.get("Server", "")


def test_http_leads_to_https_and_pages_that_rest_say_so_in_vietnamese(house: House) -> None:
    moved = httpx.get(f"http://127.0.0.1:{house.plain_port}/nghia-vu?x=1", trust_env=False)
    assert (moved.status_code, moved.headers["Location"]) == (301, "https://127.0.0.1/nghia-vu?x=1")
    assert house.browser.post("/dang-nhap", content=b"x" * (26 * 2**20)).status_code == 413
    house.stop_pages()
    _until_resting(house.browser)
    resting = house.browser.get("/nghia-vu")
    assert resting.headers["Retry-After"] == "60"
    assert "Hệ thống tạm nghỉ" in resting.text


def _link(relay: Relay) -> str:
    started = time.monotonic()
    while not relay.mails:
        assert time.monotonic() - started < 20
        time.sleep(0.1)
    words = relay.mails[-1].message.get_payload(decode=True)
    assert isinstance(words, bytes)
    found = re.search(r"https://127\.0\.0\.1(/\S+)", words.decode())
    assert found
    return found.group(1)


def _who_asked(database: URL) -> str:
    owner = create_engine(database)
    with owner.connect() as connection:
        client = str(connection.execute(text("SELECT client FROM sign_in_link")).scalar_one())
    owner.dispose()
    return client


def _until_resting(browser: httpx.Client) -> None:
    started = time.monotonic()
    while browser.get("/health").status_code != 503:
        assert time.monotonic() - started < 30
        time.sleep(0.2)
