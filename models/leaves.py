"""Leave: recorded with who stands in, taken back, and who acts for whom on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused, clean, needed, person_named
from models.audit import Act, record
from models.audit_actions import Action
from models.reply_tables import Leave
from models.tables import Authority, Person, is_among, key_of
from rules.leave import Absence, acting_for
from rules.vietnamese import dmy, local_day

LONGEST = 366  # days; longer is a change of role, not leave


def record_leave(
    session: Session,
    authority: Authority,
    person: str,
    first: date,
    last: date,
    by: str,
    now: datetime,
    substitute: str = "",
    reason: str = "",
) -> Leave:
    """Write down that `person` is away from `first` to the end of `last`. Raises ActRefused."""
    away, stands_in = person_named(session, authority, person), _substitute(session, authority, person, substitute)
    _check_days(first, last, local_day(now))
    session.get(Person, away, with_for_update=True)  # two at once over the same days: the second sees the first
    if clash := _overlapping(session, away, first, last):
        raise ActRefused(f"Đã ghi nghỉ từ {dmy(clash.first)} đến {dmy(clash.last)}; xin rút lần đó trước khi ghi lại.")
    row = Leave(
        authority_id=key_of(authority), person_id=away, first=first, last=last, substitute_id=stands_in,
        reason=clean("Lý do", reason), recorded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    detail = {
        "by": by,
        "person": person,
        "first": dmy(first),
        "last": dmy(last),
        "substitute": substitute or "không có",
        "reason": row.reason,
    }
    record(session, key_of(authority), now, [Act(Action.LEAVE_RECORDED, person, detail, actor=by)])
    return row


def withdraw_leave(session: Session, authority: Authority, number: int, by: str, reason: str, now: datetime) -> Leave:
    """Take leave `number` back: from now on letters go to the person again. Raises ActRefused."""
    row = session.get(Leave, number, with_for_update=True)
    if row is None or row.authority_id != authority.id or row.withdrawn:
        raise ActRefused(f"Không có lần nghỉ số {number} đang có hiệu lực.")
    said = needed("Lý do", reason, "Cần ghi lý do rút lần nghỉ.")
    row.withdrawn = True
    session.add(row)
    person = session.get_one(Person, row.person_id)
    detail = {"by": by, "person": person.code, "first": dmy(row.first), "last": dmy(row.last), "reason": said}
    record(session, key_of(authority), now, [Act(Action.LEAVE_WITHDRAWN, person.code, detail, actor=by)])
    return row


def leaves_of(session: Session, authority: Authority, from_day: date) -> Sequence[Leave]:
    """Every leave that ends on `from_day` or later, in order of its first day."""
    query = select(Leave).where(col(Leave.authority_id) == authority.id, col(Leave.last) >= from_day)
    return session.execute(query.where(col(Leave.withdrawn).is_(False)).order_by(col(Leave.first))).scalars().all()


def stand_ins(session: Session, authority_ids: Collection[int], day: date) -> dict[int, dict[int, int | None]]:
    """Who acts on `day` for each person who is away, by authority; None where nobody is left."""
    away = (
        select(
            col(Leave.authority_id), col(Leave.person_id), col(Leave.first), col(Leave.last), col(Leave.substitute_id)
        )
        .where(is_among(Leave.authority_id, authority_ids), col(Leave.withdrawn).is_(False))
        .where(col(Leave.first) <= day, col(Leave.last) >= day)
        .order_by(col(Leave.id))
    )
    absences: dict[int, list[Absence]] = {}
    for authority, *absence in session.execute(away):
        absences.setdefault(authority, []).append(Absence(*absence))
    return {authority: _acting(day, mine) for authority, mine in absences.items()}


def _acting(day: date, absences: Sequence[Absence]) -> dict[int, int | None]:
    return {absence.person: acting_for(absence.person, day, absences) for absence in absences}


def _substitute(session: Session, authority: Authority, person: str, substitute: str) -> int | None:
    if substitute == person:
        raise ActRefused("Người thay phải là người khác.")
    return person_named(session, authority, substitute) if substitute else None


def _check_days(first: date, last: date, today: date) -> None:
    if last < first:
        raise ActRefused(f"Ngày nghỉ cuối {dmy(last)} đứng trước ngày đầu {dmy(first)}.")
    if last < today:
        raise ActRefused(f"Ngày nghỉ cuối {dmy(last)} đã qua; thư đã gửi không đổi được nữa.")
    if (last - first).days >= LONGEST:
        raise ActRefused("Nghỉ dài hơn một năm: xin đổi người giữ vai trò thay vì ghi nghỉ.")


def _overlapping(session: Session, person: int, first: date, last: date) -> Leave | None:
    mine = select(Leave).where(col(Leave.person_id) == person, col(Leave.withdrawn).is_(False))
    found: Leave | None = session.execute(
        mine.where(col(Leave.first) <= last, col(Leave.last) >= first).limit(1)
    ).scalar_one_or_none()
    return found
