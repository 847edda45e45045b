"""A mail sent through a real socket and what comes back for it in a Maildir: not delivered, away, answered, forged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from deliveries_seen import HOA, MAU, TRAN, TUE_18_JUNE, clock, on, settle, stands, statuses, told, trail
from return_box import ANSWERED, AWAY, NOT_DELIVERED, Box
from smtp_faults import DROP, BrokenRelay, Relay, running
from sqlalchemy import Engine, func, select, update
from sqlmodel import Session, col

from flows.sweep import Swept
from models.audit_actions import Action
from models.deliveries import unmatched, unreached
from models.record_tables import Digest
from models.reply_tables import Reply, ReturnedMail
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation

WED_19_JUNE, THU_20_JUNE, FRI_21_JUNE = date(2024, 6, 19), date(2024, 6, 20), date(2024, 6, 21)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "returns")


@pytest.fixture
def post(settings: Settings, box: Box) -> Settings:
    return settings.model_copy(update={"returns_maildir": box.folder, "smtp_timeout": 5})


def swept(engine: Engine, post: Settings, relay: Relay, day: date, at: str = "07:30") -> Swept:
    return on(engine, post.model_copy(update={"smtp_port": relay.port}), clock(day, at))


def envelope(relay: Relay, person: str) -> str:
    """The address a real server would send the newest mail to `person` back to."""
    return relay.to(person)[-1].sender


def frozen(engine: Engine) -> list[object]:
    """Everything an automatic answer must leave alone."""
    queries = (
        select(Obligation.code, Obligation.status, Obligation.done_on, Obligation.agreed_on).order_by(Obligation.code),  # type: ignore[call-overload]
        select(func.count()).select_from(Reply),
        select(Digest.message_id, Digest.status).order_by(Digest.message_id),
    )
    with Session(engine) as session:
        return [session.execute(query).all() for query in queries]


def test_a_mail_that_did_not_arrive_is_matched_and_its_letters_go_to_the_office(
    loaded: Engine, post: Settings, box: Box
) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        theirs = {what for what, (status, _) in told(loaded, TRAN).items() if status == "da-gui"}
        box.put("1", NOT_DELIVERED, envelope(relay, TRAN))
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
        assert statuses(loaded)[TRAN] == "bi-tra-lai"
        assert {status for who, status in statuses(loaded).items() if who != TRAN} == {"da-gui"}
        swept(loaded, post, relay, WED_19_JUNE)
        swept(loaded, post, relay, WED_19_JUNE, "10:30")
    office = told(loaded, MAU)
    assert theirs <= set(office)
    assert {status for status, away in office.values() if away == TRAN} == {"da-gui"}
    [entry] = trail(loaded, Action.MAIL_RETURNED)
    assert (entry["person"], entry["kind"], entry["status"]) == (TRAN, "Không đến nơi", "5.1.1")
    [entry] = trail(loaded, Action.LETTERS_PASSED_ON)
    assert (entry["person"], entry["letters"]) == (TRAN, len(theirs))
    assert len(relay.to(MAU)) == 2  # Tuesday's, and Wednesday's with what she could not be told


def test_what_did_not_arrive_twice_names_the_person(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        for number, day in enumerate((TUE_18_JUNE, WED_19_JUNE, THU_20_JUNE)):
            swept(loaded, post, relay, day)
            with Session(loaded) as session:
                assert [one.person.code for one in unreached(session, 1)] == ([TRAN] if number == 2 else [])
            box.put(str(number), NOT_DELIVERED, envelope(relay, TRAN))
    with Session(loaded) as session:
        [one] = unreached(session, 1)
    assert one.mails == 2


def test_the_same_bounce_found_twice_counts_once(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        for name in ("1", "2"):
            box.put(name, NOT_DELIVERED, envelope(relay, TRAN))
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
        (box.folder / "cur" / "1:2,S").rename(box.folder / "new" / "3")  # somebody marked it unread again
        swept(loaded, post, relay, TUE_18_JUNE, "13:30")
    with Session(loaded) as session:
        assert session.execute(select(func.count()).select_from(ReturnedMail)).scalar_one() == 1
        assert unreached(session, 1) == []
    assert len(trail(loaded, Action.MAIL_RETURNED)) == len(trail(loaded, Action.LETTERS_PASSED_ON)) == 1


def test_two_reports_about_one_mail_pass_its_letters_on_once(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        for note in ("on Tuesday", "said once more"):
            box.put(note, NOT_DELIVERED, envelope(relay, TRAN), note=note)
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
    assert len(trail(loaded, Action.MAIL_RETURNED)) == 2
    assert len(trail(loaded, Action.LETTERS_PASSED_ON)) == 1
    with Session(loaded) as session:
        assert unreached(session, 1) == []


def test_a_forged_mark_and_somebody_else_s_address_change_nothing(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        before = frozen(loaded)
        real = envelope(relay, TRAN)
        local, _, rest = real.partition("+")
        number, _, domain = rest.partition(".")
        mark = domain.partition("@")[0]
        forged = (f"{local}+{number}.{'0' * 12}@dunghan.example", f"{local}+{int(number) + 1}.{mark}@dunghan.example",
                  f"{local}+{number}@dunghan.example", "nhacviec@dunghan.example")  # fmt: skip
        for name, address in enumerate(forged):
            box.put(str(name), NOT_DELIVERED, address)
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
    assert frozen(loaded) == before
    assert trail(loaded, Action.MAIL_RETURNED) == []
    with Session(loaded) as session:
        strays = unmatched(session)
    assert {mail.digest_id for mail in strays} == {None}
    assert len(strays) == len(forged)  # a person may look at them


def test_an_absence_and_an_answer_change_no_obligation_and_no_mail(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        before = frozen(loaded)
        box.put("1", AWAY, envelope(relay, TRAN))
        box.put("2", ANSWERED, envelope(relay, TRAN))
        box.put("3", ANSWERED, "nhacviec@dunghan.example")  # to the address in From, where no mark is
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
    assert frozen(loaded) == before
    with Session(loaded) as session:
        read = [(mail.kind, mail.words) for mail in unmatched(session)]
    assert read == [("nguoi-tra-loi", "Viec nay toi da nop hom qua.")] * 2


def test_a_mail_delayed_is_no_mail_lost(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        before = frozen(loaded)
        box.put("1", NOT_DELIVERED.replace("failed", "delayed"), envelope(relay, TRAN), status="4.4.1")
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
    assert frozen(loaded) == before
    assert [entry["kind"] for entry in trail(loaded, Action.MAIL_RETURNED)] == ["Máy chủ còn thử gửi"]


def test_a_bounce_settles_a_mail_nobody_knew_the_fate_of(loaded: Engine, post: Settings, box: Box) -> None:
    addresses: dict[str, str] = {}
    with BrokenRelay(dot=lambda line: DROP if TRAN in line else "250 ok") as broken:
        broken.steps["MAIL"] = lambda line: addresses.setdefault("last", line) and "250 ok"
        broken.steps["RCPT"] = lambda line: addresses.update({line: addresses.pop("last")}) or "250 ok"
        on(loaded, post.model_copy(update={"smtp_port": broken.port}), clock(TUE_18_JUNE))
    assert statuses(loaded)[TRAN] == "khong-ro"
    [said] = [mail for rcpt, mail in addresses.items() if TRAN in rcpt]
    box.put("1", NOT_DELIVERED, said.partition("<")[2].partition(">")[0])
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
    assert statuses(loaded)[TRAN] == "bi-tra-lai"
    assert [entry["person"] for entry in trail(loaded, Action.LETTERS_PASSED_ON)] == [TRAN]


def test_a_bounce_found_before_anybody_saw_that_the_sender_had_died_is_not_lost(
    loaded: Engine, post: Settings, box: Box
) -> None:
    """The process was killed after the relay took the mail: the mailbox is read before the lost mail is noticed."""
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        with transaction(loaded) as session:
            mine = col(Digest.message_id) == stands(loaded)[TRAN].message_id
            session.execute(update(Digest).where(mine).values(status="dang-gui", response="", sent_at=None))
        box.put("1", NOT_DELIVERED, envelope(relay, TRAN))
        again = swept(loaded, post, relay, TUE_18_JUNE, "10:30")
    assert (statuses(loaded)[TRAN], again.unknown) == ("bi-tra-lai", ())
    assert [entry["person"] for entry in trail(loaded, Action.LETTERS_PASSED_ON)] == [TRAN]
    assert [mail.recipient for mail in relay.mails].count(relay.to(TRAN)[0].recipient) == 1


def test_a_bounce_that_a_person_settled_is_told_again_once(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        box.put("1", NOT_DELIVERED, envelope(relay, TRAN))
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
        theirs = {what for what, (status, _) in told(loaded, TRAN).items() if status == "bi-tra-lai"}
        settle(loaded, TRAN, arrived=False, at=clock(TUE_18_JUNE, "11:00"))
        for at in ("07:30", "10:30"):
            swept(loaded, post, relay, WED_19_JUNE, at)
    assert len(relay.to(TRAN)) == 2
    assert {told(loaded, TRAN)[what][0] for what in theirs} == {"da-gui"}


def test_a_mailbox_that_cannot_be_read_is_said_and_stops_no_mail(
    loaded: Engine, post: Settings, box: Box, tmp_path: Path
) -> None:
    gone = post.model_copy(update={"returns_maildir": tmp_path / "khong-co"})
    with running(Relay()) as relay:
        done = swept(loaded, gone, relay, TUE_18_JUNE)
        assert done.mailbox.startswith("Không đọc được hộp thư gửi về ")
        assert done.sent == len(relay.mails) > 0
        box.put("1", NOT_DELIVERED, envelope(relay, HOA))
        assert swept(loaded, post, relay, TUE_18_JUNE, "10:30").mailbox == ""  # and is read when it is there again
    assert statuses(loaded)[HOA] == "bi-tra-lai"


def test_letters_no_database_could_hold_are_taken_in_all_the_same(loaded: Engine, post: Settings, box: Box) -> None:
    with running(Relay()) as relay:
        swept(loaded, post, relay, TUE_18_JUNE)
        box.put("1", NOT_DELIVERED, envelope(relay, TRAN), note="\x00\x1b[31m")
        swept(loaded, post, relay, TUE_18_JUNE, "10:30")
    assert statuses(loaded)[TRAN] == "bi-tra-lai"
