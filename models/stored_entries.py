"""The trail read back in order, in bounded memory: what is verified, signed and exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import Session

from models.canonical import canonical

StoredEntry = dict[str, Any]  # an entry's fields, its moment in words
_BATCH = 1000

# One JSON text a batch: fetching each entry as a row of its own, or as an object, costs more than its hash.
_NEXT = text("""
    SELECT json_agg(entry)::text FROM (
        SELECT authority_id, seq, at AT TIME ZONE 'UTC' AS at, actor, action, subject, detail, flow_run,
            previous_hash, hash
        FROM audit_entry WHERE authority_id = :authority AND seq > :after ORDER BY seq LIMIT :batch
    ) AS entry
""")


def stored_entries(session: Session, authority_id: int, after: int = 0) -> Iterator[StoredEntry]:
    """Every entry numbered higher than `after`, oldest first, a batch at a time."""
    while True:
        found = session.execute(_NEXT, {"authority": authority_id, "after": after, "batch": _BATCH}).scalar_one()
        if not found:
            return
        batch = orjson.loads(found)
        after = batch[-1]["seq"]
        for entry in batch:
            entry["at"] = _to_the_microsecond(entry["at"])
            yield entry


def _to_the_microsecond(at: str) -> str:
    """PostgreSQL leaves out zeros at the end."""
    return f"{at}.000000Z" if len(at) == 19 else f"{at:0<26}Z"


def entry_line(entry: StoredEntry, digest: str) -> bytes:
    """An entry and its hash as canonical JSON: a line of the export, and a leaf of the Merkle tree."""
    return canonical({**entry, "hash": digest})
