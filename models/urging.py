"""A draft công văn đôn đốc: the overdue obligations of one unit as the facts its template is filled from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused
from models.answers import LATE
from models.documents import urging_docx
from models.obligations import OPEN, stored_calendar
from models.people import roster_on
from models.reply_tables import Reply
from models.report_facts import SIGNER
from models.reports import Shelves
from models.tables import Authority, Obligation, Person, Plan, PlanTask, Unit
from rules.occurrences import KEEP
from rules.vietnamese import ZONE, dmy, local_day
from rules.working_days import WorkingCalendar

TEMPLATE = "cong-van-don-doc.docx"
REPLY_WITHIN = 3  # working days (the office's choice, not law)
_Row = tuple[Obligation, PlanTask]


def draft_urging(session: Session, codes: Sequence[str], now: datetime, shelves: Shelves) -> bytes:
    """The draft that urges what `codes` name, as a Word file; changes nothing. Raises ActRefused."""
    facts = urging_facts(session, codes, now)
    file = shelves.templates / TEMPLATE
    try:
        template = file.read_bytes()
    except OSError:
        raise ActRefused(f"Không đọc được mẫu văn bản {file}; chép mẫu gốc của phần mềm vào đó.") from None
    return urging_docx(facts, template)


def urging_facts(session: Session, codes: Sequence[str], now: datetime) -> dict[str, Any]:
    """What the công văn says, as known at `now`: overdue obligations of one unit, asked for an answer in three days.

    Raises ActRefused for an obligation that is unknown, settled, not overdue or a checkpoint of the office's own,
    and when they are not all of one plan and one unit that may be urged.
    """
    rows = [_found(session, code) for code in dict.fromkeys(codes)]
    if not rows:
        raise ActRefused("Chưa chọn nghĩa vụ nào để đôn đốc.")
    today = local_day(now)
    for row, _ in rows:
        _check_overdue(row, today)
    plan, unit = _one_plan(session, rows), _one_unit(session, rows)
    calendar = stored_calendar(session, plan.authority_id)
    return {
        **_office(session, plan, today),
        "receiver": unit.name,
        "as_of": now.astimezone(ZoneInfo(ZONE)).isoformat(),
        "reply_by": calendar.add(today, REPLY_WITHIN).isoformat(),
        "items": [_item(session, row, calendar, today) for row, _ in sorted(rows, key=lambda found: found[0].legal)],
    }


def _found(session: Session, code: str) -> _Row:
    row: Obligation | None = session.execute(select(Obligation).where(col(Obligation.code) == code)).scalar()
    if row is None:
        raise ActRefused(f"Không có nghĩa vụ {code}.")
    return row, session.get_one(PlanTask, row.plan_task_id)


def _check_overdue(row: Obligation, today: date) -> None:
    if row.status != OPEN:
        raise ActRefused(f"{row.code} không còn ở trạng thái đang theo dõi nên không đôn đốc.")
    if row.internal:
        raise ActRefused(f"{row.code} chỉ có mốc nội bộ do cơ quan đặt nên không đôn đốc bằng công văn.")
    if row.nature == KEEP:
        raise ActRefused(f"{row.code} là thời gian giữ niêm yết, không có gì quá hạn.")
    if today <= row.legal:
        raise ActRefused(f"{row.code} chưa quá hạn: hạn đến hết ngày {dmy(row.legal)}.")


def _one_plan(session: Session, rows: Sequence[_Row]) -> Plan:
    plans = {task.plan_id for _, task in rows}
    if len(plans) > 1:
        raise ActRefused("Các nghĩa vụ thuộc nhiều kế hoạch; xin lập mỗi kế hoạch một công văn.")
    return session.get_one(Plan, plans.pop())


def _one_unit(session: Session, rows: Sequence[_Row]) -> Unit:
    """The unit that owes all of them; one that is no subordinate is never urged."""
    row = rows[0][0]
    owing = {row.unit or task.lead or "" for row, task in rows}
    mine = select(Unit).where(col(Unit.authority_id) == row.authority_id, col(Unit.code).in_(owing))
    units: Sequence[Unit] = session.execute(mine.order_by(col(Unit.name))).scalars().all()
    if len(owing) > 1:
        names = "; ".join(unit.name for unit in units)
        raise ActRefused(f"Các nghĩa vụ do nhiều đơn vị chủ trì ({names}); xin lập mỗi đơn vị một công văn.")
    if not units:
        raise ActRefused("Nhiệm vụ chưa rõ đơn vị chủ trì nên chưa biết đôn đốc ai.")
    if units[0].relation != "noi-bo":
        raise ActRefused(f"{units[0].name} không thuộc quyền quản lý của cơ quan: chỉ thông báo, không đôn đốc.")
    return units[0]


def _office(session: Session, plan: Plan, today: date) -> dict[str, Any]:
    authority = session.get_one(Authority, plan.authority_id)
    chairs = roster_on(session, authority, today).chairs
    return {
        "authority": authority.name,
        "parent": authority.parent,
        "place": authority.place,
        "plan": {"number": plan.number, "signed_on": plan.signed_on.isoformat(), "title": plan.title},
        "signer": {"title": SIGNER, "name": session.get_one(Person, chairs[0]).name if chairs else ""},
    }


def _item(session: Session, row: Obligation, calendar: WorkingCalendar, today: date) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": row.title,
        "period": row.period_name,
        "legal": row.legal.isoformat(),
        "days_late": calendar.count(row.legal, today),
        "said": _said(session, row),
    }


def _said(session: Session, row: Obligation) -> str:
    """The newest reason of lateness somebody gave."""
    given = select(col(Reply.words)).where(col(Reply.obligation_id) == row.id, col(Reply.kind) == LATE)
    newest: str | None = session.execute(given.order_by(col(Reply.id).desc()).limit(1)).scalar_one_or_none()
    return newest or ""
