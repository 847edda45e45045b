"""Heads of the chain, signed once a working day: a small witness that people outside keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.audit import Act, Broken, record, verify
from models.audit_actions import Action
from models.canonical import canonical, moment_words
from models.head_key import HeadKey, signature_holds
from models.merkle import MerkleEdge
from models.record_tables import SignedHead
from models.stored_entries import StoredEntry, entry_line
from models.tables import Authority, key_of, table_of
from rules.vietnamese import dmy

DAILY, EXPORT = "dau-ngay", "xuat"


class Witness:
    """Watches a chain being verified: grows its Merkle tree and compares it with every head signed before.

    What the chain came to at number `asked` is remembered, to be compared with a head somebody kept.
    """

    def __init__(self, heads: Sequence[SignedHead], asked: int = 0) -> None:
        self._heads = {head.seq: head for head in heads if head.signature}
        self._asked = asked
        self.there: tuple[str, ...] = ()  # its hash and root at number `asked`
        self._edge = MerkleEdge()
        self.hash = ""
        self.broken: Broken | None = None

    def see(self, entry: StoredEntry, digest: str) -> None:
        """Take in the next entry."""
        self._edge.add(entry_line(entry, digest))
        self.hash = digest
        known = self._heads.pop(self._edge.size, None)
        if known and not self.broken:
            self.broken = _compare(known, digest, self.root)
        if self._edge.size == self._asked:
            self.there = (digest, self.root)

    @property
    def seq(self) -> int:
        """How many entries were seen."""
        return self._edge.size

    @property
    def root(self) -> str:
        """The Merkle root over the entries seen, in hex."""
        return self._edge.root().hex()

    def missing(self) -> Broken | None:
        """A head signed over more entries than there are."""
        late = min(self._heads, default=None)
        return Broken(late, f"đã ký đầu chuỗi số {late} nhưng nhật ký chỉ còn {self.seq} bản ghi") if late else None


def _compare(head: SignedHead, digest: str, root: str) -> Broken | None:
    if not signature_holds(head.public_key, head_message(head, DAILY), head.signature):
        return Broken(head.seq, f"chữ ký của đầu chuỗi ngày {dmy(head.day)} không đúng")
    if (head.hash, head.root) == (digest, root):
        return None
    return Broken(head.seq, f"không khớp đầu chuỗi đã ký ngày {dmy(head.day)}: nhật ký đến số này đã bị viết lại")


def check_chain(session: Session, authority_id: int, asked: int = 0) -> tuple[Witness, Broken | None]:
    """The whole chain verified against itself and against every head signed before; see Witness for `asked`."""
    witness = Witness(signed_heads(session, authority_id), asked)
    _, broken = verify(session, authority_id, witness.see)
    return witness, broken or witness.broken or witness.missing()


def signed_heads(session: Session, authority_id: int) -> Sequence[SignedHead]:
    """Every day's head, oldest first."""
    query = select(SignedHead).where(col(SignedHead.authority_id) == authority_id).order_by(col(SignedHead.day))
    return session.execute(query).scalars().all()


def head_on(session: Session, authority_id: int, day: date) -> SignedHead | None:
    """The head signed on `day`."""
    return session.get(SignedHead, (authority_id, day))


def head_facts(head: SignedHead, kind: str = DAILY) -> dict[str, Any]:
    """A head as a line of an export: what is signed."""
    return {
        "authority_id": head.authority_id, "kind": kind, "day": head.day.isoformat(), "seq": head.seq,
        "hash": head.hash, "root": head.root, "key_id": head.key_id, "at": moment_words(head.at),
    }  # fmt: skip


def head_message(head: SignedHead, kind: str) -> bytes:
    """The bytes that are signed."""
    return canonical(head_facts(head, kind))


def make_head(authority_id: int, day: date, now: datetime, witness: Witness, key: HeadKey, kind: str) -> SignedHead:
    """The head a witness came to, signed."""
    head = SignedHead(
        authority_id=authority_id, day=day, seq=witness.seq, hash=witness.hash, root=witness.root,
        key_id=key.key_id, public_key=key.public, at=now,
    )  # fmt: skip
    head.signature = key.sign(head_message(head, kind))
    return head


def keep_head(session: Session, authority: Authority, head: SignedHead) -> bool:
    """Store a day's head and say so in the trail; False when another round was first."""
    made = insert(table_of(SignedHead)).values(**head.model_dump()).on_conflict_do_nothing()
    if not session.execute(made.returning(col(SignedHead.day))).first():
        return False
    detail = {"day": dmy(head.day), "seq": head.seq, "hash": head.hash, "root": head.root, "key": head.key_id}
    action = Action.HEAD_SIGNED
    if head.fault:
        action, detail = Action.HEAD_WITHHELD, {"day": dmy(head.day), "fault": head.fault}
    record(session, key_of(authority), head.at, [Act(action, authority.code, detail)])
    return True


def withheld_head(authority_id: int, day: date, now: datetime, broken: Broken, key: HeadKey) -> SignedHead:
    """What is kept of a day on which the chain does not hold: nothing is signed."""
    fault = f"nhật ký hỏng ở bản ghi số {broken.seq}: {broken.reason}"
    return SignedHead(
        authority_id=authority_id, day=day, seq=broken.seq, hash="", root="", key_id=key.key_id,
        public_key=key.public, fault=fault, at=now,
    )  # fmt: skip
