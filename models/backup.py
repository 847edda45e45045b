"""A backup made from a running system: every row at one moment, evidence, the office's files, heads of the trail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.audit import Act, head, record
from models.audit_actions import Action
from models.backup_file import BackupRefused, Writer, new_backup
from models.canonical import moment_words
from models.files import is_whole
from models.people import authorities
from models.record_tables import PracticeClock
from models.settings import Settings
from models.signed_heads import check_chain
from models.store import open_engine
from models.table_rows import counters, rows_out, shapes, speak_plainly
from models.tables import key_of
from rules.vietnamese import ZONE

ROWS, PREFECT, EVIDENCE, PLANS, REHEARSALS = "dunghan", "prefect", "minh-chung", "ke-hoach", "dien-tap"
SETTINGS = "cau-hinh.json"
LEFT_OUT = (
    "khóa của cơ quan (key_file)", "khóa ký đầu chuỗi (head_key_file)", "mật khẩu và tệp chứng thư", "hộp thư diễn tập",
)  # fmt: skip
_OWN_NAME = re.compile(r"dunghan-\d{8}-\d{6}\.zip", re.ASCII)
_PIECE = 1 << 20


def backup_name(now: datetime) -> str:
    """What a backup made at `now` is called when nobody says otherwise."""
    return f"dunghan-{now.astimezone(ZoneInfo(ZONE)):%Y%m%d-%H%M%S}.zip"


def record_backup(session: Session, file: Path, by: str, now: datetime) -> None:
    """Say in each trail that a backup was made: only then, for who watches the house counts on it."""
    for authority in authorities(session):
        detail = {"by": by, "file": file.name, "seq": head(session, key_of(authority))[0]}
        record(session, key_of(authority), now, [Act(Action.BACKED_UP, authority.code, detail, actor=by)])


@contextmanager
def snapshot(url: URL) -> Iterator[Connection | None]:
    """A connection that sees one moment and writes nothing; None where nothing was ever set up."""
    engine = open_engine(url)
    try:
        connection = _connected(engine)
        if connection is None:
            yield None
            return
        with connection:
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            made = connection.execute(text("SELECT to_regclass('public.alembic_version') IS NOT NULL")).scalar_one()
            yield connection if made else None
    finally:
        engine.dispose()


def _connected(engine: Engine) -> Connection | None:
    try:
        return engine.connect()
    except OperationalError as error:
        if f'database "{engine.url.database}" does not exist' in str(error.orig):
            return None
        raise


def write_backup(
    owner: Connection | None,
    settings: Settings,
    file: Path,
    now: datetime,
    rehearsals: bool = False,
    prefect: Connection | None = None,
) -> list[str]:
    """Write `file`, whole or not at all; what in it does not hold (the chain, evidence lost). Raises BackupRefused.

    `owner` must have done nothing yet: its transaction becomes a snapshot that blocks nobody.
    """
    if owner is None:
        raise BackupRefused("chưa có gì để sao lưu: cơ sở dữ liệu trống.")
    with new_backup(file) as writer:
        facts, faults = _database(owner, writer)
        if prefect:
            facts["prefect"] = rows_at_once(prefect, writer, PREFECT)
        faults += list(_evidence(settings.files_dir, writer))
        _folder(settings.plans_dir, PLANS, writer)
        if rehearsals:
            _folder(settings.rehearsals_dir, REHEARSALS, writer)
        writer.add(SETTINGS, [orjson.dumps(settings_told(settings), option=orjson.OPT_INDENT_2)])
        made = {"made_at": moment_words(now.astimezone(UTC)), "program": version("dunghan"), "left_out": LEFT_OUT}
        writer.close({**made, **facts, "faults": faults})
    return faults


def _database(owner: Connection, writer: Writer) -> tuple[dict[str, Any], list[str]]:
    facts = rows_at_once(owner, writer, ROWS)
    faults, heads = [], []
    with Session(owner) as session:
        facts["practice"] = session.get(PracticeClock, 1) is not None
        for authority in authorities(session):
            _, broken = check_chain(session, key_of(authority))
            if broken:
                faults.append(f"nhật ký {authority.name}, bản ghi số {broken.seq}: {broken.reason}")
            seq, digest = head(session, key_of(authority))
            heads.append({
                "authority": authority.code, "name": authority.name, "seq": seq, "hash": digest,
                "holds": broken is None,
            })  # fmt: skip
    return {**facts, "heads": heads}, faults


def rows_at_once(connection: Connection, writer: Writer, folder: str) -> dict[str, Any]:
    """Every row of a database as it stood at one moment."""
    speak_plainly(connection)
    tables = {}
    for shape in shapes(connection):
        part = writer.add(f"{folder}/{shape.table}.copy", rows_out(connection, shape))
        tables[shape.table] = {"columns": shape.columns, "rows": part.lines}
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    server = connection.execute(text("SELECT current_setting('server_version')")).scalar_one()
    return {"revision": revision, "server": server, "tables": tables, "counters": counters(connection)}


def _evidence(folder: Path, writer: Writer) -> Iterator[str]:
    """Every file of evidence under its SHA-256; one that is not what its name says is told, and left out."""
    for file in sorted(folder.glob("??/*")):
        if file.name.startswith("."):
            continue
        if is_whole(file):
            writer.add(f"{EVIDENCE}/{file.name}", _pieces(file))
        else:
            yield f"tệp minh chứng {file.name} đã hỏng hoặc bị sửa, không đưa vào bản sao lưu"


def _folder(folder: Path, name: str, writer: Writer) -> None:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and not any(step.startswith((".", "__")) for step in inside.parts):
            writer.add(f"{name}/{inside.as_posix()}", _pieces(file))


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            yield piece


def settings_told(settings: Settings) -> dict[str, Any]:
    """The settings, without what may hold a password."""
    told = settings.model_dump(mode="json")
    return {name: value for name, value in told.items() if not name.endswith("database_url")}


def remove_older(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups named by this program; which were removed. Others are left alone."""
    own = sorted(file for file in folder.iterdir() if _OWN_NAME.fullmatch(file.name) and file.is_file())
    old = own[: max(len(own) - keep, 0)]
    for file in old:
        file.unlink()
    return old
