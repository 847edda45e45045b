"""How an office stands at the beginning of a week, as its leaders read it: by unit, what is overdue, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from models.approvals import waiting_replies
from models.deliveries import unreached
from models.digests import UNKNOWN
from models.obligations import DONE
from models.record_tables import Digest, SignedHead
from models.signed_heads import head_on
from models.tables import Authority, Obligation, key_of
from models.views import ObligationLine, list_obligations
from rules.vietnamese import alphabetical, start_of
from rules.working_days import WorkingCalendar

_OPEN = ("qua-han", "hom-nay", "sap-den-han", "dung-han")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One lead unit: how many of its obligations are in each state."""

    name: str
    on_time: int
    soon: int
    overdue: int
    passed: int  # checkpoints of the office's own whose day has passed: no law's day


@dataclass(frozen=True, slots=True)
class DoneLine:
    """Something reported done since the last overview: a leader may look at what was shown."""

    code: str
    title: str
    period: str
    done_on: date
    document: str


@dataclass(frozen=True, slots=True)
class Overview:
    """How an office stands on one morning."""

    units: tuple[UnitRow, ...]
    overdue: tuple[ObligationLine, ...]
    this_week: tuple[ObligationLine, ...]
    done: tuple[DoneLine, ...]
    waiting: int  # replies that wait for a second person
    unknown: int  # mails whose fate nobody knows
    unreached: tuple[str, ...]  # people whose mails do not arrive
    head: SignedHead | None = None  # what was signed of the chain on this morning


def begins_week(calendar: WorkingCalendar, day: date) -> bool:
    """Whether `day` is the first working day of its week."""
    monday = day - timedelta(days=day.weekday())
    return calendar.is_working(day) and calendar.count(monday - timedelta(days=1), day) == 1


def overview_of(session: Session, authority: Authority, calendar: WorkingCalendar, day: date) -> Overview:
    """How `authority` stands on the morning of `day`."""
    lines = [line for line in list_obligations(session, day, authority=authority) if line.state in _OPEN]
    sunday = day + timedelta(days=6 - day.weekday())
    lost = select(Digest).where(col(Digest.authority_id) == authority.id, col(Digest.status) == UNKNOWN)
    return Overview(
        units=tuple(_by_unit(lines)),
        overdue=tuple(line for line in lines if line.state == "qua-han" and not line.internal),
        this_week=tuple(line for line in lines if day <= line.target <= sunday and not line.internal),
        done=tuple(_done(session, authority, start_of(day - timedelta(days=7)))),
        waiting=len(waiting_replies(session, key_of(authority))),
        unknown=len(session.execute(lost).all()),
        unreached=tuple(one.person.name for one in unreached(session, key_of(authority))),
        head=head_on(session, key_of(authority), day),
    )


def _by_unit(lines: Sequence[ObligationLine]) -> list[UnitRow]:
    units: dict[str, list[ObligationLine]] = {}
    for line in lines:
        units.setdefault(line.lead, []).append(line)
    rows = [_unit_row(name, its) for name, its in units.items()]
    return sorted(rows, key=lambda row: (-row.overdue, alphabetical(row.name)))


def _unit_row(name: str, lines: Sequence[ObligationLine]) -> UnitRow:
    states = [line.state for line in lines]
    late = [line.internal for line in lines if line.state == "qua-han"]
    soon = states.count("sap-den-han") + states.count("hom-nay")
    return UnitRow(name, states.count("dung-han"), soon, late.count(False), late.count(True))


def _done(session: Session, authority: Authority, since: datetime) -> list[DoneLine]:
    query = (
        select(Obligation)
        .where(col(Obligation.authority_id) == authority.id, col(Obligation.status) == DONE)
        .where(col(Obligation.closed_at) >= since)
        .order_by(col(Obligation.closed_at), col(Obligation.code))
    )
    return [
        DoneLine(row.code, row.title, row.period_name, row.done_on, (row.evidence or {}).get("document", ""))
        for row in session.execute(query).scalars()
        if row.done_on
    ]
