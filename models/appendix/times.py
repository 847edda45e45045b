"""The time words of a line as «thoi-han» of a plan file, with what could not be read and what hides elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from models.appendix.happenings import Happening, happening_of
from models.appendix.points import line_of, passage_of
from models.plan_checks.quotas import times_in
from models.plan_times import TimesNotRead, entry_of
from rules.deadlines import BeforeDate, ByDate, Rule, Window
from rules.phrases import read_phrase
from rules.schedule import Once, OnEvent, Times, When

Entry = dict[str, Any]
_NOTE = re.compile(r"\s*\[chú thích: ([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a line's time words come to: the entries, the events they wait for by code, what a person must settle."""

    entries: tuple[Entry, ...] = ()
    events: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def schedule_of(time: str, others: Mapping[str, str], year: int) -> Schedule:
    """What `time` asks in `year`, with the counts that hide under the headings of `others`."""
    read = _read(time, year)
    found = [hidden for heading, words in others.items() for hidden in _quotas(heading, words, year)]
    entries = list(read.entries)
    entries += [entry for entry, _ in found if entry and entry not in entries]
    return Schedule(tuple(entries), read.events, (*read.doubts, *(doubt for _, doubt in found)))


def _read(cell: str, year: int) -> Schedule:
    time, notes = _NOTE.sub("", cell), tuple(found[1] for found in _NOTE.finditer(cell))
    if notes:
        read = _read(time, year)
        told = tuple(f"Ô thời gian có chú thích «{note}»; cần xác nhận cách hiểu." for note in notes)
        return replace(read, doubts=(*read.doubts, *told))
    if not line_of(time):
        return Schedule(doubts=("Ô thời gian để trống; phải có người quyết định thời hạn.",))
    reading = read_phrase(passage_of(time), year)  # a line a printer broke is one line
    if reading.unread:
        reading = read_phrase(time, year)
    if reading.unread:
        text = f"Không đọc được thời gian «{line_of(time)}». {reading.unread} Hãy viết lại thời hạn bằng lời rõ hơn."
        return Schedule(doubts=(text,))
    awaited = {when.event: happening_of(when.event) for when in reading.when if isinstance(when, OnEvent)}
    try:
        entries = tuple(entry_of(_coded(when, awaited)) for when in reading.when)
    except TimesNotRead as error:
        return Schedule(doubts=(f"Chưa ghi được thời gian «{line_of(time)}». {error}",))
    events = {event.code: event.name for event in awaited.values()}
    return Schedule(entries, events, tuple(_outside(reading.when, year)))


def _coded(when: When, awaited: Mapping[str, Happening]) -> When:
    return replace(when, event=awaited[when.event].code) if isinstance(when, OnEvent) else when


def _outside(whens: Sequence[When], year: int) -> Iterator[str]:
    """A date before the plan's year is likely copied from an older plan; nobody can keep it."""
    for when in whens:
        if isinstance(when, Once) and (last := _last_year(when.rule)) and last < year:
            yield f"Thời gian ghi năm {last}, trước năm {year} của kế hoạch; có thể chép từ kế hoạch cũ, phải hỏi lại."


def _last_year(rule: Rule) -> int | None:
    match rule:
        case BeforeDate(day) | ByDate(day):
            return day.year
        case Window(_, end):
            return end.year
        case _:
            return None


def _quotas(heading: str, words: str, year: int) -> Iterator[tuple[Entry, str]]:
    """Counts standing in another column, each proposed and told."""
    for phrase in times_in(line_of(words)):
        reading = read_phrase(phrase, year)
        text = f"Số lần «{phrase}» nằm ở cột «{heading}», không ở cột thời gian; "
        if reading.unread or not isinstance(reading.when[0], Times):
            yield {}, f"{text}chưa đọc được, phải có người quyết định."
        else:
            yield entry_of(reading.when[0]), f"{text}đã đề xuất thành một thời hạn, cần xác nhận."
