"""Acts about a whole draft: a document imported, the plan's own facts corrected, a unit declared, all taken back."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.draft_sources import propose_plan
from models.drafts import Decider, correct_head, declare_unit, store_draft, withdraw_draft
from models.people import authorities
from models.tables import Authority
from web.attempts import (
    YEARS,
    Sent,
    SentWithFile,
    carry_out,
    day_if_typed,
    day_typed,
    file_chosen,
    words_needed,
    words_typed,
)
from web.drafts import DRAFTS, RELATIONS, draft_path, number_in, show_draft, show_drafts, version_seen
from web.forms import Submission
from web.site import Site, TheSite

pages = APIRouter()


@pages.post(DRAFTS)
def import_document(request: Request, site: TheSite, sent: SentWithFile) -> Response:
    """Read a signed document and keep what is proposed from it for review; a refused one leaves nothing."""

    def act(session: Session) -> str:
        if (kept := file_chosen(site, sent)) is None:
            raise ActRefused("Cần chọn tệp văn bản kế hoạch.")
        office = _office(session, sent)
        proposal = propose_plan(kept.name, sent.files[0].content, office, _stated(sent))
        return draft_path(store_draft(session, office, proposal, kept, site.now(), site.actor).id)

    return carry_out(site, "nhap", sent, act, partial(show_drafts, request, site))


@pages.post(draft_path("{draft}", "chung"))
def correct_facts(request: Request, draft: str, site: TheSite, sent: Sent) -> Response:
    """Correct what the plan says of itself: number, day, year, title, code."""

    def act(session: Session) -> str:
        correct_head(session, number_in(draft), version_seen(sent), _facts(sent), _decider(site))
        return draft_path(draft)

    return carry_out(site, "chung", sent, act, partial(show_draft, request, site, draft))


@pages.post(draft_path("{draft}", "don-vi"))
def declare(request: Request, draft: str, site: TheSite, sent: Sent) -> Response:
    """Add a unit the document names, or say how it stands to the office."""

    def act(session: Session) -> str:
        relation = sent.fields.get("quan-he", "")
        if relation not in RELATIONS:
            raise ActRefused(f"Quan hệ cần một trong {', '.join(RELATIONS.values())}.")
        name = words_needed(sent, "ten", "Tên đơn vị", 200)
        declare_unit(session, number_in(draft), name, relation, _decider(site))
        return f"{draft_path(draft)}#cac-don-vi"

    return carry_out(site, "don-vi", sent, act, partial(show_draft, request, site, draft))


@pages.post(draft_path("{draft}", "rut"))
def withdraw(request: Request, draft: str, site: TheSite, sent: Sent) -> Response:
    """Take the draft back: nothing of it is loaded."""

    def act(session: Session) -> str:
        withdraw_draft(session, number_in(draft), words_needed(sent, "ly-do", "Lý do"), _decider(site))
        return DRAFTS

    return carry_out(site, "rut", sent, act, partial(show_draft, request, site, draft))


def _decider(site: Site) -> Decider:
    return Decider(site.actor, site.now())


def _office(session: Session, sent: Submission) -> Authority:
    """The authority whose plan it is: the reader's own, or the one chosen. Raises ActRefused."""
    offices = list(authorities(session))
    chosen = [office for office in offices if len(offices) == 1 or office.code == sent.fields.get("co-quan")]
    if not chosen:
        raise ActRefused("Cần chọn cơ quan ban hành kế hoạch.")
    return chosen[0]


def _stated(sent: Submission) -> dict[str, Any]:
    """What a person says of the plan because its document does not. Raises ActRefused."""
    stated = {
        "number": words_typed(sent, "so", "Số, ký hiệu", 100),
        "signed": day_if_typed(sent, "ngay", "Ngày ký"),
        "year": _year(sent) if sent.fields.get("nam") else None,
    }
    return {name: value for name, value in stated.items() if value}


def _facts(sent: Submission) -> dict[str, Any]:
    """The plan's own facts as typed, in the plan file's keys. Raises ActRefused."""
    return {
        "ma": words_needed(sent, "ma", "Mã kế hoạch", 64),
        "so": words_needed(sent, "so", "Số, ký hiệu", 100),
        "ngay": day_typed(sent, "ngay", "Ngày ký").isoformat(),
        "nam": _year(sent),
        "ten": words_needed(sent, "ten", "Tên kế hoạch", 1000),
    }


def _year(sent: Submission) -> int:
    text = sent.fields.get("nam", "")
    if text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS:
        return int(text)
    raise ActRefused(f"Năm cần từ {YEARS[0]} đến {YEARS[-1]}; đọc được «{text[:40]}».")
