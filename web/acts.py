"""What practice may do from its pages: move to the next working morning, report an obligation done."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.actions import report_done
from models.acts import ActRefused
from models.store import transaction
from web.obligations import known_code, report_path, show_obligation
from web.refusal import Refusal
from web.security import checked_form
from web.site import NEXT_MORNING, Practice, TheSite

pages = APIRouter()
Form = Annotated[dict[str, str], Depends(checked_form)]
REPORTER = "Diễn tập"
LONGEST_EVIDENCE = 500
_OURS = re.compile(r"/(nghia-vu|hop-thu|thu-can-xem)([/?][\w./?=&%+~-]*)?", re.ASCII)


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


@pages.post(report_path("{code}"))
def report(request: Request, code: str, site: TheSite, form: Form) -> Response:
    """Report obligation `code` done, or show its page again with the reason it was not taken."""
    try:
        done_on, document = _day(form.get("ngay", "")), _evidence(form.get("minh-chung", ""))
        with transaction(site.engine) as session:
            report_done(session, known_code(code), REPORTER, done_on, document, site.now())
    except ActRefused as refused:
        typed = {"ngay": form.get("ngay", ""), "minh-chung": form.get("minh-chung", "")}
        return show_obligation(request, site, code, str(refused), typed)
    return RedirectResponse(f"/nghia-vu/{code}#ket-qua", 303)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  a day, not an instant
    except ValueError:
        reason = f"Ngày hoàn thành cần viết dạng ngày/tháng/năm, ví dụ 17/06/2024; đọc được «{text[:40]}»."
        raise ActRefused(reason) from None


def _evidence(text: str) -> str:
    if len(text) > LONGEST_EVIDENCE:
        raise ActRefused(f"Minh chứng dài {len(text)} ký tự; xin ghi gọn trong {LONGEST_EVIDENCE} ký tự.")
    return text
