"""A digest as it is sent: plain text and HTML of equal content, calendar entries, a draft when there is one."""

from __future__ import annotations

from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import Policy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from flows.letters import DigestMail
from models.official_style import plain
from models.record_tables import Digest
from models.settings import Settings
from rules.vietnamese import ZONE, dmy, weekday_dmy

_TEMPLATES = Path(__file__).parent / "templates"
_WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Draft:
    """A Word file a leader may sign and send."""

    name: str
    content: bytes


def build_message(
    mail: DigestMail,
    digest: Digest,
    settings: Settings,
    at: datetime,
    entries: Sequence[MIMEBase] = (),
    drafts: Sequence[Draft] = (),
) -> Message:
    """The mail as sent, with stable Message-ID and boundaries.

    Built with the standard library's older classes and written out by itself: see bench/mail.py.
    """
    mark = digest.message_id.strip("<>").replace("@", "_")
    words = _words(mail, f"=_{mark}")
    message = _Mail("mixed", boundary=f"=_m_{mark}") if entries or drafts else words
    message["Subject"] = coded(one_line(mail.subject))
    message["From"] = written_address(settings.mail_from_name, settings.mail_from)
    message["To"] = written_address(mail.person.name, mail.person.email)
    message["Date"] = format_datetime(at.astimezone(ZoneInfo(ZONE)))
    message["Message-ID"] = digest.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["Content-Language"] = "vi"
    for part in () if message is words else (words, *entries, *map(_attached, drafts)):
        message.attach(part)
    return message


def plain_message(settings: Settings, to: str, subject: str, words: str, message_id: str, at: datetime) -> Message:
    """A short mail of words alone, which nobody is to answer."""
    message = text_part(words, "plain")
    message["Subject"] = coded(one_line(subject))
    message["From"] = written_address(settings.mail_from_name, settings.mail_from)
    message["To"] = to
    message["Date"] = format_datetime(at.astimezone(ZoneInfo(ZONE)))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "vi"
    return message


class _Mail(MIMEMultipart):
    """A mail that writes itself out: the library's writer folds each header and takes each line apart anew."""

    def as_bytes(self, unixfrom: bool = False, policy: Policy | None = None) -> bytes:
        """The mail as sent. Its headers are folded and its parts encoded already."""
        return _written(self).replace("\n", policy.linesep if policy else "\n").encode()


def _written(part: Any) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in part.items())
    if not part.is_multipart():
        return f"{head}\n{part.get_payload()}"
    rule = f"--{part.get_boundary()}"
    inner = "".join(f"{rule}\n{_written(one)}\n" for one in part.get_payload())
    return f"{head}\n{inner}{rule}--\n"


def rendered(mail: DigestMail) -> tuple[str, str]:
    """The mail's plain text and its HTML, of equal content."""
    due = [(number, line) for number, line in enumerate(mail.lines, start=1) if not line.closed]
    facts = {
        "mail": mail,
        "lines": mail.lines,
        "due": len(due),
        "explained": [(number, line) for number, line in due if line.because[1:] or line.basis],
        "dmy": dmy,
        "weekday_dmy": weekday_dmy,
    }
    text, html = (templates().get_template(f"digest.{kind}.j2").render(facts) for kind in ("txt", "html"))
    return text, html


def _words(mail: DigestMail, boundary: str) -> _Mail:
    text, html = rendered(mail)
    words = _Mail("alternative", boundary=boundary)
    words.attach(text_part(text, "plain"))
    words.attach(text_part(html, "html"))
    return words


def text_part(words: str, subtype: str) -> MIMENonMultipart:
    """A part of a mail. MIMEText costs twice as much, for the same part."""
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part["Content-Transfer-Encoding"] = "base64"
    lines = _base64(words)
    part.set_payload("\n".join(lines[at : at + 76] for at in range(0, len(lines), 76)))
    return part


def plain_text(message: Message) -> str:
    """The plain words of a built mail, read back from the part that is sent."""
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return b64decode(str(part.get_payload())).decode()


def _attached(draft: Draft) -> MIMEApplication:
    part = MIMEApplication(draft.content, _WORD)
    part.add_header("Content-Disposition", "attachment", filename=draft.name)
    return part


def written_address(name: str, email: str) -> str:
    """A person's name and address for a header."""
    return f"{coded(one_line(name))} <{one_line(email)}>"


def coded(text: str) -> str:
    """`text` for a header, as encoded words (RFC 2047) of at most 39 bytes: no line is longer than 76 characters."""
    pieces, size = [""], 0
    for char in text:
        size += len(char.encode())
        if size > 39:
            pieces.append("")
            size = len(char.encode())
        pieces[-1] += char
    return "\n ".join(f"=?utf-8?b?{_base64(piece)}?=" for piece in pieces)


def _base64(text: str) -> str:
    return b2a_base64(text.encode(), newline=False).decode()


def one_line(text: str) -> str:
    """`text` on one line: nothing a person typed can start a header or a line of its own, or turn the reading round."""
    return " ".join((text if text.isprintable() else plain(text)).split())


def _shown(value: object) -> object:
    """What a template writes, for both parts alike; what is of one piece already is left as it is."""
    return one_line(value) if type(value) is str and not value.isprintable() else value


@cache
def templates() -> Environment:
    """The words of mails."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"]),
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
