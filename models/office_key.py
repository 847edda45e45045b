"""The office's own key: made once in a file only the program may read, it signs links in mails and return addresses."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from models.private_files import read_private
from models.settings import Settings, SettingsError

_BYTES = 32


def office_key(settings: Settings) -> bytes:
    """The key in `key_file`, made in the state folder when none is configured. Raises SettingsError.

    Machines that share a database must share this key: a link made on one is opened on another.
    """
    return kept_key(settings.key_file, settings.state_dir / "office.key")


def kept_key(configured: Path | None, own: Path) -> bytes:
    """What the `configured` file holds, or the office's `own` one, made when it is not there. Raises SettingsError."""
    return _read(configured or _made(own))


def _made(file: Path) -> Path:
    """`file`, written whole with mode 600 the first time; of two processes that try, one wins and both read it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(secrets.token_hex(_BYTES).encode())
        try:
            os.link(beside, file)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return file


@lru_cache(maxsize=8)
def _read(file: Path) -> bytes:
    key = read_private(file)
    if len(key) < _BYTES:
        raise SettingsError(f"khóa {file} quá ngắn: cần ít nhất {_BYTES} ký tự.")
    return key
