"""Read-only answers for pages and commands: what is due and how it stands, which mails a person must look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.obligations import BEFORE, DONE, OPEN, WITHDRAWN, stored_calendar
from models.record_tables import Digest
from models.tables import Authority, Obligation, Person, PlanTask, Unit
from rules.occurrences import KEEP
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
    "dang-niem-yet": "Đang niêm yết",
    "cho-go": "Đủ thời gian niêm yết",
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
    nature: str  # lam | dung-ngay | giu-niem-yet | dem | nop-so-lieu
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
    findings: tuple[str, ...]
    why: str

    def as_json(self) -> dict[str, Any]:
        """The line as commands print it."""
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(self).items()}


def list_obligations(
    session: Session,
    day: date,
    state: str | None = None,
    unit: str | None = None,
    authority: Authority | None = None,
) -> list[ObligationLine]:
    """Every obligation (of one authority, or all) as it stands on `day`, nearest target first.

    `state` and `unit` (lead) narrow it.
    """
    query = with_task().order_by(col(Obligation.target), col(Obligation.code))
    if authority:
        query = query.where(col(Obligation.authority_id) == authority.id)
    names, calendars = unit_names(session), _calendars(session)
    lines = (line_of(row, task, names, calendars[row.authority_id], day) for row, task in session.execute(query))
    return [line for line in lines if (not state or line.state == state) and (not unit or line.lead_code == unit)]


def count_states(lines: Iterable[ObligationLine]) -> dict[str, int]:
    """How many lines are in each state, in the order of STATES."""
    counts = dict.fromkeys(STATES, 0)
    for line in lines:
        counts[line.state] += 1
    return {state: n for state, n in counts.items() if n}


def with_task() -> Any:
    """Obligations with their plan tasks."""
    return select(Obligation, PlanTask).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))


def _calendars(session: Session) -> dict[int, WorkingCalendar]:
    ids = session.execute(select(col(Authority.id))).scalars().all()
    return {number: stored_calendar(session, number) for number in ids if number is not None}


def unit_names(session: Session) -> dict[tuple[int, str], str]:
    """What each unit is called, by authority and code."""
    return {(unit.authority_id, unit.code): unit.name for unit in session.execute(select(Unit)).scalars()}


def line_of(
    row: Obligation, task: PlanTask, names: dict[tuple[int, str], str], calendar: WorkingCalendar, day: date
) -> ObligationLine:
    """One obligation as it stands on `day`."""
    left = calendar.count(day, row.target) if row.target >= day else -calendar.count(row.target, day)
    return ObligationLine(
        code=row.code,
        task=task.code,
        title=row.title,
        period=row.period_name,
        kind=task.kind,
        nature=row.nature,
        index_number=task.index_number,
        lead=names.get((row.authority_id, row.unit or task.lead or ""), "(chưa rõ)"),
        lead_code=row.unit or task.lead or "",
        nominal=row.nominal,
        legal=row.legal,
        target=row.target,
        state=_state(row, left, day),
        days_left=left,
        internal=row.internal,
        provisional=row.provisional,
        findings=tuple(finding["text"] for finding in row.findings),
        why=" ".join(row.receipt["because"]),
    )


def _state(row: Obligation, left: int, day: date) -> str:
    if row.status in (DONE, BEFORE, WITHDRAWN):
        return row.status
    assert row.status == OPEN, row.status  # noqa: S101  a closed list, kept by the database's writers
    if row.nature == KEEP:
        return "cho-go" if day > row.legal else "dang-niem-yet"
    if day > row.legal:
        return "qua-han"
    if left <= 0:
        return "hom-nay"
    return "sap-den-han" if left <= SOON else "dung-han"


def unsettled_digests(session: Session) -> Sequence[tuple[Digest, Person]]:
    """Digests a person must look at: refused, come back, not taken so far, or not known to have arrived."""
    query = (
        select(Digest, Person)
        .join(Person, col(Person.id) == col(Digest.person_id))
        .where(col(Digest.status).in_(("khong-ro", "bi-tu-choi", "bi-tra-lai", "gui-loi")))
        .order_by(col(Digest.day), col(Digest.id))
    )
    return [(digest, person) for digest, person in session.execute(query)]
