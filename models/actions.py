"""What people may do, each act with its audit entry in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import Act, Action, record
from models.loading import record_events
from models.obligations import DONE, OPEN, open_obligations, stored_calendar
from models.office_words import explain
from models.plan_schema import EventKeys
from models.tables import Authority, Obligation, Plan, PracticeClock
from rules.vietnamese import dmy, local_day, local_time, morning_of


class ActRefused(ValueError):
    """Something that may not be done, with the reason a person reads."""


def report_done(session: Session, code: str, by: str, done_on: date, document: str, now: datetime) -> Obligation:
    """Close obligation `code`: done on `done_on` with `document` (số văn bản). Raises ActRefused."""
    query = select(Obligation).where(col(Obligation.code) == code)
    row: Obligation | None = session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise ActRefused(f"Không có nghĩa vụ {code}.")
    if row.status != OPEN:
        raise ActRefused("Việc này không còn ở trạng thái đang theo dõi nên không báo hoàn thành được nữa.")
    if done_on > local_day(now):
        raise ActRefused(f"Ngày hoàn thành {dmy(done_on)} ở sau hôm nay {dmy(local_day(now))}.")
    if done_on < row.opened_on.replace(year=row.opened_on.year - 2):
        raise ActRefused(f"Ngày hoàn thành {dmy(done_on)} quá xa trước khi mở theo dõi; kiểm tra lại năm.")
    if not document.strip():
        raise ActRefused("Cần ghi số, ký hiệu văn bản hoặc minh chứng.")
    row.status, row.done_on, row.next_wakeup_at = DONE, done_on, None
    row.evidence = {"day": done_on.isoformat(), "document": document.strip(), "recorded_at": now.isoformat()}
    session.add(row)
    detail = {"by": by, "done_on": dmy(done_on), "document": document.strip()}
    record(session, row.authority_id, now, [Act(Action.REPORTED_DONE, row.code, detail, actor=by)])
    return row


def record_event(session: Session, code: str, day: date, document: str, now: datetime) -> list[Obligation]:
    """Record an event and open what it triggers; an event known already opens nothing. Raises ActRefused."""
    if not document.strip():
        raise ActRefused("Cần ghi văn bản chứng minh sự kiện (--document).")
    plans = session.execute(select(Plan).order_by(col(Plan.id))).scalars().all()
    waiting = [plan for plan in plans if code in plan.event_names]
    if not waiting:
        raise ActRefused(f"Không kế hoạch nào có sự kiện «{code}». {_known_events(plans)}")
    return [row for plan in waiting for row in _record_for(session, plan, code, day, document, now)]


def _record_for(session: Session, plan: Plan, code: str, day: date, document: str, now: datetime) -> list[Obligation]:
    authority = session.get_one(Authority, plan.authority_id)
    event = {"ma": code, "ten": plan.event_names[code], "ngay": day, "van-ban": document}
    try:
        record_events(session, authority, [EventKeys.model_validate(event)], now)
    except ValidationError as error:
        raise ActRefused(f"Văn bản chứng minh: {explain(error.errors()[0])}") from None
    return open_obligations(session, plan, stored_calendar(session, plan.authority_id), now)


def _known_events(plans: Sequence[Plan]) -> str:
    names = {code: name for plan in plans for code, name in plan.event_names.items()}
    return "Các sự kiện: " + "; ".join(f"{code} ({name})" for code, name in sorted(names.items())) + "."


def start_practice(session: Session, day: date) -> None:
    """Let practice begin on the morning of `day`; a practice under way keeps its moment."""
    if session.get(PracticeClock, 1) is None:
        session.add(PracticeClock(id=1, now=morning_of(day)))


def next_practice_morning(session: Session) -> datetime:
    """Move practice to the next working morning, with an entry in each authority's trail. Raises ActRefused."""
    query = select(PracticeClock).with_for_update()
    clock: PracticeClock | None = session.execute(query).scalar_one_or_none()
    if clock is None:
        raise ActRefused("Hệ thống đang chạy thật, không phải diễn tập.")
    offices = session.execute(select(Authority).order_by(col(Authority.id))).scalars().all()
    calendar = stored_calendar(session, offices[0].id or 0)
    clock.now = morning_of(calendar.add(local_day(clock.now), 1))
    session.add(clock)
    for office in offices:
        act = Act(Action.PRACTICE_MOVED, office.code, {"now": local_time(clock.now)})
        record(session, office.id or 0, clock.now, [act])
    return clock.now
