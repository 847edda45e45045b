"""What happens between two steps of a sweep when somebody else is there just then; each made to happen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from threading import Event
from time import sleep

import pytest
from office import MON_17_JUNE, KeptMail
from sqlalchemy import Engine, event, select
from sqlmodel import Session, col

import models.outbox
from flows.mail import Result
from flows.sending import Office, send_digests
from flows.sweep import Swept, sweep
from flows.visits import find_due, morning_of, visit
from models.acts import locked
from models.answers import Answers, answers_about
from models.audit import Act, record
from models.audit_actions import Action
from models.deliveries import NOT_DELIVERED, CameBack, take_in
from models.digests import BOUNCED, give_up_on_lost
from models.outbox import NOTED, reach_rungs, tell
from models.people import Told
from models.record_tables import Digest, Letter
from models.settings import Settings
from models.store import open_engine, transaction
from models.tables import Authority, Obligation, Person, key_of
from rules import vietnamese

TUE_18_JUNE = date(2024, 6, 18)
TUE_MORNING = vietnamese.morning_of(TUE_18_JUNE)
FRI_MORNING = vietnamese.morning_of(date(2024, 6, 21))
B02 = "nhu-quynh-2024.B02.2024-H1"  # told on Tuesday 18/6/2024, ten working days before Tuesday 02/7
SCHOOLS = "nhu-quynh-2024.P7b.2.2024-H1"  # told on Monday 17/6 and Friday 21/6, due Friday 28/6; not to the office
CHAIR = "hoang-van-mo-phong"
A_MOMENT = 0.5  # s, until the other side has run into the lock it will wait for
Beside = Callable[[Callable[[], object]], Future[object]]


@pytest.fixture
def swept(loaded: Engine, settings: Settings) -> Engine:
    """The office after its sweep of Monday 17/6/2024."""
    sweep_on(loaded, settings, MON_17_JUNE)
    return loaded


@pytest.fixture
def another(loaded: Engine) -> Iterator[Engine]:
    """The database as another process has it open."""
    made = open_engine(loaded.url, durable=False)
    yield made
    made.dispose()


@pytest.fixture
def beside() -> Iterator[Beside]:
    """Do something at the same time."""
    with ThreadPoolExecutor() as pool:
        yield pool.submit


def sweep_on(engine: Engine, settings: Settings, day: date, mail: KeptMail | None = None) -> Swept:
    return asyncio.run(sweep(Office(engine, settings, mail or KeptMail()), vietnamese.morning_of(day)))


def obligation(session: Session, code: str) -> Obligation:
    """Held as a sweep holds it."""
    query = select(Obligation).where(col(Obligation.code) == code)
    return session.execute(query.with_for_update(key_share=True)).scalar_one()


def test_a_sender_that_lives_is_never_taken_for_dead(loaded: Engine, another: Engine, settings: Settings) -> None:
    lost: list[str] = []

    def another_looks(session: Session) -> None:
        if session.get_bind() is loaded:
            with transaction(another) as own:
                lost.extend(give_up_on_lost(own, own.execute(select(Authority)).scalar_one(), TUE_MORNING))

    event.listen(Session, "after_commit", another_looks)
    try:
        swept = sweep_on(loaded, settings, MON_17_JUNE)
    finally:
        event.remove(Session, "after_commit", another_looks)
    assert swept.sent > 10
    assert (lost, swept.unsent) == ([], 0)


def test_what_another_round_is_telling_is_waited_for_and_is_in_this_mornings_mail(
    swept: Engine, another: Engine, settings: Settings, beside: Beside
) -> None:
    with transaction(another) as session:
        number = key_of(obligation(session, B02))
        round_ = beside(lambda: sweep_on(swept, settings, TUE_18_JUNE))
        sleep(A_MOMENT)
        morning = morning_of(another, 1, TUE_MORNING)
        assert reach_rungs(session, [number], {1: morning}, TUE_MORNING)
    assert isinstance(found := round_.result(), Swept)
    assert B02 not in [reached.obligation for reached in found.reached]
    assert waiting(swept) == []


def test_what_another_round_let_go_untold_is_told(
    swept: Engine, another: Engine, settings: Settings, beside: Beside
) -> None:
    with Session(another) as session:
        obligation(session, B02)
        round_ = beside(lambda: sweep_on(swept, settings, TUE_18_JUNE))
        sleep(A_MOMENT)
        session.rollback()
    assert isinstance(found := round_.result(), Swept)
    assert B02 in [reached.obligation for reached in found.reached]
    assert waiting(swept) == []


def test_somebody_answers_for_an_obligation_while_the_mail_about_it_is_sent(
    swept: Engine, another: Engine, settings: Settings, beside: Beside
) -> None:
    """Who answers holds the obligation and waits for the trail; the sender must not hold the trail and wait for it."""
    holds, answers = Event(), list[Future[object]]()

    def answer() -> None:
        with transaction(another) as session:
            row, _ = locked(session, B02)
            holds.set()
            sleep(A_MOMENT)
            record(session, row.authority_id, TUE_MORNING, [Act(Action.REPORTED_DONE, row.code, {})])

    def taken(_: str) -> Result:
        if not answers:
            answers.append(beside(answer))
            holds.wait()
        return Result("sent", "250 ok")

    found = sweep_on(swept, settings, TUE_18_JUNE, KeptMail(taken))
    answers[0].result()
    assert (found.unsent, found.unknown) == (0, ())


def test_a_mail_that_came_back_is_passed_on_while_another_round_tells_what_it_was_about(
    swept: Engine, another: Engine, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(swept) as session:
        number, digest = key_of(obligation(session, SCHOOLS)), mail_to_the_schools(session)
    visited, morning = Event(), morning_of(another, 1, FRI_MORNING)

    def slowly(session: Session, obligation_ids: Sequence[int]) -> dict[int, Answers]:
        visited.set()
        sleep(A_MOMENT)
        return answers_about(session, obligation_ids)

    monkeypatch.setattr(models.outbox, "answers_about", slowly)
    telling = beside(lambda: visit(another, number, morning))
    visited.wait()
    with transaction(swept) as session:
        assert take_in(session, CameBack("khoa", digest, NOT_DELIVERED, "5.1.1", "no such user"), FRI_MORNING)
    assert telling.result()
    with Session(swept) as session:
        assert session.get_one(Digest, digest).status == BOUNCED


def test_a_second_round_gathers_mail_only_when_the_first_has(
    loaded: Engine, another: Engine, settings: Settings, beside: Beside
) -> None:
    """Else each would hold a digest the other waits for: a letter to the chair comes between the two's first looks."""
    claim_all(loaded)
    looked, mail = Event(), KeptMail()

    def pause(*seen: object) -> None:
        if "overview = true" in str(seen[2]):
            looked.set()
            sleep(2 * A_MOMENT)

    event.listen(loaded, "before_cursor_execute", pause)
    first = beside(lambda: gather_and_send(loaded, settings, mail))
    looked.wait()
    with transaction(another) as session:
        row, chair = obligation(session, SCHOOLS), session.execute(select(Person).filter_by(code=CHAIR)).scalar_one()
        tell(session, row, {key_of(chair): Told("chair")}, f"{NOTED}1", MON_17_JUNE)
    gather_and_send(another, settings, mail)
    first.result()
    assert max(Counter(to for to, _ in mail.kept).values()) == 1
    assert CHAIR in {to.partition("@")[0] for to, _ in mail.kept}


def claim_all(engine: Engine) -> None:
    morning = morning_of(engine, 1, vietnamese.morning_of(MON_17_JUNE))
    for due in find_due(engine, morning.now):
        assert visit(engine, due.id, morning)


def gather_and_send(engine: Engine, settings: Settings, mail: KeptMail) -> None:
    with Session(engine) as session:
        authority = session.execute(select(Authority)).scalar_one()
    asyncio.run(send_digests(Office(engine, settings, mail), authority, vietnamese.morning_of(MON_17_JUNE)))


def mail_to_the_schools(session: Session) -> int:
    query = select(col(Digest.id)).join(Person, col(Person.id) == col(Digest.person_id))
    return session.execute(query.where(col(Person.code) == "luong-thi-bai-mau")).scalar_one() or 0


def waiting(engine: Engine) -> list[Letter]:
    with Session(engine) as session:
        return list(session.execute(select(Letter).where(col(Letter.digest_id).is_(None))).scalars())
