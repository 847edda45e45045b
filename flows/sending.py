"""Sending: each person's digest transmitted once, tried again while the morning lasts, and what came back taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import Message
from time import monotonic

import pendulum
from sqlalchemy import Engine
from sqlmodel import Session

from flows.composing import compose
from flows.invitations import Entry, calendar_part
from flows.letters import DigestMail
from flows.mail import Mailer, Result
from flows.messages import Draft, build_message, plain_text
from models.acts import ActRefused
from models.deliveries import owed_overviews, pass_on
from models.digests import (
    FAILED,
    REFUSED,
    SENT,
    UNKNOWN,
    finish_sending,
    gather_digests,
    give_up_on_lost,
    hold,
    start_sending,
)
from models.invited import Invited, entries_for, mark_invited
from models.letter_texts import keep_text
from models.obligations import stored_calendar
from models.office_key import office_key
from models.overview import begins_week
from models.people import roster_on
from models.record_tables import Digest
from models.reports import shelves_of
from models.return_address import return_address
from models.settings import Settings
from models.store import transaction
from models.sweep_marks import one_at_a_time
from models.tables import Authority, Person, key_of
from models.urging import draft_urging
from rules.vietnamese import ZONE, local_day
from rules.working_days import WorkingCalendar

Counts = dict[str, int]  # how many digests ended in each status
OFFICE_HOURS = (time(7, 30), time(17, 0))
_STATUS = {"sent": SENT, "failed": FAILED, "refused": REFUSED, "unknown": UNKNOWN}


@dataclass(frozen=True, slots=True)
class Office:
    """Everything a round works with; in practice and replay one round stands for a `whole_day`."""

    engine: Engine
    settings: Settings
    mailer: Mailer
    whole_day: bool = False
    key: bytes = b""  # signs links and return addresses; empty: the office's own
    signs: bool = True  # a replay signs no heads: it has no record
    flow_run: str = ""  # Prefect's id of the run this round is; none without Prefect
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)

    @property
    def signing_key(self) -> bytes:
        """What links in mails and return addresses are signed with."""
        return self.key or office_key(self.settings)

    def transaction(self) -> AbstractContextManager[Session]:
        """A transaction whose entries in the trail say which flow run made them."""
        return transaction(self.engine, self.flow_run)


@dataclass(frozen=True, slots=True)
class _Round:
    """One authority's sending on one morning."""

    office: Office
    authority: Authority
    calendar: WorkingCalendar
    key: bytes


async def send_digests(office: Office, authority: Authority, now: datetime) -> tuple[Counts, list[str]]:
    """Send every digest that is ready: how many ended in each status, and whose were found «not known».

    Those not taken for now are tried again after each pause of `smtp_retries`, while office hours last.
    """
    with office.transaction() as session:
        one_at_a_time(session, authority)
        lost = give_up_on_lost(session, authority, now)
        calendar = stored_calendar(session, key_of(authority))
        ready = _gather(session, office, authority, calendar, now) if in_office_hours(calendar, now) else []
    sending = _Round(office, authority, calendar, office.signing_key)
    began, passed = monotonic(), 0.0  # seconds the passes themselves took
    ended: dict[int, str] = await _pass(sending, ready, now)
    for seconds in office.settings.smtp_retries:
        left = [number for number in ready if ended.get(number) == FAILED]
        now, passed = now + timedelta(seconds=seconds), passed + monotonic() - began
        if not left or not in_office_hours(calendar, now + timedelta(seconds=passed)):
            break
        await office.pause(seconds)
        began = monotonic()
        ended |= await _pass(sending, left, now)
    return {status: list(ended.values()).count(status) for status in _STATUS.values()}, lost


def in_office_hours(calendar: WorkingCalendar, now: datetime) -> bool:
    """Nothing is sent outside 07:30-17:00 of a working day."""
    local = pendulum.instance(now).in_timezone(ZONE)
    return calendar.is_working(local_day(now)) and OFFICE_HOURS[0] <= local.time() < OFFICE_HOURS[1]


def _gather(
    session: Session, office: Office, authority: Authority, calendar: WorkingCalendar, now: datetime
) -> list[int]:
    today = local_day(now)
    roster = roster_on(session, authority, today)
    leaders = (*roster.leaders(), *roster.office())
    if not begins_week(calendar, today):
        owed = owed_overviews(session, key_of(authority))
        leaders = tuple(one for one in leaders if one in owed)
    domain = office.settings.mail_from.partition("@")[2]
    return gather_digests(session, authority, now, domain, leaders, office.whole_day)


async def _pass(sending: _Round, ready: Sequence[int], now: datetime) -> dict[int, str]:
    """Try each digest once on one connection; a relay out of service ends the pass, the rest stay waiting."""
    ended: dict[int, str] = {}
    async with sending.office.mailer as mailer:
        for number in ready:
            result = await _send(sending, mailer, number, now)
            if result is None:
                continue
            ended[number] = _STATUS[result.outcome]
            if result.unreachable:
                ended |= dict.fromkeys(ready[ready.index(number) + 1 :], FAILED)
                break
    return ended


async def _send(sending: _Round, mailer: Mailer, number: int, now: datetime) -> Result | None:
    """Hold one digest, say that it is being sent, transmit it, store how that ended; None when it is not ours."""
    office = sending.office
    with office.transaction() as session:
        said = _say(sending, number, now) if hold(session, number) else None
        if said is None:
            return None
        mail, invited, message = said
        digest = session.get_one(Digest, number, with_for_update=True)
        sender = return_address(office.settings.mail_from, number, sending.key)
        result = await mailer.send(message, mail.person.email, sender)
        _finish(session, digest, mail.person, result, invited, now)
        return result


def _say(sending: _Round, number: int, now: datetime) -> tuple[DigestMail, list[Invited], Message] | None:
    """Commit that a digest is being sent before its first byte leaves; what will be sent, None when it is not ours."""
    settings = sending.office.settings
    with sending.office.transaction() as session:
        digest = start_sending(session, number)
        if digest is None:
            return None
        mail = compose(session, digest, sending.calendar, settings, now, sending.key)
        digest.subject, digest.address = mail.subject, mail.person.email
        invited = entries_for(session, digest)
        entries = [calendar_part(_entry(one, mail, settings), now) for one in invited]
        message = build_message(mail, digest, settings, now, entries, _drafts(session, mail, settings, now))
        keep_text(session, digest, plain_text(message))
    return mail, invited, message


def _finish(
    session: Session, digest: Digest, person: Person, result: Result, invited: Sequence[Invited], now: datetime
) -> None:
    finish_sending(session, digest, person, _STATUS[result.outcome], result.response, now)
    if result.outcome == "sent":
        mark_invited(session, key_of(person), invited)
    if result.outcome == "refused":
        pass_on(session, digest, person, result.response, now)


def _entry(one: Invited, mail: DigestMail, settings: Settings) -> Entry:
    row, domain = one.obligation, settings.mail_from.partition("@")[2]
    line = next((line for line in mail.lines if line.code == row.code), None)
    return Entry(
        uid=f"{row.code}.{mail.person.code}@{domain}", sequence=one.sequence, cancelled=one.cancelled, title=row.title,
        period=row.period_name, day=one.day, legal=row.legal, text=" ".join(row.receipt["because"]),
        url=line.url if line else "", organizer=(settings.mail_from_name, settings.mail_from),
        attendee=(mail.person.name, mail.person.email),
    )  # fmt: skip


def _drafts(session: Session, mail: DigestMail, settings: Settings, now: datetime) -> list[Draft]:
    """The draft công văn đôn đốc for each unit a leader is asked to urge; its words stand in the mail in any case."""
    units: dict[str, list[str]] = {}
    for line in mail.lines:
        if line.draft:
            units.setdefault(line.draft_for, []).append(line.code)
    drafts = []
    for number, codes in enumerate(units.values(), start=1):
        try:
            content = draft_urging(session, codes, now, shelves_of(settings))
        except ActRefused:
            continue
        drafts.append(Draft(f"du-thao-cong-van-don-doc-{number}.docx", content))
    return drafts
