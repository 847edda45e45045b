"""What was disclosed in a quarter, by which form and when: the list that is itself posted (Luật 10/2022 Đ13.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.family_tables import Posting
from models.people import authorities
from models.postings import disclosed_between
from models.tables import Obligation
from rules.law.disclosures import CHANNELS, Item, item_named
from rules.periods import Period, periods_of
from rules.vietnamese import dmy
from web.attempts import read_day
from web.site import READ, TheSite

pages = APIRouter()
DISCLOSED = "/cong-khai"


@dataclass(frozen=True, slots=True)
class DisclosedLine:
    """One disclosure as the list names it."""

    item: Item
    channel: str
    posting: Posting
    obligation: Obligation

    @property
    def inside(self) -> bool:
        """Whether it was for the office's own staff, not for the people (Luật 10/2022 Đ46)."""
        return any("Điều 46" in ground.article for ground in self.item.basis)


@pages.api_route(DISCLOSED, methods=[*READ])
def disclosed_page(request: Request, site: TheSite) -> Response:
    """Everything disclosed between two days, this quarter unless asked otherwise."""
    now = _quarter_of(site.today())
    typed = {name: request.query_params.get(name, "").strip() for name in ("tu", "den")}
    refusal, (first, last) = "", (now.start, now.end)
    try:
        first, last = _asked(typed, now)
    except ActRefused as refused:
        refusal = str(refused)
    with site.reading() as session:
        lines = [_line(*found) for found in disclosed_between(session, first, last)]
        offices = [office.name for office in authorities(session)]
    return site.render(
        request, "disclosed", 422 if refusal else 200, refusal=refusal, first=first, last=last, offices=offices,
        typed={name: text or dmy(day) for (name, text), day in zip(typed.items(), (first, last), strict=True)},
        parts=(("Công khai để Nhân dân biết", "nhan-dan", [line for line in lines if not line.inside]),
               ("Công khai trong nội bộ cơ quan", "noi-bo", [line for line in lines if line.inside])),
        quarters=[*periods_of("quarter", now.start.year - 1)[2:], *periods_of("quarter", now.start.year)],
        name=next((q.name for q in periods_of("quarter", first.year) if (q.start, q.end) == (first, last)), ""),
        today=site.today(),
    )  # fmt: skip


def _asked(typed: dict[str, str], now: Period) -> tuple[date, date]:
    """The two days asked for; an empty one is that of this quarter. Raises ActRefused."""
    first = read_day(typed["tu"], "Từ ngày") if typed["tu"] else now.start
    last = read_day(typed["den"], "Đến ngày") if typed["den"] else now.end
    if last < first:
        raise ActRefused(f"Đến ngày {dmy(last)} đứng trước từ ngày {dmy(first)}.")
    return first, last


def _quarter_of(day: date) -> Period:
    return next(quarter for quarter in periods_of("quarter", day.year) if quarter.start <= day <= quarter.end)


def _line(posting: Posting, obligation: Obligation) -> DisclosedLine:
    return DisclosedLine(item_named(posting.item), CHANNELS[posting.channel], posting, obligation)
