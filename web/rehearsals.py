"""Rehearsals kept by the office: which there are, one as the picture of a year, two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.office_file import OfficeFileError
from models.people import authorities
from models.rehearsal_burden import Measure, Totals, crowded, peaks, tight_windows, totals
from models.rehearsal_file import Due, Rehearsal, kept_names, read_kept
from models.rehearsal_words import (
    SAME,
    altered_words,
    days_together,
    distance_words,
    letter_moved_words,
    measure_words,
    peak_words,
    unit_words,
)
from models.rehearsals import compare
from rules.rule_json import RuleError, parse_day
from web.heat import LEVELS, beyond, halves_of, level, monday_of, unit_of
from web.refusal import Refusal
from web.search import LONGEST
from web.site import READ, Site, TheSite

pages = APIRouter()
REHEARSALS = "/dien-tap"
MEASURE = Measure()
SHOWN_LETTERS = 40  # of one person and one kind; the command names them all


@dataclass(frozen=True, slots=True)
class Line:
    """One rehearsal in the list."""

    name: str
    rehearsal: Rehearsal
    totals: Totals


@dataclass(frozen=True, slots=True)
class Asked:
    """One cell of the picture looked into: a week, and a unit by its code, or all of them."""

    week: date
    unit: str | None
    dues: tuple[Due, ...]

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.week + timedelta(days=6)


@pages.api_route(REHEARSALS, methods=[*READ])
def rehearsals_page(request: Request, site: TheSite) -> Response:
    """Every rehearsal of the reader's authority; asked for two, the way to their difference."""
    before, after = (request.query_params.get(key, "") for key in ("truoc", "sau"))
    if before and after:
        return RedirectResponse(f"{path_of(_kept(site, before)[0])}/{_kept(site, after)[0]}", 303)
    found, unreadable = _all_kept(site)
    lines = [Line(name, one, totals(one, MEASURE)) for name, one in found]
    return site.render(
        request, "rehearsals/list", lines=lines, unreadable=unreadable, path_of=path_of, chosen=before or after,
        measure=measure_words(MEASURE),
    )  # fmt: skip


@pages.api_route(f"{REHEARSALS}/{{name}}", methods=[*READ])
def rehearsal_page(request: Request, name: str, site: TheSite) -> Response:
    """One rehearsal: its year, and what it asks of people."""
    name, found = _kept(site, name)
    year = found.inputs.plan.year
    return site.render(
        request, "rehearsals/one", name=name, found=found, totals=totals(found, MEASURE),
        halves=halves_of(found.obligations, year), outside=beyond(found.obligations, year), level=level, levels=LEVELS,
        asked=_asked(request, found), peaks=peaks(found), crowded=crowded(found, MEASURE), tight=tight_windows(found),
        measure=measure_words(MEASURE), cell_path=lambda week, unit=None: _cell_path(name, week, unit),
        path_of=path_of, unit_words=unit_words, sunday=lambda week: week + timedelta(days=6),
        recipients={one.code: one for one in found.people},
    )  # fmt: skip


@pages.api_route(f"{REHEARSALS}/{{before}}/{{after}}", methods=[*READ])
def difference_page(request: Request, before: str, after: str, site: TheSite) -> Response:
    """What the second of two rehearsals does otherwise."""
    (first, was), (second, now) = _kept(site, before), _kept(site, after)
    return site.render(
        request, "rehearsals/difference", names=(first, second), was=was, now=now, found=compare(was, now, MEASURE),
        path_of=path_of, unit_words=unit_words, same=SAME, days_together=days_together, altered_words=altered_words,
        distance_words=distance_words,
        letter_moved_words=letter_moved_words, peak_words=peak_words, measure=measure_words(MEASURE),
        shown_letters=SHOWN_LETTERS,
        dues={row.code: row for one in (was, now) for row in one.obligations},
        name_of=lambda person: now.inputs.people.names.get(person) or was.name_of(person),
    )  # fmt: skip


def path_of(name: str) -> str:
    """The page of one rehearsal."""
    return f"{REHEARSALS}/{name}"


def _cell_path(name: str, week: date, unit: str | None) -> str:
    asked = {"tuan": week.isoformat()} | ({} if unit is None else {"don-vi": unit})
    return f"{path_of(name)}?{urlencode(asked)}#trong-tuan"


def _all_kept(site: Site) -> tuple[list[tuple[str, Rehearsal]], int]:
    """What the reader may see, by name; and how many folders hold what cannot be read."""
    assert site.shelf  # noqa: S101  these pages exist only with a shelf
    mine, found, unreadable = _codes(site), [], 0
    for name in kept_names(site.shelf):
        try:
            one = read_kept(site.shelf, name)
        except OfficeFileError:
            unreadable += 1
            continue
        if one and one.inputs.authority.code in mine:
            found.append((name, one))
    return found, unreadable


def _kept(site: Site, name: str) -> tuple[str, Rehearsal]:
    """The rehearsal of this name that the reader may see. Raises Refusal."""
    assert site.shelf  # noqa: S101  these pages exist only with a shelf
    try:
        found = read_kept(site.shelf, name)
    except OfficeFileError:
        raise Refusal(422, f"Kết quả chạy thử «{name}» không đọc được; xin người quản trị chạy thử lại.") from None
    if found is None or found.inputs.authority.code not in _codes(site):
        raise Refusal(404, f"Không có lần chạy thử nào mang tên «{name[:LONGEST]}».")
    return name, found


def _codes(site: Site) -> set[str]:
    """The authorities whose rehearsals the reader may see: their own; in practice, all of the house."""
    with site.reading() as session:
        own = site.visitor.authority_id if site.visitor else None
        return {one.code for one in authorities(session) if own in (None, one.id)}


def _asked(request: Request, found: Rehearsal) -> Asked | None:
    """The week, and perhaps the unit, named in the address. Raises Refusal."""
    query = request.query_params
    if not (typed := query.get("tuan", "")):
        return None
    try:
        week = monday_of(parse_day(typed))
    except RuleError as error:
        raise Refusal(422, f"Tuần không đọc được: {error}") from None
    unit = query.get("don-vi")
    return Asked(week, unit, _dues_in(found.obligations, week, unit))


def _dues_in(dues: Sequence[Due], week: date, unit: str | None) -> tuple[Due, ...]:
    mine = (due for due in dues if monday_of(due.target) == week and unit in (None, unit_of(due)[0]))
    return tuple(sorted(mine, key=lambda due: (due.target, due.code)))
