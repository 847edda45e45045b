"""What somebody says of their work from a mail: done, seen, why late, more time, handed over, not theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from models.evidence import Proof
from models.mailed_results import done_by
from models.replies import acknowledge, ask_more_time, explain_lateness, hand_over, say_not_mine
from models.tables import Person
from web.answering import show_answering
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
from web.forms import Submission
from web.links import checked_link, link_path, opened_matter
from web.site import Site, TheSite

pages = APIRouter(dependencies=[Depends(checked_link("tra-loi"))])
Said = Callable[[Session, str, Person], str]  # what is done about an obligation by a person; where the page shows it
RESULT = "ket-qua"


def answer(request: Request, site: Site, token: str, form: str, sent: Submission, said: Said) -> Response:
    """Let the person of `token` say something of its obligation, and go to where the page shows it."""

    def act(session: Session) -> str:
        person, row = opened_matter(session, site, token, "tra-loi")
        return f"{link_path('tra-loi', token)}#{said(session, row.code, person)}"

    return carry_out(site, form, sent, act, partial(show_answering, request, site, token))


def answer_path(act: str) -> str:
    """Where `act` is posted."""
    return link_path("tra-loi", "{token}", act)


@pages.post(answer_path("hoan-thanh"))
def done(request: Request, token: str, site: TheSite, sent: SentWithFile) -> Response:
    """Report the work done, with its proof."""

    def said(session: Session, code: str, person: Person) -> str:
        day = day_typed(sent, "ngay", "Ngày hoàn thành")
        document = words_typed(sent, "minh-chung", "Minh chứng")
        words = {"summary": words_typed(sent, "da-lam", "Nội dung đã làm"),
                 "reason": words_typed(sent, "ly-do", "Lý do chậm")}  # fmt: skip
        proof = Proof(document, link_typed(sent, "duong-dan"), file_chosen(site, sent))
        proofs = [proof] if proof.link or proof.file else []
        done_by(session, code, person, day, document, site.now(), **words, proofs=proofs)
        return RESULT

    return answer(request, site, token, "hoan-thanh", sent, said)


@pages.post(answer_path("da-nhan"))
def seen(request: Request, token: str, site: TheSite, sent: Sent) -> Response:
    """Say that the work is known: no early reminder is needed any more."""

    def said(session: Session, code: str, person: Person) -> str:
        return reply_anchor(acknowledge(session, code, person, site.now()).id)

    return answer(request, site, token, "da-nhan", sent, said)


@pages.post(answer_path("ly-do-cham"))
def late(request: Request, token: str, site: TheSite, sent: Sent) -> Response:
    """Say why it is late."""

    def said(session: Session, code: str, person: Person) -> str:
        words = words_needed(sent, "ly-do", "Lý do chậm")
        return reply_anchor(explain_lateness(session, code, person, words, site.now()).id)

    return answer(request, site, token, "ly-do-cham", sent, said)


@pages.post(answer_path("xin-them"))
def more_time(request: Request, token: str, site: TheSite, sent: Sent) -> Response:
    """Ask a second person for more time."""

    def said(session: Session, code: str, person: Person) -> str:
        day, words = day_typed(sent, "ngay", "Ngày đề nghị"), words_needed(sent, "ly-do", "Lý do")
        return reply_anchor(ask_more_time(session, code, person, day, words, site.now()).id)

    return answer(request, site, token, "xin-them", sent, said)


@pages.post(answer_path("chuyen-viec"))
def handed_over(request: Request, token: str, site: TheSite, sent: Sent) -> Response:
    """Give the work to a colleague."""

    def said(session: Session, code: str, person: Person) -> str:
        words = words_needed(sent, "ly-do", "Lý do chuyển")
        return reply_anchor(hand_over(session, code, person, sent.fields.get("nguoi", ""), words, site.now()).id)

    return answer(request, site, token, "chuyen-viec", sent, said)


@pages.post(answer_path("khong-phai"))
def not_mine(request: Request, token: str, site: TheSite, sent: Sent) -> Response:
    """Say that the work is somebody else's."""

    def said(session: Session, code: str, person: Person) -> str:
        words = words_needed(sent, "ly-do", "Lý do")
        return reply_anchor(say_not_mine(session, code, person, words, site.now()).id)

    return answer(request, site, token, "khong-phai", sent, said)


def reply_anchor(number: int | None) -> str:
    """Where the page shows answer `number`."""
    return f"tra-loi-{number}"
