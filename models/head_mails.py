"""The day's head on its way to each auditor: at most one mail each, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.advisory_locks import Room, try_lock
from models.audit import Act, record
from models.audit_actions import Action
from models.digests import DIGEST_STATUSES, FAILED, REFUSED, SENDING, SENT, UNKNOWN, WAITING
from models.record_tables import HeadMail, SignedHead
from models.tables import Authority, key_of, table_of
from rules.vietnamese import dmy

_STATUS = {"sent": SENT, "failed": FAILED, "refused": REFUSED, "unknown": UNKNOWN}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a transmission ended."""

    outcome: str
    response: str


def open_mails(session: Session, authority: Authority, day: date, addresses: Sequence[str], domain: str) -> list[int]:
    """One mail an auditor for the head of `day`; those that have not left, in order."""
    stamp = f"{day:%Y%m%d}.dau-chuoi"
    rows = [
        {
            "authority_id": key_of(authority), "day": day, "address": address, "status": WAITING, "response": "",
            "message_id": f"<{stamp}.{number}.{authority.code}@{domain}>",
        }
        for number, address in enumerate(addresses, start=1)
    ]  # fmt: skip
    session.execute(insert(table_of(HeadMail)).on_conflict_do_nothing(), rows)
    _give_up_on_lost(session, key_of(authority))
    waiting = select(col(HeadMail.id)).where(
        col(HeadMail.authority_id) == authority.id, col(HeadMail.day) == day,
        col(HeadMail.status).in_((WAITING, FAILED)), col(HeadMail.address).in_(addresses),
    )  # fmt: skip
    return [number for number in session.execute(waiting.order_by(col(HeadMail.id))).scalars() if number]


def mails_sent(session: Session, authority_id: int) -> dict[date, int]:
    """How many auditors got the head of each day."""
    mine = (col(HeadMail.authority_id) == authority_id, col(HeadMail.status) == SENT)
    query = select(col(HeadMail.day), func.count()).where(*mine).group_by(col(HeadMail.day))
    return {row[0]: row[1] for row in session.execute(query)}


def _give_up_on_lost(session: Session, authority_id: int) -> None:
    """Whoever sent it died while transmitting: not known, and not sent again by itself."""
    query = select(HeadMail).where(col(HeadMail.authority_id) == authority_id, col(HeadMail.status) == SENDING)
    for mail in session.execute(query).scalars():
        if hold_mail(session, key_of(mail)):
            mail.status = UNKNOWN
            session.add(mail)


def hold_mail(session: Session, number: int) -> bool:
    """Hold a mail until the transaction ends; False when somebody does."""
    return bool(session.execute(try_lock(Room.HEAD_MAIL, number)).scalar_one())


def start_mail(session: Session, number: int) -> tuple[HeadMail, SignedHead] | None:
    """Say that a mail is being sent before its first byte leaves; None when it is not ours."""
    claim = (
        update(HeadMail)
        .where(col(HeadMail.id) == number, col(HeadMail.status).in_((WAITING, FAILED)))
        .values(status=SENDING)
        .returning(HeadMail)
    )
    mail = session.execute(claim).scalar_one_or_none()
    return (mail, session.get_one(SignedHead, (mail.authority_id, mail.day))) if mail else None


def finish_mail(session: Session, mail: HeadMail, ended: Outcome, now: datetime) -> None:
    """Write down how it ended. The trail names the auditor by number: addresses stand in no export."""
    mail.status, mail.response = _STATUS[ended.outcome], ended.response
    mail.sent_at = now if mail.status == SENT else None
    session.add(mail)
    number = mail.message_id.split(".")[2]
    detail = {
        "day": dmy(mail.day), "auditor": int(number), "outcome": DIGEST_STATUSES[mail.status].lower(),
        "response": ended.response, "message_id": mail.message_id,
    }  # fmt: skip
    record(session, mail.authority_id, now, [Act(Action.HEAD_MAILED, mail.message_id, detail)])
