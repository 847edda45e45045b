"""The tables an office works with: authority, notice, unit, person, plan, task, event, obligation (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    any_,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel, col

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table_of(model: type[SQLModel]) -> Table:
    """The plain table under `model`, for statements that need no objects."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]  # SQLModel does not declare it


def key_of(row: Any) -> int:
    """The key of a row that is stored."""
    return int(row.id)


def is_among(column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """Whether a column of numbers holds one of `numbers`: one statement and one parameter, however many there are."""
    return col(column) == any_(bindparam(None, list(numbers), ARRAY(BigInteger)))


def json_column(empty: Literal["", "[]", "{}"] = "") -> Any:
    """A JSONB column that is always there; `empty` is what a new row starts with."""
    if not empty:
        return Field(sa_column=Column(JSONB, nullable=False))
    start: Callable[[], Any] = list if empty == "[]" else dict
    return Field(default_factory=start, sa_column=Column(JSONB, nullable=False, server_default=text(f"'{empty}'")))


def maybe_json() -> Any:
    """A JSONB column that may be empty: then it is NULL, not the JSON word for it."""
    return Field(default=None, sa_column=Column(JSONB(none_as_null=True)))


def big_key() -> Any:
    """A key the database counts, for tables that grow without end."""
    return Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))


class Authority(SQLModel, table=True):
    """An office that promises (UBND xã); everything else belongs to one."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    catch_all_id: int | None = None  # the person who gets what nobody else can
    place: str = ""  # địa danh, as documents name it
    parent: str = ""  # the body above, as documents name it


class CalendarNotice(SQLModel, table=True):
    """A notice of holidays, swaps or closures as recorded; the calendar is made from these."""

    __tablename__ = "calendar_notice"
    __table_args__ = (UniqueConstraint("authority_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    number: str
    issued: date
    content: dict[str, Any] = json_column()


class Unit(SQLModel, table=True):
    """A unit; `relation` says whether it may be urged or only informed."""

    __table_args__ = (UniqueConstraint("authority_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    code: str
    name: str
    relation: str  # noi-bo | phoi-hop | cap-tren


class Person(SQLModel, table=True):
    """Someone who gets letters."""

    __table_args__ = (UniqueConstraint("authority_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    code: str
    name: str
    title: str
    email: str
    digest_at: str = "07:30"  # when the person's mail may leave at the earliest
    early: bool = True  # whether the rungs five and more working days ahead are wanted


class Role(SQLModel, table=True):
    """Who holds which role in a unit, from when to when (last day included)."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    kind: str  # can-bo | phu-trach | chu-tich
    held_from: date
    held_to: date | None = None


class Plan(SQLModel, table=True):
    """A plan as loaded, with the hash of its file."""

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    code: str = Field(unique=True)
    number: str
    signed_on: date
    year: int
    title: str
    tracked_from: date  # obligations due before it get no letters; a person says what became of them
    file_sha256: str
    findings: list[str] = json_column()
    event_names: dict[str, str] = json_column()  # event code -> what happened, in words


class PlanTask(SQLModel, table=True):
    """One nhiệm vụ of a plan: what, who, and when in the plan's words and in rules."""

    __tablename__ = "plan_task"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id")
    code: str
    slug: str = Field(unique=True)
    title: str
    kind: str
    index_number: int | None = None
    component: str | None = None
    place: str
    quote: str | None = None
    lead: str | None = None
    implementing: list[str] = json_column()
    result: str | None = None
    schedule: list[dict[str, Any]] = json_column()
    basis: list[dict[str, Any]] = json_column()
    findings: list[str] = json_column()
    ladder: str
    done: dict[str, Any] | None = maybe_json()
    awaits_confirmation: bool = False
    family: dict[str, Any] = json_column("{}")  # receiver, template, scope; items to publish; list of people


class Event(SQLModel, table=True):
    """A fact tasks wait for, with the document that proves it; its key stays when its day is corrected."""

    __table_args__ = (UniqueConstraint("authority_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    authority_id: int = Field(foreign_key="authority.id")
    key: str
    code: str
    name: str
    day: date
    document: str
    case: str = ""  # số đơn, số hồ sơ: sets apart events of one kind and day
    words: str = ""  # what the document demands, the promise made
    due: date | None = None  # the day the document itself names
    person_id: int | None = Field(default=None, foreign_key="person.id")  # who answers for it
    withdrawn: bool = False
    recorded_at: datetime


class Obligation(SQLModel, table=True):
    """One time a plan task falls due, with its stored receipt and frozen ladder."""

    __table_args__ = (
        UniqueConstraint("plan_task_id", "period_key"),
        Index("ix_obligation_wakeup", "next_wakeup_at", postgresql_where=text("next_wakeup_at IS NOT NULL")),
        Index("ix_obligation_authority_id_next_wakeup_at", "authority_id", "next_wakeup_at"),
    )

    id: int | None = big_key()
    authority_id: int = Field(foreign_key="authority.id")
    plan_task_id: int = Field(foreign_key="plan_task.id", index=True)
    code: str = Field(unique=True)
    title: str
    nature: str = "lam"  # lam | dung-ngay | giu-niem-yet | dem | nop-so-lieu
    period_key: str
    period_name: str
    starts_on: date | None = None  # first day of its period
    status: str = Field(index=True)  # dang-theo-doi | hoan-thanh | truoc-theo-doi | khong-con-ap-dung
    internal: bool
    provisional: bool
    nominal: date
    legal: date
    target: date
    cut_off: date | None = None
    event_id: int | None = Field(default=None, foreign_key="event.id")
    whole_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="obligation.id", index=True)
    unit: str | None = None  # the one unit that owes it, when not all that implement the task
    person_id: int | None = Field(default=None, foreign_key="person.id")  # the one person who answers for it
    counted_by: str | None = None  # code of the event whose holding makes up this count
    extension: dict[str, Any] | None = maybe_json()  # the law's cap: duty, times
    extended_days: int = 0
    rounds: int = 0  # times more time was given: then its rungs are told anew
    agreed_on: date | None = None  # the later day a leader agreed to where the law gives no more time; legal stays
    items: list[str] = json_column("[]")  # what must be published (rules/law/disclosures)
    receipt: dict[str, Any] = json_column()
    ladder: dict[str, Any] = json_column()
    last_offset: int | None = None  # the rung last told, in working days from the target
    calendar_version: str
    next_wakeup_at: datetime | None = None
    opened_on: date
    done_on: date | None = None
    closed_at: datetime | None = None  # when somebody said it was done, or that it no longer applies
    evidence: dict[str, Any] | None = maybe_json()
    moves: list[dict[str, Any]] = json_column("[]")  # each: from, to, cause, on
    findings: list[dict[str, Any]] = json_column("[]")  # what went wrong with it: text, at (when it was said)
