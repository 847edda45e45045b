"""Web servers on loopback for tests: pages that answer, stall, drip, break off, or send one elsewhere."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from serving import Serving

from flows.http_request import Limits
from flows.portal import LinkCheck, check_links

QUICK = Limits(step_seconds=0.3, total_seconds=0.8, body_bytes=1_000_000)
PAGE = "Danh sách hộ nghèo năm 2024".encode()


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the portal it belongs to."""

    server: Portal

    def do_GET(self) -> None:
        with self.server.visited(self):
            self.server.pages.get(self.path.partition("?")[0], not_found)(self)

    def log_message(self, *_: object) -> None:
        return None


class Portal(Serving, ThreadingHTTPServer):
    """A real web server on loopback that keeps what it was asked, and by how many at once."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, pages: dict[str, Page], address: str = "127.0.0.1", crowd: Crowd | None = None) -> None:
        super().__init__((address, 0), Handler)
        self.pages = dict(pages)  # a test may add its own
        self.asked: list[Handler] = []
        self.crowd = crowd or Crowd()

    def visited(self, handler: Handler) -> Crowd:
        self.asked.append(handler)
        return self.crowd

    def handle_error(self, *_: object) -> None:
        return None  # a visitor who leaves early is no fault of the server

    @property
    def host(self) -> str:
        return f"{self.server_address[0]!s}:{self.server_address[1]}"

    def link(self, path: str) -> str:
        return f"http://{self.host}{path}"


class Crowd:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self.most = self._inside = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1


def page(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(PAGE)


def status(code: int) -> Page:
    return lambda handler: handler.send_error(code)


not_found = status(404)


def redirect(to: str, code: int = 302) -> Page:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        handler.send_header("Location", to)
        handler.send_header("Set-Cookie", "phien=1; Path=/")
        handler.end_headers()

    return answer


def slow_page(handler: Handler) -> None:
    time.sleep(0.05)
    page(handler)


def silence(handler: Handler) -> None:
    handler.server.closing.wait(5)


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b".")


def dripping_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b"X-Con-Nua: 1\r\n")


def half_a_page(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(PAGE) * 2))
    handler.end_headers()
    handler.wfile.write(PAGE)


def nonsense(handler: Handler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.closing.is_set():
        handler.wfile.write(b"a" * 65_536)


Page = Callable[[Handler], None]
PAGES: dict[str, Page] = {
    "/trang": page,
    "/500": status(500),
    "/403": status(403),
    "/410": status(410),
    "/cu": redirect("/trang", 301),
    "/mat": redirect("/khong-co"),
    "/vong": redirect("/vong"),
    "/im": silence,
    "/nho-giot": drip,
    "/nho-giot-dau": dripping_headers,
    "/nua-chung": half_a_page,
    "/khong-phai-http": nonsense,
    "/lon": endless,
    "/cham": slow_page,
}


def ask(links: Sequence[str], hosts: Sequence[str], limits: Limits = QUICK) -> list[LinkCheck]:
    return asyncio.run(check_links(links, hosts, limits))


def ask_one(link: str, *hosts: str) -> LinkCheck:
    return ask([link], hosts)[0]


def ask_path(portal: Portal, path: str) -> LinkCheck:
    return ask_one(portal.link(path), portal.host)


def own_certificate() -> bytes:
    """A key and a certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return secret + made.public_bytes(pem)
