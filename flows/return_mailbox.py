"""The sender address's mailbox, where mail comes back; the only place that opens an IMAP socket.

A mail is handed out unread and marked read by `done()` only after the caller has kept what it means. Whoever stops
between the two finds the mail again.
"""

from __future__ import annotations

import imaplib
import os
import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import ENOENT
from pathlib import Path
from typing import Any, Protocol

from flows.raw_mail import MOST_BYTES, one_line
from models.private_files import refuse_open_to_others
from models.settings import Settings, SettingsError

MOST_MAILS = 500  # of one reading; the next reading takes the rest
_SECONDS = 30

# First match counts, so a kind stands before the wider kind it belongs to.
_TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "không tìm thấy máy chủ mang tên này"),
    (TimeoutError, f"máy chủ không trả lời trong {_SECONDS} giây"),
    (ConnectionRefusedError, "máy chủ từ chối kết nối"),
    (ssl.SSLCertVerificationError, "chứng thư số của máy chủ không tin được"),
    (ssl.SSLError, "không lập được kênh mã hóa với máy chủ"),
    (ConnectionError, "máy chủ ngắt kết nối giữa chừng"),
    (UnicodeError, "tên máy chủ, tài khoản hoặc mật khẩu có ký tự không dùng được"),
)


class MailboxUnreachable(RuntimeError):
    """The mailbox cannot be read; says where and why in Vietnamese, never the password."""


@dataclass(frozen=True, slots=True)
class Item:
    """One unread mail, its first 512 KB."""

    place: str  # UID, or path
    raw: bytes


class ReturnBox(Protocol):
    """A mailbox opened for one reading."""

    def unread(self) -> Iterator[Item]:
        """Unread mails, oldest first, at most 500; each is fetched when it is asked for. Raises MailboxUnreachable."""
        ...

    def done(self, item: Item) -> None:
        """Mark one mail read: its meaning is kept. Raises MailboxUnreachable."""
        ...


@contextmanager
def open_mailbox(settings: Settings) -> Iterator[ReturnBox]:
    """The mailbox as configured; an empty one when none is. Raises MailboxUnreachable."""
    if settings.returns_maildir:
        yield _Maildir(settings.returns_maildir)
    elif settings.returns_host:
        where = f"{settings.returns_host}:{settings.returns_port}"
        with _in_words(where):
            client = _logged_in(settings)
        try:
            yield _Imap(client, where)
        finally:
            _let_go(client)
    else:
        yield _Empty()


class _Empty:
    """No mailbox is configured: nothing comes back."""

    def unread(self) -> Iterator[Item]:
        """Nothing."""
        return iter(())

    def done(self, item: Item) -> None:
        """Nothing to mark."""


class _Maildir:
    """New mails lie in new/; a mail that was read lies in cur/ with the flag S."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unread(self) -> Iterator[Item]:
        """Regular files only: a link could lead out of the mailbox."""
        with _in_words(str(self._folder)):
            paths = sorted(path for path in (self._folder / "new").iterdir() if not path.name.startswith("."))
        left = MOST_MAILS
        for path in paths:
            with _in_words(str(self._folder)):
                raw = _read_file(path)
            if raw is not None:
                yield Item(str(path), raw)
                left -= 1
            if not left:
                return

    def done(self, item: Item) -> None:
        """Moved as a mail program does it; one that a mail program moved meanwhile is read already."""
        path = Path(item.place)
        with _in_words(str(self._folder)), suppress(FileNotFoundError):
            (self._folder / "cur").mkdir(mode=0o700, exist_ok=True)
            path.rename(self._folder / "cur" / f"{path.name.partition(':')[0]}:2,S")


class _Imap:
    """INBOX of an account, each mail fetched without being marked read by that."""

    def __init__(self, client: imaplib.IMAP4, where: str) -> None:
        self._client = client
        self._where = where

    def unread(self) -> Iterator[Item]:
        """By UID, which stays the same while mails come and go."""
        with _in_words(self._where):
            found = b" ".join(line or b"" for line in self._asked("SEARCH", "UNSEEN", "UNDELETED"))
        for uid in sorted(map(int, found.split()))[:MOST_MAILS]:
            with _in_words(self._where):
                raw = _content(self._asked("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
            if raw is not None:
                yield Item(str(uid), raw)

    def done(self, item: Item) -> None:
        """Seen."""
        with _in_words(self._where):
            self._asked("STORE", item.place, "+FLAGS", r"(\Seen)")

    def _asked(self, command: str, *words: str) -> list[Any]:
        return _agreed(self._client.uid(command, *words))


def _read_file(path: Path) -> bytes | None:
    """The beginning of a regular file; None for anything else, or when a mail program took it away meanwhile."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            return file.read(MOST_BYTES)
    except FileNotFoundError:
        return None


def _logged_in(settings: Settings) -> imaplib.IMAP4:
    password = _password(settings)
    client = _connected(settings)
    try:
        if "AUTH=PLAIN" in client.capabilities:  # takes letters and signs that LOGIN does not
            account = f"\0{settings.returns_user}\0{password}".encode()
            client.authenticate("PLAIN", lambda _: account)
        else:
            client.login(settings.returns_user, password)
        _agreed(client.select("INBOX"))
    except BaseException:
        _let_go(client)
        raise
    return client


def _password(settings: Settings) -> str:
    if settings.returns_password_file is None:
        raise FileNotFoundError(ENOENT, "returns_password_file", "returns_password_file trong cấu hình")
    refuse_open_to_others(settings.returns_password_file)
    return settings.returns_password_file.read_text(encoding="utf-8").strip()


def _connected(settings: Settings) -> imaplib.IMAP4:
    host, port = settings.returns_host, settings.returns_port
    if settings.returns_security == "none":
        return imaplib.IMAP4(host, port, timeout=_SECONDS)
    context = _trust(settings.smtp_ca_file)
    if settings.returns_security == "tls":
        return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=_SECONDS)
    client = imaplib.IMAP4(host, port, timeout=_SECONDS)
    try:
        client.starttls(ssl_context=context)
    except BaseException:
        _let_go(client)
        raise
    return client


def _trust(authority: Path | None) -> ssl.SSLContext:
    if authority and not authority.is_file():  # ssl would not say which file is missing
        raise FileNotFoundError(ENOENT, "smtp_ca_file", str(authority))
    return ssl.create_default_context(cafile=authority)


def _let_go(client: imaplib.IMAP4) -> None:
    """Goodbye, or the bare socket closed when the server no longer listens."""
    try:
        client.logout()
    except (OSError, imaplib.IMAP4.error):
        with suppress(OSError):
            client.shutdown()


def _agreed(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server sent. Raises imaplib's error when it said no."""
    said, data = answer
    if said != "OK":
        raise imaplib.IMAP4.error(data[-1])
    return data


def _content(data: list[Any]) -> bytes | None:
    """The mail out of a FETCH answer; None when it was deleted meanwhile. An empty mail comes as «""»."""
    whole = next((part[1] for part in data if isinstance(part, tuple) and b"BODY[]" in part[0].upper()), None)
    if whole is None and any(isinstance(part, bytes) and b"BODY[]" in part.upper() for part in data):
        return b""
    return bytes(whole)[:MOST_BYTES] if whole is not None else None


@contextmanager
def _in_words(where: str) -> Iterator[None]:
    try:
        yield
    except (OSError, imaplib.IMAP4.error, UnicodeError, SettingsError) as error:
        raise MailboxUnreachable(f"Không đọc được hộp thư gửi về {where}: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    if said := next((said for kind, said in _TROUBLES if isinstance(error, kind)), ""):
        return said
    if isinstance(error, SettingsError):
        return str(error).rstrip(".")
    if isinstance(error, FileNotFoundError):
        return f"không có {error.filename}"
    if isinstance(error, OSError):
        return f"{error.filename or 'kết nối'}: {error.strerror or error}"
    words = error.args[0] if error.args else ""
    said = one_line(words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words), 200)
    return f"máy chủ trả lời «{said}»"
