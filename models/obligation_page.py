"""One obligation's whole life as a page or a command shows it: plan, dates, ladder, letters, family, trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.access_tables import AccessGrant
from models.audit import MACHINE
from models.audit_actions import means, told
from models.digests import DIGEST_STATUSES
from models.evidence import proofs_of
from models.family_tables import Evidence, Posting, Report
from models.obligations import ladder_of, stored_calendar
from models.planned import is_report
from models.postings import postings_of
from models.quotas import Coverage, Pace, counts_of, coverage_of, pace_of
from models.record_tables import AuditEntry, Digest, Letter
from models.tables import Authority, Event, Obligation, Person, Plan, PlanTask
from models.views import ObligationLine, line_of, unit_names, with_task


@dataclass(frozen=True, slots=True)
class RungLine:
    """A rung of the frozen ladder."""

    name: str
    on: date
    audience: str
    told: bool


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter and what became of it."""

    rung: str
    person: str
    title: str
    day: date
    status: str
    sent_at: datetime | None
    response: str


@dataclass(frozen=True, slots=True)
class TrailLine:
    """An audit entry as a sentence."""

    seq: int
    at: datetime
    actor: str
    text: str
    flow_run: str
    via: str = ""  # by what means it was done, when the entry says so
    action: str = ""
    subject: str = ""
    about: str = ""  # the obligation it is about, in words; «»: it is about something else
    hash: str = ""


@dataclass(frozen=True, slots=True)
class ObligationPage:
    """One obligation's whole life."""

    line: ObligationLine
    plan: str
    authority: str
    place: str
    quote: str | None
    result: str | None
    implementing: tuple[str, ...]
    receipt: dict[str, Any]
    findings: tuple[str, ...]
    rungs: tuple[RungLine, ...]
    letters: tuple[LetterLine, ...]
    trail: tuple[TrailLine, ...]
    calendar_version: str
    evidence: dict[str, Any] | None
    done_on: date | None
    family: Family


@dataclass(frozen=True, slots=True)
class Family:
    """What belongs to a report, a disclosure, a dialogue or a quota alone."""

    parts: tuple[ObligationLine, ...]  # what units owe this report
    whole: ObligationLine | None  # the report this is a part of
    is_report: bool
    report: Report | None
    items: tuple[str, ...]  # slugs of what must be published
    postings: Sequence[Posting]
    pace: Pace | None
    coverage: Coverage | None
    event: Event | None
    person: str  # who alone answers for it
    proofs: Sequence[Evidence]
    moves: tuple[dict[str, Any], ...]


AUDIENCES = {
    "implementing": "đơn vị thực hiện",
    "lead": "đơn vị chủ trì",
    "lead_head": "phụ trách đơn vị chủ trì",
    "chair": "Chủ tịch",
    "superior": "cơ quan cấp trên",
}


def find_obligation(session: Session, code: str, day: date) -> ObligationPage | None:
    """The whole life of obligation `code` as it stands on `day`."""
    found = session.execute(with_task().where(col(Obligation.code) == code)).first()
    if found is None:
        return None
    row, task = found
    names = unit_names(session)
    plan = session.get_one(Plan, task.plan_id)
    return ObligationPage(
        line=line_of(row, task, names, stored_calendar(session, row.authority_id), day),
        plan=f"{plan.number} ngày {plan.signed_on:%d/%m/%Y}",
        authority=session.get_one(Authority, row.authority_id).name,
        place=task.place,
        quote=task.quote,
        result=task.result,
        implementing=tuple(names.get((row.authority_id, unit), unit) for unit in task.implementing),
        receipt=row.receipt,
        findings=tuple(task.findings),
        rungs=_rungs(row),
        letters=tuple(_letters(session, row)),
        trail=tuple(trail_of(session, row.authority_id, row.code)),
        calendar_version=row.calendar_version,
        evidence=row.evidence,
        done_on=row.done_on,
        family=_family(session, row, task, names, day),
    )


def _family(session: Session, row: Obligation, task: PlanTask, names: dict[tuple[int, str], str], day: date) -> Family:
    calendar = stored_calendar(session, row.authority_id)

    def lines(condition: Any) -> tuple[ObligationLine, ...]:
        found = session.execute(with_task().where(condition).order_by(col(Obligation.target), col(Obligation.code)))
        return tuple(line_of(other, its, names, calendar, day) for other, its in found)

    return Family(
        parts=lines(col(Obligation.whole_id) == row.id),
        whole=next(iter(lines(col(Obligation.id) == row.whole_id)), None) if row.whole_id else None,
        is_report=is_report(row, task),
        report=session.get(Report, row.id),
        items=tuple(row.items),
        postings=postings_of(session, row),
        pace=pace_of(counts_of(session, task), day),
        coverage=coverage_of(session, row, task),
        event=session.get(Event, row.event_id) if row.event_id else None,
        person=session.get_one(Person, row.person_id).name if row.person_id else "",
        proofs=proofs_of(session, row),
        moves=tuple(row.moves),
    )


def trail_of(session: Session, authority_id: int, subject: str) -> Iterable[TrailLine]:
    """The audit entries about `subject`, oldest first, people by their names."""
    names = names_of(session, authority_id)
    query = select(AuditEntry).where(col(AuditEntry.authority_id) == authority_id, col(AuditEntry.subject) == subject)
    for entry in session.execute(query.order_by(col(AuditEntry.seq))).scalars():
        yield trail_line(entry, names)


def trail_line(entry: AuditEntry, names: dict[str, str]) -> TrailLine:
    """One entry as a sentence, people by their names."""
    actor, said = names.get(entry.actor, entry.actor), told(entry.action, with_names(entry.detail, names))
    return TrailLine(entry.seq, entry.at, actor, said, entry.flow_run, means(entry.detail))


def names_of(session: Session, authority_id: int) -> dict[str, str]:
    """What the people of an authority, and who was let in, are called, by the code the trail knows them by."""
    given = select(col(AccessGrant.code), col(AccessGrant.name)).where(col(AccessGrant.authority_id) == authority_id)
    mine = select(col(Person.code), col(Person.name)).where(col(Person.authority_id) == authority_id)
    return {MACHINE: "Hệ thống", **{row[0]: row[1] for row in (*session.execute(given), *session.execute(mine))}}


_PEOPLE = ("by", "asked_by", "person", "people", "to", "substitute")


def with_names(detail: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """`detail` with names where it holds codes of people; the trail itself keeps the codes."""
    shown = dict(detail)
    for field in _PEOPLE:
        held = shown.get(field)
        if isinstance(held, list):
            shown[field] = [names.get(one, one) for one in held]
        elif isinstance(held, str):
            shown[field] = names.get(held, held)
    return shown


def _rungs(row: Obligation) -> tuple[RungLine, ...]:
    told = row.last_offset
    return tuple(
        RungLine(rung.name, rung.on, ", ".join(AUDIENCES[a] for a in rung.to), told is not None and rung.offset <= told)
        for rung in ladder_of(row).rungs
    )


def _letters(session: Session, row: Obligation) -> Iterable[LetterLine]:
    query = (
        select(Letter, Person, Digest)
        .join(Person, col(Person.id) == col(Letter.person_id))
        .join(Digest, col(Digest.id) == col(Letter.digest_id), isouter=True)
        .where(col(Letter.obligation_id) == row.id)
        .order_by(col(Letter.rung_day), col(Letter.id))
    )
    for letter, person, digest in session.execute(query):
        status = DIGEST_STATUSES[digest.status] if digest else "Chờ thư sáng sau"
        sent_at, response = (digest.sent_at, digest.response) if digest else (None, "")
        yield LetterLine(letter.rung, person.name, person.title, letter.claimed_on, status, sent_at, response)
