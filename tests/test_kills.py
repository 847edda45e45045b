"""Killed at any point, the sweep loses no rung and sends nothing twice without saying that it does not know."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from time import sleep

import pytest
from office import MON_17_JUNE, KeptMail, load
from sqlalchemy import URL, Engine, func, select
from sqlmodel import Session, col
from sweepers import CLAIMING, COMPOSING, KEY, SENDING, STARTED, Job, processes, sweep_and_tell
from test_returned_mail import mail

from bench.relay import CountingRelay
from flows.sending import Office
from flows.sweep import sweep
from models.audit import verify
from models.audit_actions import Action
from models.deliveries import AUTOMATIC
from models.record_tables import AuditEntry, Digest, Letter
from models.reply_tables import ReturnedMail, SweepMark
from models.return_address import return_address
from models.settings import Settings
from models.store import APP_ROLE, drop_database, ensure_database, migrate, open_engine
from models.tables import Obligation
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real
KILLS = 200
FURTHEST = 4  # marks a process may pass before it is killed; the fewer, the more kills a morning takes
# Seconds after a mark within which the kill falls: about as long as what follows the mark.
LATER = {STARTED: 0.08, CLAIMING: 0.03, COMPOSING: 0.15, SENDING: 0.03}


@pytest.fixture
def relay() -> Iterator[CountingRelay]:
    with CountingRelay() as made:
        yield made


def killed(job: Job, chance: random.Random) -> str | None:
    """Run a sweep and kill it soon after one of its next marks; in which phase it died, None when it had ended."""
    context = processes()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=sweep_and_tell, args=(job, theirs))
    process.start()
    theirs.close()
    marks = list(_marks(ours, chance.randint(1, 1 + FURTHEST)))
    sleep(chance.uniform(0, LATER.get(marks[-1], 0)))
    if process.is_alive():
        os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    marks += _marks(ours, 1000)
    assert process.exitcode in (0, -signal.SIGKILL), marks[-1]
    return marks[-1] if process.exitcode else None


def _marks(line: Connection, many: int) -> Iterator[str]:
    """The next marks of a sweep, as they come, until it ends."""
    for _ in range(many):
        try:
            yield line.recv()
        except EOFError:
            return


def test_two_hundred_kills_lose_nothing_and_repeat_nothing(
    engine: Engine, database: URL, relay: CountingRelay, settings: Settings, tmp_path: Path
) -> None:
    """Each morning from Monday 17/6/2024 is swept until no kill comes in time; from the second on mail comes back."""
    load(engine)
    url = database.set(username=APP_ROLE).render_as_string(hide_password=False)
    job = Job(url, relay.port, tmp_path / "state", morning_of(MON_17_JUNE), tmp_path / "returns")
    (tmp_path / "returns" / "new").mkdir(parents=True)
    chance, day, phases = random.Random(20240617), MON_17_JUNE, Counter[str]()
    while phases.total() < KILLS:
        if phase := killed(replace(job, now=morning_of(day)), chance):
            phases[phase] += 1
        else:
            day += timedelta(days=1)
            come_back(engine, tmp_path / "returns" / "new", day)
    asyncio.run(sweep(job.office(), morning_of(day)))

    assert min(phases[phase] for phase in LATER) >= KILLS // 20, phases
    check_mails(engine, relay)
    check_returns(engine, tmp_path / "returns", day)
    with Session(engine) as session:
        assert verify(session, 1)[1] is None
        assert session.execute(select(SweepMark)).scalar_one().last_at == morning_of(day)
    assert letters(engine) == undisturbed(database, settings, day)


def check_mails(engine: Engine, relay: CountingRelay) -> None:
    """Every letter is in a mail that left, or may have; nothing left twice, nothing that is not said to have."""
    with Session(engine) as session:
        digests = session.execute(select(Digest)).scalars().all()
        told = set(session.execute(select(col(Letter.digest_id))).scalars())
    statuses = {digest.message_id: digest.status for digest in digests}
    delivered = Counter(relay.accepted)
    assert set(statuses.values()) <= {"da-gui", "khong-ro", "nhap-thu-sau"}
    assert {message for message, status in statuses.items() if status == "da-gui"} <= set(delivered)
    assert max(delivered.values()) == 1
    assert all(statuses[message] in ("da-gui", "khong-ro") for message in delivered)
    assert told <= {digest.id for digest in digests if digest.status in ("da-gui", "khong-ro")}


def come_back(engine: Engine, folder: Path, day: date) -> None:
    """Two automatic answers to the very first mail come on `day`; a killed sweep may have used up its number."""
    with Session(engine) as session:
        first = session.execute(select(func.min(Digest.id))).scalar_one()
    address = return_address(Settings().mail_from, first, KEY)
    for number in range(2):
        head = f"From: can.bo@tinh.example\nSubject: Vang mat {number}, {day}\nAuto-Submitted: auto-replied"
        (folder / f"{day}.{number}").write_bytes(mail(head, to=address))


def check_returns(engine: Engine, folder: Path, day: date) -> None:
    """Each mail that came back is taken in once and marked read."""
    came = 2 * (day - MON_17_JUNE).days
    with Session(engine) as session:
        entries = select(AuditEntry).where(col(AuditEntry.action) == Action.MAIL_RETURNED)
        assert len(session.execute(entries).scalars().all()) == came
        assert {row.kind for row in session.execute(select(ReturnedMail)).scalars()} == {AUTOMATIC}
    assert (len(list((folder / "new").iterdir())), len(list((folder / "cur").iterdir()))) == (0, came)


def letters(engine: Engine) -> set[tuple[str, str, int]]:
    query = select(col(Obligation.code), col(Letter.rung), col(Letter.person_id)).join(
        Letter, col(Letter.obligation_id) == col(Obligation.id)
    )
    with Session(engine) as session:
        return {(row[0], row[1], row[2]) for row in session.execute(query)}


def undisturbed(database: URL, settings: Settings, last: date) -> set[tuple[str, str, int]]:
    """The letters of the same mornings when nobody is killed."""
    other = database.set(database=f"{database.database}_calm")
    ensure_database(other)
    migrate(other)
    engine = open_engine(other, durable=False)
    try:
        load(engine)
        for number in range((last - MON_17_JUNE).days + 1):
            office = Office(engine, settings, KeptMail(), key=KEY)
            asyncio.run(sweep(office, morning_of(MON_17_JUNE + timedelta(days=number))))
        return letters(engine)
    finally:
        engine.dispose()
        drop_database(other)
