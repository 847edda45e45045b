"""What practice may say of a mail nobody knows the fate of, or that did not arrive: it has, or it is told again."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.deliveries import settle_digest
from web.attempts import Sent, carry_out, words_needed
from web.site import TheSite
from web.unsettled import SETTLE, UNSETTLED, show_unsettled

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
