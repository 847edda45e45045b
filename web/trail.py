"""The trail, newest first: what a reader asked for, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.action_groups import actions_of, grouped_actions
from models.acts import ActRefused
from models.audit import head
from models.people import authorities
from models.tables import Authority, key_of
from models.trail import Asked, TrailPage, actors_of, read_trail
from rules.vietnamese import dmy
from web.attempts import read_day, read_number
from web.obligations import obligation_path, run_link
from web.refusal import Refusal
from web.search import LONGEST
from web.site import READ, Site, TheSite

pages = APIRouter()
TRAIL = "/nhat-ky"
_FIELDS = ("tu", "den", "hanh-vi", "nguoi", "ve", "tim")


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose trail is read: the authority, and how its pages are addressed where there are several."""

    office: Authority
    offices: list[Authority]

    @property
    def key(self) -> int:
        """The authority's key."""
        return key_of(self.office)

    @property
    def code(self) -> str:
        """What an address must say of the authority: nothing, when it is the only one."""
        return self.office.code if len(self.offices) > 1 else ""

    def link(self, path: str = "", **asked: str) -> str:
        """The address of one of this trail's pages."""
        query = urlencode({name: value for name, value in {"co-quan": self.code, **asked}.items() if value})
        return f"{TRAIL}{path}?{query}" if query else f"{TRAIL}{path}"


def desk_of(session: Session, site: Site, code: str) -> Desk:
    """The authority asked for, among those the reader may see; the first when none is named. Raises Refusal."""
    mine = site.visitor.authority_id if site.visitor else None
    offices = [office for office in authorities(session) if mine in (None, key_of(office))]
    for office in offices:
        if code in ("", office.code):
            return Desk(office, offices)
    raise Refusal(404, f"Không có cơ quan mang mã «{code[:LONGEST]}»." if code else "Chưa có cơ quan nào.")


def number_in(text: str) -> int:
    """The number of an entry as an address gives it. Raises Refusal."""
    if number := read_number(text):
        return number
    raise Refusal(404, f"Không có bản ghi số «{text[:LONGEST]}».")


@pages.api_route(TRAIL, methods=[*READ])
def trail_page(request: Request, site: TheSite) -> Response:
    """The entries asked for, newest first."""
    query = request.query_params
    typed = {name: query.get(name, "").strip()[:LONGEST] for name in _FIELDS}
    asked, refusal = _asked(typed)
    if number := query.get("truoc", ""):
        asked = replace(asked, before=number_in(number))
    with site.reading() as session:
        desk = desk_of(session, site, query.get("co-quan", ""))
        found = TrailPage() if refusal else read_trail(session, desk.key, asked)
        count, actors = head(session, desk.key)[0], actors_of(session, desk.key)
    return site.render(
        request, "trail", 422 if refusal else 200, desk=desk, typed=typed, refusal=refusal, found=found, count=count,
        actors=actors, groups=grouped_actions(), before=asked.before, filtered=any(typed.values()),
        older=desk.link(**typed, truoc=str(found.oldest)) if found.more else "", newest=desk.link(**typed),
        obligation_path=obligation_path, runs={one.flow_run: run_link(site, one) for one in found.entries},
    )  # fmt: skip


def _asked(typed: Mapping[str, str]) -> tuple[Asked, str]:
    """The question in the form, or why it cannot be asked."""
    try:
        first = read_day(typed["tu"], "Từ ngày") if typed["tu"] else None
        last = read_day(typed["den"], "Đến ngày") if typed["den"] else None
    except ActRefused as refused:
        return Asked(), str(refused)
    if first and last and last < first:
        return Asked(), f"Đến ngày {dmy(last)} đứng trước từ ngày {dmy(first)}."
    actions = actions_of(typed["hanh-vi"]) if typed["hanh-vi"] else []
    if actions is None:
        return Asked(), f"Không có hành vi «{typed['hanh-vi']}»."
    return Asked(first, last, actions, typed["nguoi"], typed["ve"], typed["tim"]), ""
