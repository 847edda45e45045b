"""A long silence, or a clock that leapt, is held for a person: nothing is told, sent or closed until somebody looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from deliveries_seen import clock
from office import MON_17_JUNE, KeptMail, load
from sqlalchemy import URL, Engine, func, select
from sqlmodel import Session, col
from test_clock import LATER, at, letters, rows, undisturbed
from test_returned_mail import report
from test_sweep import body

from models.acts import ActRefused
from models.audit import verify
from models.audit_actions import Action
from models.family_tables import Report
from models.office_key import office_key
from models.record_tables import AuditEntry, Digest, Letter
from models.reply_tables import ReturnedMail, SweepMark
from models.return_address import return_address
from models.settings import Settings
from models.store import transaction
from models.sweep_marks import finish_sweep, held_since, hold_sweeps, resume_sweeps
from models.tables import Authority
from models.takeovers import missed_mornings
from rules.vietnamese import morning_of

TUE_18_JUNE, WED_19_JUNE = date(2024, 6, 18), date(2024, 6, 19)
MON_24_JUNE, TUE_25_JUNE = date(2024, 6, 24), date(2024, 6, 25)  # five and six working days after Monday 17/6
WED_17_JULY, THU_18_JULY = date(2024, 7, 17), date(2024, 7, 18)  # thirty days after
# The year's Tết: off from Thursday 08/02 to Wednesday 14/02/2024.
MON_5_FEB, WED_7_FEB, THU_15_FEB = (date(2024, 2, day) for day in (5, 7, 15))
WED_21_FEB, THU_22_FEB = date(2024, 2, 21), date(2024, 2, 22)  # five and six working days after Wednesday 07/02
B02_WORDS = "6 tháng đầu năm trước ngày 03/7/2024"
TABLES = (Letter, Digest, Report, ReturnedMail)


@pytest.fixture
def swept(loaded: Engine, settings: Settings) -> Engine:
    """The office after its sweep of Monday 17/6/2024."""
    assert at(loaded, settings, morning_of(MON_17_JUNE)).sent
    return loaded


def counts(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        return {t.__name__: session.execute(select(func.count()).select_from(t)).scalar_one() for t in TABLES}


def said(engine: Engine, action: Action) -> list[AuditEntry]:
    return [entry for entry in rows(engine, AuditEntry) if entry.action == action]


def resume(engine: Engine, now: datetime, reason: str = "máy chủ hỏng từ 18/6, đồng hồ đúng") -> None:
    with transaction(engine) as session:
        resume_sweeps(session, session.execute(select(Authority)).scalar_one(), "Lê Thị Mẫu", reason, now)


def waits_since(engine: Engine) -> datetime | None:
    with Session(engine) as session:
        return held_since(session, session.execute(select(Authority)).scalar_one())


def is_whole(engine: Engine) -> bool:
    with Session(engine) as session:
        return verify(session, 1)[1] is None


# A clock that leapt


def test_a_clock_thirty_days_ahead_tells_sends_and_closes_nothing_and_is_said_once(
    swept: Engine, settings: Settings, tmp_path: Path
) -> None:
    with Session(swept) as session:
        digest = session.execute(select(col(Digest.id)).order_by(col(Digest.id)).limit(1)).scalar_one()
    came_back(tmp_path / "returns", digest or 0, settings)
    before, mail = counts(swept), KeptMail()
    waiting = settings.model_copy(update={"returns_maildir": tmp_path / "returns"})
    for hour in (0, 3, 6):
        found = at(swept, waiting, morning_of(WED_17_JULY) + timedelta(hours=hour), mail)
        assert (found.reached, found.sent, found.unsent) == ((), 0, 0)
        assert found.held == (
            "UBND thị trấn Như Quỳnh: lần quét trước là 07:30 17/06/2024, cách 22 ngày làm việc; xin kiểm tra đồng hồ "
            "máy chủ, rồi cho quét tiếp bằng lệnh dunghan sweep --resume --reason «…»",
        )
    assert (mail.kept, counts(swept)) == ([], before)
    [entry] = said(swept, Action.SWEEP_HELD)
    assert (entry.detail["last"], entry.detail["days"]) == ("07:30 17/06/2024", 22)
    assert waits_since(swept) == morning_of(WED_17_JULY)


def came_back(mailbox: Path, digest: int, settings: Settings) -> None:
    (mailbox / "new").mkdir(parents=True)
    details = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1"
    address = return_address(settings.mail_from, digest, office_key(settings))
    (mailbox / "new" / "1.thu").write_bytes(report("No such user.", details, to=address))


@pytest.mark.parametrize("wrong", [WED_17_JULY, date(2024, 5, 20), date(1970, 1, 1), date(2060, 1, 5)])
def test_once_the_clock_is_right_again_sweeps_go_on_by_themselves_without_a_storm(
    swept: Engine, settings: Settings, loaded_template: URL, copies: Callable[[], int], wrong: date
) -> None:
    """Thirty days ahead, four weeks back, a dead battery, a year no calendar knows."""
    mail, before = KeptMail(), counts(swept)
    assert len(at(swept, settings, morning_of(wrong), mail).held) == 1
    assert (mail.kept, counts(swept)) == ([], before)
    for day in (TUE_18_JUNE, WED_19_JUNE):
        assert at(swept, settings, morning_of(day), mail).held == ()
    assert max(Counter((to, message["Message-ID"]) for to, message in mail.kept).values()) == 1
    assert (waits_since(swept), is_whole(swept)) == (None, True)
    assert [len(said(swept, action)) for action in (Action.SWEEP_HELD, Action.SWEEP_RESUMED)] == [1, 1]
    days = (MON_17_JUNE, TUE_18_JUNE, WED_19_JUNE)
    assert letters(swept) == undisturbed(loaded_template, f"calm_{copies()}", settings, days)


def test_a_mail_that_waits_while_the_clock_is_wrong_is_sent_once_it_is_right(
    loaded: Engine, settings: Settings
) -> None:
    later, mail = KeptMail(LATER), KeptMail()
    at(loaded, settings, morning_of(MON_17_JUNE), later)
    at(loaded, settings, morning_of(WED_17_JULY), mail)
    assert mail.kept == []
    at(loaded, settings, morning_of(MON_17_JUNE) + timedelta(hours=3), mail)
    assert {digest.status for digest in rows(loaded, Digest)} == {"da-gui"}
    assert all(message["Message-ID"].startswith("<20240617.") for _, message in mail.kept)


# A real silence


def test_after_thirty_days_of_silence_a_person_lets_sweeps_go_on_and_each_gets_one_mail_that_says_what_is_late(
    swept: Engine, settings: Settings
) -> None:
    mail, now = KeptMail(), morning_of(WED_17_JULY)
    assert at(swept, settings, now, mail).held
    resume(swept, now + timedelta(hours=1))
    found = at(swept, settings, now + timedelta(hours=3), mail)
    assert (found.held, found.unsent) == ((), 0)
    assert found.sent == len(mail.kept) == len({to for to, _ in mail.kept}) > 10
    text = next(body(message, "plain") for to, message in mail.kept if to.startswith("le-thi-mau@"))
    assert B02_WORDS in text
    assert "Mốc nhắc gửi muộn: trước 10 ngày làm việc (18/06/2024)" in text
    mail.kept.clear()
    assert at(swept, settings, morning_of(THU_18_JULY), mail).held == ()
    assert max(Counter(to for to, _ in mail.kept).values()) == 1
    [entry] = said(swept, Action.SWEEP_RESUMED)
    assert (entry.actor, entry.detail["reason"]) == ("Lê Thị Mẫu", "máy chủ hỏng từ 18/6, đồng hồ đúng")
    assert is_whole(swept)


def test_five_working_days_of_silence_pass_and_six_are_held(swept: Engine, settings: Settings) -> None:
    held = at(swept, settings, morning_of(TUE_25_JUNE)).held
    assert "cách 6 ngày làm việc" in held[0]
    assert at(swept, settings, morning_of(MON_24_JUNE)).held == ()


def test_the_days_of_tet_are_no_silence(engine: Engine, settings: Settings) -> None:
    load(engine, MON_5_FEB)
    at(engine, settings, morning_of(WED_7_FEB))
    assert at(engine, settings, morning_of(THU_22_FEB)).held[0].count("cách 6 ngày làm việc") == 1
    assert at(engine, settings, morning_of(WED_21_FEB)).held == ()  # a fortnight later, five working days


def test_the_first_morning_after_tet_is_swept_as_ever(engine: Engine, settings: Settings) -> None:
    load(engine, MON_5_FEB)
    mail = KeptMail()
    for number in range((THU_15_FEB - WED_7_FEB).days + 1):
        assert at(engine, settings, morning_of(WED_7_FEB + timedelta(days=number)), mail).held == ()
    assert {message["Message-ID"][1:9] for _, message in mail.kept} == {"20240207", "20240215"}


# A person's word


def test_letting_sweeps_go_on_that_are_not_held_is_refused(swept: Engine) -> None:
    with pytest.raises(ActRefused, match="Không có lần quét nào đang bị tạm giữ"):
        resume(swept, morning_of(TUE_18_JUNE))


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_morning_on_which_sweeps_were_let_go_on_is_watched_until_it_is_swept(
    swept: Engine, settings: Settings, goes_on: bool
) -> None:
    at(swept, settings, morning_of(WED_17_JULY))
    resume(swept, clock(WED_17_JULY, "07:45"))
    if goes_on:
        assert at(swept, settings, clock(WED_17_JULY, "08:00")).held == ()
    with Session(swept) as session:
        assert bool(list(missed_mornings(session, clock(WED_17_JULY, "09:00")))) is not goes_on


def test_a_round_under_way_when_sweeps_are_held_does_not_let_them_go_on(swept: Engine) -> None:
    """An office moved to another database in the middle of a sweep must not be swept by both."""
    with transaction(swept) as session:
        office = session.execute(select(Authority)).scalar_one()
        hold_sweeps(session, office, "đang chuyển", morning_of(TUE_18_JUNE))
        finish_sweep(session, office, morning_of(TUE_18_JUNE))
    assert waits_since(swept) == morning_of(TUE_18_JUNE)
    assert rows(swept, SweepMark)[0].reason == "đang chuyển"


def test_letting_sweeps_go_on_needs_a_reason(swept: Engine, settings: Settings) -> None:
    at(swept, settings, morning_of(WED_17_JULY))
    with pytest.raises(ActRefused, match="đã kiểm tra gì"):
        resume(swept, morning_of(WED_17_JULY), "  ")
    assert at(swept, settings, morning_of(WED_17_JULY) + timedelta(hours=3)).held


def test_who_lets_sweeps_go_on_by_a_wrong_clock_is_asked_again_once_it_is_right(
    swept: Engine, settings: Settings
) -> None:
    wrong = morning_of(date(2060, 1, 5))
    at(swept, settings, wrong)
    resume(swept, wrong)
    assert at(swept, settings, wrong).held
    assert at(swept, settings, morning_of(TUE_18_JUNE)).held
    resume(swept, morning_of(TUE_18_JUNE))
    assert at(swept, settings, morning_of(TUE_18_JUNE)).held == ()
    assert rows(swept, SweepMark)[0].last_at == morning_of(TUE_18_JUNE)
