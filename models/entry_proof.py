"""A small file that shows anyone that one entry stands in the trail under a signed head, without the trail."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from models.head_key import signature_holds
from models.merkle import inclusion_proof, verify_inclusion
from models.record_tables import SignedHead
from models.signed_heads import DAILY, head_facts, head_message
from models.stored_entries import entry_line, stored_entries
from models.trail_entry import covering_head
from rules.vietnamese import dmy

FORMAT = "dunghan-bang-chung-1"


class NoProof(Exception):
    """Why an entry cannot be proved, in words for the reader."""


def prove_entry(session: Session, authority_id: int, seq: int) -> dict[str, Any]:
    """The proof of entry `seq`, checked before it is given away. Raises NoProof.

    The trail up to the head is read once, in memory that does not grow with it.
    """
    head = covering_head(session, authority_id, seq)
    if head is None:
        raise NoProof(f"Chưa có đầu chuỗi nào ký sau bản ghi số {seq}. Xin quay lại sau buổi sáng làm việc kế tiếp.")
    mine = list(stored_entries(session, authority_id, seq - 1, seq))
    lines = (entry_line(entry, entry["hash"]) for entry in stored_entries(session, authority_id, last=head.seq))
    try:
        path = inclusion_proof(lines, seq - 1, head.seq)
    except ValueError:  # fewer entries than were signed
        path = []
    if not (mine and _holds(entry_line(mine[0], mine[0]["hash"]), seq, path, head)):
        raise NoProof(f"Bản ghi số {seq} không còn khớp đầu chuỗi đã ký ngày {dmy(head.day)}: nhật ký đã bị sửa.")
    facts = {**head_facts(head), "signature": head.signature}
    steps = [step.hex() for step in path]
    return {"format": FORMAT, "entry": mine[0], "path": steps, "head": facts, "public_key": head.public_key}


def _holds(leaf: bytes, seq: int, path: list[bytes], head: SignedHead) -> bool:
    signed = signature_holds(head.public_key, head_message(head, DAILY), head.signature)
    return signed and verify_inclusion(leaf, seq - 1, head.seq, path, bytes.fromhex(head.root))
