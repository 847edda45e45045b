"""Results with a way of their own, said from a mail: a report handed in, a posting taken down or left up."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.mailed_results import hand_in_by, keep_on_by, take_down_by
from models.reports import Submission
from models.tables import Person
from web.answer_acts import RESULT, answer, answer_path
from web.attempts import Sent, SentWithFile, day_typed, file_chosen, words_needed, words_typed
from web.links import checked_link
from web.site import TheSite

pages = APIRouter(dependencies=[Depends(checked_link("tra-loi"))])


@pages.post(answer_path("nop"))
def handed_in(request: Request, token: str, site: TheSite, sent: SentWithFile) -> Response:
    """Write down that the report left, with the signed file when there is one."""

    def said(session: Session, code: str, person: Person) -> str:
        if site.shelves is None:
            raise ActRefused("Máy chủ này không có mẫu văn bản nên chưa ghi nộp báo cáo được; xin liên hệ văn phòng.")
        number = words_needed(sent, "so", "Số, ký hiệu báo cáo")
        day, receiver = day_typed(sent, "ngay", "Ngày nộp"), words_needed(sent, "noi-nhan", "Nơi nhận")
        reason = words_typed(sent, "ly-do", "Lý do chậm")
        report = Submission(number, day, receiver, file_chosen(site, sent))
        hand_in_by(session, code, person, report, site.now(), site.shelves, reason)
        return RESULT

    return answer(request, site, token, "nop", sent, said)


@pages.post(answer_path("go/{posting}"))
def taken_down(request: Request, token: str, posting: int, site: TheSite, sent: SentWithFile) -> Response:
    """Write down that posting number `posting` came down."""

    def said(session: Session, code: str, person: Person) -> str:
        day, document = day_typed(sent, "ngay", "Ngày gỡ"), words_typed(sent, "van-ban", "Số, ký hiệu biên bản")
        take_down_by(session, code, person, posting, day, document, site.now(), file_chosen(site, sent))
        return RESULT

    return answer(request, site, token, f"go-{posting}", sent, said)


@pages.post(answer_path("niem-yet-tiep/{posting}"))
def left_up(request: Request, token: str, posting: int, site: TheSite, sent: Sent) -> Response:
    """Write down that posting number `posting` stays up although its time is over."""

    def said(session: Session, code: str, person: Person) -> str:
        keep_on_by(session, code, person, posting, words_needed(sent, "ly-do", "Lý do niêm yết tiếp"), site.now())
        return RESULT

    return answer(request, site, token, f"tiep-{posting}", sent, said)
