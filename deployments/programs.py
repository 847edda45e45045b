"""Programs started beside this process: logged, watched, started again when they end by themselves, stopped with it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.request import ProxyHandler, build_opener

from deployments.service_manager import kept_by_the_manager, say
from flows.flow_names import POOL
from models.settings import Settings

PREFECT_SERVER = ("-m", "prefect", "server", "start")
_LOOK = 1.0  # seconds between two looks at a program
_PAUSES = (1, 2, 5, 10, 30, 60)  # seconds before a program is started again, longer each time it fails
_STEADY = 300  # seconds after which a program counts as well: the next pause is the first one again
_GOODBYE = 15  # seconds a program has to end when it is asked to
_LONGEST_LOG = 10 * 2**20  # bytes after which a log is put aside at the next start


class StartFailed(RuntimeError):
    """A program that did not come up; says which, and where its log is."""


def worker_program(settings: Settings) -> tuple[str, ...]:
    """Prefect's worker: every sweep of an hour at once, and a plan task that a person asked for beside them."""
    most = str(settings.sweepers + 1)
    return ("-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process", "--limit", most)


@dataclass(slots=True)
class Program:
    """A child in its own session, and how often it has failed of late."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it; what it prints goes to the journal, or to its log where there is none."""
        with contextlib.ExitStack() as stack:
            output = None if kept_by_the_manager() else stack.enter_context(_opened(self.log))
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                env=dict(self.environment), stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """The code it ended with; None while it runs."""
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        """Ask it and all it started to end, then make them."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(timeout=_GOODBYE)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def pause(self) -> int:
        """Seconds to wait before it is started again: more each time, from the first again once it ran well."""
        self.failures = 1 if time.monotonic() - self.started > _STEADY else self.failures + 1
        return _PAUSES[min(self.failures, len(_PAUSES)) - 1]

    @property
    def where(self) -> str:
        """Where a person reads what it printed."""
        return "nhật ký hệ thống (journalctl)" if kept_by_the_manager() else str(self.log)


@contextmanager
def running(name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[Program]:
    """A program for as long as the block lasts."""
    program = Program(name, arguments, environment, log)
    program.start()
    try:
        yield program
    finally:
        program.stop()


async def keep_running(program: Program) -> None:
    """Start `program` again whenever it ends by itself, and say so."""
    while True:
        await asyncio.sleep(_LOOK)
        code = program.ended()
        if code is None:
            continue
        pause = program.pause()
        say(f"{program.name} đã dừng (mã {code}); chạy lại sau {pause} giây. Xem {program.where}.")
        await asyncio.sleep(pause)
        program.start()
        say(f"{program.name} đã chạy lại.")


def wait_healthy(url: str, program: Program, seconds: int = 180) -> None:
    """Wait until `program` answers at `url`. Raises StartFailed."""
    started = time.monotonic()
    while time.monotonic() - started < seconds and program.ended() is None:
        if answers(url):
            return
        time.sleep(0.5)
    raise StartFailed(f"{program.name} không chạy được; xem {program.where}")


def answers(url: str) -> bool:
    """Whether something says 200 at `url`; asked directly, whatever proxy this machine has for other places."""
    directly = build_opener(ProxyHandler({}))
    with contextlib.suppress(OSError), directly.open(url, timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def log_of(settings: Settings, name: str) -> Path:
    """Where a program's output is kept when no journal keeps it."""
    return settings.state_dir / "logs" / f"{name}.log"


def _opened(log: Path) -> IO[bytes]:
    """The log to append to; one grown long is put aside first, in place of the one before it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LONGEST_LOG:
        log.replace(log.with_suffix(".log.cu"))
    return log.open("ab")
