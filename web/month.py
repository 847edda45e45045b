"""The calendar: a month in weeks, what falls due on each day, and which days nobody works, by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.obligations import stored_calendar
from models.people import authorities
from models.tables import key_of
from models.views import ObligationLine, lines_on
from rules.occurrences import KEEP
from rules.vietnamese import capital, dmy, weekday_dmy
from rules.working_days import DayOff, WorkingCalendar, WorkingWeekend
from web.attempts import YEARS
from web.obligations import by_name, units_of
from web.refusal import Refusal
from web.search import EVERY, LONGEST, Search
from web.site import READ, TheSite

pages = APIRouter()
CALENDAR = "/lich"
ON_A_DAY = 5
MARKS = {"han": "Hạn", "nen-xong": "Nên xong", "niem-yet": "Hết niêm yết", "moc": "Mốc nội bộ"}  # the weightiest first
_CLOSED = ("hoan-thanh", "truoc-theo-doi", "khong-con-ap-dung")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One obligation on one day, and what that day is to it."""

    line: ObligationLine
    mark: str  # a key of MARKS

    @property
    def closed(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.line.state in _CLOSED


@dataclass(frozen=True, slots=True)
class Note:
    """Why nobody works on a day, or why somebody does on a weekend; and the document that says so."""

    day: date
    words: str
    instrument: str
    swap: bool  # one side of an exchange of days
    works: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One day of the month."""

    day: date
    inside: bool  # of this month, not of the one beside it
    off: bool
    notes: tuple[Note, ...]
    entries: tuple[Entry, ...]
    link: str  # the list of everything of this day

    @property
    def shown(self) -> bool:
        """Whether there is anything to say of it."""
        return bool(self.entries or self.notes)

    @property
    def more(self) -> int:
        """How many are not shown here."""
        return max(0, len(self.entries) - ON_A_DAY)


@pages.api_route(CALENDAR, methods=[*READ])
def month_page(request: Request, site: TheSite) -> Response:
    """One month, this one unless the address asks for another."""
    today, unit = site.today(), request.query_params.get("don-vi", "").strip()[:LONGEST]
    first = _asked(request.query_params.get("thang", ""), today)
    with site.reading() as session:
        offices = list(authorities(session))
        lines = lines_on(session, today)
        calendars = {office.name: stored_calendar(session, key_of(office)) for office in offices}
    units = units_of(lines)
    if unit and unit not in units:
        raise Refusal(422, f"Không có đơn vị chủ trì «{unit}».")
    boxes = _boxes(first, unit, [line for line in lines if not unit or line.lead_code == unit], calendars)
    return site.render(
        request, "month", first=first, today=today, offices=list(calendars), unit=unit, units=by_name(units),
        weeks=[boxes[place : place + 7] for place in range(0, len(boxes), 7)], marks=MARKS, on_a_day=ON_A_DAY,
        notes=[note for box in boxes for note in box.notes], name=_name(first), address=month_path,
        before=_beside(first, -1), after=_beside(first, 1), month_name=_name,
        provisional=any(calendar.is_provisional(_last(first)) for calendar in calendars.values()),
    )  # fmt: skip


def month_path(first: date, unit: str = "") -> str:
    """The page of the month that begins on `first`."""
    asked = {"thang": f"{first:%Y-%m}", "don-vi": unit}
    return f"{CALENDAR}?{urlencode({name: value for name, value in asked.items() if value})}"


def _asked(text: str, today: date) -> date:
    """The first day of the month in the address. Raises Refusal."""
    if not text:
        return today.replace(day=1)
    found = _MONTH.fullmatch(text)
    if not found or int(found[1]) not in YEARS:
        wanted = f"cần năm-tháng từ {YEARS[0]}-01 đến {YEARS[-1]}-12, ví dụ 2024-07"
        raise Refusal(422, f"Không có tháng «{text[:40]}»: {wanted}.")
    return date(int(found[1]), int(found[2]), 1)


def _boxes(
    first: date, unit: str, lines: Iterable[ObligationLine], calendars: Mapping[str, WorkingCalendar]
) -> list[Box]:
    """Every day from the Monday of the first week to the Sunday of the last."""
    by_day = _by_day(lines)
    start, last = first - timedelta(days=first.weekday()), _last(first)
    end = last + timedelta(days=6 - last.weekday())
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [_box(day, unit, by_day.get(day, []), calendars) if first <= day <= last else _beyond(day) for day in days]


def _box(day: date, unit: str, entries: Sequence[Entry], calendars: Mapping[str, WorkingCalendar]) -> Box:
    off = bool(calendars) and not any(calendar.is_working(day) for calendar in calendars.values())
    link = Search(EVERY, unit, day=dmy(day)).link
    return Box(day, True, off, tuple(_notes(day, calendars)), tuple(sorted(entries, key=_weight)), link)


def _beyond(day: date) -> Box:
    return Box(day, False, False, (), (), "")


def _by_day(lines: Iterable[ObligationLine]) -> dict[date, list[Entry]]:
    found: dict[date, list[Entry]] = {}
    for line in lines:
        for day in {line.due, line.target}:
            found.setdefault(day, []).append(Entry(line, _mark(line, day)))
    return found


def _mark(line: ObligationLine, day: date) -> str:
    if line.internal:
        return "moc"
    if line.nature == KEEP:
        return "niem-yet"
    return "han" if day == line.due else "nen-xong"


def _weight(entry: Entry) -> tuple[bool, int, str]:
    return entry.closed, list(MARKS).index(entry.mark), entry.line.code


def _notes(day: date, calendars: Mapping[str, WorkingCalendar]) -> Iterator[Note]:
    """What the calendars say of `day`; an office is named only where they differ."""
    said = {name: _note(calendar, day) for name, calendar in calendars.items()}
    distinct = {note for note in said.values() if note}
    if len(distinct) == 1 and None not in said.values():
        yield from distinct
    else:
        yield from (replace(note, words=f"{name}: {note.words}") for name, note in said.items() if note)


def _note(calendar: WorkingCalendar, day: date) -> Note | None:
    if works := calendar.working_weekends.get(day):
        return _worked(works)
    off = calendar.off.get(day)
    return _named(off) if off else None


def _worked(works: WorkingWeekend) -> Note:
    words = f"Ngày làm việc, làm bù cho {weekday_dmy(works.for_day)}"
    return Note(works.day, words, works.instrument, swap=True, works=True)


def _named(off: DayOff) -> Note:
    name = capital(off.name)
    match off.kind:
        case "compensatory":
            name = f"Nghỉ bù {off.name.removesuffix(' (nghỉ bù)')}"
        case "swap_off":
            name = f"Nghỉ {off.name}"
    return Note(off.day, name, off.instrument, swap=off.kind == "swap_off", works=False)


def _name(first: date) -> str:
    return f"tháng {first:%m/%Y}"


def _last(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _beside(first: date, months: int) -> date | None:
    """The month before or after, as long as the calendar reaches it."""
    found = (first + timedelta(days=31 if months > 0 else -1)).replace(day=1)
    return found if found.year in YEARS else None
