"""Replay: a stretch of days in seconds, byte for byte the same; and what a notice, a roster or a rule would change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from office import PLAN, PLANS, Run
from sqlalchemy import URL

from flows.replay import replay
from models.calendar_file import NoticeKeys, calendar_of, read_notices
from models.people_file import PeopleDocument, read_people
from models.plan_entries import Entry
from models.plan_file import PlanFile, read_plan
from models.rehearsal_file import Away, Rehearsal, read_rehearsal
from models.rehearsals import Difference, compare
from models.settings import Settings
from rules.occurrences import Fact, Occurrence, occurrences, part_of
from rules.working_days import WorkingCalendar

SWAP = "2450/VPCP-KGVX"  # Monday 29/4/2024 off, Saturday 04/5/2024 worked for it
AROUND_THE_SWAP = (date(2024, 4, 24), date(2024, 5, 4))  # Wednesday to the Saturday worked
ONE_MORNING = (date(2024, 4, 26), date(2024, 4, 26))  # a Friday: days need no more
JUNE_WEEK = (date(2024, 6, 17), date(2024, 6, 21))  # Monday to Friday


def run(server: URL, days: tuple[date, date], folder: Path) -> dict[str, Any]:
    return replay(server, Settings(base_url="http://pages.example"), *documents(), days, folder)


@cache
def documents() -> tuple[PlanFile, PeopleDocument, tuple[NoticeKeys, ...]]:
    """The sample plan, its people and the office's notices, read once."""
    return read_plan(PLAN), read_people(PLANS / "people.yaml"), read_notices(PLANS / "calendar.yaml")


def digest(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_two_replays_of_the_same_days_are_the_same_bytes(server: URL, tmp_path: Path) -> None:
    run(server, JUNE_WEEK, tmp_path / "one")
    run(server, JUNE_WEEK, tmp_path / "two")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert len(digest(tmp_path / "one")) > 20
    found = compare(read_rehearsal(tmp_path / "one"), read_rehearsal(tmp_path / "two"))
    assert found.is_empty
    assert found.inputs == ()


@pytest.fixture(scope="module")
def year(server: URL, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The plan's year with nobody answering."""
    folder = tmp_path_factory.mktemp("year") / "out"
    return run(server, (date(2024, 1, 2), date(2025, 1, 10)), folder), folder


def obligation(summary: dict[str, Any], code: str) -> dict[str, Any]:
    return next(row for row in summary["obligations"] if row["obligation"] == f"nhu-quynh-2024.{code}")


@pytest.mark.parametrize(
    ("code", "target", "legal"),
    [
        ("B02.2024-H1", "2024-07-02", "2024-07-02"),  # Tuesday
        ("B03.2024", "2025-01-02", "2025-01-02"),  # Thursday
        ("P3c.3.2024-H1-t2", "2024-07-15", "2024-07-15"),  # Monday, 15 days after the half-year
        ("P5b2.2024-09-30", "2024-09-30", "2024-09-30"),  # Monday: «Quý II, III»
    ],
)
def test_the_fixed_dates_of_the_plan(year: tuple[dict[str, Any], Path], code: str, target: str, legal: str) -> None:
    row = obligation(year[0], code)
    assert (row["target"], row["legal"]) == (target, legal)


def test_the_plan_itself_was_issued_in_time_and_nobody_is_reminded_of_it(year: tuple[dict[str, Any], Path]) -> None:
    (row,) = [row for row in year[0]["obligations"] if ".B01." in row["obligation"]]
    assert (row["legal"], row["status"], row["letters"]) == ("2024-01-22", "hoan-thanh", [])


def test_impossible_dates_of_the_plan_run_nothing(year: tuple[dict[str, Any], Path]) -> None:
    codes = {row["obligation"].split(".")[1] for row in year[0]["obligations"]}
    assert codes.isdisjoint({"P2a", "P7c1", "P8b"})


def test_every_person_gets_at_most_one_mail_a_day_and_only_on_working_days(
    year: tuple[dict[str, Any], Path], calendar: Any
) -> None:
    for person in year[0]["people"]:
        days = [mail["day"] for mail in person["mails"]]
        assert len(days) == len(set(days))
        assert all(calendar.is_working(date.fromisoformat(day)) for day in days)


def test_every_rung_that_fell_in_the_year_was_told_on_its_own_day(year: tuple[dict[str, Any], Path]) -> None:
    for row in year[0]["obligations"]:
        for letter in row["letters"]:
            if letter["on"] > "2024-01-02":
                assert letter["on"] >= "2024-01-03"
    report = obligation(year[0], "B02.2024-H1")
    assert {letter["rung"]: letter["on"] for letter in report["letters"]}["-2"] == "2024-06-28"  # Friday


def test_every_mail_of_the_summary_is_a_file_that_parses(year: tuple[dict[str, Any], Path]) -> None:
    summary, folder = year
    mails = {(p["person"], mail["day"]): mail["subject"] for p in summary["people"] for mail in p["mails"]}
    files = {(path.stem, path.parent.name): path for path in folder.rglob("*.eml")}
    assert files.keys() == mails.keys()
    for key, path in list(files.items())[::25]:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert message["Subject"] == mails[key]
        assert message["Message-ID"].startswith(f"<{key[1].replace('-', '')}.{key[0]}.")
        plain = message.get_body(("plain",))
        assert plain is not None
        assert plain.get_content().startswith("Kính gửi đồng chí")


def test_the_summary_on_disk_is_the_summary_returned(year: tuple[dict[str, Any], Path]) -> None:
    summary, folder = year
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == summary


def test_the_made_up_saturday_is_a_morning_like_any_other(year: tuple[dict[str, Any], Path]) -> None:
    """Saturday 04/5/2024 was worked for Monday 29/4: the weekly reception of that week is due on it."""
    week = next(row for row in year[0]["obligations"] if row["obligation"].endswith("2024-W18"))
    assert week["target"] == "2024-05-04"
    assert "2024-05-04" in {letter["on"] for letter in week["letters"]}


# What the summary says


def test_the_summary_says_what_it_was_run_with(year: tuple[dict[str, Any], Path]) -> None:
    inputs = year[0]["inputs"]
    assert inputs["authority"] == {"code": "nhu-quynh", "name": "UBND thị trấn Như Quỳnh"}
    assert inputs["plan"]["sha256"] == hashlib.sha256(PLAN.read_bytes()).hexdigest()
    assert inputs["people"]["sha256"] == hashlib.sha256((PLANS / "people.yaml").read_bytes()).hexdigest()
    assert inputs["calendar"]["version"] == calendar_of(documents()[2]).version
    assert SWAP in {notice["so"] for notice in inputs["calendar"]["notices"]}
    assert inputs["days"] == {"first": "2024-01-02", "last": "2025-01-10"}


def test_an_obligation_says_its_task_its_unit_its_people_and_how_tight_it_is(year: tuple[dict[str, Any], Path]) -> None:
    report = obligation(year[0], "B03.2024")
    assert (report["task"], report["kind"], report["unit"]["name"]) == ("B03", "bao-cao", "UBND thị trấn")
    assert "bui-thi-ke-nhiem" in report["implementers"]  # from 01/8/2024; who held the role before is not there
    assert "vuong-van-thu-nghiem" not in report["implementers"]
    assert report["window"] == 1  # Tuesday 31/12/2024 to Thursday 02/01/2025, with New Year's Day between them
    part = obligation(year[0], "B03.2024-sl-cong-chuc")
    assert (part["unit"]["code"], part["window"]) == ("cong-chuc", None)


def test_lines_and_mornings_add_up_to_the_letters(year: tuple[dict[str, Any], Path]) -> None:
    summary = year[0]
    letters = [letter["on"] for row in summary["obligations"] for letter in row["letters"]]
    mails = [mail for person in summary["people"] for mail in person["mails"]]
    assert sum(mail["lines"] for mail in mails) == len(letters)
    assert sum(one["lines"] for one in summary["mornings"]) == len(letters)
    assert sum(one["mails"] for one in summary["mornings"]) == len(mails)
    assert [one["day"] for one in summary["mornings"]] == sorted({mail["day"] for mail in mails})


# What another calendar, roster or rule would do

Rehearse = Callable[..., Rehearsal]
FEW = ("P3b", "P6.1")  # each month, so once around the swap
TU_PHAP, VAN_PHONG = "tran-thi-vi-du", "nguyen-van-gia-dinh"


def only(plan: PlanFile, codes: Sequence[str]) -> PlanFile:
    """The plan with these tasks alone."""
    tasks = tuple(task for task in plan.document.nhiem_vu if task.ma in codes)
    return replace(plan, document=plan.document.model_copy(update={"nhiem_vu": tasks}))


@pytest.fixture(scope="module")
def rehearse(server: URL, tmp_path_factory: pytest.TempPathFactory) -> Rehearse:
    """Run the mornings around the swap with something else than the office's own, and read what was written."""

    def run(
        plan: PlanFile | None = None, people: PeopleDocument | None = None, without: str = "",
        away: Sequence[Away] = (), days: tuple[date, date] = AROUND_THE_SWAP,
    ) -> Rehearsal:  # fmt: skip
        own_plan, own_people, own_notices = documents()
        notices = tuple(notice for notice in own_notices if notice.so != without)
        folder = tmp_path_factory.mktemp("rehearsal") / "out"
        chosen = plan or only(own_plan, FEW), people or own_people, notices
        replay(server, Settings(base_url="http://pages.example"), *chosen, days, folder, away=away)
        return read_rehearsal(folder)

    return run


@pytest.fixture(scope="module")
def few(rehearse: Rehearse) -> Rehearsal:
    """Two tasks as they are."""
    return rehearse()


def days_by_rule(plan: PlanFile, calendar: WorkingCalendar) -> dict[str, tuple[date, date, date]]:
    """Every day the plan gives, asked of the rules themselves: no database, no sweep."""
    document, found = plan.document, {}
    facts = {event.ma: [Fact.on(f"{event.ma}-{event.ngay}", event.ngay)] for event in document.su_kien if event.ngay}
    for task in document.nhiem_vu:
        for number, entry in enumerate(() if task.cho_xac_nhan else task.thoi_han, start=1):
            for one in _whole_and_parts(
                task.loai, task.thuc_hien, entry, number, calendar, facts, document.ke_hoach.nam
            ):
                days = one.deadline.nominal, one.deadline.legal, one.deadline.target
                found[f"{document.ke_hoach.ma}.{task.ma}.{one.key}"] = days
    return found


def _whole_and_parts(
    kind: str, units: Sequence[str], entry: Entry, number: int, calendar: WorkingCalendar,
    facts: Mapping[str, Sequence[Fact]], year: int,
) -> list[Occurrence]:  # fmt: skip
    wholes = [one for one in occurrences(entry.when(), calendar, [year], facts) if isinstance(one, Occurrence)]
    found = []
    for whole in (replace(one, key=one.key if number == 1 else f"{one.key}-t{number}") for one in wholes):
        closes = kind == "bao-cao" and whole.cut_off is not None
        found += [whole, *(part_of(whole, unit, 2, calendar) for unit in units if closes)]
    return found


def test_a_notice_swapped_in_moves_exactly_the_days_the_rules_move_and_nothing_else(rehearse: Rehearse) -> None:
    """The whole plan, without the swap of 29/4/2024 and with it."""
    plan, _, notices = documents()
    calendars = [calendar_of(tuple(n for n in notices if n.so != SWAP)), calendar_of(notices)]
    was, now = (days_by_rule(plan, calendar) for calendar in calendars)
    found = compare(*(rehearse(plan, without=number, days=ONE_MORNING) for number in (SWAP, "")))
    assert {row.code for row in read_all(found)} == set()
    assert {one.due.code: [(day.before, day.after) for day in one.days] for one in found.moved} == {
        code: [pair for pair in zip(was[code], now[code], strict=True) if pair[0] != pair[1]]
        for code in now
        if was[code] != now[code]
    }
    assert {one.due.code.removeprefix("nhu-quynh-2024.") for one in found.moved} == {
        "P2b.2.2024-M04-t2", "P3b.2024-M04", "P6.1.2024-M04",  # from Monday 29/4 to Friday 26/4
        "P4b.3.2024-W18",  # from Friday 03/5 to the made-up Saturday 04/5
    }  # fmt: skip
    assert found.inputs == (
        f"lịch: phiên bản {calendars[0].version} -> {calendars[1].version} (thêm thông báo {SWAP})",
    )


def read_all(found: Difference) -> list[Any]:
    """Every obligation that differs in something else than its days."""
    return [*found.gone, *found.new, *(one.due for one in found.altered)]


def test_the_rules_give_the_days_the_rehearsal_shows(few: Rehearsal) -> None:
    plan = only(documents()[0], FEW)
    shown = {row.code: (row.nominal, row.legal, row.target) for row in few.obligations}
    assert shown == days_by_rule(plan, calendar_of(documents()[2]))
    assert len(shown) > 20


def test_somebody_standing_in_moves_letters_and_no_day(rehearse: Rehearse, few: Rehearsal) -> None:
    away = [Away(TU_PHAP, *AROUND_THE_SWAP, VAN_PHONG)]
    found = compare(few, rehearse(away=away))
    assert (found.moved, found.gone, found.new, found.altered) == ((), (), (), ())
    letters = {one.person: one for one in found.letters}
    assert letters.keys() == {TU_PHAP, VAN_PHONG}
    assert letters[TU_PHAP].gained == letters[VAN_PHONG].lost == ()
    gone = {(one.code, one.rung, one.before) for one in letters[TU_PHAP].lost}
    assert gone == {(one.code, one.rung, one.after) for one in letters[VAN_PHONG].gained}
    assert gone


def test_another_holder_of_a_role_moves_letters_and_no_day(rehearse: Rehearse, few: Rehearsal) -> None:
    people = documents()[1]
    roles = tuple(
        role.model_copy(update={"nguoi": VAN_PHONG}) if (role.nguoi, role.don_vi) == (TU_PHAP, "cong-chuc") else role
        for role in people.vai_tro
    )
    found = compare(few, rehearse(people=people.model_copy(update={"vai_tro": roles})))
    assert (found.moved, found.gone, found.new) == ((), (), ())
    assert {name for one in found.altered for name in one.fields} == {"implementers"}
    counts = {one.person: (len(one.gained), len(one.lost), len(one.moved)) for one in found.letters}
    assert counts.keys() == {TU_PHAP, VAN_PHONG}
    assert counts[VAN_PHONG] == (counts[TU_PHAP][1], 0, 0)


def test_another_rule_moves_its_own_task_and_no_other(rehearse: Rehearse, few: Rehearsal) -> None:
    """«đến ngày 30» of the month becomes «đến ngày 25»: Tuesday 30/4, a holiday, becomes Thursday 25/4/2024."""
    plan = only(documents()[0], FEW)
    (task,) = (task for task in plan.document.nhiem_vu if task.ma == "P3b")
    first = task.thoi_han[0]
    sooner = task.model_copy(
        update={
            "thoi_han": (
                first.model_copy(update={"han": first.han.model_copy(update={"ngay": 25})}),
                *task.thoi_han[1:],
            )
        }
    )
    tasks = tuple(sooner if one.ma == "P3b" else one for one in plan.document.nhiem_vu)
    found = compare(few, rehearse(replace(plan, document=plan.document.model_copy(update={"nhiem_vu": tasks}))))
    assert {one.due.task for one in found.moved} == {"P3b"}
    assert read_all(found) == []
    april = next(one for one in found.moved if one.due.code.endswith("P3b.2024-M04"))
    assert [(day.kind, day.after) for day in april.days] == [
        (kind, date(2024, 4, 25)) for kind in ("nominal", "legal", "target")
    ]
    letters = [letter.code for one in found.letters for letter in (*one.gained, *one.lost, *one.moved)]
    assert {code.split(".")[1] for code in letters} == {"P3b"}


# The command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2024-06-17", "--to", "2024-06-21"), "cần một trong --out THƯ-MỤC và --keep TÊN."),
        (("--year", "2024", "--out", "x", "--keep", "y"), "cần một trong --out THƯ-MỤC và --keep TÊN."),
        (("--year", "2024", "--keep", "../x"), "--keep '../x': cần tên gồm chữ thường không dấu, số và gạch nối"),
        (("--year", "2025", "--keep", "x"), "--year 2025: kế hoạch 08/KH-UBND là của năm 2024."),
        (("--year", "2024", "--from", "2024-06-17", "--keep", "x"), "--year đã là cả năm"),
        (("--from", "2024-06-17", "--keep", "x"), "cần --to: ngày viết dạng YYYY-MM-DD."),
        (
            ("--year", "2024", "--keep", "x", "--leave", "le-thi-mau"),
            "--leave 'le-thi-mau': cần NGƯỜI:TỪ:ĐẾN[:NGƯỜI-THAY]",
        ),
    ],
)
def test_what_cannot_be_run_is_said_before_anything_is(dunghan: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = dunghan("replay", PLAN, *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert said in err


def test_a_plan_and_an_option_may_both_come_first_and_diff_is_a_command(dunghan: Run, tmp_path: Path) -> None:
    first = dunghan("replay", "--from", "2024-06-20", "--to", "2024-06-17", "--out", tmp_path / "x", PLAN)
    assert first == dunghan("replay", PLAN, "--from", "2024-06-20", "--to", "2024-06-17", "--out", tmp_path / "x")
    assert "--to 2024-06-17 đứng trước --from 2024-06-20" in first[2]
    assert dunghan("replay", "diff", tmp_path / "a", tmp_path / "b")[0] == 2


def test_a_notice_laid_over_the_calendar_is_kept_with_the_rehearsal(
    dunghan: Run, server: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A closure for a storm on Thursday 25/4/2024, supposed for one morning's rehearsal kept under a name."""
    monkeypatch.setenv("DUNGHAN_DATABASE_URL", server.render_as_string(hide_password=False))
    monkeypatch.setenv("DUNGHAN_OWNER_DATABASE_URL", server.render_as_string(hide_password=False))
    storm = tmp_path / "bao.yaml"
    storm.write_text(STORM, encoding="utf-8")
    days = "--from", "2024-04-26", "--to", "2024-04-26"
    code, out, err = dunghan("replay", PLAN, *days, "--keep", "co-bao", "--notice", storm)
    assert (code, err) == (0, "")
    folder = tmp_path / "state" / "dien-tap" / "co-bao"
    assert out.startswith("256 nghĩa vụ, ")
    assert out.endswith(f"xem {folder}/summary.json hoặc http://127.0.0.1:8800/dien-tap/co-bao\n")
    found = read_rehearsal(folder)
    assert found.inputs.calendar.notices[-1].so == "Giả định bão số 1"
    assert not found.calendar().is_working(date(2024, 4, 25))
    assert "đã có tệp" in dunghan("replay", PLAN, *days, "--keep", "co-bao")[2]


STORM = """\
thong-bao:
  - so: Giả định bão số 1
    ngay: 2024-04-24
    co-quan: UBND thị trấn Như Quỳnh
    trang-thai: chinh-thuc
    muc-chac: "M"
    nghi:
      - {ngay: 2024-04-25, ten: Đóng cửa do bão, loai: dong-cua}
"""
