"""Faults that concern one recipient: refused, lost on the way; what a person settles, and who hears instead."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from deliveries_seen import (
    CHAIR,
    HOA,
    MAU,
    TRAN,
    TUE_18_JUNE,
    aimed,
    clock,
    on,
    settle,
    stands,
    statuses,
    told,
    trail,
)
from smtp_faults import DROP, BrokenRelay, Relay, Step, running
from sqlalchemy import Engine
from sqlmodel import Session

from models.acts import ActRefused
from models.audit import verify
from models.audit_actions import Action
from models.settings import Settings

WED_19_JUNE, THU_20_JUNE = date(2024, 6, 19), date(2024, 6, 20)
LATER = clock(TUE_18_JUNE, "10:30")


def test_a_mail_that_breaks_the_line_does_not_hold_up_the_others(loaded: Engine, settings: Settings) -> None:
    with BrokenRelay(dot=lambda line: DROP if TRAN in line else "250 ok") as relay:
        swept = on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert (swept.unsent, relay.lines) == (1, 2)
    assert {who for who, status in statuses(loaded).items() if status != "da-gui"} == {TRAN}
    assert statuses(loaded)[TRAN] == "khong-ro"


def test_what_a_person_confirms_has_arrived_is_not_told_again(loaded: Engine, settings: Settings) -> None:
    unknown_for_tran(loaded, settings)
    settle(loaded, TRAN, arrived=True, at=LATER)
    assert statuses(loaded)[TRAN] == "da-xac-nhan"
    before = told_in(loaded, "da-xac-nhan")
    assert before
    with running(Relay()) as relay:
        on(loaded, aimed(settings, relay.port), clock(WED_19_JUNE))
    assert told_in(loaded, "da-xac-nhan") == before
    with pytest.raises(ActRefused, match="không cần quyết định"):
        settle(loaded, TRAN, arrived=True, at=clock(WED_19_JUNE))


def test_what_a_person_asks_to_tell_again_is_in_the_next_mail_exactly_once(loaded: Engine, settings: Settings) -> None:
    unknown_for_tran(loaded, settings)
    first = told_in(loaded, "khong-ro")
    settle(loaded, TRAN, arrived=False, at=LATER)
    relay = Relay()
    with running(relay):
        on(loaded, aimed(settings, relay.port), LATER)
        assert relay.to(TRAN) == []  # one mail a morning
        on(loaded, aimed(settings, relay.port), clock(WED_19_JUNE))
        on(loaded, aimed(settings, relay.port), clock(WED_19_JUNE, "10:30"))
        assert len(relay.to(TRAN)) == 1
        on(loaded, aimed(settings, relay.port), clock(THU_20_JUNE))
    assert statuses(loaded, TUE_18_JUNE)[TRAN] == "nhap-thu-sau"
    assert statuses(loaded, WED_19_JUNE)[TRAN] == "da-gui"
    assert first <= told_in(loaded, "da-gui")
    sent = {entry["message_id"]: entry["letters"] for entry in trail(loaded, Action.DIGEST_SENT)}
    assert sent[stands(loaded, WED_19_JUNE)[TRAN].message_id] >= len(first)
    [decision] = trail(loaded, Action.DIGEST_SETTLED)
    assert (decision["person"], decision["decision"]) == (TRAN, "gửi lại trong thư sau")


def unknown_for_tran(engine: Engine, settings: Settings) -> None:
    with BrokenRelay(dot=lambda line: DROP if TRAN in line else "250 ok") as relay:
        on(engine, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert statuses(engine)[TRAN] == "khong-ro"


def told_in(engine: Engine, status: str) -> set[tuple[str, str]]:
    """What mails of one status tell Trần Thị Ví Dụ."""
    return {what for what, (found, _) in told(engine, TRAN).items() if found == status}


def no_such_user(person: str, answer: str = "550 5.1.1 no such user") -> Relay:
    return Relay(rcpt=lambda to: answer if to.startswith(f"{person}@") else "250 ok")


def test_of_two_recipients_one_refused_the_other_has_it_and_the_office_hears_the_rest(
    loaded: Engine, settings: Settings
) -> None:
    with running(no_such_user(TRAN)) as relay:
        swept = on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
        assert swept.unsent == 1
        assert stands(loaded)[TRAN].status == "bi-tu-choi"
        assert stands(loaded)[TRAN].response == "550 5.1.1 no such user"
        again = on(loaded, aimed(settings, relay.port), LATER)
        assert (again.sent, again.unsent, max(Counter(relay.recipients).values())) == (0, 0, 1)
        theirs = told_in(loaded, "bi-tu-choi")
        passed = {what for what, (_, away) in told(loaded, MAU).items() if away == TRAN}
        on(loaded, aimed(settings, relay.port), clock(WED_19_JUNE))
    office = told(loaded, MAU)
    assert theirs <= set(office)
    assert passed
    assert {office[what] for what in passed} == {("da-gui", TRAN)}
    assert "Trần Thị Ví Dụ" in text(relay.to(MAU)[-1].message)
    assert [entry["person"] for entry in trail(loaded, Action.DIGEST_REFUSED)] == [TRAN, TRAN]  # of Tuesday, Wednesday
    assert [entry["person"] for entry in trail(loaded, Action.LETTERS_PASSED_ON)] == [TRAN, TRAN]


def text(message: Any) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return str(part.get_payload(decode=True).decode())


def test_when_the_office_itself_is_refused_who_acts_as_chair_hears(loaded: Engine, settings: Settings) -> None:
    with running(no_such_user(MAU, "552 5.2.2 mailbox full")) as relay:
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
        theirs = set(told(loaded, MAU))
        on(loaded, aimed(settings, relay.port), clock(WED_19_JUNE))
    chair = told(loaded, CHAIR)
    assert theirs
    assert {chair[what] for what in theirs} == {("da-gui", MAU)}
    [mail] = relay.to(CHAIR)
    assert "Lê Thị Mẫu" in text(mail.message)


def test_whatever_happened_the_chain_holds(loaded: Engine, settings: Settings) -> None:
    steps: dict[str, Step] = {
        "RCPT": lambda line: "550 5.1.1 who?" if TRAN in line else "450 later" if HOA in line else "250 ok",
        "dot": lambda line: DROP if MAU in line else "250 \xff\x00 ch\x1b[31m ok",
    }
    with BrokenRelay(**steps) as relay:
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    with Session(loaded) as session:
        _, broken = verify(session, 1)
    assert broken is None
    assert set(statuses(loaded).values()) == {"da-gui", "gui-loi", "khong-ro", "bi-tu-choi"}
