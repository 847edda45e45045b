"""What a mail that came back means: not delivered, delayed, written by a machine, or written by a person."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flows.raw_mail import Part, one_line, read_headers, read_mail
from models.return_address import digest_of

# Not delivered for good; delayed, still trying; out of office, receipts and other machines; a person.
Kind = Literal["khong-den", "tam-hoan", "tu-dong", "nguoi-tra-loi"]


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail of the sender address's mailbox, understood.

    A wrong «không đến» says that a person cannot be reached, so whatever is not plainly a bounce is something else.
    """

    kind: Kind
    digest: int | None  # which of our digests, by its own envelope address; None when nothing in the mail is ours
    status: str  # «5.1.1», or empty
    words: str  # what the server or the person said, on one line
    key: str  # SHA-256 of the bytes: the same mail read twice is the same


_Verdict = tuple[Kind, str, str]  # kind, status, words

_TO = ("Delivered-To", "X-Original-To", "To", "Envelope-To")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_ACTIONS: dict[str, Kind] = {
    "failed": "khong-den",
    "failure": "khong-den",  # not of RFC 3464, but sent
    "delayed": "tam-hoan",
    "delivered": "tu-dong",
    "relayed": "tu-dong",
    "expanded": "tu-dong",
}
_CLASSES: dict[str, Kind] = {"5": "khong-den", "4": "tam-hoan"}
_GRAVEST: tuple[Kind, ...] = ("khong-den", "tam-hoan", "tu-dong")

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
# A status as servers write it beside a reply code: «550 5.1.1», «(#5.1.1)». «5.6.24» alone may be a date.
_SURE = re.compile(r"(?:(?<!\d)[45][0-5]\d[ -]#?|#|Status: )(?P<status>(?P<class>[45])\.[0-7]\.\d{1,3})(?!\.?\d)")
_LIKELY = (
    _SURE,
    re.compile(r"(?<![\d.])(?P<status>(?P<class>[45])\.[0-7]\.\d{1,3})(?!\.?\d)"),
    re.compile(r"(?m)(?:^[ \t]*|[:\]>] *|said |error |code )(?P<class>[45])[0-5]\d(?=[ -]\D)"),
)
_GAVE_UP = re.compile(
    r"(?:given|giving) up|not going to try again|permanent (?:error|failure|fatal)|failed permanently|retry timeout"
    r"|(?:could|can) ?not be delivered|unable to deliver|(?:not|n't) able to deliver|was not delivered|undeliverable",
    re.I,
)
_STILL = re.compile(
    r"warning (?:message )?only|has been delayed|has not yet been delivered|(?:will|still) (?:be )?retr(?:y|ied)"
    r"|still trying|attempts will continue|will (?:keep|continue) (?:to )?try",
    re.I,
)
_COPY = re.compile(r"(?mi)^ *-{3,}.*\b(?:copy of|original message|below this line)\b")

_DAEMON = re.compile(r"mailer-?daemon|mail delivery (?:sub)?system", re.I)
_OFFICE_DAEMON = re.compile(r"postmaster@|mdaemon@|system administrator|mail system|microsoftexchange", re.I)
_QMAIL = re.compile(r"\s*Hi\. This is the .{1,80}\b(?:program|server|mailer-daemon) at ", re.I)
# Read without accents and in small letters, as _bare() leaves them.
_AWAY = re.compile(
    r"\W*(?:(?:thu )?(?:tra loi|phan hoi) tu dong|tu dong (?:tra loi|phan hoi)|vang mat"
    r"|auto(?:matic|mated)?[ -]?(?:reply|response|answer)|auto:|out of (?:the )?office|ooo\b)"
)
_REPLY = re.compile(r"\W*(?:re|tl|tra loi|reply)\s*:")
_QUOTED = re.compile(
    r"(?mis)^[ \t]*(?:on\b.{1,300}?\bwrote:|vào\b.{1,300}?\bviết:|-{2,} ?(?:original message|thư gốc)\b|_{8,}"
    r"|(?:from|từ):[^\n]{1,300}\n[ \t]*(?:sent|date|đã gửi|ngày|gửi):)"
)


def understand(raw: bytes, key: bytes) -> Returned:
    """What `raw` means; `key` is the office's. Any bytes have a meaning, and only the first 512 KB are looked at."""
    mail = read_mail(raw)
    digest = next((found for address in _addresses(mail) if (found := digest_of(address, key))), None)
    kind, status, words = _judged(mail, is_ours=digest is not None)
    return Returned(kind, digest, status, one_line(words), hashlib.sha256(raw).hexdigest())


def answered(raw: bytes) -> str:
    """The Message-ID this mail says it answers; «» when it says none. Anybody can write one: good for a hint only."""
    found = re.search(r"<[^<>\s]{1,250}>", read_mail(raw).first("In-Reply-To"))
    return found[0] if found else ""


def _addresses(mail: Part) -> Iterator[str]:
    """Every address that may be an envelope sender of ours: where the mail was sent, then what it brings back."""
    headers = [value for name in _TO for value in mail.values(name)]
    for original in (leaf for leaf in mail.leaves() if leaf.kind in _ORIGINALS):
        headers += read_mail(original.content()).values("Return-Path")
    for value in headers:
        yield from re.split(r"[\s<>,;:\"()]+", value)


def _judged(mail: Part, *, is_ours: bool) -> _Verdict:
    """From the plainest sign to the weakest: a report, an absence, a bounce, a machine; a person is what is left."""
    if _is_report(mail):
        return _reported(mail, is_ours=is_ours)
    if _is_absence(mail):
        return "tu-dong", "", _said(mail)
    if _is_bounce(mail):
        return _bounced(mail, is_ours=is_ours)
    if _is_automatic(mail):
        return "tu-dong", "", _said(mail)
    return "nguoi-tra-loi", "", _said(mail)


def _is_report(mail: Part) -> bool:
    """Some servers wrap a report once more, or name it wrongly; a person may only send one on."""
    if mail.kind == "multipart/report":
        return True
    is_of_a_system = _is_from_nobody(mail) or _is_signed_by_a_system(mail)
    return is_of_a_system and any(leaf.kind in _REPORTS for leaf in mail.leaves())


def _reported(mail: Part, *, is_ours: bool) -> _Verdict:
    """RFC 3464; when it tells of several recipients, the gravest counts. Read receipts (RFC 8098) are automatic."""
    blocks = [block for leaf in mail.leaves() if leaf.kind in _REPORTS for block in _blocks(leaf)]
    verdicts = [verdict for block in blocks if (verdict := _recipient(block))]
    if verdicts:
        kind, status, words = min(verdicts, key=lambda verdict: _GRAVEST.index(verdict[0]))
        return kind, status, words or _said(mail)
    if mail.parameter("report-type").lower() in ("delivery-status", ""):  # its own part is lost or broken
        return _bounced(mail, is_ours=is_ours)
    return "tu-dong", "", _said(mail)


def _blocks(report: Part) -> Iterator[Part]:
    for block in re.split(rb"\r?\n[ \t]*\r?\n", report.content()):
        yield Part(read_headers(block), b"")


def _recipient(block: Part) -> _Verdict | None:
    """What became of one recipient; None for the block about the mail, and for one that does not say."""
    action = re.match(r"\s*([a-z]*)", block.first("Action").lower())
    diagnostic = block.first("Diagnostic-Code")
    found = _STATUS.search(block.first("Status")) or _STATUS.search(diagnostic)
    status = found[0] if found else ""
    # The action is what became of the mail; a mail given up after days of 4.4.1 has failed.
    kind = _ACTIONS.get(action[1] if action else "") or _CLASSES.get(status[:1])
    return (kind, status, re.sub(r"^\s*[\w-]+\s*;", "", diagnostic)) if kind else None


def _is_absence(mail: Part) -> bool:
    """Plainly an answering machine: these often come from nobody («Return-Path: <>»), as bounces do."""
    named = mail.values("X-Autoreply") or mail.values("X-Autorespond")
    return bool(named or _precedence(mail) == "auto_reply" or _AWAY.match(_bare(mail.first("Subject"))))


def _is_automatic(mail: Part) -> bool:
    submitted = re.match(r"[\w-]*", mail.first("Auto-Submitted").lower())
    if submitted and submitted[0] not in ("", "no"):
        return True
    suppressed = mail.values("X-Auto-Response-Suppress") and _REPLY.match(_bare(mail.first("Subject")))
    return bool(suppressed) or _precedence(mail) in ("bulk", "junk")


def _is_bounce(mail: Part) -> bool:
    """A mail without a sender is one too, unless it calls itself automatic: then it is more often an absence."""
    return _is_plain_bounce(mail) or (_is_from_nobody(mail) and not _is_automatic(mail))


def _is_plain_bounce(mail: Part) -> bool:
    """Whether a mail system says in so many words that it wrote this."""
    if mail.kind == "multipart/report" or mail.values("X-Failed-Recipients"):
        return True
    return _is_signed_by_a_system(mail) or bool(_QMAIL.match(mail.text()))


def _is_signed_by_a_system(mail: Part) -> bool:
    sender = mail.first("From")
    # A person may write as postmaster; that person's mails have an envelope sender.
    return bool(_DAEMON.search(sender) or (_is_from_nobody(mail) and _OFFICE_DAEMON.search(sender)))


def _is_from_nobody(mail: Part) -> bool:
    senders = [value.strip("<> ").partition("@")[0].lower() for value in mail.values("Return-Path")]
    return any(sender in ("", "mailer-daemon") for sender in senders)  # some servers write a name for «nobody»


def _bounced(mail: Part, *, is_ours: bool) -> _Verdict:
    """A bounce without a report, read by its codes and words; of one that is none of ours no more is asked."""
    text, is_plain = _COPY.split(mail.text(), maxsplit=1)[0], _is_plain_bounce(mail)
    # Where only the missing sender speaks for a bounce, a code must be beyond doubt, and words alone say nothing.
    found = next((match for code in (_LIKELY if is_plain else (_SURE,)) if (match := code.search(text))), None)
    kind = _outcome(mail, text, found["class"] if found else "") if found or is_plain else None
    if kind is None or not is_ours:
        return "tu-dong", "", _said(mail)
    status = found.groupdict().get("status", "") if found else ""
    return kind, status, text[text.rfind("\n", 0, found.start()) + 1 :] if found else _said(mail)


def _outcome(mail: Part, text: str, code: str) -> Kind | None:
    """Words count where the code leaves room: Exim and qmail give up on a mail whose last answer was 4.x.x."""
    if code == "5":
        return "khong-den"
    if _STILL.search(text):
        return "tam-hoan"
    if _GAVE_UP.search(text):
        return "khong-den"
    return "tam-hoan" if code else "khong-den" if mail.values("X-Failed-Recipients") else None


def _precedence(mail: Part) -> str:
    return mail.first("Precedence").strip().lower().replace("-", "_")


def _said(mail: Part) -> str:
    """The text without what it quotes, above or below; the subject when nothing is left."""
    pieces = (re.sub(r"(?m)^[ \t]*>.*$", "", piece) for piece in _QUOTED.split(mail.text(), maxsplit=1))
    return next((piece for piece in pieces if one_line(piece)), mail.first("Subject"))


def _bare(text: str) -> str:
    """Small letters without accents, however the accents were encoded."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(char for char in apart if not unicodedata.combining(char)).split())
