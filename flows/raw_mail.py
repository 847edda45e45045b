"""A mail from anybody taken apart: no bytes make it raise, and a hostile mail costs no more than a plain one.

The standard parser goes as deep as a mail is nested and takes minutes over some parameters and charsets; a mail that
came back needs its headers, a few parts and a line of text.
"""

from __future__ import annotations

import binascii
import quopri
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from html import unescape

MOST_BYTES = 512 * 1024  # of one mail
_MOST_HEADER = 2_000  # characters of one value
_MOST_TEXT = 20_000  # bytes of text read; the tag pattern and a person need no more
_MOST_PARTS = 50
_DEEPEST = 5
# Others are read as UTF-8: Python's «punycode» and «idna» take minutes over a long text, and some codecs warn.
_CHARSETS = {
    *("utf-16", "iso-8859-1", "iso-8859-15", "windows-1251", "windows-1252", "windows-1258", "cp1258", "koi8-r"),
    *("gb2312", "gbk", "gb18030", "big5", "shift_jis", "iso-2022-jp", "euc-jp", "euc-kr"),
}
_TAG = re.compile(r"<(?:style|script|title)\b[^<]*|<[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A mail, or one part of it."""

    headers: dict[str, list[str]]  # by name in small letters
    body: bytes

    def values(self, name: str) -> list[str]:
        """Every value of a header, as written."""
        return self.headers.get(name.lower(), [])

    def first(self, name: str) -> str:
        """The first value of a header with its encoded words read; empty when there is none."""
        return _read_words(next(iter(self.values(name)), ""))

    @property
    def kind(self) -> str:
        """«text/plain» when nothing says otherwise."""
        said = next(iter(self.values("Content-Type")), "").partition(";")[0].strip().lower()
        return said if "/" in said else "text/plain"

    def parameter(self, name: str) -> str:
        """One parameter of Content-Type; empty when it has none."""
        said = next(iter(self.values("Content-Type")), "")
        found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]*)"|([^\s;"]+))', said, re.IGNORECASE)
        return (found[1] or found[2] or "") if found else ""

    def parts(self) -> list[Part]:
        """What a multipart is made of; nothing for every other kind."""
        boundary = self.parameter("boundary").encode("utf-8", "replace") if self.kind.startswith("multipart/") else b""
        if not boundary:
            return []
        line = rb"(?m)^--" + re.escape(boundary)
        inside = re.split(line + rb"--[ \t]*\r?(?:\n|\Z)", self.body, maxsplit=1)[0]
        return [read_mail(piece) for piece in re.split(line + rb"[ \t]*\r?(?:\n|\Z)", inside, maxsplit=_MOST_PARTS)[1:]]

    def leaves(self, depth: int = 0) -> Iterator[Part]:
        """The parts that hold something; a mail inside the mail is one, and is not opened."""
        parts = self.parts() if depth < _DEEPEST else []
        for part in parts:
            yield from part.leaves(depth + 1)
        if not parts:
            yield self

    def content(self) -> bytes:
        """The body without its transfer encoding; as it stands when that is broken."""
        encoding = self.first("Content-Transfer-Encoding").strip().lower()
        try:
            if encoding == "base64":
                return binascii.a2b_base64(self.body + b"==")  # one cut short still reads
            return quopri.decodestring(self.body) if encoding == "quoted-printable" else self.body
        except ValueError:
            return self.body

    def text(self) -> str:
        """The beginning of what a person would read: the plain text, or else the HTML without its tags."""
        leaves = list(self.leaves())
        plain = next((leaf for leaf in leaves if leaf.kind == "text/plain"), None)
        if plain:
            return plain._written()
        page = next((leaf for leaf in leaves if leaf.kind == "text/html"), None)
        return unescape(_TAG.sub(" ", _BREAK.sub("\n", page._written()))) if page else ""

    def _written(self) -> str:
        return _decoded(self.content()[:_MOST_TEXT], self.parameter("charset")).replace("\r\n", "\n")


def read_mail(raw: bytes) -> Part:
    """Headers up to the first empty line, and the rest."""
    head, _, body = _split(raw[:MOST_BYTES])
    return Part(read_headers(head), body)


def read_headers(head: bytes) -> dict[str, list[str]]:
    """Header lines, folded ones joined; a line that is none is passed over."""
    headers = dict[str, list[str]]()
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines():
        name, colon, value = line.partition(b":")
        if colon:
            written = value[:_MOST_HEADER].decode("utf-8", "replace").strip()
            headers.setdefault(name.strip().decode("ascii", "replace").lower(), []).append(written)
    return headers


def one_line(text: str, most: int = 300) -> str:
    """`text` on one line of at most `most` characters, nothing in it that a page or database could stumble over."""
    spaced = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    # «C» is control, format (writing from right to left), surrogate and private: none is part of a sentence.
    line = " ".join("".join(char for char in spaced if unicodedata.category(char)[0] != "C").split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"(?m)^\r?\n", raw)
    return (raw[: found.start()], found[0], raw[found.end() :]) if found else (raw, b"", b"")


def _decoded(data: bytes, charset: str) -> str:
    return data.decode(charset if charset.lower() in _CHARSETS else "utf-8", "replace")


def _read_words(value: str) -> str:
    """«=?utf-8?b?…?=» as it reads; as written when it is broken."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(_piece(*piece) for piece in pieces)


def _piece(text: str | bytes, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    # Between encoded words decode_header() gives the bytes of this codec.
    return _decoded(text, charset) if charset else text.decode("raw-unicode-escape", "replace")
