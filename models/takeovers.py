"""Mornings no sweep came to: which authorities, and what the watchdog did, each in the trail before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.obligations import stored_calendar
from models.people import authorities
from models.record_tables import AuditEntry
from models.reply_tables import SweepMark
from models.sweep_marks import held_since, one_at_a_time
from models.tables import Authority, key_of
from rules.vietnamese import clock_time, dmy, local_day, local_time, start_of

# From the first hour a morning's sweep should have come by, until mail no longer leaves.
_WATCHED = ("08:30", "17:00")
# What administrators are told of, as the trail prints it.
NOT_SWEPT, HELD = "buổi sáng không được quét", "quét đang tạm giữ"
SENDING, SENT, NOT_SENT = "đang gửi thư", "đã gửi thư", "chưa gửi được thư"


@dataclass(frozen=True, slots=True)
class Missed:
    """An authority whose morning was not swept: when it last was, and since when a person is waited for."""

    authority: Authority
    last: datetime | None
    held: datetime | None

    @property
    def since(self) -> str:
        """When it was last swept, in words."""
        return f"lần quét gần nhất {local_time(self.last)}" if self.last else "chưa quét lần nào"


def missed_mornings(session: Session, now: datetime) -> Iterator[Missed]:
    """The authorities that work today and should have been swept by `now`, but were not."""
    if not _WATCHED[0] <= clock_time(now) < _WATCHED[1]:
        return
    for office in authorities(session):
        mark = session.get(SweepMark, key_of(office), populate_existing=True)
        swept = mark is not None and local_day(mark.last_at) >= local_day(now)
        if not swept and stored_calendar(session, key_of(office)).is_working(local_day(now)):
            yield Missed(office, mark.last_at if mark else None, held_since(session, office))


def claim_takeover(session: Session, authority: Authority, now: datetime) -> None:
    """Say in the trail, once a day, that the watchdog sweeps in place of Prefect."""
    one_at_a_time(session, authority)
    if not any(_today(session, authority, Action.SWEEP_TAKEN_OVER, now)):
        detail = {"day": dmy(local_day(now)), "at": clock_time(now)}
        record(session, key_of(authority), now, [Act(Action.SWEEP_TAKEN_OVER, authority.code, detail)])


@dataclass(frozen=True, slots=True)
class Finding:
    """Something administrators are told of: whose, the matter, and what was found in words."""

    authority: Authority
    matter: str
    found: str


def claim_telling(session: Session, finding: Finding, now: datetime) -> bool:
    """Say in the trail that the administrators are about to be told; False when they were, today, of that matter.

    A mail the relay did not take is tried again by the next watch; one nobody knows the end of is not.
    """
    one_at_a_time(session, finding.authority)
    told = _today(session, finding.authority, Action.ADMINS_TOLD, now)
    newest = next((entry for entry in told if entry["matter"] == finding.matter), None)
    if newest and not newest["outcome"].startswith(NOT_SENT):
        return False
    keep_telling(session, finding, SENDING, now)
    return True


def keep_telling(session: Session, finding: Finding, outcome: str, now: datetime) -> None:
    """Say in the trail what became of the mail."""
    detail = {"day": dmy(local_day(now)), "matter": finding.matter, "outcome": outcome, "found": finding.found}
    authority = finding.authority
    record(session, key_of(authority), now, [Act(Action.ADMINS_TOLD, authority.code, detail)])


def untold(session: Session, now: datetime) -> Iterator[Finding]:
    """What the administrators should have been told today, and the relay did not take."""
    for office in authorities(session):
        newest = next(_today(session, office, Action.ADMINS_TOLD, now), None)
        if newest and newest["outcome"].startswith(NOT_SENT):
            yield Finding(office, newest["matter"], newest["found"])


def _today(session: Session, authority: Authority, action: Action, now: datetime) -> Iterator[dict[str, Any]]:
    """The details of the day's entries of `action`, newest first."""
    query = select(col(AuditEntry.detail)).where(
        col(AuditEntry.authority_id) == authority.id,
        col(AuditEntry.action) == action.value,
        col(AuditEntry.at) >= start_of(local_day(now)),
    )
    yield from session.execute(query.order_by(col(AuditEntry.seq).desc())).scalars()
