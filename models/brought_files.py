"""Files of a backup brought into their folders: evidence whole or not at all, nothing of an office written over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.backup import EVIDENCE
from models.backup_file import Backup, BackupRefused


def check_no_others(backup: Backup, folder: Path) -> None:
    """Refuse a folder of evidence that holds what the backup does not. Raises BackupRefused."""
    brought = {name.rpartition("/")[2] for name in backup.names(EVIDENCE)}
    if other := next((file for file in folder.glob("??/*") if file.name not in brought), None):
        raise BackupRefused(f"thư mục {folder} đã có tệp minh chứng {other.name[:12]}…; chỉ phục hồi vào nơi trống.")


@contextmanager
def evidence_brought(backup: Backup, folder: Path) -> Iterator[None]:
    """The backup's evidence in `folder`; taken away again when what is done meanwhile fails."""
    beside = folder.with_name(f".{folder.name}.dang-phuc-hoi")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        for name in backup.names(EVIDENCE):
            digest = name.rpartition("/")[2]
            write_part(backup, name, beside / digest[:2] / digest)
        shutil.rmtree(folder, ignore_errors=True)  # what a restore that was cut off left there, and nothing else
        if beside.exists():
            beside.rename(folder)
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def bring_folder(backup: Backup, inside: str, folder: Path) -> int:
    """What the office wrote, into a new folder; how many files."""
    names = backup.names(inside)
    for name in names:
        write_part(backup, name, folder / name.partition("/")[2])
    return len(names)


def write_part(backup: Backup, name: str, file: Path) -> None:
    """Write one part as a file of its own, inside the folder it is meant for. Raises BackupRefused."""
    if ".." in Path(name).parts or Path(name).is_absolute():
        raise backup.fault(name, "tên phần không hợp lệ")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("xb") as written:
        file.chmod(0o600)
        for piece in backup.read(name):
            written.write(piece)
