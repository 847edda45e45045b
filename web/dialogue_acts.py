"""Acts about dialogues and quotas: a meeting put on the calendar, a promise made there, people reached."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.dialogues import Promise, record_promise, schedule_meeting
from models.quotas import record_attendance
from web.attempts import Sent, SentList, carry_out, day_typed, words_needed
from web.obligations import known_code, obligation_path, show_obligation
from web.site import TheSite

pages = APIRouter()
PERSON = "nguoi."  # what the name of each person's box begins with
LONGEST_NUMBER, LONGEST_WORDS = 200, 1000  # what an event keeps


@pages.post(obligation_path("{code}", "doi-thoai"))
def schedule(request: Request, code: str, site: TheSite, sent: Sent) -> Response:
    """Put a meeting that obligation `code` counts on the calendar."""

    def act(session: Session) -> str:
        day = day_typed(sent, "ngay", "Ngày tổ chức")
        document = words_needed(sent, "van-ban", "Số, ký hiệu văn bản", LONGEST_NUMBER)
        schedule_meeting(session, known_code(code), day, document, site.now(), site.actor)
        return f"{obligation_path(code)}#lich"

    return carry_out(site, "doi-thoai", sent, act, partial(show_obligation, request, site, code))


@pages.post(obligation_path("{code}", "loi-hua"))
def promise(request: Request, code: str, site: TheSite, sent: Sent) -> Response:
    """Write down a promise made at meeting `code`."""

    def act(session: Session) -> str:
        made = Promise(
            words=words_needed(sent, "noi-dung", "Lời hứa", LONGEST_WORDS),
            due=day_typed(sent, "han", "Hạn thực hiện"),
            person=words_needed(sent, "nguoi", "Người chịu trách nhiệm"),
            document=words_needed(sent, "van-ban", "Số, ký hiệu biên bản", LONGEST_NUMBER),
        )
        record_promise(session, known_code(code), made, site.now(), site.actor)
        return f"{obligation_path(code)}#loi-hua-da-ghi"

    return carry_out(site, "loi-hua", sent, act, partial(show_obligation, request, site, code))


@pages.post(obligation_path("{code}", "nguoi-du"))
def attendance(request: Request, code: str, site: TheSite, sent: SentList) -> Response:
    """Count the people ticked as reached for obligation `code`."""

    def act(session: Session) -> str:
        day = day_typed(sent, "ngay", "Ngày dự")
        document = words_needed(sent, "van-ban", "Số, ký hiệu danh sách ký tên, giấy chứng nhận")
        ticked = [name.removeprefix(PERSON) for name in sent.fields if name.startswith(PERSON)]
        record_attendance(session, known_code(code), site.actor, day, document, ticked, site.now())
        return f"{obligation_path(code)}#nguoi-dat"

    return carry_out(site, "nguoi-du", sent, act, partial(show_obligation, request, site, code))
