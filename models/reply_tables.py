"""The tables of replies: links in mails, what was answered, leave, calendar entries sent, mail that came back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables import big_key


class Leave(SQLModel, table=True):
    """Days somebody is away, the last one included, and who stands in."""

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    first: date
    last: date
    substitute_id: int | None = Field(default=None, foreign_key="person.id")
    reason: str = ""
    withdrawn: bool = False
    recorded_at: datetime


class ReplyLink(SQLModel, table=True):
    """The one row behind every link given to a person for one purpose and obligation: revoked here, all are."""

    __tablename__ = "reply_link"
    __table_args__ = (UniqueConstraint("person_id", "purpose", "obligation_id", postgresql_nulls_not_distinct=True),)

    id: int | None = big_key()
    authority_id: int = Field(foreign_key="authority.id")
    person_id: int = Field(foreign_key="person.id")
    obligation_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="obligation.id", index=True)
    purpose: str  # tra-loi | duyet | tuy-chon
    issued_at: datetime
    revoked_at: datetime | None = None
    revocations: int = 0  # a link carries the count it was made under


class Reply(SQLModel, table=True):
    """What a person answered about an obligation without closing it; some wait for a second person's word."""

    __table_args__ = (Index("ix_reply_waiting", "authority_id", postgresql_where=text("decided_at IS NULL AND waits")),)

    id: int | None = big_key()
    authority_id: int = Field(foreign_key="authority.id")
    obligation_id: int = Field(sa_type=BigInteger, foreign_key="obligation.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    for_id: int | None = Field(default=None, foreign_key="person.id")  # whose work it is about; None: their own
    kind: str  # da-nhan | ly-do-cham | xin-them | chuyen-viec | khong-phai-viec-toi
    words: str = ""
    day: date | None = None  # the day asked for
    lawful: bool = False  # the law itself gives this time: approving moves the due day
    to_id: int | None = Field(default=None, foreign_key="person.id")  # who takes it over
    waits: bool = False
    at: datetime
    decided_at: datetime | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="person.id")
    granted: bool | None = None
    verdict: str = ""
    document: str = ""


class Invitation(SQLModel, table=True):
    """The calendar entry a person was last sent for an obligation."""

    obligation_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="obligation.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    sequence: int
    day: date
    cancelled: bool = False


class ReturnedMail(SQLModel, table=True):
    """A mail that came back to the sender address, taken in once."""

    __tablename__ = "returned_mail"

    id: int | None = big_key()
    key: str = Field(unique=True)  # SHA-256 of the mail
    authority_id: int | None = Field(default=None, foreign_key="authority.id")
    digest_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="digest.id", index=True)
    kind: str  # khong-den | tam-hoan | tu-dong | nguoi-tra-loi
    status: str = ""
    words: str = ""
    received_at: datetime
    settled_at: datetime | None = None


class SweepMark(SQLModel, table=True):
    """The newest moment an authority was wholly swept, and since when sweeps wait for a person's word."""

    __tablename__ = "sweep_mark"

    authority_id: int = Field(primary_key=True, foreign_key="authority.id")
    last_at: datetime
    held_at: datetime | None = None
    reason: str = ""  # why they wait, when it is not the silence itself: only a person ends such a hold
