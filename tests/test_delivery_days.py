"""Delivery over a day and over days: tried again within the morning, in the next round, merged the next morning."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, timedelta
from email.header import decode_header, make_header
from typing import Any

import deliveries_seen as seen
import pytest
from deliveries_seen import CHAIR, MAU, TRAN, TUE_18_JUNE, Pauses, clock, on, settle, stands, statuses, told, trail
from office import MON_17_JUNE
from smtp_faults import DROP, Answer, BrokenRelay, Relay, Taken, running
from sqlalchemy import Engine
from sqlmodel import Session

from models.audit_actions import Action
from models.deliveries import unreached
from models.settings import Settings
from models.store import transaction
from models.tables import Person

WED_19_JUNE, THU_20_JUNE, FRI_21_JUNE = date(2024, 6, 19), date(2024, 6, 20), date(2024, 6, 21)
SAT_22_JUNE, SUN_23_JUNE, MON_24_JUNE = date(2024, 6, 22), date(2024, 6, 23), date(2024, 6, 24)
ROUNDS = ("07:30", "10:30", "13:30")
RETRIES = (60, 300, 900)


def aimed(settings: Settings, port: int, retries: tuple[int, ...] = RETRIES) -> Settings:
    return seen.aimed(settings, port, smtp_retries=retries)


def answers(person: str, answer: str) -> Relay:
    return Relay(rcpt=lambda to: answer if to.startswith(f"{person}@") else "250 ok")


def failures_of(engine: Engine, person: str) -> list[dict[str, Any]]:
    return [entry for entry in trail(engine, Action.DIGEST_FAILED) if entry["person"] == person]


# A mailbox that is full


def test_a_mailbox_full_for_now_is_tried_through_the_morning_the_next_round_and_the_next_morning(
    loaded: Engine, settings: Settings
) -> None:
    full = answers(TRAN, "452 4.2.2 mailbox full")
    pause = Pauses()
    with running(full):
        first = on(loaded, aimed(settings, full.port), clock(TUE_18_JUNE), pause)
        assert (first.unsent, pause.seconds) == (1, [60, 300, 900])
        assert (statuses(loaded)[TRAN], len(failures_of(loaded, TRAN))) == ("gui-loi", 4)
        assert full.lines == 4  # the morning's, and one for each new try
        assert stands(loaded)[TRAN].response == "452 4.2.2 mailbox full"
        second = on(loaded, aimed(settings, full.port), clock(TUE_18_JUNE, "10:30"), pause)
        assert (second.sent, second.unsent, len(failures_of(loaded, TRAN))) == (0, 1, 8)
        full.rcpt = lambda _: "250 ok"
        on(loaded, aimed(settings, full.port), clock(WED_19_JUNE))
    assert statuses(loaded, TUE_18_JUNE)[TRAN] == "nhap-thu-sau"
    assert [entry["person"] for entry in trail(loaded, Action.DIGEST_MERGED)] == [TRAN]
    assert len(full.to(TRAN)) == 1
    assert {status for status, _ in told(loaded, TRAN).values()} == {"da-gui"}
    assert trail(loaded, Action.LETTERS_PASSED_ON) == []
    assert max(Counter(who for who in full.recipients if who != TRAN).values()) <= 2  # one a morning


def test_a_mailbox_that_is_full_again_in_the_afternoon_leaves_the_others_one_mail(
    loaded: Engine, settings: Settings
) -> None:
    full = answers(TRAN, "452 4.2.2 mailbox full")
    with running(full):
        for at in ROUNDS:
            on(loaded, aimed(settings, full.port), clock(TUE_18_JUNE, at))
    assert set(Counter(full.recipients).values()) == {1}
    assert {who for who, status in statuses(loaded).items() if status != "da-gui"} == {TRAN}


def test_a_mailbox_full_for_good_is_the_office_s_matter_at_once(loaded: Engine, settings: Settings) -> None:
    full, pause = answers(TRAN, "552 5.2.2 mailbox full"), Pauses()
    with running(full):
        on(loaded, aimed(settings, full.port), clock(TUE_18_JUNE), pause)
    assert (statuses(loaded)[TRAN], pause.seconds) == ("bi-tu-choi", [])
    [entry] = trail(loaded, Action.LETTERS_PASSED_ON)
    assert (entry["person"], entry["reason"]) == (TRAN, "552 5.2.2 mailbox full")
    assert [away for _, away in told(loaded, MAU).values() if away == TRAN]


# Greylisting: a relay that takes nothing from strangers at first


def test_a_relay_that_wants_five_minutes_of_patience_has_each_mail_once_in_the_same_morning(
    loaded: Engine, settings: Settings
) -> None:
    pause = Pauses()
    grey = Relay(rcpt=lambda _: "250 ok" if sum(pause.seconds) >= 300 else "451 4.7.1 greylisted, try later")
    with running(grey):
        swept = on(loaded, aimed(settings, grey.port), clock(TUE_18_JUNE), pause)
    assert pause.seconds == [60, 300]
    assert (swept.unsent, swept.sent, grey.lines) == (0, len(grey.mails), 3)
    assert set(Counter(grey.recipients).values()) == {1}
    assert set(statuses(loaded).values()) == {"da-gui"}
    tries = len(grey.mails)
    assert len(trail(loaded, Action.DIGEST_FAILED)) == 2 * tries
    assert all(mail.message["Date"] == "Tue, 18 Jun 2024 07:36:00 +0700" for mail in grey.mails)


def test_a_relay_that_loses_every_answer_costs_one_mail_a_pass_and_not_the_whole_morning(
    loaded: Engine, settings: Settings
) -> None:
    with BrokenRelay(dot=DROP) as relay:
        swept = on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE))
    assert (len(relay.bodies), relay.lines) == (4, 4)
    assert Counter(statuses(loaded).values()) == {"khong-ro": 4, "cho-gui": swept.unsent - 4}
    assert len({body.partition(b"Message-ID: ")[2][:40] for body in relay.bodies}) == 4  # none of them twice


# Days without a relay


def down(engine: Engine, settings: Settings, first: date, last: date) -> None:
    """Every round of every day, Monday to Wednesday say, meets a relay that turns everybody away."""
    with BrokenRelay(greeting="421 4.3.2 no service") as relay:
        for number in range((last - first).days + 1):
            for at in ROUNDS:
                before = relay.lines
                on(engine, aimed(settings, relay.port), clock(first + timedelta(days=number), at))
                assert relay.lines - before == len(RETRIES) + 1  # one knock a pass
    assert trail(engine, Action.DIGEST_SENT) == []


def test_a_relay_back_after_three_days_has_one_mail_a_person_with_everything(
    loaded: Engine, settings: Settings
) -> None:
    down(loaded, settings, MON_17_JUNE, WED_19_JUNE)
    back = Relay()
    with running(back):
        swept = on(loaded, aimed(settings, back.port), clock(THU_20_JUNE))
        on(loaded, aimed(settings, back.port), clock(THU_20_JUNE, "10:30"))
    assert (swept.unsent, swept.sent) == (0, len(back.mails))
    assert set(Counter(back.recipients).values()) == {1}
    for person in set(statuses(loaded)):
        assert {status for status, _ in told(loaded, person).values()} <= {"da-gui"}
    assert set(statuses(loaded, MON_17_JUNE).values()) == {"nhap-thu-sau"}
    assert set(statuses(loaded, MON_17_JUNE)) <= set(statuses(loaded, THU_20_JUNE))
    with Session(loaded) as session:
        assert unreached(session, 1) == []


def test_the_week_s_overview_a_leader_did_not_get_on_monday_comes_with_the_first_mail_that_leaves(
    loaded: Engine, settings: Settings
) -> None:
    down(loaded, settings, MON_17_JUNE, WED_19_JUNE)
    back = Relay()
    with running(back):
        on(loaded, aimed(settings, back.port), clock(THU_20_JUNE))
        on(loaded, aimed(settings, back.port), clock(FRI_21_JUNE))
        assert [subject(mail) for mail in back.to(CHAIR)] == ["Tình hình đầu tuần: 0 việc quá hạn, tính đến 20/06/2024"]
        on(loaded, aimed(settings, back.port), clock(MON_24_JUNE))
    assert len(back.to(CHAIR)) == 2  # the next week's own


def test_an_overview_nobody_knows_the_fate_of_is_told_again_when_a_person_says_so(
    loaded: Engine, settings: Settings
) -> None:
    with BrokenRelay(dot=lambda line: DROP if CHAIR in line else "250 ok") as relay:
        on(loaded, aimed(settings, relay.port), clock(MON_17_JUNE))
    assert statuses(loaded)[CHAIR] == "khong-ro"
    back = Relay()
    with running(back):
        on(loaded, aimed(settings, back.port), clock(TUE_18_JUNE))
        assert back.to(CHAIR) == []
        settle(loaded, CHAIR, arrived=False, at=clock(TUE_18_JUNE, "09:00"))
        on(loaded, aimed(settings, back.port), clock(WED_19_JUNE))
        on(loaded, aimed(settings, back.port), clock(THU_20_JUNE))
    assert len(back.to(CHAIR)) == 1


def subject(mail: Taken) -> str:
    return str(make_header(decode_header(mail.message["Subject"])))


# Office hours


@pytest.mark.parametrize(
    ("now", "pauses"),
    [("16:30", [60, 300, 900]), ("16:45", [60, 300]), ("16:55", [60]), ("16:59:30", [])],
)
def test_nothing_is_tried_again_after_five_o_clock(
    loaded: Engine, settings: Settings, now: str, pauses: list[float]
) -> None:
    pause = Pauses()
    with BrokenRelay(greeting="421 no service") as relay:
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE, now), pause)
    assert pause.seconds == pauses
    assert relay.lines == len(pauses) + 1


def test_a_pass_that_took_its_time_counts_towards_five_o_clock(loaded: Engine, settings: Settings) -> None:
    def slow(_: str) -> Answer:
        time.sleep(1.2)
        return "421 no service"

    pause = Pauses()
    with BrokenRelay(greeting=slow) as relay:
        at = clock(TUE_18_JUNE, "16:58:59")
        on(loaded, aimed(settings, relay.port, (60,)), at, pause)
    assert (pause.seconds, relay.lines) == ([], 1)


@pytest.mark.parametrize("day", [SAT_22_JUNE, SUN_23_JUNE])
def test_a_mail_not_taken_on_friday_waits_for_monday(loaded: Engine, settings: Settings, day: date) -> None:
    down(loaded, settings, FRI_21_JUNE, FRI_21_JUNE)
    relay, pause = Relay(), Pauses()
    with running(relay):
        for at in ROUNDS:
            on(loaded, aimed(settings, relay.port), clock(day, at), pause)
        assert (relay.lines, pause.seconds, set(statuses(loaded, FRI_21_JUNE).values())) == (
            0, [], {"gui-loi", "cho-gui"},
        )  # fmt: skip
        on(loaded, aimed(settings, relay.port), clock(MON_24_JUNE))
    assert set(Counter(relay.recipients).values()) == {1}
    assert set(statuses(loaded, FRI_21_JUNE)) <= set(relay.recipients)


def test_what_changed_meanwhile_is_in_the_mail_that_is_tried_again(loaded: Engine, settings: Settings) -> None:
    """Her address is set right while the morning's new tries go on."""
    relay = answers(TRAN, "450 4.2.1 not now")
    right = "tran@xa.example"

    async def corrected(_: float) -> None:
        with transaction(loaded) as session:
            row = session.query(Person).filter_by(code=TRAN).one()
            row.email = right

    with running(relay):
        on(loaded, aimed(settings, relay.port), clock(TUE_18_JUNE), corrected)  # type: ignore[arg-type]
    assert [mail.recipient for mail in relay.mails].count(right) == 1
    assert statuses(loaded)[TRAN] == "da-gui"
