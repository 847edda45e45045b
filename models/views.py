"""Read-only answers for pages and commands: what is due, one obligation's whole life, one person's mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit_actions import sentence
from models.obligations import BEFORE, DONE, OPEN, WITHDRAWN, ladder_of, stored_calendar
from models.outbox import DIGEST_STATUSES
from models.tables import AuditEntry, Authority, Digest, Letter, Obligation, Person, Plan, PlanTask, Unit
from rules.working_days import WorkingCalendar

KINDS = {
    "bao-cao": "Báo cáo",
    "cong-khai": "Công khai",
    "doi-thoai": "Đối thoại, tiếp công dân",
    "chi-tieu": "Chỉ tiêu",
    "su-kien": "Theo sự kiện",
    "thuong-xuyen": "Thường xuyên",
    "khoang": "Trong khoảng thời gian",
    "mot-lan": "Một lần",
}
STATES = {
    "qua-han": "Quá hạn",
    "hom-nay": "Hôm nay",
    "sap-den-han": "Sắp đến hạn",
    "dung-han": "Trong hạn",
    "hoan-thanh": "Hoàn thành",
    "truoc-theo-doi": "Trước khi theo dõi",
    "khong-con-ap-dung": "Không còn áp dụng",
}
SOON = 10  # working days


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """One obligation in a list, on a given day."""

    code: str
    task: str
    title: str
    period: str
    kind: str
    index_number: int | None
    lead: str
    lead_code: str
    nominal: date
    legal: date
    target: date
    state: str  # a key of STATES
    days_left: int
    internal: bool
    provisional: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        """The line as commands print it."""
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(self).items()}


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


AUDIENCES = {
    "implementing": "đơn vị thực hiện",
    "lead": "đơn vị chủ trì",
    "lead_head": "phụ trách đơn vị chủ trì",
    "chair": "Chủ tịch",
    "superior": "cơ quan cấp trên",
}


def list_obligations(
    session: Session, day: date, state: str | None = None, unit: str | None = None
) -> list[ObligationLine]:
    """Every obligation as it stands on `day`, nearest target first; `state` and `unit` (lead) narrow it."""
    query = _with_task().order_by(col(Obligation.target), col(Obligation.code))
    names, calendars = _unit_names(session), _calendars(session)
    lines = (_line(row, task, names, calendars[row.authority_id], day) for row, task in session.execute(query))
    return [line for line in lines if (not state or line.state == state) and (not unit or line.lead_code == unit)]


def find_obligation(session: Session, code: str, day: date) -> ObligationPage | None:
    """The whole life of obligation `code` as it stands on `day`."""
    found = session.execute(_with_task().where(col(Obligation.code) == code)).first()
    if found is None:
        return None
    row, task = found
    names = _unit_names(session)
    plan = session.get_one(Plan, task.plan_id)
    return ObligationPage(
        line=_line(row, task, names, stored_calendar(session, row.authority_id), day),
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
    )


def count_states(lines: Iterable[ObligationLine]) -> dict[str, int]:
    """How many lines are in each state, in the order of STATES."""
    counts = dict.fromkeys(STATES, 0)
    for line in lines:
        counts[line.state] += 1
    return {state: n for state, n in counts.items() if n}


def trail_of(session: Session, authority_id: int, subject: str) -> Iterable[TrailLine]:
    """The audit entries about `subject`, oldest first."""
    query = select(AuditEntry).where(col(AuditEntry.authority_id) == authority_id, col(AuditEntry.subject) == subject)
    for entry in session.execute(query.order_by(col(AuditEntry.seq))).scalars():
        yield TrailLine(entry.seq, entry.at, entry.actor, sentence(entry.action, entry.detail), entry.flow_run)


def _with_task() -> Any:
    return select(Obligation, PlanTask).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))


def _calendars(session: Session) -> dict[int, WorkingCalendar]:
    ids = session.execute(select(col(Authority.id))).scalars().all()
    return {number: stored_calendar(session, number) for number in ids if number is not None}


def _unit_names(session: Session) -> dict[tuple[int, str], str]:
    return {(unit.authority_id, unit.code): unit.name for unit in session.execute(select(Unit)).scalars()}


def _line(
    row: Obligation, task: PlanTask, names: dict[tuple[int, str], str], calendar: WorkingCalendar, day: date
) -> ObligationLine:
    left = calendar.count(day, row.target) if row.target >= day else -calendar.count(row.target, day)
    return ObligationLine(
        code=row.code,
        task=task.code,
        title=task.title,
        period=row.period_name,
        kind=task.kind,
        index_number=task.index_number,
        lead=names.get((row.authority_id, task.lead or ""), "(chưa rõ)"),
        lead_code=task.lead or "",
        nominal=row.nominal,
        legal=row.legal,
        target=row.target,
        state=_state(row, left, day),
        days_left=left,
        internal=row.internal,
        provisional=row.provisional,
        why=" ".join(row.receipt["because"]),
    )


def _state(row: Obligation, left: int, day: date) -> str:
    if row.status in (DONE, BEFORE, WITHDRAWN):
        return row.status
    assert row.status == OPEN, row.status  # noqa: S101  a closed list, kept by the database's writers
    if day > row.legal:
        return "qua-han"
    if left <= 0:
        return "hom-nay"
    return "sap-den-han" if left <= SOON else "dung-han"


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


def unsettled_digests(session: Session) -> Sequence[tuple[Digest, Person]]:
    """Digests a person must look at: refused, or not known to have arrived."""
    query = (
        select(Digest, Person)
        .join(Person, col(Person.id) == col(Digest.person_id))
        .where(col(Digest.status).in_(("khong-ro", "bi-tu-choi")))
        .order_by(col(Digest.day), col(Digest.id))
    )
    return [(digest, person) for digest, person in session.execute(query)]
