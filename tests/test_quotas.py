"""Quotas: how often against how often, and each person of a list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import PLANS, load
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.actions import report_done, return_evidence
from models.acts import ActRefused
from models.calendar_file import read_notices
from models.events import Happening, record_event
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.quotas import Coverage, Pace, counts_of, coverage_of, pace_of, record_attendance
from models.record_tables import AuditEntry
from models.store import transaction
from models.tables import Obligation, PlanTask
from rules.vietnamese import morning_of

MON_17_JUNE, WED_19_JUNE, FRI_28_JUNE, MON_1_JULY = (
    date(2024, 6, 17), date(2024, 6, 19), date(2024, 6, 28), date(2024, 7, 1),
)  # fmt: skip
TRAINING = "nhu-quynh-2024.P6.3.2024-L1"
STAFF = ("mc-dang-van-so-do", "mc-kieu-van-kiem-thu", "mc-ngo-thi-tuong-trung", "mc-tran-thi-vi-du")


def pace(engine: Engine, task: str, day: date) -> Pace:
    with Session(engine) as session:
        found = session.execute(select(PlanTask).where(col(PlanTask.code) == task)).scalar_one()
        kept = pace_of(counts_of(session, found), day)
        assert kept
        return kept


def hold(engine: Engine, day: date) -> None:
    """A dialogue with the unions, set and held on `day`."""
    now = morning_of(day) + timedelta(hours=10)
    with transaction(engine) as session:
        record_event(session, Happening("doi-thoai-doan-the", day, "GM 7"), now)
        report_done(session, f"nhu-quynh-2024.P4a.3.doi-thoai-doan-the-{day}-t3", "Văn phòng", day, "BB 7", now)


def reach(engine: Engine, *members: str, day: date = WED_19_JUNE, document: str = "danh sách ký tên") -> Coverage:
    with transaction(engine) as session:
        return record_attendance(session, TRAINING, "Văn phòng", day, document, members, morning_of(WED_19_JUNE))


# How often


def test_two_dialogues_a_year_keep_pace_with_their_half_years(loaded: Engine) -> None:
    assert str(pace(loaded, "P4a.3", MON_17_JUNE)) == "0/2, còn 2 kỳ"
    assert str(pace(loaded, "P4a.3", MON_1_JULY)) == "0/2, còn 1 kỳ"
    assert not pace(loaded, "P4a.3", MON_1_JULY).on_pace
    hold(loaded, WED_19_JUNE)
    after = pace(loaded, "P4a.3", MON_1_JULY)
    assert (str(after), after.on_pace) == ("1/2, còn 1 kỳ", True)


def test_a_dialogue_held_makes_up_the_earliest_count_still_open(loaded: Engine) -> None:
    hold(loaded, WED_19_JUNE)
    hold(loaded, date(2024, 6, 20))
    with Session(loaded) as session:
        rows = session.execute(select(Obligation).where(col(Obligation.counted_by) == "doi-thoai-doan-the")).scalars()
        held = {row.period_key: (row.status, row.done_on, (row.evidence or {}).get("document")) for row in rows}
    assert held == {
        "2024-L1": ("hoan-thanh", WED_19_JUNE, "Tổ chức đối thoại với MTTQ và đoàn thể, BB 7"),
        "2024-L2": ("hoan-thanh", date(2024, 6, 20), "Tổ chức đối thoại với MTTQ và đoàn thể, BB 7"),
    }


def test_a_dialogue_sent_back_is_not_counted_until_it_is_shown_again(loaded: Engine) -> None:
    hold(loaded, WED_19_JUNE)
    code, now = "nhu-quynh-2024.P4a.3.doi-thoai-doan-the-2024-06-19-t3", morning_of(date(2024, 6, 20))
    with transaction(loaded) as session:
        return_evidence(session, code, "Chủ tịch", "thiếu biên bản", now)
    assert pace(loaded, "P4a.3", MON_1_JULY).held == 0
    with transaction(loaded) as session:
        report_done(session, code, "Văn phòng", WED_19_JUNE, "BB 7", now)
    assert pace(loaded, "P4a.3", MON_1_JULY).held == 1


def test_another_dialogue_does_not_count_for_this_one(loaded: Engine) -> None:
    now = morning_of(WED_19_JUNE)
    with transaction(loaded) as session:
        record_event(session, Happening("hoi-nghi-doi-thoai", WED_19_JUNE, "TB 1"), now)
        report_done(
            session, "nhu-quynh-2024.B29.hoi-nghi-doi-thoai-2024-06-19-t3", "Văn phòng", WED_19_JUNE, "BB 1", now
        )
    assert pace(loaded, "B29", MON_1_JULY).held == 1
    assert pace(loaded, "P4a.3", MON_1_JULY).held == 0


def test_receptions_of_the_chair_are_counted_week_by_week(loaded: Engine) -> None:
    """2024 has 52 ISO weeks; those before Monday 17/06 were not tracked."""
    weekly = pace(loaded, "P4b.3", MON_17_JUNE)
    assert (weekly.held, weekly.wanted, weekly.left) == (0, 28, 28)


@given(held=st.integers(0, 60), left=st.integers(0, 60), wanted=st.integers(1, 60))
def test_pace_is_kept_when_every_period_ahead_could_still_make_it(held: int, left: int, wanted: int) -> None:
    missing = wanted - held
    reachable = any(held + more >= wanted for more in range(left + 1))
    assert Pace(held, wanted, left).on_pace == (missing <= left) == reachable


# Who


def test_the_last_one_reached_closes_the_duty(loaded: Engine) -> None:
    first = reach(loaded, *STAFF[:3])
    assert (str(first), [person.code for person in first.people if person.day is None]) == ("3/4 người", [STAFF[3]])
    assert str(reach(loaded, *STAFF[2:])) == "4/4 người"
    with Session(loaded) as session:
        row = session.execute(select(Obligation).where(col(Obligation.code) == TRAINING)).scalar_one()
        trail = select(AuditEntry).where(col(AuditEntry.subject) == TRAINING).order_by(col(AuditEntry.seq))
        counted = [e.detail["people"] for e in session.execute(trail).scalars() if e.action == "ghi-nguoi-du"]
    assert (row.status, row.done_on) == ("hoan-thanh", WED_19_JUNE)
    assert counted == [3, 1]  # one of the second list was counted already


@pytest.mark.parametrize(
    ("members", "more", "said"),
    [
        (("ai-do",), {}, "Không có «ai-do» trong danh sách phải đạt"),
        ((), {}, "Chưa chọn người nào"),
        (STAFF[:1], {"document": " "}, "Cần ghi văn bản chứng minh"),
        (STAFF[:1], {"day": date(2024, 6, 20)}, "ở sau hôm nay"),
    ],
)
def test_a_count_told_wrongly_is_refused(
    loaded: Engine, members: tuple[str, ...], more: dict[str, str], said: str
) -> None:
    with pytest.raises(ActRefused, match=said):
        reach(loaded, *members, **more)  # type: ignore[arg-type]


def test_someone_who_left_the_list_before_the_period_is_not_counted(engine: Engine) -> None:
    load(engine)
    people = read_people(PLANS / "people.yaml")
    staff = people.danh_sach[0]
    gone = staff.model_copy(update={"nguoi": staff.nguoi[1:]})
    shorter = people.model_copy(update={"danh_sach": (gone, *people.danh_sach[1:])})
    plan, notices = read_plan(PLANS / "2024-papi-nhu-quynh.yaml"), read_notices(PLANS / "calendar.yaml")
    with transaction(engine) as session:
        load_plan(session, plan, shorter, notices, morning_of(date(2025, 1, 6)), MON_17_JUNE)
    with Session(engine) as session:
        row = session.execute(select(Obligation).where(col(Obligation.code) == TRAINING)).scalar_one()
        task = session.get_one(PlanTask, row.plan_task_id)
        coverage = coverage_of(session, row, task)
        assert coverage
        assert len(coverage.people) == 4  # in 2024 that person was still there: history stays
        row.starts_on, row.legal = date(2025, 1, 6), date(2025, 12, 31)
        later = coverage_of(session, row, task)
        assert later
        assert len(later.people) == 3
        session.rollback()
