"""Files of a backup brought into their folders: evidence whole or not at all, nothing of an office written over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.backup import EVIDENCE
from models.backup_file import Backup, BackupRefused, writing
from models.files import is_whole, place_of


def check_no_others(backup: Backup, folder: Path) -> None:
    """Refuse a folder of evidence that holds what the backup does not. Raises BackupRefused."""
    brought = {_digest(name) for name in backup.names(EVIDENCE)}
    if other := next((file for file in folder.glob("??/*") if file.name not in brought), None):
        raise BackupRefused(f"thư mục {folder} đã có tệp minh chứng {other.name[:12]}…; chỉ phục hồi vào nơi trống.")


@contextmanager
def evidence_brought(backup: Backup, folder: Path) -> Iterator[None]:
    """The backup's evidence in `folder`; what was not there before is taken away again when what is done fails.

    A file is named by what it holds, so one that is there already stays: a restore cut off, or a move on one machine.
    """
    beside = folder.with_name(f".{folder.name}.dang-phuc-hoi")
    shutil.rmtree(beside, ignore_errors=True)
    put: list[Path] = []
    try:
        for name in backup.names(EVIDENCE):
            if not _is_there(folder, _digest(name)):
                write_part(backup, name, beside / _digest(name))
        for file in sorted(beside.glob("*")):
            put.append(_put(file, folder))
        yield
    except BaseException:
        _take_away(put, folder)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _digest(name: str) -> str:
    return name.rpartition("/")[2]


def _is_there(folder: Path, digest: str) -> bool:
    file = place_of(folder, digest)
    return file.is_file() and is_whole(file)


def _put(file: Path, folder: Path) -> Path:
    """Give a file its place in the store of evidence."""
    place = place_of(folder, file.name)
    with writing(place):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return file.replace(place)


def _take_away(put: list[Path], folder: Path) -> None:
    for file in put:
        file.unlink()
    for inner in (*{file.parent for file in put}, folder):
        if inner.is_dir() and not any(inner.iterdir()):
            inner.rmdir()


def bring_folder(backup: Backup, inside: str, folder: Path) -> None:
    """What the office wrote, into a new folder."""
    for name in backup.names(inside):
        write_part(backup, name, folder / name.partition("/")[2])


def write_part(backup: Backup, name: str, file: Path) -> None:
    """Write one part as a file of its own, inside the folder it is meant for. Raises BackupRefused."""
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise backup.fault(name, "tên phần không hợp lệ")
    with writing(file):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.open("xb") as written:
            file.chmod(0o600)
            for piece in backup.read(name):
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
