"""The morning round: what has come due is told, once, and what was sent is written down.

The same round runs with Prefect (each obligation through its plan task's flow) and without (`visit` directly).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import pendulum
from sqlalchemy import Engine
from sqlmodel import Session

from flows.letters import build_message, compose
from flows.mail import Mailer
from models.audit import Act, record
from models.audit_actions import Action
from models.obligations import Due, due_obligations, stored_calendar
from models.outbox import (
    FAILED,
    REFUSED,
    SENT,
    UNKNOWN,
    Reached,
    authorities,
    finish_sending,
    gather_digests,
    give_up_on_lost,
    hold,
    reach_rungs,
    start_sending,
)
from models.people import Roster, roster_on
from models.record_tables import Digest
from models.reports import freeze_due, shelves_of
from models.settings import Settings
from models.store import transaction
from models.tables import Authority, key_of
from rules.vietnamese import ZONE, dmy, local_day
from rules.working_days import WorkingCalendar

_STATUS = {"sent": SENT, "failed": FAILED, "refused": REFUSED, "unknown": UNKNOWN}
OFFICE_HOURS = (time(7, 30), time(17, 0))


@dataclass(frozen=True, slots=True)
class Office:
    """Everything a round works with."""

    engine: Engine
    settings: Settings
    mailer: Mailer


@dataclass(frozen=True, slots=True)
class Swept:
    """What a round did."""

    reached: tuple[Reached, ...]
    sent: int
    unsent: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Morning:
    """What one authority's letters are decided by at one moment: its calendar and who holds which role."""

    calendar: WorkingCalendar
    roster: Roster
    now: datetime


Visitor = Callable[[Due], Awaitable[Reached | None]]


async def sweep(office: Office, now: datetime, visitor: Visitor | None = None) -> Swept:
    """One round at `now`: visit what is due, then send each person's digest. Doing it twice changes nothing."""
    for authority in _authorities(office.engine):
        _freeze_reports(office, authority, now)
    reached = [done async for done in _visits(office.engine, now, visitor)]
    sent, unsent = 0, 0
    unknown: list[str] = []
    for authority in _authorities(office.engine):
        counts, lost = await send_digests(office, authority, now)
        sent, unsent, unknown = sent + counts[SENT], unsent + sum(counts.values()) - counts[SENT], unknown + lost
        _record_round(office.engine, authority, now, reached, counts)
    return Swept(tuple(reached), sent, unsent, tuple(unknown))


def _freeze_reports(office: Office, authority: Authority, now: datetime) -> None:
    """Figures close with the day: the first round after a cut-off freezes them, before anything else happens."""
    shelves = shelves_of(office.settings)
    with transaction(office.engine) as session:
        freeze_due(session, authority, shelves, now)


async def _visits(engine: Engine, now: datetime, visitor: Visitor | None) -> AsyncIterator[Reached]:
    mornings: dict[int, Morning] = {}
    for due in find_due(engine, now):
        if visitor:
            done = await visitor(due)
        else:
            if due.authority_id not in mornings:
                mornings[due.authority_id] = morning_of(engine, due.authority_id, now)
            done = visit(engine, due.id, mornings[due.authority_id])
        if done:
            yield done


def find_due(engine: Engine, now: datetime, slug: str | None = None) -> list[Due]:
    """What has come due at `now`, of one plan task or of all."""
    with Session(engine) as session:
        return due_obligations(session, now, slug)


def morning_of(engine: Engine, authority_id: int, now: datetime) -> Morning:
    """The calendar and roster of an authority at `now`."""
    with Session(engine) as session:
        roster = roster_on(session, session.get_one(Authority, authority_id), local_day(now))
        return Morning(stored_calendar(session, authority_id), roster, now)


def visit(engine: Engine, obligation_id: int, morning: Morning, flow_run: str = "") -> Reached | None:
    """Claim the letters of one obligation's rungs, in one transaction."""
    with transaction(engine) as session:
        return reach_rungs(session, obligation_id, morning.calendar, morning.roster, morning.now, flow_run)


async def send_digests(office: Office, authority: Authority, now: datetime) -> tuple[dict[str, int], list[str]]:
    """Send every digest that is ready: how many ended in each status, and whose were found «not known»."""
    counts = dict.fromkeys(_STATUS.values(), 0)
    domain = office.settings.mail_from.partition("@")[2]
    with transaction(office.engine) as session:
        lost = give_up_on_lost(session, authority, now)
        calendar = stored_calendar(session, key_of(authority))
        ready = gather_digests(session, authority, now, domain) if _in_office_hours(calendar, now) else []
    async with office.mailer as mailer:
        for digest_id in ready:
            if status := await _send(office, mailer, digest_id, calendar, now):
                counts[status] += 1
    return counts, lost


async def _send(office: Office, mailer: Mailer, digest_id: int, calendar: WorkingCalendar, now: datetime) -> str | None:
    """Transmit one digest between «being sent», committed first, and its outcome; None when it is not ours."""
    with transaction(office.engine) as session:
        digest = session.get_one(Digest, digest_id)
        mail = compose(session, digest, calendar, office.settings)
        message = build_message(mail, digest, office.settings, now)
        if not start_sending(session, digest_id, mail.subject):
            return None
    with transaction(office.engine) as session:
        held = hold(session, digest_id)
        if held is None:
            return None
        result = await mailer.send(message, mail.person.email)
        finish_sending(session, held, mail.person, _STATUS[result.outcome], result.response, now)
        return held.status


def _in_office_hours(calendar: WorkingCalendar, now: datetime) -> bool:
    """Nothing is sent outside 07:30-17:00 of a working day."""
    local = pendulum.instance(now).in_timezone(ZONE)
    return calendar.is_working(local_day(now)) and OFFICE_HOURS[0] <= local.time() < OFFICE_HOURS[1]


def _authorities(engine: Engine) -> Sequence[Authority]:
    with Session(engine) as session:
        return list(authorities(session))


def _record_round(
    engine: Engine, authority: Authority, now: datetime, reached: Sequence[Reached], counts: dict[str, int]
) -> None:
    """A round that did something leaves an entry; a second round of the same morning leaves none."""
    if not reached and not any(counts.values()):
        return
    detail = {
        "day": dmy(local_day(now)),
        "obligations": len(reached),
        "sent": counts[SENT],
        "unsent": counts[FAILED] + counts[REFUSED] + counts[UNKNOWN],
    }
    with transaction(engine) as session:
        record(session, key_of(authority), now, [Act(Action.SWEEP_FINISHED, authority.code, detail)])
