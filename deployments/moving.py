"""All an office has brought from one place to another: into a backup, out of one, or straight to another database."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from deployments.prefect_rows import bring_prefect
from flows import clock
from models.backup import PLANS, REHEARSALS, SETTINGS, record_backup, snapshot, write_backup
from models.backup_file import Backup, BackupRefused, opened_backup, writing
from models.brought_files import bring_folder, write_part
from models.people import authorities
from models.restore import Doing, Restored, restore
from models.restored_checks import KeptHead
from models.sent_since import MaybeSent, maybe_sent
from models.settings import Settings, read_settings
from models.store import (
    acting_by,
    app_url,
    ensure_database,
    open_engine,
    open_store,
    owner_url,
    prefect_owner_url,
    transaction,
)
from models.sweep_marks import held_since, hold_sweeps, resume_sweeps
from rules.vietnamese import local_time


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of it: the backup, where what is not put in place lies, and what may have been sent meanwhile."""

    source: Path
    done: Restored
    beside: Path
    maybe_sent: Sequence[MaybeSent] = ()
    told: Sequence[str] = ()


def make_backup(
    engine: Engine, settings: Settings, file: Path, by: str, now: datetime, rehearsals: bool = False
) -> list[str]:
    """Write one moment of both databases, then say so in the trail; what does not hold. Raises BackupRefused."""
    with snapshot(owner_url(settings)) as rows, snapshot(prefect_owner_url(settings)) as prefect:
        faults = write_backup(rows, settings, file, now, rehearsals, prefect)
    with transaction(engine) as session:
        record_backup(session, file, by, now)
    return faults


def bring_back(settings: Settings, source: Path, by: str, kept: KeptHead | None, holds: bool = True) -> Brought:
    """Restore into the empty place `settings` name. Raises BackupRefused."""
    owner = _owner(settings)
    with opened_backup(source) as backup:
        now = datetime.fromisoformat(backup.facts["made_at"]) if backup.facts["practice"] else clock.real_now()
        beside = settings.state_dir / f"phuc-hoi-{clock.real_now():%Y%m%d-%H%M%S}"
        with _put_beside(backup, settings, beside) if holds else nullcontext():
            done = restore(owner, backup, settings, Doing(by, now, kept, holds))
        told = bring_prefect(backup, settings)
    engine = open_engine(app_url(settings))
    with Session(engine) as session:
        heard = [one for office in authorities(session) for one in maybe_sent(session, office, clock.now(engine))]
    return Brought(source, done, beside, heard, told)


def _owner(settings: Settings) -> Engine:
    """The owner's engine; the embedded database is made when it is not there."""
    if not settings.database_url:
        ensure_database(owner_url(settings))
    return open_engine(owner_url(settings))


@contextmanager
def _put_beside(backup: Backup, settings: Settings, beside: Path) -> Iterator[None]:
    """What an office wrote by hand is written over nowhere: it lies beside, for a person to compare.

    It is there before the rows are, and is taken away when those are refused.
    """
    mine = [beside]
    with writing(beside):
        beside.mkdir(mode=0o700, parents=True)
    try:
        bring_folder(backup, PLANS, beside / PLANS)
        write_part(backup, SETTINGS, beside / SETTINGS)
        if backup.names(REHEARSALS) and not settings.rehearsals_dir.exists():
            mine.append(settings.rehearsals_dir)
            bring_folder(backup, REHEARSALS, settings.rehearsals_dir)
        yield
    except BaseException:
        for folder in mine:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def move_office(to: Path, by: str) -> Brought:
    """Hold the sweeps here, bring everything to where the settings `to` point, and let sweeps go on there.

    What fails leaves the new place empty, and lets sweeps go on here; sweeps that a person has to let go on are moved
    nowhere, for either would let them. Raises BackupRefused, SettingsError.
    """
    here = read_settings()
    there = _settings_of(to)
    engine = acting_by(open_store(here), "lenh")
    _refuse_held(engine)
    now = clock.now(engine)
    words = f"đang chuyển sang cơ sở dữ liệu khác theo {to.name} từ {local_time(now)}"
    _hold(engine, words, now)
    try:
        with tempfile.TemporaryDirectory(dir=here.state_dir) as folder:
            file = Path(folder) / "chuyen.zip"
            make_backup(engine, here, file, by, now)
            brought = bring_back(there, file, by, None, holds=False)
        _resume(open_engine(app_url(there)), by, "đã chuyển xong sang cơ sở dữ liệu này", now)
    except BaseException:
        _resume(engine, by, "chưa chuyển được; tiếp tục ở cơ sở dữ liệu này", now)
        raise
    return replace(brought, told=(*brought.told, *_left_behind(here, there)))


def _refuse_held(engine: Engine) -> None:
    with Session(engine) as session:
        held = [office.name for office in authorities(session) if held_since(session, office)]
    if held:
        raise BackupRefused(
            f"quét đang bị tạm giữ ở {', '.join(held)}; xin xem xong, chạy dunghan sweep --resume --reason «…», rồi "
            "chuyển. Chưa chuyển gì. Nơi này đã chuyển đi rồi thì chuyển từ nơi mới."
        )


def _left_behind(here: Settings, there: Settings) -> Iterator[str]:
    """What a new folder of data lacks, for it is never part of a backup."""
    if here.state_dir.resolve() == there.state_dir.resolve():
        return
    names = ("office.key", "head.key", "prefect.password", "dien-tap", "sao-luu")
    if found := [name for name in names if (here.state_dir / name).exists()]:
        yield f"Thư mục dữ liệu đổi sang {there.state_dir}: xin tự chép {', '.join(found)} từ {here.state_dir}."


def _settings_of(file: Path) -> Settings:
    """The settings in `file` alone, whatever the environment says of the place things are at now.

    Raises SettingsError.
    """
    here = {name: value for name, value in os.environ.items() if name.startswith("DUNGHAN_")}
    for name in here:
        del os.environ[name]
    os.environ["DUNGHAN_SETTINGS"] = str(file)
    try:
        return read_settings()
    finally:
        del os.environ["DUNGHAN_SETTINGS"]
        os.environ.update(here)


def _hold(engine: Engine, reason: str, now: datetime) -> None:
    with transaction(engine) as session:
        for office in authorities(session):
            hold_sweeps(session, office, reason, now)


def _resume(engine: Engine, by: str, reason: str, now: datetime) -> None:
    with transaction(engine) as session:
        for office in authorities(session):
            resume_sweeps(session, office, by, reason, now)
