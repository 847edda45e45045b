"""Read-only answers for pages: what was answered about an obligation, what was decided, and who is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.answers import HANDED, LATE, MORE_TIME, NOT_MINE, SEEN
from models.approvals import waiting_replies
from models.obligations import OPEN
from models.people import roster_on
from models.replies import second_persons
from models.reply_tables import Reply
from models.tables import Authority, Obligation, Person, key_of
from rules.vietnamese import local_day

REPLY_KINDS = {
    SEEN: "Xác nhận đã nhận việc",
    LATE: "Báo lý do chậm",
    MORE_TIME: "Xin thêm thời gian",
    HANDED: "Chuyển việc",
    NOT_MINE: "Báo không phải việc của mình",
}


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One answer about an obligation, and what a second person said to it."""

    number: int
    kind: str  # a key of REPLY_KINDS
    person: str
    at: datetime
    words: str
    day: date | None  # the day asked for
    lawful: bool  # the law itself gives that time
    to: str  # who takes the work over
    waits: bool  # for a second person's word
    moot: bool  # nobody decided it before the obligation was closed
    granted: bool | None
    decided_by: str
    decided_at: datetime | None
    verdict: str
    document: str

    @property
    def name(self) -> str:
        """What it is, in words."""
        return REPLY_KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for a second person: about what, and for whom."""

    reply: ReplyLine
    obligation: Obligation
    people: tuple[Person, ...]  # who may decide it

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who may decide it, by name."""
        return tuple(person.name for person in self.people)


def replies_of(session: Session, row: Obligation) -> tuple[ReplyLine, ...]:
    """Everything answered about `row`, oldest first."""
    mine = select(Reply).where(col(Reply.obligation_id) == row.id).order_by(col(Reply.id))
    replies = session.execute(mine).scalars().all()
    names = _names(session, row.authority_id) if replies else {}
    return tuple(_line(reply, row, names) for reply in replies)


def waiting_in(session: Session, authority_id: int, now: datetime) -> list[Waiting]:
    """The answers of an authority that still can be decided and wait for it, oldest first."""
    waiting = waiting_replies(session, authority_id)
    if not waiting:
        return []
    people, names = people_in(session, authority_id), _names(session, authority_id)
    roster = roster_on(session, session.get_one(Authority, authority_id), local_day(now))
    found = ((reply, session.get_one(Obligation, reply.obligation_id)) for reply in waiting)
    return [
        Waiting(_line(reply, row, names), row, tuple(people[one] for one in second_persons(roster, reply)))
        for reply, row in found
        if row.status == OPEN
    ]


def people_in(session: Session, authority_id: int) -> dict[int, Person]:
    """Everybody of an authority who gets letters, by key."""
    mine = select(Person).where(col(Person.authority_id) == authority_id)
    return {key_of(person): person for person in session.execute(mine).scalars()}


def _names(session: Session, authority_id: int) -> dict[int, str]:
    return {number: person.name for number, person in people_in(session, authority_id).items()}


def _line(reply: Reply, row: Obligation, names: Mapping[int, str]) -> ReplyLine:
    undecided = reply.waits and reply.decided_at is None
    return ReplyLine(
        number=key_of(reply), kind=reply.kind, person=names[reply.person_id], at=reply.at, words=reply.words,
        day=reply.day, lawful=reply.lawful, to=names[reply.to_id] if reply.to_id else "",
        waits=undecided and row.status == OPEN, moot=undecided and row.status != OPEN,
        granted=reply.granted, decided_by=names[reply.decided_by_id] if reply.decided_by_id else "",
        decided_at=reply.decided_at, verdict=reply.verdict, document=reply.document,
    )  # fmt: skip
