"""One obligation's life in the order of time: every entry about it, with the letter, the file and the run behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit_actions import Action
from models.letter_texts import text_hash
from models.obligation_page import TrailLine, names_of, trail_line
from models.record_tables import AuditEntry, Digest, Letter
from models.run_tables import DigestText, FlowRun
from models.run_views import runs_about
from models.tables import Authority, Event, Obligation, Plan, PlanTask

HOLDS, BROKEN, GONE = "khop", "khong-khop", "mat"


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """What a mail that told of this obligation said, and whether the trail bears that out."""

    rungs: tuple[str, ...]
    text: str
    sha256: str  # as the trail has it
    stands: str  # khop | khong-khop | mat


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file somebody showed, as the trail names it."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the trail, and what stands behind it."""

    line: TrailLine
    opens: bool
    letter: KeptLetter | None
    file: ShownFile | None
    run: FlowRun | None


@dataclass(frozen=True, slots=True)
class Life:
    """Every moment, and the runs about the obligation that wrote nothing."""

    moments: tuple[Moment, ...]
    silent: tuple[FlowRun, ...]


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail that told of the obligation: which rungs, and its text if it is kept."""

    rungs: tuple[str, ...]
    kept: DigestText | None


def life_of(session: Session, code: str) -> Life:
    """The life of obligation `code`, oldest first."""
    row = session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar_one()
    mails = _mails(session, row)
    entries = list(_entries(session, row, mails))
    newest = {entry.subject: entry.seq for entry in entries if "text_sha256" in entry.detail}
    runs = runs_about(session, row, (entry.flow_run for entry in entries))
    names = names_of(session, row.authority_id)
    moments = tuple(
        Moment(
            line=trail_line(entry, names),
            opens=entry.action == Action.OBLIGATION_OPENED,
            letter=_letter(entry, mails, newest),
            file=_file(entry),
            run=runs.get(entry.flow_run),
        )
        for entry in entries
    )
    spoke = {entry.flow_run for entry in entries}
    return Life(moments, tuple(run for number, run in runs.items() if number not in spoke))


def _mails(session: Session, row: Obligation) -> dict[str, _Mail]:
    """The mails that told of `row`, by their Message-IDs."""
    query = (
        select(col(Digest.message_id), col(Letter.rung), DigestText)
        .join(Digest, col(Digest.id) == col(Letter.digest_id))
        .join(DigestText, col(DigestText.digest_id) == col(Digest.id), isouter=True)
        .where(col(Letter.obligation_id) == row.id)
        .order_by(col(Letter.rung_day), col(Letter.id))
    )
    mails: dict[str, _Mail] = {}
    for message, rung, kept in session.execute(query):
        told = mails[message].rungs if message in mails else ()
        mails[message] = _Mail((*told, rung), kept)
    return mails


def _entries(session: Session, row: Obligation, mails: Iterable[str]) -> Iterable[AuditEntry]:
    """The trail of `row`: its own entries, of the mails that told of it, of its plan's loading, of its event."""
    task = session.get_one(PlanTask, row.plan_task_id)
    plan = session.get_one(Plan, task.plan_id).code
    event = session.get(Event, row.event_id) if row.event_id else None
    happened = f"{session.get_one(Authority, row.authority_id).code}.{event.code}" if event else ""
    subjects = {row.code, *mails, plan, happened} - {""}
    query = select(AuditEntry).where(
        col(AuditEntry.authority_id) == row.authority_id, col(AuditEntry.subject).in_(subjects)
    )
    for entry in session.execute(query.order_by(col(AuditEntry.seq))).scalars():
        of_another_event = entry.subject == happened and event and entry.detail.get("key", event.key) != event.key
        if not of_another_event and (entry.subject != plan or entry.action == Action.PLAN_LOADED):
            yield entry


def _letter(entry: AuditEntry, mails: Mapping[str, _Mail], newest: Mapping[str, int]) -> KeptLetter | None:
    """The mail an entry is about, with its text; what an earlier try said gave way to what the last one said."""
    mail, said = mails.get(entry.subject), entry.detail.get("text_sha256", "")
    if mail is None or not said or newest[entry.subject] != entry.seq:
        return None
    if mail.kept is None:
        return KeptLetter(mail.rungs, "", said, GONE)
    stands = HOLDS if said == mail.kept.sha256 == text_hash(mail.kept.text) else BROKEN
    return KeptLetter(mail.rungs, mail.kept.text, said, stands)


def _file(entry: AuditEntry) -> ShownFile | None:
    sha256 = entry.detail.get("sha256")
    return ShownFile(str(entry.detail.get("name", "")), str(sha256)) if sha256 else None
