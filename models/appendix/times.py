"""The time words of a line as «thoi-han» of a plan file, with what could not be read and what hides elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from models.appendix.happenings import happening_of
from models.appendix.points import line_of, passage_of
from models.plan_entries import PERIODS
from rules.deadlines import (
    BeforeDate,
    BeforeDay,
    ByDate,
    ByDay,
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    OnTheDay,
    Posting,
    Rule,
    Window,
    WorkingDaysAfter,
    WorkingDaysBefore,
)
from rules.phrases import read_phrase
from rules.schedule import ByLaw, Counted, Each, Once, OnEvent, Standing, Stated, Times, When

Entry = dict[str, Any]
_WORDS = {kind: word for word, kind in PERIODS.items()}
_QUOTA = re.compile(
    r"(?:ít nhất|tối thiểu|không dưới|từ)?\s*\d{1,3}\s*(?:lần|cuộc|buổi|kỳ|đợt|hội nghị)"
    r"\s*(?:/|mỗi|một|trong)\s*(?:0?1 )?(?:năm|quý|tháng|tuần)",
    re.IGNORECASE,
)


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


def _read(time: str, year: int) -> Schedule:
    if not line_of(time):
        return Schedule(doubts=("Ô thời gian để trống; phải có người quyết định thời hạn.",))
    reading = read_phrase(passage_of(time), year)  # a line a printer broke is one line
    if reading.unread:
        reading = read_phrase(time, year)
    if reading.unread:
        text = f"Không đọc được thời gian «{line_of(time)}». {reading.unread} Hãy viết lại thời hạn bằng lời rõ hơn."
        return Schedule(doubts=(text,))
    awaited = [happening_of(when.event) for when in reading.when if isinstance(when, OnEvent)]
    events = {event.code: event.name for event in awaited}
    entries = tuple(entry_of(when) for when in reading.when)
    return Schedule(entries, events, tuple(_outside(reading.when, year)))


def entry_of(when: When) -> Entry:
    """`when` in the keys of a plan file; what models/plan_entries reads back as the same meaning.

    A checkpoint the plan does not date is marked «noi-bo». Raises ValueError for what no key says.
    """
    match when:
        case Once(BeforeDate(day)):
            return {"kieu": "truoc-ngay", "ngay": day.isoformat()}
        case Once(ByDate(day)):
            return {"kieu": "cham-nhat-ngay", "ngay": day.isoformat()}
        case Once(Window(start, end)):
            return {"kieu": "khoang", "tu": start.isoformat(), "den": end.isoformat()}
        case Each(period, due, only, cut_off, cut_offs):
            entry: Entry = {"kieu": "moi-ky", "ky": _WORDS[period]}
            entry |= {"chi-ky": list(only)} if only else {}
            entry |= {"chot-so-lieu": True} if cut_off else {}
            entry |= {"moc-chot": "nd09"} if cut_offs == "nd09" else {}
            return entry | ({"han": _offset(due)} if due else {})
        case Times(n, per):
            return {"kieu": "so-lan", "so-lan": n, "moi": _WORDS[per]}
        case OnEvent(event, due):
            entry = {"kieu": "su-kien", "su-kien": happening_of(event).code}
            return entry | ({"han": _due(due)} if due else {})
        case Standing():
            return {"kieu": "thuong-xuyen"}
        case _:
            raise ValueError(f"thời hạn {when} chưa có khóa trong tệp kế hoạch.")


def _due(due: Counted | Stated) -> Entry:
    return {"kieu": "theo-van-ban"} if isinstance(due, Stated) else _offset(due)


def _offset(due: Counted) -> Entry:
    match due:
        case BeforeDay(day, months):
            return {"kieu": "truoc-ngay-thang", "ngay": day, "thang-sau": months}
        case ByDay(day, months):
            return {"kieu": "den-ngay-thang", "ngay": day, "thang-sau": months}
        case WorkingDaysAfter(n):
            return {"kieu": "ngay-lam-viec-sau", "so": n}
        case DaysAfter(n):
            return {"kieu": "ngay-sau", "so": n}
        case MonthsAfter(n):
            return {"kieu": "thang-sau", "so": n}
        case WorkingDaysBefore(n):
            return {"kieu": "ngay-lam-viec-truoc", "so": n}
        case DaysBefore(n):
            return {"kieu": "ngay-truoc", "so": n}
        case Posting(n, working):
            return {"kieu": "niem-yet", "so": n} | ({"ngay-lam-viec": True} if working else {})
        case OnTheDay():
            return {"kieu": "dung-ngay"}
        case ByLaw(duty):
            return {"kieu": "theo-luat", "nghia-vu": duty}
        case BeforeDate() | ByDate() | Window():
            raise ValueError(f"thời hạn {due} không tính từ một sự kiện hay một kỳ.")
        case _:
            assert_never(due)


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
    for found in _QUOTA.finditer(line_of(words)):
        phrase = found[0].strip()
        reading = read_phrase(phrase, year)
        text = f"Số lần «{phrase}» nằm ở cột «{heading}», không ở cột thời gian; "
        if reading.unread or not isinstance(reading.when[0], Times):
            yield {}, f"{text}chưa đọc được, phải có người quyết định."
        else:
            yield entry_of(reading.when[0]), f"{text}đã đề xuất thành một thời hạn, cần xác nhận."
