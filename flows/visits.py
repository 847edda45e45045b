"""Visiting what has come due: the letters of each obligation claimed, one by one or some hundreds at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from random import sample

from sqlalchemy import Engine
from sqlmodel import Session

from flows.sending import Office
from models.due import Due, due_numbers, due_obligations
from models.mornings import Morning, mornings_on
from models.outbox import Reached, reach_rungs, still_due
from models.store import transaction
from models.tables import Authority, key_of

TOGETHER = 500  # obligations told in one transaction: no lock is held long, and memory stays flat
Visitor = Callable[[Due], Awaitable[Reached | None]]


async def visits(
    office: Office, authority: Authority, now: datetime, visitor: Visitor | None, joining: bool
) -> AsyncIterator[Reached]:
    """Visit what is due; then wait for what others visit, so that every letter of the morning is there to be sent.

    Who joins in takes an order of its own, so that two rarely come to the same obligation.
    """
    engine, number = office.engine, key_of(authority)
    if visitor is None:
        for reached in visit_all(engine, find_due_numbers(engine, now, number), now, office.flow_run):
            yield reached
    tell = visitor or _directly(office, authority, now)
    for waiting in (False, True) if visitor else (True,):
        found = find_due(engine, now, authority_id=number)
        for due in sample(found, len(found)) if joining else found:
            if waiting and not _let_go(engine, due, now):
                continue
            if done := await tell(due):
                yield done


def _directly(office: Office, authority: Authority, now: datetime) -> Visitor:
    async def tell(due: Due) -> Reached | None:
        morning = morning_of(office.engine, key_of(authority), now)
        return visit(office.engine, due.id, morning, office.flow_run)

    return tell


def _let_go(engine: Engine, due: Due, now: datetime) -> bool:
    """Whether who held it has ended without telling it."""
    with transaction(engine) as session:
        return still_due(session, due.id, now)


def find_due(engine: Engine, now: datetime, slug: str | None = None, authority_id: int | None = None) -> list[Due]:
    """What has come due at `now`, of one plan task, of one authority, or of all."""
    with Session(engine) as session:
        return due_obligations(session, now, slug, authority_id)


def find_due_numbers(engine: Engine, now: datetime, authority_id: int | None = None) -> Sequence[tuple[int, int]]:
    """The numbers of what has come due at `now`, of one authority or of all, each after its authority's."""
    with Session(engine) as session:
        return due_numbers(session, now, authority_id)


def visit_all(
    engine: Engine,
    numbers: Iterable[tuple[int, int]],
    now: datetime,
    flow_run: str = "",
    together: int = TOGETHER,
) -> Iterator[Reached]:
    """Visit these obligations, each named after its authority, unless somebody else does: a chunk a transaction."""
    waiting = iter(numbers)
    while chunk := list(islice(waiting, together)):
        with transaction(engine, flow_run) as session:
            mornings = mornings_on(session, {authority for authority, _ in chunk}, now)
            told = [number for authority, number in chunk if mornings[authority].is_working]
            reached = reach_rungs(session, told, mornings, now)
        yield from reached


def morning_of(engine: Engine, authority_id: int, now: datetime) -> Morning:
    """The calendar and roster of an authority at `now`."""
    with Session(engine) as session:
        return mornings_on(session, [authority_id], now)[authority_id]


def look_at(engine: Engine, code: str, slug: str, now: datetime) -> tuple[Due, Morning] | None:
    """One obligation of a plan task and what its letters are decided by, when its next rung has come."""
    with Session(engine) as session:
        for due in due_obligations(session, now, slug):
            if due.code == code:
                return due, mornings_on(session, [due.authority_id], now)[due.authority_id]
    return None


def visit(engine: Engine, obligation_id: int, morning: Morning, flow_run: str = "") -> Reached | None:
    """Claim the letters of one obligation's rungs, in one transaction."""
    with transaction(engine, flow_run) as session:
        reached = reach_rungs(session, [obligation_id], {morning.authority_id: morning}, morning.now)
        return next(iter(reached), None)
