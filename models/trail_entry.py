"""One entry of the trail as it was hashed: its bytes, whether they still give its hash, and what stands beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import GENESIS
from models.canonical import canonical
from models.obligation_page import TrailLine, names_of
from models.record_tables import SignedHead
from models.stored_entries import StoredEntry, stored_entries
from models.trail import Asked, read_trail


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry, everything that is stored of it, and what can be said of its place in the chain."""

    line: TrailLine
    fields: dict[str, Any]
    hashed: str  # canonical JSON, exactly what the hash is of
    holds: bool  # whether it still gives the stored hash
    follows: bool  # whether it names the hash of the entry before it
    has_next: bool
    head: SignedHead | None  # the newest signed head over it
    names: dict[str, str]


def find_entry(session: Session, authority_id: int, seq: int) -> EntryPage | None:
    """Entry `seq` with its neighbours."""
    near = {entry["seq"]: entry for entry in stored_entries(session, authority_id, seq - 2, seq + 1)}
    if seq not in near:
        return None
    entry, digest = near[seq], near[seq].pop("hash")
    hashed = canonical(entry)
    return EntryPage(
        line=read_trail(session, authority_id, Asked(before=seq + 1)).entries[0],
        fields=entry,
        hashed=hashed.decode(),
        holds=hashlib.sha256(hashed).hexdigest() == digest,
        follows=entry["previous_hash"] == _hash_before(near, seq),
        has_next=seq + 1 in near,
        head=covering_head(session, authority_id, seq),
        names=names_of(session, authority_id),
    )


def _hash_before(near: dict[int, StoredEntry], seq: int) -> str | None:
    return GENESIS if seq == 1 else near.get(seq - 1, {}).get("hash")


def covering_head(session: Session, authority_id: int, seq: int) -> SignedHead | None:
    """The newest signed head over entry `seq`."""
    query = select(SignedHead).where(
        col(SignedHead.authority_id) == authority_id, col(SignedHead.seq) >= seq, col(SignedHead.signature) != ""
    )
    return session.execute(query.order_by(col(SignedHead.seq).desc()).limit(1)).scalars().first()
