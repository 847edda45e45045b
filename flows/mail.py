"""The only place that opens an SMTP socket, and how a transmission may end."""

from __future__ import annotations

import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import aiosmtplib

from flows.raw_mail import one_line
from models.private_files import read_private
from models.settings import Settings

_TROUBLES = (aiosmtplib.SMTPException, OSError, ValueError)
_GO_ON, _CLOSING = 354, 421
_GOODBYE = 5  # seconds to wait for the answer to QUIT: nothing depends on it
_MOST_WORDS = 500
# A final «no» that is no word about the recipient's address: replies to a wrong dialogue, and what Postfix, Exim,
# Sendmail and Exchange say of a sender or machine they do not serve.
_OF_THE_DIALOGUE = (500, 502, 503, 504, 530, 534, 535, 538)
_OF_THE_ADDRESS = re.compile(r"5\.[12]\.\d")
_OF_THE_SENDER = re.compile(
    r"^5\.1\.[78]\b|^(?!5\.[12]\.).*(?:relay(?:ing)?(?: access)? (?:is )?(?:denied|not|prohibited)"
    r"|(?:to|not|for) relay\b|authenticat|sender address|not owned by|client host|helo command|\bspf\b|dmarc)",
    re.IGNORECASE | re.DOTALL,
)
# Headers are written as they were built; lines end as SMTP wants them.
_WIRE = compat32.clone(linesep="\r\n")

Outcome = Literal["sent", "failed", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Result:
    """How one transmission ended, with the relay's words; `unreachable`: it is out of service, try no other mail now.

    failed: not taken for now, try again; refused: a final no to this recipient or mail; unknown: the line broke
    after the message was handed over and before the answer came.
    """

    outcome: Outcome
    response: str
    unreachable: bool = False


class Mailer(Protocol):
    """Something that takes a message and says how it went; used inside `async with`."""

    async def __aenter__(self) -> Self:
        """Get ready to send several messages."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connection."""
        ...

    async def send(self, message: Message, recipient: str, sender: str) -> Result:
        """Hand over one message; what cannot be delivered comes back to `sender`."""
        ...


class SmtpMailer:
    """One SMTP connection for a pass, opened when its first mail needs it and anew when the relay closed it.

    On a connection that has not yet brought one answer about a mail, a broken line means that the relay is out of
    service: no other mail need be tried now.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None
        self._proven = False  # this connection brought an answer about a mail

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            with suppress(*_TROUBLES):
                await self._client.quit(timeout=min(_GOODBYE, self._settings.smtp_timeout))
        self._close()

    async def knock(self) -> str:
        """Greet the relay as for a mail, account and encryption too, and leave; why it did not work, or nothing."""
        try:
            async with _client(self._settings):
                return ""
        except _TROUBLES as error:
            return _words(error)

    async def send(self, message: Message, recipient: str, sender: str) -> Result:
        """Hand over one message; every way it can end is told apart, none raises."""
        content = _content(message)
        try:
            client = await self._begun(sender)
        except _TROUBLES as error:  # the relay's own trouble: never the person's fault
            return self._broken("failed", error)
        try:
            await client.rcpt(recipient)
            await _ask_for_the_message(client)
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
            return await self._declined(error.code, error.message, "failed")
        except ValueError as error:  # an address that cannot be written down for a relay
            await self._start_over()
            return Result("refused", _words(error))
        except _TROUBLES as error:
            return self._broken("failed", error)
        return await self._handed_over(client, content)

    async def _handed_over(self, client: aiosmtplib.SMTP, content: bytes) -> Result:
        """From here on the relay may have taken the message, so a broken line is «unknown»."""
        try:
            response = await _transmit(client, content, self._settings.smtp_timeout)
        except _TROUBLES as error:
            return self._broken("unknown", error)
        if 200 <= response.code < 300:
            self._proven = True
            return Result("sent", _kept(f"{response.code} {response.message}"))
        return await self._declined(response.code, response.message, "unknown")

    async def _begun(self, sender: str) -> aiosmtplib.SMTP:
        """A connection on which a mail of `sender` was begun; one the relay has had enough of is made anew, once."""
        if client := self._client:
            with suppress(*_TROUBLES):
                await client.mail(sender)
                return client
            self._close()
        self._proven = False
        self._client = _client(self._settings)
        await self._client.connect()
        await self._client.mail(sender)
        return self._client

    async def _declined(self, code: int, words: str, otherwise: Outcome) -> Result:
        """What the relay's «no» about this mail means; after it the next mail goes over the same connection."""
        said = _kept(f"{code} {words}")
        if code == _CLOSING or not 400 <= code < 600:
            self._close()
            return Result("failed" if code == _CLOSING else otherwise, said, unreachable=not self._proven)
        self._proven = True
        await self._start_over()
        return Result("refused" if code >= 500 and not _is_of_the_sender(code, words) else "failed", said)

    async def _start_over(self) -> None:
        try:
            if self._client:
                await self._client.rset()
        except _TROUBLES:
            self._close()

    def _broken(self, outcome: Outcome, error: Exception) -> Result:
        self._close()
        return Result(outcome, _words(error), unreachable=not self._proven)

    def _close(self) -> None:
        if self._client:
            self._client.close()
        self._client = None


class FolderMailer:
    """Writes each message into a folder as «day/person.eml»: what a replay would have sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    async def send(self, message: Message, recipient: str, sender: str) -> Result:
        """Write the message; a second message to one person on one day would be a bug, so it is refused."""
        day, person = str(message["Message-ID"]).strip("<>").split("@")[0].split(".")[:2]
        folder = self._folder / f"{day[:4]}-{day[4:6]}-{day[6:]}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{person}.eml").open("xb") as file:
            file.write(message.as_bytes(policy=_WIRE))
        return Result("sent", "250 ghi vào thư mục")


def _client(settings: Settings) -> aiosmtplib.SMTP:
    password = read_private(settings.smtp_password_file).decode() if settings.smtp_password_file else None
    secure = settings.smtp_security != "none"
    return aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=password,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        tls_context=ssl.create_default_context(cafile=settings.smtp_ca_file) if secure else None,
        timeout=settings.smtp_timeout,
    )


async def _ask_for_the_message(client: aiosmtplib.SMTP) -> None:
    response = await client.execute_command(b"DATA")
    if response.code != _GO_ON:
        raise aiosmtplib.SMTPDataError(response.code, response.message)


async def _transmit(client: aiosmtplib.SMTP, content: bytes, seconds: float) -> aiosmtplib.SMTPResponse:
    """The library's own data() does not tell a line lost before the message from one lost after it."""
    if client.protocol is None:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    client.protocol.write(content)
    return await client.protocol.read_response(seconds)


def _content(message: Message) -> bytes:
    """The message as SMTP wants it: whole line ends, a second dot before a first one, and the dot that ends it."""
    lines = b"\n" + message.as_bytes(policy=_WIRE).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    wire = lines.replace(b"\n.", b"\n..").replace(b"\n", b"\r\n").removeprefix(b"\r\n")
    return wire + (b"" if wire.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _is_of_the_sender(code: int, words: str) -> bool:
    """Whether a final «no» is about who sends, or how: many relays keep that back until they hear the recipient."""
    if _OF_THE_SENDER.search(words):
        return True
    return code in _OF_THE_DIALOGUE and not _OF_THE_ADDRESS.match(words)


def _words(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _kept(f"{error.code} {error.message}")
    return _kept(f"{type(error).__name__}: {error}")


def _kept(words: str) -> str:
    """What the database and a page can hold of what a relay says in whatever letters."""
    return one_line(words, _MOST_WORDS)
