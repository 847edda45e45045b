"""Disclosures as they are made: the law's list, its channels, how long a posting stays, and what is wrong with it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from office import KeptMail
from sqlalchemy import Engine, func, select
from sqlmodel import Session, col
from test_sweep import body

from flows.sending import Office
from flows.sweep import sweep
from models.acts import ActRefused
from models.calendar_file import NoticeKeys
from models.events import Happening, record_event
from models.family_tables import Evidence, Posting
from models.files import keep_file
from models.notices import record_notices
from models.obligation_page import find_obligation
from models.postings import disclosed_between, keep_on, publish, still_missing, take_down, withdraw_posting
from models.published import Published
from models.settings import Settings
from models.store import transaction
from models.tables import Authority, Obligation
from rules.law.disclosures import item_named
from rules.vietnamese import morning_of

WED_19_JUNE, THU_20_JUNE = date(2024, 6, 19), date(2024, 6, 20)
ESTIMATE = "nhu-quynh-2024.P3c.2.hdnd-quyet-dinh-du-toan-2024-06-19"
POOR = "nhu-quynh-2024.P3b.cong-nhan-ho-ngheo-2024-06-19-t3"
BOARD = {"channel": "bang-tin", "place": "trụ sở UBND"}


def later(day: date) -> datetime:
    return morning_of(day) + timedelta(hours=1)


@pytest.fixture
def office(loaded: Engine) -> Engine:
    """The estimate decided and poor households recognised on Wednesday 19/06/2024."""
    with transaction(loaded) as session:
        for code in ("hdnd-quyet-dinh-du-toan", "cong-nhan-ho-ngheo", "thong-tin-moi"):
            record_event(session, Happening(code, WED_19_JUNE, "NQ 12"), later(WED_19_JUNE))
    return loaded


def post(office: Engine, code: str, item: str, day: date = THU_20_JUNE, **more: Any) -> Posting:
    with transaction(office) as session:
        return publish(session, code, "Tài chính", Published(item, day=day, **more), later(day))


def down(office: Engine, posting: Posting, day: date) -> str:
    with transaction(office) as session:
        return take_down(session, posting.id or 0, "Văn phòng", day, "biên bản", later(day)).finding


def obligation(office: Engine, code: str) -> Obligation:
    with Session(office) as session:
        return session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar_one()


def texts(row: Obligation) -> list[str]:
    return [finding["text"] for finding in row.findings]


# Where


def test_the_last_required_channel_closes_the_duty_on_its_day(office: Engine) -> None:
    estimate = item_named("du-toan-quyet-dinh")
    post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    with Session(office) as session:
        missing = still_missing(session, obligation(office, ESTIMATE), estimate, THU_20_JUNE)
    assert set(missing) == {"truyen-thanh", "van-ban", "cong"}
    assert obligation(office, ESTIMATE).status == "dang-theo-doi"
    fri_21 = date(2024, 6, 21)
    post(office, ESTIMATE, "du-toan-quyet-dinh", channel="van-ban", document="46/UBND")
    post(office, ESTIMATE, "du-toan-quyet-dinh", channel="cong", link="https://nhuquynh.example/du-toan")
    post(office, ESTIMATE, "du-toan-quyet-dinh", fri_21, channel="truyen-thanh", times="06:00", until=fri_21)
    row = obligation(office, ESTIMATE)
    assert (row.status, row.done_on) == ("hoan-thanh", fri_21)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"item": "dat-dai", **BOARD}, "không công khai nội dung «dat-dai»; các nội dung: du-toan-quyet-dinh"),
        ({"channel": "facebook"}, "đọc được «facebook»"),
        ({"channel": "bang-tin"}, "Cần ghi nơi niêm yết"),
        ({"channel": "cong", "link": "javascript:alert(1)"}, r"cần đường dẫn http\(s\) đầy đủ"),
        ({"channel": "truyen-thanh", "times": "06:00"}, "cần giờ phát và ngày phát cuối"),
        ({"channel": "truyen-thanh", "times": "06:00", "until": WED_19_JUNE}, "đứng trước ngày phát đầu"),
        ({"channel": "van-ban"}, "cần số, ký hiệu văn bản"),
        ({"day": date(2024, 6, 21), "now": THU_20_JUNE, **BOARD}, "Ngày công khai 21/06/2024 ở sau hôm nay"),
    ],
)
def test_a_disclosure_told_wrongly_is_refused_and_nothing_is_kept(
    office: Engine, more: dict[str, Any], said: str
) -> None:
    facts = {"item": "du-toan-quyet-dinh", "day": THU_20_JUNE, **more}
    now = later(facts.pop("now", facts["day"]))
    with pytest.raises(ActRefused, match=said), transaction(office) as session:
        publish(session, ESTIMATE, "Tài chính", Published(**facts), now)
    with Session(office) as session:
        assert session.execute(select(func.count()).select_from(Posting)).scalar_one() == 0


# For how long


def test_a_paper_posting_opens_the_duty_to_keep_it_with_its_ground(office: Engine) -> None:
    posting = post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    with Session(office) as session:
        keep = session.get_one(Obligation, posting.keep_id)
    assert (keep.title, keep.nature, keep.internal) == (
        "Giữ niêm yết: Dự toán ngân sách đã được Hội đồng nhân dân quyết định", "giu-niem-yet", False,
    )  # fmt: skip
    assert (keep.nominal, keep.legal) == (date(2024, 7, 20), date(2024, 7, 22))  # a Saturday: kept through Monday
    assert any("343/2016" in ground["instrument"] for ground in keep.receipt["basis"])


@pytest.mark.parametrize(
    ("day", "finding"),
    [
        (date(2024, 7, 20), "mới đủ 29/30 ngày"),  # Saturday, the 30th day
        (date(2024, 7, 21), "đã đủ 30 ngày nhưng ngày cuối 20/07/2024 là ngày nghỉ"),  # Sunday
        (date(2024, 7, 22), "đã đủ 30 ngày nhưng ngày cuối 20/07/2024 là ngày nghỉ"),  # Monday, its last
        (date(2024, 7, 23), ""),
    ],
)
def test_a_posting_is_kept_to_the_rolled_end(office: Engine, day: date, finding: str) -> None:
    posting = post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    said = down(office, posting, day)
    assert finding in said
    assert bool(said) == bool(finding)
    assert texts(obligation(office, ESTIMATE)) == ([said] if said else [])


def test_a_poor_household_list_stays_for_working_days(office: Engine) -> None:
    posting = post(office, "nhu-quynh-2024.P3b.2024-M06", "ra-soat-ho-ngheo", **BOARD)
    assert posting.keep_until == date(2024, 6, 25)  # Friday, Monday, Tuesday
    assert "2/3 ngày làm việc" in down(office, posting, date(2024, 6, 25))


def test_what_must_always_be_there_is_flagged_when_taken_down(office: Engine) -> None:
    with transaction(office) as session:
        record_event(session, Happening("cong-bo-tthc", WED_19_JUNE, "QĐ 900"), later(WED_19_JUNE))
    posting = post(office, "nhu-quynh-2024.B41.cong-bo-tthc-2024-06-19", "thu-tuc-hanh-chinh", **BOARD)
    assert (posting.keep_until, posting.kept, posting.keep_id) == (None, "thuong-xuyen", None)
    assert "phải giữ thường xuyên" in down(office, posting, date(2024, 9, 4))


def test_three_days_of_loudspeaker_are_counted_with_the_first(office: Engine) -> None:
    two = post(
        office, POOR, "ho-ngheo-cong-nhan", channel="truyen-thanh", times="06:00", until=date(2024, 6, 21)
    )  # Thursday, Friday
    assert two.finding == "Phát thanh mới 2/3 ngày liên tục, từ 20/06/2024."
    three = post(office, POOR, "ho-ngheo-cong-nhan", channel="truyen-thanh", times="17:00", until=date(2024, 6, 22))
    assert three.finding == ""
    assert texts(obligation(office, POOR)) == [two.finding]


def test_a_closure_by_a_storm_keeps_a_posting_longer(office: Engine) -> None:
    posting = post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    storm = NoticeKeys.model_validate(
        {"so": "09/CĐ-UBND", "ngay": "2024-07-15", "co-quan": "UBND tỉnh", "muc-chac": "S",
         "nghi": [{"ngay": "2024-07-22", "ten": "bão số 2", "loai": "dong-cua"}]}
    )  # fmt: skip
    with transaction(office) as session:
        authority = session.execute(select(Authority)).scalar_one()
        moves = record_notices(session, authority, [storm], later(date(2024, 7, 15)))
    assert posting.keep_id
    with Session(office) as session:
        keep = session.get_one(Obligation, posting.keep_id)
        kept = session.get_one(Posting, posting.id)
    assert keep.code in {move.code for move in moves}
    assert (keep.legal, kept.keep_until) == (date(2024, 7, 23), date(2024, 7, 23))


# Down or on


def test_nothing_is_taken_down_before_it_was_posted_or_twice(office: Engine) -> None:
    posting = post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    with pytest.raises(ActRefused, match="trước ngày niêm yết"):
        down(office, posting, WED_19_JUNE)
    down(office, posting, date(2024, 7, 23))
    with pytest.raises(ActRefused, match="đã ghi gỡ ngày 23/07/2024"):
        down(office, posting, date(2024, 7, 24))


def test_a_posting_whose_time_is_over_may_stay_up(office: Engine) -> None:
    posting = post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    with pytest.raises(ActRefused, match="Ngày đủ thời gian niêm yết"), transaction(office) as session:
        keep_on(session, posting.id or 0, "Văn phòng", "còn hiệu lực", later(date(2024, 7, 19)))
    with transaction(office) as session:
        keep_on(session, posting.id or 0, "Văn phòng", "còn hiệu lực", later(date(2024, 7, 23)))
        keep = session.get_one(Obligation, posting.keep_id)
        assert (keep.status, keep.done_on) == ("hoan-thanh", date(2024, 7, 22))


def test_a_posting_recorded_by_mistake_is_taken_back_and_its_duty_asked_again(office: Engine) -> None:
    fri_21 = date(2024, 6, 21)
    post(office, ESTIMATE, "du-toan-quyet-dinh", channel="van-ban", document="46/UBND")
    post(office, ESTIMATE, "du-toan-quyet-dinh", channel="cong", link="https://nhuquynh.example/du-toan")
    post(office, ESTIMATE, "du-toan-quyet-dinh", fri_21, channel="truyen-thanh", times="06:00", until=fri_21)
    board = post(office, ESTIMATE, "du-toan-quyet-dinh", fri_21, **BOARD)
    assert obligation(office, ESTIMATE).status == "hoan-thanh"
    with transaction(office) as session:
        withdraw_posting(session, board.id or 0, "Văn phòng", "ghi nhầm nơi", later(fri_21))
        keep = session.get_one(Obligation, board.keep_id)
        assert keep.status == "khong-con-ap-dung"
    row = obligation(office, ESTIMATE)
    assert (row.status, texts(row)) == (
        "dang-theo-doi", ["Bị trả lại ngày 21/06/2024: rút lần công khai ghi nhầm: ghi nhầm nơi"],
    )  # fmt: skip
    with pytest.raises(ActRefused, match="đã rút vì ghi nhầm"):
        down(office, board, date(2024, 7, 30))
    post(office, ESTIMATE, "du-toan-quyet-dinh", fri_21, channel="bang-tin", place="nhà văn hóa phố 1")
    assert obligation(office, ESTIMATE).status == "hoan-thanh"


def test_a_take_down_recorded_wrongly_goes_with_its_posting(office: Engine) -> None:
    posting = post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    down(office, posting, date(2024, 6, 25))
    with transaction(office) as session:
        withdraw_posting(session, posting.id or 0, "Văn phòng", "ghi nhầm ngày gỡ", later(date(2024, 6, 25)))
    again = post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    assert again.keep_id != posting.keep_id
    assert down(office, again, date(2024, 7, 23)) == ""


def test_a_periodic_duty_wants_all_its_items_a_fact_only_its_own(office: Engine) -> None:
    yearly = "nhu-quynh-2024.P2b.2024-t2"
    post(office, yearly, "noi-bo-nhan-su", channel="bang-tin", place="phòng họp")
    assert obligation(office, yearly).status == "dang-theo-doi"  # six of seven groups are still missing
    with transaction(office) as session:
        record_event(session, Happening("van-ban-noi-bo", WED_19_JUNE, "QĐ 7"), later(WED_19_JUNE))
    one = "nhu-quynh-2024.P2b.van-ban-noi-bo-2024-06-19"
    post(office, one, "noi-bo-nhan-su", channel="bang-tin", place="phòng họp")
    assert obligation(office, one).status == "hoan-thanh"


async def _sweep(office: Engine, mail: KeptMail, day: date) -> None:
    await sweep(Office(office, Settings(base_url="http://pages.example"), mail, key=b"of these tests"), morning_of(day))


def test_the_mail_says_it_stays_today_and_may_come_down_tomorrow(office: Engine, mail: KeptMail) -> None:
    import asyncio

    post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    bodies = []
    for day in (date(2024, 7, 22), date(2024, 7, 23)):
        mail.kept.clear()
        asyncio.run(_sweep(office, mail, day))
        texts = [body(message, "plain") for _, message in mail.kept]
        bodies.append(next(text for text in texts if "Giữ niêm yết: Dự toán" in text))
    assert "Giữ niêm yết đến hết: thứ Hai, 22/07/2024 (chưa được gỡ)" in bodies[0]
    assert "(đã đủ thời gian, gỡ được hoặc giữ tiếp)" in bodies[1]
    assert "NIÊM YẾT" in bodies[1]


# Proof


def test_a_proof_is_kept_under_its_hash_and_shown_with_the_duty(office: Engine, tmp_path: Any) -> None:
    photo = keep_file(tmp_path, "bảng tin.txt", "ảnh chụp".encode())
    post(office, ESTIMATE, "du-toan-quyet-dinh", file=photo, document="biên bản niêm yết 3", **BOARD)
    with Session(office) as session:
        proof = session.execute(select(Evidence)).scalar_one()
        page = find_obligation(session, ESTIMATE, THU_20_JUNE)
    assert (proof.sha256, proof.file_name, proof.document) == (photo.sha256, "bảng tin.txt", "biên bản niêm yết 3")
    assert page
    assert any(photo.sha256 in entry.text for entry in page.trail)


def test_the_quarter_s_list_names_what_was_disclosed_how_and_when(office: Engine) -> None:
    post(office, ESTIMATE, "du-toan-quyet-dinh", **BOARD)
    with Session(office) as session:
        (one,) = disclosed_between(session, date(2024, 4, 1), date(2024, 6, 30))
        assert disclosed_between(session, date(2024, 7, 1), date(2024, 9, 30)) == []
    assert (one[0].channel, one[0].posted_on, one[1].code) == ("bang-tin", THU_20_JUNE, ESTIMATE)
