"""A time in words and the plan file's «thoi-han»: each written as the other, and read back as the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from pydantic import TypeAdapter

from models.plan_entries import PERIOD_WORDS, SPAN_WORDS, Entry
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
from rules.law.terms import duty_named
from rules.phrase_print import Unprintable, print_when
from rules.phrases import read_phrase
from rules.schedule import ByLaw, Due, Each, Once, OnEvent, Standing, Stated, Times, When
from rules.vietnamese import fold

Keys = dict[str, Any]
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
_LONGEST_CODE = 60
_SOME_EVENT = "có sự kiện sau"


class TimesNotRead(ValueError):
    """Words that say no time a plan file can hold; the message is for who wrote them."""


@dataclass(frozen=True, slots=True)
class TimesRead:
    """What words mean as entries of «thoi-han», and the events they name that the plan does not know yet."""

    entries: list[Keys]
    new_events: list[Keys]


def read_times(words: str, year: int | None, events: Iterable[Mapping[str, Any]]) -> TimesRead:
    """The entries that `words` stand for in a plan of `year`; `events` are those it declares. Raises TimesNotRead."""
    reading = read_phrase(words, year)
    if reading.unread:
        raise TimesNotRead(str(reading.unread))
    codes = {fold(name): str(event["ma"]) for event in events for name in (event["ten"], event["ma"])}
    new: list[Keys] = []
    entries = [entry_of(_with_code(when, codes, new)) for when in reading.when]
    return TimesRead(entries, new)


@dataclass(frozen=True, slots=True)
class TimesSaid:
    """Entries as one phrase that reads back as the `spoken` of them; `kept` are those no phrase says."""

    words: str
    spoken: tuple[Keys, ...]
    kept: tuple[Keys, ...]


def said_times(entries: Iterable[Keys], events: Iterable[Mapping[str, Any]]) -> TimesSaid:
    """What can be said of `entries`, and what cannot: a term of law, a day that a document will name."""
    names = _names(events)
    told = [(entry, _phrase([entry], names)) for entry in entries]
    spoken, kept = (tuple(entry for entry, words in told if bool(words) is said) for said in (True, False))
    if (words := _phrase(spoken, names)) is None:  # said together they would mean something else
        return TimesSaid("", (), (*spoken, *kept))
    return TimesSaid(words, spoken, kept)


def entry_words(entry: Keys, events: Iterable[Mapping[str, Any]]) -> str:
    """One entry as a reader is told it, whether or not a phrase says it."""
    return when_words(_with_name(_ENTRY.validate_python(entry).when(), _names(events)))


def when_words(when: When) -> str:
    """`when` as a reader is told it, an event by its name: in a phrase that reads back as it, or in other words."""
    return _printed(when) or f"{_how(when)}: {_of_what(when)}"


def _how(when: When) -> str:
    match getattr(when, "due", None):
        case ByLaw(duty):
            return f"theo luật định về việc «{duty_named(duty).name}»"
        case Stated():
            return "theo hạn ghi trong văn bản"
        case OnTheDay():
            return "ngay trong ngày"
        case _ if isinstance(when, OnEvent):  # its name says something by itself, and the phrase would mean another
            return _printed(replace(when, event=_SOME_EVENT)) or "theo tệp kế hoạch"
        case _:
            return "theo tệp kế hoạch"


def _of_what(when: When) -> str:
    match when:
        case OnEvent(event):
            return event
        case Each():
            return _printed(replace(when, due=None)) or "mỗi kỳ"
        case _:
            return "mỗi kỳ"


def _printed(*whens: When) -> str | None:
    """`whens` as one phrase; None when no phrase says them."""
    try:
        return print_when(whens) if whens else ""
    except Unprintable:
        return None


def _names(events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {str(event["ma"]): str(event["ten"]) for event in events}


def _phrase(entries: Sequence[Keys], names: Mapping[str, str]) -> str | None:
    """`entries` as one phrase; None when no phrase says them."""
    return _printed(*(_with_name(_ENTRY.validate_python(entry).when(), names) for entry in entries))


def _with_code(when: When, codes: dict[str, str], new: list[Keys]) -> When:
    """`when` waiting for an event by its code; one not known yet gets a code of its own."""
    if not isinstance(when, OnEvent):
        return when
    words = fold(when.event)
    if words not in codes:
        codes[words] = free_code(words, set(codes.values()))
        new.append({"ma": codes[words], "ten": when.event})
    return replace(when, event=codes[words])


def _with_name(when: When, names: Mapping[str, str]) -> When:
    return replace(when, event=names.get(when.event, when.event)) if isinstance(when, OnEvent) else when


def free_code(words: str, taken: set[str]) -> str:
    """A code made of folded `words`, «ke-hoach-duoc-phe-duyet»; with a number when that is `taken`."""
    code = re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:_LONGEST_CODE].strip("-") or "ma"
    numbered = (f"{code}-{number}" for number in range(2, len(taken) + 3))
    return code if code not in taken else next(one for one in numbered if one not in taken)


def entry_of(when: When) -> Keys:
    """The entry of «thoi-han» that means `when`, an event by its code. Raises TimesNotRead when there is none."""
    match when:
        case Once(rule):
            return _dated(rule)
        case Each(period, due, only, cut_off, cut_offs):
            kept = {
                "han": _offset(due) if due else None,
                "chi-ky": list(only),
                "chot-so-lieu": cut_off,
                "moc-chot": "nd09" if cut_offs == "nd09" else None,
            }
            return {
                "kieu": "moi-ky",
                "ky": PERIOD_WORDS[period],
                **{name: item for name, item in kept.items() if item},
            }
        case Times(n, per):
            return {"kieu": "so-lan", "so-lan": n, "moi": PERIOD_WORDS[per]}
        case OnEvent(event, due):
            return {"kieu": "su-kien", "su-kien": event, **({"han": _offset(due)} if due else {})}
        case Standing("quarter"):
            return {"kieu": "thuong-xuyen"}
        case Standing():
            raise TimesNotRead(
                "Việc thường xuyên có mốc nội bộ mỗi quý; mốc khác xin ghi thành kỳ, ví dụ «hằng tháng»."
            )
        case _:
            assert_never(when)


def _dated(rule: Rule) -> Keys:
    match rule:
        case BeforeDate(day):
            return {"kieu": "truoc-ngay", "ngay": day.isoformat()}
        case ByDate(day):
            return {"kieu": "cham-nhat-ngay", "ngay": day.isoformat()}
        case Window(start, end):
            return {"kieu": "khoang", "tu": start.isoformat(), "den": end.isoformat()}
        case _:
            raise TimesNotRead("Thời hạn này phải tính từ một kỳ hoặc một sự kiện; xin ghi rõ kể từ khi nào.")


def _offset(due: Due) -> Keys:
    match due:
        case BeforeDay(day, months) | ByDay(day, months):
            kind = "truoc-ngay-thang" if isinstance(due, BeforeDay) else "den-ngay-thang"
            return {"kieu": kind, "ngay": day, **({"thang-sau": months} if months else {})}
        case WorkingDaysAfter(n) | DaysAfter(n) | MonthsAfter(n) | WorkingDaysBefore(n) | DaysBefore(n):
            return {"kieu": SPAN_WORDS[type(due)], "so": n}
        case Posting(n, working):
            return {"kieu": "niem-yet", "so": n, **({"ngay-lam-viec": True} if working else {})}
        case ByLaw(duty):
            return {"kieu": "theo-luat", "nghia-vu": duty}
        case OnTheDay():
            return {"kieu": "dung-ngay"}
        case Stated():
            return {"kieu": "theo-van-ban"}
        case BeforeDate() | ByDate() | Window():
            raise TimesNotRead(
                "Một kỳ hoặc một sự kiện không thể có hạn là một ngày cố định; xin ghi hai thời hạn riêng."
            )
        case _:
            assert_never(due)
