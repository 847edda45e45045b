"""Digests: a person's letters gathered into one mail a morning, and what became of it.

A digest goes cho-gui -> dang-gui -> da-gui. Who sends it holds it from before it is «dang-gui» until its outcome is
stored. A process that dies while transmitting leaves it «dang-gui» with nobody holding it: the next sweep finds that
and marks it khong-ro, for a person to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlmodel import Session, col

from models.advisory_locks import Room, try_lock
from models.audit import Act, record
from models.audit_actions import Action
from models.letter_texts import kept_hash
from models.record_tables import Digest, Letter
from models.tables import Authority, Obligation, Person, key_of
from rules.vietnamese import clock_time, local_day

WAITING, SENDING, SENT, FAILED = "cho-gui", "dang-gui", "da-gui", "gui-loi"
REFUSED, UNKNOWN, MERGED, BOUNCED, CONFIRMED = "bi-tu-choi", "khong-ro", "nhap-thu-sau", "bi-tra-lai", "da-xac-nhan"
DIGEST_STATUSES = {
    WAITING: "Chờ gửi",
    SENDING: "Đang gửi",
    SENT: "Đã gửi",
    FAILED: "Chưa gửi được, sẽ gửi lại",
    REFUSED: "Máy chủ từ chối",
    UNKNOWN: "Không rõ đã đến chưa",
    MERGED: "Gộp vào thư sáng sau",
    BOUNCED: "Bị trả lại, không đến nơi",
    CONFIRMED: "Có người xác nhận đã đến",
}
DIGEST_TIMES = ("07:30", "10:30", "13:30")  # when sweeps run, so the hours a person can choose from
WHOLE_DAY = "23:59"  # one round stands for a whole day


def give_up_on_lost(session: Session, authority: Authority, now: datetime) -> list[str]:
    """Mark every digest whose sender died while transmitting as «not known»; the persons' codes."""
    sending = select(col(Digest.id)).where(col(Digest.authority_id) == authority.id, col(Digest.status) == SENDING)
    unheld = [number for number in session.execute(sending).scalars() if number and hold(session, number)]
    lost = (
        select(Digest, Person)
        .join(Person, col(Person.id) == col(Digest.person_id))
        .where(col(Digest.id).in_(unheld), col(Digest.status) == SENDING)
        .order_by(col(Digest.id))
        .with_for_update(of=Digest)
    )
    acts = []
    for digest, person in session.execute(lost):
        digest.status = UNKNOWN
        acts.append(_act(Action.DIGEST_UNKNOWN, digest, person, **kept_hash(session, digest)))
    record(session, key_of(authority), now, acts)
    return [act.detail["person"] for act in acts]


def gather_digests(
    session: Session,
    authority: Authority,
    now: datetime,
    domain: str,
    leaders: Sequence[int] = (),
    whole_day: bool = False,
) -> list[int]:
    """Put every unsent letter into its person's digest of today; the digests to send, in order.

    `domain` names this sender in the stable Message-IDs. `leaders` are told how everything stands, with or without
    letters. A digest of an earlier day that never left is merged into today's. Nobody's leaves before the hour they
    chose, unless this round stands for the `whole_day`. A person who already got today's mail hears of newer letters
    tomorrow: one mail a morning.
    """
    today = local_day(now)
    _merge_unsent(session, authority, today, now)
    facts = {
        "authority": authority.id, "sender": f"{authority.code}@{domain}", "today": today,
        "clock": WHOLE_DAY if whole_day else clock_time(now), "leaders": list(leaders),
    }  # fmt: skip
    session.execute(_OPEN_DIGESTS, facts)
    session.execute(_OPEN_OVERVIEWS, facts)
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
_NEW_DIGEST = """
    person.authority_id, person.id, CAST(:today AS date), 'cho-gui',
        '<' || to_char(CAST(:today AS date), 'YYYYMMDD') || '.' || person.code || '.' || :sender || '>', '', '', ''
"""
_OPEN_DIGESTS = text(f"""
    INSERT INTO digest (authority_id, person_id, day, status, message_id, subject, response, address)
    SELECT DISTINCT {_NEW_DIGEST}
    FROM letter JOIN person ON person.id = letter.person_id
    WHERE letter.digest_id IS NULL AND person.authority_id = :authority AND person.digest_at <= :clock
    ON CONFLICT DO NOTHING
""")  # noqa: S608  constants only
_OPEN_OVERVIEWS = text(f"""
    INSERT INTO digest (authority_id, person_id, day, status, message_id, subject, response, address, overview)
    SELECT {_NEW_DIGEST}, true
    FROM person WHERE person.id = ANY(:leaders) AND person.authority_id = :authority AND person.digest_at <= :clock
    ON CONFLICT (person_id, day) DO UPDATE SET overview = true WHERE digest.status IN ('cho-gui', 'gui-loi')
""")  # noqa: S608  constants only
# Only a digest that has not left can still take letters.
_PUT_LETTERS_IN = text("""
    UPDATE letter SET digest_id = digest.id FROM digest
    WHERE letter.digest_id IS NULL AND digest.person_id = letter.person_id AND digest.day = :today
        AND digest.authority_id = :authority AND digest.status IN ('cho-gui', 'gui-loi')
""")


def start_sending(session: Session, digest_id: int) -> Digest | None:
    """Say, before the first byte leaves, that this digest is being transmitted; None when it is not ours to send."""
    claim = (
        update(Digest)
        .where(col(Digest.id) == digest_id, col(Digest.status).in_((WAITING, FAILED)))
        .values(status=SENDING)
        .returning(Digest)
    )
    return session.execute(claim).scalar_one_or_none()


def hold(session: Session, digest_id: int) -> bool:
    """Hold a digest until the transaction ends, whatever others commit to its row; False when somebody does.

    A lock beside the row: «being sent» is committed while it is held, so no moment lies between for another to think
    that its sender died.
    """
    return bool(session.execute(try_lock(Room.DIGEST, digest_id)).scalar_one())


def finish_sending(session: Session, digest: Digest, person: Person, status: str, response: str, now: datetime) -> None:
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
    letters = _letters(session, digest)
    said = {"response": response, "letters": len(letters), **kept_hash(session, digest)}
    record(session, digest.authority_id, now, [_act(action, digest, person, **said)])


def _letters(session: Session, digest: Digest) -> Sequence[int]:
    """What the digest tells, its obligations kept: like everybody else, before the trail's head is locked."""
    query = (
        select(col(Letter.id))
        .join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
        .where(col(Letter.digest_id) == digest.id)
        .order_by(col(Obligation.id))
        .with_for_update(read=True, key_share=True, of=Obligation)
    )
    return [number for number in session.execute(query).scalars() if number]


def _act(action: Action, digest: Digest, person: Person, **detail: Any) -> Act:
    facts = {"person": person.code, "day": digest.day.isoformat(), "message_id": digest.message_id, **detail}
    return Act(action, digest.message_id, facts)
