"""Mail relays on loopback for tests: one that speaks well and answers as told, and one that breaks off anywhere."""

from __future__ import annotations

import asyncio
import re
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import Enum
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from portals import own_certificate
from serving import Serving

from deployments.ports import free_port


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail as it arrived: its envelope, and its bytes with no dot too many or too few."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> Message:
        return message_from_bytes(self.content)


@dataclass
class Relay:
    """A real relay (aiosmtpd): keeps what it takes, counts its lines and commands, answers each recipient as told."""

    rcpt: Callable[[str], str] = lambda _: "250 ok"
    data: Callable[[str], str] = lambda _: "250 2.0.0 Ok: queued as 4F2A"
    seconds: float = 0  # before it answers the final dot
    port: int = 0
    lines: int = 0
    asked: list[str] = field(default_factory=list)
    mails: list[Taken] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, in order, by the name before the @."""
        return [mail.recipient.partition("@")[0] for mail in self.mails]

    def to(self, person: str) -> list[Taken]:
        return [mail for mail in self.mails if mail.recipient.startswith(f"{person}@")]

    # The names below are aiosmtpd's.

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        self.asked.append("MAIL")
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        self.asked.append("RCPT")
        if (answer := self.rcpt(address)).startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.asked.append("DATA")
        await asyncio.sleep(self.seconds)
        answer = self.data(envelope.rcpt_tos[0])
        if answer.startswith("250"):
            self.mails.append(Taken(envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        return answer

    async def handle_RSET(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.asked.append("RSET")
        return "250 ok"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.asked.append("QUIT")
        return "221 bye"


class _Counting(Controller):
    def factory(self) -> Any:
        self.handler.lines += 1
        return super().factory()


Start = Callable[[], None]


def run(start: Start) -> None:
    """Start a server here."""
    start()


@contextmanager
def running(
    relay: Relay, port: int = 0, address: str = "127.0.0.1", start: Callable[[Start], None] = run, **how: Any
) -> Iterator[Relay]:
    """`relay` answering; `how` goes to aiosmtpd (STARTTLS, accounts), `start` may start it in another network."""
    relay.port = port or free_port()
    controller = _Counting(relay, hostname=address, port=relay.port, **how)
    start(controller.start)
    relay.lines = 0  # the controller knocks once itself
    try:
        yield relay
    finally:
        controller.stop()


def only(user: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that knows one account."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        known = (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    return check


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 as a file, and the server's side of it."""
    file = folder / "relay.pem"
    file.write_bytes(own_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context


class Fault(Enum):
    """What a broken relay does instead of answering."""

    HANG = "says nothing more"
    DROP = "closes the line"


HANG, DROP = Fault.HANG, Fault.DROP
Answer = str | bytes | Fault
Step = Answer | Callable[[str], Answer]
_WELL: dict[str, Answer] = {
    "greeting": "220 relay", "EHLO": "250 relay", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on",
    "dot": "250 2.0.0 Ok: queued as 9C1", "RSET": "250 ok", "QUIT": "221 bye",
}  # fmt: skip


class _Line(socketserver.StreamRequestHandler):
    """One line to a broken relay."""

    server: BrokenRelay

    def handle(self) -> None:
        self.server.lines += 1
        recipient, said = "", self.said("greeting", "")
        while said and (line := self.rfile.readline().decode("latin-1").strip()):
            verb = line[:4].upper()
            self.server.asked.append(line)
            recipient = line if verb == "RCPT" else recipient
            said = self.said(verb, recipient if verb == "DATA" else line)
            if verb == "DATA" and said.startswith(b"354"):
                said = self.took(recipient)

    def took(self, recipient: str) -> bytes:
        """The body and the answer to its final dot; a line closed in the middle leaves the rest unread."""
        if self.server.steps.get("body") is DROP:
            self.rfile.read(300)
            return b""
        lines = list(iter(self.rfile.readline, b".\r\n"))
        self.server.bodies.append(b"".join(lines))
        return self.said("dot", recipient)

    def said(self, step: str, line: str) -> bytes:
        """What was answered; empty when the line ends here."""
        answer = self.server.steps.get(step, _WELL.get(step, "502 what?"))
        answer = answer(line) if callable(answer) else answer
        if answer is HANG:
            self.server.closing.wait(20)
        if isinstance(answer, Fault):
            return b""
        told = answer if isinstance(answer, bytes) else answer.encode()
        self.wfile.write(told + b"\r\n")
        return b"" if step == "QUIT" or re.match(rb"421|554 no", told) else told


class BrokenRelay(Serving, socketserver.ThreadingTCPServer):
    """A relay on loopback that does at each step what it is told: a line to say, HANG or DROP.

    Steps: greeting, EHLO, MAIL, RCPT, DATA, body (in the middle of it), dot, RSET, QUIT.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, **steps: Step) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.steps = steps
        self.port = int(self.server_address[1])
        self.lines = 0
        self.asked: list[str] = []
        self.bodies: list[bytes] = []  # received up to the final dot

    def handle_error(self, *_: object) -> None:
        return None  # a visitor who leaves early is no fault of the relay

    def count(self, verb: str) -> int:
        return sum(line.upper().startswith(verb) for line in self.asked)
