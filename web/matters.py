"""One obligation as the pages behind a mail's button show it: its days, its result, what was answered about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.acts import ActRefused
from models.links import Purpose
from models.obligation_page import ObligationPage, find_obligation, names_of
from models.obligations import OPEN
from models.replies import check_part, deciders, roster_of, with_a_part
from models.reply_tables import Reply
from models.reply_views import ReplyLine, replies_of
from models.tables import Obligation, Person, PlanTask, key_of
from web.files import file_path
from web.links import link_path, opened
from web.refusal import Refusal
from web.site import Site

REVIEWED_BY_OTHERS = "Việc này nay do người khác xem xét; xin liên hệ văn phòng nếu chưa đúng."


@dataclass(frozen=True, slots=True)
class Matter:
    """What one link shows: to whom, until when, about which obligation; `shut` says why nothing may be said of it."""

    token: str
    purpose: Purpose
    person: Person
    expires: datetime
    row: Obligation
    task: PlanTask
    page: ObligationPage
    replies: tuple[ReplyLine, ...]
    named: Mapping[str, str]
    shut: str

    @property
    def open(self) -> bool:
        """Whether it is still followed."""
        return self.row.status == OPEN

    def to(self, act: str) -> str:
        """Where `act` on it is posted."""
        return link_path(self.purpose, self.token, act)

    def file_path(self, sha256: str, name: str) -> str:
        """Where one of its proofs is offered, to whoever holds the link."""
        return f"{link_path(self.purpose, self.token)}{file_path(sha256, name)}"

    def facts(self) -> dict[str, Any]:
        """What the templates shared with other pages ask for."""
        return {"page": self.page, "named": self.named, "file_path": self.file_path}


def matter_of(session: Session, site: Site, token: str, purpose: Purpose) -> Matter:
    """What `token` shows now. Raises Refusal."""
    link, now = opened(session, site, token, purpose), site.now()
    assert link.obligation  # noqa: S101  only wishes are about no obligation
    row, page = link.obligation, find_obligation(session, link.obligation.code, site.today())
    assert page  # noqa: S101  it was just read
    task, replies = session.get_one(PlanTask, row.plan_task_id), replies_of(session, row)
    return Matter(
        token, purpose, link.person, link.expires, row, task, page, replies,
        names_of(session, row.authority_id), shut_out(session, row, link.person, purpose, now),
    )  # fmt: skip


def shut_out(session: Session, row: Obligation, person: Person, purpose: Purpose, now: datetime) -> str:
    """Why `person` may neither say anything of `row` nor open its files today; «» when they may."""
    task = session.get_one(PlanTask, row.plan_task_id)
    if purpose == "duyet":
        return "" if _may_review(session, row, task, person, now) else REVIEWED_BY_OTHERS
    try:
        check_part(session, row, task, person, now)
    except ActRefused as refused:
        return str(refused)
    return ""


def check_not_shut(session: Session, row: Obligation, person: Person, purpose: Purpose, now: datetime) -> None:
    """Raises Refusal for somebody whose link opens, and who has no part in it any more."""
    if why := shut_out(session, row, person, purpose, now):
        raise Refusal(403, why)


def _may_review(session: Session, row: Obligation, task: PlanTask, person: Person, now: datetime) -> bool:
    """Leaders, the office, who has a part in it, and whoever is asked to decide on an answer."""
    roster = roster_of(session, row, now)
    if key_of(person) in {*with_a_part(session, row, task, now), *roster.leaders(), *roster.office()}:
        return True
    waiting = (session.get_one(Reply, line.number) for line in replies_of(session, row) if line.waits)
    return any(key_of(person) in deciders(session, row, reply, now) for reply in waiting)
