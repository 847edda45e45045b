"""What a restored record is compared with: the trail's heads, the head an auditor kept, the evidence rows speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text
from sqlmodel import Session, col

from models.audit import head
from models.backup import EVIDENCE, ROWS
from models.backup_file import Backup, BackupRefused
from models.family_tables import Evidence
from models.people import authorities
from models.signed_heads import check_chain
from models.tables import key_of

_KEPT = re.compile(r"(?<!\d)([1-9]\d{0,17})[:\s]+([0-9a-f]{64})(?![0-9a-f])", re.ASCII)
_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head somebody kept outside: its hash, and its number when they kept that too (0: they did not)."""

    seq: int
    digest: str


def read_head(said: str) -> KeptHead:
    """What an auditor kept, as a mail prints it: «312:4f0c…», a hash alone, or a file holding either.

    Raises BackupRefused.
    """
    words = said
    if not _HASH.search(said):
        try:
            words = Path(said).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise BackupRefused(f"--head: không đọc được {said}: {error.strerror}.") from None
    if kept := _KEPT.search(words):
        return KeptHead(int(kept[1]), kept[2])
    if alone := _HASH.search(words):
        return KeptHead(0, alone[0])
    raise BackupRefused(f"--head: cần «số:mã băm» như thư đầu chuỗi ghi, hoặc tệp chứa dòng ấy; đọc được {said[:80]}.")


def check_trails(session: Session, backup: Backup, kept: KeptHead | None) -> Iterator[str]:
    """Every chain holds as far as it did, up to the head it had; the kept head is in one of them."""
    said = {one["authority"]: one for one in backup.facts["heads"]}
    found, longest = False, 0
    for authority in authorities(session):
        witness, broken = check_chain(session, key_of(authority), kept.seq if kept else 0)
        was = said[authority.code]
        if broken and was["holds"]:
            raise backup.fault(ROWS, f"nhật ký {authority.name} hỏng ở bản ghi số {broken.seq}: {broken.reason}")
        if head(session, key_of(authority)) != (was["seq"], was["hash"]):
            raise backup.fault(ROWS, f"nhật ký {authority.name} không dừng ở đầu chuỗi ghi trong bản sao lưu")
        longest = max(longest, witness.seq)
        found = found or (kept is not None and _holds(session, key_of(authority), kept, witness.there))
    if kept and not found:
        yield _missing_head(backup, kept, longest)


def _holds(session: Session, authority_id: int, kept: KeptHead, there: Sequence[str]) -> bool:
    if kept.seq:
        return kept.digest in there
    query = text("SELECT EXISTS (SELECT FROM audit_entry WHERE authority_id = :authority AND hash = :digest)")
    return bool(session.execute(query, {"authority": authority_id, "digest": kept.digest}).scalar_one())


def _missing_head(backup: Backup, kept: KeptHead, longest: int) -> str:
    """A head newer than the backup is a loss to be told; another head at the same number is another trail."""
    if kept.seq > longest:
        newer = f"đầu chuỗi người kiểm tra giữ (số {kept.seq}) mới hơn bản sao lưu (đến số {longest})"
        return f"{newer}: các bản ghi sau đó đã mất"
    raise backup.fault(
        ROWS, f"không có đầu chuỗi {kept.digest[:12]}… mà người kiểm tra giữ; nhật ký đã bị viết lại, hoặc bản quá cũ"
    )


def check_evidence(session: Session, backup: Backup) -> Iterator[str]:
    """Each file the rows speak of is in the backup."""
    parts = backup.facts["parts"]
    asked = select(col(Evidence.sha256), col(Evidence.file_name)).where(col(Evidence.sha256) != "").distinct()
    for digest, name in session.execute(asked).tuples():
        if f"{EVIDENCE}/{digest}" not in parts:
            yield f"tệp minh chứng «{name}» ({digest[:12]}…) không có trong bản sao lưu"
