"""The leaders' page: how the office stands, what waits for a decision, by unit, index, kind and month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.people import authorities
from models.reply_views import Waiting, waiting_in
from models.reviews import Reported, reported_in
from models.tables import Authority, Person, key_of
from models.tallies import Month, Tally, by_index, by_kind, by_unit, months_until, tally_of
from models.views import ObligationLine, lines_on
from rules.vietnamese import dmy
from web.bars import MONTH_NAMES, STATE_NAMES, Segment, bar_of, columns_of, month_names
from web.figures import Cell
from web.search import ALL_TO_DO, BY_LAW, COMING, EVERY, INTERNAL, OUTSIDE, Search
from web.site import READ, Site, TheSite

pages = APIRouter()
LEADERS = "/lanh-dao"
WAITING = "cho-quyet-dinh"
About = Callable[[str], Search | None]  # a row's key -> the question its numbers answer


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One row of a table: its numbers, each a link to exactly those lines, and its bar."""

    name: str
    cells: tuple[Cell, ...]
    passed: Cell
    bar: tuple[Segment, ...]
    words: str


@dataclass(frozen=True, slots=True)
class TallyTable:
    """Rows counted by one thing, the worst first, their sum last."""

    key: str
    heading: str
    rows: tuple[TallyRow, ...]


@dataclass(frozen=True, slots=True)
class ToOpen:
    """Something a leader may decide on: `action` opens the page for it as `person`; nobody: not for this reader."""

    what: Waiting | Reported
    action: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """What waits for a decision and what may be looked at again; `others`: how much of it waits for other people."""

    waiting: tuple[ToOpen, ...]
    others: int
    reported: tuple[ToOpen, ...]


@pages.api_route(LEADERS, methods=[*READ])
def leaders_page(request: Request, site: TheSite) -> Response:
    """How the office stands today, for its leaders."""
    with site.reading() as session:
        offices = list(authorities(session))
        lines = lines_on(session, site.today())
        months = months_until(session, lines, site.today())
        decisions = _decisions(session, site, offices)
    whole = tally_of(lines)
    return site.render(
        request, "leaders", offices=[office.name for office in offices], now=site.now(), today=site.today(),
        cards=_cells(whole, Search()), passed=_passed(whole, Search()), decisions=decisions, waiting_id=WAITING,
        tables=_tables(lines, whole), state_names=STATE_NAMES, columns=columns_of(months),
        month_names=month_names(months), all_month_names=MONTH_NAMES, month_link=_month_link,
    )  # fmt: skip


def open_path(code: str) -> str:
    """Where the page is opened on which obligation `code` is decided."""
    return f"{LEADERS}/mo/{code}"


def opener(site: Site, people: Iterable[Person], wanted: str = "") -> Person | None:
    """As whom this reader may open a decision of `people`: as themselves; in practice as who is wanted, or the first.

    Nobody else opens anything, whatever they ask for.
    """
    if site.visitor is None:
        played = (person for person in people if wanted in ("", person.code))
        return next(played, None) if site.practice else None
    return next((person for person in people if person.id == site.visitor.person_id), None)


def _decisions(session: Session, site: Site, offices: Sequence[Authority]) -> Decisions:
    now = site.now()
    waiting = [_to_open(site, one) for office in offices for one in waiting_in(session, key_of(office), now)]
    reported = [_to_open(site, one) for office in offices for one in reported_in(session, office, now)]
    if site.visitor is None or site.visitor.person_id is None:
        return Decisions(tuple(waiting), 0, tuple(reported))
    mine = tuple(one for one in waiting if one.person)
    return Decisions(mine, len(waiting) - len(mine), tuple(one for one in reported if one.person))


def _to_open(site: Site, what: Waiting | Reported) -> ToOpen:
    person = opener(site, what.people) if site.key else None
    return ToOpen(what, open_path(what.obligation.code), person)


def _tables(lines: Sequence[ObligationLine], whole: Tally) -> tuple[TallyTable, ...]:
    return (
        _table("theo-don-vi", "Đơn vị chủ trì", by_unit(lines), whole, lambda key: Search(unit=key) if key else None),
        _table("theo-noi-dung", "Nội dung", by_index(lines), whole, lambda key: Search(index=key or OUTSIDE)),
        _table("theo-loai", "Loại nhiệm vụ", by_kind(lines), whole, lambda key: Search(kind=key)),
    )


def _table(key: str, heading: str, rows: Sequence[Tally], whole: Tally, about: About) -> TallyTable:
    most = max((row.total for row in rows), default=0)
    shown = [_row(row, about(row.key), bar_of(row, most)) for row in rows]
    return TallyTable(key, heading, (*shown, _row(whole, Search(), (), "Tổng cộng")))


def _row(row: Tally, about: Search | None, bar: tuple[Segment, ...], name: str = "") -> TallyRow:
    cells = _cells(row, about)
    words = ", ".join(f"{cell.count} {cell.name.lower()}" for cell in cells[:-1])
    return TallyRow(name or row.name, cells, _passed(row, about), bar, words)


def _cells(row: Tally, about: Search | None) -> tuple[Cell, ...]:
    """Overdue, due soon, on time and their sum, each with the list of exactly those."""
    counted = (
        ("Quá hạn", row.overdue, "qua-han"),
        ("Sắp đến hạn", row.soon, COMING),
        ("Trong hạn", row.on_time, "dung-han"),
        ("Tổng số", row.total, ALL_TO_DO),
    )
    return tuple(_cell(name, count, about, state, BY_LAW) for name, count, state in counted)


def _passed(row: Tally, about: Search | None) -> Cell:
    return _cell("Mốc nội bộ đã qua", row.passed, about, "qua-han", INTERNAL)


def _cell(name: str, count: int, about: Search | None, state: str, internal: str) -> Cell:
    asked = replace(about, state=state, internal=internal) if about else None
    return Cell(name, count, asked.link if asked and count else "", state)


def _month_link(month: Month) -> str:
    return Search(EVERY, internal=BY_LAW, since=dmy(month.first), until=dmy(month.last)).link
