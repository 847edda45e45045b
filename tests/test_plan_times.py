"""A time in words and the plan file's «thoi-han»: what a person types, what is kept, and back again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proposals import whole
from pydantic import TypeAdapter

from models.plan_entries import Entry
from models.plan_times import TimesNotRead, entry_words, read_times, said_times
from rules.deadlines import BeforeDate, BeforeDay, ByDate, ByDay, DaysAfter, MonthsAfter, Window, WorkingDaysAfter
from rules.phrase_print import Unprintable, print_when
from rules.schedule import Each, Once, OnEvent, Standing, Times, When

EVENTS = [{"ma": "hop-dan", "ten": "Họp cộng đồng dân cư"}]
ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


@pytest.mark.parametrize(
    ("words", "entries"),
    [
        ("trước ngày 03/7/2024", [{"kieu": "truoc-ngay", "ngay": "2024-07-03"}]),
        ("chậm nhất ngày 15/8", [{"kieu": "cham-nhat-ngay", "ngay": "2024-08-15"}]),
        ("quý II năm 2024", [{"kieu": "khoang", "tu": "2024-04-01", "den": "2024-06-30"}]),
        ("hằng quý", [{"kieu": "moi-ky", "ky": "quy"}]),
        ("trước ngày 25 hằng tháng",
         [{"kieu": "moi-ky", "ky": "thang", "han": {"kieu": "truoc-ngay-thang", "ngay": 25}}]),
        ("ít nhất 2 lần/năm", [{"kieu": "so-lan", "so-lan": 2, "moi": "nam"}]),
        ("Thường xuyên", [{"kieu": "thuong-xuyen"}]),
        ("6 tháng, năm", [{"kieu": "moi-ky", "ky": "nua-nam"}, {"kieu": "moi-ky", "ky": "nam"}]),
        ("chậm nhất 5 ngày làm việc sau khi họp cộng đồng dân cư",
         [{"kieu": "su-kien", "su-kien": "hop-dan", "han": {"kieu": "ngay-lam-viec-sau", "so": 5}}]),
    ],
)  # fmt: skip
def test_what_a_person_types_is_kept_as(words: str, entries: list[dict[str, Any]]) -> None:
    read = read_times(words, 2024, EVENTS)
    assert (read.entries, read.new_events) == (entries, [])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("sau rằm", "Vị trí 1: đọc được «sau rằm», cần"),
        ("trước ngày 31/02/2024", "Vị trí 12: đọc được «31/02/2024», cần"),
        ("hằng quý; lúc nào rảnh", "Vị trí 11: đọc được «lúc nào rảnh», cần"),
        ("thường xuyên (mốc nội bộ hằng tháng)", "mốc khác xin ghi thành kỳ"),
    ],
)
def test_words_that_say_no_time_are_refused_at_their_place(words: str, why: str) -> None:
    with pytest.raises(TimesNotRead) as refused:
        read_times(words, 2024, EVENTS)
    assert why in str(refused.value)


def test_an_event_the_plan_does_not_know_gets_a_code_of_its_own() -> None:
    read = read_times("sau khi hết vụ mùa; sau khi HẾT VỤ MÙA; trong 3 ngày kể từ ngày hợp dân", 2024, EVENTS)
    assert read.new_events == [{"ma": "het-vu-mua", "ten": "hết vụ mùa"}, {"ma": "hop-dan-2", "ten": "hợp dân"}]
    assert [entry["su-kien"] for entry in read.entries] == ["het-vu-mua", "het-vu-mua", "hop-dan-2"]


def test_every_time_of_the_real_plan_is_said_and_what_is_said_reads_back() -> None:
    events, said, kept = whole().head["su-kien"], 0, 0
    for task in whole().tasks:
        times = said_times(task.keys.get("thoi-han", ()), events)
        said, kept = said + len(times.spoken), kept + len(times.kept)
        if times.words:
            read = read_times(times.words, 2024, events)
            assert [meaning(entry) for entry in read.entries] == [meaning(entry) for entry in times.spoken], task.code
            assert read.new_events == []
        assert all(entry_words(entry, events) for entry in task.keys.get("thoi-han", ()))
    assert said > 110
    assert kept < 40  # terms of law, days that documents will name


def meaning(entry: dict[str, Any]) -> When:
    return ENTRY.validate_python(entry).when()


day = st.dates(date(2024, 1, 1), date(2025, 12, 31))
count = st.integers(1, 60)
month_day = st.integers(1, 28)
period = st.sampled_from(["week", "month", "quarter", "half_year", "nine_months", "year"])
offset = st.one_of(
    st.builds(BeforeDay, month_day, st.integers(0, 2)),
    st.builds(ByDay, month_day, st.integers(0, 2)),
    st.builds(WorkingDaysAfter, count),
    st.builds(DaysAfter, count),
    st.builds(MonthsAfter, st.integers(1, 12)),
)
when = st.one_of(
    st.builds(Once, st.one_of(st.builds(BeforeDate, day), st.builds(ByDate, day))),
    st.builds(lambda start, days: Once(Window(start, date.fromordinal(start.toordinal() + days))), day, count),
    st.builds(Each, period, st.none() | offset, st.just(()), st.booleans()),
    st.builds(Times, count, period),
    st.builds(OnEvent, st.just("họp cộng đồng dân cư"), st.none() | offset),
    st.just(Standing()),
)


@settings(max_examples=150, deadline=None)
@given(when)
def test_whatever_a_phrase_says_is_kept_as_an_entry_of_the_same_meaning(one: When) -> None:
    try:
        words = print_when([one])
    except Unprintable:
        return
    (entry,) = read_times(words, 2024, EVENTS).entries
    kept = meaning(entry)
    assert kept == (OnEvent("hop-dan", one.due) if isinstance(one, OnEvent) else one)
    again = said_times([entry], EVENTS)
    assert [meaning(e) for e in read_times(again.words, 2024, EVENTS).entries] == [kept]
