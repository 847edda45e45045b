"""What was reported done lately, and which leader may look at it and send it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlmodel import Session, col

from models.approvals import reviewers
from models.obligations import DONE
from models.people import roster_on
from models.reply_views import people_in
from models.tables import Authority, Obligation, Person, key_of
from models.views import with_task
from rules.vietnamese import local_day

LATELY = timedelta(days=14)
MOST = 20


@dataclass(frozen=True, slots=True)
class Reported:
    """A result somebody reported, and the leaders who may send it back."""

    obligation: Obligation
    by: str
    people: tuple[Person, ...]

    @property
    def document(self) -> str:
        """The document that was named as proof."""
        return str((self.obligation.evidence or {}).get("document", ""))


def reported_in(session: Session, authority: Authority, now: datetime) -> list[Reported]:
    """The newest results of the last two weeks in an authority that some leader may send back, newest first."""
    return list(islice(_reported(session, authority, now), MOST))


def _reported(session: Session, authority: Authority, now: datetime) -> Iterator[Reported]:
    people, roster = people_in(session, key_of(authority)), roster_on(session, authority, local_day(now))
    names = {person.code: person.name for person in people.values()}
    query = (
        with_task()
        .where(col(Obligation.authority_id) == authority.id, col(Obligation.status) == DONE)
        .where(col(Obligation.closed_at) >= now - LATELY)
        .order_by(col(Obligation.closed_at).desc(), col(Obligation.id).desc())
        .limit(3 * MOST)  # some of them are closed in a way nobody sends back here
    )
    for row, task in session.execute(query):
        if who := reviewers(roster, row, task):
            by = str((row.evidence or {}).get("by", ""))
            yield Reported(row, names.get(by, by), tuple(people[one] for one in who))
