"""Delivery under faults, through real sockets: what each ends as in the database, the trail and at the relay."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from deliveries_seen import HOA, TUE_18_JUNE, Pauses, aimed, clock, on, stands, statuses, trail
from smtp_faults import DROP, HANG, Answer, BrokenRelay, Relay, Step, certificate, only, running
from sqlalchemy import Engine
from sqlmodel import Session

from deployments.ports import free_port
from models.audit_actions import Action
from models.deliveries import unreached
from models.settings import Settings

WED_19_JUNE = date(2024, 6, 19)
LATER = clock(TUE_18_JUNE, "10:30")


def nobody_is_blamed(engine: Engine) -> bool:
    with Session(engine) as session:
        return unreached(session, 1) == [] == trail(engine, Action.LETTERS_PASSED_ON)


def everyone_is_sent_to_once(engine: Engine, settings: Settings) -> None:
    """The next round, with a relay that works again."""
    relay = Relay()
    with running(relay):
        swept = on(engine, aimed(settings, relay.port), LATER)
    assert swept.unsent == 0
    assert set(statuses(engine).values()) == {"da-gui"}
    assert Counter(relay.recipients) == Counter(statuses(engine).keys())
    assert nobody_is_blamed(engine)


def slowly(_: str) -> Answer:
    time.sleep(0.1)
    return "250 2.0.0 Ok: queued as SLOW"


def test_a_slow_relay_is_waited_for(loaded: Engine, settings: Settings) -> None:
    with BrokenRelay(dot=slowly) as relay:
        swept = on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert (swept.unsent, relay.lines) == (0, 1)
    assert swept.sent == len(relay.bodies) == len(trail(loaded, Action.DIGEST_SENT))
    assert {stand.status for stand in stands(loaded).values()} == {"da-gui"}
    assert {stand.response for stand in stands(loaded).values()} == {"250 2.0.0 Ok: queued as SLOW"}


@pytest.mark.parametrize(("step", "fault"), [("greeting", HANG), ("MAIL", HANG), ("DATA", HANG), ("RCPT", DROP)])
def test_a_relay_lost_before_a_mail_was_handed_over_has_failed_and_is_asked_once(
    loaded: Engine, settings: Settings, step: str, fault: Step
) -> None:
    with BrokenRelay(**{step: fault}) as relay:
        swept = on(loaded, aimed(settings, relay.port, smtp_timeout=0.5), clock(TUE_18_JUNE))
    assert (swept.sent, relay.lines, relay.bodies) == (0, 1, [])
    assert Counter(statuses(loaded).values()) == {"gui-loi": 1, "cho-gui": swept.unsent - 1}
    assert [entry["person"] for entry in trail(loaded, Action.DIGEST_FAILED)] == [HOA]
    assert trail(loaded, Action.DIGEST_UNKNOWN) == []
    everyone_is_sent_to_once(loaded, settings)


@pytest.mark.parametrize(("step", "fault"), [("dot", HANG), ("dot", DROP), ("body", DROP)])
def test_a_line_lost_after_the_mail_was_handed_over_is_not_known_and_never_repeated_by_itself(
    loaded: Engine, settings: Settings, step: str, fault: Step
) -> None:
    with BrokenRelay(**{step: fault}) as relay:
        swept = on(loaded, aimed(settings, relay.port, smtp_timeout=0.5), clock(TUE_18_JUNE))
        assert (swept.sent, relay.lines) == (0, 1)
        relay.steps.clear()
        relay.bodies.clear()
        on(loaded, aimed(settings, relay.port), LATER)
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE, "13:30"))
        on(loaded, aimed(settings, relay.port), clock(WED_19_JUNE))
    assert statuses(loaded, TUE_18_JUNE).pop(HOA) == "khong-ro"
    assert Counter(statuses(loaded, TUE_18_JUNE).values()) == {"khong-ro": 1, "da-gui": swept.unsent - 1}
    assert [entry["person"] for entry in trail(loaded, Action.DIGEST_UNKNOWN)] == [HOA]
    unknown = stands(loaded, TUE_18_JUNE)[HOA].message_id
    assert not [body for body in relay.bodies if unknown.encode() in body]


def test_a_relay_nobody_listens_at_fails_in_words_and_is_knocked_at_once_a_pass(
    loaded: Engine, settings: Settings
) -> None:
    pause = Pauses()
    away = aimed(settings, free_port(), smtp_retries=(60, 300, 900))
    swept = on(loaded, away, clock(TUE_18_JUNE), pause)
    assert (swept.sent, pause.seconds) == (0, [60, 300, 900])
    failed = trail(loaded, Action.DIGEST_FAILED)
    assert len(failed) == 4  # one try in each pass
    assert all(str(away.smtp_port) in entry["response"] for entry in failed)
    everyone_is_sent_to_once(loaded, settings)


@pytest.mark.parametrize("greeting", ["421 4.3.2 too busy, come back later", "554 no service for you"])
def test_a_relay_that_turns_everybody_away_has_failed_with_its_words(
    loaded: Engine, settings: Settings, greeting: str
) -> None:
    with BrokenRelay(greeting=greeting) as relay:
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert relay.lines == 1
    assert [entry["response"] for entry in trail(loaded, Action.DIGEST_FAILED)] == [greeting]
    everyone_is_sent_to_once(loaded, settings)


@pytest.mark.parametrize("answer", ["452 4.3.1 insufficient system storage", "553 5.7.1 sender not yours"])
def test_a_relay_that_refuses_the_sender_blames_nobody_s_address(
    loaded: Engine, settings: Settings, answer: str
) -> None:
    with BrokenRelay(MAIL=answer) as relay:
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert (relay.lines, relay.count("RCPT")) == (1, 0)
    assert {entry["response"] for entry in trail(loaded, Action.DIGEST_FAILED)} == {answer}
    everyone_is_sent_to_once(loaded, settings)


def test_a_relay_without_the_encryption_asked_for_gets_neither_password_nor_mail(
    loaded: Engine, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("bí mật")
    (tmp_path / "password").chmod(0o600)
    account = {"smtp_security": "starttls", "smtp_user": "xa", "smtp_password_file": tmp_path / "password"}
    with BrokenRelay(EHLO="250 AUTH PLAIN LOGIN") as relay:
        on(loaded, aimed(settings, relay.port, **account), clock(TUE_18_JUNE))
    assert (relay.lines, relay.bodies, relay.count("AUTH"), relay.count("MAIL")) == (1, [], 0, 0)
    [entry] = trail(loaded, Action.DIGEST_FAILED)
    assert "STARTTLS" in entry["response"]
    everyone_is_sent_to_once(loaded, settings)


def test_a_wrong_password_is_said_and_with_the_right_one_all_mail_leaves_on_one_line(
    loaded: Engine, settings: Settings, tmp_path: Path
) -> None:
    file, context = certificate(tmp_path)
    password = tmp_path / "password"
    password.write_text("sai")
    password.chmod(0o600)
    how = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": only("xa", "đúng")}
    account = {"smtp_security": "starttls", "smtp_ca_file": file, "smtp_user": "xa", "smtp_password_file": password}
    with running(Relay(), **how) as relay:
        on(loaded, aimed(settings, relay.port, **account), clock(TUE_18_JUNE))
        assert (relay.lines, relay.asked) == (1, [])
        [entry] = trail(loaded, Action.DIGEST_FAILED)
        assert entry["response"].startswith("535 ")
        assert nobody_is_blamed(loaded)
        password.write_text("đúng\n")
        relay.lines = 0
        swept = on(loaded, aimed(settings, relay.port, **account), LATER)
    assert (swept.unsent, relay.lines) == (0, 1)
    assert Counter(relay.recipients) == Counter(statuses(loaded).keys())


def test_a_relay_with_a_certificate_nobody_vouches_for_gets_nothing(
    loaded: Engine, settings: Settings, tmp_path: Path
) -> None:
    _, context = certificate(tmp_path)
    with running(Relay(), tls_context=context, require_starttls=True) as relay:
        on(loaded, aimed(settings, relay.port, smtp_security="starttls"), clock(TUE_18_JUNE))
    assert (relay.lines, relay.asked) == (1, [])
    [entry] = trail(loaded, Action.DIGEST_FAILED)
    assert "CERTIFICATE_VERIFY_FAILED" in entry["response"]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"smtp_password_file": Path("/khong/co/mat-khau")}, "/khong/co/mat-khau"),
        ({"smtp_ca_file": Path("/khong/co/ca.pem"), "smtp_security": "starttls"}, "No such file"),
        ({"mail_from": "nhắcviệc@nhuquynh.example"}, "\\u1eaf"),
        ({"smtp_host": "máy chủ..thư"}, ""),
    ],
)
def test_settings_that_cannot_work_fail_in_words_and_stop_nothing_else(
    loaded: Engine, settings: Settings, broken: dict[str, Any], words: str
) -> None:
    with running(Relay()) as relay:
        swept = on(loaded, aimed(settings, relay.port, **broken), clock(TUE_18_JUNE))
    assert (swept.sent, relay.mails) == (0, [])
    [entry] = trail(loaded, Action.DIGEST_FAILED)
    assert words in entry["response"]
    assert trail(loaded, Action.SWEEP_FINISHED)
    everyone_is_sent_to_once(loaded, settings)
