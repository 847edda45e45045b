"""What letters said: a digest's plain text kept as it was sent, but for the links with which somebody could act."""

from __future__ import annotations

import hashlib
import re

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.record_tables import Digest
from models.run_tables import DigestText
from models.tables import key_of, table_of

_SECRET = re.compile(r"/(tra-loi|duyet|tuy-chon)/[\w.~-]+", re.ASCII)


def without_secrets(text: str) -> str:
    """`text` with every token blotted out: who reads the record can act with none of its links."""
    return _SECRET.sub(r"/\1/…", text)


def keep_text(session: Session, digest: Digest, text: str) -> None:
    """Keep what is about to be sent in place of what an earlier try said."""
    kept = without_secrets(text)
    row = {"authority_id": digest.authority_id, "text": kept, "sha256": text_hash(kept)}
    made = insert(table_of(DigestText)).values(digest_id=key_of(digest), **row)
    session.execute(made.on_conflict_do_update(index_elements=["digest_id"], set_=row))


def kept_hash(session: Session, digest: Digest) -> dict[str, str]:
    """What the trail says of the kept text, so that the chain guards it; nothing when none was kept."""
    kept = select(col(DigestText.sha256)).where(col(DigestText.digest_id) == key_of(digest))
    found = session.execute(kept).scalar_one_or_none()
    return {"text_sha256": found} if found else {}


def text_hash(text: str) -> str:
    """SHA-256 of a kept text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
