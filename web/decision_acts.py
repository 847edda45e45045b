"""What a second person decides from a mail: time given or not, whose work it is, a result sent back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.requests import Request
from starlette.responses import Response

from models.acts import ActRefused
from models.answers import MORE_TIME
from models.approvals import decide_owner, decide_time, send_back
from models.reply_tables import Reply
from models.tables import Obligation, Person
from web.answer_acts import RESULT, reply_anchor
from web.attempts import Sent, carry_out, words_needed, words_typed
from web.deciding import show_deciding
from web.forms import Submission
from web.links import checked_link, link_path, opened_matter
from web.site import Site, TheSite

pages = APIRouter(dependencies=[Depends(checked_link("duyet"))])
Said = Callable[[Session, Obligation, Person], str]


def decide(request: Request, site: Site, token: str, form: str, sent: Submission, said: Said) -> Response:
    """Let the person of `token` decide something about its obligation, and go to where the page shows it."""

    def act(session: Session) -> str:
        person, row = opened_matter(session, site, token, "duyet")
        return f"{link_path('duyet', token)}#{said(session, row, person)}"

    return carry_out(site, form, sent, act, partial(show_deciding, request, site, token))


@pages.post(link_path("duyet", "{token}", "dong-y/{number}"))
def agree(request: Request, token: str, number: int, site: TheSite, sent: Sent) -> Response:
    """Grant what answer `number` asks: the time, or that somebody else does the work."""

    def said(session: Session, row: Obligation, person: Person) -> str:
        reply, words = _asked(session, row, number), words_typed(sent, "y-kien", "Ý kiến")
        if reply.kind == MORE_TIME:
            document = words_typed(sent, "van-ban", "Số, ký hiệu quyết định", 200)
            decide_time(session, number, person, True, words, site.now(), document)
        else:
            to = _person(session, row, sent.fields.get("nguoi", ""))
            decide_owner(session, number, person, True, words, site.now(), to)
        return reply_anchor(number)

    return decide(request, site, token, f"dong-y-{number}", sent, said)


@pages.post(link_path("duyet", "{token}", "khong-dong-y/{number}"))
def refuse(request: Request, token: str, number: int, site: TheSite, sent: Sent) -> Response:
    """Refuse what answer `number` asks, with the reason."""

    def said(session: Session, row: Obligation, person: Person) -> str:
        reply, words = _asked(session, row, number), words_needed(sent, "ly-do", "Lý do")
        if reply.kind == MORE_TIME:
            decide_time(session, number, person, False, words, site.now())
        else:
            decide_owner(session, number, person, False, words, site.now())
        return reply_anchor(number)

    return decide(request, site, token, f"khong-dong-y-{number}", sent, said)


@pages.post(link_path("duyet", "{token}", "tra-lai"))
def give_back(request: Request, token: str, site: TheSite, sent: Sent) -> Response:
    """Send back what was shown as done, with what is missing."""

    def said(session: Session, row: Obligation, person: Person) -> str:
        send_back(session, row.code, person, words_needed(sent, "ly-do", "Lý do trả lại"), site.now())
        return RESULT

    return decide(request, site, token, "tra-lai", sent, said)


def _asked(session: Session, row: Obligation, number: int) -> Reply:
    """Answer `number`, once it is about this very obligation: a link decides nothing else. Raises ActRefused."""
    mine = session.execute(select(Reply).where(col(Reply.obligation_id) == row.id)).scalars()
    found: Reply | None = next((reply for reply in mine if reply.id == number), None)
    if found is None:
        raise ActRefused("Đề nghị này không thuộc việc đang mở.")
    return found


def _person(session: Session, row: Obligation, code: str) -> Person | None:
    mine = select(Person).where(col(Person.authority_id) == row.authority_id, col(Person.code) == code)
    found: Person | None = session.execute(mine).scalar_one_or_none()
    return found
