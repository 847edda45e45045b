"""Each part of the house alone: ready when it says so, stopped within seconds, started again when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from serving import Serving
from sqlalchemy import URL, Engine

from deployments import parts, programs, supervisor
from deployments.ports import free_port
from deployments.programs import Program, StartFailed, keep_running
from deployments.service_manager import tell_ready, tell_stopping
from models.settings import Settings, SettingsError
from models.store import APP_ROLE

DUNGHAN = [sys.executable, "-m", "deployments.cli"]


class Manager:
    """A service manager's end of sd_notify, and the service it runs."""

    def __init__(self, folder: Path) -> None:
        self.address = folder / "notify"
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(self.address))
        self.log = folder / "service.log"

    def heard(self, seconds: float = 60) -> str:
        self._ear.settimeout(seconds)
        return self._ear.recv(1000).decode()

    @contextmanager
    def running(self, *command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        named = {f"DUNGHAN_{name.upper()}": value for name, value in settings.items()}
        with self.log.open("wb") as log:
            service = subprocess.Popen(
                [*DUNGHAN, *command], env={**os.environ, **named, "NOTIFY_SOCKET": str(self.address)},
                stdout=log, stderr=log,
            )  # fmt: skip
        try:
            yield service
        finally:
            if service.poll() is None:
                service.kill()
            service.wait()


@pytest.fixture
def manager(tmp_path: Path) -> Manager:
    return Manager(tmp_path)


# What a service manager is told


def test_nothing_is_told_when_nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_ready()


@pytest.mark.parametrize("abstract", [False, True])
def test_being_ready_and_stopping_are_told(abstract: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"\0dunghan-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(name)
        monkeypatch.setenv("NOTIFY_SOCKET", name.replace("\0", "@"))
        tell_ready()
        tell_stopping()
        assert [ear.recv(100), ear.recv(100)] == [b"READY=1", b"STOPPING=1"]


# A program beside this one


def program(tmp_path: Path, code: str) -> Program:
    return Program("Bộ chạy", ("-c", code), os.environ, tmp_path / "logs" / "x.log")


def test_a_program_that_dies_is_started_again_after_longer_and_longer_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(programs, "_LOOK", 0.02)
    monkeypatch.setattr(programs, "_PAUSES", (0, 0.1, 0.2))
    child = program(tmp_path, "import sys; print('một lần', flush=True); sys.exit(3)")
    child.start()

    async def watched() -> None:
        await asyncio.wait_for(keep_running(child), 2.5)

    with pytest.raises(TimeoutError):
        asyncio.run(watched())
    child.stop()
    said = [line.split("] ")[1] for line in capsys.readouterr().out.splitlines()]
    assert said[:4] == [
        f"Bộ chạy đã dừng (mã 3); chạy lại sau 0 giây. Xem {child.log}.", "Bộ chạy đã chạy lại.",
        f"Bộ chạy đã dừng (mã 3); chạy lại sau 0.1 giây. Xem {child.log}.", "Bộ chạy đã chạy lại.",
    ]  # fmt: skip
    assert any("sau 0.2 giây" in line for line in said)
    assert child.log.read_text().count("một lần") >= 3


def test_a_program_that_ran_well_for_a_while_starts_over_with_short_pauses(tmp_path: Path) -> None:
    child = program(tmp_path, "")
    child.started = time.monotonic()
    assert [child.pause() for _ in range(8)] == [1, 2, 5, 10, 30, 60, 60, 60]
    child.started = time.monotonic() - 400
    assert child.pause() == 1


def test_a_program_that_will_not_go_is_made_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_GOODBYE", 0.3)
    deaf = "import signal, time; signal.signal(2, signal.SIG_IGN); print('x', flush=True); time.sleep(60)"
    child = program(tmp_path, deaf)
    child.start()
    while not child.log.read_text():
        time.sleep(0.02)
    child.stop()
    assert child.ended() == -signal.SIGKILL


def test_a_log_grown_long_is_put_aside_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_LONGEST_LOG", 10)
    for _ in range(3):
        child = program(tmp_path, "print('mười hai chữ')")
        child.start()
        assert child.process
        child.process.wait()
    assert sorted(file.name for file in (tmp_path / "logs").iterdir()) == ["x.log", "x.log.cu"]


# The parts


def urls(database: URL) -> dict[str, str]:
    named = {"database_url": database.set(username=APP_ROLE), "owner_database_url": database}
    return {name: url.render_as_string(hide_password=False) for name, url in named.items()}


def test_the_pages_alone_say_when_they_are_ready_and_stop_within_seconds(
    manager: Manager, loaded_database: URL, tmp_path: Path
) -> None:
    port = str(free_port())
    facts = {**urls(loaded_database), "state_dir": str(tmp_path / "state"), "web_port": port}
    with manager.running("serve", "web", **facts) as service:
        assert manager.heard() == "READY=1", manager.log.read_text()
        here = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=here) as client:  # a connection kept open keeps nobody from stopping
            assert [client.get(path).status_code for path in ("/health", "/metrics")] == [200, 200]
            assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
            started = time.monotonic()
            service.terminate()
            assert service.wait(20) == 0
        assert time.monotonic() - started < 15
        assert manager.heard() == "STOPPING=1"


def test_a_port_that_is_taken_is_said_and_a_failure(manager: Manager, loaded_database: URL, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        facts = {**urls(loaded_database), "state_dir": str(tmp_path / "state"), "web_port": port}
        with manager.running("serve", "web", **facts) as service:
            assert service.wait(60) == 1
    assert f"không mở được các trang ở 127.0.0.1:{port}: " in manager.log.read_text()


@pytest.mark.real
def test_the_embedded_database_alone_is_started_again_when_it_is_killed(manager: Manager, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with manager.running("serve", "database", state_dir=str(state)) as service:
        assert manager.heard() == "READY=1", manager.log.read_text()
        file = state / "postgres" / "postmaster.pid"
        first = int(file.read_text().splitlines()[0])
        os.kill(first, signal.SIGKILL)
        _until(
            lambda: (
                file.exists()
                and int(file.read_text().splitlines()[0]) != first
                and "đã chạy lại" in manager.log.read_text()
            )
        )
        service.terminate()
        assert service.wait(30) == 0
    assert not file.exists()
    assert "PostgreSQL nhúng không trả lời; đang chạy lại." in manager.log.read_text()


def _until(condition: object, seconds: float = 60) -> None:
    assert callable(condition)
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds
        time.sleep(0.2)


def test_an_outer_database_is_not_ours_to_serve(settings: Settings) -> None:
    outer = settings.model_copy(update={"database_url": "postgresql://x@may-khac/dunghan"})
    with pytest.raises(SettingsError, match="không cần dunghan serve database"):
        parts.serve_part("database", outer)


def test_a_worker_without_a_server_of_prefect_says_so_and_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database: URL
) -> None:
    monkeypatch.setattr(parts, "_PATIENCE", 0)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    handler = signal.getsignal(signal.SIGTERM)
    port = free_port()
    outer = settings.model_copy(update={**urls(database), "prefect_port": port})
    assert parts.serve_part("worker", outer) == 1
    signal.signal(signal.SIGTERM, handler)
    assert f"máy chủ Prefect không trả lời ở http://127.0.0.1:{port}/api/health" in capsys.readouterr().err


def test_the_administrators_own_address_of_prefect_stays(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, database: URL
) -> None:
    """A worker on another machine reaches the server through a tunnel or a proxy."""
    outer = settings.model_copy(update=urls(database))
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.tinh.example/api")
    assert parts.part_environment(outer)["PREFECT_API_URL"] == "https://prefect.tinh.example/api"
    assert parts.child_environment(outer)["PREFECT_API_URL"] == settings.prefect_api_url


def test_a_database_of_practice_is_never_served_for_real(
    office_engine: Engine, settings: Settings, loaded_database: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    assert parts.serve_part("web", settings.model_copy(update=urls(loaded_database))) == 1
    signal.signal(signal.SIGTERM, handler)
    assert "cơ sở dữ liệu này là của diễn tập" in capsys.readouterr().err


@pytest.mark.parametrize(
    "serve",
    [partial(parts.serve_part, "web"), lambda outer: supervisor.run(outer, None, "")],
    ids=["dunghan serve web", "dunghan up"],
)
def test_a_database_that_does_not_answer_yet_is_no_wrong_setting(
    serve: Callable[[Settings], int], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """systemd starts exit 1 again and leaves exit 2 alone: after a power cut the database may be up later than we."""
    handler = signal.getsignal(signal.SIGTERM)
    away = f"postgresql://dunghan_app@127.0.0.1:{free_port()}/dunghan"
    assert serve(settings.model_copy(update={"database_url": away})) == 1
    signal.signal(signal.SIGTERM, handler)
    assert "không nối được máy chủ cơ sở dữ liệu" in capsys.readouterr().err


# A port somebody else has


class _OtherPrefect(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


class _Answering(Serving, HTTPServer):
    pass


def test_another_s_prefect_server_is_not_taken_for_ours(tmp_path: Path) -> None:
    with _Answering(("127.0.0.1", 0), _OtherPrefect) as other:
        settings = Settings(state_dir=tmp_path, prefect_port=other.server_port)
        with (
            pytest.raises(StartFailed, match=f"cổng {other.server_port} đã có một máy chủ Prefect khác"),
            parts.prefect_server(settings, {}),
        ):
            pytest.fail("started")


def test_our_own_prefect_is_asked_directly_whatever_proxy_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with _Answering(("127.0.0.1", 0), _OtherPrefect) as other:
        assert programs.answers(f"http://127.0.0.1:{other.server_port}/api/health")


def test_a_program_with_no_use_for_it_is_not_given_the_owner_s_address() -> None:
    given = parts.unprivileged({"DUNGHAN_DATABASE_URL": "app", "DUNGHAN_OWNER_DATABASE_URL": "owner"})
    assert given == {"DUNGHAN_DATABASE_URL": "app", "DUNGHAN_OWNER_DATABASE_URL": ""}
