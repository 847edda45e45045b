"""Several sweepers at once: every rung is told once, nothing waits for ever, nobody's mail is lost between them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office import KeptMail, copy_database, load
from sqlalchemy import URL, Engine, func, select, text, update
from sqlmodel import Session, col
from sweepers import KEY, Job, sweep_together
from test_returned_mail import report

from bench.relay import CountingRelay
from flows.mail import Result
from flows.sending import Office
from flows.sweep import sweep
from models.audit import verify
from models.audit_actions import Action
from models.digests import BOUNCED, MERGED, REFUSED, SENDING, SENT, UNKNOWN
from models.family_tables import Report
from models.record_tables import AuditEntry, Digest, Letter
from models.reply_tables import ReturnedMail
from models.return_address import return_address
from models.settings import Settings
from models.store import APP_ROLE, drop_database, open_engine, transaction
from models.tables import Obligation, Person
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real
RUNGS, PEOPLE = 1000, 20
TUE_18_JUNE = date(2024, 6, 18)  # ten working days before Tuesday 02/7/2024
FRI_28_JUNE, MON_1_JULY = date(2024, 6, 28), date(2024, 7, 1)
B02 = "nhu-quynh-2024.B02.2024-H1"
MAU, HOA, TRAN, VUONG = "le-thi-mau", "pham-thi-minh-hoa", "tran-thi-vi-du", "vuong-van-thu-nghiem"

_COPIES = text("""
INSERT INTO obligation (authority_id, plan_task_id, code, title, nature, period_key, period_name, status, internal,
    provisional, nominal, legal, target, unit, person_id, extended_days, rounds, items, receipt, ladder,
    calendar_version, next_wakeup_at, opened_on, moves, findings)
SELECT authority_id, plan_task_id, code || to_char(n, '".k"FM0000'), title, nature, to_char(n, '"k"FM0000'),
    'lần ' || n, status, internal, provisional, nominal, legal, target, 'cong-chuc',
    (CAST(:people AS int[]))[n % :many + 1], 0, 0, items, receipt, ladder, calendar_version, :wakeup, opened_on,
    moves, findings
FROM obligation, generate_series(1, :rungs) AS n WHERE code = :code
""")


@pytest.fixture(scope="module")
def crowded(loaded_template: URL) -> Iterator[URL]:
    """The real plan; due on Tuesday 18/6/2024 are only a thousand copies of one report, each for one person."""
    url = loaded_template.set(database=f"{loaded_template.database}_crowded")
    copy_database(loaded_template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    with transaction(engine) as session:
        session.execute(update(Obligation).values(next_wakeup_at=None))
        people = session.execute(select(col(Person.id)).order_by(col(Person.id)).limit(PEOPLE)).scalars().all()
        facts = {"people": list(people), "many": PEOPLE, "rungs": RUNGS, "code": B02}
        session.execute(_COPIES, {**facts, "wakeup": morning_of(TUE_18_JUNE)})
    engine.dispose()
    yield url
    drop_database(url)


@pytest.fixture
def crowd(crowded: URL, copies: Callable[[], int]) -> Iterator[Engine]:
    url = crowded.set(database=f"{crowded.database}_{copies()}")
    copy_database(crowded, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    yield engine
    engine.dispose()
    drop_database(url)


@pytest.fixture
def relay() -> Iterator[CountingRelay]:
    with CountingRelay() as made:
        yield made


@pytest.mark.parametrize("sweepers", [2, 4, 8])
def test_a_thousand_rungs_are_told_once_however_many_sweep_at_once(
    sweepers: int, crowd: Engine, relay: CountingRelay, tmp_path: Path
) -> None:
    swept = sweep_together([job(crowd, relay, tmp_path, TUE_18_JUNE)] * sweepers)
    told = [reached.obligation for one in swept for reached in one.reached]
    assert (len(told), len(set(told))) == (RUNGS, RUNGS)
    assert sum(one.sent for one in swept) == len(relay.accepted) == len(set(relay.accepted)) == PEOPLE
    assert all((one.unsent, one.unknown) == (0, ()) for one in swept)
    with Session(crowd) as session:
        digests = session.execute(select(Digest)).scalars().all()
        letters = session.execute(select(Letter)).scalars().all()
        _, broken = verify(session, 1)
        entries = entries_of(session)
    assert len({(letter.obligation_id, letter.rung, letter.person_id) for letter in letters}) == len(letters) == RUNGS
    assert len({digest.person_id for digest in digests}) == len(digests) == PEOPLE
    assert {digest.status for digest in digests} == {SENT}
    assert Counter(letter.digest_id for letter in letters) == {digest.id: RUNGS // PEOPLE for digest in digests}
    assert (entries[Action.RUNG_REACHED], entries[Action.DIGEST_SENT]) == (RUNGS, PEOPLE)
    assert broken is None
    assert deadlocks(crowd) == 0


def test_a_morning_on_which_everything_happens_is_swept_by_four_at_once(
    engine: Engine, relay: CountingRelay, settings: Settings, tmp_path: Path
) -> None:
    """After Friday 28/6/2024 one mail came back, one was not taken, one sender died, and a half-year has closed."""
    load(engine)
    asyncio.run(sweep(Office(engine, settings, KeptMail(all_but(MAU)), key=KEY), morning_of(FRI_28_JUNE)))
    mailbox = folder(tmp_path / "returns", came_back(digest_to(engine, HOA)))
    with transaction(engine) as session:
        session.execute(update(Digest).where(col(Digest.id) == digest_to(engine, TRAN).id).values(status=SENDING))
    frozen = count(engine, Report)
    relay.refused = VUONG

    swept = sweep_together([job(engine, relay, tmp_path, MON_1_JULY, mailbox)] * 4)

    with Session(engine) as session:
        statuses = {
            (digest.day, person): digest.status
            for digest, person in session.execute(select(Digest, Person.code).join(Person))  # type: ignore[call-overload]
        }
        entries, (_, broken) = entries_of(session), verify(session, 1)
        left = session.execute(select(Letter).where(col(Letter.digest_id).is_(None))).scalars().all()
        refused = session.execute(select(col(Person.id)).where(col(Person.code) == VUONG)).scalar_one()
    assert [statuses[FRI_28_JUNE, person] for person in (HOA, MAU, TRAN)] == [BOUNCED, MERGED, UNKNOWN]
    today = {person: status for (day, person), status in statuses.items() if day == MON_1_JULY}
    assert {person for person, status in today.items() if status != SENT} == {VUONG}
    assert today[VUONG] == REFUSED
    assert len(relay.accepted) == len(set(relay.accepted)) == len(today) - 1 == sum(one.sent for one in swept)
    assert {letter.stands_for_id for letter in left} <= {refused}  # what the office hears tomorrow instead
    assert count(engine, ReturnedMail) == entries[Action.MAIL_RETURNED] == 1
    assert entries[Action.DIGEST_MERGED] == entries[Action.DIGEST_UNKNOWN] == entries[Action.DIGEST_REFUSED] == 1
    assert entries[Action.LETTERS_PASSED_ON] == 2
    assert entries[Action.FIGURES_FROZEN] == count(engine, Report) > frozen
    assert broken is None
    assert deadlocks(engine) == 0


def job(engine: Engine, relay: CountingRelay, folder: Path, day: date, mailbox: Path | None = None) -> Job:
    url = engine.url.render_as_string(hide_password=False)
    return Job(url, relay.port, folder / "state", morning_of(day), mailbox)


def all_but(person: str) -> Callable[[str], Result]:
    taken, later = Result("sent", "250 ok"), Result("failed", "451 4.7.1 later")
    return lambda to: later if to.startswith(f"{person}@") else taken


def digest_to(engine: Engine, person: str) -> Digest:
    with Session(engine) as session:
        mine = select(Digest).join(Person).where(col(Person.code) == person)
        return session.execute(mine).scalar_one()


def came_back(digest: Digest) -> bytes:
    details = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1"
    return report("No such user.", details, to=return_address(Settings().mail_from, digest.id or 0, KEY))


def folder(path: Path, *mails: bytes) -> Path:
    (path / "new").mkdir(parents=True)
    for number, raw in enumerate(mails, start=1):
        (path / "new" / f"{number}.thu").write_bytes(raw)
    return path


def entries_of(session: Session) -> Counter[str]:
    return Counter(session.execute(select(col(AuditEntry.action))).scalars())


def count(engine: Engine, table: Any) -> int:
    with Session(engine) as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def deadlocks(engine: Engine) -> int:
    with engine.connect() as connection:
        own = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(connection.execute(text(own)).scalar_one())
