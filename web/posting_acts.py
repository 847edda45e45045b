"""Acts about disclosures: one made, one taken down, one that stays up after its time."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused, locked
from models.postings import keep_on, postings_of, publish, take_down, withdraw_posting
from models.published import Published
from web.attempts import (
    Sent,
    SentWithFile,
    carry_out,
    day_if_typed,
    day_typed,
    file_chosen,
    link_typed,
    words_needed,
    words_typed,
)
from web.forms import Submission
from web.obligations import known_code, obligation_path, show_obligation
from web.site import Site, TheSite

pages = APIRouter()


@pages.post(obligation_path("{code}", "cong-khai"))
def record_posting(request: Request, code: str, site: TheSite, sent: SentWithFile) -> Response:
    """Write down one disclosure of obligation `code`."""

    def act(session: Session) -> str:
        made = _published(site, sent)
        _refuse_twice(session, known_code(code), made)
        publish(session, code, site.actor, made, site.now())
        return f"{obligation_path(code)}#lan-cong-khai"

    return carry_out(site, "cong-khai", sent, act, partial(show_obligation, request, site, code))


@pages.post(obligation_path("{code}", "go/{posting}"))
def record_removal(request: Request, code: str, posting: int, site: TheSite, sent: SentWithFile) -> Response:
    """Write down that posting number `posting` came down."""

    def act(session: Session) -> str:
        _check_own(session, known_code(code), posting)
        day, document = day_typed(sent, "ngay", "Ngày gỡ"), words_typed(sent, "van-ban", "Số, ký hiệu biên bản")
        take_down(session, posting, site.actor, day, document, site.now(), file_chosen(site, sent))
        return f"{obligation_path(code)}#lan-cong-khai"

    return carry_out(site, f"go-{posting}", sent, act, partial(show_obligation, request, site, code))


@pages.post(obligation_path("{code}", "niem-yet-tiep/{posting}"))
def record_staying(request: Request, code: str, posting: int, site: TheSite, sent: Sent) -> Response:
    """Write down that posting number `posting` stays up although its time is over."""

    def act(session: Session) -> str:
        _check_own(session, known_code(code), posting)
        keep_on(session, posting, site.actor, words_needed(sent, "ly-do", "Lý do niêm yết tiếp"), site.now())
        return f"{obligation_path(code)}#lan-cong-khai"

    return carry_out(site, f"tiep-{posting}", sent, act, partial(show_obligation, request, site, code))


@pages.post(obligation_path("{code}", "rut/{posting}"))
def record_mistake(request: Request, code: str, posting: int, site: TheSite, sent: Sent) -> Response:
    """Take back posting number `posting`, recorded by mistake."""

    def act(session: Session) -> str:
        _check_own(session, known_code(code), posting)
        withdraw_posting(session, posting, site.actor, words_needed(sent, "ly-do", "Lý do rút"), site.now())
        return f"{obligation_path(code)}#lan-cong-khai"

    return carry_out(site, f"rut-{posting}", sent, act, partial(show_obligation, request, site, code))


def _published(site: Site, sent: Submission) -> Published:
    return Published(
        item=sent.fields.get("noi-dung", ""),
        channel=sent.fields.get("hinh-thuc", ""),
        day=day_typed(sent, "ngay", "Ngày công khai"),
        place=words_typed(sent, "noi", "Nơi niêm yết"),
        link=link_typed(sent, "duong-dan"),
        times=words_typed(sent, "gio-phat", "Giờ phát", 200),
        until=day_if_typed(sent, "den-ngay", "Ngày phát cuối"),
        document=words_typed(sent, "van-ban", "Số, ký hiệu văn bản"),
        file=file_chosen(site, sent),
    )


def _refuse_twice(session: Session, code: str, made: Published) -> None:
    """The same disclosure sent twice, by a button pressed twice, is written down once."""
    row, _ = locked(session, code)
    same = (made.item, made.channel, made.day, made.place, made.link, made.times)
    known = (
        (one.item, one.channel, one.posted_on, one.place, one.link, one.times) for one in postings_of(session, row)
    )
    if same in known:
        raise ActRefused("Lần công khai này đã ghi rồi, xem bảng «Các lần đã công khai».")


def _check_own(session: Session, code: str, posting: int) -> None:
    row, _ = locked(session, code)
    if posting not in {one.id for one in postings_of(session, row)}:
        raise ActRefused("Lần công khai này không thuộc nghĩa vụ đang mở.")
