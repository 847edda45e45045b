"""The only place that asks a portal whether a published link still answers, and how such a question may end."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import httpx

from flows.http_request import Limits, transport

Outcome = Literal["tra-loi", "khong-tra-loi", "khong-con", "chuyen-huong", "khong-duoc-phep"]

_Door = tuple[str, bytes, int]  # scheme, host in punycode, port: word for word what the transport connects to
_AT_ONCE = 4
_HOPS = 5
_PORTS = {"http": 80, "https": 443}
_GONE = (404, 410)
_REASONS = {
    401: "máy chủ đòi đăng nhập",
    403: "máy chủ không cho xem, nên mở lại bằng trình duyệt",
    404: "trang không còn",
    410: "trang không còn",
    429: "máy chủ bận, nên kiểm tra lại sau",
}
_HEADERS = {
    "User-Agent": "dunghan kiem-tra-duong-dan",
    "Accept": "*/*",
    "Accept-Encoding": "identity",  # the digest is of the bytes as sent; nothing here ever unpacks them
    "Connection": "close",
}
# First match counts, so a kind stands before the wider kind it belongs to.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "Không nối được tới máy chủ trong thời gian cho phép."),
    (httpx.TimeoutException, "Máy chủ không gửi gì trong thời gian cho phép."),
    (TimeoutError, "Máy chủ không trả lời xong trong thời gian cho phép."),
    (httpx.ConnectError, "Không nối được tới máy chủ."),
    (httpx.NetworkError, "Máy chủ ngắt kết nối giữa chừng."),
    (httpx.RemoteProtocolError, "Máy chủ ngắt kết nối giữa chừng hoặc trả lời không đúng HTTP."),
)


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """How one link answered, in words a person reads.

    tra-loi: the page came; khong-con: 404 or 410; khong-tra-loi: no page came, for any other reason;
    chuyen-huong: sent on to where we do not go; khong-duoc-phep: not asked at all.
    The digest is of the page's first bytes, so that a later change can be seen.
    """

    link: str
    outcome: Outcome
    said: str
    status: int | None = None
    sha256: str | None = None


_USUAL = Limits()


class HostNotReadable(ValueError):
    """An entry of portal_hosts that is no host, or host and port."""

    def __init__(self, entry: str) -> None:
        super().__init__(
            f"portal_hosts: «{entry}» không phải tên máy chủ; viết như cong.example hoặc cong.example:8080."
        )


async def check_links(links: Sequence[str], hosts: Sequence[str], limits: Limits = _USUAL) -> list[LinkCheck]:
    """Ask for each link once, in the order given; only `hosts` («name» or «name:port») are ever contacted.

    Raises HostNotReadable for an entry of `hosts` that cannot be read.
    """
    doors = _doors(hosts)
    async with transport() as way:
        visitor = _Visitor(way, doors, limits)
        async with asyncio.TaskGroup() as group:
            tasks = {link: group.create_task(visitor.check(link)) for link in dict.fromkeys(links)}
    return [tasks[link].result() for link in links]


class _Refused(Exception):
    """An address we do not go to; its message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one request brought: a status, and a page, a place to go on to, or a trouble."""

    seconds: float
    status: int | None = None
    sha256: str | None = None
    is_cut: bool = False
    location: str | None = None
    trouble: str = ""


class _Visitor:
    """Goes through the doors it was given, four at once, and never two at one host."""

    def __init__(self, transport: httpx.AsyncHTTPTransport, doors: frozenset[_Door], limits: Limits) -> None:
        self._transport = transport
        self._doors = doors
        self._limits = limits
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._hosts: defaultdict[bytes, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def check(self, link: str) -> LinkCheck:
        """Ask for one link; every way it can end is told apart, none raises."""
        try:
            url = _allowed(link, self._doors)
        except _Refused as refusal:
            return LinkCheck(link, "khong-duoc-phep", str(refusal))
        return await self._follow(link, url)

    async def _follow(self, link: str, url: httpx.URL) -> LinkCheck:
        """Every hop is judged anew by the list, as if a person had written it."""
        way, left = "", self._limits.total_seconds
        for _ in range(_HOPS + 1):
            answer = await self._ask(url, left)
            if answer.location is None:
                return _judged(link, way, answer)
            try:
                url = _allowed(answer.location, self._doors, base=url)
            except _Refused as refusal:
                said = f"Trang chuyển hướng sang nơi khác, không đi theo. {refusal}"
                return LinkCheck(link, "chuyen-huong", said, answer.status)
            way, left = f"Đã chuyển hướng đến {_short(str(url))}. ", left - answer.seconds
        return LinkCheck(link, "chuyen-huong", f"Chuyển hướng quá {_HOPS} lần, không đi tiếp.", answer.status)

    async def _ask(self, url: httpx.URL, seconds: float) -> _Answer:
        """One request within `seconds`, however slowly the bytes drip; GET, as many portals refuse HEAD."""
        timeout = httpx.Timeout(self._limits.step_seconds).as_dict()
        request = httpx.Request("GET", url, headers=_HEADERS, extensions={"timeout": timeout})
        async with self._turn(url.raw_host):
            clock = asyncio.get_running_loop().time
            started, status = clock(), None
            try:
                async with (
                    asyncio.timeout(seconds),
                    aclosing(await self._transport.handle_async_request(request)) as response,
                ):
                    status = response.status_code
                    if response.has_redirect_location:
                        return _Answer(clock() - started, status, location=response.headers["Location"])
                    sha256, is_cut = await self._digest(response)
                    return _Answer(clock() - started, status, sha256, is_cut)
            except (httpx.TransportError, OSError) as error:
                return _Answer(clock() - started, status, trouble=trouble_words(error))

    async def _digest(self, response: httpx.Response) -> tuple[str, bool]:
        """SHA-256 of the first bytes, and whether more were left unread."""
        digest, room = hashlib.sha256(), self._limits.body_bytes
        async for piece in response.aiter_raw():
            digest.update(piece[:room])
            if len(piece) > room:
                return digest.hexdigest(), True
            room -= len(piece)
        return digest.hexdigest(), False

    @asynccontextmanager
    async def _turn(self, host: bytes) -> AsyncIterator[None]:
        """The host first: links waiting for one slow portal must not hold the slots of the others."""
        async with self._hosts[host], self._slots:
            yield


def _doors(hosts: Sequence[str]) -> frozenset[_Door]:
    """«name» opens the usual ports, «name:port» that port alone."""
    doors = set[_Door]()
    for entry in hosts:
        host, port = _host_and_port(entry)
        doors |= {(scheme, host, usual if port is None else port) for scheme, usual in _PORTS.items()}
    return frozenset(doors)


def _host_and_port(entry: str) -> tuple[bytes, int | None]:
    """Read as links are read, so that both come to the same punycode."""
    try:
        url = httpx.URL(f"//{entry}")
    except (httpx.InvalidURL, ValueError):
        raise HostNotReadable(entry) from None
    bare = httpx.URL(scheme="", host=url.raw_host.decode(), port=url.port)
    if not url.raw_host or url != bare or not 0 < (url.port or 80) < 65536:
        raise HostNotReadable(entry)
    return url.raw_host, url.port


def _allowed(text: str, doors: frozenset[_Door], base: httpx.URL | None = None) -> httpx.URL:
    """The address, if it leads through one of the doors. Raises _Refused."""
    try:
        url = base.join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise _Refused("Không đọc được địa chỉ; sửa lại đường dẫn.") from None
    if url.scheme not in _PORTS:
        raise _Refused("Chỉ kiểm tra địa chỉ http hoặc https; sửa lại đường dẫn.")
    if not url.raw_host:
        raise _Refused("Địa chỉ thiếu tên máy chủ; sửa lại đường dẫn.")
    if url.userinfo:
        raise _Refused("Địa chỉ mang theo tên đăng nhập hoặc mật khẩu; bỏ phần đứng trước dấu @.")
    port = _PORTS[url.scheme] if url.port is None else url.port
    if (url.scheme, url.raw_host, port) not in doors:
        name = _short(url.netloc.decode())  # punycode: a look-alike letter cannot pass for another
        raise _Refused(
            f"Máy chủ «{name}» chưa được phép; nếu đúng là cổng công khai, thêm máy chủ vào cấu hình portal_hosts."
        )
    return url


def _judged(link: str, way: str, answer: _Answer) -> LinkCheck:
    """The last answer as a person reads it."""
    if answer.trouble or answer.status is None:
        return LinkCheck(link, "khong-tra-loi", way + answer.trouble, answer.status)
    if 200 <= answer.status < 300:
        cut = " Trang lớn, chỉ đọc phần đầu." if answer.is_cut else ""
        return LinkCheck(link, "tra-loi", f"{way}Máy chủ trả lời {answer.status}.{cut}", answer.status, answer.sha256)
    reason = _REASONS.get(answer.status, "máy chủ đang lỗi" if answer.status >= 500 else "không có trang")
    outcome: Outcome = "khong-con" if answer.status in _GONE else "khong-tra-loi"
    return LinkCheck(link, outcome, f"{way}Máy chủ trả lời {answer.status}: {reason}.", answer.status)


def trouble_words(error: Exception) -> str:
    """What a person is told when no answer came."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):  # httpx keeps OpenSSL's words and drops its class
        return "Chứng thư số của máy chủ không tin được."
    return next((said for kind, said in _TROUBLES if isinstance(error, kind)), "Không hỏi được máy chủ.")


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"
