"""Files that hold a secret: read only when nobody but the program may read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from models.settings import Settings, SettingsError

_CONFIGURED = (
    "key_file", "head_key_file", "smtp_password_file", "returns_password_file", "prefect_password_file",
    "oidc_client_secret_file",
)  # fmt: skip
_OWN = ("office.key", "head.key", "prefect.password")  # made in the state folder when none is configured


def read_private(file: Path) -> bytes:
    """What a file holds that nobody but the program may read. Raises SettingsError."""
    try:
        secret = file.read_bytes().strip()
        refuse_open_to_others(file)
    except OSError as error:
        raise SettingsError(f"không đọc được khóa {file}: {error.strerror}.") from None
    return secret


def refuse_open_to_others(file: Path) -> None:
    """Raises SettingsError for a file that others may read, OSError for one that cannot be looked at."""
    if file.stat().st_mode & 0o077:
        raise SettingsError(f"khóa {file} người khác đọc được; đặt lại quyền: chmod 600 {file}.")


def private_files(settings: Settings) -> Iterator[tuple[Path, bool]]:
    """Every file that holds a secret of this house, and whether the settings name it; not all need be there."""
    for name in _CONFIGURED:
        if file := getattr(settings, name):
            yield file, True
    yield from ((settings.state_dir / name, False) for name in _OWN)
