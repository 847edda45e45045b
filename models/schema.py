"""The database's schema: brought to the newest by its owner, one process at a time, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from models.advisory_locks import SCHEMA

_NOT_ALLOWED = "42501"  # insufficient_privilege


class SchemaFault(RuntimeError):
    """A schema this program cannot work with; says which, and what to do."""


def migrate(url: URL) -> None:
    """Bring the database to the newest schema, as its owner. Raises SchemaFault.

    All in one transaction: what fails half-way leaves the schema as it was. Who comes second waits, and finds it done.
    """
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if _is_newest(connection):
                return
            lock_schema(connection)
            _upgrade(connection)
    finally:
        engine.dispose()


def newest() -> str:
    """The newest schema this program knows."""
    return str(ScriptDirectory.from_config(alembic_config(None)).get_current_head())


def lock_schema(connection: Connection) -> None:
    """Let nobody else migrate or restore this database until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA})


def knows(revision: str) -> bool:
    """Whether this program knows the schema `revision`; one it does not know is of a newer program."""
    try:
        return ScriptDirectory.from_config(alembic_config(None)).get_revision(revision) is not None
    except CommandError:
        return False


def _is_newest(connection: Connection) -> bool:
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and not knows(found):
        raise SchemaFault(
            f"cơ sở dữ liệu có cấu trúc {found}, mới hơn chương trình này (biết đến {newest()}); xin nâng cấp dunghan, "
            "hoặc phục hồi bản sao lưu lập trước khi nâng cấp."
        )
    return found == newest()


def _upgrade(connection: Connection) -> None:
    try:
        command.upgrade(alembic_config(connection), "head")
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != _NOT_ALLOWED:
            raise
        raise SchemaFault(
            f"vai «{connection.engine.url.username}» không được cập nhật cấu trúc cơ sở dữ liệu lên {newest()}; xin "
            "khai owner_database_url bằng vai chủ sở hữu (deployments/postgresql/roles.sql). Cấu trúc cũ còn nguyên."
        ) from None


def alembic_config(connection: object) -> Config:
    """Alembic's configuration around an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
