"""What somebody shows for an obligation: a document by its number, a link, a file kept under its hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.family_tables import Evidence
from models.files import Kept
from models.tables import Obligation, key_of


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof: a document by its number, a link, a file already kept."""

    document: str = ""
    link: str = ""
    file: Kept | None = None

    @property
    def name(self) -> str:
        """What the trail calls it."""
        return self.document or (self.file.name if self.file else self.link)


def add_proofs(session: Session, row: Obligation, proofs: Sequence[Proof], by: str, now: datetime) -> None:
    """Keep each proof with its hash, and say so in the trail."""
    for proof in proofs:
        file = proof.file
        session.add(
            Evidence(
                authority_id=row.authority_id, obligation_id=key_of(row), document=proof.document, link=proof.link,
                sha256=file.sha256 if file else "", file_name=file.name if file else "",
                size=file.size if file else 0, by=by, recorded_at=now,
            )
        )  # fmt: skip
        if file:
            detail = {"by": by, "name": file.name, "sha256": file.sha256, "size": file.size}
            record(session, row.authority_id, now, [Act(Action.EVIDENCE_ADDED, row.code, detail, by)])
    session.flush()


def proofs_of(session: Session, row: Obligation) -> Sequence[Evidence]:
    """Every proof of `row`, oldest first."""
    query = select(Evidence).where(col(Evidence.obligation_id) == row.id).order_by(col(Evidence.id))
    return session.execute(query).scalars().all()


def find_file(session: Session, sha256: str) -> tuple[str, int] | None:
    """The name and size of a file some obligation shows as proof; None when nobody does."""
    query = select(col(Evidence.file_name), col(Evidence.size)).where(col(Evidence.sha256) == sha256)
    found = session.execute(query.order_by(col(Evidence.id)).limit(1)).first()
    return (found[0], found[1]) if found else None
