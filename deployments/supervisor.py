"""One machine: database, Prefect server, worker, mailbox and pages, started in order and stopped cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn
from sqlalchemy import Engine

from deployments.mailbox import start_mailbox
from deployments.pages import mailbox_folder, make_pages
from deployments.plan_commands import load_documents, read_documents
from deployments.prefect_env import prefect_environment, use_prefect
from flows import clock
from models.practice import start_practice
from models.record_tables import PracticeClock
from models.settings import Settings
from models.settings_record import record_settings
from models.store import app_url, open_store, owner_url, prefect_url, transaction
from rules.vietnamese import local_day, weekday_dmy
from web.app import Practice


class StartFailed(RuntimeError):
    """A program that did not come up; says which, and where its log is."""


def say(text: str) -> None:
    """One line of progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def run(settings: Settings, practice: date | None, plan: str, every: float = 0) -> int:
    """Start everything, say what is where, and serve until Ctrl-C; the exit code."""
    settings = _kept_on_this_machine(settings, practice)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to stop by a service manager: the same as Ctrl-C
    with ExitStack() as stack:
        try:
            _serve(settings, practice, plan, every, stack)
        except KeyboardInterrupt:
            pass
        except StartFailed as error:
            print(f"dunghan: {error}", file=sys.stderr)
            return 1
        finally:
            say("Đang dừng…")
    say("Đã dừng.")
    return 0


def _serve(settings: Settings, practice: date | None, plan: str, every: float, stack: ExitStack) -> None:
    say(f"Mở cơ sở dữ liệu ({'PostgreSQL nhúng' if not settings.database_url else 'PostgreSQL ngoài'})…")
    engine = open_store(settings)
    _refuse_mixing(engine, practice)
    if practice:
        _prepare_practice(engine, settings, practice, plan)
        stack.enter_context(_mailbox(settings))
    with transaction(engine) as session:
        record_settings(session, settings, clock.now(engine))
    use_prefect(settings, ours=True)
    environment = _environment(settings)
    say("Khởi động Prefect (lần đầu khoảng 20-40 giây)…")
    server = ("-m", "prefect", "server", "start")
    server_env = {**environment, "PREFECT_API_DATABASE_CONNECTION_URL": prefect_url(settings)}
    process = stack.enter_context(_program("prefect-server", server, server_env, settings))
    _wait_healthy(f"{settings.prefect_api_url}/health", process, settings)
    _register(engine, practice is None, settings.sweepers)
    most = str(settings.sweepers + 1)  # every sweep at once, and a plan task that a person asked for beside them
    worker = ("-m", "prefect", "worker", "start", "--pool", "dunghan", "--type", "process", "--limit", most)
    stack.enter_context(_program("prefect-worker", worker, environment, settings))
    asyncio.run(_pages(engine, settings, practice, every))


def _register(engine: Engine, scheduled: bool, sweepers: int) -> None:
    from deployments.register import deploy  # imports Prefect, which reads its environment once

    say("Đăng ký nhiệm vụ với Prefect…")
    sent, kept = asyncio.run(deploy(engine, scheduled, lambda text: say(f"  {text}"), sweepers))
    say(f"  {sent} mục mới, {kept} mục giữ nguyên.")


def _refuse_mixing(engine: Engine, practice: date | None) -> None:
    """A database in which time is practised is never used for real."""
    with transaction(engine) as session:
        practised = session.get(PracticeClock, 1) is not None
    if practised and practice is None:
        raise StartFailed("cơ sở dữ liệu này là của diễn tập; chạy thật cần state_dir hoặc database_url khác.")


def _prepare_practice(engine: Engine, settings: Settings, day: date, plan: str) -> None:
    with transaction(engine) as session:
        start_practice(session, day)
    documents = read_documents(settings.plans_dir / plan, settings.plans_dir / "people.yaml", None)
    say(load_documents(engine, documents, day))


@contextmanager
def _mailbox(settings: Settings) -> Iterator[None]:
    controller = start_mailbox(mailbox_folder(settings), settings.smtp_port)
    try:
        yield
    finally:
        controller.stop()


async def _pages(engine: Engine, settings: Settings, practice: date | None, every: float) -> None:
    """Serve the pages; in practice, sweep the first morning and move on by button or by timer."""
    from deployments.practice import PracticeDay

    day = PracticeDay(engine) if practice else None
    app = make_pages(engine, settings, Practice(day.advance, day.busy) if day else None)
    server = uvicorn.Server(
        uvicorn.Config(
            app, host=settings.web_host, port=settings.web_port, log_level="warning",
            access_log=False, server_header=False,
        )
    )  # fmt: skip
    mover = None
    if day:
        await day.sweep()
        mover = asyncio.create_task(day.keep_moving(every)) if every else None
    _say_where(engine, settings, practice)
    await server.serve()
    if mover:
        mover.cancel()


def _say_where(engine: Engine, settings: Settings, practice: date | None) -> None:
    if practice:
        say(f"DIỄN TẬP: hôm nay là {weekday_dmy(local_day(clock.now(engine)))}.")
        say(f"Hộp thư:    {settings.pages_url}/hop-thu")
    say(f"Nghĩa vụ:   {settings.pages_url}/nghia-vu")
    say(f"Prefect:    http://127.0.0.1:{settings.prefect_port} (mục Flows: mỗi nhiệm vụ một luồng)")
    say(f"Dữ liệu:    {settings.state_dir.resolve()}")
    say("Sẵn sàng. Nhấn Ctrl-C để dừng.")


def _environment(settings: Settings) -> dict[str, str]:
    """What children inherit: the same settings, and the database by URL so that none starts its own."""
    urls = {
        "DUNGHAN_DATABASE_URL": app_url(settings).render_as_string(False),
        "DUNGHAN_OWNER_DATABASE_URL": owner_url(settings).render_as_string(False),
    }
    return {**os.environ, **settings.as_environment(), **urls, **prefect_environment(settings)}


@contextmanager
def _program(
    name: str, arguments: tuple[str, ...], environment: dict[str, str], settings: Settings
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in its own session, its output in a log file; asked to stop, then made to."""
    log = _log(settings, name)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _log(settings: Settings, name: str) -> Path:
    folder = settings.state_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def _wait_healthy(url: str, process: subprocess.Popen[bytes], settings: Settings, seconds: int = 180) -> None:
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if process.poll() is not None:
            break
        with contextlib.suppress(URLError, OSError), urlopen(url, timeout=2) as answer:  # noqa: S310  loopback only
            if answer.status == 200:
                return
        time.sleep(0.5)
    raise StartFailed(f"máy chủ Prefect không chạy được; xem {_log(settings, 'prefect-server')}")


def _kept_on_this_machine(settings: Settings, practice: date | None) -> Settings:
    """In practice a busy port gives way to a free one; no real relay, mailbox or identity provider hears of it."""
    if not practice:
        return settings
    names = ("smtp_port", "web_port", "prefect_port")
    ports = {name: _free_port(getattr(settings, name)) for name in names}
    local = {"smtp_host": "127.0.0.1", "smtp_security": "none", "smtp_user": "", "smtp_password_file": None}
    unread = {"returns_maildir": None, "returns_host": "", "returns_user": "", "returns_password_file": None}
    alone = {"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret_file": None, "prefect_asks": False}
    unstamped = {"tsa_url": "", "tsa_ca_file": None}
    return settings.model_copy(update={**ports, **local, **unread, **alone, **unstamped})


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise StartFailed("không còn cổng trống trên máy")
