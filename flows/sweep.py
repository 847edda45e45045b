"""The morning round: what has come due is told, once, and what was sent is written down.

The same round runs with Prefect (each obligation through its plan task's flow) and without (`visit` directly).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Engine
from sqlmodel import Session

from flows.heads import mail_head, sign_head_of_day
from flows.returns import read_returns
from flows.sending import Counts, Office, send_digests
from flows.time_stamps import stamp_head
from models.audit import Act, record
from models.audit_actions import Action
from models.digests import SENT
from models.mornings import Morning, mornings_on
from models.obligations import Due, due_numbers, due_obligations, stored_calendar
from models.outbox import Reached, reach_rungs, still_due
from models.people import authorities
from models.reports import freeze_due, shelves_of
from models.store import transaction
from models.sweep_marks import Held, one_at_a_time, start_sweep
from models.tables import Authority, key_of
from rules.vietnamese import dmy, local_day


@dataclass(frozen=True, slots=True)
class Swept:
    """What a round did; `held` names the authorities whose sweep waits for a person; `mailbox`, why it was not read."""

    reached: tuple[Reached, ...]
    sent: int
    unsent: int
    unknown: tuple[str, ...]
    held: tuple[str, ...] = ()
    mailbox: str = ""


TOGETHER = 500  # obligations told in one transaction: no lock is held long, and memory stays flat
Visitor = Callable[[Due], Awaitable[Reached | None]]


async def sweep(office: Office, now: datetime, visitor: Visitor | None = None) -> Swept:
    """One round at `now`: visit what is due, then send each person's digest. Doing it twice changes nothing.

    After a long silence, or when the clock leapt, an authority is held until a person says that it goes on.
    """
    everyone = _authorities(office.engine)
    held = {key_of(one): why for one in everyone if (why := why_held(office, one, now))}
    swept = [one for one in everyone if key_of(one) not in held]
    mailbox = "" if held and not swept else await read_returns(office, now)
    for authority in swept:
        sign_head_of_day(office, authority, now)
        _freeze_reports(office, authority, now)
    reached = [done async for done in _visits(office, now, visitor, held)] if swept else []
    counted = [await _finish(office, authority, now, reached) for authority in swept]
    for authority in swept:  # when every letter has left: whoever stamps may be slow
        await stamp_head(office, authority, now)
    return Swept(
        tuple(reached),
        sent=sum(counts[SENT] for counts, _ in counted),
        unsent=sum(sum(counts.values()) - counts[SENT] for counts, _ in counted),
        unknown=tuple(person for _, lost in counted for person in lost),
        held=tuple(f"{one.name}: {held[key_of(one)].words}" for one in everyone if key_of(one) in held),
        mailbox=mailbox,
    )


def why_held(office: Office, authority: Authority, now: datetime) -> Held | None:
    """Why nothing of `authority` may be told now; None, and the mark moved on, when it may."""
    with office.transaction() as session:
        calendar = stored_calendar(session, key_of(authority))
        return start_sweep(session, authority, calendar, now, office.settings.hold_after)


async def _finish(
    office: Office, authority: Authority, now: datetime, reached: Sequence[Reached]
) -> tuple[Counts, list[str]]:
    """Send the authority's digests, and leave the round's entry in its trail."""
    counts, lost = await send_digests(office, authority, now)
    await mail_head(office, authority, now)
    _record_round(office, authority, now, reached, counts)
    return counts, lost


def _freeze_reports(office: Office, authority: Authority, now: datetime) -> None:
    """Figures close with the day: the first round after a cut-off freezes them, before anything else happens."""
    shelves = shelves_of(office.settings)
    with office.transaction() as session:
        one_at_a_time(session, authority)
        freeze_due(session, authority, shelves, now)


async def _visits(
    office: Office, now: datetime, visitor: Visitor | None, held: dict[int, Held]
) -> AsyncIterator[Reached]:
    """Visit what is due; then wait for what others visit, so that every letter of the morning is there to be sent."""
    if visitor is None:
        for reached in visit_all(office.engine, now, held, office.flow_run):
            yield reached
    tell = visitor or _directly(office, now)
    for waiting in (False, True) if visitor else (True,):
        for due in find_due(office.engine, now):
            if due.authority_id in held or (waiting and not _let_go(office.engine, due, now)):
                continue
            if done := await tell(due):
                yield done


def visit_all(engine: Engine, now: datetime, held: Container[int] = (), flow_run: str = "") -> Iterator[Reached]:
    """Visit whatever is due and that nobody else holds, some hundreds of obligations a transaction."""
    with Session(engine) as session:
        due = due_numbers(session, now)
    numbers = ((authority, number) for authority in due if authority not in held for number in due[authority])
    while chunk := list(islice(numbers, TOGETHER)):
        with transaction(engine, flow_run) as session:
            mornings = mornings_on(session, {authority for authority, _ in chunk}, now)
            told = [number for authority, number in chunk if mornings[authority].is_working]
            reached = reach_rungs(session, told, mornings, now)
        yield from reached


def _directly(office: Office, now: datetime) -> Visitor:
    async def tell(due: Due) -> Reached | None:
        return visit(office.engine, due.id, morning_of(office.engine, due.authority_id, now), office.flow_run)

    return tell


def _let_go(engine: Engine, due: Due, now: datetime) -> bool:
    """Whether who held it has ended without telling it."""
    with transaction(engine) as session:
        return still_due(session, due.id, now)


def find_due(engine: Engine, now: datetime, slug: str | None = None) -> list[Due]:
    """What has come due at `now`, of one plan task or of all."""
    with Session(engine) as session:
        return due_obligations(session, now, slug)


def morning_of(engine: Engine, authority_id: int, now: datetime) -> Morning:
    """The calendar and roster of an authority at `now`."""
    with Session(engine) as session:
        return mornings_on(session, [authority_id], now)[authority_id]


def visit(engine: Engine, obligation_id: int, morning: Morning, flow_run: str = "") -> Reached | None:
    """Claim the letters of one obligation's rungs, in one transaction."""
    with transaction(engine, flow_run) as session:
        reached = reach_rungs(session, [obligation_id], {morning.authority_id: morning}, morning.now)
        return next(iter(reached), None)


def _authorities(engine: Engine) -> Sequence[Authority]:
    with Session(engine) as session:
        return list(authorities(session))


def _record_round(
    office: Office, authority: Authority, now: datetime, reached: Sequence[Reached], counts: Counts
) -> None:
    """A round that did something leaves an entry; a second round of the same morning leaves none."""
    if not reached and not any(counts.values()):
        return
    detail = {
        "day": dmy(local_day(now)),
        "obligations": len(reached),
        "sent": counts[SENT],
        "unsent": sum(counts.values()) - counts[SENT],
    }
    with office.transaction() as session:
        record(session, key_of(authority), now, [Act(Action.SWEEP_FINISHED, authority.code, detail)])
