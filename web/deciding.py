"""The page on which a second person decides, reached from a mail's button: what was asked, what was shown as done."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from models.answers import NOT_MINE
from models.approvals import reviewers
from models.replies import deciders, roster_of
from models.reply_tables import Reply
from models.reply_views import ReplyLine
from models.tables import Person, key_of
from models.urging import draft_urging
from rules.occurrences import KEEP
from rules.vietnamese import alphabetical
from web.attempts import NONE, Attempt
from web.files import proof_of
from web.links import checked_link, link_path, opened_matter
from web.matters import Matter, check_not_shut, matter_of
from web.offers import named
from web.report_files import DOCX, attached, made, shelves_of
from web.site import READ, Site, TheSite

pages = APIRouter(dependencies=[Depends(checked_link("duyet"))])
URGING = "cong-van.docx"


@dataclass(frozen=True, slots=True)
class Question:
    """One answer that waits for a second person, and whether the reader is that person."""

    reply: ReplyLine
    decides: bool
    own: bool  # the reader asked it
    waits_for: tuple[str, ...]
    others: tuple[tuple[str, str], ...]  # who could be given the work, when it is said to be somebody else's


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything the reader may decide about one obligation today."""

    questions: tuple[Question, ...]
    returns: bool  # what was reported done may be sent back by the reader
    urging: str  # where the draft công văn đôn đốc is offered


@pages.api_route(link_path("duyet", "{token}"), methods=[*READ])
def deciding_page(request: Request, token: str, site: TheSite) -> Response:
    """One obligation for who leads: what waits for a decision, what was reported, whom to urge."""
    return show_deciding(request, site, token)


def show_deciding(request: Request, site: Site, token: str, attempt: Attempt = NONE) -> HTMLResponse:
    """What `token` asks to decide; after a refused attempt, with the reason and what was typed."""
    with site.reading() as session:
        matter = matter_of(session, site, token, "duyet")
        decisions = None if matter.shut else _decisions(session, site, matter)
    shown = {"matter": matter, "decisions": decisions, "attempt": attempt, "today": site.today(), **matter.facts()}
    return site.render(request, "deciding", 422 if attempt.reason else 200, **shown)


@pages.api_route(link_path("duyet", "{token}", "minh-chung/{sha256}/{name}"), methods=[*READ])
def reviewed_proof(token: str, sha256: str, name: str, site: TheSite) -> Response:
    """A file shown as proof of what is decided on."""
    with site.reading() as session:
        person, row = opened_matter(session, site, token, "duyet")
        check_not_shut(session, row, person, "duyet", site.now())
        return proof_of(session, site, row, sha256)


@pages.api_route(link_path("duyet", "{token}", URGING), methods=[*READ])
def urging_letter(token: str, site: TheSite) -> Response:
    """A draft công văn đôn đốc about this one obligation, to be read and signed."""
    shelves = shelves_of(site)
    with site.reading() as session:
        person, row = opened_matter(session, site, token, "duyet")
        check_not_shut(session, row, person, "duyet", site.now())
        content = made(lambda: draft_urging(session, [row.code], site.now(), shelves))
    return attached(content, DOCX, site.today(), f"cong van don doc {row.title}", "du-thao.docx")


def _decisions(session: Session, site: Site, matter: Matter) -> Decisions:
    questions = tuple(_question(session, site, matter, line) for line in matter.replies if line.waits)
    return Decisions(questions, _returns(session, site, matter), matter.to(URGING) if _late(site, matter) else "")


def _question(session: Session, site: Site, matter: Matter, line: ReplyLine) -> Question:
    reply, reader = session.get_one(Reply, line.number), key_of(matter.person)
    who = deciders(session, matter.row, reply, site.now())
    names = tuple(session.get_one(Person, one).name for one in who)
    others = _others(session, reply) if line.kind == NOT_MINE and reader in who else ()
    return Question(line, reader in who, reply.person_id == reader, names, others)


def _others(session: Session, reply: Reply) -> tuple[tuple[str, str], ...]:
    mine = select(Person).where(col(Person.authority_id) == reply.authority_id, col(Person.id) != reply.person_id)
    people = session.execute(mine).scalars().all()
    return tuple(named(sorted(people, key=lambda person: alphabetical(person.name))))


def _returns(session: Session, site: Site, matter: Matter) -> bool:
    roster = roster_of(session, matter.row, site.now())
    return key_of(matter.person) in reviewers(roster, matter.row, matter.task)


def _late(site: Site, matter: Matter) -> bool:
    """Whether an official letter may urge it: a term that has passed, not a checkpoint, not something kept posted."""
    row = matter.row
    urged = matter.open and not row.internal and row.nature != KEEP and site.today() > row.legal
    return urged and site.shelves is not None
