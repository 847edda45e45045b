"""The head of the chain, signed by the first sweep of a working day and mailed to the auditors."""

from __future__ import annotations

from datetime import datetime
from email.message import Message

from sqlalchemy import Engine
from sqlmodel import Session

from flows.messages import plain_message, templates
from flows.sending import Office, in_office_hours
from models.head_key import HeadKey, head_key
from models.head_mails import Outcome, finish_mail, hold_mail, open_mails, start_mail
from models.obligations import stored_calendar
from models.record_tables import HeadMail, SignedHead
from models.settings import Settings
from models.signed_heads import DAILY, check_chain, head_on, keep_head, make_head, withheld_head
from models.tables import Authority, key_of
from rules.vietnamese import dmy, local_day


def sign_head_of_day(office: Office, authority: Authority, now: datetime) -> None:
    """On a working day, once: the chain verified, and its head of this moment signed, or the reason why not kept.

    Reading the whole chain takes no lock; only storing what came of it does.
    """
    if not office.signs or not _to_be_signed(office.engine, authority, now):
        return
    head = _head(office.engine, authority, head_key(office.settings), now)
    if head.seq:
        with office.transaction() as session:
            keep_head(session, authority, head)


def _to_be_signed(engine: Engine, authority: Authority, now: datetime) -> bool:
    day = local_day(now)
    with Session(engine) as session:
        working = stored_calendar(session, key_of(authority)).is_working(day)
        return working and head_on(session, key_of(authority), day) is None


def _head(engine: Engine, authority: Authority, key: HeadKey, now: datetime) -> SignedHead:
    number, day = key_of(authority), local_day(now)
    with Session(engine) as session:
        witness, broken = check_chain(session, number)
    return withheld_head(number, day, now, broken, key) if broken else make_head(number, day, now, witness, key, DAILY)


async def mail_head(office: Office, authority: Authority, now: datetime) -> None:
    """Send the day's head to each auditor who has not got it, in office hours."""
    settings, day = office.settings, local_day(now)
    if not settings.auditors:
        return
    with office.transaction() as session:
        calendar = stored_calendar(session, key_of(authority))
        if not in_office_hours(calendar, now) or head_on(session, key_of(authority), day) is None:
            return
        ready = open_mails(session, authority, day, settings.auditors, settings.mail_from.partition("@")[2])
    if ready:
        async with office.mailer:
            for number in ready:
                if await _send(office, authority, number, now):
                    break


async def _send(office: Office, authority: Authority, number: int, now: datetime) -> bool:
    """Send one mail that is ours to send; whether the relay is out of service."""
    with office.transaction() as session:
        if not hold_mail(session, number):
            return False
        with office.transaction() as first:  # committed before the first byte leaves
            said = start_mail(first, number)
        if said is None:
            return False
        mail, head = said
        result = await office.mailer.send(
            head_message(authority, mail, head, office.settings, now), mail.address, office.settings.mail_from
        )
        mail = session.get_one(HeadMail, number, with_for_update=True)
        finish_mail(session, mail, Outcome(result.outcome, result.response), now)
        return result.unreachable


def head_message(authority: Authority, mail: HeadMail, head: SignedHead, settings: Settings, at: datetime) -> Message:
    """The mail: short, plain text, everything with which an export is checked later."""
    words = templates().get_template("head.txt.j2").render(authority=authority, head=head, dmy=dmy)
    state = f"số {head.seq}" if head.signature else "KHÔNG KÝ ĐƯỢC"
    subject = f"Đầu chuỗi nhật ký {authority.name}: {state}, ngày {dmy(head.day)}"
    return plain_message(settings, mail.address, subject, words, mail.message_id, at)
