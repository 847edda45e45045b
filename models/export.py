"""An authority's whole record as a folder that anyone can check without dunghan, the database or a network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import Act, head, record, verify
from models.audit_actions import Action
from models.canonical import canonical
from models.export_sheets import CsvSheet, XlsxBook, sheet_row
from models.export_xml import write_case_file
from models.family_tables import Evidence
from models.files import FileDamaged, FileMissing, read_file
from models.head_key import HeadKey
from models.head_stamps import head_stamps
from models.record_tables import HeadStamp, SignedHead
from models.signed_heads import DAILY, EXPORT, Witness, head_facts, head_message, make_head, signed_heads
from models.stored_entries import StoredEntry, entry_line, stored_entries
from models.tables import Authority, Obligation, key_of
from rules.vietnamese import local_day

LINES, CSV, XLSX, XML = "nhat-ky.jsonl", "nhat-ky.csv", "nhat-ky.xlsx", "ho-so.xml"
PROOFS, HEADS, KEYS, VERIFIER = "minh-chung", "dau-chuoi.jsonl", "khoa-cong-khai.txt", "verify.py"
STAMPS = "dau-thoi-gian"
MANIFEST, SEAL = "MANIFEST.sha256", "MANIFEST.sig"
Progress = Callable[[int, int], None]  # entries written, of how many


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds, and what it could not: the chain's fault, and evidence that is missing or damaged."""

    entries: int
    hash: str
    root: str
    proofs: int
    faults: tuple[str, ...]


def record_export(session: Session, authority: Authority, by: str, now: datetime) -> None:
    """Say in the trail that it is about to be exported: so each export holds the entry that tells of it."""
    seq, digest = head(session, key_of(authority))
    detail = {"by": by, "seq": seq, "hash": digest}
    record(session, key_of(authority), now, [Act(Action.EXPORTED, authority.code, detail, actor=by)])


def export_record(
    session: Session, authority: Authority, folder: Path, store: Path, key: HeadKey, now: datetime, tell: Progress
) -> Exported:
    """Write the export into `folder`, which must not exist; all of it is as it stood at one moment.

    `session` must have done nothing yet: its transaction becomes a snapshot. A folder only half written never gets
    its name.
    """
    session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
    beside = folder.with_name(f".{folder.name}.dang-ghi")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True, mode=0o700)
    done = _fill(session, authority, beside, store, key, now, tell)
    beside.rename(folder)
    return done


def _fill(
    session: Session, authority: Authority, folder: Path, store: Path, key: HeadKey, now: datetime, tell: Progress
) -> Exported:
    number = key_of(authority)
    heads = [one for one in signed_heads(session, number) if one.signature]
    witness, faults = _write_entries(session, number, folder, heads, tell)
    proofs, lost = _write_proofs(session, number, folder / PROOFS, store)
    write_case_file(session, authority, folder / XML)
    last = make_head(number, local_day(now), now, witness, key, EXPORT)
    _write_heads(folder, heads, last)
    _write_stamps(folder / STAMPS, heads, head_stamps(session, number))
    shutil.copyfile(str(files("models") / "verify_export.py"), folder / VERIFIER)
    _seal(folder, key)
    return Exported(witness.seq, witness.hash, witness.root, proofs, (*faults, *lost))


def _write_entries(
    session: Session, number: int, folder: Path, heads: list[SignedHead], tell: Progress
) -> tuple[Witness, list[str]]:
    """One pass over the trail feeds every form of it; what does not hold is written all the same, and said."""
    witness, total = Witness(heads), head(session, number)[0]
    with ExitStack() as open_files:
        lines = open_files.enter_context((folder / LINES).open("wb"))
        csv = open_files.enter_context(CsvSheet(folder / CSV))
        book = open_files.enter_context(XlsxBook(folder / XLSX))

        def keep(entry: StoredEntry, digest: str) -> None:
            witness.see(entry, digest)
            lines.write(entry_line(entry, digest) + b"\n")
            row = sheet_row(entry, digest)
            csv.add(row)
            book.add(row)
            tell(witness.seq, total)

        _, broken = verify(session, number, keep)
        for entry in stored_entries(session, number, after=witness.seq):
            keep(entry, entry.pop("hash"))
    broken = broken or witness.broken or witness.missing()
    return witness, [f"bản ghi số {broken.seq}: {broken.reason}"] if broken else []


def _proofs(session: Session, number: int) -> Sequence[tuple[Evidence, str]]:
    query = (
        select(Evidence, col(Obligation.code))
        .join(Obligation, col(Obligation.id) == col(Evidence.obligation_id))
        .where(col(Evidence.authority_id) == number, col(Evidence.sha256) != "")
        .order_by(col(Evidence.id))
    )
    return session.execute(query).tuples().all()


def _write_proofs(session: Session, number: int, folder: Path, store: Path) -> tuple[int, list[str]]:
    """Each evidence file once under its SHA-256, and a list of names; what the store lost is said, not hidden."""
    folder.mkdir()
    kept, faults = 0, []
    with (folder / "danh-sach.jsonl").open("wb") as listed:
        for proof, code in _proofs(session, number):
            row = {"obligation": code, "sha256": proof.sha256, "name": proof.file_name, "size": proof.size}
            listed.write(canonical(row) + b"\n")
            kept += 1
            try:
                (folder / proof.sha256).write_bytes(read_file(store, proof.sha256))
            except (FileMissing, FileDamaged) as error:
                faults.append(f"minh chứng «{proof.file_name}» của {code}: {error}")
    return kept, faults


def _write_heads(folder: Path, heads: list[SignedHead], last: SignedHead) -> None:
    """Every signed head, the one of this export at the end, and the public keys they are checked with."""
    kinds = [*((one, DAILY) for one in heads), (last, EXPORT)]
    lines = [canonical({**head_facts(one, kind), "signature": one.signature}) + b"\n" for one, kind in kinds]
    (folder / HEADS).write_bytes(b"".join(lines))
    keys = dict.fromkeys(f"{one.key_id} {one.public_key}\n" for one, _ in kinds)
    (folder / KEYS).write_text("".join(keys), encoding="ascii")


def _write_stamps(folder: Path, heads: Sequence[SignedHead], stamps: Sequence[HeadStamp]) -> None:
    """Each time stamp, and beside it the very bytes that were stamped, as `openssl ts -verify` wants them."""
    stamped = {stamp.day: stamp.token for stamp in stamps}
    for one in heads:
        if token := stamped.get(one.day):
            folder.mkdir(exist_ok=True)
            (folder / f"{one.day}.tsr").write_bytes(token)
            (folder / f"{one.day}.json").write_bytes(head_message(one, DAILY))


def _seal(folder: Path, key: HeadKey) -> None:
    """The manifest of every file, signed."""
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    manifest = "".join(f"{_file_hash(folder / name)}  {name}\n" for name in names).encode()
    (folder / MANIFEST).write_bytes(manifest)
    (folder / SEAL).write_text(f"{key.key_id} {key.sign(manifest)}\n", encoding="ascii")


def _file_hash(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as content:
        while piece := content.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
