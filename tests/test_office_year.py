"""The plan year of Như Quỳnh, lived: events, reports on time and late, an early take-down, a missed dialogue, …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office import copy_database, load
from office_life import CODE, OfficeLife, Scene
from sqlalchemy import URL, select
from sqlmodel import Session, col

from models.audit import verify
from models.audit_actions import sentence
from models.record_tables import AuditEntry, Letter
from models.store import APP_ROLE, drop_database, open_engine
from models.tables import Obligation, Person
from rules.figures import by_unit, line_of, matching, total

FRI_12_JAN, FRI_10_JAN_2025 = date(2024, 1, 12), date(2025, 1, 10)
SCRIPT: dict[date, list[Scene]] = {}
SEEN: dict[str, Any] = {}  # what was looked at on the way

H1 = "B02.2024-H1"
COMPLAINT = "P4b.2.thu-ly-khieu-nai-2024-05-06-12-2024-t3"
FINDING = "B17.ket-luan-kiem-tra-2024-05-20-kn-1"
LIGHT, DRAIN = (f"B29.loi-hua-hoi-nghi-2024-05-08-{n}-t6" for n in (1, 2))
ESTIMATE = "P3c.2.hdnd-quyet-dinh-du-toan-2024-06-20"
HALF_YEAR_BUDGET = "P3c.3.2024-H1-t2"
LAND = "P3d.phe-duyet-qhkhsdd-2024-08-05"


def on(year: int, month: int, day: int) -> Callable[[Scene], Scene]:
    """What follows happens on the morning of this day."""

    def add(scene: Scene) -> Scene:
        SCRIPT.setdefault(date(year, month, day), []).append(scene)
        return scene

    return add


# The script


@on(2024, 1, 12)  # Friday: the plan is loaded, and some things will not be done as they should
def some_things_will_go_wrong(office: OfficeLife) -> None:
    office.leave(H1, f"{H1}-sl-cong-chuc", "P4c.2024-Q2", COMPLAINT, FINDING, LIGHT, DRAIN, ESTIMATE, HALF_YEAR_BUDGET)
    office.leave("P4a.3.2024-L1", "P4a.3.2024-L2", "P4a.1.2024", "P6.3.2024-L1", "B29.2024")
    office.leave("B20.cong-bo-papi-2024-04-10", LAND)


@on(2024, 4, 10)  # Wednesday
def the_papi_results_are_published(office: OfficeLife) -> None:
    assert office.happens("cong-bo-papi", document="Báo cáo PAPI 2023") == [
        "B07.cong-bo-papi-2024-04-10",
        "B20.cong-bo-papi-2024-04-10",
    ]


@on(2024, 4, 15)  # Monday
def a_dialogue_with_the_people_is_set_for_wednesday_8_may(office: OfficeLife) -> None:
    chain = office.happens("hoi-nghi-doi-thoai", date(2024, 5, 8), "TB 15/TB-UBND")
    assert [code.rpartition("-")[2] for code in chain] == ["t2", "t3", "t4", "t5"]
    notice = office.rows()[chain[0]]
    SEEN["notice"] = (notice.target, notice.legal, " ".join(notice.receipt["because"]))


@on(2024, 4, 25)  # Thursday, a day early
def the_notice_of_the_dialogue_goes_up(office: OfficeLife) -> None:
    office.done("B29.hoi-nghi-doi-thoai-2024-05-08-t2", document="TB 16/TB-UBND")


@on(2024, 4, 26)  # Friday: ten working days after publication was Thursday 25/4, so this is a day late
def the_news_is_spread_a_day_late(office: OfficeLife) -> None:
    office.done("B20.cong-bo-papi-2024-04-10")


@on(2024, 5, 6)  # Monday
def a_complaint_is_accepted(office: OfficeLife) -> None:
    assert office.happens("thu-ly-khieu-nai", document="TB thụ lý 3", case="12/2024") == [COMPLAINT]


@on(2024, 5, 8)  # Wednesday
def the_dialogue_is_held_and_two_promises_are_made(office: OfficeLife) -> None:
    office.done("B29.hoi-nghi-doi-thoai-2024-05-08-t3", document="biên bản 02/BB")
    promise = {"document": "biên bản 02/BB", "person": "dang-van-so-do"}
    office.happens("loi-hua-hoi-nghi", case="1", words="Lắp đèn ngõ 5", due=date(2024, 6, 28), **promise)
    office.happens("loi-hua-hoi-nghi", case="2", words="Khơi cống phố 3", due=date(2024, 8, 30), **promise)


@on(2024, 5, 10)  # Friday
def half_of_the_one_door_staff_is_trained(office: OfficeLife) -> None:
    office.trains("P6.3.2024-L1", "mc-kieu-van-kiem-thu", "mc-tran-thi-vi-du")


@on(2024, 5, 20)  # Monday
def an_inspection_finds_something_and_names_its_own_day(office: OfficeLife) -> None:
    words = {"words": "Niêm yết thiếu thủ tục đất đai", "case": "KN 1", "due": date(2024, 6, 8)}  # a Saturday
    assert office.happens("ket-luan-kiem-tra", document="05/KL-UBND", **words) == [FINDING]


@on(2024, 5, 30)  # Thursday, four working days before the 30 days are over
def the_complaint_proves_complex_and_is_given_45_days(office: OfficeLife) -> None:
    office.extends(COMPLAINT, "vụ việc phức tạp, phải xác minh lại", "QĐ 33/QĐ-UBND")


@on(2024, 6, 12)  # Wednesday: the finding was due Monday 10/6
def the_finding_is_mended_late(office: OfficeLife) -> None:
    office.done(FINDING, reason="chờ bộ thủ tục mới của tỉnh")


@on(2024, 6, 18)  # Tuesday, within the 45 days
def the_complaint_is_decided(office: OfficeLife) -> None:
    office.done(COMPLAINT, document="QĐ 41/QĐ-UBND")
    office.happens("quyet-dinh-khieu-nai", document="QĐ 41/QĐ-UBND", case="12/2024")


@on(2024, 6, 21)  # Friday
def the_council_decided_the_estimate_yesterday(office: OfficeLife) -> None:
    assert office.happens("hdnd-quyet-dinh-du-toan", date(2024, 6, 20), "NQ 12/NQ-HĐND") == [ESTIMATE]


@on(2024, 6, 25)  # Tuesday
def the_light_promised_is_there(office: OfficeLife) -> None:
    office.done(LIGHT, document="biên bản nghiệm thu")


@on(2024, 6, 28)  # Friday: the part was due Thursday 27/6
def one_unit_hands_in_its_figures_late(office: OfficeLife) -> None:
    office.done(f"{H1}-sl-cong-chuc", document="biểu số liệu")


@on(2024, 7, 1)  # Monday: the figures froze with the sweep
def what_is_said_today_belongs_to_the_next_period(office: OfficeLife) -> None:
    SEEN["pace in July"] = str(office.pace("P4a.3"))
    office.done("P4c.2024-Q2", date(2024, 6, 28), summary="đã hỗ trợ 12 lượt trợ giúp pháp lý")
    SEEN["board"] = office.publishes(ESTIMATE, "du-toan-quyet-dinh", "bang-tin", place="trụ sở UBND, nhà văn hóa")


@on(2024, 7, 2)  # Tuesday, the last day
def the_half_year_report_is_handed_in(office: OfficeLife) -> None:
    draft = office.draft(H1)
    SEEN["July"] = (draft.frozen, draft.docx(), draft.xlsx(), draft.facts)
    office.submits(H1, "45/BC-UBND")
    office.publishes(ESTIMATE, "du-toan-quyet-dinh", "truyen-thanh", times="06:00, 17:00", until=date(2024, 7, 2))
    office.publishes(ESTIMATE, "du-toan-quyet-dinh", "van-ban", document="46/UBND-TC")


@on(2024, 7, 3)  # Wednesday
def the_estimate_is_on_the_portal_too(office: OfficeLife) -> None:
    office.publishes(ESTIMATE, "du-toan-quyet-dinh", "cong", link="https://nhuquynh.example/du-toan")


@on(2024, 7, 5)  # Friday
def the_report_comes_back(office: OfficeLife) -> None:
    office.is_returned(H1, "thiếu phụ lục chỉ số 8")


@on(2024, 7, 8)  # Monday
def the_report_goes_out_again(office: OfficeLife) -> None:
    office.submits(H1, "45a/BC-UBND", "bổ sung phụ lục theo yêu cầu")


@on(2024, 7, 10)  # Wednesday
def the_report_is_taken(office: OfficeLife) -> None:
    office.is_accepted(H1)


@on(2024, 7, 12)  # Friday: thirty days end on Sunday 11/8, so it stays through Monday 12/8
def the_half_year_budget_is_published(office: OfficeLife) -> None:
    item = "thuc-hien-ngan-sach-quy"
    SEEN["half-year board"] = office.publishes(HALF_YEAR_BUDGET, item, "bang-tin", place="trụ sở UBND")
    office.publishes(HALF_YEAR_BUDGET, item, "truyen-thanh", times="06:00", until=date(2024, 7, 14))
    office.publishes(HALF_YEAR_BUDGET, item, "cong", link="https://nhuquynh.example/6-thang")


@on(2024, 7, 31)  # Wednesday, the 30th day
def the_estimate_is_taken_down_a_day_early(office: OfficeLife) -> None:
    SEEN["early"] = office.takes_down(SEEN["board"])


@on(2024, 8, 12)  # Monday
def the_land_plan_was_approved_it_seems_on_monday_5_august(office: OfficeLife) -> None:
    assert office.happens("phe-duyet-qhkhsdd", date(2024, 8, 5), "QĐ 1520/QĐ-UBND") == [LAND]


@on(2024, 8, 13)  # Tuesday: its time is over
def the_half_year_budget_comes_down(office: OfficeLife) -> None:
    SEEN["in time"] = office.takes_down(SEEN["half-year board"])


@on(2024, 8, 14)  # Wednesday
def no_it_was_approved_on_wednesday_7_august(office: OfficeLife) -> None:
    office.corrects("phe-duyet-qhkhsdd-2024-08-05", date(2024, 8, 7), "ghi nhầm ngày trên bản sao")


@on(2024, 8, 21)  # Wednesday: due 22/8
def the_land_plan_is_published(office: OfficeLife) -> None:
    office.done(LAND, document="TB 60/TB-UBND")


@on(2024, 9, 4)  # Wednesday
def a_recommendation_was_meant_for_another_commune(office: OfficeLife) -> None:
    SEEN["mistake"] = office.happens("kien-nghi-giam-sat", date(2024, 9, 3), "KN 7")
    office.withdraws("kien-nghi-giam-sat-2024-09-03", "văn bản gửi nhầm nơi nhận")


@on(2024, 9, 16)  # Monday: promised by Friday 30/8
def the_drain_is_cleared_late(office: OfficeLife) -> None:
    office.done(DRAIN, document="biên bản nghiệm thu", reason="mưa bão đầu tháng 9")


@on(2024, 11, 14)  # Thursday
def the_half_year_report_is_made_again(office: OfficeLife) -> None:
    draft = office.draft(H1)
    SEEN["November"] = (draft.frozen, draft.docx(), draft.xlsx(), draft.facts)


@on(2024, 11, 15)  # Friday
def the_rest_of_the_staff_is_trained(office: OfficeLife) -> None:
    office.trains("P6.3.2024-L1", "mc-dang-van-so-do", "mc-ngo-thi-tuong-trung")
    office.trains("P4a.1.2024", *(f"tt-{name}" for name in ("dinh-van-dien-hinh", "lam-thi-thi-nghiem")))


@on(2024, 11, 20)  # Wednesday: the first of two dialogues with the front and the unions, five months late
def the_chair_meets_the_unions_at_last(office: OfficeLife) -> None:
    held = "P4a.3.doi-thoai-doan-the-2024-11-20"
    office.happens("doi-thoai-doan-the", document="GM 88/GM-UBND")
    office.done(f"{held}-t3", document="biên bản 09/BB")
    office.leave(f"{held}-t2")  # too late to invite five working days before


# The year


@pytest.fixture(scope="module")
def year(template: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeLife]:
    """The office after it lived from Friday 12/01/2024 to Friday 10/01/2025."""
    url = template.set(database=f"{template.database}_year")
    copy_database(template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    load(engine, FRI_12_JAN)
    office = OfficeLife(engine, Path(tmp_path_factory.mktemp("state")), FRI_12_JAN)
    office.live(FRI_10_JAN_2025, SCRIPT)
    yield office
    engine.dispose()
    drop_database(url)


# code: (status, done on); everything else is done on its own target day
EXCEPTIONS: dict[str, tuple[str, date | None]] = {
    "B01.ke-hoach-cap-tren-2023-12-29": ("hoan-thanh", date(2024, 1, 11)),  # the plan itself says so
    "B20.cong-bo-papi-2024-04-10": ("hoan-thanh", date(2024, 4, 26)),
    "B29.hoi-nghi-doi-thoai-2024-05-08-t2": ("hoan-thanh", date(2024, 4, 25)),
    "B29.2024": ("hoan-thanh", date(2024, 5, 8)),  # the dialogue held makes up the year's count
    LIGHT: ("hoan-thanh", date(2024, 6, 25)),
    DRAIN: ("hoan-thanh", date(2024, 9, 16)),
    FINDING: ("hoan-thanh", date(2024, 6, 12)),
    COMPLAINT: ("hoan-thanh", date(2024, 6, 18)),
    f"{H1}-sl-cong-chuc": ("hoan-thanh", date(2024, 6, 28)),
    H1: ("hoan-thanh", date(2024, 7, 8)),
    "P4c.2024-Q2": ("hoan-thanh", date(2024, 6, 28)),
    ESTIMATE: ("hoan-thanh", date(2024, 7, 3)),
    "P3c.2.niem-yet-2024-07-01-1": ("hoan-thanh", date(2024, 7, 31)),
    HALF_YEAR_BUDGET: ("hoan-thanh", date(2024, 7, 12)),
    "P3c.3.niem-yet-2024-07-12-5": ("hoan-thanh", date(2024, 8, 13)),
    LAND: ("hoan-thanh", date(2024, 8, 21)),
    "B26.kien-nghi-giam-sat-2024-09-03-t4": ("khong-con-ap-dung", None),
    "P6.3.2024-L1": ("hoan-thanh", date(2024, 11, 15)),
    "P4a.1.2024": ("dang-theo-doi", None),  # two of six informed
    "P4a.3.2024-L1": ("hoan-thanh", date(2024, 11, 20)),
    "P4a.3.2024-L2": ("dang-theo-doi", None),  # never held
    "P4a.3.doi-thoai-doan-the-2024-11-20-t2": ("dang-theo-doi", None),
    "P7c2.2025-12-31": ("dang-theo-doi", None),  # runs to the end of 2025
}


def test_the_year_ends_as_it_was_lived_obligation_by_obligation(year: OfficeLife) -> None:
    lived = {code: (row.status, row.done_on) for code, row in year.rows().items() if row.status != "truoc-theo-doi"}
    expected = {
        code: EXCEPTIONS.get(code, ("hoan-thanh", row.target))
        for code, row in year.rows().items()
        if row.status != "truoc-theo-doi"
    }
    assert set(EXCEPTIONS) <= set(lived)
    assert lived == expected


def test_the_dialogue_of_8_may_wants_its_notice_by_friday_26_april_and_says_why(year: OfficeLife) -> None:
    target, legal, why = SEEN["notice"]
    assert (target, legal) == (date(2024, 4, 26), date(2024, 5, 1))
    for reason in ("29/04/2024 (hoán đổi", "30/04/2024", "01/05/2024", "thứ Sáu, 26/04/2024"):
        assert reason in why


def test_each_promise_is_an_obligation_with_its_own_day_and_person(year: OfficeLife) -> None:
    light, drain = year.rows()[LIGHT], year.rows()[DRAIN]
    assert (light.legal, drain.legal) == (date(2024, 6, 28), date(2024, 8, 30))
    assert "Lắp đèn ngõ 5" in light.period_name
    with Session(year.engine) as session:
        person = session.get_one(Person, drain.person_id)
        told = select(col(Letter.rung)).where(col(Letter.obligation_id) == drain.id, col(Letter.person_id) == person.id)
        assert person.code == "dang-van-so-do"
        assert {"-10", "-5", "-2", "0"} <= set(session.execute(told).scalars())


def test_the_complaint_keeps_its_first_day_and_its_new_one(year: OfficeLife) -> None:
    row = year.rows()[COMPLAINT]
    assert [(move["from"], move["to"], move["cause"]) for move in row.moves] == [
        ("2024-06-05", "2024-06-20", "gia hạn tại QĐ 33/QĐ-UBND")
    ]
    assert row.extended_days == 15


def test_an_inspection_finding_has_the_day_the_inspector_wrote(year: OfficeLife) -> None:
    row = year.rows()[FINDING]
    assert (row.nominal, row.legal, row.target) == (date(2024, 6, 8), date(2024, 6, 10), date(2024, 6, 7))
    assert "Văn bản 05/KL-UBND" in row.receipt["because"][1]


def test_thirty_days_posted_to_the_morning_of_the_thirtieth_is_early(year: OfficeLife) -> None:
    assert SEEN["early"] == (
        "Gỡ sớm: niêm yết từ 01/07/2024, gỡ ngày 31/07/2024, mới đủ 29/30 ngày; phải giữ đến hết ngày 31/07/2024."
    )
    assert SEEN["early"] in [found["text"] for found in year.rows()[ESTIMATE].findings]
    assert SEEN["early"] in [found["text"] for found in year.rows()["P3c.2.niem-yet-2024-07-01-1"].findings]


def test_thirty_days_that_end_on_a_sunday_are_kept_through_monday(year: OfficeLife) -> None:
    assert year.rows()["P3c.3.niem-yet-2024-07-12-5"].legal == date(2024, 8, 12)
    assert SEEN["in time"] == ""


def test_the_corrected_approval_moved_its_deadline_and_says_so(year: OfficeLife) -> None:
    row = year.rows()[LAND]
    assert row.legal == date(2024, 8, 22)
    (move,) = row.moves
    assert (move["from"], move["to"]) == ("2024-08-20", "2024-08-22")
    assert "từ 05/08/2024 sang 07/08/2024" in move["cause"]
    assert any(ground["instrument"].startswith("Luật Đất đai 31/2024") for ground in row.receipt["basis"])


def test_what_a_mistaken_event_opened_is_withdrawn_with_the_reason(year: OfficeLife) -> None:
    (code,) = SEEN["mistake"]
    with Session(year.engine) as session:
        mine = select(AuditEntry).where(col(AuditEntry.subject) == f"{CODE}.{code}")
        said = [sentence(entry.action, entry.detail) for entry in session.execute(mine).scalars()]
    assert any("văn bản gửi nhầm nơi nhận" in text for text in said)


def test_one_dialogue_of_two_was_held_and_the_pace_says_when_it_could_not_be_met(year: OfficeLife) -> None:
    assert SEEN["pace in July"] == "0/2, còn 1 kỳ"  # the first half-year's day, Friday 28/6, went by
    pace = year.pace("P4a.3")
    assert pace
    assert (str(pace), pace.on_pace) == ("1/2, đã hết kỳ", False)


def test_the_half_year_report_made_in_november_is_the_one_made_in_july(year: OfficeLife) -> None:
    july, november = SEEN["July"], SEEN["November"]
    assert july == november
    assert july[0] is True


def test_what_was_said_on_1_july_is_not_in_the_half_year_but_in_the_year(year: OfficeLife) -> None:
    half = [line_of(line) for line in SEEN["July"][3]["lines"]]
    (checkpoint,) = [line for line in half if line.code == f"{CODE}.P4c.2024-Q2"]
    assert (checkpoint.outcome, checkpoint.done_on) == ("qua-han", None)
    whole = [line_of(line) for line in year.draft("B03.2024").facts["lines"]]
    (checkpoint,) = [line for line in whole if line.code == f"{CODE}.P4c.2024-Q2"]
    assert (checkpoint.outcome, checkpoint.done_on) == ("dung-han", date(2024, 6, 28))


def test_the_half_year_figures_are_counts_of_lines(year: OfficeLife) -> None:
    lines = [line_of(line) for line in SEEN["July"][3]["lines"]]
    everything = total(lines)
    assert everything.counts["tre-han"] == len(matching(lines, "tre-han", internal=False)) == 1  # the finding
    assert everything.counts["qua-han"] == 0
    assert sum(row.total for row in by_unit(lines)) == everything.total
    assert {line.code for line in matching(lines, "tre-han", internal=True)} == {f"{CODE}.B20.cong-bo-papi-2024-04-10"}


def test_the_report_knows_who_handed_in_their_part(year: OfficeLife) -> None:
    parts = {part["unit"]: (part["due"], part["done_on"]) for part in SEEN["July"][3]["parts"]}
    assert parts == {
        "Các công chức chuyên môn": ("2024-06-27", "2024-06-28"),
        "Công chức đầu mối PAPI": ("2024-06-27", "2024-06-27"),
    }


def test_the_report_returned_was_open_again_with_its_first_day(year: OfficeLife) -> None:
    row = year.rows()[H1]
    assert (row.legal, row.done_on) == (date(2024, 7, 2), date(2024, 7, 8))
    assert [found["text"] for found in row.findings] == ["Bị trả lại ngày 05/07/2024: thiếu phụ lục chỉ số 8"]


def test_the_quarterly_complaints_report_counts_the_events_of_its_own_period(year: OfficeLife) -> None:
    half = year.draft("P4b.6.2024-H1-t2").facts  # figures to Friday 14/6
    counted = {event["code"]: len(event["items"]) for event in half["events"]}
    assert counted == {"thu-ly-khieu-nai": 1}  # the decision of 18/6 belongs to the next
    nine = {event["code"] for event in year.draft("P4b.6.2024-9M-t3").facts["events"]}
    assert nine == {"thu-ly-khieu-nai", "quyet-dinh-khieu-nai"}
    assert {line["task"] for line in half["lines"]} <= {"P4b.2", "P4b.3", "P4b.4", "P4b.5"}


def test_coverage_counts_people_one_by_one(year: OfficeLife) -> None:
    covered = {item["task"]: (item["covered"], item["total"]) for item in year.draft("B03.2024").facts["coverage"]}
    assert covered == {"P6.3": (4, 4), "P4a.1": (2, 6)}


def test_nothing_that_is_only_kept_posted_was_ever_urged(year: OfficeLife) -> None:
    with Session(year.engine) as session:
        kept = select(Letter).join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
        letters = session.execute(kept.where(col(Obligation.nature) == "giu-niem-yet")).scalars().all()
    assert {letter.audience for letter in letters} <= {"implementing", "lead"}


def test_the_trail_of_the_whole_year_holds_and_every_entry_reads(year: OfficeLife) -> None:
    with Session(year.engine) as session:
        count, broken = verify(session, 1)
        entries = session.execute(select(AuditEntry)).scalars().all()
        assert broken is None
        assert count == len(entries)
        assert not [entry.seq for entry in entries if "…" in sentence(entry.action, entry.detail)]
