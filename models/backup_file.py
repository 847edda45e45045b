"""A backup as one file: its parts written and read in pieces, a list of them with their sums, nothing half there."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from models.files import settle

FORMAT = 1
MANIFEST = "manifest.json"
_PIECE = 1 << 20
_UNFINISHED = ".dang-ghi"
_FAST = 1  # of zlib's nine: rows shrink to a tenth as it is


class BackupRefused(ValueError):
    """A backup that cannot be made or used; says which part, and what to do."""


@dataclass
class Part:
    """One part of a backup as it was written."""

    size: int = 0
    lines: int = 0
    _digest: Any = field(default_factory=sha256, repr=False)

    def see(self, piece: bytes) -> bytes:
        """Take in the next piece, and give it back."""
        self.size += len(piece)
        self.lines += piece.count(b"\n")
        self._digest.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        """Its sum, in hex."""
        return str(self._digest.hexdigest())


class Writer:
    """Puts parts into a backup, and in the end the list of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sums: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> Part:
        """Write one part, a piece at a time."""
        part = Part()
        with self._archive.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(part.see(piece))
        self.sums[name] = {"size": part.size, "sha256": part.sha256}
        return part

    def close(self, facts: dict[str, Any]) -> None:
        """Write what the backup is, with the sums of all its parts."""
        whole = {"format": FORMAT, **facts, "parts": self.sums}
        self._archive.writestr(MANIFEST, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def new_backup(file: Path) -> Iterator[Writer]:
    """A backup that gets its name when it is whole and safe on disk; nobody sees it before. Raises BackupRefused."""
    if file.exists():
        raise BackupRefused(f"{file} đã có; bản sao lưu không ghi đè, xin chọn tên khác.")
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}{_UNFINISHED}")
    try:
        with writing(file):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _remove_torn(file.parent)
            with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as opened:
                with suppress(OSError):  # a shared folder may know no locks; then nothing torn is removed there either
                    _mark_as_ours(opened)
                with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive:
                    yield Writer(archive)
                opened.flush()
                os.fsync(opened.fileno())
            beside.rename(file)
            settle(file.parent)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """What a disk refuses while `file` is written, or one that belongs in it is read, raised as BackupRefused."""
    try:
        yield
    except OSError as error:
        other = error.filename and Path(error.filename).parent != file.parent
        where = f"đọc được {error.filename}, nên không ghi được {file}" if other else f"ghi được {file}"
        raise BackupRefused(f"không {where}: {error.strerror or error}.") from None


def _remove_torn(folder: Path) -> None:
    """Remove what a backup left that was killed or lost its power; one that is still being written stays."""
    for torn in folder.glob(f".*{_UNFINISHED}"):
        with suppress(OSError), torn.open("r+b") as opened:  # held by who writes it
            _mark_as_ours(opened)
            torn.unlink()


def _mark_as_ours(opened: IO[bytes]) -> None:
    """A lock that goes with its process. Raises OSError when another has it."""
    flock(opened, LOCK_EX | LOCK_NB)


class Backup:
    """A backup being read: what it says it is, and its parts, each compared with its sum to its last byte."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, facts: dict[str, Any]) -> None:
        self.file, self._archive, self.facts = file, archive, facts

    def names(self, folder: str) -> list[str]:
        """The parts under `folder`."""
        return [name for name in self.facts["parts"] if name.startswith(f"{folder}/")]

    def read(self, name: str) -> Iterator[bytes]:
        """One part, a piece at a time. Raises BackupRefused when it is not there, torn or not what was written."""
        part, written = Part(), self.facts["parts"].get(name)
        if written is None:
            raise self.fault(name, "không có phần này")
        try:
            with self._archive.open(name) as member:
                while piece := member.read(_PIECE):
                    yield part.see(piece)
        except (KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise self.fault(name, "phần này bị rách hoặc bị sửa") from error
        if (part.size, part.sha256) != (written["size"], written["sha256"]):
            raise self.fault(name, "nội dung không khớp mã băm đã ghi: phần này bị sửa")

    def fault(self, part: str, said: str) -> BackupRefused:
        """What is wrong with a part."""
        return BackupRefused(f"{self.file}, phần «{part}»: {said}; xin dùng bản sao lưu khác. Chưa phục hồi gì.")


@contextmanager
def opened_backup(file: Path) -> Iterator[Backup]:
    """A backup to read from. Raises BackupRefused when it is none, torn, or of a form this program does not know."""
    try:
        archive = zipfile.ZipFile(file)
    except OSError as error:
        raise BackupRefused(f"không đọc được {file}: {error.strerror or error}.") from None
    except zipfile.BadZipFile:
        raise BackupRefused(f"{file} không phải bản sao lưu của dunghan, hoặc bị cắt ngắn.") from None
    with archive:
        yield Backup(file, archive, _facts(file, archive))


def _facts(file: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        facts = json.loads(archive.read(MANIFEST))
        known = set(facts["parts"]) | {MANIFEST}
        newer = facts["format"] > FORMAT
    except (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile):
        raise BackupRefused(f"{file}: không đọc được «{MANIFEST}»; không phải bản sao lưu của dunghan.") from None
    if newer:
        raise BackupRefused(f"{file}: bản sao lưu do chương trình mới hơn lập; xin nâng cấp dunghan rồi phục hồi.")
    found = archive.namelist()
    if stray := next((name for name in found if name not in known), None):
        raise BackupRefused(f"{file}: có phần «{stray}» không nằm trong danh sách của bản sao lưu.")
    if len(found) != len(set(found)):
        raise BackupRefused(f"{file}: có phần ghi hai lần; bản sao lưu đã bị sửa.")
    return dict(facts)
