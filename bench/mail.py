"""One mail, rendered, built and written out, beside EmailMessage with the same words; no database, no socket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.utils import format_datetime

from bench.rows import Row, Work, best_of, faster
from flows.invitations import Entry, calendar_part
from flows.letters import DigestMail, Line, Section
from flows.messages import build_message, rendered
from models.record_tables import Digest
from models.settings import Settings
from models.tables import Person
from rules.vietnamese import morning_of

FRI_26_JULY = date(2024, 7, 26)
AT: datetime = morning_of(FRI_26_JULY)
SETTINGS = Settings(base_url="https://nhacviec.example")
PERSON = Person(authority_id=1, code="tran-thi-vi-du", name="Trần Thị Ví Dụ", title="Công chức", email="vidu@x.example")
DIGEST = Digest(
    authority_id=1, person_id=1, day=FRI_26_JULY, status="dang-gui", message_id="<20240726.tran-thi-vi-du.x@x.example>"
)
SIGNED = "Wzg3OSwidHJhLWxvaSIsNiwxNjMsMTcyMTk1MzgwMCwxNzI1ODQxODAwXQ.xqasuMCepYcnfeav8slxdLfPDSd0YE49TlS7euZai5s"
ROUNDS, MAILS = 20, 20
LEAST, MOST_US = 7.0, 500  # one of the two is enough: times faster, or microseconds a mail
LEAST_WITH_ENTRY = 3.0  # the entry itself is made by icalendar on both sides

BECAUSE = (
    "Kế hoạch ghi: «- Định kỳ, thường xuyên» (Phụ lục, TT 3, điểm b).",
    "«Chậm nhất ngày 30/06/2024»: tính cả Chủ nhật, 30/06/2024.",
    "Bỏ qua 1 ngày nghỉ hằng tuần.",
    "Ngày cuối rơi vào ngày nghỉ nên chuyển đến ngày làm việc tiếp theo, thứ Hai, 01/07/2024.",
    "Nên hoàn thành trong ngày làm việc liền trước, thứ Sáu, 28/06/2024.",
)
BASIS = (
    "Phụ lục, TT 3, điểm b Kế hoạch 08/KH-UBND",
    "Điều 3, Điều 5 (rà soát từ ngày 15 hằng tháng, quyết định trong 15 ngày) Quyết định 24/2021/QĐ-TTg",
    "Điều 12 khoản 3 (công khai quyết định công nhận, 05 ngày làm việc) Luật Thực hiện dân chủ ở cơ sở 10/2022/QH15",
    "Điều 148 khoản 5 Bộ luật Dân sự 2015",
)


def line(title: str, period: str, target: date, legal: date, left: int) -> Line:
    overdue = legal < FRI_26_JULY
    return Line(
        code=f"{title} {period}", title=title, period=period, days_left=left, overdue=overdue,
        state=f"đã quá hạn {-left} ngày làm việc" if overdue else f"còn {left} ngày làm việc",
        target=target, legal=legal, agreed=None, internal=False, keeps=False, standing=False, provisional=False,
        closed=False, because=BECAUSE, basis=BASIS, late_rungs=(), news=(), stands_for="", asked=False, leads=False,
        draft="", draft_for="", url=f"https://nhacviec.example/tra-loi/{SIGNED}",
    )  # fmt: skip


POOR, RECEPTION = "Rà soát hộ nghèo phát sinh trong tháng", "Chủ tịch trực tiếp tiếp công dân"
MAIL = DigestMail(
    authority="UBND thị trấn Như Quỳnh",
    person=PERSON,
    day=FRI_26_JULY,
    sections=(
        Section("Quá hạn", (line(POOR, "tháng 06/2024", date(2024, 6, 28), date(2024, 7, 1), -20),)),
        Section("Hôm nay", (line(RECEPTION, "tuần 30/2024", FRI_26_JULY, date(2024, 7, 28), 0),)),
        Section("Sắp đến hạn", (line(POOR, "tháng 07/2024", date(2024, 7, 31), date(2024, 7, 31), 3),)),
    ),
    overview=None,
    review_urls={},
    wishes_url=f"https://nhacviec.example/tuy-chon/{SIGNED}",
)
ENTRY = Entry(
    uid="nhu-quynh-2024.P3b.2024-07.tran-thi-vi-du@x.example", sequence=0, cancelled=False,
    title="Rà soát hộ nghèo phát sinh trong tháng", period="tháng 07/2024", day=date(2024, 7, 31),
    legal=date(2024, 7, 31), text=" ".join(BECAUSE), url=f"https://nhacviec.example/tra-loi/{SIGNED}",
    organizer=(SETTINGS.mail_from_name, SETTINGS.mail_from), attendee=(PERSON.name, PERSON.email),
)  # fmt: skip


def ours(entries: Sequence[MIMEBase] = ()) -> bytes:
    return build_message(MAIL, DIGEST, SETTINGS, AT, entries).as_bytes()


def by_email_message(entries: Sequence[MIMEBase] = ()) -> bytes:
    """The same words through the newer classes, as their documentation shows it."""
    message = EmailMessage()
    message["Subject"] = MAIL.subject
    message["From"] = f"{SETTINGS.mail_from_name} <{SETTINGS.mail_from}>"
    message["To"] = f"{PERSON.name} <{PERSON.email}>"
    message["Date"] = format_datetime(AT)
    message["Message-ID"] = DIGEST.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["Content-Language"] = "vi"
    plain, html = rendered(MAIL)
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    for entry in entries:
        content = entry.get_payload(decode=True)
        message.add_attachment(content, "text", "calendar", filename=entry.get_filename())
    return message.as_bytes()


def mail_rows() -> Iterator[Row]:
    """A mail without and with one calendar entry, each beside its peer."""
    mine, peer = each(ours, by_email_message)
    row = faster("one mail of 3 lines, rendered and built, against EmailMessage", mine, peer, "us", LEAST)
    yield replace(row, holds=row.holds or mine <= MOST_US)
    mine, peer = each(lambda: ours([calendar_part(ENTRY, AT)]), lambda: by_email_message([calendar_part(ENTRY, AT)]))
    yield faster("the same with one calendar entry", mine, peer, "us", LEAST_WITH_ENTRY)


def each(*works: Work) -> list[float]:
    """The best round of each, in microseconds a mail."""

    def many(work: Work) -> Work:
        return lambda: [work() for _ in range(MAILS)]

    return [taken / MAILS * 1e6 for taken in best_of(ROUNDS, *map(many, works))]
