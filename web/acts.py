"""What practice may do from its pages: the next working morning; an obligation done, returned, given more time."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.actions import extend_obligation, report_done, return_evidence
from models.acts import ActRefused, locked
from models.approvals import leader_named
from models.evidence import Proof
from rules.vietnamese import dmy
from web.attempts import (
    Sent,
    SentWithFile,
    carry_out,
    day_typed,
    file_chosen,
    link_typed,
    words_needed,
    words_typed,
)
from web.obligations import known_code, obligation_path, show_obligation
from web.refusal import Refusal
from web.security import checked_form
from web.site import MAILED, NEXT_MORNING, Practice, TheSite

pages = APIRouter()
Form = Annotated[dict[str, str], Depends(checked_form)]
_OURS = re.compile(
    rf"/(nghia-vu|bao-cao|su-kien|cong-khai|hop-thu|thu-can-xem|nhat-ky|{'|'.join(MAILED)})([/?][\w./?=&%+~-]*)?",
    re.ASCII,
)


@pages.post(NEXT_MORNING)
async def next_morning(site: TheSite, form: Form) -> Response:
    """Move to the next working morning, once for each morning a button was shown on."""
    assert site.practice  # noqa: S101  these routes exist only in practice
    async with site.stepping:
        today = await run_in_threadpool(site.today)
        if form.get("hom-nay") == today.isoformat():
            await _advance(site.practice)
    back = form.get("ve", "")
    return RedirectResponse(back if _OURS.fullmatch(back) else "/nghia-vu", 303)


async def _advance(practice: Practice) -> None:
    if busy := practice.busy():
        raise Refusal(409, f"{busy}. Xin chờ xong rồi bấm lại.")
    try:
        await practice.advance()
    except ActRefused as refused:
        raise Refusal(409, str(refused)) from None


@pages.post(obligation_path("{code}", "hoan-thanh"))
def report(request: Request, code: str, site: TheSite, sent: SentWithFile) -> Response:
    """Report obligation `code` done, with its proof."""

    def act(session: Session) -> str:
        day = day_typed(sent, "ngay", "Ngày hoàn thành")
        document = words_typed(sent, "minh-chung", "Minh chứng")
        said = {"summary": words_typed(sent, "da-lam", "Nội dung đã làm"),
                "reason": words_typed(sent, "ly-do", "Lý do chậm")}  # fmt: skip
        proof = Proof(document, link_typed(sent, "duong-dan"), file_chosen(site, sent))
        proofs = [proof] if proof.link or proof.file else []
        report_done(session, known_code(code), site.actor, day, document, site.now(), **said, proofs=proofs)
        return f"{obligation_path(code)}#ket-qua"

    return carry_out(site, "hoan-thanh", sent, act, partial(show_obligation, request, site, code))


@pages.post(obligation_path("{code}", "tra-lai"))
def return_result(request: Request, code: str, site: TheSite, sent: Sent) -> Response:
    """Send the result of obligation `code` back with a reason: it is open again."""

    def act(session: Session) -> str:
        return_evidence(session, known_code(code), site.actor, words_needed(sent, "ly-do", "Lý do trả lại"), site.now())
        return f"{obligation_path(code)}#ket-qua"

    return carry_out(site, "tra-lai", sent, act, partial(show_obligation, request, site, code))


@pages.post(obligation_path("{code}", "gia-han"))
def extend(request: Request, code: str, site: TheSite, sent: Sent) -> Response:
    """Give obligation `code` more days within what the law leaves; a form shown before another extension is void."""

    def act(session: Session) -> str:
        row, _ = locked(session, known_code(code))
        if sent.fields.get("han") != dmy(row.legal):
            raise ActRefused(f"Hạn nay là {dmy(row.legal)}, đã đổi từ khi mở trang này; xin xem lại rồi ghi.")
        reason, document = words_needed(sent, "ly-do", "Lý do"), words_needed(sent, "van-ban", "Số, ký hiệu quyết định")
        days, now = _days(sent.fields.get("so-ngay", "")), site.now()
        leader = leader_named(session, code, sent.fields.get("nguoi-quyet-dinh", ""), now)
        extend_obligation(session, code, leader.code, reason, document, now, days, asked_by=site.actor)
        return f"{obligation_path(code)}#chuyen-ngay"

    return carry_out(site, "gia-han", sent, act, partial(show_obligation, request, site, code))


def _days(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) == 0:
        raise ActRefused(f"Số ngày gia hạn cần là số nguyên từ 1; đọc được «{text[:20]}».")
    return int(text)
