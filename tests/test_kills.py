"""Killed at any point, the sweep loses no rung and sends nothing twice without saying that it does not know."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from office import MON_17_JUNE, KeptMail, free_port, load
from sqlalchemy import URL, Engine, make_url, select
from sqlmodel import Session, col

from flows.mail import SmtpMailer
from flows.sweep import Office, sweep
from models.audit import verify
from models.record_tables import Digest, Letter
from models.settings import Settings
from models.store import APP_ROLE, open_engine
from models.tables import Obligation
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real
KILLS = 60
FRI_12_JULY = date(2024, 7, 12)


class CountingServer:
    """A real SMTP server that counts what it accepted, slow enough to be caught in the act."""

    def __init__(self) -> None:
        self.accepted: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.accepted.append(message_from_bytes(envelope.content)["Message-ID"])
        await asyncio.sleep(0.01)
        return "250 ok"


@pytest.fixture
def smtp() -> Iterator[tuple[CountingServer, int]]:
    handler = CountingServer()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def one_sweep(url: str, port: int, day: date) -> None:
    """What the killed process runs."""
    engine = open_engine(make_url(url), durable=False)
    settings = Settings(smtp_port=port)
    asyncio.run(sweep(Office(engine, settings, SmtpMailer(settings)), morning_of(day)))
    os._exit(0)


def killed(context: ForkServerContext, url: str, port: int, day: date, after: float) -> bool:
    """Run a sweep and kill it `after` seconds; whether it was still running."""
    process = context.Process(target=one_sweep, args=(url, port, day))
    process.start()
    process.join(after)
    if process.exitcode is not None:
        assert process.exitcode == 0
        return False
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return True


def letters(engine: Engine) -> set[tuple[str, str, int]]:
    query = select(col(Obligation.code), col(Letter.rung), col(Letter.person_id)).join(
        Letter, col(Letter.obligation_id) == col(Obligation.id)
    )
    with Session(engine) as session:
        return {(row[0], row[1], row[2]) for row in session.execute(query)}


def test_sixty_kills_lose_nothing_and_repeat_nothing(
    engine: Engine, database: URL, smtp: tuple[CountingServer, int], settings: Settings
) -> None:
    load(engine)
    server, port = smtp
    url = database.set(username=APP_ROLE).render_as_string(hide_password=False)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.sweep", "flows.mail", "models.store"])
    chance, day, kills = random.Random(20240617), MON_17_JUNE, 0
    while kills < KILLS and day <= FRI_12_JULY:
        if killed(context, url, port, day, chance.uniform(0.02, 0.9)):
            kills += 1
        else:
            day += timedelta(days=1)
    assert kills >= 50
    while day <= FRI_12_JULY:
        assert not killed(context, url, port, day, 120)
        day += timedelta(days=1)

    with Session(engine) as session:
        digests = session.execute(select(Digest)).scalars().all()
        _, broken = verify(session, 1)
    statuses = {digest.message_id: digest.status for digest in digests}
    delivered = Counter(server.accepted)
    assert broken is None
    assert set(statuses.values()) <= {"da-gui", "khong-ro", "nhap-thu-sau"}
    assert {m for m, s in statuses.items() if s == "da-gui"} <= set(delivered)
    assert max(delivered.values()) == 1
    assert all(statuses[message] in ("da-gui", "khong-ro") for message in delivered)
    with Session(engine) as session:
        waiting = select(Letter).where(col(Letter.digest_id).is_(None))
        assert session.execute(waiting).scalars().all() == []


def test_the_letters_after_kills_are_those_of_an_undisturbed_run(
    engine: Engine, database: URL, smtp: tuple[CountingServer, int], settings: Settings
) -> None:
    load(engine)
    url = database.set(username=APP_ROLE).render_as_string(hide_password=False)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.sweep", "flows.mail", "models.store"])
    chance = random.Random(7)
    for number in range(2):
        for _ in range(4):
            killed(context, url, smtp[1], MON_17_JUNE + timedelta(days=number), chance.uniform(0.02, 0.7))
        assert not killed(context, url, smtp[1], MON_17_JUNE + timedelta(days=number), 120)
    after_kills = letters(engine)
    undisturbed = _undisturbed(database, settings)
    assert after_kills == undisturbed


def _undisturbed(database: URL, settings: Settings) -> set[tuple[str, str, int]]:
    from models.store import drop_database, ensure_database, migrate

    other = database.set(database=f"{database.database}_calm")
    ensure_database(other)
    migrate(other)
    engine = open_engine(other, durable=False)
    try:
        load(engine)
        for number in range(2):
            office = Office(engine, settings, KeptMail())
            asyncio.run(sweep(office, morning_of(MON_17_JUNE + timedelta(days=number))))
        return letters(engine)
    finally:
        engine.dispose()
        drop_database(other)
