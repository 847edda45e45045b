"""The mailer alone on real sockets: what it says and keeps, when it takes a new line, whose fault a «no» is."""

from __future__ import annotations

import asyncio
from email.message import Message
from email.mime.text import MIMEText
from typing import Any

import pytest
from deliveries_seen import TUE_18_JUNE, aimed, clock, on, stands, statuses
from smtp_faults import DROP, HANG, BrokenRelay, Relay, Step, running
from sqlalchemy import Engine, update

from flows.mail import Result, SmtpMailer
from models.office_key import office_key
from models.return_address import digest_of
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, Person

TO = ("an@x.example", "binh@x.example", "chi@x.example", "dung@x.example")
FROM = "nhacviec+1.0123456789ab@dunghan.example"


def letter(body: str) -> Message:
    message = Message()
    message["Subject"], message["Message-ID"] = "Nhac han", "<1@dunghan.example>"
    message.set_payload(body)
    return message


def send(port: int, *recipients: str, message: Message | None = None, **more: Any) -> list[Result]:
    """Hand a mail over to each on one mailer."""
    settings = Settings(smtp_port=port).model_copy(update={"smtp_timeout": 1, **more})

    async def all_of_them() -> list[Result]:
        async with SmtpMailer(settings) as mailer:
            return [await mailer.send(message or letter("x"), to, FROM) for to in recipients]

    return asyncio.run(all_of_them())


def outcomes(results: list[Result]) -> list[str]:
    return [result.outcome for result in results]


def test_a_whole_morning_goes_over_one_line(loaded: Engine, settings: Settings) -> None:
    with running(Relay()) as relay:
        swept = on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert swept.sent == len(relay.mails) > 10
    assert relay.lines == 1
    assert relay.asked == ["MAIL", "RCPT", "DATA"] * swept.sent + ["QUIT"]


@pytest.mark.parametrize("answer", ["550 5.1.1 who?", "450 4.2.1 later"])
def test_a_refused_recipient_costs_no_new_line(answer: str) -> None:
    with running(Relay(rcpt=lambda to: answer if to == TO[1] else "250 ok")) as relay:
        results = send(relay.port, *TO)
    assert outcomes(results) == ["sent", "refused" if answer.startswith("5") else "failed", "sent", "sent"]
    assert (relay.lines, relay.asked.count("RSET")) == (1, 1)


@pytest.mark.parametrize("answer", ["554 5.6.0 not like this", "451 4.7.1 not now"])
def test_a_mail_refused_after_its_dot_costs_no_new_line(answer: str) -> None:
    with running(Relay(data=lambda to: answer if to == TO[1] else "250 ok")) as relay:
        results = send(relay.port, *TO)
    assert outcomes(results) == ["sent", "refused" if answer.startswith("5") else "failed", "sent", "sent"]
    assert relay.lines == 1


def test_a_relay_that_takes_two_mails_a_line_gets_all_of_them_at_once() -> None:
    with BrokenRelay() as relay:
        relay.steps["MAIL"] = lambda _: "421 too many" if relay.count("MAIL") % 3 == 0 else "250 ok"
        assert outcomes(send(relay.port, *TO, *TO)) == ["sent"] * 8
    assert (len(relay.bodies), relay.lines) == (8, 4)


def test_a_relay_that_closed_an_idle_line_is_called_again() -> None:
    with BrokenRelay() as relay:
        relay.steps["MAIL"] = lambda _: DROP if relay.count("MAIL") == 2 else "250 ok"
        assert outcomes(send(relay.port, *TO)) == ["sent"] * 4
    assert (len(relay.bodies), relay.lines) == (4, 2)


def test_a_relay_that_forgets_to_say_goodbye_holds_nothing_up() -> None:
    with BrokenRelay(QUIT=HANG) as relay:
        assert outcomes(send(relay.port, *TO)) == ["sent"] * 4


# Whose fault a «no» is


@pytest.mark.parametrize(
    "answer",
    [
        "550 no such user here", "550 5.1.1 <an@x.example>: User unknown in relay recipient table", "551 not local",
        "552 5.2.2 mailbox full", "552 mailbox full", "553 5.1.2 bad mailbox", "554 5.1.1 disabled", "501 5.1.3 syntax",
        "550 <relay@x.example> unknown at relay.x.example", "550 5.2.1 mailbox disabled", "556 5.1.10 takes no mail",
    ],
)  # fmt: skip
def test_a_no_about_the_address_is_final(answer: str) -> None:
    with BrokenRelay(RCPT=answer) as relay:
        [result] = send(relay.port, TO[0])
    assert result == Result("refused", answer)


@pytest.mark.parametrize(
    "answer",
    [
        "530 5.7.0 Must issue a STARTTLS command first", "530 Authentication required", "503 bad sequence",
        "554 5.7.1 <an@x.example>: Relay access denied", "550 relay not permitted", "550 5.7.1 Unable to relay",
        "553 5.7.1 <nhacviec+1.0@x.example>: Sender address rejected: not owned by user nhacviec",
        "550 5.1.8 <nhacviec+1.0@x.example>: Sender address rejected: Domain not found",
        "554 5.7.1 <unknown[10.0.0.5]>: Client host rejected: Access denied",
        "550 relaying denied", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        "550 5.7.26 Unauthenticated email is not accepted",
    ],
)  # fmt: skip
def test_a_no_about_the_sender_blames_no_address_and_is_tried_again(answer: str) -> None:
    with BrokenRelay(RCPT=answer) as relay:
        [result] = send(relay.port, TO[0])
    assert result == Result("failed", answer)


def test_an_address_that_cannot_be_written_for_a_relay_is_final_and_holds_nobody_up() -> None:
    with running(Relay()) as relay:
        results = send(relay.port, "lê@x.example", TO[0])
    assert outcomes(results) == ["refused", "sent"]
    assert relay.lines == 1


def test_a_relay_that_closes_while_asked_for_a_recipient_is_out_of_service() -> None:
    with BrokenRelay(RCPT="421 4.3.2 going down") as relay:
        [result] = send(relay.port, TO[0])
    assert result == Result("failed", "421 4.3.2 going down", unreachable=True)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("250 2.0.0 Ok: queued as 4F2A", "sent"), ("200 taken", "sent"), ("451 4.3.0 try again", "failed"),
        ("421 going down", "failed"), ("552 too big", "refused"), ("354 go on", "unknown"), ("what?", "unknown"),
    ],
)  # fmt: skip
def test_each_answer_to_the_final_dot_has_its_outcome(answer: str, outcome: str) -> None:
    with BrokenRelay(dot=answer) as relay:
        [result] = send(relay.port, TO[0])
    assert result.outcome == outcome
    assert answer in result.response


@pytest.mark.parametrize("fault", [HANG, DROP])
@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"])
def test_a_line_lost_is_not_known_only_after_the_final_dot(step: str, fault: Step) -> None:
    with BrokenRelay(**{step: fault}) as relay:
        [result] = send(relay.port, TO[0], smtp_timeout=0.4)
    assert (result.outcome, result.unreachable) == ("unknown" if step == "dot" else "failed", True)
    assert (relay.lines, len(relay.bodies)) == (1, int(step == "dot"))


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["252 perhaps", "200 ok", "334 who are you?"])
def test_a_yes_in_the_wrong_place_is_no_mail_sent(step: str, answer: str) -> None:
    with BrokenRelay(**{step: answer}) as relay:
        [result] = send(relay.port, TO[0])
    assert (result.outcome, result.response, relay.bodies) == ("failed", answer, [])


# What the relay hears and what is kept of its words


def test_lines_beginning_with_a_dot_arrive_as_they_were_written() -> None:
    body = ".\r\n..\r\n.a\r\n \r\n. b\r\nMAIL FROM:<x@y.example>\r\n.\r\nlast without an end"
    with running(Relay()) as relay:
        send(relay.port, TO[0], TO[1], message=letter(body))
    assert [mail.content.partition(b"\r\n\r\n")[2].decode() for mail in relay.mails] == [f"{body}\r\n"] * 2
    assert relay.asked == ["MAIL", "RCPT", "DATA"] * 2 + ["QUIT"]


def test_no_single_line_end_can_end_a_mail() -> None:
    with BrokenRelay() as relay:
        send(relay.port, TO[0], message=letter("a\n.\nb\r.\rc"))
    assert relay.bodies[0].endswith(b"\r\n\r\na\r\n..\r\nb\r\n..\r\nc\r\n")


def test_a_relay_that_answers_in_no_known_letters_is_kept_in_readable_words(loaded: Engine, settings: Settings) -> None:
    odd = b"250-\xe0\x00\x1b[31m \xff queued\r\n250 as 4F2A"
    with BrokenRelay(dot=odd) as relay:
        swept = on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert swept.unsent == 0
    assert {stand.response for stand in stands(loaded).values()} == {"250 [31m queued as 4F2A"}


def test_a_relay_that_talks_without_end_is_kept_short() -> None:
    with BrokenRelay(RCPT="550 " + "rất dài " * 300) as relay:
        [result] = send(relay.port, TO[0])
    assert len(result.response) <= 500


def test_what_comes_back_goes_to_an_address_of_the_mail_s_own_and_answers_go_to_the_sender(
    loaded: Engine, settings: Settings
) -> None:
    with running(Relay()) as relay:
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    key = office_key(settings)
    assert len({digest_of(mail.sender, key) for mail in relay.mails}) == len(relay.mails)
    for mail in relay.mails:
        assert mail.sender.startswith("nhacviec+")
        assert mail.message["From"].endswith(" <nhacviec@dunghan.example>")
        assert mail.sender not in mail.content.decode()
    assert {stand.response for stand in stands(loaded).values()} == {"250 2.0.0 Ok: queued as 4F2A"}


HOSTILE = "Mai\r\n.\r\nMAIL FROM:<x@y.example>\r\nBcc: z@y.example\x00\x1b «ế» " + "dài " * 400


def test_nothing_a_person_typed_breaks_the_dialogue(loaded: Engine, settings: Settings) -> None:
    typed = HOSTILE.replace("\x00", "")  # PostgreSQL keeps none
    with transaction(loaded) as session:
        session.execute(update(Person).values(name=typed))
        session.execute(update(Obligation).values(title=typed, period_name=".\r\n."))
    with running(Relay()) as relay:
        swept = on(loaded, aimed(settings, relay.port, mail_from_name=HOSTILE), clock(TUE_18_JUNE))
    assert set(statuses(loaded).values()) == {"da-gui"}
    assert relay.asked == ["MAIL", "RCPT", "DATA"] * swept.sent + ["QUIT"]
    for mail in relay.mails:
        assert mail.message["Bcc"] is None
        assert mail.content.isascii()
        assert max(map(len, mail.content.split(b"\r\n"))) <= 998
        assert b"\n" not in mail.content.replace(b"\r\n", b"")


def test_letters_with_accents_arrive_whole() -> None:
    written = MIMEText("Hạn: thứ Ba, ngày 02/7/2024.\n.\n", "plain", "utf-8")
    with running(Relay()) as relay:
        send(relay.port, TO[0], message=written)
    payload = relay.mails[0].message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == "Hạn: thứ Ba, ngày 02/7/2024.\n.\n"


def test_after_a_lost_line_the_next_mail_takes_a_new_one() -> None:
    with BrokenRelay(dot=lambda line: DROP if TO[1] in line else "250 ok") as relay:
        results = send(relay.port, *TO)
    assert outcomes(results) == ["sent", "unknown", "sent", "sent"]
    assert not any(result.unreachable for result in results)
