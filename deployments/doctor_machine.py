"""Checks of the machine: installed versions, disk, clock, files with secrets."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from stat import S_IMODE

from models.checks import Check
from models.private_files import private_files, settings_open_to_all
from models.settings import Settings

# Sets that import but fail silently: docs/decisions/0002-pins.md
_LIMITS = {"prefect": ((3, 8, 8), (3, 8, 9)), "fastapi": ((0, 139), (0, 151)), "sqlalchemy": ((2, 0), (2, 1))}
_ENOUGH = 1024  # MiB
_STATUS, _UNSYNCHRONISED = slice(40, 44), 0x40  # of struct timex, on 64-bit Linux


def versions() -> Iterator[Check]:
    """Whether the installed set is one that is known to work."""
    for name, (low, high) in _LIMITS.items():
        found = tuple(int(part) for part in version(name).split(".")[:3] if part.isdigit())
        ok = low <= found < high
        todo = "" if ok else "cài lại theo constraints.txt"
        yield Check(f"phiên bản {name}", ok, version(name), todo)


def disk(settings: Settings) -> Iterator[Check]:
    """Room and leave to write, where data lies; the embedded database may lie on a disk of its own."""
    yield from _folder("đĩa trống", settings.state_dir)
    database = settings.state_dir / "postgres"
    if not settings.database_url and database.is_dir() and database.stat().st_dev != settings.state_dir.stat().st_dev:
        yield from _folder("đĩa trống của cơ sở dữ liệu", database)


def _folder(name: str, folder: Path) -> Iterator[Check]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        todo = f"xem đĩa của {folder} có đầy hoặc chỉ đọc không (df -h, mount), và thư mục có thuộc tài khoản này không"
        yield Check(name, False, f"không ghi được vào {folder}: {error.strerror}", todo)
        return
    free, nodes = shutil.disk_usage(folder).free // 2**20, os.statvfs(folder)
    todo = "" if free > _ENOUGH else f"dọn đĩa của {folder}, cần hơn 1 GiB"
    if nodes.f_files and not nodes.f_favail:
        todo = f"đĩa của {folder} hết chỗ cho tệp mới (inode): xóa bớt tệp nhỏ"
    yield Check(name, not todo, f"{free} MiB", todo)


def system_clock() -> Iterator[Check]:
    """Whether something keeps the clock right; the zone does not matter, and is said."""
    state = ctypes.create_string_buffer(512)
    zone = f"múi giờ hệ thống {'/'.join(time.tzname)}, không ảnh hưởng"
    try:
        failed = ctypes.CDLL(None).adjtimex(state) < 0
    except (OSError, AttributeError):
        failed = True
    if failed:
        yield Check("đồng hồ máy chủ", True, f"không hỏi được nhân hệ điều hành; {zone}; tự so với đồng hồ khác")
        return
    kept = not int.from_bytes(state.raw[_STATUS], "little") & _UNSYNCHRONISED
    todo = "" if kept else "bật đồng bộ giờ: timedatectl set-ntp true, hoặc cài chrony; rồi so giờ với đồng hồ khác"
    yield Check("đồng hồ máy chủ", kept, f"{'có' if kept else 'CHƯA'} đồng bộ giờ (NTP); {zone}", todo)


def secrets(settings: Settings) -> Iterator[Check]:
    """Keys and passwords: there when the settings name them, and read by nobody else; looked at, never made."""
    for file, configured in private_files(settings):
        name = f"khóa {file.name}"
        if file == (settings.key_file or settings.state_dir / "office.key"):
            name = "khóa của cơ quan"
        yield _secret(name, file, configured)
    if open_file := settings_open_to_all(settings):
        found = f"{open_file} có mật khẩu cơ sở dữ liệu, ai trên máy cũng đọc được"
        todo = f"đặt lại quyền: chmod 640 {open_file}"
        yield Check("tệp cấu hình", False, found, todo)


def _secret(name: str, file: Path, configured: bool) -> Check:
    try:
        mode = S_IMODE(file.stat().st_mode)
        with file.open("rb"):
            pass
    except FileNotFoundError:
        todo = f"chép tệp vào {file}, quyền 600; hoặc bỏ khóa ấy trong cấu hình" if configured else ""
        return Check(name, not todo, f"chưa có {file}", todo)
    except OSError as error:
        todo = f"chủ của tệp phải là tài khoản chạy dịch vụ: chown dunghan: {file}"
        return Check(name, False, f"không đọc được {file}: {error.strerror}", todo)
    ok = not mode & 0o077
    return Check(name, ok, f"{file}, quyền {mode:o}", "" if ok else f"đặt lại quyền: chmod 600 {file}")
