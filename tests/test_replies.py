"""What people answer: seen, late, more time, handed over, not mine; and what a second person decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from office import MON_17_JUNE, PLANS, KeptMail
from sqlalchemy import Engine, select
from sqlmodel import Session, col
from test_people import CHAIR, GIA_DINH, HOA, MAU, on, on_leave, text_for, through, told

from models.acts import ActRefused
from models.approvals import decide_owner, decide_time, send_back, waiting_replies
from models.audit import verify
from models.audit_actions import Action, sentence
from models.events import Happening, record_event
from models.mailed_results import done_by, hand_in_by
from models.record_tables import AuditEntry
from models.replies import acknowledge, ask_more_time, explain_lateness, hand_over, say_not_mine
from models.reply_tables import Reply
from models.reports import Shelves, Submission
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, Person
from rules.vietnamese import local_day, morning_of

CODE = "nhu-quynh-2024."
B02 = f"{CODE}B02.2024-H1"  # due Tuesday 02/7/2024; the law gives no more time
B02_PART = f"{CODE}B02.2024-H1-sl-cong-chuc"
TUE_18_JUNE, TUE_2_JULY = date(2024, 6, 18), date(2024, 7, 2)
SCHOOLS = f"{CODE}P7b.2.2024-H1"  # due Friday 28/6/2024: the schools, and a deputy chair who leads
LUONG, KIEU = "luong-thi-bai-mau", "kieu-van-kiem-thu"
DANG, TRAN, NGO = "dang-van-so-do", "tran-thi-vi-du", "ngo-thi-tuong-trung"
Act = Callable[[Session, Person, datetime], Reply]


def act(engine: Engine, person: str, day: date, doing: Act) -> int:
    """Let a person act on a day; the number of the reply."""
    with transaction(engine) as session:
        who = session.execute(select(Person).where(col(Person.code) == person)).scalar_one()
        return doing(session, who, morning_of(day).replace(hour=9)).id or 0


def person(session: Session, code: str) -> Person:
    return session.execute(select(Person).where(col(Person.code) == code)).scalar_one()


def obligation(engine: Engine, code: str) -> Obligation:
    with Session(engine) as session:
        return session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar_one()


def said(engine: Engine, code: str) -> list[str]:
    """The trail of an obligation as sentences, without what the system itself did."""
    query = select(AuditEntry).where(col(AuditEntry.subject) == code, col(AuditEntry.actor) != "dunghan")
    with Session(engine) as session:
        return [sentence(e.action, e.detail) for e in session.execute(query.order_by(col(AuditEntry.seq))).scalars()]


def asks_for(day: date, code: str = B02) -> Act:
    return lambda session, who, now: ask_more_time(session, code, who, day, "chờ số liệu của trường", now)


def grants(number: int, document: str = "") -> Act:
    return lambda session, who, now: decide_time(session, number, who, True, "đồng ý", now, document)


def refuses(number: int) -> Act:
    return lambda session, who, now: decide_time(session, number, who, False, "không có lý do chính đáng", now)


# Seen


def test_who_said_they_have_seen_it_is_not_reminded_before_its_day(loaded: Engine, settings: Settings) -> None:
    through(loaded, settings, MON_17_JUNE, TUE_18_JUNE)
    act(loaded, MAU, TUE_18_JUNE, lambda s, who, now: acknowledge(s, B02, who, now))
    through(loaded, settings, date(2024, 6, 19), date(2024, 7, 3))
    rungs = {rung: set(told(loaded, B02, rung)) for rung in ("-10", "-5", "-2", "0", "+1")}
    assert [rung for rung, people in rungs.items() if MAU in people] == ["-10", "0"]
    assert rungs["+1"] == {HOA}  # the head of the unit: quieting is nobody's way out
    assert said(loaded, B02) == ["le-thi-mau xác nhận đã nhận việc."]


def test_seen_twice_is_said_to_be_known(loaded: Engine) -> None:
    act(loaded, MAU, TUE_18_JUNE, lambda s, who, now: acknowledge(s, B02, who, now))
    with pytest.raises(ActRefused, match="đã xác nhận nhận việc này rồi"):
        act(loaded, MAU, TUE_18_JUNE, lambda s, who, now: acknowledge(s, B02, who, now))


def test_somebody_without_a_part_in_it_may_say_nothing(loaded: Engine) -> None:
    with pytest.raises(ActRefused, match="người khác phụ trách"):
        act(loaded, "ho-thi-phat-thu", TUE_18_JUNE, lambda s, who, now: acknowledge(s, B02, who, now))


# More time


def test_more_time_the_law_does_not_give_moves_the_reminders_and_never_the_due_day(
    loaded: Engine, settings: Settings
) -> None:
    through(loaded, settings, MON_17_JUNE, date(2024, 7, 1))
    number = act(loaded, MAU, date(2024, 7, 1), asks_for(date(2024, 7, 10)))
    chair = text_for(on(loaded, settings, TUE_2_JULY), CHAIR)
    assert "Cần đồng chí quyết định: Lê Thị Mẫu xin thêm đến 10/07/2024" in chair
    act(loaded, CHAIR, TUE_2_JULY, grants(number))
    row = obligation(loaded, B02)
    assert (row.legal, row.target, row.agreed_on) == (TUE_2_JULY, TUE_2_JULY, date(2024, 7, 10))
    mail = through(loaded, settings, date(2024, 7, 3), date(2024, 7, 9))
    assert "đồng ý thêm thời gian đến 10/07/2024" in text_for(mail, MAU)
    assert told(loaded, B02, "+1") == {}
    assert MAU in told(loaded, B02, "-2~1")  # Monday 08/7: two working days before the agreed day
    through(loaded, settings, date(2024, 7, 10), date(2024, 7, 15))
    assert MAU in told(loaded, B02, "0~1")
    assert HOA in told(loaded, B02, "+1~1")
    assert CHAIR in told(loaded, B02, "+3~1")


def test_time_the_law_gives_needs_a_decision_number_and_moves_the_due_day(loaded: Engine) -> None:
    """Complaint accepted on Monday 17/6/2024: 30 days, complex up to 45 (Luật Khiếu nại Điều 28)."""
    with transaction(loaded) as session:
        fact = Happening("thu-ly-khieu-nai", MON_17_JUNE, "Đơn 5")
        codes = [row.code for row in record_event(session, fact, morning_of(MON_17_JUNE), "văn phòng")]
    code = next(code for code in codes if obligation(loaded, code).extension)
    before = obligation(loaded, code)
    asker = doers(loaded, code)[0]
    number = act(loaded, asker, TUE_18_JUNE, asks_for(before.nominal + timedelta(days=10), code))
    with pytest.raises(ActRefused, match="quyết định gia hạn"):
        act(loaded, CHAIR, TUE_18_JUNE, grants(number))
    act(loaded, CHAIR, TUE_18_JUNE, grants(number, "15/QĐ-UBND"))
    after = obligation(loaded, code)
    assert after.nominal == before.nominal + timedelta(days=10)
    assert (after.extended_days, after.agreed_on) == (10, None)
    assert after.moves[-1]["legal_from"] == before.legal.isoformat()


def doers(engine: Engine, code: str) -> list[str]:
    from models.people import roster_on
    from models.tables import Authority, PlanTask
    from rules.reminders import DatedRung

    with Session(engine) as session:
        row = session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar_one()
        task = session.get_one(PlanTask, row.plan_task_id)
        roster = roster_on(session, session.execute(select(Authority)).scalar_one(), MON_17_JUNE)
        people = roster.recipients(row, task, DatedRung(0, MON_17_JUNE, ("implementing", "lead")))
        return sorted(roster.codes[one] for one in people)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2024, 7, 2), "phải sau hôm nay và sau ngày hiện nay 02/07/2024"),
        (date(2024, 6, 1), "phải sau hôm nay"),
        (date(2025, 8, 1), "xa quá một năm"),
    ],
)
def test_a_day_that_cannot_be_asked_for_is_refused(loaded: Engine, day: date, why: str) -> None:
    with pytest.raises(ActRefused, match=why):
        act(loaded, MAU, TUE_18_JUNE, asks_for(day))


def test_nobody_decides_on_what_they_asked_for_themselves(loaded: Engine) -> None:
    number = act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 10)))
    with pytest.raises(ActRefused, match="người thứ hai"):
        act(loaded, MAU, TUE_18_JUNE, grants(number))


def test_only_who_may_decide_decides(loaded: Engine) -> None:
    number = act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 10)))
    with pytest.raises(ActRefused, match="không phải người quyết định"):
        act(loaded, DANG, TUE_18_JUNE, grants(number))


def test_who_stands_in_for_the_chair_decides(loaded: Engine) -> None:
    number = act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 10)))
    on_leave(loaded, CHAIR, MON_17_JUNE, date(2024, 6, 21), HOA)
    act(loaded, HOA, TUE_18_JUNE, grants(number))
    assert obligation(loaded, B02).agreed_on == date(2024, 7, 10)


def test_decided_once_is_decided(loaded: Engine) -> None:
    number = act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 10)))
    act(loaded, CHAIR, TUE_18_JUNE, refuses(number))
    assert obligation(loaded, B02).agreed_on is None
    with pytest.raises(ActRefused, match="đã được quyết định ngày 18/06/2024"):
        act(loaded, CHAIR, TUE_18_JUNE, grants(number))


def test_one_question_at_a_time(loaded: Engine) -> None:
    act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 10)))
    with pytest.raises(ActRefused, match="đang chờ quyết định"):
        act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 12)))


# Whose work it is


def test_work_handed_over_is_asked_of_the_colleague(loaded: Engine, settings: Settings) -> None:
    through(loaded, settings, MON_17_JUNE, TUE_18_JUNE)
    act(loaded, MAU, TUE_18_JUNE, lambda s, who, now: hand_over(s, B02, who, GIA_DINH, "bận đợt kiểm tra", now))
    mail = on(loaded, settings, date(2024, 6, 19))
    assert "do Lê Thị Mẫu chuyển cho đồng chí" in text_for(mail, GIA_DINH)
    through(loaded, settings, date(2024, 6, 20), TUE_2_JULY)
    assert MAU not in told(loaded, B02, "-5")
    assert GIA_DINH in told(loaded, B02, "-5")
    with pytest.raises(ActRefused, match="đã chuyển cho Nguyễn Văn Giả Định"):
        act(loaded, MAU, TUE_2_JULY, lambda s, who, now: acknowledge(s, B02, who, now))


def test_work_is_handed_only_to_a_colleague_of_its_units(loaded: Engine) -> None:
    with pytest.raises(ActRefused, match="trong đơn vị được giao"):
        act(loaded, MAU, TUE_18_JUNE, lambda s, who, now: hand_over(s, B02, who, "mai-van-tham-khao", "bận", now))


def test_handed_back_is_with_the_first_again(loaded: Engine, settings: Settings) -> None:
    act(loaded, MAU, TUE_18_JUNE, lambda s, who, now: hand_over(s, B02, who, GIA_DINH, "bận", now))
    act(loaded, GIA_DINH, TUE_18_JUNE, lambda s, who, now: hand_over(s, B02, who, MAU, "đã xong việc kia", now))
    through(loaded, settings, TUE_18_JUNE, date(2024, 6, 25))
    assert MAU in told(loaded, B02, "-5")
    assert GIA_DINH not in told(loaded, B02, "-5")


def test_not_mine_is_decided_by_a_second_person_who_names_whose_it_is(loaded: Engine, settings: Settings) -> None:
    def not_mine(session: Session, who: Person, now: datetime) -> Reply:
        return say_not_mine(session, SCHOOLS, who, "trường không có bộ phận này", now)

    number = act(loaded, LUONG, TUE_18_JUNE, not_mine)
    mail = on(loaded, settings, date(2024, 6, 19))
    assert "Lương Thị Bài Mẫu báo việc này không phải của mình" in text_for(mail, MAU)

    def gives(session: Session, who: Person, now: datetime) -> Reply:
        return decide_owner(session, number, who, True, "đúng", now, person(session, KIEU))

    act(loaded, MAU, date(2024, 6, 19), gives)
    mail = on(loaded, settings, date(2024, 6, 20))
    assert "được giao cho đồng chí thay Lương Thị Bài Mẫu" in text_for(mail, KIEU)
    through(loaded, settings, date(2024, 6, 21), date(2024, 6, 28))
    assert set(told(loaded, SCHOOLS, "0")) == {KIEU, "do-van-thi-du"}


# Late, done, sent back


def test_the_reason_of_lateness_is_kept_and_its_day_stays(loaded: Engine) -> None:
    act(loaded, MAU, date(2024, 7, 3), lambda s, who, now: explain_lateness(s, B02, who, "mất điện", now))
    assert obligation(loaded, B02).legal == TUE_2_JULY
    assert said(loaded, B02) == ["le-thi-mau báo lý do chậm: mất điện"]


def test_done_from_a_mail_is_confirmed_to_who_said_it_and_its_days_are_kept_apart(
    loaded: Engine, settings: Settings
) -> None:
    through(loaded, settings, MON_17_JUNE, date(2024, 6, 27))
    with transaction(loaded) as session:
        now = morning_of(date(2024, 6, 27)).replace(hour=9)
        done_by(session, B02_PART, person(session, TRAN), date(2024, 6, 26), "Công văn 9", now)
    row = obligation(loaded, B02_PART)
    assert (row.done_on, local_day(row.closed_at or now)) == (date(2024, 6, 26), date(2024, 6, 27))
    text = text_for(on(loaded, settings, date(2024, 6, 28)), TRAN)
    assert "Đã ghi nhận đồng chí báo hoàn thành ngày 26/06/2024 (ghi lúc 09:30 27/06/2024): Công văn 9" in text


def test_a_leader_sends_a_result_back_and_those_who_do_the_work_hear(loaded: Engine, settings: Settings) -> None:
    with transaction(loaded) as session:
        done_by(session, B02_PART, person(session, TRAN), TUE_18_JUNE, "CV 9", morning_of(TUE_18_JUNE))
    with pytest.raises(ActRefused, match="Chỉ lãnh đạo"), transaction(loaded) as session:
        send_back(session, B02_PART, person(session, DANG), "thiếu bảng", morning_of(TUE_18_JUNE))
    with transaction(loaded) as session:
        send_back(session, B02_PART, person(session, CHAIR), "thiếu bảng số liệu", morning_of(TUE_18_JUNE))
    assert obligation(loaded, B02_PART).status == "dang-theo-doi"
    assert "thiếu bảng số liệu. Xin bổ sung rồi báo lại." in text_for(on(loaded, settings, date(2024, 6, 19)), TRAN)


def test_who_reported_it_does_not_send_it_back(loaded: Engine) -> None:
    with transaction(loaded) as session:
        done_by(session, B02_PART, person(session, CHAIR), TUE_18_JUNE, "CV 9", morning_of(TUE_18_JUNE))
    with pytest.raises(ActRefused, match="người khác xem lại"), transaction(loaded) as session:
        send_back(session, B02_PART, person(session, CHAIR), "sai", morning_of(TUE_18_JUNE))


def test_a_report_is_handed_in_from_a_mail(loaded: Engine, settings: Settings) -> None:
    through(loaded, settings, date(2024, 6, 28), date(2024, 7, 1))
    shelves = Shelves(PLANS / "mau", settings.files_dir)
    with transaction(loaded) as session:
        sent = Submission("55/BC-UBND", date(2024, 7, 1), "UBND huyện Văn Lâm")
        hand_in_by(session, B02, person(session, MAU), sent, morning_of(date(2024, 7, 1)).replace(hour=9), shelves)
    assert obligation(loaded, B02).status == "hoan-thanh"


def test_everything_answered_is_in_a_chain_that_holds(loaded: Engine, settings: Settings) -> None:
    number = act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 10)))
    act(loaded, CHAIR, TUE_18_JUNE, grants(number))
    act(loaded, MAU, TUE_18_JUNE, lambda s, who, now: hand_over(s, B02, who, GIA_DINH, "bận", now))
    on(loaded, settings, date(2024, 6, 19), mail=KeptMail())
    with Session(loaded) as session:
        _, broken = verify(session, 1)
        actions = set(session.execute(select(AuditEntry.action)).scalars())  # type: ignore[call-overload]
    assert broken is None
    assert {Action.TIME_ASKED, Action.TIME_AGREED, Action.HANDED_OVER} <= actions


# What reviewers found


def test_who_stands_in_hands_over_what_they_do_for_somebody_else(loaded: Engine, settings: Settings) -> None:
    on_leave(loaded, TRAN, MON_17_JUNE, date(2024, 6, 28), DANG)
    act(loaded, DANG, TUE_18_JUNE, lambda s, who, now: hand_over(s, B02_PART, who, NGO, "đi cơ sở", now))
    through(loaded, settings, date(2024, 6, 20), date(2024, 6, 20))
    assert NGO in told(loaded, B02_PART, "-5")
    assert DANG not in told(loaded, B02_PART, "-5")


def test_a_head_hands_over_nothing_they_do_not_do(loaded: Engine) -> None:
    with pytest.raises(ActRefused, match="Chỉ người đang được giao làm"):
        act(loaded, CHAIR, TUE_18_JUNE, lambda s, who, now: hand_over(s, B02, who, MAU, "bận", now))


def test_what_was_decided_last_holds_also_when_it_was_asked_first(loaded: Engine, settings: Settings) -> None:
    def asks(session: Session, who: Person, now: datetime) -> Reply:
        return say_not_mine(session, SCHOOLS, who, "trường không có bộ phận này", now)

    number = act(loaded, LUONG, MON_17_JUNE, asks)
    act(loaded, LUONG, TUE_18_JUNE, lambda s, who, now: hand_over(s, SCHOOLS, who, "do-van-thi-du", "bận", now))

    def gives(session: Session, who: Person, now: datetime) -> Reply:
        return decide_owner(session, number, who, True, "đúng", now, person(session, KIEU))

    act(loaded, MAU, date(2024, 6, 19), gives)
    act(loaded, KIEU, date(2024, 6, 19), lambda s, who, now: acknowledge(s, SCHOOLS, who, now))


def test_time_until_a_day_that_has_passed_is_not_granted_any_more(loaded: Engine) -> None:
    number = act(loaded, MAU, TUE_18_JUNE, asks_for(date(2024, 7, 5)))
    with pytest.raises(ActRefused, match="Ngày đề nghị 05/07/2024 đã qua"):
        act(loaded, CHAIR, date(2024, 7, 9), grants(number))


def test_what_was_asked_about_closed_work_waits_for_nobody(loaded: Engine, settings: Settings) -> None:
    act(loaded, TRAN, TUE_18_JUNE, asks_for(date(2024, 7, 5), B02_PART))
    with transaction(loaded) as session:
        assert len(waiting_replies(session, 1)) == 1
        done_by(session, B02_PART, person(session, TRAN), TUE_18_JUNE, "CV 9", morning_of(TUE_18_JUNE))
        assert waiting_replies(session, 1) == []
    assert "không cần quyết định nữa" in text_for(on(loaded, settings, date(2024, 6, 19)), CHAIR)


def test_what_is_not_late_needs_no_reason(loaded: Engine) -> None:
    with pytest.raises(ActRefused, match="chưa chậm"):
        act(loaded, MAU, TUE_2_JULY, lambda s, who, now: explain_lateness(s, B02, who, "mất điện", now))


def test_one_who_leads_and_does_the_work_gets_the_button_to_report_it(loaded: Engine, settings: Settings) -> None:
    assert "/tra-loi/" in text_for(on(loaded, settings, TUE_18_JUNE), "do-van-thi-du")
