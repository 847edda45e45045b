"""Settings: one TOML file and the environment, every key documented, unknown keys refused."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from models.office_words import explain, nearest, shown, stray_key
from models.setting_values import Addresses, GuardedAddress, Hosts, Seconds, WebAddress

HOUSE = Path(__file__).resolve().parents[1]
_PREFIX = "DUNGHAN_"
_FILE = "DUNGHAN_SETTINGS"
_FILES = (
    "smtp_password_file", "smtp_ca_file", "returns_maildir", "returns_password_file", "key_file", "head_key_file",
    "backup_dir", "prefect_password_file", "oidc_client_secret_file", "tsa_ca_file",
)  # fmt: skip


class SettingsError(ValueError):
    """Settings that cannot be used; says the key and what to do."""


class Settings(BaseSettings):
    """Where dunghan keeps things and whom it talks to. Environment: DUNGHAN_<KEY>; file: named by DUNGHAN_SETTINGS."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid")

    state_dir: Path = Field(default=Path(".state"), description="Folder for the embedded database, mailbox and logs")
    backup_dir: Path | None = Field(default=None, description="Folder of backups; empty: «sao-luu» in state_dir")
    plans_dir: Path = Field(default=HOUSE / "plans", description="Folder of calendar.yaml and people.yaml")
    database_url: str = Field(
        default="", description="PostgreSQL for dunghan as the application's role; empty: embedded"
    )
    owner_database_url: str = Field(default="", description="The same database as its owner, for migrations only")
    prefect_database_url: str = Field(default="", description="PostgreSQL for Prefect's server; empty: embedded")
    smtp_host: str = Field(default="127.0.0.1", description="Mail relay")
    smtp_port: int = Field(default=2525, description="Port of the mail relay")
    smtp_security: Literal["none", "starttls", "tls"] = Field(default="none", description="How the relay is spoken to")
    smtp_user: str = Field(default="", description="Account on the relay; empty: none")
    smtp_password_file: Path | None = Field(default=None, description="File (mode 600) holding the relay's password")
    smtp_ca_file: Path | None = Field(
        default=None, description="Certificate authority of the relay and mailbox, when it is the office's own"
    )
    smtp_retries: Seconds = Field(
        default=(60, 300, 900), description="Seconds to wait before each new try of a mail not taken for now"
    )
    smtp_timeout: int = Field(default=30, ge=1, description="Seconds to wait for each answer of the relay")
    mail_from: str = Field(default="nhacviec@dunghan.example", description="Sender address")
    mail_from_name: str = Field(default="Nhắc việc đúng hạn", description="Sender's name")
    returns_maildir: Path | None = Field(
        default=None, description="Maildir that gets what comes back to the sender address; empty: see returns_host"
    )
    returns_host: str = Field(default="", description="IMAP server of the sender address's mailbox; empty: not read")
    returns_port: int = Field(default=993, description="Port of that IMAP server")
    returns_security: Literal["none", "starttls", "tls"] = Field(default="tls", description="How it is spoken to")
    returns_user: str = Field(default="", description="Account of that mailbox")
    returns_password_file: Path | None = Field(default=None, description="File (mode 600) holding its password")
    key_file: Path | None = Field(
        default=None, description="File (mode 600) with the key that signs links in mails; empty: made in state_dir"
    )
    head_key_file: Path | None = Field(
        default=None, description="File (mode 600) with the key that signs heads of the chain; empty: in state_dir"
    )
    auditors: Addresses = Field(
        default=(), description="Addresses that get the signed head of the chain on each working day; empty: none"
    )
    admins: Addresses = Field(
        default=(), description="Addresses that are told when a morning was not swept or something broke; empty: none"
    )
    hold_after: int = Field(
        default=5, description="Working days without a sweep after which a person must say that sweeps go on"
    )
    sweepers: int = Field(
        default=1, ge=1, le=32, description="Equal sweeps started at each hour; they share the authorities"
    )
    web_host: str = Field(default="127.0.0.1", description="Address the pages listen on")
    web_port: int = Field(default=8800, description="Port of the pages")
    base_url: str = Field(default="", description="Address of the pages as people reach them; empty: http://host:port")
    prefect_port: int = Field(default=4200, description="Port of Prefect's server, on 127.0.0.1 only")
    prefect_asks: bool = Field(
        default=True, description="Whether Prefect's server and its own pages ask for a password; practice does not"
    )
    prefect_password_file: Path | None = Field(
        default=None, description="File (mode 600) with that password, user «dunghan»; empty: made in state_dir"
    )
    portal_hosts: Hosts = Field(
        default=(), description="Portal hosts whose links may be checked on request; empty: none"
    )
    oidc_issuer: GuardedAddress = Field(
        default="", description="OpenID Connect provider people may sign in by; empty: none"
    )
    oidc_client_id: str = Field(default="", description="What that provider knows these pages as")
    oidc_client_secret_file: Path | None = Field(
        default=None, description="File (mode 600) with the secret it gave these pages; empty: a public client"
    )
    oidc_name: str = Field(default="tài khoản công vụ", description="What people sign in by, as the button names it")
    tsa_url: WebAddress = Field(
        default="", description="Time-stamping authority (RFC 3161) that stamps each day's signed head; empty: none"
    )
    tsa_ca_file: Path | None = Field(
        default=None, validate_default=True, description="Certificate authority its stamps are checked against"
    )

    @field_validator(*_FILES, mode="before")
    @classmethod
    def _unset(cls, value: object) -> object:
        """An empty value names no file."""
        return None if value == "" else value

    @field_validator("oidc_client_id", "oidc_client_secret_file")
    @classmethod
    def _refuse_half_a_provider(cls, value: str | Path | None, info: ValidationInfo) -> str | Path | None:
        issuer = info.data.get("oidc_issuer")
        if value and not issuer:
            raise ValueError("chỉ dùng cùng oidc_issuer; xin khai oidc_issuer, hoặc bỏ khóa này")
        if issuer and info.field_name == "oidc_client_id" and not value:
            raise ValueError("oidc_issuer cần có mã mà nhà cung cấp cấp cho hệ thống này; xin khai oidc_client_id")
        return value

    @field_validator("oidc_name")
    @classmethod
    def _refuse_no_name(cls, name: str) -> str:
        if not name.strip():
            raise ValueError("cần ghi tên để nút đăng nhập đọc được, ví dụ «tài khoản công vụ»")
        return name.strip()

    @field_validator("tsa_ca_file")
    @classmethod
    def _needed_to_check_stamps(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file is None and info.data.get("tsa_url"):
            raise ValueError("đã có tsa_url thì cần tệp chứng thư để kiểm tra dấu thời gian")
        return file

    @property
    def pages_url(self) -> str:
        """The address put into letters."""
        return self.base_url.rstrip("/") or f"http://{self.web_host}:{self.web_port}"

    @property
    def prefect_api_url(self) -> str:
        """Where Prefect's API answers."""
        return f"http://127.0.0.1:{self.prefect_port}/api"

    def as_environment(self) -> dict[str, str]:
        """The settings as a child process reads them back; what is not set is said to be empty."""
        return {f"{_PREFIX}{name.upper()}": _written(value) for name, value in self.model_dump().items()}

    @property
    def backups_dir(self) -> Path:
        """Where backups go when nobody says otherwise."""
        return self.backup_dir or self.state_dir / "sao-luu"

    @property
    def files_dir(self) -> Path:
        """Where evidence files are kept, outside everything the pages serve by name."""
        return self.state_dir / "files"

    @property
    def rehearsals_dir(self) -> Path:
        """Where replays are kept for the pages, each in a folder under its name."""
        return self.state_dir / "dien-tap"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the TOML file."""
        file = os.environ.get(_FILE)
        from_file = (TomlConfigSettingsSource(settings_cls, Path(file)),) if file else ()
        return (init_settings, env_settings, *from_file)


def settings_file() -> Path | None:
    """The file settings are read from, when there is one."""
    return Path(os.environ[_FILE]) if os.environ.get(_FILE) else None


def read_settings() -> Settings:
    """The settings in force. Raises SettingsError for an unknown key, a wrong value or a missing file."""
    _refuse_unknown_names()
    try:
        return Settings()
    except ValidationError as error:
        detail = error.errors()[0]
        key = ".".join(str(step) for step in detail["loc"])
        raise SettingsError(f"cấu hình «{key}»: {_fault(key, detail)}") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"không đọc được tệp cấu hình {os.environ.get(_FILE)}: {error}") from None


def _fault(key: str, detail: ErrorDetails) -> str:
    """What is wrong with a setting, as a person reads it; of a key nobody knows, the value is not repeated."""
    found = _without_password(detail["input"])
    if detail["type"] == "extra_forbidden":
        return stray_key(nearest(key, Settings.model_fields))
    if detail["type"] == "value_error":
        return f"{detail['ctx']['error']}; đọc được {shown(found)}."
    return explain({**detail, "input": found})


def _without_password(found: object) -> object:
    """An address may hold one, and the error goes to the journal."""
    return re.sub(r"(?<=://)([^\s/:@]*):\S*@", r"\1:…@", found) if isinstance(found, str) else found


def _written(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, tuple) else str(value)


def _refuse_unknown_names() -> None:
    if (file := os.environ.get(_FILE)) and not Path(file).is_file():
        raise SettingsError(f"{_FILE} trỏ tới {file}, không có tệp này.")
    known = {_FILE, *(f"{_PREFIX}{name.upper()}" for name in Settings.model_fields)}
    unknown = sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"biến môi trường {unknown[0]} không có; các biến: {', '.join(sorted(known))}.")
