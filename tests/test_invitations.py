"""Calendar entries: one obligation each, harmless whatever was typed, moved and taken back under one UID."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32, default
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event, vCalAddress

from flows.invitations import Entry, calendar_part, file_name
from rules.vietnamese import morning_of

THU_27_JUN_2024 = date(2024, 6, 27)
FRI_28_JUN_2024 = date(2024, 6, 28)
TUE_2_JUL_2024 = date(2024, 7, 2)
TUE_18_JUN_2024 = date(2024, 6, 18)
AT = morning_of(TUE_18_JUN_2024)
PAGE = "http://127.0.0.1:8800/nghia-vu/nhu-quynh-2024.B02.2024-H1"
ENTRY = Entry(
    uid="nhu-quynh-2024.B02.2024-H1.le-thi-mau@nhuquynh.example",
    sequence=0,
    cancelled=False,
    title="Báo cáo kết quả thực hiện Chỉ số PAPI",
    period="6 tháng đầu năm 2024",
    day=THU_27_JUN_2024,
    legal=TUE_2_JUL_2024,
    text="Hạn là ngày 30/6/2024, Chủ nhật; lùi tới ngày làm việc kế tiếp.\nCăn cứ: mục IV.2 Kế hoạch 08/KH-UBND.",
    url=PAGE,
    organizer=("Nhắc việc đúng hạn", "nhacviec@nhuquynh.example"),
    attendee=("Lê Thị Mẫu", "le-thi-mau@nhuquynh.example"),
)
NAMES = {
    b"BEGIN", b"VERSION", b"PRODID", b"CALSCALE", b"METHOD", b"UID", b"SEQUENCE", b"DTSTAMP", b"STATUS", b"DTSTART",
    b"DTEND", b"SUMMARY", b"DESCRIPTION", b"ORGANIZER", b"ATTENDEE", b"TRANSP", b"X-MICROSOFT-CDO-ALLDAYEVENT",
    b"X-MICROSOFT-CDO-BUSYSTATUS", b"X-MICROSOFT-CDO-INTENDEDSTATUS", b"X-MICROSOFT-DISALLOW-COUNTER", b"URL", b"END",
}  # fmt: skip
PIECES = [
    "\n", "\r", "\r\n", "\r\n ", "\x00", "\x0b", "\x1c", "\x85", "\u2028", "\u2029", "\ud800", "\ufeff", "\t", " ",
    "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "ATTENDEE:mailto:x@y.example", ",", ";", ":", "\\", "\\n", "\\N",
    "\\,", "\\;", "\\:", '"', "'", "’", "^", "^n", "^'", "=", "%", "%2C", "%0D%0A", "mailto:", "@", "<", ">", "|",
]  # fmt: skip
TYPED = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


def octets(entry: Entry, at: datetime = AT) -> bytes:
    payload = calendar_part(entry, at).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def calendar_of(entry: Entry) -> Calendar:
    parsed = Calendar.from_ical(octets(entry))
    assert isinstance(parsed, Calendar)
    return parsed


def event_of(entry: Entry) -> Event:
    (event,) = calendar_of(entry).walk("VEVENT")
    assert isinstance(event, Event)
    assert event.errors == []
    return event


def person_of(entry: Entry, role: str) -> vCalAddress:
    person = event_of(entry)[role]
    assert isinstance(person, vCalAddress)
    return person


def unfolded(data: bytes) -> list[bytes]:
    return data.removesuffix(b"\r\n").replace(b"\r\n ", b"").split(b"\r\n")


def seen(text: str) -> str:
    """What is left of a text on one line: no control characters, one space for any gap."""
    kept = (c for c in text if c in "\t\n\v\f\r" or unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())


def ink(text: str) -> str:
    """The characters of a text that are neither control characters nor gaps."""
    return "".join(seen(text).split())


# ---- what an entry says


def test_an_entry_is_one_whole_day_that_makes_nobody_busy() -> None:
    event = event_of(ENTRY)
    assert event.decoded("DTSTART") == THU_27_JUN_2024
    assert event.decoded("DTEND") == FRI_28_JUN_2024
    assert b"DTSTART;VALUE=DATE:20240627" in unfolded(octets(ENTRY))
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["X-MICROSOFT-CDO-ALLDAYEVENT"] == "TRUE"
    assert event["X-MICROSOFT-CDO-BUSYSTATUS"] == event["X-MICROSOFT-CDO-INTENDEDSTATUS"] == "FREE"


def test_an_entry_names_the_obligation_its_receipt_and_its_page() -> None:
    event = event_of(ENTRY)
    assert event["SUMMARY"] == "Hạn: Báo cáo kết quả thực hiện Chỉ số PAPI - 6 tháng đầu năm 2024"
    assert event["DESCRIPTION"] == (
        "Hạn theo quy định: hết ngày thứ Ba, 02/07/2024.\n"
        "Hạn là ngày 30/6/2024, Chủ nhật; lùi tới ngày làm việc kế tiếp.\n"
        "Căn cứ: mục IV.2 Kế hoạch 08/KH-UBND.\n"
        f"Xem: {PAGE}"
    )
    assert event["URL"] == PAGE


def test_the_legal_day_is_said_only_when_it_is_another_and_no_page_means_no_link() -> None:
    event = event_of(replace(ENTRY, legal=ENTRY.day, url="", period=""))
    assert event["DESCRIPTION"] == ENTRY.text
    assert event["SUMMARY"] == f"Hạn: {ENTRY.title}"
    assert "URL" not in event


def test_nobody_is_asked_to_answer_or_to_propose_another_day() -> None:
    attendee = person_of(ENTRY, "ATTENDEE")
    assert attendee == "mailto:le-thi-mau@nhuquynh.example"
    assert attendee.params["RSVP"] == "FALSE"
    assert attendee.params["PARTSTAT"] == "ACCEPTED"
    assert event_of(ENTRY)["X-MICROSOFT-DISALLOW-COUNTER"] == "TRUE"


def test_names_keep_their_accents_and_a_person_without_one_keeps_the_address() -> None:
    assert person_of(ENTRY, "ORGANIZER").params["CN"] == "Nhắc việc đúng hạn"
    assert person_of(ENTRY, "ATTENDEE").params["CN"] == "Lê Thị Mẫu"
    nameless = person_of(replace(ENTRY, organizer=("", "nhacviec+81.0c4f@nhuquynh.example")), "ORGANIZER")
    assert nameless == "mailto:nhacviec+81.0c4f@nhuquynh.example"
    assert "CN" not in nameless.params


def test_the_mails_remind_so_an_entry_has_no_alarm() -> None:
    assert calendar_of(ENTRY).walk("VALARM") == []


def test_the_stamp_is_the_given_moment_in_utc() -> None:
    assert event_of(ENTRY).decoded("DTSTAMP") == datetime(2024, 6, 18, 0, 30, tzinfo=UTC)
    assert b"DTSTAMP:20240618T003000Z" in unfolded(octets(ENTRY))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="không có múi giờ"):
        calendar_part(ENTRY, AT.replace(tzinfo=None))


# ---- moved and taken back


def test_a_request_says_so_in_the_calendar_and_in_the_mail() -> None:
    calendar = calendar_of(ENTRY)
    assert (calendar["METHOD"], calendar["VERSION"], calendar["CALSCALE"]) == ("REQUEST", "2.0", "GREGORIAN")
    assert calendar["PRODID"]
    assert event_of(ENTRY)["STATUS"] == "CONFIRMED"
    assert calendar_part(ENTRY, AT).get_param("method") == "REQUEST"


def test_a_moved_day_keeps_the_uid_and_raises_the_sequence() -> None:
    moved = event_of(replace(ENTRY, day=FRI_28_JUN_2024, sequence=1))
    assert moved["UID"] == event_of(ENTRY)["UID"] == ENTRY.uid
    assert int(moved["SEQUENCE"]) > int(event_of(ENTRY)["SEQUENCE"])
    assert moved.decoded("DTSTART") == FRI_28_JUN_2024


def test_what_is_done_or_handed_over_is_taken_back_under_its_uid() -> None:
    gone = replace(ENTRY, cancelled=True, sequence=1)
    event = event_of(gone)
    assert calendar_of(gone)["METHOD"] == "CANCEL"
    assert calendar_part(gone, AT).get_param("method") == "CANCEL"
    assert event["STATUS"] == "CANCELLED"
    assert (event["UID"], int(event["SEQUENCE"])) == (ENTRY.uid, 1)
    assert person_of(gone, "ATTENDEE") == "mailto:le-thi-mau@nhuquynh.example"


# ---- whatever was typed


@given(title=TYPED, period=TYPED, text=TYPED, names=st.tuples(TYPED, TYPED))
@example(title="C:\\New, a\r\nBEGIN:VEVENT", period="\\;", text="\r\nEND:VEVENT\x00\nx", names=('a"b:c\\', "^n’,;="))
@settings(deadline=None)
def test_any_text_comes_back_as_it_was_and_opens_no_entry_of_its_own(
    title: str, period: str, text: str, names: tuple[str, str]
) -> None:
    people = {"organizer": (names[0], ENTRY.organizer[1]), "attendee": (names[1], ENTRY.attendee[1])}
    entry = replace(ENTRY, title=title, period=period, text=text, **people)
    event = event_of(entry)
    assert event["SUMMARY"] == "Hạn: " + " - ".join(part for part in (seen(title), seen(period)) if part)
    assert ink(event["DESCRIPTION"]) == ink(f"Hạn theo quy định: hết ngày thứ Ba, 02/07/2024. {text} Xem: {PAGE}")
    for role, (name, address) in people.items():
        person = person_of(entry, role)
        assert person == f"mailto:{address}"
        assert person.params.get("CN", "") == seen(name).replace("\\", "/")


@given(entry=st.builds(replace, st.just(ENTRY), **dict.fromkeys(("uid", "title", "period", "text", "url"), TYPED)),
       people=st.tuples(TYPED, TYPED, TYPED, TYPED))  # fmt: skip
@settings(deadline=None)
def test_at_the_level_of_octets_only_our_own_properties_start_a_line(
    entry: Entry, people: tuple[str, str, str, str]
) -> None:
    data = octets(replace(entry, organizer=people[:2], attendee=people[2:]))
    names = [re.match(rb"[A-Z-]+", line) for line in unfolded(data)]
    assert {found.group() if found else b"" for found in names} <= NAMES
    assert [line for line in unfolded(data) if line.startswith((b"BEGIN", b"END"))] == [
        b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"END:VCALENDAR",
    ]  # fmt: skip
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)
    assert not re.search("[\x80-\x9f\u2028\u2029]", data.decode())


@given(text=TYPED, title=st.text(alphabet="ạệđ🗓,\\", max_size=200))
@settings(deadline=None)
def test_lines_are_folded_at_75_octets_and_never_inside_a_character(text: str, title: str) -> None:
    lines = octets(replace(ENTRY, text=text, title=title)).split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()


@given(address=TYPED)
@example(address="a@b.example\r\nATTENDEE:mailto:x@y.example")
@settings(deadline=None)
def test_an_address_stays_on_its_line_without_any_gap(address: str) -> None:
    entry = replace(ENTRY, organizer=("A", address), attendee=("B", address))
    for role in ("ORGANIZER", "ATTENDEE"):
        found = str(person_of(entry, role))
        assert found.isascii()
        assert not set(found) & set(' \t\r\n";,<>\\')
        assert unquote(found.removeprefix("mailto:")) == ink(address)


@given(url=TYPED)
@settings(deadline=None)
def test_a_link_stays_on_its_line_without_any_gap(url: str) -> None:
    found = str(event_of(replace(ENTRY, url=PAGE + url))["URL"])
    assert found.startswith(PAGE)
    assert re.fullmatch(r"[!-~]+", found)


# ---- the part in a mail


def mixed(*entries: Entry) -> EmailMessage:
    """A mail with entries as `flows.mail` sends it, as a strict reader finds it."""
    mail = MIMEMultipart("mixed", boundary="=_thu")
    mail.attach(MIMEText("Kính gửi đồng chí", "plain", "utf-8"))
    for entry in entries:
        mail.attach(calendar_part(entry, AT))
    read = message_from_bytes(mail.as_bytes(policy=compat32.clone(linesep="\r\n")), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_in_a_mail_each_entry_is_an_attachment_of_its_own() -> None:
    other = replace(ENTRY, uid="nhu-quynh-2024.C11.2024-Q2.le-thi-mau@nhuquynh.example", cancelled=True, sequence=2)
    parts = list(mixed(ENTRY, other).iter_attachments())
    assert [part.get_filename() for part in parts] == ["B02-2024-H1.ics", "C11-2024-Q2.ics"]
    for part, entry, method in zip(parts, (ENTRY, other), ("REQUEST", "CANCEL"), strict=True):
        assert part.get_content_type() == "text/calendar"
        assert part.get_content_disposition() == "attachment"
        assert part["Content-Type"].params == {"charset": "utf-8", "method": method, "name": part.get_filename()}
        assert part.get_payload(decode=True) == octets(entry)
        assert part.defects == []


@given(uid=TYPED)
@settings(deadline=None)
def test_any_uid_makes_a_plain_file_name_and_leaves_the_headers_alone(uid: str) -> None:
    name = file_name(replace(ENTRY, uid=uid))
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}\.ics", name)
    (part,) = mixed(replace(ENTRY, uid=uid)).iter_attachments()
    assert part.get_filename() == name
    assert sorted(part.keys()) == ["Content-Disposition", "Content-Transfer-Encoding", "Content-Type", "MIME-Version"]


@pytest.mark.parametrize(
    ("uid", "name"),
    [
        (ENTRY.uid, "B02-2024-H1.ics"),
        ("B02-2024-H1.le-thi-mau@nhuquynh.example", "B02-2024-H1.ics"),
        ("xa.C11.niem-yet-7.2.mai@xa.example", "C11-niem-yet-7-2.ics"),
        ("../Kế hoạch\r\nX: y.mai@xa.example", "K-ho-ch-X-y.ics"),
        ("@xa.example", "han.ics"),
    ],
)
def test_a_file_is_named_after_the_task_and_its_period(uid: str, name: str) -> None:
    assert file_name(replace(ENTRY, uid=uid)) == name


def test_equal_input_gives_equal_bytes() -> None:
    once, again = (calendar_part(replace(ENTRY), AT + timedelta(0)).as_bytes() for _ in range(2))
    assert once == again
