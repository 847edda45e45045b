"""What came back, as mail systems and people really write it, and what each of these mails means."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.raw_mail import MOST_BYTES
from flows.returned_mail import Kind, understand
from models.return_address import return_address

KEY = b"k" * 32
OURS = return_address("nhacviec@xa.example", 81, KEY)  # digest 81
FORGED = "nhacviec+81.0123456789ab@xa.example"
# What no page, database or terminal should be given: NUL, escape, «written from right to left», half characters.
FORBIDDEN = {"\0", "\x1b", "\x7f", "\n", "\r", "\u202e", "\ud800", "\u2028"}


def mail(head: str, body: str = "", to: str = OURS) -> bytes:
    """Headers and body as they lie in the mailbox, CRLF between lines."""
    text = f"{head.strip()}\nTo: {to}\n\n{body.lstrip()}"
    return text.replace("\n", "\r\n").encode()


def report(human: str, delivery: str, head: str = "", to: str = OURS, original: str = "", kind: str = "") -> bytes:
    """A multipart/report as RFC 3464 has it."""
    return mail(
        f"""
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.tinh.example>
Subject: Undelivered Mail Returned to Sender
{head or "Auto-Submitted: auto-replied"}
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind or "delivery-status"};
	boundary="B81.1718/mx.tinh.example"
""",
        f"""
This is a MIME-encapsulated message.

--B81.1718/mx.tinh.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

{human.strip()}

--B81.1718/mx.tinh.example
Content-Description: Delivery report
Content-Type: message/{kind or "delivery-status"}

{delivery.strip()}

--B81.1718/mx.tinh.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <{original or "nhacviec@xa.example"}>
From: =?utf-8?q?Nh=E1=BA=AFc_vi=E1=BB=87c?= <nhacviec@xa.example>
To: can.bo@tinh.example
Subject: 3 viec den han
Message-ID: <20240617.can-bo.81@xa.example>

Con 05 ngay lam viec.

--B81.1718/mx.tinh.example--
""",
        to,
    )


def base64_words(text: str) -> str:
    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


POSTFIX_FAILED = report(
    "This is the mail system at host mx.tinh.example.\n\n<can.bo@tinh.example>: host mail.tinh.example said: 550 5.1.1",
    """
Reporting-MTA: dns; mx.tinh.example
X-Postfix-Queue-ID: 4WBcD81xyz
Arrival-Date: Mon, 17 Jun 2024 07:30:02 +0700 (+07)

Final-Recipient: rfc822; can.bo@tinh.example
Original-Recipient: rfc822;can.bo@tinh.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.tinh.example
Diagnostic-Code: smtp; 550 5.1.1 <can.bo@tinh.example>: Recipient address
    rejected: User unknown in virtual mailbox table
""",
)
POSTFIX_DELAYED = report(
    "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #",
    """
Reporting-MTA: dns; mx.tinh.example

Final-Recipient: rfc822; can.bo@tinh.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.tinh.example[192.0.2.7]:25: Connection timed out
Will-Retry-Until: Sat, 22 Jun 2024 07:30:02 +0700 (+07)
""",
)
POSTFIX_EXPIRED = report(
    "I'm sorry to have to inform you that your message could not be delivered.",
    """
Reporting-MTA: dns; mx.tinh.example

Final-Recipient: rfc822; can.bo@tinh.example
Action: failed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.tinh.example[192.0.2.7]:25: Connection timed out
""",
)
OFFICE365 = report(
    "Your message to can.bo@tinh.example couldn't be delivered.",
    """
Reporting-MTA: dns;SG2PR04MB0001.apcprd04.prod.outlook.example
Received-From-MTA: dns;mx.xa.example
Arrival-Date: Mon, 17 Jun 2024 00:30:04 +0000

Final-Recipient: rfc822;can.bo@tinh.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound;
 Recipient can.bo@tinh.example not found by SMTP address lookup
""",
    head="X-MS-Exchange-Message-Is-Ndr:\nContent-Language: vi-VN",
    to="nhacviec@xa.example",
    original=OURS,
)
GMAIL = report(
    "** Không tìm thấy địa chỉ **\n\nThư của bạn chưa được gửi tới canbo81@gmail.example.",
    """
Reporting-MTA: dns; googlemail.example
Received-From-MTA: dns; nhacviec@xa.example
X-Original-Message-ID: <20240617.can-bo.81@xa.example>

Final-Recipient: rfc822; canbo81@gmail.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550 5.1.1  https://support.google.example/mail/?p=NoSuchUser - gsmtp
""",
    head=f"Delivered-To: {OURS}\nX-Failed-Recipients: canbo81@gmail.example\nAuto-Submitted: auto-replied",
    to="nhacviec@xa.example",
)
DELIVERED = report(
    "Your message was successfully delivered to the destination(s) listed below. 550 is only a number here.",
    """
Reporting-MTA: dns; mx.tinh.example

Final-Recipient: rfc822; can.bo@tinh.example
Action: delivered (to mailbox)
Status: 2.0.0
Diagnostic-Code: smtp; 250 2.0.0 Ok: queued as 4WBcD
""",
)
TWO_PEOPLE = report(
    "One was reached, one was not.",
    """
Reporting-MTA: dns; mx.tinh.example

Final-Recipient: rfc822; mot@tinh.example
Action: expanded
Status: 2.0.0

Final-Recipient: rfc822; hai@tinh.example
Action: FAILED
Status: 5.2.2 (mailbox full)
""",
)
READ_RECEIPT = report(
    "Thư của bạn đã được mở. Phòng 550, 5.1.1",
    """
Reporting-UA: tinh.example; Outlook
Final-Recipient: rfc822;can.bo@tinh.example
Disposition: manual-action/MDN-sent-manually; displayed
""",
    kind="disposition-notification",
)
REPORT_WITHOUT_REPORT = report("<can.bo@tinh.example>: 554 5.7.1 Relay access denied", "Hỏng mất rồi.")
WRAPPED_REPORT = mail(
    'Return-Path: <>\nFrom: postmaster@tinh.example\nSubject: loi\nContent-Type: multipart/mixed; boundary="ngoai"',
    POSTFIX_FAILED.decode().replace("\r\n", "\n").join(("--ngoai\n", "\n--ngoai\n\nThư đã quét vi-rút.\n--ngoai--\n")),
)

EXIM = mail(
    """
Return-path: <>
Envelope-to: nhacviec@xa.example
X-Failed-Recipients: can.bo@tinh.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.huyen.example>
Subject: Mail delivery failed: returning message to sender
""",
    """
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  can.bo@tinh.example
    host mail.tinh.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<can.bo@tinh.example>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

From: nhacviec@xa.example
Subject: 451 4.7.1 is only what our own mail says
""",
)
EXIM_TIRED = EXIM.replace(b"550 No such user here", b"retry timeout exceeded").replace(b"a permanent error", b"it")
EXIM_WITHOUT_WORDS = EXIM.replace(b"550 No such user here", b"Unrouteable address").replace(b"a permanent error", b"it")
EXIM_DELAYED = mail(
    """
Return-path: <>
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.huyen.example>
Subject: Warning: message 1sJ0aB-0001Xy-2C delayed 24 hours
""",
    """
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours.

No action is required on your part. Delivery attempts will continue for some time. Eventually the mail
delivery software will give up, and when that happens, the message will be returned to you.
""",
)
QMAIL = mail(
    """
Return-Path: <>
Received: (qmail 21817 invoked for bounce); 17 Jun 2024 00:30:09 -0000
From: MAILER-DAEMON@mail.huyen.example
Subject: failure notice
""",
    """
Hi. This is the qmail-send program at mail.huyen.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<can.bo@tinh.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <nhacviec@xa.example>
Subject: 4.4.1
""",
)
QMAIL_TIRED = QMAIL.replace(
    b"Sorry, no mailbox here by that name. (#5.1.1)",
    b"CNAME lookup failed temporarily. (#4.4.3)\r\nI'm not going to try again; this message has been queued too long.",
)
SENDMAIL_DELAYED = mail(
    """
Return-Path: <MAILER-DAEMON>
From: Mail Delivery Subsystem <MAILER-DAEMON@mail.huyen.example>
Auto-Submitted: auto-generated (warning-timeout)
Subject: Warning: could not send message for past 4 hours
""",
    """
    ** THIS IS A WARNING MESSAGE ONLY **

   ----- Transcript of session follows -----
451 tinh.example: Name server timeout
Will keep trying until message is 5 days old
""",
)
NO_CODE = mail(
    "Return-Path: <>\nFrom: MAILER-DAEMON@tinh.example\nSubject: failure notice",
    "Unable to deliver message to the following address(es).\n\n<can.bo@tinh.example>:\nThis user is over quota.",
)
OLD_EXCHANGE = mail(
    """
Return-Path: <>
From: postmaster@tinh.example
Subject: Delivery Status Notification (Failure)
Auto-Submitted: auto-generated
""",
    "Không chuyển được thư tới: can.bo@tinh.example\n550 Requested action not taken: mailbox unavailable",
)
FROM_NOBODY = mail(
    "Return-Path: <>\nFrom: <thu@tinh.example>\nSubject: Thu khong den",
    "The server said: 550 5.1.1 User unknown",
)

ABSENT_VIETNAMESE = mail(
    f"""
Return-Path: <>
From: {base64_words("Nguyễn Văn Bé")} <can.bo@tinh.example>
Subject: {base64_words("Trả lời tự động: 3 việc đến hạn")}
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64
""",
    base64.b64encode("Tôi nghỉ phép từ 5.6.24.\nViệc gấp xin gọi: 550 Nguyễn Trãi".encode()).decode(),
)
ABSENT_ENGLISH = mail(
    """
Return-Path: <>
From: Le Thi Hai <le.hai@tinh.example>
Subject: Automatic reply: 3 viec den han
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
""",
    "I am out of the office until 5.6.24 and will retry on my return. For 550 5.1.1 see the manual.",
)
ABSENT_SIEVE = mail(
    """
Return-Path: <>
From: le.hai@tinh.example
Subject: Nghỉ sinh
Auto-Submitted: auto-replied (vacation)
Precedence: bulk
""",
    "Ai hỏi lỗi 550 5.1.1 thì gặp anh Tư. Tôi giving up on mail.",
)
ABSENT_UNSAID = mail(
    "Return-Path: <>\nFrom: le.hai@tinh.example\nSubject: Re: 3 viec den han",
    "Tôi nghỉ từ 5.6.24, xin liên hệ: 550 Nguyễn Trãi. I am giving up, will retry.",
)
ABSENT_BY_HEADER = mail("From: a@tinh.example\nSubject: Cảm ơn\nX-Autoreply: yes", "Đã nhận.")
ABSENT_SUPPRESSED = mail("From: a@tinh.example\nSubject: RE: 3 viec\nX-Auto-Response-Suppress: OOF", "Đã nhận.")
ABSENT_PRECEDENCE = mail("From: a@tinh.example\nSubject: x\nPrecedence: auto_reply", "Đã nhận.")
ABSENT_DECOMPOSED = mail(f"From: a@tinh.example\nSubject: {base64_words('Vắng mặt')}", "Tuần sau tôi về.")

PERSON = mail(
    f"""
Return-Path: <can.bo@tinh.example>
From: {base64_words("Nguyễn Văn Bé")} <can.bo@tinh.example>
Subject: {base64_words("Re: 3 việc đến hạn")}
Auto-Submitted: no
Content-Type: text/plain; charset=utf-8
""",
    """
Việc thứ hai tôi đã làm xong hôm thứ Sáu,
số văn bản 12/BC-UBND.

Vào Th 2, 17 thg 6, 2024 vào lúc 07:30 Nhắc việc đúng hạn <
nhacviec@xa.example> đã viết:

> Bạn có 3 việc đến hạn. 550 5.1.1
""",
    to="nhacviec@xa.example",
)
PERSON_BELOW = mail(
    "From: can.bo@tinh.example\nSubject: Re: 3 viec\nContent-Type: text/plain; charset=utf-8",
    "On Mon, 17 Jun 2024 at 07:30, Nhac viec wrote:\n> Ban co 3 viec.\n> 550 5.1.1\n\nĐã xong cả ba.",
)
PERSON_HTML = mail(
    """
From: can.bo@tinh.example
Subject: Re: 3 viec
Content-Type: text/html; charset=windows-1258
""",
    "<html><head><style>p {color: red}</style></head><body><p>Da xong</p><div>ca ba &amp; da gui.</div></body></html>",
)
FORWARDED_BOUNCE = mail(
    'From: tin.hoc@tinh.example\nSubject: Fwd: loi\nContent-Type: multipart/mixed; boundary="n"',
    "--n\n\nThư này bị trả về, nhờ xem giúp.\n--n\nContent-Type: message/rfc822\n\n"
    + POSTFIX_FAILED.decode().replace("\r\n", "\n")
    + "\n--n--\n",
    to="nhacviec@xa.example",
)
SPAM = mail(
    "Return-Path: <ban@hang.example>\nFrom: Khuyen mai <ban@hang.example>\nSubject: 5.1.1 GIAM GIA 550",
    "Mua ngay!",
    to="nhacviec@xa.example",
)
FORGED_BOUNCE = POSTFIX_FAILED.replace(OURS.encode(), FORGED.encode())
FORGED_PLAIN_BOUNCE = QMAIL.replace(OURS.encode(), FORGED.encode())


@dataclass(frozen=True)
class Case:
    """A mail and what it means."""

    mail: bytes
    kind: Kind
    digest: int | None
    status: str
    words: str


CASES = {
    # Reports after RFC 3464
    "Postfix gave it back": Case(
        POSTFIX_FAILED, "khong-den", 81, "5.1.1", "550 5.1.1 <can.bo@tinh.example>: Recipient"
    ),
    "Postfix is still trying": Case(POSTFIX_DELAYED, "tam-hoan", 81, "4.4.1", "connect to mail.tinh.example"),
    "Postfix gave up after days": Case(POSTFIX_EXPIRED, "khong-den", 81, "4.4.1", "Connection timed out"),
    "Office 365, known by the mail inside": Case(OFFICE365, "khong-den", 81, "5.1.10", "RecipientNotFound"),
    "Gmail, known by Delivered-To": Case(GMAIL, "khong-den", 81, "5.1.1", "550-5.1.1 The email account"),
    "one of two was not reached": Case(TWO_PEOPLE, "khong-den", 81, "5.2.2", "One was reached, one was not."),
    "a report whose own part is broken": Case(REPORT_WITHOUT_REPORT, "khong-den", 81, "5.7.1", "Relay access denied"),
    "a report a scanner put into another mail": Case(WRAPPED_REPORT, "khong-den", 81, "5.1.1", "Recipient address"),
    "a forged report": Case(FORGED_BOUNCE, "khong-den", None, "5.1.1", "User unknown"),
    # Bounces as older systems write them
    "Exim": Case(EXIM, "khong-den", 81, "", "550 No such user here"),
    "Exim after its last try": Case(EXIM_TIRED, "khong-den", 81, "", "This message was created automatically"),
    "Exim with no code": Case(EXIM_WITHOUT_WORDS, "khong-den", 81, "", "This message was created automatically"),
    "Exim is still trying": Case(EXIM_DELAYED, "tam-hoan", 81, "", "This message was created automatically"),
    "qmail": Case(QMAIL, "khong-den", 81, "5.1.1", "Sorry, no mailbox here by that name. (#5.1.1)"),
    "qmail after its last try": Case(QMAIL_TIRED, "khong-den", 81, "4.4.3", "CNAME lookup failed temporarily."),
    "Sendmail is still trying": Case(SENDMAIL_DELAYED, "tam-hoan", 81, "", "451 tinh.example: Name server timeout"),
    "a system that says it in words alone": Case(NO_CODE, "khong-den", 81, "", "Unable to deliver message"),
    "an old Exchange": Case(OLD_EXCHANGE, "khong-den", 81, "", "550 Requested action not taken"),
    "a bounce from nobody": Case(FROM_NOBODY, "khong-den", 81, "5.1.1", "550 5.1.1 User unknown"),
    "a forged bounce": Case(FORGED_PLAIN_BOUNCE, "tu-dong", None, "", "Hi. This is the qmail-send program"),
    # Machines that answer
    "delivered": Case(DELIVERED, "tu-dong", 81, "2.0.0", "250 2.0.0 Ok"),
    "opened": Case(READ_RECEIPT, "tu-dong", 81, "", "Thư của bạn đã được mở."),
    "absent, in Vietnamese": Case(ABSENT_VIETNAMESE, "tu-dong", 81, "", "Tôi nghỉ phép từ 5.6.24. Việc gấp"),
    "absent, in English": Case(ABSENT_ENGLISH, "tu-dong", 81, "", "I am out of the office"),
    "absent, by a mail server": Case(ABSENT_SIEVE, "tu-dong", 81, "", "Ai hỏi lỗi 550 5.1.1"),
    "from nobody, with nothing to tell it from a bounce but what it lacks": Case(
        ABSENT_UNSAID, "tu-dong", 81, "", "Tôi nghỉ từ 5.6.24"
    ),
    "absent, by its header": Case(ABSENT_BY_HEADER, "tu-dong", 81, "", "Đã nhận."),
    "absent, wants no answer": Case(ABSENT_SUPPRESSED, "tu-dong", 81, "", "Đã nhận."),
    "absent, by its precedence": Case(ABSENT_PRECEDENCE, "tu-dong", 81, "", "Đã nhận."),
    "absent, accents apart": Case(ABSENT_DECOMPOSED, "tu-dong", 81, "", "Tuần sau tôi về."),
    # People
    "a person": Case(
        PERSON, "nguoi-tra-loi", None, "", "Việc thứ hai tôi đã làm xong hôm thứ Sáu, số văn bản 12/BC-UBND."
    ),
    "a person below what is quoted": Case(PERSON_BELOW, "nguoi-tra-loi", 81, "", "Đã xong cả ba."),
    "a person in HTML": Case(PERSON_HTML, "nguoi-tra-loi", 81, "", "Da xong ca ba & da gui."),
    "a person sends a bounce on": Case(FORWARDED_BOUNCE, "nguoi-tra-loi", None, "", "Thư này bị trả về, nhờ xem giúp."),
    "spam": Case(SPAM, "nguoi-tra-loi", None, "", "Mua ngay!"),
    "nothing": Case(b"", "nguoi-tra-loi", None, "", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mail_that_came_back_is_understood(name: str) -> None:
    case = CASES[name]
    returned = understand(case.mail, KEY)
    assert (returned.kind, returned.digest, returned.status) == (case.kind, case.digest, case.status)
    assert case.words in returned.words
    assert returned.key == hashlib.sha256(case.mail).hexdigest()


@pytest.mark.parametrize("name", CASES)
def test_lines_ended_as_unix_ends_them_change_nothing(name: str) -> None:
    crlf, lf = (understand(raw, KEY) for raw in (CASES[name].mail, CASES[name].mail.replace(b"\r\n", b"\n")))
    assert (crlf.kind, crlf.digest, crlf.status, crlf.words) == (lf.kind, lf.digest, lf.status, lf.words)


def test_what_a_person_said_ends_where_the_quotation_begins() -> None:
    assert understand(PERSON, KEY).words.endswith("12/BC-UBND.")


MACHINES = [name for name in CASES if name.startswith(("absent", "delivered", "opened"))]


@pytest.mark.parametrize("text", ["550 5.1.1 User unknown", "Status: 5.1.1", "(#4.4.1)", "I've given up", "will retry"])
@pytest.mark.parametrize("name", MACHINES)
def test_no_words_make_an_absence_or_a_receipt_a_bounce_or_an_answer(name: str, text: str) -> None:
    line, raw = f"\r\n{text}\r\n".encode(), CASES[name].mail
    assert understand(raw + line, KEY).kind == "tu-dong"
    assert understand(raw.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n", 1), KEY).kind == "tu-dong"


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "To", "Envelope-To"])
def test_our_address_is_found_wherever_a_server_writes_it(name: str) -> None:
    raw = f'From: a@tinh.example\r\n{name}: "Nhac viec" <{OURS.upper()}>, khac@xa.example\r\n\r\nxong'.encode()
    assert understand(raw, KEY).digest == 81


def test_the_first_address_of_ours_counts_and_a_forged_one_is_passed_over() -> None:
    other = return_address("nhacviec@xa.example", 82, KEY)
    raw = f"To: {other}\r\nX-Original-To: {OURS}\r\nDelivered-To: {FORGED}\r\n\r\nxong".encode()
    assert understand(raw, KEY).digest == 81
    assert understand(raw, b"x" * 32).digest is None


def test_words_are_short_and_hold_nothing_that_harms_a_page() -> None:
    raw = mail("Content-Type: text/plain; charset=utf-8", "A\0B\x1b[31m \u202egnod\u2028" + "dài " * 400)
    words = understand(raw, KEY).words
    assert words.startswith("AB[31m gnod dài")
    assert len(words) == 300
    assert not FORBIDDEN & set(words)


def test_a_report_in_base64_is_read() -> None:
    delivery = base64.b64encode(b"Reporting-MTA: dns; x\r\n\r\nAction: failed\r\nStatus: 5.4.4\r\n").decode()
    raw = report("Khong den.", delivery, kind="global-delivery-status").replace(
        b"Content-Type: message/global", b"Content-Transfer-Encoding: base64\r\nContent-Type: message/global"
    )
    raw = raw.replace(b"report-type=global-", b"report-type=")
    assert (understand(raw, KEY).kind, understand(raw, KEY).status) == ("khong-den", "5.4.4")


# Any bytes


@given(st.binary(max_size=2_000))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    unharmed(raw)


PIECES = st.sampled_from(
    [
        *(
            b"\0",
            b"\r",
            b"\n",
            b"\r\n\r\n",
            b"\xff\xfe",
            b"=?utf-8?b?w?=",
            b"=?x?q?=zz?=",
            b"=?idna?b?xn--?=",
            b"=?a?b?\xc3?=",
        ),
        *(
            b"--B81.1718/mx.tinh.example",
            b"--",
            b";",
            b'"',
            b"<style",
            b"&#xd800;",
            b"&#99999999999;",
            b"charset=punycode",
        ),
        *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"=", b"=Z"),
        *(b"Content-Type: multipart/mixed; boundary=\r\n", b"Content-Type: /\r\n", b"boundary*0*=utf-8''%FF;", b":"),
    ]
)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_no_damage_to_a_real_mail_makes_it_raise(data: st.DataObject) -> None:
    raw = CASES[data.draw(st.sampled_from(sorted(CASES)))].mail
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 60)))
        raw = raw[:start] + data.draw(PIECES | st.binary(max_size=8)) + raw[end:]
    unharmed(raw)


@given(st.sampled_from(MACHINES), st.integers(0, 2_000))
@settings(max_examples=150, deadline=None)
def test_an_absence_cut_short_is_never_a_bounce(name: str, length: int) -> None:
    """Broken off in transit, the headers that came still count, and what is lost accuses nobody."""
    assert understand(CASES[name].mail[:length], KEY).kind in ("tu-dong", "nguoi-tra-loi")


HOSTILE = {
    "mails inside mails": b"Content-Type: message/rfc822\n\n" * 20_000,
    "multiparts inside multiparts": b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 12_000,
    "each with a boundary of its own": b"".join(
        b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(12_000)
    ),
    "a part on every line": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 120_000,
    "a header as long as the mail": b"Subject: " + b"=?utf-8?b?" * 50_000,
    "a header on every line": b"To: a\n" * 80_000,
    "a header folded on every line": b"To:" + b"\n a@b" * 100_000,
    "a parameter as long as the mail": b"Content-Type: multipart/report; " + b'";' * 250_000,
    "an address as long as the mail": b"To: " + b"a" * 500_000 + b"+1.@",
    "a slow charset": b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 500_000,
    "tags that never end": b"Content-Type: text/html\n\n" + b"<style <!-- < " * 40_000,
    "blank lines": b"From: MAILER-DAEMON\n\n" + b"\n \t" * 160_000,
    "quotations": b"From: a@b\n\n" + b"On \n" * 120_000,
    "reports without end": b"Content-Type: multipart/report; boundary=a\n\n"
    + b"--a\nContent-Type: message/delivery-status\n\n"
    + b"Action: nothing\n\n" * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_costs_no_more_than_a_few_moments(name: str) -> None:
    started = time.process_time()
    unharmed(HOSTILE[name])
    assert time.process_time() - started < 5


def test_only_the_first_512_kb_are_looked_at() -> None:
    padded = POSTFIX_FAILED.replace(b"This is a MIME", b"x" * MOST_BYTES + b"\r\nThis is a MIME")
    returned = understand(padded, KEY)
    assert (returned.kind, returned.digest) == ("tu-dong", 81)
    assert returned.key == hashlib.sha256(padded).hexdigest()


def unharmed(raw: bytes) -> None:
    """Understood somehow, and safe to keep and to show."""
    returned = understand(raw, KEY)
    assert returned.key == hashlib.sha256(raw).hexdigest()
    assert len(returned.words) <= 300
    assert not FORBIDDEN & set(returned.words)
    returned.words.encode()
