"""What came back to practice's sender, for its pictures: one mail not delivered, one that somebody wrote."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

LOST, WRITER = "kieu-van-kiem-thu", "dang-van-so-do"
BOUNCE = """\
Return-Path: <>
From: MAILER-DAEMON@mail.nhuquynh.example
To: {sender}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.nhuquynh.example

Final-Recipient: rfc822; {person}@nhuquynh.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown in virtual mailbox table

--b--
"""
ANSWER = """\
From: {person}@nhuquynh.example
To: nhacviec@dunghan.example
Subject: Re: =?utf-8?q?Nh=E1=BA=AFc_h=E1=BA=A1n?=
Content-Type: text/plain; charset=utf-8

Việc này tôi đã làm xong hôm qua, biên bản gửi văn phòng.
"""


def come_back(mailbox: Path, returns: Path) -> None:
    """Let the newest letter of one person in `mailbox` come back to `returns`, and another person answer."""
    letters = (message_from_bytes(file.read_bytes()) for file in sorted((mailbox / "new").iterdir()))
    senders = [letter["X-MailFrom"] for letter in letters if f"{LOST}@" in letter["To"]]
    (returns / "1").write_text(BOUNCE.format(sender=senders[-1], person=LOST))
    (returns / "2").write_text(ANSWER.format(person=WRITER))
