"""Plain facts about the house for who watches it: its schema, its backups, the heads signed and stamped of late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib.metadata import version

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from models.audit_actions import Action
from models.record_tables import AuditEntry, HeadStamp, SignedHead
from rules.working_days import WorkingCalendar

_LATELY = timedelta(days=14)


def schema_revision(session: Session) -> str:
    """The revision the database is at."""
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def last_backup(session: Session, authority_id: int) -> datetime | None:
    """When the authority's trail last says that a backup was made."""
    mine = (col(AuditEntry.authority_id) == authority_id, col(AuditEntry.action) == Action.BACKED_UP)
    newest = select(col(AuditEntry.at)).where(*mine).order_by(col(AuditEntry.seq).desc()).limit(1)
    return session.execute(newest).scalar_one_or_none()


def first_entry(session: Session, authority_id: int) -> datetime | None:
    """When the authority's trail begins."""
    mine = (col(AuditEntry.authority_id) == authority_id, col(AuditEntry.seq) == 1)
    return session.execute(select(col(AuditEntry.at)).where(*mine)).scalar_one_or_none()


def unsigned_days(session: Session, authority_id: int, calendar: WorkingCalendar, today: date) -> list[date]:
    """The working days of late, today left out, without a signed head; none before the first head."""
    heads = {head.day: bool(head.signature) for head in _heads(session, authority_id, today)}
    mine = select(func.min(SignedHead.day)).where(col(SignedHead.authority_id) == authority_id)
    first = session.execute(mine).scalar()
    if first is None:
        return []
    days = (max(first, today - _LATELY) + timedelta(days=number) for number in range(_LATELY.days))
    return [day for day in days if day < today and calendar.is_working(day) and not heads.get(day)]


def unstamped_days(session: Session, authority_id: int, today: date) -> list[date]:
    """The days of late, today left out, whose signed head has no outside stamp."""
    stamps = select(col(HeadStamp.day)).where(col(HeadStamp.authority_id) == authority_id)
    stamped = set(session.execute(stamps.where(col(HeadStamp.day) >= today - _LATELY)).scalars())
    signed = (head.day for head in _heads(session, authority_id, today) if head.signature)
    return [day for day in signed if day < today and day not in stamped]


def _heads(session: Session, authority_id: int, today: date) -> Sequence[SignedHead]:
    mine = select(SignedHead).where(col(SignedHead.authority_id) == authority_id)
    lately = mine.where(col(SignedHead.day) >= today - _LATELY)
    return session.execute(lately.order_by(col(SignedHead.day))).scalars().all()


def program_version() -> str:
    """The version of this program."""
    return version("dunghan")
