"""Files that hold a secret: keys and passwords read only when nobody else may, the settings looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from models.settings import Settings, SettingsError, settings_file

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


def settings_open_to_all(settings: Settings) -> Path | None:
    """The settings file, when it holds a password and everybody on the machine may read it."""
    file = settings_file()
    urls = (settings.database_url, settings.owner_database_url, settings.prefect_database_url)
    told = any(make_url(url).password for url in urls if url)
    return file if file and told and file.stat().st_mode & 0o007 else None


def private_files(settings: Settings) -> Iterator[tuple[Path, bool]]:
    """Every file that holds a secret of this house, and whether the settings name it; not all need be there."""
    for name in _CONFIGURED:
        if file := getattr(settings, name):
            yield file, True
    yield from ((settings.state_dir / name, False) for name in _OWN)
