"""Simulated mornings on the real plan: who is told what, once, and what happens when mail fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message

import pytest
from office import KeptMail, load
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from flows.mail import Result
from flows.messages import one_line
from flows.sending import Office
from flows.sweep import Swept, sweep
from models.actions import report_done
from models.acts import ActRefused
from models.audit_actions import Action
from models.events import Happening, record_event
from models.record_tables import AuditEntry, Digest, Letter
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, Person
from rules.vietnamese import morning_of

B02 = "nhu-quynh-2024.B02.2024-H1"
B02_WORDS = "6 tháng đầu năm trước ngày 03/7/2024"
SCHOOLS = "nhu-quynh-2024.P7b.2.2024-H1"  # due Sunday 30/6, told Friday 28/6
MON_17_JUNE, TUE_18_JUNE, WED_19_JUNE = date(2024, 6, 17), date(2024, 6, 18), date(2024, 6, 19)
SAT_22_JUNE = date(2024, 6, 22)


def on(engine: Engine, settings: Settings, mail: KeptMail, day: date, at: datetime | None = None) -> Swept:
    return asyncio.run(sweep(Office(engine, settings, mail), at or morning_of(day)))


def through(engine: Engine, settings: Settings, mail: KeptMail, first: date, last: date) -> None:
    for number in range((last - first).days + 1):
        on(engine, settings, mail, first + timedelta(days=number))


def counts(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        tables = (Letter, Digest, AuditEntry, Obligation)
        return {t.__name__: session.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}


def letters_of(engine: Engine, code: str) -> list[tuple[str, str]]:
    query = (
        select(col(Letter.rung), col(Person.code))
        .join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
        .join(Person, col(Person.id) == col(Letter.person_id))
        .where(col(Obligation.code) == code)
        .order_by(col(Letter.id))
    )
    with Session(engine) as session:
        return [(row[0], row[1]) for row in session.execute(query)]


def body(message: Message, subtype: str) -> str:
    part = next(part for part in message.walk() if part.get_content_subtype() == subtype)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def subject(message: Message) -> str:
    return str(make_header(decode_header(message["Subject"])))


def test_each_person_gets_one_mail_on_a_morning(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    on(loaded, settings, mail, MON_17_JUNE)
    assert mail.kept
    assert max(Counter(recipient for recipient, _ in mail.kept).values()) == 1


def test_the_six_month_report_is_first_told_ten_working_days_before(
    loaded: Engine, settings: Settings, mail: KeptMail
) -> None:
    on(loaded, settings, mail, MON_17_JUNE)
    assert letters_of(loaded, B02) == []
    on(loaded, settings, mail, TUE_18_JUNE)
    assert {rung for rung, _ in letters_of(loaded, B02)} == {"-10"}
    told = next(message for _, message in mail.kept[::-1] if B02_WORDS in body(message, "plain"))
    assert "thứ Ba, 02/07/2024 (còn 10 ngày làm việc)" in body(told, "plain")
    assert "trước ngày 03/7/2024" in body(told, "plain")


def test_the_whole_ladder_of_an_unanswered_report(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    through(loaded, settings, mail, MON_17_JUNE, date(2024, 7, 16))
    rungs = list(dict.fromkeys(rung for rung, _ in letters_of(loaded, B02)))
    assert rungs == ["-10", "-5", "-2", "0", "+1", "+3", "+5", "+10"]
    with Session(loaded) as session:
        query = select(Letter).join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
        days = {x.rung: x.claimed_on for x in session.execute(query.where(col(Obligation.code) == B02)).scalars()}
    assert days["-10"] == TUE_18_JUNE
    assert days["0"] == date(2024, 7, 2)  # Tuesday
    assert days["+1"] == date(2024, 7, 3)  # Wednesday
    assert days["+3"] == date(2024, 7, 5)  # Friday
    assert days["+5"] == date(2024, 7, 9)  # Tuesday
    assert days["+10"] == date(2024, 7, 16)  # Tuesday, a week on


def test_at_plus_five_the_chair_gets_a_draft_letter_to_sign(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    through(loaded, settings, mail, MON_17_JUNE, date(2024, 7, 9))
    with Session(loaded) as session:
        chair = session.execute(select(Person).where(col(Person.title).startswith("Chủ tịch UBND"))).scalar_one()
    text = next(body(message, "plain") for to, message in mail.kept[::-1] if to == chair.email)
    assert "Dự thảo nội dung công văn đôn đốc (trình ký)" in text


def test_sweeping_a_morning_twice_changes_nothing(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    on(loaded, settings, mail, MON_17_JUNE)
    before, kept = counts(loaded), len(mail.kept)
    again = on(loaded, settings, mail, MON_17_JUNE)
    assert (again.reached, again.sent) == ((), 0)
    assert (counts(loaded), len(mail.kept)) == (before, kept)


def test_nothing_moves_on_a_day_off_and_monday_tells_it(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    through(loaded, settings, mail, MON_17_JUNE, date(2024, 6, 21))
    before = counts(loaded)
    assert on(loaded, settings, mail, SAT_22_JUNE).reached == ()
    assert counts(loaded) == before


@pytest.mark.parametrize("hour", [0, 5, 17, 23])
def test_no_mail_leaves_outside_office_hours(loaded: Engine, settings: Settings, mail: KeptMail, hour: int) -> None:
    at = morning_of(MON_17_JUNE).replace(hour=hour, minute=29 if hour < 17 else 0)
    on(loaded, settings, mail, MON_17_JUNE, at)
    assert mail.kept == []


def test_a_morning_missed_is_caught_up_in_one_digest_that_says_so(
    loaded: Engine, settings: Settings, mail: KeptMail
) -> None:
    patient = settings.model_copy(update={"hold_after": 30})
    on(loaded, settings, mail, MON_17_JUNE)
    mail.kept.clear()
    on(loaded, patient, mail, date(2024, 6, 28))  # Friday: the engine was down since Monday
    assert max(Counter(recipient for recipient, _ in mail.kept).values()) == 1
    assert {rung for rung, _ in letters_of(loaded, B02)} == {"-10", "-5", "-2"}
    text = next(body(message, "plain") for _, message in mail.kept if B02_WORDS in body(message, "plain"))
    assert "Mốc nhắc gửi muộn: trước 10 ngày làm việc (18/06/2024), trước 5 ngày làm việc (25/06/2024)." in text
    assert text.count("trước ngày 03/7/2024") == 1


def test_thirty_days_down_is_no_storm(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    on(loaded, settings, mail, MON_17_JUNE + timedelta(days=30))
    assert max(Counter(recipient for recipient, _ in mail.kept).values()) == 1


def test_smtp_down_for_a_day_loses_nothing_and_next_morning_is_one_digest(
    loaded: Engine, settings: Settings, mail: KeptMail
) -> None:
    mail.answer = Result("failed", "ConnectionRefusedError")
    swept = on(loaded, settings, mail, MON_17_JUNE)
    assert swept.unsent > 0
    assert on(loaded, settings, mail, MON_17_JUNE, morning_of(MON_17_JUNE).replace(hour=10)).unsent == swept.unsent
    mail.answer = Result("sent", "250 ok")
    on(loaded, settings, mail, TUE_18_JUNE)
    assert max(Counter(recipient for recipient, _ in mail.kept).values()) == 1
    with Session(loaded) as session:
        left = select(func.count()).select_from(Letter).join(Digest, col(Digest.id) == col(Letter.digest_id))
        assert session.execute(left.where(col(Digest.status) != "da-gui")).scalar_one() == 0
        merged = select(AuditEntry).where(col(AuditEntry.action) == Action.DIGEST_MERGED)
        assert len(session.execute(merged).scalars().all()) == swept.unsent


def test_smtp_back_before_noon_sends_the_same_mail_with_the_same_id(
    loaded: Engine, settings: Settings, mail: KeptMail
) -> None:
    mail.answer = Result("failed", "421 later")
    on(loaded, settings, mail, MON_17_JUNE)
    mail.answer = Result("sent", "250 ok")
    swept = on(loaded, settings, mail, MON_17_JUNE, morning_of(MON_17_JUNE).replace(hour=10))
    assert swept.sent == len(mail.kept) > 0
    assert all(message["Message-ID"].startswith("<20240617.") for _, message in mail.kept)


def test_one_refused_address_does_not_hold_up_the_others(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    with Session(loaded) as session:
        gone = session.execute(select(Person).order_by(col(Person.id))).scalars().first()
    assert gone is not None
    mail.answer = lambda to: Result("refused", "550 no such user") if to == gone.email else Result("sent", "250 ok")
    through(loaded, settings, mail, MON_17_JUNE, WED_19_JUNE)
    assert mail.kept
    with Session(loaded) as session:
        statuses = session.execute(select(Digest.status, Digest.person_id)).all()  # type: ignore[call-overload]
    assert {status for status, person in statuses if person == gone.id} <= {"bi-tu-choi"}
    assert {status for status, person in statuses if person != gone.id} == {"da-gui"}


def test_an_unknown_outcome_is_reported_and_never_sent_again(
    loaded: Engine, settings: Settings, mail: KeptMail
) -> None:
    mail.answer = Result("unknown", "connection lost")
    swept = on(loaded, settings, mail, MON_17_JUNE)
    assert swept.unsent > 0
    mail.answer = Result("sent", "250 ok")
    assert on(loaded, settings, mail, MON_17_JUNE, morning_of(MON_17_JUNE).replace(hour=10)).sent == 0
    with Session(loaded) as session:
        statuses = set(session.execute(select(Digest.status)).scalars())  # type: ignore[call-overload]
    assert statuses == {"khong-ro"}


def test_reporting_done_silences_the_rest_of_the_ladder(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    through(loaded, settings, mail, MON_17_JUNE, TUE_18_JUNE)
    told = letters_of(loaded, SCHOOLS)
    with transaction(loaded) as session:
        report_done(session, SCHOOLS, "le-thi-mau", TUE_18_JUNE, "15/BC-UBND", morning_of(WED_19_JUNE))
    through(loaded, settings, mail, WED_19_JUNE, date(2024, 7, 12))
    assert letters_of(loaded, SCHOOLS) == told


def test_done_twice_or_in_the_future_or_without_proof_is_refused(loaded: Engine) -> None:
    now = morning_of(WED_19_JUNE)
    with pytest.raises(ActRefused, match="sau hôm nay"), transaction(loaded) as session:
        report_done(session, SCHOOLS, "le-thi-mau", date(2024, 6, 20), "15/BC-UBND", now)
    with pytest.raises(ActRefused, match="minh chứng"), transaction(loaded) as session:
        report_done(session, SCHOOLS, "le-thi-mau", TUE_18_JUNE, "  ", now)
    with transaction(loaded) as session:
        report_done(session, SCHOOLS, "le-thi-mau", TUE_18_JUNE, "15/BC-UBND", now)
    with pytest.raises(ActRefused, match="không còn ở trạng thái"), transaction(loaded) as session:
        report_done(session, SCHOOLS, "le-thi-mau", TUE_18_JUNE, "15/BC-UBND", now)


def test_an_event_opens_what_it_triggers_once(loaded: Engine) -> None:
    with Session(loaded) as session:
        from models.tables import Plan

        names = session.execute(select(Plan)).scalar_one().event_names
    code = next(name for name in names if "du-toan" in name)
    with transaction(loaded) as session:
        opened = record_event(session, Happening(code, WED_19_JUNE, "NQ 12/NQ-HĐND"), morning_of(WED_19_JUNE))
    assert opened
    assert all(row.event_id for row in opened)
    with transaction(loaded) as session:
        assert record_event(session, Happening(code, WED_19_JUNE, "NQ 12/NQ-HĐND"), morning_of(WED_19_JUNE)) == []
    with pytest.raises(ActRefused, match="Không kế hoạch nào có sự kiện"), transaction(loaded) as session:
        record_event(session, Happening("mua-dong", WED_19_JUNE, "x"), morning_of(WED_19_JUNE))


def test_obligations_due_before_tracking_get_no_letters(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    through(loaded, settings, mail, MON_17_JUNE, date(2024, 6, 21))
    query = select(func.count()).select_from(Letter).join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
    with Session(loaded) as session:
        assert session.execute(query.where(col(Obligation.status) == "truoc-theo-doi")).scalar_one() == 0
        before = select(Obligation).where(col(Obligation.status) == "truoc-theo-doi")
        assert all(row.legal < MON_17_JUNE for row in session.execute(before).scalars())


def test_loading_the_same_plan_again_changes_nothing(loaded: Engine) -> None:
    before = counts(loaded)
    load(loaded, date(2024, 6, 20))
    assert counts(loaded) == before


def test_bodies_that_are_no_subordinates_are_never_urged(loaded: Engine, settings: Settings, mail: KeptMail) -> None:
    from models.tables import Role, Unit

    through(loaded, settings, mail, MON_17_JUNE, date(2024, 7, 31))
    inside = select(col(Role.person_id)).join(Unit, col(Unit.id) == col(Role.unit_id))
    with Session(loaded) as session:
        ours = set(session.execute(inside.where(col(Unit.relation) == "noi-bo")).scalars())
        urged = select(col(Letter.person_id)).where(col(Letter.rung).startswith("+"))
        assert set(session.execute(urged).scalars()) <= ours


def test_the_same_state_whatever_the_zone_of_the_given_moment(
    loaded: Engine, settings: Settings, mail: KeptMail
) -> None:
    on(loaded, settings, mail, MON_17_JUNE, morning_of(MON_17_JUNE).astimezone(UTC))
    with Session(loaded) as session:
        assert set(session.execute(select(Digest.day)).scalars()) == {MON_17_JUNE}  # type: ignore[call-overload]


def test_plain_text_and_html_say_the_same_and_the_subject_names_kind_count_and_date(
    loaded: Engine, settings: Settings, mail: KeptMail
) -> None:
    through(loaded, settings, mail, MON_17_JUNE, TUE_18_JUNE)
    for _, message in mail.kept:
        assert subject(message).startswith(("Nhắc hạn: ", "Đôn đốc: ", "Tình hình đầu tuần: "))
        plain, html = body(message, "plain"), body(message, "html")
        for line in plain.splitlines():
            if line.startswith("   Xem và báo kết quả: "):
                assert line.removeprefix("   Xem và báo kết quả: ") in html


@pytest.mark.parametrize("typed", ["Mai\r\nBcc: x@y.example", "Mai\nX: 1", "Mai\x00\x1b", "  Mai \t Lê "])
def test_nothing_a_person_typed_can_start_a_header(typed: str) -> None:
    assert "\n" not in one_line(typed)
    assert "\r" not in one_line(typed)
    assert one_line("  Mai \t Lê ") == "Mai Lê"
