"""The audit trail: entries appended in their change's own transaction, chained by SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import insert, select, text
from sqlmodel import Session, col

from models.audit_actions import Action
from models.record_tables import AuditEntry, AuditHead
from models.tables import table_of

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Act:
    """Something about to be written: who did what to what."""

    action: Action
    subject: str
    detail: dict[str, Any]
    actor: str = "dunghan"
    flow_run: str = ""


def record(session: Session, authority_id: int, at: datetime, acts: Sequence[Act]) -> None:
    """Append `acts` to the authority's chain inside the caller's transaction.

    The chain's head row stays locked until the transaction ends, so two writers never fork it.
    """
    if not acts:
        return
    seq, previous = session.execute(_LOCK_HEAD, {"authority": authority_id}).one()
    rows = list(_chained(authority_id, seq, previous, at.astimezone(UTC), acts))
    session.execute(_APPEND, rows)
    newest = {"authority": authority_id, "seq": rows[-1]["seq"], "hash": rows[-1]["hash"]}
    session.execute(_MOVE_HEAD, newest)


# Lock the head row until the transaction ends (made when it is the first) and read it, in one statement.
_LOCK_HEAD = text(
    "INSERT INTO audit_head (authority_id, seq, hash) VALUES (:authority, 0, repeat('0', 64))"
    " ON CONFLICT (authority_id) DO UPDATE SET seq = audit_head.seq RETURNING seq, hash"
)
_MOVE_HEAD = text("UPDATE audit_head SET seq = :seq, hash = :hash WHERE authority_id = :authority")
_APPEND = insert(table_of(AuditEntry))


def _chained(authority_id: int, seq: int, previous: str, at: datetime, acts: Iterable[Act]) -> Iterator[dict[str, Any]]:
    for act in acts:
        seq += 1
        entry = {
            "authority_id": authority_id,
            "seq": seq,
            "at": at,
            "actor": act.actor,
            "action": act.action.value,
            "subject": act.subject,
            "detail": act.detail,
            "flow_run": act.flow_run,
            "previous_hash": previous,
        }
        previous = entry_hash(entry)
        yield {**entry, "hash": previous}


def entry_hash(entry: dict[str, Any]) -> str:
    """SHA-256 of an entry's canonical JSON (RFC 8785: sorted keys, no spaces, UTF-8; no floats are ever stored)."""
    hashed = {name: entry[name] for name in _HASHED}
    hashed["at"] = entry["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return hashlib.sha256(orjson.dumps(hashed, option=orjson.OPT_SORT_KEYS)).hexdigest()


_HASHED = ("authority_id", "seq", "at", "actor", "action", "subject", "detail", "flow_run", "previous_hash")


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which the chain does not hold, and what is wrong with it."""

    seq: int
    reason: str


def verify(session: Session, authority_id: int) -> tuple[int, Broken | None]:
    """How many entries hold from the start, and the first that does not (None: the whole chain holds)."""
    previous, expected = GENESIS, 1
    query = select(AuditEntry).where(col(AuditEntry.authority_id) == authority_id).order_by(col(AuditEntry.seq))
    for row in session.execute(query.execution_options(yield_per=2000)).scalars():
        if broken := _check(row, previous, expected):
            return expected - 1, broken
        previous, expected = row.hash, expected + 1
    return expected - 1, _check_head(head(session, authority_id), expected - 1, previous)


def _check(row: AuditEntry, previous: str, expected: int) -> Broken | None:
    if row.seq != expected:
        return Broken(expected, f"thiếu bản ghi số {expected}: sau số {expected - 1} là số {row.seq}")
    if row.previous_hash != previous:
        return Broken(row.seq, "mã băm của bản ghi trước không khớp: bản ghi trước đã bị thay")
    if entry_hash(row.model_dump()) != row.hash:
        return Broken(row.seq, "nội dung không khớp mã băm: bản ghi đã bị sửa")
    return None


def _check_head(kept: tuple[int, str], seq: int, last: str) -> Broken | None:
    """Whether the last entry read is the one the head row remembers: cut-off entries show here."""
    if kept == (seq, last):
        return None
    return Broken(seq + 1, f"nhật ký dừng ở số {seq} nhưng đầu chuỗi ghi số {kept[0]}: bản ghi mới nhất đã bị xóa")


def head(session: Session, authority_id: int) -> tuple[int, str]:
    """The number and hash of the newest entry."""
    kept = session.get(AuditHead, authority_id, populate_existing=True)
    return (kept.seq, kept.hash) if kept else (0, GENESIS)
