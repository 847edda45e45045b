"""Counts for who watches the house day and night: cheap however much it has seen, and naming no person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.audit_actions import Action
from models.digests import BOUNCED, FAILED, REFUSED, SENDING, UNKNOWN, WAITING
from models.obligations import OPEN
from rules.occurrences import KEEP

_READ = 20_000  # obligations read to tell how all stand; of more, a sample as large stands for the rest
_UNSETTLED = (WAITING, SENDING, FAILED, REFUSED, UNKNOWN, BOUNCED)


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """How far an authority's record and sweeps have come."""

    code: str
    trail: int
    swept: datetime | None
    held: bool
    backed_up: datetime | None


@dataclass(frozen=True, slots=True)
class ObligationCounts:
    """How many obligations are in each status and overdue, and which part of them was read to tell."""

    statuses: dict[str, int]
    overdue: int
    read: float


def authority_facts(session: Session) -> Iterator[AuthorityFacts]:
    """Each authority's, by its code: one row of an index for each fact."""
    return (AuthorityFacts(*row) for row in session.execute(_FACTS, {"backed_up": Action.BACKED_UP}))


def obligation_counts(session: Session, today: date) -> ObligationCounts:
    """Exact for an office, an estimate of a few per cent for a province: nobody waits for a million rows to be read."""
    rows = max(float(session.execute(_HOW_MANY).scalar_one()), 1.0)
    part = min(1.0, _READ / rows)
    facts = {"percent": part * 100, "open": OPEN, "today": today, "keep": KEEP}
    found: Sequence[Any] = session.execute(_STATES, facts).all()
    statuses = {row.status: round(row.obligations / part) for row in found}
    return ObligationCounts(statuses, round(sum(row.overdue for row in found) / part), part)


def letters_waiting(session: Session) -> int:
    """Letters that no mail carries yet."""
    return int(session.execute(text("SELECT count(*) FROM letter WHERE digest_id IS NULL")).scalar_one())


def unsettled_mails(session: Session) -> dict[str, int]:
    """Mails that are not sent, or did not arrive, by status; those that arrived are not counted."""
    found = {row.status: int(row.mails) for row in session.execute(_MAILS, {"unsettled": list(_UNSETTLED)})}
    return {status: found.get(status, 0) for status in _UNSETTLED}


_FACTS = text("""
    SELECT a.code, coalesce(h.seq, 0), m.last_at, m.held_at IS NOT NULL,
           (SELECT e.at FROM audit_entry e WHERE e.authority_id = a.id AND e.action = :backed_up
            ORDER BY e.seq DESC LIMIT 1)
    FROM authority a LEFT JOIN audit_head h ON h.authority_id = a.id LEFT JOIN sweep_mark m ON m.authority_id = a.id
    ORDER BY a.code
""")
# What the planner believes: -1 before a table is first analysed, which a large one soon is.
_HOW_MANY = text("SELECT reltuples FROM pg_class WHERE oid = 'obligation'::regclass")
_STATES = text("""
    SELECT status, count(*) AS obligations,
           count(*) FILTER (WHERE status = :open AND legal < :today AND nature <> :keep) AS overdue
    FROM obligation TABLESAMPLE SYSTEM (:percent) GROUP BY status
""")
_MAILS = text("SELECT status, count(*) AS mails FROM digest WHERE status = ANY(:unsettled) GROUP BY status")
