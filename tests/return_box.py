"""The sender address's mailbox for tests, and what comes back to it."""

from __future__ import annotations

from pathlib import Path

NOT_DELIVERED = """\
Return-Path: <>
From: MAILER-DAEMON@mail.nhuquynh.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.nhuquynh.example

Final-Recipient: rfc822; somebody@nhuquynh.example
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user {note}

--B--
"""
AWAY = """\
Return-Path: <>
From: Tran Thi Vi Du <tran-thi-vi-du@nhuquynh.example>
To: {to}
Subject: =?utf-8?q?Tr=E1=BA=A3_l=E1=BB=9Di_t=E1=BB=B1_=C4=91=E1=BB=99ng?=
Auto-Submitted: auto-replied

Toi di cong tac den het tuan.
"""
ANSWERED = """\
Return-Path: <tran-thi-vi-du@nhuquynh.example>
From: Tran Thi Vi Du <tran-thi-vi-du@nhuquynh.example>
To: {to}
Subject: Re: Nhac han
Message-ID: <abc@nhuquynh.example>

Viec nay toi da nop hom qua.
"""


class Box:
    """The sender address's mailbox as the mail system fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("new", "cur", "tmp"):
            (folder / name).mkdir(parents=True)

    def put(self, name: str, template: str, to: str, status: str = "5.1.1", note: str = "") -> None:
        raw = template.format(to=to, status=status, note=note).replace("\n", "\r\n")
        (self.folder / "new" / name).write_text(raw, newline="")
