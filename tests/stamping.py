"""A little time-stamping authority on loopback: OpenSSL answers, under a certificate authority made for the test."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from serving import Serving

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Made up
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[stamps]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[granting]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
[rejecting]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
"""


def openssl(folder: Path, *arguments: str | Path) -> str:
    """Run OpenSSL in `folder`: what it said. Fails when it fails."""
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


class Authority:
    """A certificate authority and the one it lets stamp, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.root = folder, folder / "root.pem"
        (folder / "openssl.cnf").write_text(CONFIG)
        new = ("req", "-new", "-config", "openssl.cnf", "-nodes", "-newkey", "ec", "-pkeyopt",
               "ec_paramgen_curve:P-256")  # fmt: skip
        openssl(folder, *new, "-x509", "-days", "2", "-keyout", "root.key", "-out", "root.pem", "-extensions", "root")
        openssl(folder, *new, "-subj", "/CN=Stamper", "-keyout", "signer.key", "-out", "signer.csr")
        openssl(
            folder, "x509", "-req", "-in", "signer.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-days", "2", "-extfile", "openssl.cnf", "-extensions", "stamps", "-out", "signer.pem",
        )  # fmt: skip

    def answer(self, query: bytes, section: str = "granting") -> bytes:
        """What OpenSSL answers to `query`."""
        (self.folder / "query").write_bytes(query)
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-section", section, "-queryfile", "query", "-out",
             "answer"], cwd=self.folder, capture_output=True, check=section == "granting",
        )  # fmt: skip
        return (self.folder / "answer").read_bytes()


class _Handler(BaseHTTPRequestHandler):
    server: Stamper

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.headers["Content-Type"], query))
        self.server.behave(self, query)

    def do_GET(self) -> None:
        self.server.asked.append(("GET", b""))
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        return None


Behaviour = Callable[[_Handler, bytes], None]


class Stamper(Serving, ThreadingHTTPServer):
    """A real web server that keeps what it was asked and answers as it is told."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, authority: Authority, address: str = "127.0.0.1") -> None:
        super().__init__((address, 0), _Handler)
        self.behave: Behaviour = says(authority.answer)
        self.asked: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}/tsr"

    def handle_error(self, *_: object) -> None:
        return None  # a client that leaves early is no fault of the server


def says(answer: Callable[[bytes], bytes]) -> Behaviour:
    """Answer what `answer` makes of the query."""

    def behave(handler: _Handler, query: bytes) -> None:
        body = answer(query)
        handler.send_response(200)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def drips(handler: _Handler, query: bytes) -> None:
    """A byte now and then, without end: no single wait is long."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b"0")


def sends_elsewhere(handler: _Handler, query: bytes) -> None:
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.end_headers()


def breaks_off(handler: _Handler, query: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"0" * 100)
