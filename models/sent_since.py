"""Which mails may have left since a backup was made: what a restored database no longer knows it said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlmodel import Session, col

from models.answers import answers_of
from models.digests import FAILED, SENDING, WAITING
from models.obligations import ladder_of, reminded_for, stored_calendar
from models.people import roster_on
from models.record_tables import Digest
from models.tables import Authority, Obligation, Person, PlanTask, key_of
from rules.reminders import rung_words, rungs_between
from rules.vietnamese import dmy, local_day


@dataclass(frozen=True, slots=True)
class MaybeSent:
    """Somebody who may have heard of something, and of what."""

    person: str
    about: str

    def __str__(self) -> str:
        return f"{self.person}: {self.about}"


def maybe_sent(session: Session, authority: Authority, now: datetime) -> Iterator[MaybeSent]:
    """Who may have heard of what until `now`, as far as the rows know: mails under way, and rungs that came since."""
    people = {key_of(one): one.name for one in session.execute(_people(authority)).scalars()}
    for digest in session.execute(_under_way(authority)).scalars():
        yield MaybeSent(people[digest.person_id], f"thư tổng hợp ngày {dmy(digest.day)} đang chờ gửi lúc sao lưu")
    calendar, day = stored_calendar(session, key_of(authority)), local_day(now)
    roster = roster_on(session, authority, day)
    for row, task in session.execute(_due(authority, now)).tuples():
        answers = answers_of(session, key_of(row))
        for rung in rungs_between(ladder_of(row), reminded_for(row), calendar, row.last_offset, day):
            about = f"{row.code} «{row.title}», mốc {rung_words(rung.name)} ({dmy(rung.on)})"
            for person in sorted(roster.recipients(row, task, rung, answers)):
                yield MaybeSent(people[person], about)


def _people(authority: Authority) -> Select[tuple[Person]]:
    return select(Person).where(col(Person.authority_id) == authority.id)


def _under_way(authority: Authority) -> Select[tuple[Digest]]:
    mine = (col(Digest.authority_id) == authority.id, col(Digest.status).in_((WAITING, FAILED, SENDING)))
    return select(Digest).where(*mine).order_by(col(Digest.id))


def _due(authority: Authority, now: datetime) -> Select[tuple[Obligation, PlanTask]]:
    query = select(Obligation, PlanTask).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
    mine = (col(Obligation.authority_id) == authority.id, col(Obligation.next_wakeup_at) <= now)
    return query.where(*mine).order_by(col(Obligation.next_wakeup_at), col(Obligation.id))
