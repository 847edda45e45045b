"""Prefect's own rows out of a backup: its schema made by Prefect itself, then filled when it is the same one."""

from __future__ import annotations

import os
import subprocess
import sys

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from deployments.prefect_env import prefect_environment
from models.backup import PREFECT
from models.backup_file import Backup
from models.restore import fill
from models.settings import Settings
from models.store import open_engine, prefect_owner_url, prefect_url
from models.table_rows import shapes, speak_plainly

_AGAIN = "chạy dunghan up (hoặc dunghan deploy) để đăng ký lại; lịch sử các lượt chạy vẫn có trong nhật ký của dunghan"


def bring_prefect(backup: Backup, settings: Settings) -> list[str]:
    """Bring Prefect's history back; why not, when it is not. Nothing of dunghan's own depends on it."""
    if not (facts := backup.facts.get("prefect")):
        return [f"Bản sao lưu không có lịch sử của Prefect: {_AGAIN}."]
    if why := _make_schema(settings):
        return [f"Chưa phục hồi được lịch sử của Prefect ({why}): {_AGAIN}."]
    engine = open_engine(prefect_owner_url(settings))
    try:
        with engine.begin() as connection:
            speak_plainly(connection)
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            if found != facts["revision"]:
                return [f"Prefect lúc sao lưu là phiên bản khác ({facts['revision']}, nay {found}): {_AGAIN}."]
            tables = ", ".join(f'"{shape.table}"' for shape in shapes(connection))
            connection.execute(text(f"TRUNCATE {tables} CASCADE"))  # what Prefect itself writes into a new database
            rows = fill(connection, backup, PREFECT, facts)
    except SQLAlchemyError as error:
        return [f"Chưa phục hồi được lịch sử của Prefect ({str(error).splitlines()[0]}): {_AGAIN}."]
    finally:
        engine.dispose()
    return [f"Lịch sử của Prefect: {rows} dòng."]


def _make_schema(settings: Settings) -> str:
    """Let Prefect make its tables in its own way; what went wrong, when something did."""
    environment = {**os.environ, **prefect_environment(settings)}
    environment["PREFECT_API_DATABASE_CONNECTION_URL"] = prefect_url(settings)
    command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    return "" if ended.returncode == 0 else (ended.stderr.strip().splitlines() or ["lỗi không rõ"])[-1]
