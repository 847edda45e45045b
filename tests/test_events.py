"""Events and what hangs on them: told apart, corrected, withdrawn, extended, and the day they name themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models.actions import extend_obligation, report_done, return_evidence
from models.acts import ActRefused
from models.audit import verify
from models.events import Happening, correct_event, record_event, withdraw_event
from models.obligations import OPEN
from models.record_tables import AuditEntry, Letter
from models.store import transaction
from models.tables import Event, Obligation
from rules.law.terms import NoTermInForce
from rules.vietnamese import morning_of

MON_17_JUNE, TUE_18_JUNE, WED_19_JUNE = date(2024, 6, 17), date(2024, 6, 18), date(2024, 6, 19)
NOW = morning_of(WED_19_JUNE)
COMPLAINT = "thu-ly-khieu-nai"


def record(engine: Engine, code: str, day: date, now: Any = NOW, **more: Any) -> list[Obligation]:
    with transaction(engine) as session:
        return record_event(session, Happening(code, day, more.pop("document", "VB 1"), **more), now)


def rows(engine: Engine, status: str = OPEN) -> dict[str, Obligation]:
    with Session(engine) as session:
        found = session.execute(select(Obligation).where(col(Obligation.status) == status)).scalars()
        return {row.period_key: row for row in found if row.event_id}


def count(engine: Engine, table: type[Any]) -> int:
    with Session(engine) as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


# Told apart


def test_two_complaints_of_one_day_are_two_cases(loaded: Engine) -> None:
    first = record(loaded, COMPLAINT, TUE_18_JUNE, case="Đơn số 12/2024")
    second = record(loaded, COMPLAINT, TUE_18_JUNE, case="Đơn số 13/2024")
    assert [row.period_key for row in (*first, *second)] == [
        "thu-ly-khieu-nai-2024-06-18-don-so-12-2024-t3",
        "thu-ly-khieu-nai-2024-06-18-don-so-13-2024-t3",
    ]
    assert record(loaded, COMPLAINT, TUE_18_JUNE, case="đơn số 12/2024") == []
    assert first[0].period_name == "Đơn số 12/2024, ngày 18/06/2024"


def test_an_event_may_lie_ahead_only_when_something_is_counted_back_from_it(loaded: Engine) -> None:
    assert record(loaded, "hoi-nghi-doi-thoai", date(2024, 7, 10))
    with pytest.raises(ActRefused, match="sau hôm nay 19/06/2024; chỉ ghi khi đã xảy ra"):
        record(loaded, COMPLAINT, date(2024, 6, 20))
    assert count(loaded, Event) == 3  # two of the plan's own


def test_an_election_called_opens_its_milestones_backwards(loaded: Engine) -> None:
    opened = record(loaded, "ngay-bau-cu", date(2024, 11, 24))
    days = {row.title: (row.nominal, row.target) for row in opened}
    assert days == {  # Sunday 24/11/2024; a day off is never waited for, the working day before it is told
        "Thành lập Ủy ban bầu cử thị trấn": (date(2024, 8, 11), date(2024, 8, 9)),
        "Thành lập Ban bầu cử đại biểu HĐND thị trấn": (date(2024, 9, 15), date(2024, 9, 13)),
        "Thành lập Tổ bầu cử đại biểu": (date(2024, 10, 12), date(2024, 10, 11)),
        "Niêm yết danh sách cử tri": (date(2024, 10, 15), date(2024, 10, 15)),
        "Niêm yết danh sách người ứng cử": (date(2024, 11, 8), date(2024, 11, 8)),
    }


# The day a document names


def test_a_finding_without_a_day_of_its_own_is_an_internal_checkpoint(loaded: Engine) -> None:
    (row,) = record(loaded, "ket-luan-kiem-tra", TUE_18_JUNE, words="Sổ tiếp dân thiếu chữ ký")
    assert row.internal
    assert row.target == date(2024, 7, 2)  # ten working days


def test_two_findings_of_one_conclusion_have_a_day_each(loaded: Engine) -> None:
    for case, due in (("1", date(2024, 7, 5)), ("2", date(2024, 8, 1))):
        (row,) = record(loaded, "ket-luan-kiem-tra", TUE_18_JUNE, case=case, due=due, words=f"kiến nghị {case}")
        assert (row.legal, row.internal) == (due, False)


def test_a_second_promise_of_one_day_is_not_lost(loaded: Engine) -> None:
    promise = {"document": "BB 2", "due": date(2024, 7, 5)}
    record(loaded, "loi-hua-hoi-nghi", TUE_18_JUNE, words="lắp đèn", **promise)
    assert record(loaded, "loi-hua-hoi-nghi", TUE_18_JUNE, words="lắp đèn", **promise) == []
    with pytest.raises(ActRefused, match=r"cùng ngày với nội dung khác .«lắp đèn».*để phân biệt"):
        record(loaded, "loi-hua-hoi-nghi", TUE_18_JUNE, words="khơi cống", **promise)


def test_a_notice_already_late_for_a_meeting_ahead_is_asked_for_at_once(loaded: Engine) -> None:
    notice, *_ = record(loaded, "hoi-nghi-doi-thoai", date(2024, 6, 21))
    assert (notice.target, notice.status) == (date(2024, 6, 14), OPEN)  # before tracking began on Monday 17/6
    assert notice.next_wakeup_at
    assert notice.next_wakeup_at <= NOW


def test_a_document_does_not_set_a_day_before_itself(loaded: Engine) -> None:
    with pytest.raises(ActRefused, match=r"Hạn trong văn bản 01/06/2024 đứng trước ngày sự kiện 18/06/2024"):
        record(loaded, "ket-luan-kiem-tra", TUE_18_JUNE, due=date(2024, 6, 1))


def test_a_person_nobody_knows_is_refused_and_nothing_is_kept(loaded: Engine) -> None:
    before = count(loaded, Event)
    with pytest.raises(ActRefused, match="Không có người «ai-do»"):
        record(loaded, "loi-hua-hoi-nghi", TUE_18_JUNE, words="x", due=date(2024, 7, 5), person="ai-do")
    assert count(loaded, Event) == before


# Dialogue on request


def test_a_dialogue_on_request_counts_only_under_the_law_that_grants_it(loaded: Engine) -> None:
    with pytest.raises(NoTermInForce, match="Không có quy định nào còn hiệu lực"), transaction(loaded) as session:
        record_event(session, Happening("yeu-cau-doi-thoai", TUE_18_JUNE, "Đơn của 12% cử tri"), NOW)
    tue_1_july_2025 = date(2025, 7, 1)
    (row,) = record(loaded, "yeu-cau-doi-thoai", tue_1_july_2025, morning_of(tue_1_july_2025))
    assert (row.title, row.target, row.internal) == ("Đối thoại theo yêu cầu của cử tri", date(2025, 7, 31), True)
    assert any("72/2025/QH15" in ground["instrument"] for ground in row.receipt["basis"])


# Corrected and withdrawn


def test_a_corrected_day_moves_what_is_open_and_leaves_what_is_done(loaded: Engine) -> None:
    record(loaded, "thu-ly-to-cao", TUE_18_JUNE, case="TC 1")
    done, still = (f"nhu-quynh-2024.P4b.2.thu-ly-to-cao-2024-06-18-tc-1-t{n}" for n in (6, 7))
    with transaction(loaded) as session:
        report_done(session, done, "Tư pháp", WED_19_JUNE, "TB 1", NOW)
        moves = correct_event(session, "thu-ly-to-cao-2024-06-18-tc-1", MON_17_JUNE, "nhầm ngày", "", NOW)
    assert [move.code for move in moves] == [still]
    assert "sửa ngày sự kiện «Quyết định thụ lý tố cáo» từ 18/06/2024 sang 17/06/2024" in moves[0].reason or moves
    with Session(loaded) as session:
        kept = session.execute(select(Obligation).where(col(Obligation.code) == done)).scalar_one()
        assert (kept.status, kept.nominal) == ("hoan-thanh", date(2024, 6, 25))
        assert verify(session, 1)[1] is None


@given(first=st.integers(0, 200), second=st.integers(0, 200))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_correcting_an_event_gives_what_recording_it_rightly_gives(loaded: Engine, first: int, second: int) -> None:
    """For any two days of 2024: record the first and correct it, or record the second: the same open days."""
    wrong, right = (date(2024, 4, 1) + timedelta(days=n) for n in (first, second))
    now = morning_of(date(2024, 12, 2))
    with Session(loaded) as session:  # rolled back
        record_event(session, Happening("thu-ly-to-cao", wrong, "QĐ 1", case="A"), now)
        if wrong != right:
            correct_event(session, f"thu-ly-to-cao-{wrong}-a", right, "nhầm", "", now)
        record_event(session, Happening("thu-ly-to-cao", right, "QĐ 2", case="B"), now)
        found = session.execute(select(Obligation).where(col(Obligation.event_id).is_not(None))).scalars().all()
        mended = {row.title: (row.nominal, row.legal, row.target) for row in found if "-a-" in row.period_key}
        fresh = {row.title: (row.nominal, row.legal, row.target) for row in found if "-b-" in row.period_key}
        statuses = {row.status for row in found if "-b-" in row.period_key}
        session.rollback()
    if statuses == {OPEN}:  # an open obligation never goes back to «before tracking»
        assert mended == fresh


def test_a_withdrawn_event_takes_back_what_is_open_and_may_be_recorded_again(loaded: Engine) -> None:
    (row,) = record(loaded, COMPLAINT, TUE_18_JUNE)
    with transaction(loaded) as session:
        (move,) = withdraw_event(session, "thu-ly-khieu-nai-2024-06-18", "không thuộc thẩm quyền", NOW)
    assert (move.code, move.after, move.reason) == (row.code, None, "không thuộc thẩm quyền")
    assert rows(loaded) == {}
    (again,) = record(loaded, COMPLAINT, TUE_18_JUNE)
    assert again.code == f"{row.code.removesuffix('-t3')}-lai2-t3"


def test_those_who_knew_the_day_hear_that_it_moved(loaded: Engine) -> None:
    record(loaded, "hoi-nghi-doi-thoai", date(2024, 7, 10))
    with transaction(loaded) as session:
        correct_event(session, "hoi-nghi-doi-thoai-2024-07-10", date(2024, 7, 17), "Chủ tịch đi họp tỉnh", "", NOW)
    with Session(loaded) as session:
        rungs = set(session.execute(select(col(Letter.rung))).scalars())
    assert rungs == {
        "chuyen-han:việc sửa ngày sự kiện «Ngày hội nghị trao đổi, đối thoại với Nhân dân» "
        "từ 10/07/2024 sang 17/07/2024"
    }


@pytest.mark.parametrize(
    ("key", "day", "reason", "said"),
    [
        ("thu-ly-khieu-nai-2024-06-18", TUE_18_JUNE, "x", "không có gì để sửa"),
        ("thu-ly-khieu-nai-2024-06-18", MON_17_JUNE, "  ", "Cần ghi lý do"),
        ("khong-co", MON_17_JUNE, "x", "Không có sự kiện «khong-co»"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    loaded: Engine, key: str, day: date, reason: str, said: str
) -> None:
    record(loaded, COMPLAINT, TUE_18_JUNE)
    before = count(loaded, AuditEntry)
    with pytest.raises(ActRefused, match=said), transaction(loaded) as session:
        correct_event(session, key, day, reason, "", NOW)
    assert count(loaded, AuditEntry) == before


# More time, and work sent back


def extend(engine: Engine, code: str, now: Any = NOW, days: int | None = None) -> Obligation:
    with transaction(engine) as session:
        extend_obligation(session, code, "Chủ tịch", "phức tạp", "QĐ 9", now, days, asked_by="Địa chính")
        return session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar_one()


def test_a_complaint_gets_45_days_in_all_and_no_more(loaded: Engine) -> None:
    (row,) = record(loaded, COMPLAINT, TUE_18_JUNE)
    assert row.nominal == date(2024, 7, 18)
    longer = extend(loaded, row.code)
    assert (longer.nominal, longer.extended_days) == (date(2024, 8, 2), 15)
    with pytest.raises(ActRefused, match="Đã gia hạn hết mức 45 ngày"):
        extend(loaded, row.code)


def test_a_denunciation_is_extended_twice_by_30_days(loaded: Engine) -> None:
    *_, row = record(loaded, "thu-ly-to-cao", TUE_18_JUNE)
    assert extend(loaded, row.code).nominal == date(2024, 8, 17)
    with pytest.raises(ActRefused, match="chỉ cho gia hạn thêm từ 01 đến 30 ngày; đọc được 31"):
        extend(loaded, row.code, days=31)
    assert extend(loaded, row.code).legal == date(2024, 9, 16)
    with pytest.raises(ActRefused, match="Đã gia hạn hết mức"):
        extend(loaded, row.code)


def test_what_is_late_or_has_no_such_law_is_not_extended(loaded: Engine) -> None:
    (row,) = record(loaded, COMPLAINT, TUE_18_JUNE)
    with pytest.raises(ActRefused, match=r"Đã quá hạn 18/07/2024; gia hạn phải quyết định trước"):
        extend(loaded, row.code, morning_of(date(2024, 7, 19)))
    with pytest.raises(ActRefused, match="Không có quy định nào cho gia hạn"):
        extend(loaded, "nhu-quynh-2024.B02.2024-H1")


def test_an_extension_outlives_a_corrected_event(loaded: Engine) -> None:
    (row,) = record(loaded, COMPLAINT, TUE_18_JUNE)
    extend(loaded, row.code)
    with transaction(loaded) as session:
        correct_event(session, "thu-ly-khieu-nai-2024-06-18", WED_19_JUNE, "nhầm ngày", "", NOW)
    with Session(loaded) as session:
        moved = session.execute(select(Obligation).where(col(Obligation.code) == row.code)).scalar_one()
    assert moved.nominal == date(2024, 8, 3)  # Saturday: 30 and 15 days after Wednesday 19/6
    assert [move["to"] for move in moved.moves] == ["2024-08-02", "2024-08-05"]


def test_what_is_returned_is_open_again_and_says_why(loaded: Engine) -> None:
    (row,) = record(loaded, COMPLAINT, TUE_18_JUNE)
    with transaction(loaded) as session:
        report_done(session, row.code, "Tư pháp", WED_19_JUNE, "QĐ 5", NOW)
        again = return_evidence(session, row.code, "Chủ tịch", "chưa có chữ ký", NOW)
        assert (again.status, again.done_on, again.legal) == (OPEN, None, row.legal)
        assert again.next_wakeup_at
        assert [found["text"] for found in again.findings] == ["Bị trả lại ngày 19/06/2024: chưa có chữ ký"]
        with pytest.raises(ActRefused, match="không có gì để trả lại"):
            return_evidence(session, row.code, "Chủ tịch", "x", NOW)


def test_a_standing_task_asks_in_one_line_what_was_done(loaded: Engine) -> None:
    code = "nhu-quynh-2024.P4c.2024-Q2"
    with pytest.raises(ActRefused, match="ghi một dòng đã làm được gì"), transaction(loaded) as session:
        report_done(session, code, "Tư pháp", WED_19_JUNE, "BC 5", NOW)
    with transaction(loaded) as session:
        row = report_done(session, code, "Tư pháp", WED_19_JUNE, "BC 5", NOW, summary="trợ giúp 12 lượt")
        assert row.evidence
        assert row.evidence["summary"] == "trợ giúp 12 lượt"
