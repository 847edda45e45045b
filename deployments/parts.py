"""Each part of the house alone, for a service manager or for several machines: database, Prefect, worker, pages."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Engine

from deployments.database_server import keep_database, let_go
from deployments.pages import make_pages
from deployments.prefect_env import prefect_environment
from deployments.programs import (
    PREFECT_SERVER,
    Program,
    StartFailed,
    answers,
    log_of,
    running,
    wait_healthy,
    worker_program,
)
from deployments.service_manager import say, tell_ready
from deployments.serving import serve_pages, served
from flows import clock
from models.record_tables import PracticeClock
from models.settings import Settings, SettingsError
from models.settings_record import record_settings
from models.store import app_url, open_store, owner_url, prefect_url, transaction

_PATIENCE = 180  # seconds a part waits for the one it needs
_AGAIN = 0.5


def serve_part(name: str, settings: Settings) -> int:
    """Run one part in the foreground until it is asked to stop; the exit code: 0 asked to, 1 it failed."""
    return served(partial(PARTS[name], settings))


def serve_database(settings: Settings) -> None:
    """The embedded PostgreSQL, with both databases in it. Raises SettingsError when an outer one is configured."""
    if settings.database_url:
        raise SettingsError(
            "database_url trỏ tới một PostgreSQL bên ngoài, chạy bằng dịch vụ của chính nó; "
            "không cần dunghan serve database."
        )
    engine = open_store(settings)
    prefect_url(settings)
    _ready("Cơ sở dữ liệu")
    asyncio.run(keep_database(engine, settings))


def serve_prefect(settings: Settings) -> None:
    """Prefect's server; ready once it answers and knows every plan task. Raises StartFailed."""
    environment = part_environment(settings)
    with prefect_server(settings, environment) as program:
        # In a process of its own: what registering loads is not kept for years.
        if subprocess.run([sys.executable, "-m", "deployments.cli", "deploy"], env=environment, check=False).returncode:
            raise StartFailed("không đăng ký được nhiệm vụ với Prefect; lý do ở các dòng trên")
        _ready("Máy chủ Prefect")
        _until_ended(program)


def serve_worker(settings: Settings) -> None:
    """Prefect's worker in place of this process. Raises StartFailed when its server does not answer."""
    environment = part_environment(settings)
    url = f"{environment['PREFECT_API_URL']}/health"
    started = time.monotonic()
    while not answers(url):
        if time.monotonic() - started > _PATIENCE:
            raise StartFailed(f"máy chủ Prefect không trả lời ở {url}; xem dịch vụ dunghan-prefect")
        time.sleep(_AGAIN)
    let_go(settings)
    os.execve(sys.executable, [sys.executable, *worker_program(settings)], unprivileged(environment))  # noqa: S606  no shell is meant


def serve_web(settings: Settings) -> None:
    """The pages. Raises StartFailed."""
    engine = open_house(settings)
    asyncio.run(serve_pages(make_pages(engine, settings, None), settings, lambda: _ready("Các trang")))


PARTS: dict[str, Callable[[Settings], None]] = {
    "database": serve_database,
    "prefect": serve_prefect,
    "worker": serve_worker,
    "web": serve_web,
}


def open_house(settings: Settings) -> Engine:
    """The database for real operation, with what changed in the settings written into its trail. Raises StartFailed."""
    engine = open_store(settings)
    refuse_practised(engine)
    with transaction(engine) as session:
        record_settings(session, settings, clock.now(engine))
    return engine


def refuse_practised(engine: Engine) -> None:
    """A database in which time is practised is never used for real. Raises StartFailed."""
    with transaction(engine) as session:
        if session.get(PracticeClock, 1) is not None:
            raise StartFailed("cơ sở dữ liệu này là của diễn tập; chạy thật cần state_dir hoặc database_url khác.")


@contextmanager
def prefect_server(settings: Settings, environment: Mapping[str, str]) -> Iterator[Program]:
    """Prefect's server, answering, while the block lasts. Raises StartFailed, also when another has its port."""
    health = f"{settings.prefect_api_url}/health"
    if answers(health):
        raise StartFailed(
            f"cổng {settings.prefect_port} đã có một máy chủ Prefect khác trả lời; xin dừng máy chủ ấy, hoặc khai "
            "prefect_port khác."
        )
    server = {**unprivileged(environment), "PREFECT_API_DATABASE_CONNECTION_URL": prefect_url(settings)}
    with running("Máy chủ Prefect", PREFECT_SERVER, server, log_of(settings, "prefect-server")) as program:
        wait_healthy(health, program)
        yield program


def child_environment(settings: Settings) -> dict[str, str]:
    """What children inherit: the same settings, and the database by URL so that none starts its own."""
    urls = {
        "DUNGHAN_DATABASE_URL": app_url(settings).render_as_string(False),
        "DUNGHAN_OWNER_DATABASE_URL": owner_url(settings).render_as_string(False),
    }
    return {**os.environ, **settings.as_environment(), **urls, **prefect_environment(settings)}


def unprivileged(environment: Mapping[str, str]) -> dict[str, str]:
    """As `environment`, for a program that has no use for the owner's address of the database."""
    return {**environment, "DUNGHAN_OWNER_DATABASE_URL": ""}


def part_environment(settings: Settings) -> dict[str, str]:
    """As `child_environment`, but what the administrator set for Prefect stays: its server may run elsewhere."""
    set_here = {name: os.environ[name] for name in prefect_environment(settings) if name in os.environ}
    return {**child_environment(settings), **set_here}


def _until_ended(program: Program) -> None:
    """Wait; a program that ends by itself is a failure of this part, which the service manager starts again."""
    while (code := program.ended()) is None:
        time.sleep(_AGAIN)
    raise StartFailed(f"{program.name} đã dừng (mã {code}); xem {program.where}")


def _ready(what: str) -> None:
    tell_ready()
    say(f"{what}: sẵn sàng.")
