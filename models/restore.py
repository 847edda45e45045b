"""A backup brought into an empty place, whole or not at all: rows, evidence, the trail verified, sweeps held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alembic import command
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from models.audit import Act, head, record
from models.audit_actions import Action
from models.backup import EVIDENCE, ROWS
from models.backup_file import Backup, BackupRefused
from models.brought_files import check_no_others, evidence_brought
from models.people import authorities
from models.restored_checks import KeptHead, check_evidence, check_trails
from models.schema import alembic_config, knows, lock_schema
from models.settings import Settings
from models.sweep_marks import hold_sweeps
from models.table_rows import (
    Shape,
    lift_references,
    put_references_up,
    rows_in,
    set_counters,
    shapes,
    speak_plainly,
)
from models.tables import key_of
from rules.vietnamese import local_time


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore: of when it is, how far each trail goes, and what did not hold already then."""

    made_at: datetime
    rows: int
    files: int
    heads: tuple[tuple[str, int, str], ...]  # authority, number and hash
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doing:
    """Who restores, when, against which head kept outside; a move neither holds sweeps nor asks for a bare folder."""

    by: str
    now: datetime
    kept: KeptHead | None = None
    holds: bool = True


def restore(owner: Engine, backup: Backup, settings: Settings, doing: Doing) -> Restored:
    """Bring a backup into an empty database and an empty folder of evidence. Raises BackupRefused.

    Whatever is wrong, and wherever it is cut off, leaves both as empty as they were.
    """
    with owner.connect() as connection:
        lock_schema(connection)
        speak_plainly(connection)
        _check_empty(connection)
        if doing.holds:
            check_no_others(backup, settings.files_dir)
        with evidence_brought(backup, settings.files_dir):
            done = _bring_rows(connection, backup, doing)
            connection.commit()
    return done


def _check_empty(connection: Connection) -> None:
    """Refuse a database where anything is: nothing is ever restored over something. Raises BackupRefused."""
    for shape in shapes(connection):
        some = text(f'SELECT EXISTS (SELECT FROM "{shape.table}")')  # noqa: S608  a name from the catalogue
        if connection.execute(some).scalar_one():
            where = connection.engine.url.render_as_string()
            found = f"cơ sở dữ liệu {where} đã có dữ liệu (bảng {shape.table})"
            raise BackupRefused(f"{found}; chỉ phục hồi vào nơi trống.")


def _bring_rows(connection: Connection, backup: Backup, doing: Doing) -> Restored:
    _make_schema(connection, backup)
    rows = fill(connection, backup, ROWS, backup.facts)
    command.upgrade(alembic_config(connection), "head")
    with Session(connection) as session:
        trails, proofs = check_trails(session, backup, doing.kept), check_evidence(session, backup)
        findings = (*backup.facts["faults"], *trails, *proofs)
        heads = tuple((one.name, *head(session, key_of(one))) for one in authorities(session))
        made_at = datetime.fromisoformat(backup.facts["made_at"])
        _say_so(session, made_at, doing)
        session.flush()
    connection.execute(text("ANALYZE"))
    return Restored(made_at, rows, len(backup.names(EVIDENCE)), heads, findings)


def _make_schema(owner: Connection, backup: Backup) -> None:
    """The schema of the backup's own time; empty tables that were there are made anew. Raises BackupRefused."""
    revision, file = backup.facts["revision"], backup.file
    if not knows(revision):
        raise BackupRefused(f"{file}: cấu trúc {revision} mới hơn chương trình này; xin nâng cấp dunghan rồi phục hồi.")
    if shapes(owner):
        for statement in _ANEW:
            owner.execute(text(statement))
    command.upgrade(alembic_config(owner), revision)


_ANEW = ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "GRANT USAGE ON SCHEMA public TO PUBLIC")


def fill(owner: Connection, backup: Backup, folder: str, facts: dict[str, Any]) -> int:
    """Copy every table in and compare how many rows came; how many in all. Raises BackupRefused."""
    references, rows = lift_references(owner), 0
    there = {shape.table: set(shape.columns) for shape in shapes(owner)}
    if set(there) != set(facts["tables"]):
        raise backup.fault(folder, f"các bảng không phải của cấu trúc {facts['revision']}")
    for table, said in facts["tables"].items():
        name = f"{folder}/{table}.copy"
        if not set(said["columns"]) <= there[table]:
            raise backup.fault(name, f"các cột không phải của cấu trúc {facts['revision']}")
        copied = rows_in(owner, Shape(table, tuple(said["columns"])), backup.read(name))
        if copied != said["rows"]:
            raise backup.fault(name, f"cần {said['rows']} dòng, chép được {copied}")
        rows += copied
    put_references_up(owner, references)
    set_counters(owner, {name: (last, counted) for name, (last, counted) in facts["counters"].items()})
    return rows


def _say_so(session: Session, made_at: datetime, doing: Doing) -> None:
    """In each trail: from what it was restored, and that nothing is told until somebody has looked."""
    since = f"đã phục hồi từ bản sao lưu lúc {local_time(made_at)}, không còn ghi nhận thư đã gửi sau lúc ấy"
    for authority in authorities(session):
        seq, digest = head(session, key_of(authority))
        detail = {"by": doing.by, "at": local_time(made_at), "seq": seq, "hash": digest}
        restored = Act(Action.RESTORED, authority.code, detail, actor=doing.by)
        record(session, key_of(authority), doing.now, [restored])
        if doing.holds:
            hold_sweeps(session, authority, since, doing.now)
