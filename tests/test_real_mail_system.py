"""The mail system other tests stand on: it takes mail only over TLS from who may send, delivers it, and returns it."""

from __future__ import annotations

import imaplib
import os
import smtplib
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message

import pytest
from real_mail import RealMail, real_mail, why_not

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]
READER = "le-thi-mau@nhuquynh.example"
NOBODY = "khong-co@nhuquynh.example"
RETURNS = "nhacviec+81.0c4faa@nhuquynh.example"  # an envelope sender that names its mail


@pytest.fixture(scope="module")
def system() -> Iterator[RealMail]:
    with real_mail([READER]) as mail:
        yield mail


def letter(recipient: str, subject: str = "Nhắc việc đúng hạn") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "nhacviec@nhuquynh.example", recipient, subject
    message["Message-ID"] = "<20240617.le-thi-mau@nhuquynh.example>"
    message.set_content("Việc B08 đến hạn ngày mai.")
    return message


def send(system: RealMail, message: EmailMessage, recipient: str) -> None:
    """As flows.mail does: STARTTLS, the account, an envelope sender of the message's own."""
    with smtplib.SMTP("127.0.0.1", system.smtp_port, timeout=10) as client:
        client.starttls(context=system.tls())
        client.login(system.user, system.password)
        assert client.send_message(message, RETURNS, [recipient]) == {}


def next_of_sender(system: RealMail, recipient: str) -> Message:
    """What the sender's mailbox gets after a letter to `recipient`."""
    before = len(system.inbox(system.user))
    send(system, letter(recipient), recipient)
    return message_from_bytes(system.wait_for(system.user, before + 1)[-1])


def test_a_submission_is_delivered_and_read_back(system: RealMail) -> None:
    before = len(system.inbox(READER))
    send(system, letter(READER), READER)
    got = message_from_bytes(system.wait_for(READER, before + 1)[-1])
    assert got["Return-Path"] == f"<{RETURNS}>"
    assert got["Message-ID"] == "<20240617.le-thi-mau@nhuquynh.example>"
    assert "ESMTPSA" in got["Received"]  # over TLS, by an account
    assert "B08" in got.get_payload(decode=True).decode()
    assert any((system.maildir(READER) / "new").iterdir()) or any((system.maildir(READER) / "cur").iterdir())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_ports_inside_tls_and_the_password_file_serve_too(system: RealMail, host: str) -> None:
    password = system.password_file.read_text().strip()
    assert system.password_file.stat().st_mode & 0o777 == 0o600
    with smtplib.SMTP_SSL(host, system.smtps_port, timeout=10, context=system.tls()) as client:
        assert client.login(system.user, password)[0] == 235
    with imaplib.IMAP4(host, system.imap_port, timeout=10) as box:
        box.starttls(system.tls())
        assert box.login(system.user, password)[0] == "OK"


def test_without_tls_nothing_is_taken_nor_shown(system: RealMail) -> None:
    with smtplib.SMTP("127.0.0.1", system.smtp_port, timeout=10) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.mail(system.user)[0] == 530
    with imaplib.IMAP4("127.0.0.1", system.imap_port, timeout=10) as box, pytest.raises(imaplib.IMAP4.error):
        box.login(system.user, system.password)


def test_without_the_right_password_nothing_is_taken_nor_shown(system: RealMail) -> None:
    with smtplib.SMTP("127.0.0.1", system.smtp_port, timeout=10) as client:
        client.starttls(context=system.tls())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(system.user, "sai")
        client.mail(system.user)
        assert client.rcpt(READER)[0] == 554
    box = imaplib.IMAP4_SSL("127.0.0.1", system.imaps_port, ssl_context=system.tls(), timeout=10)
    with box, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        box.login(system.user, "sai")


def test_an_unknown_recipient_comes_back_to_the_address_of_its_letter(system: RealMail) -> None:
    back = next_of_sender(system, NOBODY)
    assert (back.get_content_type(), back.get_param("report-type")) == ("multipart/report", "delivery-status")
    assert (back["Return-Path"], back["To"], back["Delivered-To"], back["X-Original-To"]) == ("<>", *[RETURNS] * 3)
    _, report, original = back.get_payload()
    of_recipient = report.get_payload()[1]
    assert (of_recipient["Action"], of_recipient["Status"]) == ("failed", "5.1.1")
    assert of_recipient["Final-Recipient"] == f"rfc822; {NOBODY}"
    assert original.get_payload()[0]["Message-ID"] == "<20240617.le-thi-mau@nhuquynh.example>"


def test_mail_for_another_domain_does_not_leave(system: RealMail) -> None:
    _, report, _ = next_of_sender(system, "ai-do@noi-khac.example").get_payload()
    assert report.get_payload()[1]["Diagnostic-Code"] == "X-Postfix; no mail leaves this machine"


def test_an_answer_to_a_letters_own_address_lands_in_the_senders_mailbox(system: RealMail) -> None:
    assert next_of_sender(system, RETURNS)["Delivered-To"] == RETURNS


def test_two_run_side_by_side_and_one_goes_without_trace(system: RealMail) -> None:
    with real_mail() as other:
        assert other.inbox(other.user) == []
        with pytest.raises(imaplib.IMAP4.error):
            other.inbox(READER)  # an address it was not given
    assert not other.folder.exists()
    for port in (other.smtp_port, other.smtps_port, other.imap_port, other.imaps_port):
        with socket.socket() as knock:
            assert knock.connect_ex(("127.0.0.1", port)) != 0
    system.inbox(READER)


def test_it_says_why_it_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "root" in why_not()
