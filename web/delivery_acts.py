"""What the office says of mails: one has arrived or is told again, one that came back was read; and sweeps go on."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.deliveries import settle_digest, settle_returned
from models.people import authorities
from models.sweep_marks import held_since, resume_sweeps
from web.attempts import Sent, carry_out, read_number, words_needed
from web.site import TheSite
from web.unsettled import READ_MAIL, RESUME, SETTLE, UNSETTLED, show_unsettled

pages = APIRouter()
_DECISIONS = {"da-den": True, "gui-lai": False}


@pages.post(SETTLE)
def settle(request: Request, site: TheSite, sent: Sent) -> Response:
    """Write down a person's word on one mail, named by its Message-ID."""

    def act(session: Session) -> str:
        arrived = _DECISIONS.get(sent.fields.get("quyet-dinh", ""))
        if arrived is None:
            raise ActRefused("Cần bấm «Đã đến» hoặc «Gửi lại».")
        reason = words_needed(sent, "ly-do", "Căn cứ: hỏi ai, thấy gì")
        settle_digest(session, sent.fields.get("thu", ""), site.actor, arrived, reason, site.now())
        return UNSETTLED

    form = f"xu-ly-{sent.fields.get('so', '')[:20]}"
    return carry_out(site, form, sent, act, partial(show_unsettled, request, site))


@pages.post(READ_MAIL)
def read_mail(request: Request, site: TheSite, sent: Sent) -> Response:
    """Write down that a mail which came back was read, and what was done about it."""
    number = sent.fields.get("so", "")

    def act(session: Session) -> str:
        mail = read_number(number)
        if mail is None:
            raise ActRefused("Không có thư đến mang số này đang chờ người đọc.")
        settle_returned(session, mail, site.actor, words_needed(sent, "ly-do", "Đã làm gì"), site.now())
        return f"{UNSETTLED}#thu-den"

    return carry_out(site, f"doc-{number[:20]}", sent, act, partial(show_unsettled, request, site))


@pages.post(RESUME)
def resume(request: Request, site: TheSite, sent: Sent) -> Response:
    """Let sweeps that were held go on, once the server's clock was looked at."""

    def act(session: Session) -> str:
        held = [office for office in authorities(session) if held_since(session, office)]
        if not held:
            raise ActRefused("Không có lần quét nào đang bị tạm giữ.")
        for office in held:
            reason = words_needed(sent, "ly-do", "Đã kiểm tra gì")
            resume_sweeps(session, office, site.actor, reason, site.now())
        return UNSETTLED

    return carry_out(site, "quet-tiep", sent, act, partial(show_unsettled, request, site))
