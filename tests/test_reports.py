"""A periodic report's life: parts asked for before the cut-off, figures frozen after it, one document for good."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from office import PLANS, KeptMail
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows.sending import Office
from flows.sweep import sweep
from models.actions import report_done
from models.acts import ActRefused
from models.events import Happening, record_event
from models.evidence import find_file
from models.family_tables import Report
from models.files import FileDamaged, keep_file, read_file
from models.obligation_page import find_obligation
from models.postings import keep_on, publish, take_down
from models.published import Published
from models.record_tables import Letter
from models.reports import Draft, Shelves, Submission, accept_report, draft_report, return_report, submit_report
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, Person
from rules.figures import Line, line_of
from rules.vietnamese import morning_of

H1 = "nhu-quynh-2024.B02.2024-H1"
PART = f"{H1}-sl-cong-chuc"
PROMISE = "nhu-quynh-2024.B05.2024-H1"  # an internal checkpoint of Thursday 27/6
THU_27, FRI_28, SUN_30 = date(2024, 6, 27), date(2024, 6, 28), date(2024, 6, 30)
MON_1_JULY, TUE_2_JULY, WED_3_JULY = date(2024, 7, 1), date(2024, 7, 2), date(2024, 7, 3)


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    """The templates as shipped, and an empty store of files."""
    return Shelves(PLANS / "mau", tmp_path / "files")


def at(day: date, hours: int = 1) -> datetime:
    return morning_of(day) + timedelta(hours=hours)


def freeze(engine: Engine, shelves: Shelves, day: date) -> None:
    settings = Settings(state_dir=shelves.files.parent, plans_dir=shelves.templates.parent, base_url="http://p.example")
    asyncio.run(sweep(Office(engine, settings, KeptMail()), morning_of(day)))


def draft(engine: Engine, shelves: Shelves, now: datetime, code: str = H1) -> Draft:
    with Session(engine) as session:
        return draft_report(session, code, now, shelves)


def line(made: Draft, code: str) -> Line:
    return next(line_of(stored) for stored in made.facts["lines"] if stored["code"] == code)


def done(engine: Engine, code: str, day: date, now: datetime, **more: Any) -> None:
    with transaction(engine) as session:
        report_done(session, code, "Đơn vị", day, "BC 1", now, **more)


def submit(engine: Engine, shelves: Shelves, now: datetime, **more: Any) -> Report:
    sent = Submission(**{"number": "45/BC-UBND", "day": now.date(), "receiver": "UBND huyện Văn Lâm", **more})
    with transaction(engine) as session:
        return submit_report(session, H1, "Văn phòng", sent, now, shelves)


# Parts


def test_each_unit_owes_its_part_two_working_days_before_the_cut_off(loaded: Engine) -> None:
    with Session(loaded) as session:
        page = find_obligation(session, H1, date(2024, 6, 17))
    assert page
    assert [(part.lead, part.target, part.internal) for part in page.family.parts] == [
        ("Các công chức chuyên môn", THU_27, True),
        ("Công chức đầu mối PAPI", THU_27, True),
    ]
    assert page.family.parts[0].title == "Nộp số liệu: Báo cáo kết quả PAPI 6 tháng đầu năm"


def test_a_part_is_asked_of_its_own_unit_alone(loaded: Engine, shelves: Shelves) -> None:
    freeze(loaded, shelves, date(2024, 6, 20))  # the sweep of the fifth working day before
    with Session(loaded) as session:
        told = (
            select(col(Person.code))
            .join(Letter, col(Letter.person_id) == col(Person.id))
            .join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
            .where(col(Obligation.code) == f"{H1}-sl-dau-moi")
        )
        assert set(session.execute(told).scalars()) == {"le-thi-mau"}


# Frozen


def test_before_the_cut_off_the_draft_says_its_figures_may_change(loaded: Engine, shelves: Shelves) -> None:
    made = draft(loaded, shelves, at(THU_27))
    assert (made.frozen, made.facts["as_of"]) == (False, "2024-06-27T08:30:00+07:00")
    done(loaded, PROMISE, THU_27, at(THU_27, 2), summary="x")
    assert line(draft(loaded, shelves, at(THU_27, 3)), PROMISE).outcome == "dung-han"


def test_a_cut_off_on_sunday_freezes_on_monday_as_sunday_ended(loaded: Engine, shelves: Shelves) -> None:
    done(loaded, PROMISE, THU_27, at(FRI_28))
    done(loaded, PART, FRI_28, at(MON_1_JULY, -1))  # 06:30 on Monday, before the sweep
    freeze(loaded, shelves, MON_1_JULY)
    made = draft(loaded, shelves, at(date(2024, 11, 14)))
    assert (made.frozen, made.facts["as_of"]) == (True, "2024-07-01T00:00:00+07:00")
    assert line(made, PROMISE).outcome == "dung-han"
    assert [part["done_on"] for part in made.facts["parts"]] == [None, None]  # said after midnight: next period


def test_a_draft_made_before_the_sweep_is_the_one_the_sweep_freezes(loaded: Engine, shelves: Shelves) -> None:
    early = draft(loaded, shelves, at(MON_1_JULY, -1))
    freeze(loaded, shelves, MON_1_JULY)
    assert draft(loaded, shelves, at(WED_3_JULY)).docx() == early.docx()


def test_what_went_wrong_after_the_cut_off_is_not_in_its_figures(loaded: Engine, shelves: Shelves) -> None:
    thu_20_june, fri_5_july = date(2024, 6, 20), date(2024, 7, 5)
    code = "nhu-quynh-2024.P3c.2.hdnd-quyet-dinh-du-toan-2024-06-20"
    with transaction(loaded) as session:
        record_event(session, Happening("hdnd-quyet-dinh-du-toan", thu_20_june, "NQ 12"), at(thu_20_june))
        made = Published("du-toan-quyet-dinh", "bang-tin", thu_20_june, place="trụ sở UBND")
        posting = publish(session, code, "Tài chính", made, at(thu_20_june)).id
    with transaction(loaded) as session:
        take_down(session, posting or 0, "Văn phòng", fri_5_july, "", at(fri_5_july))
    assert line(draft(loaded, shelves, at(fri_5_july, 2)), code).findings == ()
    year = draft(loaded, shelves, at(fri_5_july, 2), "nhu-quynh-2024.B03.2024")
    assert line(year, code).findings[0].startswith("Gỡ sớm")


def test_a_posting_left_up_after_its_time_was_kept_well(loaded: Engine, shelves: Shelves) -> None:
    mon_24_june = date(2024, 6, 24)
    with transaction(loaded) as session:
        made = Published("ra-soat-ho-ngheo", "bang-tin", mon_24_june, place="trụ sở UBND")
        code = "nhu-quynh-2024.P3b.2024-M06"
        up = publish(session, code, "LĐTBXH", made, at(mon_24_june))  # three working days: through Thursday 27/6
        kept = keep_on(session, up.id or 0, "LĐTBXH", "còn giá trị", at(FRI_28))
        keep = session.get_one(Obligation, kept.keep_id).code
        early = publish(session, code, "LĐTBXH", replace(made, place="nhà văn hóa"), at(mon_24_june))
        take_down(session, early.id or 0, "LĐTBXH", THU_27, "", at(FRI_28))
        short = session.get_one(Obligation, early.keep_id).code
    made_of = draft(loaded, shelves, at(MON_1_JULY))
    assert (line(made_of, keep).outcome, line(made_of, short).outcome) == ("dung-han", "khong-du")


def test_freezing_twice_changes_nothing(loaded: Engine, shelves: Shelves) -> None:
    freeze(loaded, shelves, MON_1_JULY)
    with Session(loaded) as session:
        first = session.execute(select(Report)).scalars().all()
    freeze(loaded, shelves, TUE_2_JULY)
    with Session(loaded) as session:
        assert [report.facts_sha256 for report in session.execute(select(Report)).scalars()] == [
            report.facts_sha256 for report in first
        ]


def test_a_template_changed_later_does_not_change_last_period_s_report(
    loaded: Engine, shelves: Shelves, tmp_path: Path
) -> None:
    copytree(shelves.templates, tmp_path / "plans/mau")
    (tmp_path / "plans/calendar.yaml").touch()
    own = Shelves(tmp_path / "plans/mau", shelves.files)
    freeze(loaded, own, MON_1_JULY)
    first = draft(loaded, own, at(MON_1_JULY)).docx()
    (own.templates / "bao-cao-papi.docx").write_bytes((own.templates / "bao-cao-khieu-nai.docx").read_bytes())
    assert draft(loaded, own, at(WED_3_JULY)).docx() == first


def test_without_a_template_the_office_is_told_which_file_is_missing(loaded: Engine, shelves: Shelves) -> None:
    with pytest.raises(ActRefused, match=r"Không đọc được mẫu văn bản .*bao-cao-papi\.docx"):
        draft(loaded, Shelves(shelves.files, shelves.files), at(THU_27))


def test_a_stored_template_that_was_touched_is_noticed(loaded: Engine, shelves: Shelves) -> None:
    freeze(loaded, shelves, MON_1_JULY)
    with Session(loaded) as session:
        mine = select(col(Report.template_sha256)).join(Obligation, col(Obligation.id) == col(Report.obligation_id))
        sha = session.execute(mine.where(col(Obligation.code) == H1)).scalar_one()
    kept = shelves.files / sha[:2] / sha
    kept.chmod(0o600)
    kept.write_bytes(b"PK not what it was")
    with pytest.raises(FileDamaged):
        draft(loaded, shelves, at(WED_3_JULY))


def test_only_reports_that_close_figures_have_drafts(loaded: Engine, shelves: Shelves) -> None:
    for code in (PROMISE, PART, "nhu-quynh-2024.P4a.3.2024-L1"):
        with pytest.raises(ActRefused, match="không phải báo cáo định kỳ có chốt số liệu"):
            draft(loaded, shelves, at(THU_27), code)


# Handed in


def test_a_report_is_not_handed_in_before_its_figures_close(loaded: Engine, shelves: Shelves) -> None:
    with pytest.raises(ActRefused, match=r"Số liệu chốt hết ngày 30/06/2024"):
        submit(loaded, shelves, at(FRI_28))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"number": " "}, "Cần ghi số, ký hiệu"),
        ({"receiver": ""}, "nơi nhận"),
        ({"day": WED_3_JULY}, "Ngày nộp 03/07/2024 ở sau hôm nay 02/07/2024"),
    ],
)
def test_a_submission_told_wrongly_is_refused(
    loaded: Engine, shelves: Shelves, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(ActRefused, match=said):
        submit(loaded, shelves, at(TUE_2_JULY), **more)


def test_the_signed_file_is_kept_and_found_again(loaded: Engine, shelves: Shelves) -> None:
    signed = keep_file(shelves.files, "BC 45.txt", "bản ký".encode())
    report = submit(loaded, shelves, at(TUE_2_JULY), file=signed)
    assert report.submission
    assert report.submission["sha256"] == signed.sha256
    with Session(loaded) as session:
        assert find_file(session, signed.sha256) == ("BC 45.txt", signed.size)
        row = session.execute(select(Obligation).where(col(Obligation.code) == H1)).scalar_one()
    assert (row.status, row.done_on) == ("hoan-thanh", TUE_2_JULY)
    assert read_file(shelves.files, signed.sha256) == "bản ký".encode()


def test_returned_accepted_and_what_is_remembered_of_each(loaded: Engine, shelves: Shelves) -> None:
    with transaction(loaded) as session, pytest.raises(ActRefused, match="chưa được ghi là đã nộp"):
        accept_report(session, H1, "Phòng Nội vụ", TUE_2_JULY, "", at(TUE_2_JULY))
    submit(loaded, shelves, at(TUE_2_JULY))
    with transaction(loaded) as session:
        return_report(session, H1, "Phòng Nội vụ", "thiếu phụ lục", at(WED_3_JULY))
    submit(loaded, shelves, at(date(2024, 7, 4)), number="45a/BC-UBND")
    with transaction(loaded) as session:
        report = accept_report(session, H1, "Phòng Nội vụ", date(2024, 7, 5), "CV 9", at(date(2024, 7, 5)))
    assert [verdict["verdict"] for verdict in report.verdicts] == ["bi-tra-lai", "duoc-nhan"]
    assert report.verdicts[0]["submission"]["number"] == "45/BC-UBND"
    assert report.submission
    assert report.submission["number"] == "45a/BC-UBND"
