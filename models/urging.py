"""A draft công văn đôn đốc: the overdue obligations of one unit as the facts its template is filled from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    plan, receiver = _one_plan(session, rows), _one_receiver(session, rows, today)
    calendar = stored_calendar(session, plan.authority_id)
    return {
        **_office(session, plan, today),
        "receiver": receiver,
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


def _one_receiver(session: Session, rows: Sequence[_Row], today: date) -> str:
    """Who owes all of them, as the công văn addresses them."""
    asked = list(dict.fromkeys(urged(session, row, task, today) for row, task in rows))
    if len(asked) > 1:
        names = "; ".join(", ".join(unit.name for unit in units) for units in map(_units_of(session, rows), asked))
        raise ActRefused(f"Các nghĩa vụ do nhiều đơn vị thực hiện ({names}); xin lập mỗi đơn vị một công văn.")
    units = _units_of(session, rows)(asked[0])
    if not units:
        raise ActRefused("Nhiệm vụ chưa rõ đơn vị chủ trì nên chưa biết đôn đốc ai.")
    if not (own := [unit.name for unit in units if unit.relation == "noi-bo"]):
        names = ", ".join(unit.name for unit in units)
        raise ActRefused(f"{names} không thuộc quyền quản lý của cơ quan: chỉ thông báo, không đôn đốc.")
    return "; ".join(own)


def urged(session: Session, row: Obligation, task: PlanTask, today: date) -> tuple[str, ...]:
    """The codes of the units to urge about `row`: who leads it, or who does it when the chair's own office leads."""
    leads = row.unit or task.lead
    roster = roster_on(session, session.get_one(Authority, row.authority_id), today)
    if leads and leads not in {unit for unit, kind in roster.holders if kind == "chu-tich"}:
        return (leads,)
    return tuple(task.implementing) or ((leads,) if leads else ())


def receiver_words(session: Session, row: Obligation, task: PlanTask, today: date) -> str:
    """Those to urge about `row`, by name."""
    units = _units_of(session, [(row, task)])(urged(session, row, task, today))
    return "; ".join(unit.name for unit in units if unit.relation == "noi-bo") or "đơn vị chủ trì"


def _units_of(session: Session, rows: Sequence[_Row]) -> Callable[[Sequence[str]], Sequence[Unit]]:
    """Codes to units of the authority, in the order of the codes."""
    mine = select(Unit).where(col(Unit.authority_id) == rows[0][0].authority_id)
    units = {unit.code: unit for unit in session.execute(mine).scalars()}
    return lambda codes: [units[code] for code in codes if code in units]


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
