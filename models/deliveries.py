"""What became of mail after it left: what came back, what the office hears instead, what a person settles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.acts import ActRefused, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.digests import BOUNCED, CONFIRMED, FAILED, MERGED, REFUSED, SENDING, SENT, UNKNOWN, WAITING
from models.people import authorities, roster_on
from models.record_tables import Digest, Letter
from models.reply_tables import ReturnedMail
from models.tables import Authority, Person, key_of, table_of
from rules.vietnamese import local_day

NOT_DELIVERED, DELAYED, AUTOMATIC, ANSWER = "khong-den", "tam-hoan", "tu-dong", "nguoi-tra-loi"
RETURNED_KINDS = {
    NOT_DELIVERED: "Không đến nơi",
    DELAYED: "Máy chủ còn thử gửi",
    AUTOMATIC: "Trả lời tự động",
    ANSWER: "Có người viết trả lời",
}
TWICE = 2  # mails to one address that did not arrive: then a person looks at the address


@dataclass(frozen=True, slots=True)
class CameBack:
    """A mail that came back, as understood: which of our digests it answers, and what it says."""

    key: str
    digest: int | None
    kind: str
    status: str
    words: str
    answers: str = ""  # the Message-ID it says it answers: shown to a person, believed for nothing


def take_in(session: Session, mail: CameBack, now: datetime) -> bool:
    """Write a mail that came back down once; one that did not arrive is passed on to the office. False: known already.

    An automatic answer or a person's reply never counts as an answer about an obligation.
    """
    digest = session.get(Digest, mail.digest, with_for_update=True) if mail.digest else None
    about = digest or _answered(session, mail)
    facts = {
        "key": mail.key, "kind": mail.kind, "status": mail.status, "words": mail.words, "received_at": now,
        "digest_id": about.id if about else None, "authority_id": about.authority_id if about else None,
    }  # fmt: skip
    claim = insert(table_of(ReturnedMail)).values(**facts).on_conflict_do_nothing().returning(col(ReturnedMail.id))
    if session.execute(claim).scalar_one_or_none() is None:
        return False
    if digest:
        _took_in(session, mail, digest, now)
    return True


def _answered(session: Session, mail: CameBack) -> Digest | None:
    """The digest a person's reply names; what did not arrive is matched by its address alone."""
    if mail.kind == NOT_DELIVERED or not mail.answers:
        return None
    named = select(Digest).where(col(Digest.message_id) == mail.answers)
    found: Digest | None = session.execute(named).scalar_one_or_none()
    return found


def _took_in(session: Session, mail: CameBack, digest: Digest, now: datetime) -> None:
    person = session.get_one(Person, digest.person_id)
    detail = {
        "person": person.code, "kind": RETURNED_KINDS[mail.kind], "status": mail.status, "words": mail.words,
        "message_id": digest.message_id,
    }  # fmt: skip
    record(session, digest.authority_id, now, [Act(Action.MAIL_RETURNED, digest.message_id, detail)])
    if mail.kind == NOT_DELIVERED and digest.status in (SENDING, SENT, UNKNOWN):  # «sending»: its sender died
        digest.status, digest.response = BOUNCED, f"{digest.response}; bị trả lại: {mail.status} {mail.words}"
        session.add(digest)
        pass_on(session, digest, person, f"{mail.status} {mail.words}".strip(), now)


def pass_on(session: Session, digest: Digest, person: Person, reason: str, now: datetime) -> int:
    """Let the office hear in its next mail what `digest` could not tell `person`; how many letters.

    What the office itself could not be told goes to who acts as chair.
    """
    authority = session.get_one(Authority, digest.authority_id)
    roster = roster_on(session, authority, local_day(now))
    office = [one for one in roster.office() if one != person.id]
    hearers = office or [one for one in roster.leaders() if one != person.id]
    letters = session.execute(select(Letter).where(col(Letter.digest_id) == digest.id)).scalars().all()
    copies = [_copied(letter, one, person, local_day(now)) for one in hearers for letter in letters]
    if copies:
        session.execute(insert(table_of(Letter)).on_conflict_do_nothing(), copies)
    detail = {"person": person.code, "letters": len(letters), "reason": reason}
    record(session, digest.authority_id, now, [Act(Action.LETTERS_PASSED_ON, digest.message_id, detail)])
    return len(copies)


def _copied(letter: Letter, to: int, person: Person, today: object) -> dict[str, object]:
    return {
        "obligation_id": letter.obligation_id, "person_id": to, "rung": letter.rung, "rung_day": letter.rung_day,
        "claimed_on": today, "audience": letter.audience, "stands_for_id": key_of(person),
    }  # fmt: skip


def settle_digest(session: Session, message_id: str, by: str, arrived: bool, reason: str, now: datetime) -> Digest:
    """A person's word on a mail nobody knows the fate of, or that did not arrive: it has, or it is told again.

    Told again, its letters go into the person's next mail. Raises ActRefused.
    """
    query = select(Digest).where(col(Digest.message_id) == message_id).with_for_update()
    digest: Digest | None = session.execute(query).scalar_one_or_none()
    if digest is None:
        raise ActRefused(f"Không có thư mang Message-ID {message_id}.")
    if digest.status not in (UNKNOWN, REFUSED, BOUNCED):
        raise ActRefused("Thư này không cần quyết định gì thêm.")
    said = needed("Lý do", reason, "Cần ghi căn cứ: hỏi ai, thấy gì.")
    digest.status = CONFIRMED if arrived else MERGED
    if not arrived:
        session.execute(update(Letter).where(col(Letter.digest_id) == digest.id).values(digest_id=None))
    session.add(digest)
    decision = "xác nhận đã đến" if arrived else "gửi lại trong thư sau"
    detail = {"by": by, "person": _code(session, digest), "decision": decision, "reason": said}
    record(session, digest.authority_id, now, [Act(Action.DIGEST_SETTLED, message_id, detail, actor=by)])
    return digest


def _code(session: Session, digest: Digest) -> str:
    return session.get_one(Person, digest.person_id).code


def owed_overviews(session: Session, authority_id: int) -> set[int]:
    """Whose newest overview of a week never left, or is to be told again."""
    newest = (
        select(col(Digest.person_id), col(Digest.status))
        .where(col(Digest.authority_id) == authority_id, col(Digest.overview))
        .order_by(col(Digest.person_id), col(Digest.day).desc())
        .distinct(col(Digest.person_id))
    )
    return {person for person, status in session.execute(newest) if status in (WAITING, FAILED, MERGED)}


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whose mails to the present address did not arrive."""

    person: Person
    mails: int


def unreached(session: Session, authority_id: int) -> list[Unreached]:
    """Who did not get two mails or more at the address they have now."""
    failed = (
        select(Person, func.count())
        .join(Digest, (col(Digest.person_id) == col(Person.id)) & (col(Digest.address) == col(Person.email)))
        .where(col(Person.authority_id) == authority_id, col(Digest.status).in_((BOUNCED, REFUSED)))
        .group_by(col(Person.id))
        .having(func.count() >= TWICE)
        .order_by(col(Person.name))
    )
    return [Unreached(person, count) for person, count in session.execute(failed)]


def unmatched(session: Session) -> Sequence[ReturnedMail]:
    """Mails that came back which a person should read: written by somebody, or of no mail we know."""
    stray = col(ReturnedMail.digest_id).is_(None) & (col(ReturnedMail.kind) != AUTOMATIC)
    query = select(ReturnedMail).where(
        col(ReturnedMail.settled_at).is_(None), (col(ReturnedMail.kind) == ANSWER) | stray
    )
    return session.execute(query.order_by(col(ReturnedMail.id))).scalars().all()


def person_of(session: Session, mail: ReturnedMail) -> str:
    """Whose mail it answers; «» when unknown."""
    digest = session.get(Digest, mail.digest_id) if mail.digest_id else None
    return session.get_one(Person, digest.person_id).name if digest else ""


def settle_returned(session: Session, number: int, by: str, reason: str, now: datetime) -> ReturnedMail:
    """A person has read mail `number` and says what was done about it. Raises ActRefused.

    A mail that answers none of ours came to the mailbox all authorities share: each of them writes it down.
    """
    mail = session.get(ReturnedMail, number, with_for_update=True)
    if mail is None or mail not in unmatched(session):
        raise ActRefused(f"Không có thư đến số {number} đang chờ người đọc.")
    said = needed("Lý do", reason, "Cần ghi đã đọc và làm gì.")
    mail.settled_at = now
    session.add(mail)
    digest = session.get(Digest, mail.digest_id) if mail.digest_id else None
    detail = {"by": by, "number": number, "kind": RETURNED_KINDS[mail.kind], "reason": said}
    act = Act(Action.MAIL_READ, digest.message_id if digest else mail.key, detail, actor=by)
    for office in [mail.authority_id] if mail.authority_id else map(key_of, authorities(session)):
        record(session, office, now, [act])
    return mail
