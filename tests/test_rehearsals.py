"""Rehearsals read and compared: what differs is named with its day, its unit and its person, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from office import Run
from rehearsed import (
    FINANCE,
    FRI_3_MAY,
    FRI_26_APRIL,
    JUSTICE,
    MON_6_MAY,
    MON_29_APRIL,
    NOTICES,
    SAT_4_MAY,
    SWAP,
    THI_DU,
    VI_DU,
    WITHOUT_SWAP,
    as_summary,
    due,
    rehearsal,
    told,
    write,
)

from models.calendar_file import calendar_of, laid_over
from models.office_file import OfficeFileError
from models.rehearsal_burden import Crowded, Measure, Peak, crowded, peaks, tight_windows, totals
from models.rehearsal_file import Away, CalendarUsed, Due, Rehearsal, is_name, kept_names, read_kept, read_rehearsal
from models.rehearsal_words import altered_words
from models.rehearsals import DAY_KINDS, FACTS, DayMoved, LetterMoved, compare
from web.heat import beyond, halves_of, level, monday_of

WITHOUT = CalendarUsed("hai", date(2027, 12, 31), WITHOUT_SWAP)
TUE_30_APRIL = date(2024, 4, 30)


# Days


@pytest.mark.parametrize(
    ("before", "after", "working_days"),
    [
        (MON_29_APRIL, FRI_26_APRIL, -1),  # the swap takes Monday away: one working day less
        (FRI_3_MAY, SAT_4_MAY, 1),  # and gives the Saturday
        (FRI_26_APRIL, MON_6_MAY, 4),  # Monday 29/4 or Saturday 04/5, Thursday 02, Friday 03, Monday 06
        (SAT_4_MAY, date(2024, 5, 5), 0),  # to a Sunday
    ],
)
def test_a_day_moved_says_how_many_working_days(before: date, after: date, working_days: int) -> None:
    was, now = rehearsal([due(target=before)], calendar=WITHOUT), rehearsal([due(target=after)])
    (moved,) = compare(was, now).moved
    assert [(day.before, day.after, day.working_days) for day in moved.days] == [(before, after, working_days)] * 3


def test_only_the_day_that_moved_is_named() -> None:
    was, now = due(target=MON_29_APRIL, legal=TUE_30_APRIL), due(target=FRI_26_APRIL, legal=TUE_30_APRIL)
    was, now = replace(was, nominal=TUE_30_APRIL), replace(now, nominal=TUE_30_APRIL)
    found = compare(rehearsal([was, due("x.A2")]), rehearsal([now, due("x.A2")]))
    (moved,) = found.moved
    assert moved.due == now
    assert moved.days == (DayMoved("target", MON_29_APRIL, FRI_26_APRIL, 0),)  # both calendars have that Monday off
    assert (found.gone, found.new, found.altered, found.letters) == ((), (), (), ())


def test_what_only_one_of_them_has_is_told_by_side() -> None:
    found = compare(rehearsal([due("x.A1"), due("x.A2")]), rehearsal([due("x.A2"), due("x.A3")]))
    assert [[one.code for one in side] for side in (found.gone, found.new)] == [["x.A1"], ["x.A3"]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": "Báo cáo khác"}, ("tên", "Báo cáo mẫu", "Báo cáo khác")),
        ({"period": "quý II"}, ("kỳ", "tháng 04/2024", "quý II")),
        ({"kind": "cong-khai"}, ("loại", "Báo cáo", "Công khai")),
        ({"unit": FINANCE}, ("đơn vị", "Công chức Tư pháp", "Công chức Tài chính - Kế toán")),
        ({"unit": None}, ("đơn vị", "Công chức Tư pháp", "Việc chung")),
        ({"implementers": (THI_DU,)}, ("người thực hiện", "Trần Thị Ví Dụ", "Đỗ Văn Thí Dụ")),
        ({"status": "hoan-thanh"}, ("trạng thái", "Đang theo dõi", "Hoàn thành")),
        ({"internal": True}, ("tính chất", "hạn theo quy định", "mốc nội bộ")),
        ({"window": 1}, ("từ ngày chốt số liệu đến hạn", "không chốt số liệu", "1 ngày làm việc")),
    ],
)
def test_whatever_else_differs_is_named_before_and_after(changed: dict[str, Any], said: tuple[str, str, str]) -> None:
    was, now = rehearsal([due()]), rehearsal([due(**changed)])
    found = compare(was, now)
    (one,) = found.altered
    assert one.fields == tuple(changed)
    assert altered_words(one, was, now) == [said]
    assert not found.is_empty


def test_no_fact_of_an_obligation_goes_uncompared() -> None:
    assert {field.name for field in fields(Due)} == {"code", "letters", *DAY_KINDS, *FACTS}


# Letters


def test_letters_gained_lost_and_told_on_another_day_are_counted_for_each_person() -> None:
    was = due(letters=(told("-2", FRI_26_APRIL), told("0", MON_29_APRIL), told("0", MON_29_APRIL, THI_DU)))
    now = due(letters=(told("-2", FRI_26_APRIL), told("0", FRI_3_MAY), told("+1", SAT_4_MAY)))
    chair, officer = compare(rehearsal([was]), rehearsal([now])).letters
    assert (chair.person, officer.person) == (THI_DU, VI_DU)
    assert chair.lost == (LetterMoved("x.A1", "0", MON_29_APRIL, None),)
    assert officer.gained == (LetterMoved("x.A1", "+1", None, SAT_4_MAY),)
    assert officer.moved == (LetterMoved("x.A1", "0", MON_29_APRIL, FRI_3_MAY),)
    assert (chair.mornings, officer.mornings) == (1, 3)


def test_a_mail_that_only_reads_otherwise_is_a_difference_too() -> None:
    was = rehearsal([due(letters=(told("0", FRI_3_MAY),))])
    mail = replace(was.people[0].mails[0], subject="Nhắc hạn khẩn")
    now = replace(was, people=(replace(was.people[0], mails=(mail,)),))
    (one,) = compare(was, now).letters
    assert (one.person, one.mornings, one.gained, one.lost, one.moved) == (VI_DU, 1, (), (), ())


# What it asks of people


def test_the_heaviest_morning_is_the_first_of_equal_ones_and_the_most_burdened_person_comes_first() -> None:
    lines = {(VI_DU, FRI_26_APRIL): 3, (VI_DU, FRI_3_MAY): 3, (THI_DU, FRI_26_APRIL): 5, (THI_DU, FRI_3_MAY): 0}
    assert list(peaks(rehearsal(lines=lines)).items()) == [
        (THI_DU, Peak(FRI_26_APRIL, 5)),
        (VI_DU, Peak(FRI_26_APRIL, 3)),
    ]


def test_who_gets_no_letter_has_no_heaviest_morning() -> None:
    assert peaks(rehearsal(lines={(VI_DU, FRI_3_MAY): 0})) == {}


@pytest.mark.parametrize(
    ("lines", "most", "too_much"),
    [
        (15, Measure(), []),  # fifteen lines are still bearable
        (16, Measure(), [Crowded(FRI_3_MAY, VI_DU, 16)]),
        (3, Measure(lines=2), [Crowded(FRI_3_MAY, VI_DU, 3)]),
        (1, Measure(mails=1), [Crowded(FRI_3_MAY, "", 2)]),  # two mails of the office in one morning
    ],
)
def test_a_morning_is_too_much_only_beyond_the_measure(lines: int, most: Measure, too_much: list[Crowded]) -> None:
    assert crowded(rehearsal(lines={(VI_DU, FRI_3_MAY): lines, (THI_DU, FRI_3_MAY): 1}), most) == too_much


@pytest.mark.parametrize(("window", "is_tight"), [(None, False), (0, True), (1, True), (2, False)])
def test_one_working_day_after_the_cut_off_is_tight_and_two_are_not(window: int | None, is_tight: bool) -> None:
    assert bool(tight_windows(rehearsal([due(window=window)]))) is is_tight


def test_a_window_that_becomes_tight_and_a_morning_that_becomes_too_much_are_new() -> None:
    was = rehearsal([due(window=2)], lines={(VI_DU, FRI_3_MAY): 15})
    now = rehearsal([due(window=1)], lines={(VI_DU, FRI_3_MAY): 16})
    there, back = compare(was, now), compare(now, was)
    assert [one.code for one in there.tight_new] == [one.code for one in back.tight_gone] == ["x.A1"]
    assert there.crowded_new == back.crowded_gone == (Crowded(FRI_3_MAY, VI_DU, 16),)
    assert (there.tight_gone, there.crowded_gone) == ((), ())
    assert [(one.before, one.after) for one in there.peaks] == [(Peak(FRI_3_MAY, 15), Peak(FRI_3_MAY, 16))]


# What went in


def test_what_they_were_run_with_otherwise_is_said_though_the_result_is_the_same() -> None:
    was = rehearsal([due()], calendar=WITHOUT)
    now = rehearsal([due()], away=(Away(VI_DU, FRI_3_MAY, MON_6_MAY, THI_DU),))
    found = compare(was, now)
    assert found.is_empty
    assert found.inputs == (
        "nghỉ: không ai -> Trần Thị Ví Dụ từ 03/05/2024 đến 06/05/2024, Đỗ Văn Thí Dụ thay",
        f"lịch: phiên bản hai -> một (thêm thông báo {SWAP})",
    )


def test_a_notice_laid_over_takes_the_place_of_its_number_and_another_is_added() -> None:
    swap = next(notice for notice in NOTICES if notice.so == SWAP)
    without = swap.model_copy(update={"hoan_doi": ()})
    assert [n.so for n in laid_over(WITHOUT_SWAP, (swap,))] == [*(n.so for n in WITHOUT_SWAP), SWAP]
    assert [n.so for n in laid_over(NOTICES, (without,))] == [n.so for n in NOTICES]
    assert calendar_of(NOTICES).is_working(SAT_4_MAY)
    assert not calendar_of(laid_over(NOTICES, (without,))).is_working(SAT_4_MAY)


# Properties

DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))
LETTERS = st.lists(st.builds(told, st.sampled_from(["-2", "0", "+1"]), DAYS, st.sampled_from([VI_DU, THI_DU])),
                   max_size=4, unique_by=lambda one: (one.rung, one.to)).map(tuple)  # fmt: skip
DUES = st.lists(
    st.builds(due, st.sampled_from([f"x.A{n}" for n in range(6)]), DAYS, nominal=DAYS, legal=DAYS, letters=LETTERS,
              unit=st.sampled_from([JUSTICE, FINANCE, None]), window=st.sampled_from([None, 0, 1, 2])),
    max_size=5, unique_by=lambda one: one.code,
)  # fmt: skip
REHEARSALS = DUES.map(rehearsal)


@given(one=REHEARSALS)
def test_a_rehearsal_differs_in_nothing_from_itself(one: Rehearsal) -> None:
    found = compare(one, one)
    assert found.is_empty
    assert (found.inputs, found.peaks, found.tight_new, found.crowded_new) == ((), (), (), ())


@settings(max_examples=40)
@given(was=REHEARSALS, now=REHEARSALS)
def test_the_difference_read_backwards_is_the_other_difference(was: Rehearsal, now: Rehearsal) -> None:
    there, back = compare(was, now), compare(now, was)
    assert (there.gone, there.new) == (back.new, back.gone)
    assert [[(d.kind, d.before, d.after) for d in one.days] for one in there.moved] == [
        [(d.kind, d.after, d.before) for d in one.days] for one in sorted(back.moved, key=_order(now))
    ]
    assert [(one.person, len(one.gained), len(one.lost), len(one.moved)) for one in there.letters] == [
        (one.person, len(one.lost), len(one.gained), len(one.moved)) for one in back.letters
    ]
    assert there.is_empty is back.is_empty
    assert there.is_empty is (was == now)


def _order(one: Rehearsal) -> Any:
    places = {row.code: place for place, row in enumerate(one.obligations)}
    return lambda moved: places[moved.due.code]


@settings(max_examples=40)
@given(was=REHEARSALS, now=REHEARSALS)
def test_letters_gained_less_letters_lost_is_the_difference_of_the_totals(was: Rehearsal, now: Rehearsal) -> None:
    found = compare(was, now)
    gained = sum(len(one.gained) - len(one.lost) for one in found.letters)
    assert gained == found.totals[1].letters - found.totals[0].letters
    assert found.totals == (totals(was, Measure()), totals(now, Measure()))


@settings(max_examples=40)
@given(dues=DUES)
def test_the_picture_of_a_year_counts_every_obligation_once(dues: list[Due]) -> None:
    halves = halves_of(dues, 2024)
    assert sum(sum(half.sums) for half in halves) + len(beyond(dues, 2024)) == len(dues)
    for half in halves:
        assert sum(weeks for _, weeks in half.months) == len(half.weeks) == len(half.sums)
        for place, week in enumerate(half.weeks):
            assert half.sums[place] == sum(monday_of(one.target) == week for one in dues)


@pytest.mark.parametrize(
    ("target", "half", "week"),
    [
        (date(2024, 1, 1), 1, date(2024, 1, 1)),  # a Monday
        (date(2024, 6, 30), 1, date(2024, 6, 24)),  # the Sunday that ends the first half
        (date(2024, 7, 1), 2, date(2024, 7, 1)),
        (date(2025, 1, 2), 2, date(2024, 12, 30)),  # Thursday: the yearly report, in the year's last week
    ],
)
def test_a_day_stands_in_the_week_of_its_monday(target: date, half: int, week: date) -> None:
    found = halves_of([due(target=target)], 2024)[half - 1]
    assert dict(zip(found.weeks, found.sums, strict=True))[week] == 1
    assert [row.name for row in found.rows] == [JUSTICE.name]


def test_what_no_week_of_the_year_holds_is_kept_apart() -> None:
    assert beyond([due(target=date(2025, 1, 6))], 2024) == [due(target=date(2025, 1, 6))]


@pytest.mark.parametrize(
    ("count", "shade"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (6, 3), (7, 4), (10, 4), (11, 5), (99, 5)]
)
def test_more_obligations_have_a_darker_shade(count: int, shade: int) -> None:
    assert level(count) == shade


# Read from its folder


@settings(max_examples=30, phases=[Phase.generate])
@given(one=REHEARSALS)
def test_what_is_written_is_read_back(one: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write(one, tmp_path_factory.mktemp("kept") / "one")
    assert read_rehearsal(folder) == one


def test_a_later_version_may_say_more(tmp_path: Path) -> None:
    summary = as_summary(rehearsal([due()]))
    summary["inputs"]["weather"] = summary["obligations"][0]["colour"] = "vàng"
    assert read_rehearsal(write(summary, tmp_path / "one")) == rehearsal([due()])


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({}, "«inputs»: thiếu"),
        ({"obligations": [{"obligation": "x"}]}, "«inputs»: thiếu"),
        ({**as_summary(rehearsal()), "mornings": [{"day": "31/12/2024", "mails": 1, "lines": 1}]},
         "«mornings» «0» «day»: không đọc được"),
        ({**as_summary(rehearsal()), "people": "ai cũng được"}, "«people»: không đọc được"),
        ([], "không đọc được"),
    ],
)  # fmt: skip
def test_what_is_no_summary_is_refused_with_its_file_its_field_and_what_to_do(
    tmp_path: Path, broken: Any, said: str
) -> None:
    with pytest.raises(OfficeFileError) as refused:
        read_rehearsal(write(broken, tmp_path / "one"))
    assert str(tmp_path / "one" / "summary.json") in str(refused.value)
    assert said in str(refused.value)
    assert "Xin chạy thử lại vào một thư mục mới." in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"null"])
def test_what_is_no_json_is_refused_too(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "summary.json").write_bytes(content)
    with pytest.raises(OfficeFileError, match="không đọc được"):
        read_rehearsal(tmp_path)


def test_a_folder_without_a_summary_is_named(tmp_path: Path) -> None:
    with pytest.raises(OfficeFileError, match=r"summary\.json: không đọc được tệp: không có tệp này\."):
        read_rehearsal(tmp_path)


# The shelf


@pytest.mark.parametrize("name", ["ca-nam-2024", "a", "2025", "bo-nghi-29-4"])
def test_a_slug_may_name_a_rehearsal(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "A",
        "năm",
        "a b",
        "-a",
        "a-",
        "a--b",
        "a.b",
        "a\n",
        "\0",
        "x" * 61,
        "%2e%2e",
    ],
)
def test_what_could_lead_out_of_the_shelf_names_nothing(name: str, tmp_path: Path) -> None:
    write(rehearsal(), tmp_path / "outside")
    assert not is_name(name)
    assert read_kept(tmp_path / "shelf", name) is None


def test_the_shelf_shows_what_was_finished_and_follows_no_link_out_of_it(tmp_path: Path) -> None:
    shelf = tmp_path / "dien-tap"
    assert kept_names(shelf) == []
    write(rehearsal(), shelf / "hai")
    write(rehearsal(), shelf / "mot")
    write(rehearsal(), shelf / "Không phải tên")
    (shelf / "chua-xong").mkdir()
    (shelf / "ra-ngoai").symlink_to(write(rehearsal(), tmp_path / "outside"))
    assert kept_names(shelf) == ["hai", "mot"]
    assert read_kept(shelf, "ra-ngoai") is None


def test_a_rehearsal_kept_anew_is_read_anew(tmp_path: Path) -> None:
    write(rehearsal([due()]), tmp_path / "mot")
    assert read_kept(tmp_path, "mot") == rehearsal([due()])
    summary = json.dumps(as_summary(rehearsal([due("x.A2")])))
    (tmp_path / "mot" / "summary.json").write_text(summary + " ", encoding="utf-8")
    assert read_kept(tmp_path, "mot") == rehearsal([due("x.A2")])


# The command


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Run without the swap and with it: one obligation moves from Friday to the made-up Saturday."""
    letters = tuple(told("0", day) for day in (FRI_3_MAY, SAT_4_MAY))
    was = rehearsal([due(target=FRI_3_MAY, letters=letters[:1])], calendar=WITHOUT)
    now = rehearsal([due(target=SAT_4_MAY, letters=letters[1:])])
    return write(was, tmp_path / "truoc"), write(now, tmp_path / "sau")


def test_the_same_rehearsal_twice_is_said_to_be_the_same(dunghan: Run, two: tuple[Path, Path]) -> None:
    assert dunghan("replay", "diff", two[0], two[0]) == (0, "Hai lần chạy thử giống hệt nhau.\n", "")


def test_a_difference_is_a_finding_told_by_unit_with_weekdays(dunghan: Run, two: tuple[Path, Path]) -> None:
    code, out, err = dunghan("replay", "diff", *two)
    assert (code, err) == (1, "")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[:4] == [
        "Đầu vào khác nhau (1):",
        "lịch: phiên bản hai -> một (thêm thông báo 2450/VPCP-KGVX)",
        "Đổi ngày (1):",
        "Công chức Tư pháp",
    ]
    assert lines[4] == "x.A1  Báo cáo mẫu, tháng 04/2024 (Trần Thị Ví Dụ)"
    moved = "thứ Sáu, 03/05/2024 -> thứ Bảy, 04/05/2024, muộn hơn 1 ngày làm việc"
    assert f"ngày theo câu chữ, hạn theo quy định, ngày nên hoàn thành: {moved}" in lines
    assert "Trần Thị Ví Dụ: đổi ngày 1 thư nhắc, 2 buổi sáng có thư khác trước" in lines
    assert "Trần Thị Ví Dụ: 1 dòng, thứ Sáu, 03/05/2024 -> 1 dòng, thứ Bảy, 04/05/2024" in lines


def test_a_program_reads_the_difference_as_json(dunghan: Run, two: tuple[Path, Path]) -> None:
    code, out, _ = dunghan("replay", "diff", *two, "--json")
    found = json.loads(out)
    assert (code, found["same"], found["gone"]) == (1, False, [])
    (moved,) = found["moved"]
    assert moved["due"]["code"] == "x.A1"
    assert moved["days"][0] == {"kind": "nominal", "before": "2024-05-03", "after": "2024-05-04", "working_days": 1}
    assert found["letters"][0]["moved"] == [
        {"code": "x.A1", "rung": "0", "before": "2024-05-03", "after": "2024-05-04"}
    ]
    assert json.loads(dunghan("replay", "diff", two[0], two[0], "--json")[1])["same"] is True


def test_the_measure_of_too_much_may_be_another(dunghan: Run, two: tuple[Path, Path], tmp_path: Path) -> None:
    heavy = write(rehearsal([due()], lines={(VI_DU, FRI_3_MAY): 9}), tmp_path / "nang")
    assert "Buổi sáng quá nhiều mới có" not in dunghan("replay", "diff", two[0], heavy)[1]
    out = dunghan("replay", "diff", two[0], heavy, "--most", "8")[1]
    assert "Buổi sáng quá nhiều mới có (hơn 8 dòng cho một người, hoặc hơn 40 thư của cả cơ quan) (1):" in out
    assert "  thứ Sáu, 03/05/2024: Trần Thị Ví Dụ, 9 dòng" in out


def test_both_folders_that_cannot_be_read_are_named_at_once(dunghan: Run, tmp_path: Path) -> None:
    code, out, err = dunghan("replay", "diff", tmp_path / "a", tmp_path / "b")
    assert (code, out, len(err.splitlines())) == (2, "", 2)


def test_weeks_of_a_year_follow_each_other_without_a_gap() -> None:
    weeks = [week for half in halves_of([], 2026) for week in half.weeks]
    assert weeks[0] == date(2025, 12, 29)
    assert all(later - week == timedelta(days=7) for week, later in pairwise(weeks))
