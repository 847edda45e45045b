"""The tables of who may open the pages: rights given, links asked for, sessions, and what auditors read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables import big_key


class AccessGrant(SQLModel, table=True):
    """A right given to an address from one day to another, that included; leaders and the office need none given."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("authority_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    code: str  # as the trail names them
    name: str
    email: str = Field(index=True)
    right: str  # a key of RIGHTS
    held_from: date
    held_to: date | None = None
    withdrawn: bool = False
    recorded_at: datetime


class SignInLink(SQLModel, table=True):
    """A link asked for on the sign-in page: for one address and one browser, used once. Of its secret only the hash."""

    __tablename__ = "sign_in_link"

    id: int | None = big_key()
    secret_hash: str = Field(unique=True)
    browser_hash: str
    email: str = Field(index=True)
    client: str = Field(index=True)  # the network address that asked
    back: str  # the page to go on to
    asked_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    outcome: str = ""  # what became of its mail; empty: none was sent


class PageSession(SQLModel, table=True):
    """Somebody signed in, by one right, until it ends. Of its secret only the hash."""

    __tablename__ = "page_session"

    id: int | None = big_key()
    secret_hash: str = Field(unique=True)
    authority_id: int = Field(foreign_key="authority.id")
    right: str
    code: str
    email: str
    browser: str = ""  # what the browser calls itself
    began_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class PageReading(SQLModel, table=True):
    """A page an auditor opened in a session: in the trail once for each, however often it is reloaded."""

    __tablename__ = "page_reading"

    session_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="page_session.id")
    path: str = Field(primary_key=True)
