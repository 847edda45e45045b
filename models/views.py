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
    status: str  # a key of STATUSES, as stored
    state: str  # a key of STATES, as it stands on the day
    days_left: int
    internal: bool
    provisional: bool
    findings: tuple[str, ...]
    why: str
    done_on: date | None

    @property
    def due(self) -> date:
        """The day it is due: the law's, or the office's own when no law names one."""
        return self.target if self.internal else self.legal

    @property
    def by_law(self) -> bool:
        """Whether its days are the law's or the plan's: no checkpoint of the office's own, nothing only kept posted."""
        return not self.internal and self.nature != KEEP

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
    lines = _listed(session, day, authority, col(Obligation.findings), col(Obligation.receipt)["because"])
    return [line for line in lines if (not state or line.state == state) and (not unit or line.lead_code == unit)]


def lines_on(session: Session, day: date) -> list[ObligationLine]:
    """As list_obligations, without findings and reasons: a page that counts thousands shows those of few."""
    return _listed(session, day)


def reasons_of(session: Session, lines: Iterable[ObligationLine]) -> dict[str, str]:
    """Why each of `lines` is due when it is, by code."""
    because = select(col(Obligation.code), col(Obligation.receipt)["because"])
    mine = because.where(col(Obligation.code).in_([line.code for line in lines]))
    return {code: " ".join(sentences) for code, sentences in session.execute(mine)}


def count_states(lines: Iterable[ObligationLine]) -> dict[str, int]:
    """How many lines are in each state, in the order of STATES."""
    counts = dict.fromkeys(STATES, 0)
    for line in lines:
        counts[line.state] += 1
    return {state: n for state, n in counts.items() if n}


def with_task() -> Any:
    """Obligations with their plan tasks."""
    return select(Obligation, PlanTask).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))


def _listed(session: Session, day: date, authority: Authority | None = None, *more: Any) -> list[ObligationLine]:
    query = select(*_LISTED, *more).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
    if authority:
        query = query.where(col(Obligation.authority_id) == authority.id)
    names, calendars = unit_names(session), calendars_of(session)
    rows = session.execute(query.order_by(col(Obligation.target), col(Obligation.code)))
    return [_line(names, calendars[row[0]], day, *row) for row in rows]


def calendars_of(session: Session) -> dict[int, WorkingCalendar]:
    """The working calendar of every authority, by its key."""
    ids = session.execute(select(col(Authority.id))).scalars().all()
    return {number: stored_calendar(session, number) for number in ids if number is not None}


def unit_names(session: Session) -> dict[tuple[int, str], str]:
    """What each unit is called, by authority and code."""
    return {(unit.authority_id, unit.code): unit.name for unit in session.execute(select(Unit)).scalars()}


# In the order in which _line takes them: by place, since thousands of rows are read for one page.
_LISTED: tuple[Any, ...] = (
    col(Obligation.authority_id), col(Obligation.code), col(Obligation.title), col(Obligation.period_name),
    col(Obligation.nature), col(Obligation.unit), col(Obligation.nominal), col(Obligation.legal),
    col(Obligation.target), col(Obligation.status), col(Obligation.internal), col(Obligation.provisional),
    col(Obligation.done_on), col(PlanTask.code), col(PlanTask.kind), col(PlanTask.index_number), col(PlanTask.lead),
)  # fmt: skip


def line_of(
    row: Obligation, task: PlanTask, names: dict[tuple[int, str], str], calendar: WorkingCalendar, day: date
) -> ObligationLine:
    """One obligation as it stands on `day`."""
    return _line(
        names, calendar, day, row.authority_id, row.code, row.title, row.period_name, row.nature, row.unit, row.nominal,
        row.legal, row.target, row.status, row.internal, row.provisional, row.done_on,
        task.code, task.kind, task.index_number, task.lead, row.findings, row.receipt["because"],
    )  # fmt: skip


def _line(
    names: dict[tuple[int, str], str], calendar: WorkingCalendar, day: date,
    authority: int, code: str, title: str, period: str, nature: str, unit: str | None, nominal: date, legal: date,
    target: date, status: str, internal: bool, provisional: bool, done_on: date | None,
    task: str, kind: str, index: int | None, lead: str | None,
    findings: Sequence[dict[str, Any]] = (), because: Sequence[str] = (),
) -> ObligationLine:  # fmt: skip
    left = calendar.count(day, target) if target >= day else -calendar.count(target, day)
    lead_code = unit or lead or ""
    return ObligationLine(
        code, task, title, period, kind, nature, index, names.get((authority, lead_code), "(chưa rõ)"), lead_code,
        nominal, legal, target, status, _state(status, nature, legal, left, day), left, internal, provisional,
        tuple(finding["text"] for finding in findings), " ".join(because), done_on,
    )  # fmt: skip


def _state(status: str, nature: str, legal: date, left: int, day: date) -> str:
    if status in (DONE, BEFORE, WITHDRAWN):
        return status
    assert status == OPEN, status  # noqa: S101  a closed list, kept by the database's writers
    if nature == KEEP:
        return "cho-go" if day > legal else "dang-niem-yet"
    if day > legal:
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
