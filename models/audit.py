"""The audit trail: entries appended in their change's own transaction, chained by SHA-256."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.audit_actions import Action
from models.canonical import canonical, canonical_composed, moment_words
from models.record_tables import AuditHead
from models.stored_entries import StoredEntry, stored_entries

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
    """Append `acts` to the authority's chain inside the caller's transaction."""
    record_each(session, at, {authority_id: acts})


def record_each(session: Session, at: datetime, acts: Mapping[int, Sequence[Act]]) -> None:
    """Append the acts of each authority to its own chain inside the caller's transaction.

    Each carries the flow run the transaction was begun for. A chain's head row stays locked until the transaction
    ends, so two writers never fork it; heads are locked in the order of their numbers, so none waits for ever.
    """
    wanted = sorted(authority for authority, some in acts.items() if some)
    if not wanted:
        return
    when, flow_run = moment_words(at), session.info.get("flow_run", "")
    entries: list[bytes] = []
    moved: list[dict[str, Any]] = []
    for authority, seq, newest in session.execute(_LOCK_HEADS, {"authorities": wanted}).all():
        mine = list(chained(authority, when, flow_run, seq, newest, _with_means(session, acts[authority])))
        entries += (_with_hash(entry, digest) for entry, digest in mine)
        moved.append({"authority_id": authority, "seq": seq + len(mine), "hash": mine[-1][1]})
    session.execute(_APPEND, {"entries": f"[{b','.join(entries).decode()}]"})
    session.execute(_MOVE_HEADS, {"heads": canonical(moved).decode()})


# Lock the head rows until the transaction ends (made when an entry is the first) and read them, in one statement.
_LOCK_HEADS = text("""
    INSERT INTO audit_head (authority_id, seq, hash)
    SELECT authority, 0, repeat('0', 64) FROM unnest(CAST(:authorities AS int[])) AS authority
    ON CONFLICT (authority_id) DO UPDATE SET seq = audit_head.seq RETURNING authority_id, seq, hash
""")
_MOVE_HEADS = text("""
    UPDATE audit_head SET seq = moved.seq, hash = moved.hash
    FROM json_to_recordset(CAST(:heads AS json)) AS moved (authority_id int, seq bigint, hash text)
    WHERE audit_head.authority_id = moved.authority_id
""")
# The very bytes that were hashed are what PostgreSQL takes the entries from, however many at once.
_APPEND = text("""
    INSERT INTO audit_entry
        (authority_id, seq, at, actor, action, subject, detail, flow_run, previous_hash, hash)
    SELECT authority_id, seq, at, actor, action, subject, detail, flow_run, previous_hash, hash
    FROM json_to_recordset(CAST(:entries AS json)) AS entry (
        authority_id int, seq bigint, at timestamptz, actor text, action text, subject text, detail jsonb,
        flow_run text, previous_hash text, hash text
    )
""")


def _with_means(session: Session, acts: Iterable[Act]) -> Iterable[Act]:
    """What persons did, with the means they did it by: a mail's button, a page, a command."""
    means = session.connection().get_execution_options().get("dunghan_means")
    if not means:
        return acts
    return [act if act.actor == MACHINE else replace(act, detail={**act.detail, "via": means}) for act in acts]


def chained(
    authority_id: int, at: str, flow_run: str, seq: int, previous: str, acts: Iterable[Act]
) -> Iterator[tuple[bytes, str]]:
    """The canonical JSON of each act as the next entry of a chain that has come to `seq`, and its hash."""
    for act in acts:
        seq += 1
        entry = {  # in the order of its canonical form: nothing is left to sort
            "action": act.action,
            "actor": act.actor,
            "at": at,
            "authority_id": authority_id,
            "detail": act.detail,
            "flow_run": flow_run,
            "previous_hash": previous,
            "seq": seq,
            "subject": act.subject,
        }
        written = canonical_composed(entry)
        previous = sha256(written).hexdigest()
        yield written, previous


def _with_hash(entry: bytes, digest: str) -> bytes:
    return b'%b,"hash":"%b"}' % (entry[:-1], digest.encode())


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
    if sha256(canonical(entry)).hexdigest() != digest:
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
