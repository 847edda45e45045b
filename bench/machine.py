"""A whole machine on loopback: PostgreSQL, Prefect's server and workers, each a program that can be killed alone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Self, cast

import httpx
import psutil
from sqlalchemy import Engine

from deployments.ports import free_port
from deployments.prefect_env import prefect_environment
from flows.flow_names import POOL, SWEEP_DEPLOYMENT, SWEEP_NAME
from models.practice import start_practice
from models.record_tables import PracticeClock
from models.schema import migrate
from models.settings import HOUSE, Settings
from models.store import app_url, ensure_database, open_engine, owner_url, prefect_url, transaction
from rules.vietnamese import morning_of

PATIENCE = 300.0  # seconds


class Machine:
    """Everything a round needs, with the time at `day`; each part started when it is asked for."""

    def __init__(self, folder: Path, relay_port: int, day: date, **settings: Any) -> None:
        self.folder = folder
        self.settings = Settings(
            state_dir=folder / "state", smtp_port=relay_port, smtp_retries=(), prefect_port=free_port(),
            prefect_asks=False, base_url="http://pages.example", **settings,
        )  # fmt: skip
        owner = owner_url(self.settings)
        ensure_database(owner)
        migrate(owner)
        self.engine: Engine = open_engine(app_url(self.settings))
        with transaction(self.engine) as session:
            start_practice(session, day)
        self.programs: dict[str, subprocess.Popen[bytes]] = {}
        self.api = httpx.Client(base_url=self.settings.prefect_api_url, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.programs):
            self.kill(name)
        self.api.close()
        self.engine.dispose()

    def start_server(self) -> None:
        """Prefect's server, answering."""
        database = {"PREFECT_API_DATABASE_CONNECTION_URL": prefect_url(self.settings)}
        self._start("server", ["-m", "prefect", "server", "start"], database)
        self.wait(lambda: self.api.get("/health").status_code == httpx.codes.OK, "Prefect's server")

    def start_worker(self, name: str, limit: int = 1) -> None:
        """One more worker, for that many rounds at a time."""
        asked = ["--pool", POOL, "--type", "process", "--limit", str(limit), "--name", name]
        self._start(name, ["-m", "prefect", "worker", "start", *asked])

    def register(self) -> str:
        """Let `dunghan deploy` tell Prefect what there is to run; what it said."""
        command = [sys.executable, "-m", "deployments.cli", "deploy"]
        done = subprocess.run(command, env=self._environment(), cwd=HOUSE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sweep_deployment(self) -> dict[str, Any]:
        """The sweep as it is registered."""
        found = self.api.get(f"/deployments/name/{SWEEP_NAME}/{SWEEP_DEPLOYMENT}").raise_for_status().json()
        return cast(dict[str, Any], found)

    def start_round(self) -> str:
        """Ask for one run of the sweep; its id."""
        number = self.sweep_deployment()["id"]
        made = self.api.post(f"/deployments/{number}/create_flow_run", json={}).raise_for_status()
        return str(made.json()["id"])

    def start_plain_round(self, name: str) -> None:
        """A round without Prefect."""
        self._start(name, ["-m", "deployments.cli", "sweep", "--plain"])

    def run(self, number: str) -> dict[str, Any]:
        """A flow run as Prefect tells it now."""
        found: dict[str, Any] = self.api.get(f"/flow_runs/{number}").raise_for_status().json()
        return found

    def ended(self, number: str) -> bool:
        """Whether a run has come to its end, whatever that is."""
        return self.run(number)["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    def wait(self, condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """What `condition` gives once it gives anything; a server that is away is asked again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                if found := condition():
                    return found
            time.sleep(0.1)
        raise AssertionError(f"{what}: not in {seconds:g} s\n{self.logs()}")

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a program and all it started."""
        program = self.programs.pop(name)
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in [psutil.Process(program.pid), *psutil.Process(program.pid).children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(how)
        program.wait()

    def postmaster(self) -> int:
        """The process under which every one of PostgreSQL runs."""
        return int((self.settings.state_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def restart_database(self, mode: str) -> None:
        """Let PostgreSQL stop in that mode (smart, fast, immediate) and start again, as its own user."""
        postmaster = psutil.Process(self.postmaster())
        folder = self.settings.state_dir / "postgres"
        command = [str(Path(postmaster.exe()).with_name("pg_ctl")), "restart", "-D", str(folder), "-m", mode, "-w"]
        log = ["-l", str(folder / "restarted.log")]
        subprocess.run([*command, *log], user=postmaster.uids().real, cwd=folder, check=True, capture_output=True)

    def move_to(self, day: date) -> None:
        """Let it be the morning of `day`."""
        with transaction(self.engine) as session:
            session.get_one(PracticeClock, 1).now = morning_of(day)

    def logs(self) -> str:
        """The last words of every program."""
        return "\n".join(f"== {log.stem}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("*.log")))

    def _start(self, name: str, arguments: list[str], environment: dict[str, str] | None = None) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.programs[name] = subprocess.Popen(
                [sys.executable, *arguments], env=self._environment() | (environment or {}), cwd=HOUSE,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        urls = {
            "DUNGHAN_DATABASE_URL": app_url(self.settings).render_as_string(False),
            "DUNGHAN_OWNER_DATABASE_URL": owner_url(self.settings).render_as_string(False),
        }
        ours = {**self.settings.as_environment(), **urls, **prefect_environment(self.settings)}
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("DUNGHAN_", "PREFECT_"))}
        return {**outside, **ours, "PYTHONPATH": str(HOUSE)}
