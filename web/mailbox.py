"""The practice mailbox: a Maildir read from disk, never changed; a key is looked for, never made into a path."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from functools import lru_cache
from pathlib import Path

MOST_BYTES = 2_000_000
_BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError)  # what email raises on a broken mail
TOO_BIG = "Thư lớn hơn 2 MB nên không mở ở đây."
UNREADABLE = "Thư không đọc được: sai định dạng."


@dataclass(frozen=True, slots=True)
class Received:
    """A letter in the list; `trouble` says why one could not be read."""

    key: str
    at: datetime
    subject: str = ""
    person: str = ""
    address: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter opened."""

    received: Received
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    """A delivered file as it stands; changed, it is another one."""

    path: Path
    bytes: int
    changed_ns: int

    @property
    def key(self) -> str:
        """The name a Maildir keeps when a letter moves from new to cur and gets flags."""
        return self.path.name.partition(":")[0]

    @property
    def delivered(self) -> datetime:
        """When the file was written."""
        return datetime.fromtimestamp(self.changed_ns / 1e9, UTC)


def list_letters(folder: Path) -> list[Received]:
    """Every letter delivered, newest first by its own date."""
    return sorted(map(_received, _files(folder)), key=lambda letter: (letter.at, letter.key), reverse=True)


def open_letter(folder: Path, key: str) -> Opened | None:
    """The letter named `key`, or None."""
    file = next((file for file in _files(folder) if file.key == key), None)
    return _opened(file) if file else None


def _files(folder: Path) -> Iterator[_File]:
    """The regular files of new and cur; a link could lead out of the mailbox."""
    for place in (folder / "new", folder / "cur"):
        for path in place.iterdir() if place.is_dir() else ():
            try:
                found = path.lstat()
            except FileNotFoundError:  # moved to cur meanwhile
                continue
            if stat.S_ISREG(found.st_mode):
                yield _File(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=8192)
def _received(file: _File) -> Received:
    """The line of one letter, kept as long as its file stays the same."""
    if file.bytes > MOST_BYTES:
        return Received(file.key, file.delivered, trouble=TOO_BIG)
    try:
        return _summary(file, _parse(file.path))
    except (OSError, *_BROKEN):
        return Received(file.key, file.delivered, trouble=UNREADABLE)


def _opened(file: _File) -> Opened:
    received = _received(file)
    if received.trouble:
        return Opened(received)
    try:
        message = _parse(file.path)
        headers = tuple((_whole(name), _whole(str(value))) for name, value in message.items())
        return Opened(received, headers, _part(message, "plain"), _part(message, "html"))
    except (OSError, *_BROKEN):
        return Opened(Received(file.key, file.delivered, trouble=UNREADABLE))


def _parse(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return BytesParser(policy=policy.default).parse(file)


def _summary(file: _File, message: EmailMessage) -> Received:
    people = message["To"].addresses if message["To"] else ()
    person, address = (people[0].display_name or people[0].addr_spec, people[0].addr_spec) if people else ("", "")
    at = message["Date"].datetime if message["Date"] else None
    aware = at.replace(tzinfo=at.tzinfo or UTC) if at else file.delivered
    subject = _whole(str(message["Subject"] or ""))
    return Received(file.key, aware, subject, _whole(person), _whole(address))


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return _whole(str(body.get_content())) if body else ""


def _whole(text: str) -> str:
    """`text` with half characters replaced, so that it can be written out."""
    return text.encode("utf-8", "replace").decode()
