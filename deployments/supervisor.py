"""One machine: database, Prefect server, worker, mailbox and pages, started in order and stopped cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial

from sqlalchemy import Engine

from deployments.database_server import keep_database
from deployments.mailbox import start_mailbox
from deployments.pages import mailbox_folder, make_pages
from deployments.parts import child_environment, open_house, prefect_server, unprivileged
from deployments.plan_commands import load_documents, read_documents
from deployments.ports import free_port
from deployments.prefect_env import use_prefect
from deployments.programs import Program, keep_running, log_of, running, worker_program
from deployments.service_manager import say, tell_ready
from deployments.serving import serve_pages, served
from flows import clock
from models.practice import start_practice
from models.settings import Settings
from models.settings_record import record_settings
from models.store import open_store, transaction
from rules.vietnamese import local_day, weekday_dmy
from web.app import Practice


def run(settings: Settings, practice: date | None, plan: str, every: float = 0) -> int:
    """Start everything, say what is where, and serve until Ctrl-C; the exit code."""
    settings = _kept_on_this_machine(settings, practice)
    with ExitStack() as stack:
        code = served(partial(_serve, settings, practice, plan, every, stack))
        say("Đang dừng…")
    say("Đã dừng.")
    return code


def _serve(settings: Settings, practice: date | None, plan: str, every: float, stack: ExitStack) -> None:
    say(f"Mở cơ sở dữ liệu ({'PostgreSQL nhúng' if not settings.database_url else 'PostgreSQL ngoài'})…")
    engine = _open(settings, practice, plan)
    if practice:
        stack.enter_context(_mailbox(settings))
    use_prefect(settings, ours=True)
    environment = child_environment(settings)
    say("Khởi động Prefect (lần đầu khoảng 20-40 giây)…")
    server = stack.enter_context(prefect_server(settings, environment))
    _register(engine, practice is None, settings.sweepers)
    log = log_of(settings, "prefect-worker")
    alone = unprivileged(environment)
    worker = stack.enter_context(running("Bộ chạy Prefect", worker_program(settings), alone, log))
    asyncio.run(_pages(engine, settings, practice, every, (server, worker)))


def _open(settings: Settings, practice: date | None, plan: str) -> Engine:
    """The database for real, or with the sample office loaded and practice begun."""
    if practice is None:
        return open_house(settings)
    engine = open_store(settings)
    _prepare_practice(engine, settings, practice, plan)
    with transaction(engine) as session:
        record_settings(session, settings, clock.now(engine))
    return engine


def _register(engine: Engine, scheduled: bool, sweepers: int) -> None:
    from deployments.register import deploy  # imports Prefect, which reads its environment once

    say("Đăng ký nhiệm vụ với Prefect…")
    sent, kept = asyncio.run(deploy(engine, scheduled, lambda text: say(f"  {text}"), sweepers))
    say(f"  {sent} mục mới, {kept} mục giữ nguyên.")


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


async def _pages(
    engine: Engine, settings: Settings, practice: date | None, every: float, programs: Sequence[Program]
) -> None:
    """Serve the pages and keep the rest running; in practice, sweep the first morning, move on by button or timer."""
    from deployments.practice import PracticeDay

    day = PracticeDay(engine) if practice else None
    app = make_pages(engine, settings, Practice(day.advance, day.busy) if day else None)
    beside = [keep_database(engine, settings), *map(keep_running, programs)]
    if day:
        await day.sweep()
        beside += [day.keep_moving(every)] if every else []

    def ready() -> None:
        tell_ready()
        _say_where(engine, settings, practice)

    await serve_pages(app, settings, ready, *beside)


def _say_where(engine: Engine, settings: Settings, practice: date | None) -> None:
    if practice:
        say(f"DIỄN TẬP: hôm nay là {weekday_dmy(local_day(clock.now(engine)))}.")
        say(f"Hộp thư:    {settings.pages_url}/hop-thu")
    say(f"Nghĩa vụ:   {settings.pages_url}/nghia-vu")
    say(f"Prefect:    http://127.0.0.1:{settings.prefect_port} (mục Flows: mỗi nhiệm vụ một luồng)")
    say(f"Dữ liệu:    {settings.state_dir.resolve()}")
    say("Sẵn sàng. Nhấn Ctrl-C để dừng.")


def _kept_on_this_machine(settings: Settings, practice: date | None) -> Settings:
    """In practice a busy port gives way to a free one; no real relay, mailbox or identity provider hears of it."""
    if not practice:
        return settings
    names = ("smtp_port", "web_port", "prefect_port")
    ports = {name: free_port(getattr(settings, name)) for name in names}
    local = {"smtp_host": "127.0.0.1", "smtp_security": "none", "smtp_user": "", "smtp_password_file": None}
    unread = {"returns_maildir": None, "returns_host": "", "returns_user": "", "returns_password_file": None}
    alone = {"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret_file": None, "prefect_asks": False}
    unstamped = {"tsa_url": "", "tsa_ca_file": None}
    return settings.model_copy(update={**ports, **local, **unread, **alone, **unstamped})
