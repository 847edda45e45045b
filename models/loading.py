"""A checked plan, its people and its calendar become rows: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlmodel import Session, SQLModel, col

from models.audit import Act, Action, record
from models.calendar_file import NoticeKeys
from models.obligations import open_obligations, stored_calendar
from models.office_file import Fault, refuse
from models.office_words import perhaps
from models.people_file import PeopleDocument
from models.plan_conflicts import conflicts
from models.plan_file import PlanFile, slug_of
from models.plan_schema import EventKeys, TaskKeys
from models.tables import Authority, CalendarNotice, Event, Obligation, Person, Plan, PlanTask, Role, Unit
from rules.rule_json import RuleError
from rules.vietnamese import dmy
from rules.when_json import print_when

Row = TypeVar("Row", bound=SQLModel)
_LADDERS = {"day-du": "full", "noi-bo": "internal", "tuan": "weekly"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did."""

    authority: Authority
    plan: Plan
    opened: list[Obligation]


def load_plan(
    session: Session,
    plan_file: PlanFile,
    people: PeopleDocument,
    notices: Sequence[NoticeKeys],
    now: datetime,
    tracked_from: date,
) -> Loaded:
    """Load a plan with its people and notices; obligations due before `tracked_from` get no letters.

    Loading the same file again changes nothing. Raises OfficeFileError when a role names an unknown unit, a
    known notice says something else now, or the plan contradicts what is stored (plan_conflicts).
    """
    document = plan_file.document
    authority = _row(session, Authority, {"code": document.ke_hoach.co_quan.ma}, name=document.ke_hoach.co_quan.ten)
    _load_notices(session, authority, notices, now)
    units = {
        unit.ma: _row(
            session, Unit, {"authority_id": authority.id, "code": unit.ma}, name=unit.ten, relation=unit.quan_he
        )
        for unit in document.don_vi
    }
    _load_people(session, authority, units, people, now)
    plan = _load_tasks(session, authority, plan_file, now, tracked_from)
    record_events(session, authority, [event for event in document.su_kien if event.ngay], now)
    calendar = stored_calendar(session, _id(authority))
    return Loaded(authority, plan, open_obligations(session, plan, calendar, now))


def _row(session: Session, table: type[Row], key: dict[str, Any], **values: Any) -> Row:
    """The row of `table` with this key, made or brought up to `values`."""
    found = session.execute(select(table).filter_by(**key)).scalar_one_or_none()
    row = found or table(**key, **values)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def _id(row: Any) -> int:
    return int(row.id)


def _load_notices(session: Session, authority: Authority, notices: Sequence[NoticeKeys], now: datetime) -> None:
    acts, faults = [], []
    for notice in notices:
        content = notice.model_dump(mode="json", by_alias=True)
        key: dict[str, Any] = {"authority_id": _id(authority), "number": notice.so}
        known = session.execute(select(CalendarNotice).filter_by(**key)).scalar_one_or_none()
        if known and known.content != content:
            text = "đã ghi trước đây với nội dung khác; giữ nguyên thông báo cũ và ghi thay đổi thành thông báo mới."
            faults.append(notice.fault((), text))
        if not known:
            session.add(CalendarNotice(**key, issued=notice.ngay, content=content))
            detail = {"number": notice.so, "issued": dmy(notice.ngay), "content": content}
            acts.append(Act(Action.NOTICE_RECORDED, notice.so, detail))
    refuse(faults)
    session.flush()
    record(session, _id(authority), now, acts)


def _load_people(
    session: Session, authority: Authority, units: dict[str, Unit], people: PeopleDocument, now: datetime
) -> None:
    refuse(_unknown_units(people, units))
    rows = {
        person.ma: _row(
            session, Person, {"authority_id": _id(authority), "code": person.ma},
            name=person.ten, title=person.chuc_vu, email=person.email,
        )
        for person in people.nguoi
    }  # fmt: skip
    before = _roles(session, authority)
    session.execute(delete(Role).where(col(Role.unit_id).in_([_id(unit) for unit in units.values()])))
    session.add_all(
        Role(person_id=_id(rows[r.nguoi]), unit_id=_id(units[r.don_vi]), kind=r.vai, held_from=r.tu, held_to=r.den)
        for r in people.vai_tro
    )
    authority.catch_all_id = rows[people.hop_thu_chung].id
    session.flush()
    if _roles(session, authority) != before:
        detail = {"people": len(rows), "roles": len(people.vai_tro)}
        record(session, _id(authority), now, [Act(Action.PEOPLE_LOADED, authority.code, detail)])


def _unknown_units(people: PeopleDocument, units: dict[str, Unit]) -> Iterator[Fault]:
    for place, role in enumerate(people.vai_tro):
        if role.don_vi not in units:
            text = f"đơn vị «{role.don_vi}» không có trong kế hoạch{perhaps(role.don_vi, units)}"
            yield people.fault(("vai-tro", place, "don-vi"), text)


def _roles(session: Session, authority: Authority) -> list[tuple[Any, ...]]:
    columns = (Role.person_id, Role.unit_id, Role.kind, Role.held_from, Role.held_to)
    query = select(*columns).join(Unit, col(Unit.id) == col(Role.unit_id))  # type: ignore[call-overload]
    return sorted(
        (tuple(map(str, row)) for row in session.execute(query.where(col(Unit.authority_id) == authority.id))),
    )


def _load_tasks(session: Session, authority: Authority, plan_file: PlanFile, now: datetime, tracked_from: date) -> Plan:
    keys = plan_file.document.ke_hoach
    known: Plan | None = session.execute(select(Plan).filter_by(code=keys.ma)).scalar_one_or_none()
    if known and known.file_sha256 == plan_file.sha256:
        return known
    refuse(conflicts(session, authority, known, plan_file))
    plan = _row(
        session, Plan, {"code": keys.ma},
        authority_id=_id(authority), number=keys.so, signed_on=keys.ngay, year=keys.nam, title=keys.ten,
        tracked_from=known.tracked_from if known else tracked_from, file_sha256=plan_file.sha256,
        findings=list(keys.phat_hien),
        event_names={event.ma: event.ten for event in plan_file.document.su_kien},
    )  # fmt: skip
    for task in plan_file.document.nhiem_vu:
        _row(session, PlanTask, {"plan_id": _id(plan), "code": task.ma}, **_task_values(keys.ma, task))
    detail = {"number": keys.so, "tasks": len(plan_file.document.nhiem_vu), "file_sha256": plan_file.sha256}
    record(session, _id(authority), now, [Act(Action.PLAN_LOADED, keys.ma, detail)])
    return plan


def _task_values(plan_code: str, task: TaskKeys) -> dict[str, Any]:
    only_internal = all(entry.kieu == "thuong-xuyen" or entry.noi_bo for entry in task.thoi_han)
    return {
        "slug": slug_of(plan_code, task),
        "title": task.ten,
        "kind": task.loai,
        "index_number": task.chi_so,
        "component": task.thanh_phan,
        "place": task.nguon,
        "quote": task.trich,
        "lead": task.chu_tri,
        "implementing": list(task.thuc_hien),
        "result": task.ket_qua,
        "schedule": [{**print_when(entry.when()), "internal": entry.noi_bo} for entry in task.thoi_han],
        "basis": [{"instrument": g.van_ban, "article": g.dieu, "certainty": g.muc_chac} for g in task.can_cu],
        "findings": list(task.phat_hien),
        "ladder": _LADDERS[task.moc_nhac] if task.moc_nhac else ("internal" if only_internal else "full"),
        "done": {"day": task.da_xong.ngay.isoformat(), "document": task.da_xong.van_ban} if task.da_xong else None,
        "awaits_confirmation": task.cho_xac_nhan,
    }


def record_events(session: Session, authority: Authority, events: Sequence[EventKeys], now: datetime) -> list[Event]:
    """Record events once; those already known are left as they are. Returns the new ones."""
    fresh = []
    for event in events:
        if event.ngay is None:
            raise RuleError(f"sự kiện «{event.ma}» chưa có ngày.")
        key = {"authority_id": _id(authority), "code": event.ma, "day": event.ngay}
        if session.execute(select(Event).filter_by(**key)).scalar_one_or_none() is None:
            row = _row(session, Event, key, name=event.ten, document=event.van_ban or "")
            fresh.append(row)
    acts = [
        Act(
            Action.EVENT_RECORDED,
            f"{authority.code}.{e.code}",
            {"name": e.name, "day": dmy(e.day), "document": e.document},
        )
        for e in fresh
    ]
    record(session, _id(authority), now, acts)
    return fresh
