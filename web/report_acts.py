"""What practice may write down of a report: handed in, accepted, sent back."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.reports import Submission, accept_report, return_report, submit_report
from web.attempts import Sent, SentWithFile, carry_out, day_typed, file_chosen, words_needed, words_typed
from web.reports import known_report, report_path, show_report
from web.site import TheSite

pages = APIRouter()


@pages.post(report_path("{code}", "nop"))
def submit(request: Request, code: str, site: TheSite, sent: SentWithFile) -> Response:
    """Write down that report `code` left, with the signed file when there is one."""
    known_report(site, code)

    def act(session: Session) -> str:
        assert site.shelves  # noqa: S101  these routes exist only with shelves
        number = words_needed(sent, "so", "Số, ký hiệu báo cáo")
        day = day_typed(sent, "ngay", "Ngày nộp")
        receiver = words_needed(sent, "noi-nhan", "Nơi nhận")
        reason = words_typed(sent, "ly-do-cham", "Lý do nộp chậm")
        report = Submission(number, day, receiver, file_chosen(site, sent))
        submit_report(session, code, site.actor, report, site.now(), site.shelves, reason)
        return f"{report_path(code)}#nop"

    return carry_out(site, "nop", sent, act, partial(show_report, request, site, code))


@pages.post(report_path("{code}", "duoc-nhan"))
def accept(request: Request, code: str, site: TheSite, sent: Sent) -> Response:
    """Write down that the receiver took report `code`."""
    known_report(site, code)

    def act(session: Session) -> str:
        day = day_typed(sent, "ngay", "Ngày chấp nhận")
        accept_report(session, code, site.actor, day, words_typed(sent, "van-ban", "Văn bản"), site.now())
        return f"{report_path(code)}#nop"

    return carry_out(site, "duoc-nhan", sent, act, partial(show_report, request, site, code))


@pages.post(report_path("{code}", "tra-lai"))
def send_back(request: Request, code: str, site: TheSite, sent: Sent) -> Response:
    """Write down that the receiver sent report `code` back, and why."""
    known_report(site, code)

    def act(session: Session) -> str:
        return_report(session, code, site.actor, words_needed(sent, "ly-do", "Lý do trả lại"), site.now())
        return f"{report_path(code)}#nop"

    return carry_out(site, "tra-lai", sent, act, partial(show_report, request, site, code))
