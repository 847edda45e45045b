"""Only the hosts an office listed are ever asked, however an address is spelled."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from portals import (
    PAGES,
    Portal,
    ask,
    ask_one,
)

from flows.portal import HostNotReadable
from models.settings import Settings, SettingsError, read_settings


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(PAGES) as running:
        yield running


# What is not asked at all


def refused(portal: Portal, link: str, *hosts: str) -> str:
    """What is said of a link that must not reach even the portal that is listening."""
    check = ask_one(link, *hosts)
    assert (check.outcome, check.status, check.sha256) == ("khong-duoc-phep", None, None)
    assert portal.asked == []
    return check.said


def test_a_host_that_is_not_listed_is_not_asked_and_the_clerk_is_told_what_to_do(portal: Portal) -> None:
    said = refused(portal, portal.link("/trang"))
    assert said == (
        f"Máy chủ «{portal.host}» chưa được phép; nếu đúng là cổng công khai, thêm máy chủ vào cấu hình portal_hosts."
    )


def test_a_listed_name_opens_its_usual_ports_only(portal: Portal) -> None:
    assert "portal_hosts" in refused(portal, portal.link("/trang"), "127.0.0.1")
    assert "portal_hosts" in refused(portal, "http://127.0.0.1/", portal.host)


def test_a_password_in_the_address_is_refused(portal: Portal) -> None:
    said = refused(portal, f"http://user:pw@{portal.host}/trang", portal.host)
    assert said.endswith("bỏ phần đứng trước dấu @.")


@pytest.mark.parametrize(
    "link", ["file:///etc/passwd", "gopher://{host}/", "ftp://{host}/", "javascript:1", "{host}/", ""]
)
def test_only_web_addresses_are_asked(portal: Portal, link: str) -> None:
    assert refused(portal, link.format(host=portal.host), portal.host).endswith("sửa lại đường dẫn.")


@pytest.mark.parametrize(
    "link",
    ["http://[::1", "http:///trang", "http://{host}\n/", "http://{host}:80/", "http://0177.0.0.1/", "http://\ud800/"],
)
def test_an_address_that_cannot_be_read_is_refused(portal: Portal, link: str) -> None:
    assert refused(portal, link.format(host=portal.host), portal.host).endswith("sửa lại đường dẫn.")


@pytest.mark.parametrize(
    "name",
    [
        "LOCALHOST",
        "localhost.",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0",
    ],
)
def test_another_spelling_of_a_listed_machine_is_another_host(portal: Portal, name: str) -> None:
    port = portal.server_address[1]
    assert "portal_hosts" in refused(portal, f"http://{name}:{port}/trang", portal.host)


def test_what_stands_behind_a_backslash_or_a_hash_is_not_the_host(portal: Portal) -> None:
    refused(portal, f"http://cong.example\\@{portal.host}/", portal.host)
    refused(portal, f"http://{portal.host}#@cong.example/", "cong.example")


# Names


def test_capitals_in_a_listed_name_make_no_difference(portal: Portal) -> None:
    port = portal.server_address[1]
    assert ask_one(f"HTTP://LocalHost:{port}/trang", f"localhost:{port}").outcome == "tra-loi"
    assert ask_one(f"http://localhost:{port}/trang", f"LOCALHOST:{port}").outcome == "tra-loi"


def test_a_name_with_vietnamese_letters_is_compared_in_punycode(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home = socket.getaddrinfo("127.0.0.1", portal.server_address[1], type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: at_home)
    port = portal.server_address[1]
    letters, punycode = f"như-quỳnh.example:{port}", f"{'như-quỳnh'.encode('punycode').decode()}.example:{port}"
    for link, host in ((letters, f"xn--{punycode}"), (f"xn--{punycode}", letters), (letters, letters)):
        assert ask_one(f"http://{link}/trang", host).outcome == "tra-loi"
    assert portal.asked[0].headers["Host"] == f"xn--{punycode}"


@pytest.mark.parametrize(
    "entry", ["https://cong.example/", "a@cong.example", "::1", "", "cong.example:x", "c.example:99999"]
)
def test_a_listed_host_that_cannot_be_read_is_refused_by_name(entry: str) -> None:
    with pytest.raises(HostNotReadable, match="portal_hosts"):
        ask(["http://cong.example/"], [entry])


# The setting


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("cong.example, cong2.example:8080", ("cong.example", "cong2.example:8080")),
        ('["cong.example", "cong2.example"]', ("cong.example", "cong2.example")),
        ("[::1]:8080,cong.example", ("[::1]:8080", "cong.example")),
        ("", ()),
    ],
)
def test_hosts_are_written_with_commas_or_as_json(
    monkeypatch: pytest.MonkeyPatch, written: str, hosts: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DUNGHAN_PORTAL_HOSTS", written)
    assert read_settings().portal_hosts == hosts


@pytest.mark.parametrize("line", ['portal_hosts = ["cong.example"]', 'portal_hosts = "cong.example"'])
def test_hosts_are_written_in_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str) -> None:
    (tmp_path / "dunghan.toml").write_text(line)
    monkeypatch.setenv("DUNGHAN_SETTINGS", str(tmp_path / "dunghan.toml"))
    assert read_settings().portal_hosts == ("cong.example",)


@pytest.mark.parametrize("written", ["https://cong.example/", "*.example", "a@cong.example", "cong.example/muc"])
def test_what_is_no_host_is_refused_when_settings_are_read(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("DUNGHAN_PORTAL_HOSTS", written)
    with pytest.raises(SettingsError, match="không phải tên máy chủ"):
        read_settings()


def test_an_office_that_lists_nothing_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUNGHAN_PORTAL_HOSTS", raising=False)
    assert Settings().portal_hosts == ()
