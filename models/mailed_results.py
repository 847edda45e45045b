"""Results reported from a mail: done, handed in, taken down; each is confirmed in the next mail of who reported it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from models.actions import report_done
from models.acts import ActRefused
from models.evidence import Proof
from models.family_tables import Posting
from models.files import Kept
from models.outbox import NOTED, tell
from models.people import Told
from models.postings import keep_on, postings_of, take_down
from models.replies import own_open
from models.reports import Shelves, Submission, submit_report
from models.tables import Obligation, Person, key_of
from rules.vietnamese import local_day


def done_by(
    session: Session,
    code: str,
    person: Person,
    done_on: date,
    document: str,
    now: datetime,
    *,
    summary: str = "",
    reason: str = "",
    proofs: Sequence[Proof] = (),
) -> Obligation:
    """Close obligation `code` on the word of `person`, who has a part in it. Raises ActRefused."""
    own_open(session, code, person, now)
    said = {"summary": summary, "reason": reason}
    row = report_done(session, code, person.code, done_on, document, now, **said, proofs=proofs)
    _confirm(session, row, person, now)
    return row


def hand_in_by(
    session: Session, code: str, person: Person, sent: Submission, now: datetime, shelves: Shelves, reason: str = ""
) -> Obligation:
    """Write down that report `code` left, on the word of `person`. Raises ActRefused."""
    row, _ = own_open(session, code, person, now)
    submit_report(session, code, person.code, sent, now, shelves, reason)
    _confirm(session, row, person, now)
    return row


def take_down_by(
    session: Session, code: str, person: Person, posting: int, day: date, document: str, now: datetime,
    file: Kept | None = None,
) -> None:  # fmt: skip
    """Write down that a posting of obligation `code` came down. Raises ActRefused."""
    row, _ = own_open(session, code, person, now)
    take_down(session, _own(session, row, posting).id or 0, person.code, day, document, now, file)
    _confirm(session, row, person, now)


def keep_on_by(session: Session, code: str, person: Person, posting: int, reason: str, now: datetime) -> None:
    """Write down that a posting of obligation `code` stays up. Raises ActRefused."""
    row, _ = own_open(session, code, person, now)
    keep_on(session, _own(session, row, posting).id or 0, person.code, reason, now)
    _confirm(session, row, person, now)


def _own(session: Session, row: Obligation, posting: int) -> Posting:
    """The posting whose keeping `row` is. Raises ActRefused."""
    if found := next((one for one in postings_of(session, row) if one.id == posting), None):
        return found
    raise ActRefused("Lần niêm yết này không thuộc việc đang mở.")


def _confirm(session: Session, row: Obligation, person: Person, now: datetime) -> None:
    news = f"{NOTED}{now.isoformat(timespec='seconds')}"
    tell(session, row, {key_of(person): Told("implementing")}, news, local_day(now))
