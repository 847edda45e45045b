"""One obligation as a calendar entry that travels in a mail: made, moved with its day, taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.mime.text import MIMEText
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress, vText

from rules.vietnamese import weekday_dmy

_PRODID = "-//dunghan//Nhac viec dung han//VI"
# What no calendar shows and no standard lets through; tabs and line breaks are dealt with where they mean something.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_OF_URLS = "!#$&'()*+,/:;=?@[]%"  # RFC 3986; «%» too: what is already encoded stays as it is
_OF_ADDRESSES = "!$&'*+/=@"  # RFC 6068
_NOT_OF_NAMES = re.compile(r"[^A-Za-z0-9_]+")
# A deadline makes nobody busy, and nobody is to propose another day for it. «Intended» is what Outlook reads in a
# request (MS-OXCICAL). There is no VALARM: the mails remind.
_FREE = {
    "TRANSP": "TRANSPARENT",
    "X-MICROSOFT-CDO-ALLDAYEVENT": "TRUE",
    "X-MICROSOFT-CDO-BUSYSTATUS": "FREE",
    "X-MICROSOFT-CDO-INTENDEDSTATUS": "FREE",
    "X-MICROSOFT-DISALLOW-COUNTER": "TRUE",
}
# The day is set, so there is nothing to accept, and each acceptance would be a mail into the sender's box. Outlook goes
# by RSVP alone and answers nothing to FALSE (MS-OXOCAL, 3.1.4.8.4); Gmail shows ACCEPTED as it is told, where
# NEEDS-ACTION asks for an answer; Thunderbird stops asking about what it keeps as accepted.
_NO_ANSWER = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person's calendar is to show of one obligation."""

    uid: str  # stable: «<obligation code>.<person code>@<mail domain>»
    sequence: int  # grows each time a day moved, and once more when it is taken back
    cancelled: bool  # done, withdrawn or handed to somebody else
    title: str
    period: str
    day: date  # the target
    legal: date  # the same day where the law says no other
    text: str  # the receipt in plain words
    url: str  # page to open; «» when none
    organizer: tuple[str, str]  # name, address
    attendee: tuple[str, str]


class _Exact(vText):
    r"""A text read back as it was written: the library makes a line break of the two characters «\N»."""

    def to_ical(self) -> bytes:
        """The value as it stands in a content line (RFC 5545, 3.3.11)."""
        return self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").encode()


def calendar_part(entry: Entry, at: datetime) -> MIMEText:
    """The entry as a part of a mail; equal input gives equal bytes. One part an obligation: RFC 5546 asks for one UID.

    A time without a zone is refused: it would be read in the machine's own.
    """
    if at.tzinfo is None:
        raise ValueError(f"thời điểm {at.isoformat()} không có múi giờ")
    name = file_name(entry)
    part = MIMEText(_calendar(entry, at).to_ical().decode(), "calendar", "utf-8")
    part.replace_header("Content-Type", f'text/calendar; charset=utf-8; method={_method(entry)}; name="{name}"')
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def file_name(entry: Entry) -> str:
    """«B02-2024-H1.ics»: the UID without plan, person and domain, in ASCII."""
    parts = entry.uid.partition("@")[0].split(".")
    told_apart = parts[1:-1] if len(parts) > 3 else parts[:-1] or parts
    return (_NOT_OF_NAMES.sub("-", "-".join(told_apart))[:60].strip("-") or "han") + ".ics"


def _method(entry: Entry) -> str:
    return "CANCEL" if entry.cancelled else "REQUEST"


def _calendar(entry: Entry, at: datetime) -> Calendar:
    # Built empty and filled: Calendar.new() and Event.new() make up a UID and read the clock.
    calendar = Calendar()
    calendar.add("PRODID", _PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", _method(entry))
    calendar.add_component(_event(entry, at))
    return calendar


def _event(entry: Entry, at: datetime) -> Event:
    event = Event()
    event.add("UID", _Exact(_one_line(entry.uid)))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", at.astimezone(UTC))
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("DTSTART", entry.day)
    event.add("DTEND", entry.day + timedelta(days=1))
    event.add("SUMMARY", _Exact(_summary(entry)))
    event.add("DESCRIPTION", _Exact(_description(entry)))
    event.add("ORGANIZER", _person(*entry.organizer))
    event.add("ATTENDEE", _person(*entry.attendee, _NO_ANSWER))
    for name, value in _FREE.items():
        event.add(name, value)
    if url := _link(entry.url):
        event.add("URL", url)
    return event


def _summary(entry: Entry) -> str:
    return "Hạn: " + " - ".join(filter(None, (_one_line(entry.title), _one_line(entry.period))))


def _description(entry: Entry) -> str:
    """The law's own day where it is another, the receipt, and the page: Outlook and Google show no URL property."""
    legal = f"Hạn theo quy định: hết ngày {weekday_dmy(entry.legal)}." if entry.legal != entry.day else ""
    url = _link(entry.url)
    return "\n".join(filter(None, (legal, _lines(entry.text), f"Xem: {url}" if url else "")))


def _person(name: str, address: str, more: dict[str, str] | None = None) -> vCalAddress:
    # A parameter has no escape for a backslash (RFC 5545, 3.1), and readers disagree on what one means.
    shown = _one_line(name).replace("\\", "/")
    parameters = ({"CN": shown} if shown else {}) | (more or {})
    return vCalAddress(f"mailto:{quote(_no_space(address), safe=_OF_ADDRESSES)}", params=parameters)


def _link(url: str) -> str:
    return quote(_no_space(url), safe=_OF_URLS)


def _one_line(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())


def _no_space(text: str) -> str:
    return "".join(_UNSEEN.sub("", text).split())


def _lines(text: str) -> str:
    return "\n".join(_UNSEEN.sub("", line) for line in text.splitlines()).strip()
