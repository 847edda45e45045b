"""The mail with a sign-in link as it really leaves: rendered from its words, over a real SMTP socket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header

from smtp_faults import Relay, running

from flows.mail import SmtpMailer
from flows.sign_in_mail import send_sign_in
from models.settings import Settings
from models.sign_ins import Asked

MON_17_JUNE_0800 = datetime(2024, 6, 17, 1, 0, tzinfo=UTC)
LINK = "https://xa.example/dang-nhap/bi-mat"
ASKED = Asked(1, "Lê Thị Mẫu", "le-thi-mau@xa.example", "bi-mat", datetime(2024, 6, 17, 1, 15, tzinfo=UTC))


def test_the_link_arrives_with_the_name_of_who_asked_and_the_hour_it_ends() -> None:
    with running(Relay()) as relay:
        settings = Settings(smtp_port=relay.port)
        said = asyncio.run(send_sign_in(SmtpMailer(settings), settings, ASKED, LINK, MON_17_JUNE_0800))
    assert said.startswith("sent: ")
    (mail,) = [message_from_bytes(taken.content) for taken in relay.mails]
    words = mail.get_payload(decode=True).decode()
    assert str(make_header(decode_header(mail["Subject"]))) == "Liên kết đăng nhập hệ thống theo dõi nhiệm vụ"
    assert "Kính gửi đồng chí Lê Thị Mẫu" in words
    assert "trước 08:15 17/06/2024" in words
    assert f"\n{LINK}\n" in words.replace("\r\n", "\n")
