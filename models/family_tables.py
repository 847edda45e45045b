"""The tables of the three families: evidence, frozen reports, postings, and people a quota counts (PostgreSQL)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables import big_key, json_column, maybe_json


class Evidence(SQLModel, table=True):
    """One proof of an obligation: a document by its number, a link, or a file kept under its SHA-256."""

    id: int | None = big_key()
    authority_id: int = Field(foreign_key="authority.id")
    obligation_id: int = Field(sa_type=BigInteger, foreign_key="obligation.id", index=True)
    document: str = ""
    link: str = ""
    sha256: str = Field(default="", index=True)
    file_name: str = ""
    size: int = 0
    by: str
    recorded_at: datetime


class Report(SQLModel, table=True):
    """A periodic report from the day its figures were frozen: the facts it is made of, and what became of it."""

    obligation_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="obligation.id")
    authority_id: int = Field(foreign_key="authority.id")
    frozen_at: datetime
    facts: dict[str, Any] = json_column()
    facts_sha256: str
    template_sha256: str
    submission: dict[str, Any] | None = maybe_json()
    verdicts: list[dict[str, Any]] = json_column("[]")  # accepted or returned by the receiver, oldest first


class Posting(SQLModel, table=True):
    """One disclosure made: what, where, from when, until when at least, and when it was taken down."""

    id: int | None = big_key()
    authority_id: int = Field(foreign_key="authority.id")
    obligation_id: int = Field(sa_type=BigInteger, foreign_key="obligation.id", index=True)
    keep_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="obligation.id")
    item: str  # slug of the thing published (rules/law/disclosures)
    channel: str
    place: str = ""
    link: str = ""
    times: str = ""  # broadcast times of a loudspeaker
    posted_on: date
    kept: str = ""  # «ca-ky», «thuong-xuyen», or empty when keep_until says it
    keep_until: date | None = None
    taken_down_on: date | None = None
    withdrawn: bool = False  # recorded by mistake
    finding: str = ""
    checks: list[dict[str, Any]] = json_column("[]")  # each time its link was tried
    recorded_at: datetime


class Member(SQLModel, table=True):
    """Someone a quota counts (người Một cửa, trưởng thôn): not necessarily someone who gets letters."""

    __table_args__ = (UniqueConstraint("authority_id", "list_code", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    list_code: str
    code: str
    name: str
    unit: str = ""
    held_from: date
    held_to: date | None = None


class Attendance(SQLModel, table=True):
    """A member counted for one obligation: trained, informed."""

    __table_args__ = (UniqueConstraint("obligation_id", "member_id"),)

    id: int | None = big_key()
    obligation_id: int = Field(sa_type=BigInteger, foreign_key="obligation.id", index=True)
    member_id: int = Field(foreign_key="member.id")
    day: date
    document: str
    recorded_at: datetime
