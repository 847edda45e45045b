"""What tests of delivery ask of the database: how each person's mail stands, what the trail says, whose letters."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows.mail import SmtpMailer
from flows.sending import Office
from flows.sweep import Swept, sweep
from models.audit_actions import Action
from models.deliveries import settle_digest
from models.record_tables import AuditEntry, Digest, Letter
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, Person
from rules.vietnamese import morning_of

TUE_18_JUNE = date(2024, 6, 18)
CHAIR, HOA, MAU, TRAN, DUONG = (
    "hoang-van-mo-phong", "pham-thi-minh-hoa", "le-thi-mau", "tran-thi-vi-du", "duong-thi-phac-thao"
)  # fmt: skip


@dataclass
class Pauses:
    """Waits no time and remembers how long it was asked to."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass(frozen=True)
class Stand:
    """How a person's mail of a day stands."""

    status: str
    response: str
    message_id: str


def clock(day: date, time: str = "07:30") -> datetime:
    hour, minute, second = map(int, f"{time}:00".split(":")[:3])
    return morning_of(day).replace(hour=hour, minute=minute, second=second)


def aimed(settings: Settings, port: int, **more: Any) -> Settings:
    """Settings whose relay listens at `port`."""
    return settings.model_copy(update={"smtp_port": port, "smtp_timeout": 5, **more})


def on(engine: Engine, settings: Settings, now: datetime, pause: Pauses | None = None) -> Swept:
    """One round through a real SMTP socket."""
    office = Office(engine, settings, SmtpMailer(settings), pause=pause or Pauses())
    return asyncio.run(sweep(office, now))


def stands(engine: Engine, day: date | None = None) -> dict[str, Stand]:
    """Each person's newest mail, or the one of `day`."""
    query = select(Person.code, Digest).join(Digest, col(Digest.person_id) == col(Person.id))  # type: ignore[call-overload]
    if day:
        query = query.where(col(Digest.day) == day)
    with Session(engine) as session:
        found = session.execute(query.order_by(col(Digest.day), col(Digest.person_id))).all()
    return {code: Stand(digest.status, digest.response, digest.message_id) for code, digest in found}


def statuses(engine: Engine, day: date | None = None) -> dict[str, str]:
    return {code: stand.status for code, stand in stands(engine, day).items()}


def trail(engine: Engine, action: Action) -> list[dict[str, Any]]:
    query = select(AuditEntry.detail).where(col(AuditEntry.action) == action)  # type: ignore[call-overload]
    with Session(engine) as session:
        return list(session.execute(query.order_by(col(AuditEntry.seq))).scalars())


def told(engine: Engine, person: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(obligation, rung) -> (status of the mail that tells it, whom it stands for), of one person."""
    query = (
        select(col(Obligation.code), col(Letter.rung), col(Digest.status), col(Letter.stands_for_id))
        .join(Letter, col(Letter.obligation_id) == col(Obligation.id))
        .join(Person, col(Person.id) == col(Letter.person_id))
        .join(Digest, col(Digest.id) == col(Letter.digest_id), isouter=True)
        .where(col(Person.code) == person)
    )
    with Session(engine) as session:
        codes: dict[int | None, str] = {row.id: row.code for row in session.execute(select(Person)).scalars()}
        found = session.execute(query).all()
    return {(code, rung): (status or "", codes.get(away, "")) for code, rung, status, away in found}


def settle(engine: Engine, person: str, arrived: bool, at: datetime) -> None:
    """A person's word on somebody's newest mail."""
    with transaction(engine) as session:
        settle_digest(session, stands(engine)[person].message_id, "văn phòng", arrived, "đã hỏi qua điện thoại", at)
