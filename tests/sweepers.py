"""Sweeps in processes of their own: started together, followed through their phases, killed where a test wants."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from office import HOUSE, PLANS
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import configure_mappers

from flows.mail import FolderMailer, Result, SmtpMailer
from flows.sending import Office
from flows.sweep import Swept, sweep
from flows.visits import morning_of, visit
from models.calendar_file import calendar_of, read_notices
from models.due import Due
from models.mornings import Morning
from models.outbox import Reached
from models.settings import Settings
from models.store import open_engine

STARTED, CLAIMING, COMPOSING, SENDING = "before claiming", "claiming", "composing", "sending"
KEY = b"k" * 32


@dataclass(frozen=True, slots=True)
class Job:
    """What a process sweeps: which database, by which relay, with which mailbox, when."""

    url: str
    port: int
    state: Path
    now: datetime
    returns: Path | None = None

    def office(self, mailer: type[SmtpMailer] = SmtpMailer) -> Office:
        settings = Settings(
            smtp_port=self.port, state_dir=self.state, smtp_retries=(), returns_maildir=self.returns,
            base_url="http://pages.example",
        )  # fmt: skip
        return Office(open_engine(make_url(self.url), durable=False), settings, mailer(settings), key=KEY)


@cache
def processes() -> ForkServerContext:
    """Where processes come from: a server that has imported everything, so that each starts in milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sweepers"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(HOUSE), str(HOUSE / "tests")]))
        forkserver.ensure_running()
    return context


# Several at once


def sweep_together(jobs: Sequence[Job], seconds: float = 300) -> list[Swept]:
    """Let each job be swept by a process of its own, all at the same moment; what each says it did."""
    context = processes()
    start, lines, running = context.Barrier(len(jobs)), [], []
    for job in jobs:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_sweep_at_the_signal, args=(job, start, theirs))
        process.start()
        theirs.close()
        lines.append(ours)
        running.append(process)
    said = [_heard(line, seconds) for line in lines]
    for process in running:
        process.join(seconds)
    assert all(isinstance(one, Swept) for one in said), "\n\n".join(str(one) for one in said if isinstance(one, str))
    return [one for one in said if isinstance(one, Swept)]


def _heard(line: Connection, seconds: float) -> Any:
    return line.recv() if line.poll(seconds) else f"nothing in {seconds} s"


def _sweep_at_the_signal(job: Job, start: Barrier, line: Connection) -> None:
    try:
        office = job.office()
        with office.engine.connect():
            start.wait()
        line.send(asyncio.run(sweep(office, job.now)))
    except BaseException:
        line.send(traceback.format_exc())
        raise


# One that is followed


def sweep_and_tell(job: Job, line: Connection) -> None:
    """Sweep; say when it begins, claims an obligation, begins to compose mails, hands one over: before it does."""
    line.send(STARTED)
    try:
        asyncio.run(_sweep_telling(job, line))
    except BaseException:
        line.send(traceback.format_exc())
        raise
    os._exit(0)


async def _sweep_telling(job: Job, line: Connection) -> None:
    _Telling.line = line
    office = job.office(_Telling)

    @cache
    def morning(authority: int) -> Morning:
        return morning_of(office.engine, authority, job.now)

    async def claim(due: Due) -> Reached | None:
        line.send(CLAIMING)
        return visit(office.engine, due.id, morning(due.authority_id))

    await sweep(office, job.now, claim)


class _Telling(SmtpMailer):
    line: Connection

    async def __aenter__(self) -> _Telling:
        self.line.send(COMPOSING)
        return self

    async def send(self, message: Message, recipient: str, sender: str) -> Result:
        self.line.send(SENDING)
        return await super().send(message, recipient, sender)


# One whose clock and database speak of another part of the world


def sweep_elsewhere(url: str, zone: str, moments: Sequence[datetime], folder: Path) -> None:
    """Sweep at `moments` in a process whose zone is `zone`, as its database session's is; mails go into `folder`."""
    folder.mkdir()
    (key := folder / "head.key").write_text("5" * 64)  # the same heads are signed wherever the machine stands
    key.chmod(0o600)
    process = processes().Process(target=_sweep_in_zone, args=(url, zone, moments, folder))
    process.start()
    process.join()
    assert process.exitcode == 0


def _sweep_in_zone(url: str, zone: str, moments: Sequence[datetime], folder: Path) -> None:
    os.environ["TZ"] = zone
    time.tzset()
    engine = create_engine(url, connect_args={"options": f"-c timezone={zone}"})
    with engine.connect() as connection:
        said = connection.execute(text("SHOW timezone")).scalar_one()
    (folder / "zones").write_text(f"{time.tzname[0]}, {said}")
    settings = Settings(
        state_dir=folder / "state", smtp_retries=(), base_url="http://pages.example", head_key_file=folder / "head.key"
    )
    for moment in moments:
        office = Office(engine, settings, FolderMailer(folder / "mails"), key=KEY)
        asyncio.run(sweep(office, moment.astimezone()))  # aware, in the process's own zone
    engine.dispose()


# What every sweep does first, done once in the server of processes.
configure_mappers()
create_engine("postgresql+psycopg://")
calendar_of(read_notices(PLANS / "calendar.yaml"))
