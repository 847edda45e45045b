"""One schedule of a plan task in a later year: kept as it is, shifted to that year, or dropped and why."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from models.plan_entries import DateEntry, EachEntry, Entry, EventEntry, StandingEntry, TimesEntry, WindowEntry
from models.plan_schema import EventKeys
from rules.law.terms import NoTermInForce
from rules.occurrences import occurrences
from rules.periods import periods_of
from rules.schedule import Each
from rules.vietnamese import dmy
from rules.working_days import WorkingCalendar

_DAYS_IN_A_YEAR = 366
_SCHOOL_STARTS, _SCHOOL_ENDS = (8, 9), (5, 6)


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn from one plan year to a later one, and what had happened by then."""

    old: int
    new: int
    events: dict[str, EventKeys]
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Kept:
    """A schedule that goes on; `window` are its new days and `only` its periods, where these changed."""

    window: tuple[date, date] | None = None
    only: tuple[int, ...] | None = None
    school_year: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A schedule that does not go on."""

    why: str


Fate = Kept | Dropped


def fate_of(entry: Entry, turn: Turn, once: bool, open_question: bool) -> Fate:
    """What becomes of `entry`; `once` marks a one-off task, `open_question` one that still waits for a person.

    A window that had ended before its own plan («Trong năm 2023») is a slip somebody was asked about: it moves on too.
    """
    match entry:
        case DateEntry():
            word = "trước ngày" if entry.kieu == "truoc-ngay" else "chậm nhất ngày"
            return Dropped(f"hạn một lần, {word} {dmy(entry.ngay)}")
        case WindowEntry():
            return _window(entry, turn, once, open_question)
        case EachEntry():
            return _each(entry, turn)
        case EventEntry():
            return _on_event(turn.events.get(entry.su_kien), once)
        case TimesEntry() | StandingEntry():
            return Kept()
        case _:
            assert_never(entry)


def _window(entry: WindowEntry, turn: Turn, once: bool, open_question: bool) -> Fate:
    span, opens = f"{dmy(entry.tu)}-{dmy(entry.den)}", date(turn.new, 1, 1)
    runs_on = entry.den >= opens
    if (entry.den - entry.tu).days >= _DAYS_IN_A_YEAR:
        return Kept() if runs_on else Dropped(f"khoảng nhiều năm {span} kết thúc trước năm {turn.new}")
    if once:
        return Kept() if runs_on else Dropped(f"việc một lần, trong khoảng {span}")
    if entry.den.year < turn.old and not open_question:
        return Dropped(f"khoảng {span} đã hết trước năm kế hoạch {turn.old}")
    return _shifted(entry, turn.new - min(turn.old, entry.den.year))


def _shifted(entry: WindowEntry, years: int) -> Kept:
    school = entry.tu.month in _SCHOOL_STARTS and entry.den.month in _SCHOOL_ENDS and entry.tu.year < entry.den.year
    return Kept((years_later(entry.tu, years), years_later(entry.den, years)), school_year=school)


def years_later(day: date, years: int) -> date:
    """The same day of a later year; the last day of February stays the last."""
    year = day.year + years
    length = monthrange(year, day.month)[1]
    last = day.day == monthrange(day.year, day.month)[1]
    return date(year, day.month, length if last else day.day)


def _each(entry: EachEntry, turn: Turn) -> Fate:
    when = entry.when()
    assert isinstance(when, Each)  # noqa: S101  the only meaning such an entry has
    there = {period.ordinal for period in periods_of(when.period, turn.new, when.cut_offs)}
    only = tuple(number for number in when.only if number in there)
    if when.only and not only:
        return Dropped(f"kỳ thứ {when.only[0]} không có trong năm {turn.new}")
    try:
        occurrences(when, turn.calendar, [turn.new], {})
    except NoTermInForce as error:
        return Dropped(str(error).rstrip("."))
    return Kept(only=only if only != when.only else None)


def _on_event(event: EventKeys | None, once: bool) -> Fate:
    if once and event and event.ngay:
        return Dropped(f"việc một lần, sự kiện «{event.ten}» đã có ngày {dmy(event.ngay)}")
    return Kept()
