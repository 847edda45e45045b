"""Acts about events: one recorded, given its true day, taken back; each shows what it opened, moved or withdrew."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.events import Happening, correct_event, events_of, record_event, withdraw_event
from rules.vietnamese import dmy
from web.attempts import (
    Sent,
    carry_out,
    day_if_typed,
    day_typed,
    words_needed,
    words_typed,
)
from web.events import EVENTS, Wanted, event_path, known_key, show_events
from web.forms import Submission
from web.site import TheSite

pages = APIRouter()
LONGEST_NUMBER, LONGEST_WORDS = 200, 1000  # what an event keeps


@pages.post(EVENTS)
def record(request: Request, site: TheSite, sent: Sent) -> Response:
    """Record an event, and show it with what it opened."""

    def act(session: Session) -> str:
        happening = _happening(sent)
        known = {event.key for event in events_of(session)}
        record_event(session, happening, site.now(), site.actor)
        fresh = [event.key for event in events_of(session) if event.key not in known]
        if not fresh:
            said = "; nếu là vụ việc khác cùng ngày, xin ghi số hồ sơ để phân biệt"
            raise ActRefused(f"Sự kiện này ngày {dmy(happening.day)} đã ghi rồi{said}.")
        return event_path(fresh[0])

    return carry_out(site, "ghi", sent, act, partial(show_events, request, site, Wanted()))


@pages.post(event_path("{key}", "sua-ngay"))
def correct(request: Request, key: str, site: TheSite, sent: Sent) -> Response:
    """Give event `key` its true day; what it opened moves."""

    def act(session: Session) -> str:
        day = day_typed(sent, "ngay", "Ngày đúng")
        reason = words_needed(sent, "ly-do", "Lý do", LONGEST_NUMBER)
        correct_event(
            session, key, day, reason, words_typed(sent, "van-ban", "Văn bản", LONGEST_NUMBER), site.now(), site.actor
        )
        return event_path(key)

    return carry_out(site, "sua-ngay", sent, act, partial(show_events, request, site, Wanted(key=known_key(key))))


@pages.post(event_path("{key}", "rut"))
def withdraw(request: Request, key: str, site: TheSite, sent: Sent) -> Response:
    """Take event `key` back; what it opened and is not done no longer applies."""

    def act(session: Session) -> str:
        withdraw_event(session, key, words_needed(sent, "ly-do", "Lý do", LONGEST_NUMBER), site.now(), site.actor)
        return event_path(key)

    return carry_out(site, "rut", sent, act, partial(show_events, request, site, Wanted(key=known_key(key))))


def _happening(sent: Submission) -> Happening:
    return Happening(
        code=words_needed(sent, "su-kien", "Sự kiện", LONGEST_NUMBER),
        day=day_typed(sent, "ngay", "Ngày xảy ra"),
        document=words_needed(sent, "van-ban", "Số, ký hiệu văn bản chứng minh", LONGEST_NUMBER),
        case=words_typed(sent, "ho-so", "Số đơn, số hồ sơ", LONGEST_NUMBER),
        words=words_typed(sent, "noi-dung", "Nội dung", LONGEST_WORDS),
        due=day_if_typed(sent, "han", "Hạn trong văn bản"),
        person=words_typed(sent, "nguoi", "Người chịu trách nhiệm", LONGEST_NUMBER),
    )
