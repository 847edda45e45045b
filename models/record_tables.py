"""The tables of the record: digests, letters, the audit trail and its heads, the clock of practice (PostgreSQL)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables import big_key, json_column


class Digest(SQLModel, table=True):
    """One mail to one person on one morning; its letters are the lines in it."""

    __table_args__ = (UniqueConstraint("person_id", "day"),)

    id: int | None = big_key()
    authority_id: int = Field(foreign_key="authority.id")
    person_id: int = Field(foreign_key="person.id")
    day: date
    # cho-gui | dang-gui | da-gui | gui-loi | bi-tu-choi | khong-ro | nhap-thu-sau | bi-tra-lai | da-xac-nhan
    status: str = Field(index=True)
    message_id: str = Field(unique=True)
    subject: str = ""
    response: str = ""
    address: str = ""  # where it was sent
    overview: bool = False  # the first mail of a week tells a leader how everything stands
    sent_at: datetime | None = None


class Letter(SQLModel, table=True):
    """One rung of one obligation told to one person: claimed by its unique key before anything is sent."""

    __table_args__ = (
        UniqueConstraint("obligation_id", "rung", "person_id"),
        Index("ix_letter_waiting", "person_id", postgresql_where=text("digest_id IS NULL")),
    )

    id: int | None = big_key()
    obligation_id: int = Field(sa_type=BigInteger, foreign_key="obligation.id")
    person_id: int = Field(foreign_key="person.id")
    digest_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="digest.id", index=True)
    rung: str
    rung_day: date
    claimed_on: date
    audience: str
    stands_for_id: int | None = Field(default=None, foreign_key="person.id")  # who is away or cannot be reached


class AuditEntry(SQLModel, table=True):
    """One entry of an authority's append-only, chained trail."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        ForeignKeyConstraint(["authority_id"], ["authority.id"]),
        Index("ix_audit_entry_flow_run", "flow_run", "action", postgresql_where=text("flow_run <> ''")),
        Index("ix_audit_entry_authority_id_at", "authority_id", "at"),
        *(
            Index(f"ix_audit_entry_authority_id_{by}_seq", "authority_id", by, "seq")
            for by in ("actor", "action", "subject")
        ),
    )

    authority_id: int = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any] = json_column()
    flow_run: str = ""
    previous_hash: str
    hash: str


class AuditHead(SQLModel, table=True):
    """The newest entry of each chain: locked to append, and a witness when the newest entries are cut off."""

    __tablename__ = "audit_head"

    authority_id: int = Field(primary_key=True, foreign_key="authority.id")
    seq: int = Field(sa_type=BigInteger)
    hash: str


class SignedHead(SQLModel, table=True):
    """The newest entry at the first sweep of a working day, signed: what others keep to check the chain by."""

    __tablename__ = "signed_head"
    __table_args__ = (ForeignKeyConstraint(["authority_id"], ["authority.id"]),)

    authority_id: int = Field(primary_key=True)
    day: date = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str
    root: str  # Merkle root (RFC 6962) over the entries 1..seq
    signature: str = ""  # Ed25519, hex; empty when the chain did not hold and nothing was signed
    key_id: str
    public_key: str
    fault: str = ""  # why nothing was signed
    at: datetime


class HeadStamp(SQLModel, table=True):
    """A time stamp (RFC 3161) on a day's signed head: proof from outside that it was there by then."""

    __tablename__ = "head_stamp"
    __table_args__ = (ForeignKeyConstraint(["authority_id", "day"], ["signed_head.authority_id", "signed_head.day"]),)

    authority_id: int = Field(primary_key=True)
    day: date = Field(primary_key=True)
    token: bytes = Field(sa_type=LargeBinary)  # DER, as the time-stamping authority signed it
    stamped_at: datetime  # by that authority's time
    at: datetime


class HeadMail(SQLModel, table=True):
    """A day's head sent to one auditor: at most once."""

    __tablename__ = "head_mail"
    __table_args__ = (
        UniqueConstraint("authority_id", "day", "address"),
        ForeignKeyConstraint(["authority_id", "day"], ["signed_head.authority_id", "signed_head.day"]),
    )

    id: int | None = big_key()
    authority_id: int
    day: date
    address: str
    status: str  # cho-gui | dang-gui | da-gui | gui-loi | bi-tu-choi | khong-ro
    message_id: str = Field(unique=True)
    response: str = ""
    sent_at: datetime | None = None


class PracticeClock(SQLModel, table=True):
    """The moment practice has reached; no row means real time."""

    __tablename__ = "practice_clock"

    id: int = Field(default=1, primary_key=True)
    now: datetime
