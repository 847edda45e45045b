"""Exports made for download: one at a time for each authority, packed into one file, kept for a week."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import orjson
from sqlalchemy import Engine
from sqlmodel import Session

from models.acts import ActRefused
from models.export import XLSX, Exported, export_record, record_export
from models.head_key import HeadKey
from models.settings import Settings
from models.store import transaction
from models.tables import Authority, key_of

KEPT = timedelta(days=7)
PACKAGE, RESULT = "nhat-ky.zip", "ket-qua.json"
# The authority's key, the moment (UTC), and what nobody can guess.
_NAME = re.compile(r"(\d{1,9})-(\d{8}T\d{6})-[0-9a-f]{32}", re.ASCII)
_MOMENT = "%Y%m%dT%H%M%S"


@dataclass(slots=True)
class Progress:
    """How far a running export has come; the thread that makes it writes, pages read."""

    done: int = 0
    total: int = 0
    packing: bool = False

    def tell(self, done: int, total: int) -> None:
        """Entries written, of how many."""
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True)
class Exports:
    """Where exports are made, what they are signed with, where evidence lies, and what is being made now."""

    folder: Path
    files: Path
    key: HeadKey
    running: dict[int, Progress] = field(default_factory=dict)  # by the authority's key
    lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, settings: Settings, key: HeadKey) -> Self:
        """The exports of an installation."""
        return cls(settings.state_dir / "exports", settings.files_dir, key)


@dataclass(frozen=True, slots=True)
class Made:
    """An export that was begun: finished with what it holds, failed, or cut short when the machine stopped."""

    name: str
    at: datetime
    size: int = 0
    entries: int = 0
    hash: str = ""
    root: str = ""
    proofs: int = 0
    faults: tuple[str, ...] = ()
    failure: str = ""  # why it could not be made

    @property
    def finished(self) -> bool:
        """Whether there is a package to take home."""
        return self.size > 0


def begin_export(exports: Exports, engine: Engine, authority: Authority, by: str, now: datetime) -> str:
    """Take the authority's one place, clear away what is old or half made, and say in the trail what is coming.

    The name of the export. Raises ActRefused while another is being made.
    """
    with exports.lock:
        if key_of(authority) in exports.running:
            raise ActRefused("Đang có một lần xuất chưa xong; xin chờ xong rồi xuất lại.")
        exports.running[key_of(authority)] = Progress()
    try:
        _tidy(exports, key_of(authority), now)
        name = f"{key_of(authority)}-{now.astimezone(UTC).strftime(_MOMENT)}-{secrets.token_hex(16)}"
        (exports.folder / name).mkdir(parents=True, mode=0o700)
        with transaction(engine) as session:
            record_export(session, authority, by, now)
    except BaseException:
        del exports.running[key_of(authority)]
        raise
    return name


def make_export(exports: Exports, engine: Engine, authority: Authority, name: str, now: datetime) -> None:
    """Write what was begun, pack it, and keep what came of it; a failure is kept too, then raised."""
    home, progress = exports.folder / name, exports.running[key_of(authority)]
    record = home / f"nhat-ky-{authority.code}"
    result: dict[str, Any] = {"failure": "Không xuất được; nhật ký máy chủ ghi rõ vì sao."}
    try:
        with Session(engine) as session:
            done = export_record(session, authority, record, exports.files, exports.key, now, progress.tell)
        progress.packing = True
        _pack(record, home / PACKAGE)
        result = _result(done, (home / PACKAGE).stat().st_size)
    finally:
        shutil.rmtree(record, ignore_errors=True)
        (home / RESULT).write_bytes(orjson.dumps(result))
        del exports.running[key_of(authority)]


def _result(done: Exported, size: int) -> dict[str, Any]:
    return {
        "size": size, "entries": done.entries, "hash": done.hash, "root": done.root, "proofs": done.proofs,
        "faults": list(done.faults),
    }  # fmt: skip


def _pack(folder: Path, package: Path) -> None:
    """`folder` as one file, a piece at a time; what is compressed already is stored as it is."""
    with ZipFile(package, "w", ZIP_DEFLATED, compresslevel=1) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                plain = file.name != XLSX and file.parent == folder
                kind = ZIP_DEFLATED if plain else ZIP_STORED
                packed.write(file, file.relative_to(folder.parent), kind)


def made_exports(exports: Exports, authority_id: int) -> list[Made]:
    """The authority's exports that are not being made now, newest first."""
    found = sorted(_homes(exports, authority_id), key=lambda home: home.name.split("-")[1], reverse=True)
    making = authority_id in exports.running
    return [_read(home) for home in found if not making or (home / RESULT).exists()]


def _homes(exports: Exports, authority_id: int) -> Iterator[Path]:
    if exports.folder.is_dir():
        for home in exports.folder.iterdir():
            if (named := _NAME.fullmatch(home.name)) and int(named[1]) == authority_id:
                yield home


def _read(home: Path) -> Made:
    at = datetime.strptime(home.name.split("-")[1], _MOMENT).replace(tzinfo=UTC)
    try:
        result = orjson.loads((home / RESULT).read_bytes())
    except (OSError, orjson.JSONDecodeError):  # cut short
        return Made(home.name, at)
    return Made(home.name, at, **{**result, "faults": tuple(result.get("faults", ()))})


def find_package(exports: Exports, authority_id: int, name: str) -> tuple[Path, Made] | None:
    """The package of export `name`, if it is the authority's and finished."""
    named = _NAME.fullmatch(name)
    if not named or int(named[1]) != authority_id or not (exports.folder / name / PACKAGE).is_file():
        return None
    made = _read(exports.folder / name)
    return (exports.folder / name / PACKAGE, made) if made.finished else None


def _tidy(exports: Exports, authority_id: int, now: datetime) -> None:
    """Remove the authority's exports that are older than a week, failed or half made."""
    for home in _homes(exports, authority_id):
        made = _read(home)
        if not made.finished or now - made.at > KEPT:
            shutil.rmtree(home, ignore_errors=True)
