"""Quotas: how often something was held against how often it must be, and who of a list was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.actions import close
from models.acts import ActRefused, check_past, clean, locked, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.family_tables import Attendance, Member
from models.obligations import DONE, OPEN
from models.tables import Obligation, PlanTask, key_of
from rules.occurrences import COUNT
from rules.vietnamese import dmy


@dataclass(frozen=True, slots=True)
class Pace:
    """How a count stands on a day: «1/2, còn 1 kỳ»."""

    held: int
    wanted: int
    left: int  # periods whose checkpoint is still ahead

    @property
    def on_pace(self) -> bool:
        """Whether the periods still ahead are enough for what is still missing."""
        return self.wanted - self.held <= self.left

    def __str__(self) -> str:
        ahead = f"còn {self.left} kỳ" if self.left else "đã hết kỳ"
        return f"{self.held}/{self.wanted}, {ahead}"


def pace_of(rows: Sequence[Obligation], day: date, by: datetime | None = None) -> Pace | None:
    """The pace of one plan task's counts on `day`, as was known at `by`; None when it counts nothing."""
    counted = [row for row in rows if row.nature == COUNT and row.status in (OPEN, DONE)]
    if not counted:
        return None
    held = sum(_is_held(row, by) for row in counted)
    return Pace(held, len(counted), sum(row.target >= day and not _is_held(row, by) for row in counted))


def _is_held(row: Obligation, by: datetime | None) -> bool:
    return row.status == DONE and (by is None or row.closed_at is None or row.closed_at < by)


def counts_of(session: Session, task: PlanTask) -> Sequence[Obligation]:
    """The counted obligations of `task`, earliest first."""
    mine = select(Obligation).where(col(Obligation.plan_task_id) == task.id, col(Obligation.nature) == COUNT)
    return session.execute(mine.order_by(col(Obligation.target))).scalars().all()


@dataclass(frozen=True, slots=True)
class Reached:
    """One person of a list, and when that person was reached (None: not yet)."""

    code: str
    name: str
    unit: str
    day: date | None
    document: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who of a list was reached for one obligation."""

    people: tuple[Reached, ...]

    @property
    def covered(self) -> int:
        """How many were reached."""
        return sum(person.day is not None for person in self.people)

    def __str__(self) -> str:
        return f"{self.covered}/{len(self.people)} người"


def coverage_of(session: Session, row: Obligation, task: PlanTask, by: datetime | None = None) -> Coverage | None:
    """Who was reached for `row`, as was known at `by`; None when the task counts no list of people."""
    if not (code := task.family.get("members")):
        return None
    reached = col(Attendance.member_id) == col(Member.id)
    query = (
        select(Member, Attendance)
        .join(Attendance, reached & (col(Attendance.obligation_id) == row.id), isouter=True)
        .where(col(Member.authority_id) == row.authority_id, col(Member.list_code) == code)
        .where(col(Member.held_from) <= row.legal)
        .where(col(Member.held_to).is_(None) | (col(Member.held_to) >= (row.starts_on or row.legal)))
        .order_by(col(Member.unit), col(Member.code))
    )
    return Coverage(tuple(_reached(member, seen, by) for member, seen in session.execute(query)))


def _reached(member: Member, seen: Attendance | None, by: datetime | None) -> Reached:
    known = seen is not None and (by is None or seen.recorded_at < by)
    day, document = (seen.day, seen.document) if seen and known else (None, "")
    return Reached(member.code, member.name, member.unit, day, document)


def record_attendance(
    session: Session, code: str, by: str, day: date, document: str, members: Sequence[str], now: datetime
) -> Coverage:
    """Count `members` (codes) as reached on `day`; the last one closes the obligation. Raises ActRefused."""
    row, task = locked(session, code)
    document = clean("Văn bản", document)
    before = _check_attendance(session, row, task, day, document, members, now)
    ids = _member_ids(session, row, task)
    fresh = [member for member in dict.fromkeys(members) if member not in before]
    for member in fresh:
        seen = {"obligation_id": key_of(row), "member_id": ids[member]}
        session.add(Attendance(**seen, day=day, document=document, recorded_at=now))
    session.flush()
    coverage = coverage_of(session, row, task)
    assert coverage  # noqa: S101  checked above
    detail = {"by": by, "day": dmy(day), "document": document, "people": len(fresh), "members": sorted(fresh),
              "covered": coverage.covered, "total": len(coverage.people)}  # fmt: skip
    record(session, row.authority_id, now, [Act(Action.ATTENDANCE_RECORDED, row.code, detail, by)])
    if coverage.covered == len(coverage.people):
        close(session, row, by, day, f"{document} (đủ {coverage})", now)
    return coverage


def _check_attendance(
    session: Session, row: Obligation, task: PlanTask, day: date, document: str, members: Sequence[str], now: datetime
) -> set[str]:
    """Refuse what cannot be counted; the codes of those counted already."""
    coverage = coverage_of(session, row, task)
    if coverage is None:
        raise ActRefused("Việc này không đếm theo danh sách người.")
    if row.status != OPEN:
        raise ActRefused("Việc này không còn ở trạng thái đang theo dõi nên không ghi thêm người được.")
    check_past("Ngày dự", day, row, now)
    needed("Văn bản", document, "Cần ghi văn bản chứng minh: danh sách ký tên, giấy chứng nhận, thông báo.")
    known = {person.code for person in coverage.people}
    if unknown := [member for member in members if member not in known]:
        raise ActRefused(f"Không có «{unknown[0]}» trong danh sách phải đạt; các mã: {', '.join(sorted(known))}.")
    if not members:
        raise ActRefused("Chưa chọn người nào.")
    return {person.code for person in coverage.people if person.day}


def _member_ids(session: Session, row: Obligation, task: PlanTask) -> dict[str, int]:
    mine = select(Member).where(
        col(Member.authority_id) == row.authority_id, col(Member.list_code) == task.family["members"]
    )
    return {member.code: key_of(member) for member in session.execute(mine).scalars()}
