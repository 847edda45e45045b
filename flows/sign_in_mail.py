"""The mail that carries a sign-in link: short, plain, sent at once whatever the hour, and never kept."""

from __future__ import annotations

from datetime import datetime
from email.message import Message
from email.utils import make_msgid

from flows.mail import Mailer
from flows.messages import plain_message, templates
from models.settings import Settings
from models.sign_ins import Asked
from rules.vietnamese import local_time


async def send_sign_in(mailer: Mailer, settings: Settings, asked: Asked, link: str, now: datetime) -> str:
    """Send the link to who asked for it; what became of the mail, in the relay's words."""
    async with mailer:
        result = await mailer.send(sign_in_message(settings, asked, link, now), asked.email, settings.mail_from)
    return f"{result.outcome}: {result.response}"


def sign_in_message(settings: Settings, asked: Asked, link: str, now: datetime) -> Message:
    """The mail with the link."""
    until = local_time(asked.expires)
    words = templates().get_template("sign_in.txt.j2").render(name=asked.name, link=link, until=until)
    number = make_msgid("dang-nhap", settings.mail_from.partition("@")[2])
    return plain_message(settings, asked.email, "Liên kết đăng nhập hệ thống theo dõi nhiệm vụ", words, number, now)
