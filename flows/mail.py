"""The only place that opens an SMTP socket, and how a transmission may end."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import aiosmtplib

from models.settings import Settings

# Headers are written as they were built; lines end as SMTP wants them.
_WIRE = compat32.clone(linesep="\r\n")

Outcome = Literal["sent", "failed", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Result:
    """How one transmission ended, with the server's words.

    failed: nothing was handed over, try again; refused: the server said no for good; unknown: the line broke
    after the message was handed over and before the answer came.
    """

    outcome: Outcome
    response: str


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

    async def send(self, message: Message, recipient: str) -> Result:
        """Hand over one message."""
        ...


class SmtpMailer:
    """One SMTP connection for a morning's mail, opened when the first message needs it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._let_go()

    async def send(self, message: Message, recipient: str) -> Result:
        """Hand over one message; every way it can end is told apart, none raises."""
        try:
            client = await self._connected()
            await client.mail(self._settings.mail_from)
            await client.rcpt(recipient)
        except aiosmtplib.SMTPRecipientRefused as error:
            await self._let_go()
            return _answered(error)
        except (aiosmtplib.SMTPException, OSError) as error:  # the relay's own trouble: never the person's fault
            await self._let_go()
            return Result("failed", _words(error))
        return await self._transmit(client, message)

    async def _transmit(self, client: aiosmtplib.SMTP, message: Message) -> Result:
        """From here on the server may have taken the message, so a broken line is «unknown»."""
        try:
            response = await client.data(message.as_bytes(policy=_WIRE))
            return Result("sent", f"{response.code} {response.message}")
        except aiosmtplib.SMTPResponseException as error:
            await self._let_go()
            return _answered(error) if error.code > 0 else Result("unknown", _words(error))
        except (aiosmtplib.SMTPException, OSError) as error:
            await self._let_go()
            return Result("unknown", _words(error))

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None:
            client = _client(self._settings)
            await client.connect()
            self._client = client
        return self._client

    async def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit()
        except (aiosmtplib.SMTPException, OSError):
            client.close()


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

    async def send(self, message: Message, recipient: str) -> Result:
        """Write the message; a second message to one person on one day would be a bug, so it is refused."""
        day, person = str(message["Message-ID"]).strip("<>").split("@")[0].split(".")[:2]
        folder = self._folder / f"{day[:4]}-{day[4:6]}-{day[6:]}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{person}.eml").open("xb") as file:
            file.write(message.as_bytes(policy=_WIRE))
        return Result("sent", "250 ghi vào thư mục")


def _client(settings: Settings) -> aiosmtplib.SMTP:
    password = settings.smtp_password_file.read_text().strip() if settings.smtp_password_file else None
    secure = settings.smtp_security != "none"
    return aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=password,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        tls_context=ssl.create_default_context() if secure else None,
        timeout=30,
    )


def _answered(error: aiosmtplib.SMTPResponseException) -> Result:
    """4xx may pass later, 5xx never; a code below zero is no answer at all."""
    return Result("refused" if error.code >= 500 else "failed", _words(error))


def _words(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {error.message}"
    return f"{type(error).__name__}: {error}"
