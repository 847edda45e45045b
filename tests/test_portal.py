"""Every way a portal can answer, or fail to, has its own words."""

from __future__ import annotations

import hashlib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from portals import (
    PAGE,
    PAGES,
    QUICK,
    Crowd,
    Handler,
    Portal,
    ask,
    ask_one,
    ask_path,
    own_certificate,
    page,
    redirect,
)

from deployments.ports import free_port
from flows.http_request import Limits
from flows.portal import LinkCheck


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(PAGES) as running:
        yield running


# What a server may answer


def test_a_page_that_is_there_answers_with_its_digest(portal: Portal) -> None:
    link = portal.link("/trang")
    digest = hashlib.sha256(PAGE).hexdigest()
    assert ask_one(link, portal.host) == LinkCheck(link, "tra-loi", "Máy chủ trả lời 200.", 200, digest)


def test_we_say_who_we_are_and_ask_for_bytes_as_they_are(portal: Portal) -> None:
    ask_path(portal, "/trang")
    headers = portal.asked[0].headers
    assert headers["User-Agent"] == "dunghan kiem-tra-duong-dan"
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("path", "outcome", "said"),
    [
        ("/khong-co", "khong-con", "Máy chủ trả lời 404: trang không còn."),
        ("/410", "khong-con", "Máy chủ trả lời 410: trang không còn."),
        ("/500", "khong-tra-loi", "Máy chủ trả lời 500: máy chủ đang lỗi."),
        ("/403", "khong-tra-loi", "Máy chủ trả lời 403: máy chủ không cho xem, nên mở lại bằng trình duyệt."),
    ],
)
def test_an_error_page_is_told_by_its_number(portal: Portal, path: str, outcome: str, said: str) -> None:
    check = ask_path(portal, path)
    assert (check.outcome, check.said, check.sha256) == (outcome, said, None)
    assert check.status is not None
    assert str(check.status) in check.said


def test_answers_come_in_the_order_asked_and_a_link_named_twice_is_asked_once(portal: Portal) -> None:
    there, gone = portal.link("/trang"), portal.link("/khong-co")
    checks = ask([there, gone, there], [portal.host])
    assert [check.link for check in checks] == [there, gone, there]
    assert len(portal.asked) == 2


def test_no_links_is_no_question() -> None:
    assert ask([], ["cong.example"]) == []


# Servers that do not answer properly


@pytest.mark.parametrize(
    ("path", "said", "number"),
    [
        ("/im", "Máy chủ không gửi gì trong thời gian cho phép.", None),
        ("/nho-giot", "Máy chủ không trả lời xong trong thời gian cho phép.", 200),
        ("/nho-giot-dau", "Máy chủ không trả lời xong trong thời gian cho phép.", None),
        ("/nua-chung", "Máy chủ ngắt kết nối giữa chừng hoặc trả lời không đúng HTTP.", 200),
        ("/khong-phai-http", "Máy chủ ngắt kết nối giữa chừng hoặc trả lời không đúng HTTP.", None),
    ],
)
def test_a_server_that_stalls_or_breaks_off_is_no_answer(
    portal: Portal, path: str, said: str, number: int | None
) -> None:
    started = time.monotonic()
    check = ask_path(portal, path)
    assert (check.outcome, check.said, check.status, check.sha256) == ("khong-tra-loi", said, number, None)
    assert time.monotonic() - started < QUICK.total_seconds + 2


def test_a_refused_connection_is_no_answer() -> None:
    port = free_port()
    check = ask_one(f"http://127.0.0.1:{port}/", f"127.0.0.1:{port}")
    assert (check.outcome, check.said) == ("khong-tra-loi", "Không nối được tới máy chủ.")


@pytest.mark.parametrize("name", ["khong-co-that.invalid", "a..invalid", "a" * 70 + ".invalid"])
def test_a_name_nobody_knows_is_no_answer(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert ask_one(f"http://{name}/", name).outcome == "khong-tra-loi"


def test_of_a_huge_page_only_the_beginning_is_read(portal: Portal) -> None:
    check = ask_path(portal, "/lon")
    assert (check.outcome, check.said) == ("tra-loi", "Máy chủ trả lời 200. Trang lớn, chỉ đọc phần đầu.")
    assert check.sha256 == hashlib.sha256(b"a" * QUICK.body_bytes).hexdigest()


def test_a_page_exactly_as_long_as_the_limit_is_read_whole(portal: Portal) -> None:
    [check] = ask([portal.link("/trang")], [portal.host], Limits(body_bytes=len(PAGE)))
    assert (check.said, check.sha256) == ("Máy chủ trả lời 200.", hashlib.sha256(PAGE).hexdigest())


# Redirects


def test_a_redirect_inside_the_list_is_followed_and_said(portal: Portal) -> None:
    check = ask_path(portal, "/cu")
    assert check.outcome == "tra-loi"
    assert check.said == f"Đã chuyển hướng đến {portal.link('/trang')}. Máy chủ trả lời 200."
    assert "Cookie" not in portal.asked[1].headers


def test_a_redirect_to_a_lost_page_is_a_lost_page(portal: Portal) -> None:
    check = ask_path(portal, "/mat")
    assert (check.outcome, check.status) == ("khong-con", 404)
    assert check.said.endswith("Máy chủ trả lời 404: trang không còn.")


def test_a_redirect_outside_the_list_is_not_followed(portal: Portal) -> None:
    with Portal({"/": page}) as outside:
        portal.pages["/ra-ngoai"] = redirect(outside.link("/"))
        check = ask_path(portal, "/ra-ngoai")
        assert (check.outcome, check.status, check.sha256) == ("chuyen-huong", 302, None)
        assert f"«{outside.host}»" in check.said
        assert check.said.endswith("thêm máy chủ vào cấu hình portal_hosts.")
        assert outside.asked == []


def test_a_redirect_to_another_listed_host_is_followed(portal: Portal) -> None:
    with Portal({"/": page}) as second:
        portal.pages["/sang"] = redirect(second.link("/"))
        assert ask_one(portal.link("/sang"), portal.host, second.host).outcome == "tra-loi"


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "//169.254.169.254/latest/",
        "http://a:b@127.0.0.1/",
        "http://xn--/",
        "http://[",
        "gopher://x/",
    ],
)
def test_a_redirect_to_a_forbidden_place_is_not_followed(portal: Portal, to: str) -> None:
    portal.pages["/bay"] = redirect(to)
    assert ask_path(portal, "/bay").outcome == "chuyen-huong"
    assert len(portal.asked) == 1


def test_a_redirect_loop_ends_after_five_hops(portal: Portal) -> None:
    check = ask_path(portal, "/vong")
    assert (check.outcome, check.said) == ("chuyen-huong", "Chuyển hướng quá 5 lần, không đi tiếp.")
    assert len(portal.asked) == 6


def test_slow_redirects_share_one_allowance_of_time(portal: Portal) -> None:
    def late(handler: Handler) -> None:
        time.sleep(0.2)
        redirect("/vong-cham")(handler)

    portal.pages["/vong-cham"] = late
    check = ask_path(portal, "/vong-cham")
    assert check.said.endswith("Máy chủ không trả lời xong trong thời gian cho phép.")
    assert len(portal.asked) <= 5


# Manners


def test_one_host_is_asked_one_thing_at_a_time_and_waiting_costs_no_time(portal: Portal) -> None:
    links = [portal.link(f"/cham?{number}") for number in range(14)]
    checks = ask(links, [portal.host], Limits(total_seconds=0.5))
    assert {check.outcome for check in checks} == {"tra-loi"}
    assert portal.crowd.most == 1


def test_four_hosts_at_most_are_asked_at_once() -> None:
    crowd = Crowd()
    with ExitStack() as stack:
        portals = [stack.enter_context(Portal(PAGES, f"127.0.0.{n}", crowd)) for n in range(2, 10)]
        checks = ask([one.link("/cham") for one in portals], [one.host for one in portals])
    assert {check.outcome for check in checks} == {"tra-loi"}
    assert crowd.most == 4


def test_proxies_in_the_environment_are_ignored(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    with Portal({}) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.link(""))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert ask_path(portal, "/trang").outcome == "tra-loi"
        assert proxy.asked == []


# Certificates


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Portal]:
    (tmp_path / "chung-thu.pem").write_bytes(own_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "chung-thu.pem")
    with Portal(PAGES) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        yield running


def test_a_certificate_nobody_vouches_for_is_no_answer(secure: Portal) -> None:
    check = ask_one(f"https://{secure.host}/trang", secure.host)
    assert (check.outcome, check.said) == ("khong-tra-loi", "Chứng thư số của máy chủ không tin được.")
    assert secure.asked == []


def test_a_certificate_the_machine_trusts_is_enough(
    secure: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "chung-thu.pem"))
    assert ask_one(f"https://{secure.host}/trang", secure.host).outcome == "tra-loi"
    assert ask_one(f"https://{secure.host}/nho-giot", secure.host).status == 200
