"""The outbox: letters claimed once in the database before anything is sent, gathered into one mail a person.

A digest goes cho-gui -> dang-gui -> da-gui. A process that dies while transmitting leaves it «dang-gui» with
nobody holding its row: the next sweep finds that and marks it khong-ro, for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.obligations import ladder_of, next_wakeup
from models.people import Roster
from models.record_tables import Digest, Letter
from models.tables import Authority, Obligation, Person, PlanTask, key_of, table_of
from rules.reminders import DatedRung, rungs_between
from rules.vietnamese import local_day
from rules.working_days import WorkingCalendar

WAITING, SENDING, SENT, FAILED = "cho-gui", "dang-gui", "da-gui", "gui-loi"
REFUSED, UNKNOWN, MERGED = "bi-tu-choi", "khong-ro", "nhap-thu-sau"
MOVED = "chuyen-han:"  # the rung of a letter that only says a day moved, followed by the notice
DIGEST_STATUSES = {
    WAITING: "Chờ gửi",
    SENDING: "Đang gửi",
    SENT: "Đã gửi",
    FAILED: "Chưa gửi được, sẽ gửi lại",
    REFUSED: "Máy chủ từ chối",
    UNKNOWN: "Không rõ đã đến chưa",
    MERGED: "Gộp vào thư sáng sau",
}


@dataclass(frozen=True, slots=True)
class Reached:
    """What one visit to an obligation did: the rungs it told, and how many new letters that made."""

    obligation: str
    title: str
    rungs: tuple[str, ...]
    letters: int
    people: tuple[str, ...]


def reach_rungs(
    session: Session, obligation_id: int, calendar: WorkingCalendar, roster: Roster, now: datetime, flow_run: str = ""
) -> Reached | None:
    """Claim the letters of every rung that has come, move the next wake-up, and record it; None if nothing is due.

    Another process holding the row is left to finish (SKIP LOCKED).
    """
    row = _locked(session, obligation_id, now)
    if row is None:
        return None
    task = session.get_one(PlanTask, row.plan_task_id)
    ladder, today = ladder_of(row), local_day(now)
    rungs = rungs_between(ladder, row.target, calendar, row.last_offset, today)
    told = _claim(session, row, task, rungs, roster, today)
    row.last_offset = rungs[-1].offset if rungs else row.last_offset
    row.next_wakeup_at = next_wakeup(ladder, row.target, calendar, row.last_offset)
    session.add(row)
    names = tuple(rung.name for rung in rungs)
    detail = {"rungs": list(names), "letters": len(told), "people": sorted(set(told))}
    record(session, row.authority_id, now, [Act(Action.RUNG_REACHED, row.code, detail, flow_run=flow_run)])
    return Reached(row.code, row.title, names, len(told), tuple(sorted(set(told))))


def _locked(session: Session, obligation_id: int, now: datetime) -> Obligation | None:
    query = select(Obligation).where(col(Obligation.id) == obligation_id, col(Obligation.next_wakeup_at) <= now)
    return session.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()


def _claim(
    session: Session, row: Obligation, task: PlanTask, rungs: Sequence[DatedRung], roster: Roster, today: date
) -> list[str]:
    """Insert the letters of `rungs` once; the codes of the persons they are for."""
    values = [
        {
            "obligation_id": row.id,
            "person_id": person,
            "rung": rung.name,
            "rung_day": rung.on,
            "claimed_on": today,
            "audience": audience,
        }
        for rung in rungs
        for person, audience in sorted(roster.recipients(row, task, rung).items())
    ]
    if not values:
        return []
    return [roster.codes[person] for person in session.execute(_CLAIM, values).scalars()]


_CLAIM = insert(table_of(Letter)).on_conflict_do_nothing().returning(col(Letter.person_id))


def tell_of_move(session: Session, row: Obligation, task: PlanTask, roster: Roster, cause: str) -> None:
    """Let those who do the work hear once, in their next digest, that the day moved because of `cause`."""
    rung = DatedRung(-1, roster.day, ("implementing", "lead"))
    for person, audience in sorted(roster.recipients(row, task, rung).items()):
        letter = {"obligation_id": row.id, "person_id": person, "rung": f"{MOVED}{cause}", "rung_day": roster.day}
        session.execute(_CLAIM, {**letter, "claimed_on": roster.day, "audience": audience})


def give_up_on_lost(session: Session, authority: Authority, now: datetime) -> list[str]:
    """Mark every digest whose sender died while transmitting as «not known»; the persons' codes."""
    lost = (
        select(Digest, Person)
        .join(Person, col(Person.id) == col(Digest.person_id))
        .where(col(Digest.authority_id) == authority.id, col(Digest.status) == SENDING)
        .with_for_update(of=Digest, skip_locked=True)
    )
    acts = []
    for digest, person in session.execute(lost):
        digest.status = UNKNOWN
        acts.append(_act(Action.DIGEST_UNKNOWN, digest, person))
    record(session, key_of(authority), now, acts)
    return [act.detail["person"] for act in acts]


def gather_digests(session: Session, authority: Authority, now: datetime, domain: str) -> list[int]:
    """Put every unsent letter into its person's digest of today; the digests to send, in order.

    `domain` names this sender in the stable Message-IDs. A digest of an earlier day that never left is merged
    into today's. A person who already got today's mail hears of newer letters tomorrow: one mail a morning.
    """
    today = local_day(now)
    _merge_unsent(session, authority, today, now)
    facts = {"authority": authority.id, "sender": f"{authority.code}@{domain}", "today": today}
    session.execute(_OPEN_DIGESTS, facts)
    session.execute(_PUT_LETTERS_IN, facts)
    unsent = select(col(Digest.id)).where(
        col(Digest.authority_id) == authority.id, col(Digest.day) == today, col(Digest.status).in_((WAITING, FAILED))
    )
    return list(session.execute(unsent.order_by(col(Digest.person_id))).scalars())


def _merge_unsent(session: Session, authority: Authority, today: date, now: datetime) -> None:
    stale = (
        select(Digest, Person)
        .join(Person, col(Person.id) == col(Digest.person_id))
        .where(col(Digest.authority_id) == authority.id, col(Digest.day) < today)
        .where(col(Digest.status).in_((WAITING, FAILED)))
        .with_for_update(of=Digest, skip_locked=True)
    )
    acts = []
    for digest, person in session.execute(stale):
        digest.status = MERGED
        session.execute(update(Letter).where(col(Letter.digest_id) == digest.id).values(digest_id=None))
        acts.append(_act(Action.DIGEST_MERGED, digest, person))
    record(session, key_of(authority), now, acts)


# One digest a person a day, its Message-ID made of what never changes.
_OPEN_DIGESTS = text("""
    INSERT INTO digest (authority_id, person_id, day, status, message_id, subject, response)
    SELECT DISTINCT person.authority_id, person.id, CAST(:today AS date), 'cho-gui',
        '<' || to_char(CAST(:today AS date), 'YYYYMMDD') || '.' || person.code || '.' || :sender || '>', '', ''
    FROM letter JOIN person ON person.id = letter.person_id
    WHERE letter.digest_id IS NULL AND person.authority_id = :authority
    ON CONFLICT DO NOTHING
""")
# Only a digest that has not left can still take letters.
_PUT_LETTERS_IN = text("""
    UPDATE letter SET digest_id = digest.id FROM digest
    WHERE letter.digest_id IS NULL AND digest.person_id = letter.person_id AND digest.day = :today
        AND digest.authority_id = :authority AND digest.status IN ('cho-gui', 'gui-loi')
""")


def start_sending(session: Session, digest_id: int, subject: str) -> bool:
    """Say, before the first byte leaves, that this digest is being transmitted; False when it is not ours to send."""
    claim = (
        update(Digest)
        .where(col(Digest.id) == digest_id, col(Digest.status).in_((WAITING, FAILED)))
        .values(status=SENDING, subject=subject)
        .returning(col(Digest.id))
    )
    return session.execute(claim).scalar_one_or_none() is not None


def hold(session: Session, digest_id: int) -> Digest | None:
    """Lock the digest for the time it is transmitted: a held row is alive, an unheld «dang-gui» row is lost."""
    query = select(Digest).where(col(Digest.id) == digest_id, col(Digest.status) == SENDING)
    return session.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()


def finish_sending(
    session: Session, digest: Digest, person: Person, status: str, response: str, now: datetime, flow_run: str = ""
) -> None:
    """Write down how the transmission ended, and its audit entry, in the caller's transaction."""
    digest.status, digest.response = status, response
    digest.sent_at = now if status == SENT else None
    session.add(digest)
    action = {
        SENT: Action.DIGEST_SENT,
        FAILED: Action.DIGEST_FAILED,
        REFUSED: Action.DIGEST_REFUSED,
        UNKNOWN: Action.DIGEST_UNKNOWN,
    }[status]
    letters = session.execute(select(Letter.id).where(col(Letter.digest_id) == digest.id)).all()  # type: ignore[call-overload]
    act = _act(action, digest, person, response=response, letters=len(letters), flow_run=flow_run)
    record(session, digest.authority_id, now, [act])


def _act(action: Action, digest: Digest, person: Person, flow_run: str = "", **detail: Any) -> Act:
    facts = {"person": person.code, "day": digest.day.isoformat(), "message_id": digest.message_id, **detail}
    return Act(action, digest.message_id, facts, flow_run=flow_run)


def authorities(session: Session) -> Iterable[Authority]:
    """Every authority, in order."""
    return session.execute(select(Authority).order_by(col(Authority.id))).scalars().all()
