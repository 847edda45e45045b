"""The watchdog: a morning Prefect did not sweep is swept once, the administrators hear of it once, by real SMTP."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from deliveries_seen import aimed, clock, on, trail
from office import MON_17_JUNE, PLANS, Run, load
from smtp_faults import Relay, Taken, running
from sqlalchemy import URL, Engine, create_engine, text
from sqlmodel import Session

import deployments.watchdog
from deployments.ports import free_port
from deployments.watchdog import tell_of_database
from flows.mail import SmtpMailer
from flows.sending import Office
from flows.sweep import RoundCutShort, sweep
from flows.visits import morning_of, visit
from flows.watchdog import Watched, watch
from models.audit import verify
from models.audit_actions import Action, sentence
from models.due import Due
from models.outbox import Reached
from models.settings import Settings
from models.store import APP_ROLE
from models.takeovers import missed_mornings

TUE_18_JUNE, WED_19_JUNE = date(2024, 6, 18), date(2024, 6, 19)
ADMINS = ("quantri@xa.example", "truc@xa.example")
GONE = "máy chủ Prefect không trả lời ở http://127.0.0.1:4200/api/health"


def watching(engine: Engine, settings: Settings, day: date, hour: str = "09:00", reason: str = GONE) -> Watched:
    office = Office(engine, settings, SmtpMailer(settings))
    return asyncio.run(watch(office, clock(day, hour), reason))


def alarms(relay: Relay) -> list[Taken]:
    return [mail for mail in relay.mails if mail.recipient in ADMINS]


def words(mail: Taken) -> str:
    return base64.b64decode(str(mail.message.get_payload())).decode()


def with_admins(settings: Settings, relay: Relay) -> Settings:
    return aimed(settings, relay.port, admins=ADMINS)


# A morning Prefect did not sweep


def test_a_morning_without_a_sweep_is_swept_and_the_administrators_hear_what_was_done(
    loaded: Engine, settings: Settings
) -> None:
    with running(Relay()) as relay:
        watched = watching(loaded, with_admins(settings, relay), TUE_18_JUNE)
    letters = [mail for mail in relay.mails if mail.recipient not in ADMINS]
    assert len(letters) > 10
    assert max(Counter(mail.recipient for mail in letters).values()) == 1
    assert [mail.recipient for mail in alarms(relay)] == list(ADMINS)
    assert watched.untold == ""
    said = words(alarms(relay)[0])
    assert "Lúc 09:00 ngày 18/06/2024, chương trình canh" in said
    assert f"Đã quét thay, không qua Prefect: lượt ấy gửi được {len(letters)} thư, còn 0 thư chưa gửi được." in said
    assert f"Nguyên nhân thấy được: {GONE}." in said
    assert "1. Xem điều gì hỏng và cách sửa: dunghan doctor" in said
    assert "resume" not in said
    [taken] = trail(loaded, Action.SWEEP_TAKEN_OVER)
    assert sentence("quet-thay", taken) == (
        "Ngày 18/06/2024 đến 09:00 chưa có lượt quét nào xong: chương trình canh quét thay."
    )
    assert [entry["outcome"] for entry in trail(loaded, Action.ADMINS_TOLD)] == ["đang gửi thư", "đã gửi thư"]
    with Session(loaded) as session:
        assert verify(session, 1)[1] is None


def test_the_second_watch_of_a_day_and_prefect_come_back_tell_nobody_anything_twice(
    loaded: Engine, settings: Settings
) -> None:
    with running(Relay()) as relay:
        ours = with_admins(settings, relay)
        watching(loaded, ours, TUE_18_JUNE)
        told = len(relay.mails)
        assert watching(loaded, ours, TUE_18_JUNE, "11:00") == Watched()
        assert on(loaded, ours, clock(TUE_18_JUNE, "13:30")).sent == 0
        assert len(relay.mails) == told


def test_a_morning_that_was_swept_is_left_alone(loaded: Engine, settings: Settings) -> None:
    with running(Relay()) as relay:
        ours = with_admins(settings, relay)
        on(loaded, ours, clock(TUE_18_JUNE, "07:30"))
        assert watching(loaded, ours, TUE_18_JUNE) == Watched()
    assert (alarms(relay), trail(loaded, Action.SWEEP_TAKEN_OVER)) == ([], [])


def test_a_round_that_broke_off_is_no_sweep_however_far_it_came(loaded: Engine, settings: Settings) -> None:
    """Prefect's server goes after the third letter, every morning: somebody must notice, and tell the rest."""
    with running(Relay()) as relay:
        ours = with_admins(settings, relay)
        told: list[Due] = []

        async def tell_three(due: Due) -> Reached | None:
            if len(told) == 3:
                raise RoundCutShort("Mất kết nối tới máy chủ Prefect")
            told.append(due)
            morning = morning_of(loaded, due.authority_id, clock(TUE_18_JUNE, "07:30"))
            return visit(loaded, due.id, morning)

        office = Office(loaded, ours, SmtpMailer(ours))
        with pytest.raises(RoundCutShort):
            asyncio.run(sweep(office, clock(TUE_18_JUNE, "07:30"), tell_three))
        assert relay.mails == []
        [found] = watching(loaded, ours, TUE_18_JUNE).findings
        assert "sáng nay chưa quét xong (chưa quét lần nào). Đã quét thay" in found
        letters = [mail for mail in relay.mails if mail.recipient not in ADMINS]
    assert len(letters) > 10
    assert missed(loaded, TUE_18_JUNE, "11:00") is False


@pytest.mark.parametrize(
    ("day", "watched"),
    [
        (date(2024, 4, 26), True),  # Friday
        (date(2024, 4, 27), False),  # Saturday
        (date(2024, 4, 28), False),  # Sunday
        (date(2024, 4, 29), False),  # Monday, swapped: off between a weekend and 30/4
        (date(2024, 4, 30), False),  # Tuesday, Ngày Chiến thắng
        (date(2024, 5, 2), True),  # Thursday
        (date(2024, 5, 4), True),  # Saturday, worked for Monday 29/4
        (date(2024, 5, 5), False),  # Sunday
        (date(2024, 9, 2), False),  # Monday, Quốc khánh
        (date(2024, 9, 3), False),  # Tuesday, the second day of Quốc khánh
        (date(2024, 2, 9), False),  # Friday, the eve of Tết
    ],
)
def test_only_working_days_are_watched(loaded: Engine, day: date, watched: bool) -> None:
    assert missed(loaded, day) is watched


@pytest.mark.parametrize(
    ("hour", "watched"),
    [("00:10", False), ("07:45", False), ("08:29", False), ("08:30", True), ("16:59", True), ("17:00", False)],
)
def test_nothing_is_missed_before_a_sweep_was_due_nor_told_after_hours(
    loaded: Engine, hour: str, watched: bool
) -> None:
    """A machine that was off rings its timer as soon as it is on, at whatever hour."""
    assert missed(loaded, TUE_18_JUNE, hour) is watched


def missed(engine: Engine, day: date, hour: str = "09:00") -> bool:
    with Session(engine) as session:
        return bool(list(missed_mornings(session, clock(day, hour))))


def test_days_without_prefect_are_each_told_once_and_a_weekend_is_none(loaded: Engine, settings: Settings) -> None:
    fri_to_mon = [date(2024, 6, 21) + timedelta(days=number) for number in range(4)]
    with running(Relay()) as relay:
        for day in fri_to_mon:
            for hour in ("09:00", "11:00"):
                watching(loaded, with_admins(settings, relay), day, hour)
    assert len(trail(loaded, Action.SWEEP_TAKEN_OVER)) == 2
    assert len(alarms(relay)) == 2 * len(ADMINS)
    ids = [str(mail.message["Message-ID"]) for mail in relay.mails]
    assert len(ids) == len(set(ids))


# What waits for a person


def test_after_a_long_silence_nothing_is_swept_the_hold_is_told_each_day_once(
    loaded: Engine, settings: Settings
) -> None:
    with running(Relay()) as relay:
        ours = with_admins(settings, relay)
        on(loaded, ours, clock(MON_17_JUNE))
        relay.mails.clear()
        for hour in ("09:00", "11:00"):
            watched = watching(loaded, ours, date(2024, 7, 1), hour)  # Monday, ten working days later
        assert {mail.recipient for mail in relay.mails} == set(ADMINS)
        assert len(relay.mails) == len(ADMINS)
        assert watched.findings[0].startswith(
            "UBND thị trấn Như Quỳnh: lần quét trước là 07:30 17/06/2024, cách 10 ngày"
        )
        assert watched.findings[0].endswith("Đang tạm giữ, chưa nhắc ai; không tự quét thay")
        assert 'dunghan sweep --resume --reason "…"' in words(relay.mails[0])
        watching(loaded, ours, date(2024, 7, 2))
    assert len(relay.mails) == 2 * len(ADMINS)


def test_the_first_morning_after_tet_is_no_long_silence(engine: Engine, settings: Settings) -> None:
    load(engine, date(2024, 2, 5))
    with running(Relay()) as relay:
        ours = with_admins(settings, relay)
        on(engine, ours, clock(date(2024, 2, 7)))  # Wednesday; off from Thursday 08/02 to Wednesday 14/02
        [found] = watching(engine, ours, date(2024, 2, 15)).findings
    assert "Đã quét thay" in found


# Telling that fails


def test_a_mail_the_relay_did_not_take_is_said_and_tried_again_by_the_next_watch(
    loaded: Engine, settings: Settings
) -> None:
    on(loaded, settings, clock(MON_17_JUNE))
    nobody = aimed(settings, free_port(), admins=ADMINS)
    watched = watching(loaded, nobody, TUE_18_JUNE)
    assert "quantri@xa.example: " in watched.untold
    with running(Relay()) as relay:
        later = watching(loaded, with_admins(settings, relay), TUE_18_JUNE, "11:00")
    assert (later.untold, len(alarms(relay))) == ("", len(ADMINS))
    assert "Đã quét thay" in words(alarms(relay)[0])
    outcomes = [entry["outcome"] for entry in trail(loaded, Action.ADMINS_TOLD)]
    assert [outcome.split(" (")[0] for outcome in outcomes] == [
        "đang gửi thư", "chưa gửi được thư", "đang gửi thư", "đã gửi thư"
    ]  # fmt: skip


def test_a_mail_to_one_administrator_is_enough(loaded: Engine, settings: Settings) -> None:
    def answer(address: str) -> str:
        return "550 5.1.1 No such user" if address == ADMINS[0] else "250 ok"

    with running(Relay(rcpt=answer)) as relay:
        assert watching(loaded, with_admins(settings, relay), TUE_18_JUNE).untold == ""
    assert [mail.recipient for mail in alarms(relay)] == [ADMINS[1]]


def test_with_nobody_to_tell_the_morning_is_swept_all_the_same(loaded: Engine, settings: Settings) -> None:
    with running(Relay()) as relay:
        watched = watching(loaded, aimed(settings, relay.port), TUE_18_JUNE)
    assert len(relay.mails) > 10
    assert "chưa khai «admins»" in watched.untold


def test_a_takeover_that_breaks_off_is_told_with_its_reason(
    loaded: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("đĩa đầy")

    monkeypatch.setattr("flows.watchdog.sweep", lambda office, now: broken())
    with running(Relay()) as relay:
        watched = watching(loaded, with_admins(settings, relay), TUE_18_JUNE)
    assert watched.findings[0].endswith("Quét thay KHÔNG XONG: RuntimeError: đĩa đầy")
    assert len(alarms(relay)) == len(ADMINS)


# No database


def no_database(settings: Settings, relay: Relay, day: date) -> Watched:
    return asyncio.run(tell_of_database(with_admins(settings, relay), OSError("socket đã mất"), clock(day, "09:00")))


def test_a_database_that_does_not_answer_is_told_once_a_working_day(settings: Settings) -> None:
    ours = settings.model_copy(update={"plans_dir": PLANS})
    with running(Relay()) as relay:
        for _ in range(2):
            found = no_database(ours, relay, TUE_18_JUNE)
            assert found.findings[0].startswith("Cơ sở dữ liệu không trả lời: OSError: socket đã mất.")
        assert len(alarms(relay)) == len(ADMINS)
        no_database(ours, relay, WED_19_JUNE)
        no_database(ours, relay, date(2024, 6, 22))  # Saturday
    assert len(alarms(relay)) == 2 * len(ADMINS)
    assert "dunghan watchdog (quét thay nếu sáng nay chưa quét)" in words(alarms(relay)[0])


def test_when_that_mail_fails_the_next_watch_tries_again(settings: Settings) -> None:
    for _ in range(2):
        found = no_database(settings, Relay(port=free_port()), TUE_18_JUNE)
        assert found.untold
    with running(Relay()) as relay:
        assert no_database(settings, relay, TUE_18_JUNE).untold == ""
    assert len(alarms(relay)) == len(ADMINS)


def test_a_folder_nobody_can_write_to_silences_no_alarm(settings: Settings) -> None:
    settings.state_dir.mkdir()
    (settings.state_dir / "watchdog").write_text("a file where a folder should be")
    with running(Relay()) as relay:
        assert no_database(settings, relay, TUE_18_JUNE).untold == ""
    assert len(alarms(relay)) == len(ADMINS)


# The command


@pytest.fixture
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployments.watchdog.clock, "now", lambda _: clock(TUE_18_JUNE, "09:00"))
    monkeypatch.setattr(deployments.watchdog.clock, "real_now", lambda: clock(TUE_18_JUNE, "09:00"))


def point(monkeypatch: pytest.MonkeyPatch, database: URL, **more: str) -> None:
    urls = {"database_url": database.set(username=APP_ROLE), "owner_database_url": database}
    named = {name: url.render_as_string(hide_password=False) for name, url in urls.items()}
    for name, value in {**named, "prefect_port": str(free_port()), **more}.items():
        monkeypatch.setenv(f"DUNGHAN_{name.upper()}", value)


@pytest.mark.usefixtures("real_time")
def test_the_command_sweeps_and_exits_one_only_when_nobody_could_be_told(
    dunghan: Run, loaded_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Relay()) as relay:
        point(monkeypatch, loaded_database, smtp_port=str(relay.port), admins=", ".join(ADMINS))
        code, out, err = dunghan("watchdog")
        assert (code, out) == (0, "")
        assert "Đã quét thay, không qua Prefect" in err
        assert "máy chủ Prefect không trả lời" in words(alarms(relay)[0])
        assert dunghan("watchdog")[::2] == (0, "")
    make_unswept(loaded_database)
    point(monkeypatch, loaded_database, smtp_port=str(free_port()), admins="")
    code, _, err = dunghan("watchdog")
    assert code == 1
    assert "dunghan: chưa báo được quản trị: chưa khai «admins»" in err


def make_unswept(database: URL) -> None:
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM sweep_mark"))
    owner.dispose()


@pytest.mark.usefixtures("real_time")
def test_the_command_tells_of_a_database_that_is_gone(
    dunghan: Run, database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Relay()) as relay:
        gone = database.set(database="khong-co")
        point(monkeypatch, gone, smtp_port=str(relay.port), admins=", ".join(ADMINS))
        code, _, err = dunghan("watchdog")
    assert code == 0
    assert "Cơ sở dữ liệu không trả lời: " in err
    assert "khong-co" in words(alarms(relay)[0])


def test_in_practice_there_is_nothing_to_watch(
    dunghan: Run, loaded_database: URL, office_engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    point(monkeypatch, loaded_database)
    assert dunghan("watchdog")[:2] == (0, "Đang diễn tập: không có gì để canh.\n")
