"""The record of a week in the sample office, exported; and verify.py run as an auditor runs it, alone."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from office import HOUSE, MON_17_JUNE, KeptMail
from sqlalchemy import URL, Engine, create_engine, select, text
from sqlmodel import Session, col

from flows.sending import Office
from flows.sweep import sweep
from models.audit_actions import Action
from models.canonical import canonical, moment_words
from models.evidence import Proof, add_proofs
from models.export import Exported, export_record, record_export
from models.files import keep_file
from models.head_key import head_key
from models.record_tables import AuditEntry, SignedHead
from models.settings import Settings
from models.signed_heads import check_chain
from models.store import transaction
from models.tables import Authority, Obligation
from rules.vietnamese import morning_of

VERIFIER = HOUSE / "models" / "verify_export.py"
TUE_18_JUNE, WED_19_JUNE = date(2024, 6, 18), date(2024, 6, 19)
PROOF = "Biên bản họp thôn, ngày 18/06/2024.\n".encode()


def sweep_on(engine: Engine, settings: Settings, day: date, mail: KeptMail | None = None) -> None:
    asyncio.run(sweep(Office(engine, settings, mail or KeptMail()), morning_of(day)))


def add_evidence(engine: Engine, settings: Settings, name: str = "Biên bản.txt", content: bytes = PROOF) -> None:
    with transaction(engine) as session:
        row = session.execute(select(Obligation).order_by(col(Obligation.id)).limit(1)).scalar_one()
        add_proofs(
            session, row, [Proof(file=keep_file(settings.files_dir, name, content))], "le-thi-mau",
            morning_of(TUE_18_JUNE),
        )  # fmt: skip


def two_mornings(engine: Engine, settings: Settings) -> None:
    """Two mornings swept, a head signed on each, and a file shown as evidence in between."""
    sweep_on(engine, settings, MON_17_JUNE)
    add_evidence(engine, settings)
    sweep_on(engine, settings, TUE_18_JUNE)


def export(engine: Engine, settings: Settings, folder: Path, day: date = TUE_18_JUNE) -> Exported:
    with Session(engine, expire_on_commit=False) as session:
        office = session.execute(select(Authority)).scalar_one()
    now = morning_of(day)
    with transaction(engine) as session:
        record_export(session, office, "văn phòng", now)
    with Session(engine) as session:
        return export_record(
            session, office, folder, settings.files_dir, head_key(settings), now, lambda done, total: None
        )


def run(
    folder: Path, *arguments: str | Path, program: Path = VERIFIER, python: str = sys.executable
) -> tuple[int, str]:
    """`verify.py` on `folder` with nothing of ours on its path: exit code and what it said."""
    done = subprocess.run(
        [python, "-I", str(program), str(folder), *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd="/", env={},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def tamper(database: URL, *statements: str) -> None:
    """Change the record as somebody with the owner's password would: triggers off."""
    owner = create_engine(database)
    with owner.begin() as connection:
        for table in ("audit_entry", "signed_head"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))
        for table in ("audit_entry", "signed_head"):
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    owner.dispose()


def rewrite(database: URL, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Rewrite the whole trail so that it chains: every hash made anew, the head row too."""
    owner = create_engine(database)
    with Session(owner) as session:
        rows = [row.model_dump() for row in session.execute(select(AuditEntry).order_by(col(AuditEntry.seq))).scalars()]
    previous = "0" * 64
    changed = change(rows)
    for seq, row in enumerate(changed, start=1):
        row |= {"seq": seq, "previous_hash": previous}
        row["hash"] = previous = entry_hash(row)
    owner.dispose()
    tamper(database, "DELETE FROM audit_entry")
    owner = create_engine(database)
    with Session(owner) as session, session.begin():
        session.add_all(AuditEntry(**row) for row in changed)
    owner.dispose()
    tamper(database, f"UPDATE audit_head SET seq = {len(changed)}, hash = '{previous}'")  # noqa: S608  our own hash


def entry_hash(row: dict[str, Any]) -> str:
    """What an entry's hash is: of everything but itself, in canonical JSON."""
    hashed = {name: value for name, value in row.items() if name != "hash"}
    return sha256(canonical({**hashed, "at": moment_words(row["at"])})).hexdigest()


def checked(engine: Engine) -> int | None:
    """`audit verify`: the number of the first entry that does not hold."""
    with Session(engine) as session:
        broken = check_chain(session, 1)[1]
        return broken.seq if broken else None


def heads_of(folder: Path) -> list[dict[str, Any]]:
    """The signed heads an export holds."""
    return [json.loads(line) for line in (folder / "dau-chuoi.jsonl").read_bytes().splitlines()]


def copied(folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to))


def signed_heads(engine: Engine) -> list[SignedHead]:
    with Session(engine) as session:
        return list(session.execute(select(SignedHead).order_by(col(SignedHead.day))).scalars())


def entries(engine: Engine, action: Action) -> list[AuditEntry]:
    """What the trail says of `action`, oldest first."""
    query = select(AuditEntry).where(col(AuditEntry.action) == action.value).order_by(col(AuditEntry.seq))
    with Session(engine) as session:
        return list(session.execute(query).scalars())
