"""Who hears: leave and substitutes, dated roles, bodies that are no subordinates, hours, the week's overview."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from office import MON_17_JUNE, KeptMail
from sqlalchemy import Engine, select
from sqlmodel import Session, col
from test_sweep import body, subject

from flows.sending import Office
from flows.sweep import sweep
from models.acts import ActRefused
from models.answers import NO_ANSWERS
from models.audit_actions import Action
from models.leaves import record_leave, withdraw_leave
from models.people import roster_on
from models.record_tables import AuditEntry, Letter
from models.settings import Settings
from models.store import transaction
from models.tables import Authority, Obligation, Person, PlanTask, Role
from models.wishes import set_wishes
from rules.reminders import DatedRung
from rules.vietnamese import morning_of

TUE_18_JUNE = date(2024, 6, 18)
CODE = "nhu-quynh-2024."
B02 = f"{CODE}B02.2024-H1"
MAU, GIA_DINH, HOA, CHAIR = "le-thi-mau", "nguyen-van-gia-dinh", "pham-thi-minh-hoa", "hoang-van-mo-phong"


def on(engine: Engine, settings: Settings, day: date, clock: str = "07:30", mail: KeptMail | None = None) -> KeptMail:
    kept = mail or KeptMail()
    hour, minute = map(int, clock.split(":"))
    now = morning_of(day).replace(hour=hour, minute=minute)
    asyncio.run(sweep(Office(engine, settings, kept), now))
    return kept


def through(engine: Engine, settings: Settings, first: date, last: date) -> KeptMail:
    mail = KeptMail()
    for number in range((last - first).days + 1):
        on(engine, settings, first + timedelta(days=number), mail=mail)
    return mail


def on_leave(engine: Engine, person: str, first: date, last: date, substitute: str = "") -> int:
    with transaction(engine) as session:
        authority = session.execute(select(Authority)).scalar_one()
        row = record_leave(session, authority, person, first, last, "văn phòng", morning_of(MON_17_JUNE), substitute)
        return row.id or 0


def told(engine: Engine, code: str, rung: str) -> dict[str, str]:
    """Who was told of a rung, and for whom («»: as themselves)."""
    query = select(col(Letter.person_id), col(Letter.stands_for_id)).join(
        Obligation, col(Obligation.id) == col(Letter.obligation_id)
    )
    with Session(engine) as session:
        codes: dict[int | None, str] = {row.id: row.code for row in session.execute(select(Person)).scalars()}
        codes[None] = ""
        rows = session.execute(query.where(col(Obligation.code) == code, col(Letter.rung) == rung))
        return {codes[person]: codes[away] for person, away in rows}


def text_for(mail: KeptMail, person: str) -> str:
    return next(body(message, "plain") for to, message in mail.kept if to.startswith(person))


def test_the_one_who_stands_in_is_told_instead(loaded: Engine, settings: Settings) -> None:
    on_leave(loaded, MAU, MON_17_JUNE, date(2024, 6, 21), GIA_DINH)
    mail = on(loaded, settings, TUE_18_JUNE)
    reached = told(loaded, B02, "-10")
    assert reached[GIA_DINH] == MAU
    assert MAU not in reached
    assert "Lê Thị Mẫu" in text_for(mail, GIA_DINH)


def test_a_substitute_who_is_away_too_is_followed_further(loaded: Engine, settings: Settings) -> None:
    on_leave(loaded, MAU, MON_17_JUNE, date(2024, 6, 21), GIA_DINH)
    on_leave(loaded, GIA_DINH, TUE_18_JUNE, TUE_18_JUNE, HOA)
    on(loaded, settings, TUE_18_JUNE)
    assert told(loaded, B02, "-10")[HOA] == MAU


def test_after_the_last_day_of_leave_letters_come_back(loaded: Engine, settings: Settings) -> None:
    on_leave(loaded, MAU, MON_17_JUNE, date(2024, 6, 24), GIA_DINH)
    through(loaded, settings, TUE_18_JUNE, date(2024, 6, 25))  # Tuesday: five working days before 02/7
    assert told(loaded, B02, "-10")[GIA_DINH] == MAU
    assert told(loaded, B02, "-5")[MAU] == ""


def test_when_two_stand_in_for_each_other_the_office_hears(loaded: Engine, settings: Settings) -> None:
    tran, vuong = "tran-thi-vi-du", "vuong-van-thu-nghiem"
    on_leave(loaded, tran, MON_17_JUNE, date(2024, 6, 28), vuong)
    on_leave(loaded, vuong, MON_17_JUNE, date(2024, 6, 28), tran)
    on(loaded, settings, TUE_18_JUNE)
    with Session(loaded) as session:
        letters = select(Letter).where(col(Letter.stands_for_id).is_not(None))
        office = session.execute(select(Authority.catch_all_id)).scalar_one()  # type: ignore[call-overload]
        found = session.execute(letters).scalars().all()
    assert found
    assert {letter.person_id for letter in found} == {office}


def test_leave_taken_back_no_longer_counts(loaded: Engine, settings: Settings) -> None:
    number = on_leave(loaded, MAU, MON_17_JUNE, date(2024, 6, 21), GIA_DINH)
    with transaction(loaded) as session:
        authority = session.execute(select(Authority)).scalar_one()
        withdraw_leave(session, authority, number, "văn phòng", "về sớm", morning_of(MON_17_JUNE))
    on(loaded, settings, TUE_18_JUNE)
    assert told(loaded, B02, "-10")[MAU] == ""


@pytest.mark.parametrize(
    ("person", "first", "last", "substitute", "why"),
    [
        (MAU, date(2024, 6, 21), MON_17_JUNE, "", "đứng trước ngày đầu"),
        (MAU, date(2024, 6, 1), date(2024, 6, 14), "", "đã qua"),
        (MAU, MON_17_JUNE, date(2025, 6, 18), "", "dài hơn một năm"),
        (MAU, MON_17_JUNE, date(2024, 6, 21), MAU, "người khác"),
        (MAU, MON_17_JUNE, date(2024, 6, 21), "khong-co", "Không có người «khong-co»"),
        ("khong-co", MON_17_JUNE, date(2024, 6, 21), "", "Không có người «khong-co»"),
    ],
)
def test_leave_that_cannot_be_is_refused(
    loaded: Engine, person: str, first: date, last: date, substitute: str, why: str
) -> None:
    with pytest.raises(ActRefused, match=why):
        on_leave(loaded, person, first, last, substitute)


def test_leave_twice_over_the_same_days_is_refused(loaded: Engine) -> None:
    on_leave(loaded, MAU, MON_17_JUNE, date(2024, 6, 21), GIA_DINH)
    with pytest.raises(ActRefused, match="Đã ghi nghỉ từ 17/06/2024 đến 21/06/2024"):
        on_leave(loaded, MAU, date(2024, 6, 21), date(2024, 6, 28))


def test_a_letter_goes_to_who_holds_the_role_on_that_day_and_history_stays(loaded: Engine, settings: Settings) -> None:
    """Finance passes from Vương Văn Thử Nghiệm to Bùi Thị Kế Nhiệm on Thursday 01/8/2024."""
    through(loaded, settings, date(2024, 7, 30), date(2024, 8, 2))
    with Session(loaded) as session:
        days: dict[str, set[date]] = {}
        query = select(Person.code, Letter.claimed_on).join(Letter, col(Letter.person_id) == col(Person.id))  # type: ignore[call-overload]
        for person, day in session.execute(query):
            days.setdefault(person, set()).add(day)
    assert max(days["vuong-van-thu-nghiem"]) <= date(2024, 7, 31)
    assert min(days["bui-thi-ke-nhiem"]) >= date(2024, 8, 1)


NOT_SUBORDINATE = ("ub-mttq", "ban-ttnd", "ban-dan-van", "doan-the", "tram-y-te", "nha-truong", "ban-gsdtcd")


@pytest.mark.parametrize("unit", NOT_SUBORDINATE)
def test_a_body_that_is_no_subordinate_is_reminded_and_never_urged(loaded: Engine, unit: str) -> None:
    with Session(loaded) as session:
        authority = session.execute(select(Authority)).scalar_one()
        roster = roster_on(session, authority, MON_17_JUNE)
        task = PlanTask(plan_id=1, code="X", slug="x", title="x", kind="mot-lan", place="x", ladder="full",
                        lead=unit, implementing=[unit], schedule=[], basis=[], findings=[])  # fmt: skip
        row = Obligation(id=1, **dict.fromkeys(("code", "title", "period_key", "period_name", "status"), "x"))
        to = ("implementing", "lead", "lead_head")
        before = roster.recipients(row, task, DatedRung(-2, MON_17_JUNE, to), NO_ANSWERS)
        after = roster.recipients(row, task, DatedRung(1, MON_17_JUNE, to), NO_ANSWERS)
    own = {person for (code, _), people in roster.holders.items() if code == unit for person in people}
    assert own
    assert own <= set(before)
    assert set(after) == set(roster.catch_all)


def test_who_wants_no_early_letters_hears_from_two_days_before_on(loaded: Engine, settings: Settings) -> None:
    with transaction(loaded) as session:
        person = session.execute(select(Person).where(col(Person.code) == MAU)).scalar_one()
        set_wishes(session, person, "07:30", False, morning_of(MON_17_JUNE))
    through(loaded, settings, MON_17_JUNE, date(2024, 7, 2))
    rungs = [rung for rung in ("-10", "-5", "-2", "0") if MAU in told(loaded, B02, rung)]
    assert rungs == ["-2", "0"]


def test_nobody_s_mail_leaves_before_the_hour_they_chose(loaded: Engine, settings: Settings) -> None:
    with transaction(loaded) as session:
        person = session.execute(select(Person).where(col(Person.code) == MAU)).scalar_one()
        set_wishes(session, person, "10:30", True, morning_of(MON_17_JUNE))
    assert not [to for to, _ in on(loaded, settings, TUE_18_JUNE).kept if to.startswith(MAU)]
    assert len([to for to, _ in on(loaded, settings, TUE_18_JUNE, "10:30").kept if to.startswith(MAU)]) == 1
    assert on(loaded, settings, TUE_18_JUNE, "13:30").kept == []


def test_an_hour_nobody_sweeps_at_is_refused(loaded: Engine) -> None:
    with transaction(loaded) as session, pytest.raises(ActRefused, match="07:30, 10:30, 13:30"):
        set_wishes(session, session.get_one(Person, 1), "09:00", True, morning_of(MON_17_JUNE))


def test_the_first_working_day_of_a_week_tells_leaders_how_everything_stands(
    loaded: Engine, settings: Settings
) -> None:
    monday, tuesday = on(loaded, settings, MON_17_JUNE), on(loaded, settings, TUE_18_JUNE)
    chair = text_for(monday, CHAIR)
    assert "Văn phòng" in chair
    assert subject(next(m for to, m in monday.kept if to.startswith(CHAIR))).startswith("Tình hình đầu tuần: ")
    assert not [to for to, _ in tuesday.kept if to.startswith(CHAIR)]


def test_after_a_holiday_on_monday_the_overview_comes_on_tuesday(loaded: Engine, settings: Settings) -> None:
    """Monday 02/9/2024 and Tuesday 03/9 are off (Quốc khánh): the week begins on Wednesday."""
    mails = {day: on(loaded, settings, day) for day in (date(2024, 9, n) for n in (2, 3, 4, 5))}
    overviews = [day for day, mail in mails.items() for to, m in mail.kept if to.startswith(CHAIR)]
    assert overviews == [date(2024, 9, 4)]


def test_with_the_chair_away_the_overview_goes_to_who_stands_in(loaded: Engine, settings: Settings) -> None:
    on_leave(loaded, CHAIR, MON_17_JUNE, date(2024, 6, 21), HOA)
    people = [to for to, _ in on(loaded, settings, MON_17_JUNE).kept]
    assert not [to for to in people if to.startswith(CHAIR)]
    assert [to for to in people if to.startswith(HOA)]


def test_with_no_role_holder_left_the_office_hears(loaded: Engine, settings: Settings) -> None:
    with transaction(loaded) as session:
        for role in session.execute(select(Role)).scalars():
            role.held_to = MON_17_JUNE - timedelta(days=1)
            session.add(role)
    mail = on(loaded, settings, TUE_18_JUNE)
    assert {to.split("@")[0] for to, _ in mail.kept} == {MAU}


def test_leave_is_in_the_trail(loaded: Engine) -> None:
    on_leave(loaded, MAU, MON_17_JUNE, date(2024, 6, 21), GIA_DINH)
    with Session(loaded) as session:
        entry = session.execute(select(AuditEntry).where(col(AuditEntry.action) == Action.LEAVE_RECORDED)).scalar_one()
    assert (entry.subject, entry.detail["substitute"]) == (MAU, GIA_DINH)
