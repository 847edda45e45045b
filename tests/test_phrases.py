"""Time phrases: everything in one is read, or it is shown where reading stopped; nothing is guessed."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rules.deadlines import (
    BeforeDate,
    BeforeDay,
    ByDate,
    ByDay,
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    Posting,
    Window,
    WorkingDaysAfter,
    WorkingDaysBefore,
)
from rules.periods import PeriodKind
from rules.phrase_print import Unprintable, print_when
from rules.phrases import Reading, read_phrase
from rules.rule_json import RuleError
from rules.schedule import Each, Once, OnEvent, Standing, Times, When
from rules.when_json import parse_when, print_whens

HOUSE = Path(__file__).resolve().parents[1]
SHARED = HOUSE.parent / "shared"
LAW = SHARED / "reference" / "law_phrases.jsonl"
PLAN = SHARED / "source" / "ke-hoach-08-KH-UBND-2024.txt"
GROUPS = YAML(typ="safe").load((HOUSE / "tests" / "cases" / "phrases.yaml").read_text(encoding="utf-8"))
CASES = [case for group in GROUPS for case in group["cases"]]
READ = [case for case in CASES if "when" in case]
UNREAD = [case for case in CASES if "unread" in case]
PHRASES = [case["phrase"] for case in CASES]


def read(case: Mapping[str, Any]) -> Reading:
    return read_phrase(case["phrase"], case.get("year", 2024))


def folded(reading: Reading) -> tuple[When, ...]:
    """What was read, event names in one case."""
    return tuple(OnEvent(w.event.casefold(), w.due) if isinstance(w, OnEvent) else w for w in reading.when)


# ---- cases


@pytest.mark.parametrize("case", READ, ids=lambda case: case["phrase"])
def test_a_phrase_says_what_a_person_reads_in_it(case: Mapping[str, Any]) -> None:
    reading = read(case)
    assert reading.unread is None, reading.unread
    assert reading.when == tuple(parse_when(when) for when in case["when"])


@pytest.mark.parametrize("case", UNREAD, ids=lambda case: case["phrase"])
def test_what_cannot_be_read_is_shown_with_its_place(case: Mapping[str, Any]) -> None:
    reading = read(case)
    assert reading.when == ()
    assert reading.unread is not None
    assert (reading.unread.at, reading.unread.found) == (case["unread"]["at"], case["unread"]["found"])
    assert reading.unread.expected


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 150
    assert len(UNREAD) >= 25


def test_the_line_about_an_unread_phrase_says_place_words_and_what_was_wanted() -> None:
    line = str(read_phrase("trước ngày 31/02", 2024).unread)
    assert line == "Vị trí 12: đọc được «31/02», cần một ngày có thật."


def test_a_missing_year_is_asked_for() -> None:
    unread = read_phrase("trước ngày 20/6").unread
    assert unread is not None
    assert "năm" in unread.expected


def test_a_missing_event_is_asked_for() -> None:
    unread = read_phrase("trong thời hạn 15 ngày làm việc").unread
    assert unread is not None
    assert "kể từ" in unread.expected


# ---- the real plan and the real laws


def test_every_time_cell_of_the_real_plan_reads() -> None:
    if not PLAN.exists():
        pytest.skip(f"không có {PLAN}: kho dữ liệu dùng chung không nằm cạnh kho mã")
    appendix = PLAN.read_text(encoding="utf-8").split("BIỂU TỔNG HỢP", 1)[1]
    rows = [line.split("\t") for line in appendix.splitlines() if line.count("\t") >= 7]
    cells = [re.sub(r"<[^>]*>", " ", row[-1]).strip() for row in rows if row[0] != "TT"]
    assert len([cell for cell in cells if cell]) == 29
    assert [cell for cell in cells if cell and read_phrase(cell, 2024).unread] == []


def test_terms_of_real_laws_read_and_none_is_misread() -> None:
    if not LAW.exists():
        pytest.skip(f"không có {LAW}: kho dữ liệu dùng chung không nằm cạnh kho mã")
    rows = [json.loads(line) for line in LAW.read_text(encoding="utf-8").splitlines()]
    readings = [(row, read_phrase(row["phrase"])) for row in rows]
    misread = [row for row, reading in readings if reading.unread is None and not _agrees(row, reading.when)]
    right = [row for row, reading in readings if _agrees(row, reading.when)]
    assert misread == []
    assert len(right) >= 0.95 * len(rows)


def _agrees(row: Mapping[str, Any], whens: tuple[When, ...]) -> bool:
    dues = [when["due"] for when in print_whens(whens)]
    return [(due["kind"], due["n"]) for due in dues] == [(row["kind"], row["n"])]


def test_a_phrase_takes_a_few_milliseconds() -> None:
    read_phrase("hằng quý")  # the grammar is built once
    start = time.perf_counter()
    for phrase in PHRASES:
        read_phrase(phrase, 2024)
    assert (time.perf_counter() - start) / len(PHRASES) < 0.01


# ---- the same words however they are typed


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_unicode_form_makes_no_difference(form: Any) -> None:
    for phrase in PHRASES:
        typed = unicodedata.normalize(form, phrase)
        assert read_phrase(typed, 2024).when == read_phrase(phrase, 2024).when, typed


def test_the_tone_placement_makes_no_difference() -> None:
    for old, new in [("hòa", "hoà"), ("thủy", "thuỷ"), ("khỏe", "khoẻ"), ("ủy", "uỷ"), ("tòa", "toà")]:
        assert read_phrase(f"khi {old} có yêu cầu").when == read_phrase(f"khi {new} có yêu cầu").when
    assert read_phrase("hòan thành trước quí III", 2024).when == read_phrase("hoàn thành trước quý III", 2024).when


def test_capitals_make_no_difference() -> None:
    for phrase in PHRASES:
        assert folded(read_phrase(phrase.upper(), 2024)) == folded(read_phrase(phrase, 2024)), phrase


@given(st.sampled_from(PHRASES), st.sampled_from(["  ", "\t", "\u00a0", "\u2009", "\u3000", " \u200b"]))
def test_the_kind_of_blank_makes_no_difference(phrase: str, blank: str) -> None:
    assert read_phrase(phrase.replace(" ", blank), 2024).when == read_phrase(phrase, 2024).when


@given(st.sampled_from([case["phrase"] for case in READ if "event" not in str(case)]))
def test_a_blank_missing_beside_a_number_makes_no_difference(phrase: str) -> None:
    tight = re.sub(r"(?<=\d) (?=[^\W\d])|(?<=[^\W\d]) (?=\d)", "", phrase)
    assert read_phrase(tight, 2024).when == read_phrase(phrase, 2024).when


@given(st.sampled_from(PHRASES), st.sampled_from("‐‑‒–—−"))
def test_the_kind_of_dash_makes_no_difference(phrase: str, dash: str) -> None:
    assert read_phrase(phrase.replace("-", dash), 2024).when == read_phrase(phrase, 2024).when


# ---- whatever is typed


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_phrase(text, 2024)
    assert (reading.unread is None) == bool(reading.when)
    assert reading.unread is None or 0 <= reading.unread.at <= len(text)


_WORDS = sorted({word for phrase in PHRASES for word in phrase.split()})


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9).map(" ".join))
def test_words_of_time_in_any_order_never_give_a_date_that_is_not_there(text: str) -> None:
    reading = read_phrase(text, 2024)
    numbers = {int(digits) for digits in re.findall(r"[0-9]+", unicodedata.normalize("NFKC", text))} | {2024}
    assert (reading.unread is None) == bool(reading.when)
    for when in reading.when:
        if isinstance(when, Once) and isinstance(when.rule, BeforeDate | ByDate):
            # «trước năm 2025», «hết năm 2024» and «năm sau» name a day by its year or the year by the plan's.
            assert {when.rule.day.year, when.rule.day.year - 1, when.rule.day.year + 1} & numbers
            assert when.rule.day.day in numbers or when.rule.day.day in (1, 28, 29, 30, 31)


@settings(max_examples=60)
@given(st.sampled_from([case["phrase"] for case in READ]), st.sampled_from(["xong", "nhé", "gấp 3", "???", "15/6 17h"]))
def test_a_word_that_means_nothing_here_stops_the_reading(phrase: str, word: str) -> None:
    reading = read_phrase(f"{word} {word} {phrase}; {word} 99", 2024)
    assert reading.when == ()


# ---- meanings written out and read back

KINDS: tuple[PeriodKind, ...] = ("day", "week", "month", "quarter", "half_year", "nine_months", "year")
MOST = {"day": 365, "week": 52, "month": 12, "quarter": 4, "half_year": 2, "nine_months": 1, "year": 1}
COUNTS = st.integers(1, 400)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
EVENTS = st.sampled_from(
    [
        "UBND huyện ban hành kế hoạch",
        "nhận đủ hồ sơ hợp lệ, có xác nhận của thôn",
        "có yêu cầu",
        "theo yêu cầu của cấp trên",
        "đột xuất",
        "trước và trong quá trình bầu cử",
        "mỗi kỳ họp HĐND",
        "niêm yết tại trụ sở UBND",
        "kết thúc quý",
        "ký Quyết định số 15/QĐ-UBND ngày 19/12/2023",
    ]
)
OFFSETS = st.one_of(
    st.builds(BeforeDay, st.integers(1, 31), st.integers(0, 24)),
    st.builds(ByDay, st.integers(1, 31), st.integers(0, 24)),
    *(st.builds(rule, COUNTS) for rule in (WorkingDaysAfter, DaysAfter, MonthsAfter, WorkingDaysBefore, DaysBefore)),
    st.builds(Posting, COUNTS, st.booleans()),
)


def _months(year: int, first: int, last: int) -> Window:
    return Window(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


WINDOWS = st.one_of(
    st.tuples(DAYS, DAYS).map(lambda pair: Window(min(pair), max(pair))),
    st.tuples(st.integers(1990, 2090), st.integers(1, 12), st.integers(1, 12)).map(
        lambda parts: _months(parts[0], min(parts[1:]), max(parts[1:]))
    ),
    st.tuples(st.integers(1990, 2090), st.integers(0, 9)).map(
        lambda parts: Window(date(parts[0], 1, 1), date(sum(parts), 12, 31))
    ),
)


def _eaches(kind: PeriodKind) -> st.SearchStrategy[Each]:
    only = st.lists(st.integers(1, MOST[kind]), max_size=3).map(tuple)
    return st.builds(
        Each, st.just(kind), st.none() | OFFSETS, only, st.booleans(), st.sampled_from(["calendar", "nd09"])
    )


WHENS = st.one_of(
    st.builds(Once, st.builds(BeforeDate, DAYS) | st.builds(ByDate, DAYS) | WINDOWS),
    st.sampled_from(KINDS).flatmap(_eaches),
    st.builds(Times, COUNTS, st.sampled_from(KINDS)),
    st.builds(OnEvent, EVENTS, st.none() | OFFSETS),
    st.builds(Standing, st.sampled_from(KINDS)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WHENS, min_size=1, max_size=3))
def test_what_is_written_out_reads_back_the_same(whens: list[When]) -> None:
    assert read_phrase(print_when(whens)).when == tuple(whens)


@pytest.mark.parametrize("case", READ, ids=lambda case: case["phrase"])
def test_every_case_can_be_written_out_and_read_back(case: Mapping[str, Any]) -> None:
    reading = read(case)
    assert read_phrase(print_when(reading.when)).when == reading.when


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("từ 01/4 đến 30/9/2024", "quý II-III năm 2024"),
        ("trong thời gian 05 ngày làm việc, kể từ ngày họp", "chậm nhất 5 ngày làm việc sau khi họp"),
        ("mỗi năm ít nhất hai lần", "ít nhất 2 lần/năm"),
        ("6 tháng cuối năm 2024", "6 tháng cuối năm 2024"),
        ("hằng năm trước ngày 15/6", "trước ngày 15/06 hằng năm"),
        ("ngày 15 tháng cuối quý", "hằng quý, chậm nhất ngày 15 tháng cuối quý"),
    ],
)
def test_one_meaning_is_always_written_the_same_way(phrase: str, written: str) -> None:
    assert print_when(read_phrase(phrase, 2024).when) == written


def test_a_meaning_no_phrase_can_say_is_refused() -> None:
    for when in (Once(DaysAfter(5)), Each("year", ByDate(date(2024, 6, 15))), OnEvent("15/6/2024")):
        with pytest.raises(Unprintable):
            print_when([when])


# ---- meanings as JSON


@given(st.lists(WHENS, max_size=3))
def test_meanings_survive_json(whens: list[When]) -> None:
    stored = json.loads(json.dumps(print_whens(whens)))
    assert [parse_when(value) for value in stored] == whens


def test_json_names_are_those_of_the_contract() -> None:
    whens = read_phrase("trước ngày 15/6/2024; 6 tháng, năm; 2 lần/năm; khi có yêu cầu; thường xuyên").when
    assert print_whens(whens) == [
        {"kind": "before_date", "day": "2024-06-15"},
        {"kind": "each", "period": "half_year", "due": None, "only": [], "cut_off": False, "cut_offs": "calendar"},
        {"kind": "each", "period": "year", "due": None, "only": [], "cut_off": False, "cut_offs": "calendar"},
        {"kind": "times", "n": 2, "per": "year"},
        {"kind": "on_event", "event": "có yêu cầu", "due": None},
        {"kind": "standing", "checkpoint": "quarter"},
    ]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([], "đối tượng JSON"),
        ({"kind": "sometimes"}, "sometimes"),
        ({"kind": "each", "period": "fortnight"}, "period"),
        ({"kind": "each", "period": "year", "every": 2}, "every"),
        ({"kind": "each", "period": "quarter", "only": "2"}, "only"),
        ({"kind": "each", "period": "quarter", "only": [True]}, "only"),
        ({"kind": "each", "period": "quarter", "cut_off": "yes"}, "cut_off"),
        ({"kind": "each", "period": "quarter", "cut_offs": "nd10"}, "cut_offs"),
        ({"kind": "times", "n": 0, "per": "year"}, "«n»"),
        ({"kind": "times", "n": 2}, "per"),
        ({"kind": "on_event", "event": "  "}, "event"),
        ({"kind": "on_event", "event": "họp", "due": {"kind": "days_after"}}, "n"),
        ({"kind": "before_date", "day": "03/07/2024"}, "day"),
    ],
)
def test_json_that_is_no_meaning_is_refused_by_name(value: object, says: str) -> None:
    with pytest.raises(RuleError, match=re.escape(says)):
        parse_when(value)


def test_what_a_store_keeps_beside_a_meaning_is_left_alone() -> None:
    assert parse_when({"kind": "standing", "internal": True}) == Standing()
    assert parse_when({"kind": "by_date", "day": "2024-06-15", "internal": False}) == Once(ByDate(date(2024, 6, 15)))
