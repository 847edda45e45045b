"""What people answered about one obligation, as far as it changes who hears of it next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models.reply_tables import Reply
from models.tables import is_among

SEEN, LATE, MORE_TIME, HANDED, NOT_MINE = "da-nhan", "ly-do-cham", "xin-them", "chuyen-viec", "khong-phai-viec-toi"


@dataclass(frozen=True, slots=True)
class Answers:
    """Who took the work over from whom (None: agreed not to be theirs), and who said they have seen it."""

    handed: Mapping[int, int | None]
    seen: frozenset[int]

    def doer(self, person: int) -> int | None:
        """Who does now what `person` was asked to do; None when nobody was named."""
        doing: int | None = person
        while doing is not None and doing in self.handed:
            doing = self.handed[doing]
        return doing


NO_ANSWERS = Answers({}, frozenset())


def answers_of(session: Session, obligation_id: int) -> Answers:
    """The answers about one obligation that hold."""
    return answers_about(session, [obligation_id]).get(obligation_id, NO_ANSWERS)


def answers_about(session: Session, obligation_ids: Sequence[int]) -> dict[int, Answers]:
    """The answers about some obligations that hold; one nobody answered about is left out."""
    return _by_obligation(_in_force(session, is_among(Reply.obligation_id, obligation_ids)))


def answers_in(session: Session, authority_id: int) -> dict[int, Answers]:
    """The answers that hold in an authority, by obligation; one nobody answered about is left out."""
    return _by_obligation(_in_force(session, col(Reply.authority_id) == authority_id))


def _by_obligation(replies: Iterable[Reply]) -> dict[int, Answers]:
    found: dict[int, list[Reply]] = {}
    for reply in replies:
        found.setdefault(reply.obligation_id, []).append(reply)
    return {about: _held(said) for about, said in found.items()}


def _in_force(session: Session, about: ColumnElement[bool]) -> Iterable[Reply]:
    """What changes who hears, in the order it came into force: a question changes nothing until it is decided."""
    since = func.coalesce(col(Reply.decided_at), col(Reply.at))
    mine = select(Reply).where(about, col(Reply.kind).in_((SEEN, HANDED, NOT_MINE)))
    return session.execute(mine.order_by(since, col(Reply.id))).scalars()


def _held(replies: Iterable[Reply]) -> Answers:
    handed: dict[int, int | None] = {}
    seen: set[int] = set()
    for reply in replies:
        if reply.kind == SEEN:
            seen.add(reply.person_id)
        elif reply.kind == HANDED or reply.granted:
            _hand(handed, reply.for_id or reply.person_id, reply.to_id)
    return Answers(handed, frozenset(seen))


def _hand(handed: dict[int, int | None], giver: int, taker: int | None) -> None:
    """Who takes work over holds it, even when it once was handed on by them: so no chain ever closes."""
    if taker is not None:
        handed.pop(taker, None)
    handed[giver] = taker
