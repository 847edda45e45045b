"""The trail read back in order, in bounded memory: what is verified, signed, proved and exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlmodel import Session, col

from models.audit_actions import Action
from models.canonical import canonical
from models.record_tables import AuditEntry

StoredEntry = dict[str, Any]  # an entry's fields, its moment in words
_BATCH = 1000
_EVERY = 1 << 62  # more entries than there will ever be

# One JSON text a batch, put together by hand: json_agg costs the server more, a row of its own costs Python more.
_NEXT = text("""
    SELECT '[[' || string_agg(concat_ws(',',
            seq, to_json(coalesce(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')),
            to_json(actor), to_json(action), to_json(subject), detail, to_json(flow_run), to_json(previous_hash),
            to_json(hash)), '],[') || ']]'
    FROM (
        SELECT * FROM audit_entry WHERE authority_id = :authority AND seq > :after AND seq <= :last
        ORDER BY seq LIMIT :batch
    ) AS entry
""")


def stored_entries(session: Session, authority_id: int, after: int = 0, last: int = _EVERY) -> Iterator[StoredEntry]:
    """The entries numbered `after` < seq <= `last`, in order, a batch at a time."""
    asked = {"authority": authority_id, "last": last, "batch": _BATCH}
    while batch := _fetch(session, {**asked, "after": after}):
        after = batch[-1][0]
        for row in batch:
            yield _entry(authority_id, row)


def newest_detail(session: Session, authority_id: int, action: Action) -> dict[str, Any]:
    """What the newest entry of `action` says; nothing when there is none."""
    mine = (col(AuditEntry.authority_id) == authority_id, col(AuditEntry.action) == action.value)
    newest = select(col(AuditEntry.detail)).where(*mine).order_by(col(AuditEntry.seq).desc()).limit(1)
    return session.execute(newest).scalar_one_or_none() or {}


def _fetch(session: Session, asked: dict[str, int]) -> list[list[Any]]:
    found = session.execute(_NEXT, asked).scalar_one()
    rows: list[list[Any]] = orjson.loads(found) if found else []
    return rows


def _entry(authority_id: int, row: list[Any]) -> StoredEntry:
    seq, at, actor, action, subject, detail, flow_run, previous_hash, digest = row
    return {
        "authority_id": authority_id, "seq": seq, "at": at, "actor": actor, "action": action, "subject": subject,
        "detail": detail, "flow_run": flow_run, "previous_hash": previous_hash, "hash": digest,
    }  # fmt: skip


def entry_line(entry: StoredEntry, digest: str) -> bytes:
    """An entry and its hash as canonical JSON: a line of the export, and a leaf of the Merkle tree."""
    return canonical({**entry, "hash": digest})
