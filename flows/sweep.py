"""The morning round: what has come due is told, once, and what was sent is written down.

The same round runs with Prefect (each obligation through its plan task's flow) and without (`visit` directly).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from flows.heads import mail_head, sign_head_of_day
from flows.returns import read_returns
from flows.sending import Counts, Office, send_digests
from flows.time_stamps import stamp_head
from flows.visits import Visitor, visits
from models.audit import Act, record
from models.audit_actions import Action
from models.digests import SENT
from models.obligations import stored_calendar
from models.outbox import Reached
from models.people import authorities
from models.reports import freeze_due, shelves_of
from models.sweep_marks import Held, finish_sweep, one_at_a_time, start_sweep
from models.sweep_shares import sweeping
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


@dataclass(frozen=True, slots=True)
class _Part:
    """What a round did for one authority."""

    authority: Authority
    reached: tuple[Reached, ...]
    counts: Counts
    lost: Sequence[str]


class RoundCutShort(RuntimeError):
    """What no authority can be swept without has gone; says what, and that the round is taken up again."""


DATABASE_GONE = (OperationalError, InterfaceError)


async def sweep(office: Office, now: datetime, visitor: Visitor | None = None) -> Swept:
    """One round at `now`: each authority wholly, one after another. Doing it twice changes nothing.

    Several rounds at once share the authorities. After a long silence, or when the clock leapt, an authority is held
    until a person says that it goes on.
    """
    parts, held, failed = list[_Part](), list[str](), dict[str, Exception]()
    mailbox: str | None = None
    with closing(_shared_out(office.engine)) as shares:
        for authority, joining in shares:
            if why := why_held(office, authority, now):
                held.append(f"{authority.name}: {why.words}")
                continue
            if mailbox is None:  # before the first mail leaves, and never by a clock that is held to be wrong
                mailbox = await read_returns(office, now)
            try:
                parts.append(await _sweep_one(office, authority, now, visitor, joining))
            except (*DATABASE_GONE, RoundCutShort):  # the others would end no better
                raise
            except Exception as error:  # noqa: BLE001  one authority's fault must not silence the others; raised below
                failed[authority.name] = error
    for part in parts:  # when every letter has left: whoever stamps may be slow
        await stamp_head(office, part.authority, now)
    if failed:
        raise _not_swept(failed, alone=not parts and not held)
    return _summed(parts, tuple(held), mailbox or "")


def _not_swept(failed: Mapping[str, Exception], alone: bool) -> Exception:
    """What a round ends with that could not sweep these; the fault itself when it is the only authority's."""
    if alone and len(failed) == 1:
        return next(iter(failed.values()))
    whose = "; ".join(f"{name} ({type(error).__name__}: {error})" for name, error in failed.items())
    return ExceptionGroup(f"Chưa quét xong {whose}. Các cơ quan khác đã quét xong", list(failed.values()))


def _summed(parts: Sequence[_Part], held: tuple[str, ...], mailbox: str) -> Swept:
    sent = sum(part.counts[SENT] for part in parts)
    return Swept(
        tuple(reached for part in parts for reached in part.reached),
        sent=sent,
        unsent=sum(sum(part.counts.values()) for part in parts) - sent,
        unknown=tuple(person for part in parts for person in part.lost),
        held=held,
        mailbox=mailbox,
    )


def _shared_out(engine: Engine) -> Generator[tuple[Authority, bool]]:
    """Every authority once: those nobody else sweeps, each kept from other rounds; then, to join in, the others.

    Who joins in finds nothing left to do, helps, or finishes what a round that died has left.
    """
    others = []
    for authority in _authorities(engine):
        with sweeping(engine, authority) as ours:
            if ours:
                yield authority, False
            else:
                others.append(authority)
    yield from ((authority, True) for authority in others)


async def _sweep_one(
    office: Office, authority: Authority, now: datetime, visitor: Visitor | None, joining: bool
) -> _Part:
    """Visit what is due of `authority`, then send each person's digest, and leave the round's entry in its trail."""
    sign_head_of_day(office, authority, now)
    _freeze_reports(office, authority, now)
    reached = tuple([done async for done in visits(office, authority, now, visitor, joining)])
    counts, lost = await send_digests(office, authority, now)
    await mail_head(office, authority, now)
    _finish_round(office, authority, now, reached, counts)
    return _Part(authority, reached, counts, lost)


def why_held(office: Office, authority: Authority, now: datetime) -> Held | None:
    """Why nothing of `authority` may be told now; None when it may."""
    with office.transaction() as session:
        calendar = stored_calendar(session, key_of(authority))
        return start_sweep(session, authority, calendar, now, office.settings.hold_after)


def _freeze_reports(office: Office, authority: Authority, now: datetime) -> None:
    """Figures close with the day: the first round after a cut-off freezes them, before anything else happens."""
    shelves = shelves_of(office.settings)
    with office.transaction() as session:
        one_at_a_time(session, authority)
        freeze_due(session, authority, shelves, now)


def _authorities(engine: Engine) -> Sequence[Authority]:
    with Session(engine) as session:
        return list(authorities(session))


def _finish_round(
    office: Office, authority: Authority, now: datetime, reached: Sequence[Reached], counts: Counts
) -> None:
    """The mark moves on; a round that did something leaves an entry, a second one of the same morning none."""
    detail = {
        "day": dmy(local_day(now)),
        "obligations": len(reached),
        "sent": counts[SENT],
        "unsent": sum(counts.values()) - counts[SENT],
    }
    with office.transaction() as session:
        finish_sweep(session, authority, now)
        if reached or any(counts.values()):
            record(session, key_of(authority), now, [Act(Action.SWEEP_FINISHED, authority.code, detail)])
