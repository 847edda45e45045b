"""Which calendar entries a person's next mail carries: a first one, one whose day moved, one taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.answers import answers_of
from models.obligations import OPEN, reminded_for
from models.record_tables import Digest, Letter
from models.reply_tables import Invitation, Reply
from models.tables import Obligation, key_of, table_of

_DOERS = ("implementing", "lead")


@dataclass(frozen=True, slots=True)
class Invited:
    """An entry to send: its number among those sent for this obligation to this person, its day, or that it is off."""

    obligation: Obligation
    sequence: int
    day: date
    cancelled: bool


def entries_for(session: Session, digest: Digest) -> list[Invited]:
    """What `digest` carries so that the person's calendar says what holds; the office's own checkpoints stay out."""
    known = _known(session, digest.person_id)
    rows = {key_of(row): row for row in (*_told(session, digest), *_to_look_at(session, digest.person_id))}
    wanted = (_entry(session, row, known.get(number), digest.person_id) for number, row in sorted(rows.items()))
    return [entry for entry in wanted if entry]


def mark_invited(session: Session, person_id: int, entries: Sequence[Invited]) -> None:
    """Remember what was sent, once the mail has left."""
    for entry in entries:
        facts = {"sequence": entry.sequence, "day": entry.day, "cancelled": entry.cancelled}
        made = insert(table_of(Invitation)).values(
            obligation_id=entry.obligation.id, person_id=person_id, **facts
        )  # fmt: skip
        session.execute(made.on_conflict_do_update(index_elements=["obligation_id", "person_id"], set_=facts))


def _known(session: Session, person_id: int) -> dict[int, Invitation]:
    mine = select(Invitation).where(col(Invitation.person_id) == person_id)
    return {row.obligation_id: row for row in session.execute(mine).scalars()}


def _told(session: Session, digest: Digest) -> Iterable[Obligation]:
    """The obligations this digest asks the person to do."""
    query = (
        select(Obligation)
        .join(Letter, col(Letter.obligation_id) == col(Obligation.id))
        .where(
            col(Letter.digest_id) == digest.id, col(Letter.audience).in_(_DOERS), col(Obligation.internal).is_(False)
        )
        .distinct()
    )
    return session.execute(query).scalars().all()


def _to_look_at(session: Session, person_id: int) -> Iterable[Obligation]:
    """Those whose entry stands in the person's calendar and may not hold any more."""
    answered = select(Reply.id).where(col(Reply.obligation_id) == col(Obligation.id)).exists()  # type: ignore[call-overload]
    query = (
        select(Obligation)
        .join(Invitation, col(Invitation.obligation_id) == col(Obligation.id))
        .where(col(Invitation.person_id) == person_id, col(Invitation.cancelled).is_(False))
        .where((col(Obligation.status) != OPEN) | (col(Invitation.day) != col(Obligation.target)) | answered)
    )
    return session.execute(query).scalars().all()


def _entry(session: Session, row: Obligation, known: Invitation | None, person_id: int) -> Invited | None:
    holds = row.status == OPEN and answers_of(session, key_of(row)).doer(person_id) == person_id
    day = reminded_for(row)
    if known is None:
        return Invited(row, 0, day, False) if holds else None
    if (known.day, known.cancelled) == (day, not holds) or (known.cancelled and not holds):
        return None
    return Invited(row, known.sequence + 1, day, not holds)
