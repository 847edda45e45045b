"""Practice moves on: the next working morning, on a button."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from models.acts import ActRefused
from web.refusal import Refusal
from web.security import checked_form
from web.sign_in import own_page
from web.site import NEXT_MORNING, Practice, TheSite

pages = APIRouter()
Form = Annotated[dict[str, str], Depends(checked_form)]


@pages.post(NEXT_MORNING)
async def next_morning(site: TheSite, form: Form) -> Response:
    """Move to the next working morning, once for each morning a button was shown on."""
    assert site.practice  # noqa: S101  these routes exist only in practice
    async with site.stepping:
        today = await run_in_threadpool(site.today)
        if form.get("hom-nay") == today.isoformat():
            await _advance(site.practice)
    return RedirectResponse(own_page(form.get("ve", "")) or "/nghia-vu", 303)


async def _advance(practice: Practice) -> None:
    if busy := practice.busy():
        raise Refusal(409, f"{busy}. Xin chờ xong rồi bấm lại.")
    try:
        await practice.advance()
    except ActRefused as refused:
        raise Refusal(409, str(refused)) from None
