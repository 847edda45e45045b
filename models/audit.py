"""The audit trail: entries appended in their change's own transaction, chained by SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from models.audit_actions import Action
from models.canonical import canonical, composed, moment_words
from models.record_tables import AuditEntry, AuditHead
from models.stored_entries import StoredEntry, stored_entries
from models.tables import table_of

GENESIS = "0" * 64
MACHINE = "dunghan"  # who acts when no person does


@dataclass(frozen=True, slots=True)
class Act:
    """Something about to be written: who did what to what."""

    action: Action
    subject: str
    detail: dict[str, Any]
    actor: str = MACHINE


def record(session: Session, authority_id: int, at: datetime, acts: Sequence[Act]) -> None:
    """Append `acts` to the authority's chain inside the caller's transaction.

    Each carries the flow run the transaction was begun for. The chain's head row stays locked until the transaction
    ends, so two writers never fork it.
    """
    if not acts:
        return
    seq, previous = session.execute(_LOCK_HEAD, {"authority": authority_id}).one()
    same = {"authority_id": authority_id, "at": at.astimezone(UTC), "flow_run": session.info.get("flow_run", "")}
    rows = list(_chained(same, seq, previous, _with_means(session, acts)))
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


def _with_means(session: Session, acts: Iterable[Act]) -> Iterable[Act]:
    """What persons did, with the means they did it by: a mail's button, a page, a command."""
    means = session.connection().get_execution_options().get("dunghan_means")
    if not means:
        return acts
    return [act if act.actor == MACHINE else replace(act, detail={**act.detail, "via": means}) for act in acts]


def _chained(same: dict[str, Any], seq: int, previous: str, acts: Iterable[Act]) -> Iterator[dict[str, Any]]:
    for act in acts:
        seq += 1
        entry = {
            **same,
            "seq": seq,
            "actor": composed(act.actor),
            "action": act.action.value,
            "subject": composed(act.subject),
            "detail": composed(act.detail),
            "previous_hash": previous,
        }
        previous = entry_hash(entry)
        yield {**entry, "hash": previous}


def entry_hash(entry: dict[str, Any]) -> str:
    """SHA-256 of an entry's canonical JSON, without its own hash."""
    hashed = {name: entry[name] for name in _HASHED}
    hashed["at"] = moment_words(entry["at"])
    return hashlib.sha256(canonical(hashed)).hexdigest()


_HASHED = ("authority_id", "seq", "at", "actor", "action", "subject", "detail", "flow_run", "previous_hash")
Watcher = Callable[[StoredEntry, str], None]  # gets each entry that holds, with its hash


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry at which the chain does not hold, and what is wrong with it."""

    seq: int
    reason: str


def verify(session: Session, authority_id: int, watch: Watcher | None = None) -> tuple[int, Broken | None]:
    """How many entries hold from the start, and the first that does not (None: the whole chain holds).

    What others append meanwhile is read too: an entry and the head that remembers it come at once.
    """
    seq, last = 0, GENESIS
    while True:
        begun = seq
        for entry in stored_entries(session, authority_id, after=seq):
            digest = entry.pop("hash")
            if broken := _check(entry, digest, last, seq + 1):
                return seq, broken
            if watch:
                watch(entry, digest)
            seq, last = seq + 1, digest
        kept = head(session, authority_id)
        if kept[0] <= seq or seq == begun:
            return seq, _check_head(kept, seq, last)


def _check(entry: StoredEntry, digest: str, previous: str, expected: int) -> Broken | None:
    if entry["seq"] != expected:
        return Broken(expected, f"thiếu bản ghi số {expected}: sau số {expected - 1} là số {entry['seq']}")
    if entry["previous_hash"] != previous:
        return Broken(expected, "mã băm của bản ghi trước không khớp: bản ghi trước đã bị thay")
    if hashlib.sha256(canonical(entry)).hexdigest() != digest:
        return Broken(expected, "nội dung không khớp mã băm: bản ghi đã bị sửa")
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
