"""A checked plan, its people and its calendar become rows: all of them, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlmodel import Session, SQLModel, col

from models.audit import Act, record
from models.audit_actions import Action
from models.calendar_file import NoticeKeys
from models.events import Happening, store_event
from models.members import load_members
from models.notices import record_notices
from models.obligations import open_obligations, stored_calendar
from models.office_file import Fault, refuse
from models.office_words import perhaps
from models.people_file import PeopleDocument
from models.plan_conflicts import conflicts
from models.plan_entries import Entry
from models.plan_file import PlanFile, refuse_draft, slug_of
from models.plan_schema import CALENDAR_TASK, TaskKeys
from models.tables import Authority, Obligation, Person, Plan, PlanTask, Role, Unit, key_of
from rules.deadlines import WorkingDaysAfter
from rules.schedule import Each
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
    people: PeopleDocument | None,
    notices: Sequence[NoticeKeys],
    now: datetime,
    tracked_from: date,
    trial: bool = False,
) -> Loaded:
    """Load a plan with its people and notices; obligations due before `tracked_from` get no letters.

    Without `people` those already stored stay as they are, with their roles.

    Loading the same file again changes nothing. Only a `trial` (a replay in a database of its own) takes a draft; it
    counts as signed on the day it is tracked from. Raises OfficeFileError when a role names an unknown unit, a
    known notice says something else now, or the plan contradicts what is stored (plan_conflicts).
    """
    if not trial:
        refuse_draft(plan_file)
    document = plan_file.document
    office = document.ke_hoach.co_quan
    facts = {"name": office.ten, "place": office.dia_danh or "", "parent": office.cap_tren or ""}
    authority = _row(session, Authority, {"code": office.ma}, **facts)
    record_notices(session, authority, notices, now)
    units = {
        unit.ma: _row(
            session, Unit, {"authority_id": authority.id, "code": unit.ma}, name=unit.ten, relation=unit.quan_he
        )
        for unit in document.don_vi
    }
    if people:
        _load_people(session, authority, units, people, now)
    load_members(session, authority, plan_file, people, now)
    plan = _load_tasks(session, authority, plan_file, now, tracked_from)
    for event in document.su_kien:
        if event.ngay:
            store_event(session, authority, event.ten, Happening(event.ma, event.ngay, event.van_ban or ""), now)
    calendar = stored_calendar(session, key_of(authority))
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


def _load_people(
    session: Session, authority: Authority, units: dict[str, Unit], people: PeopleDocument, now: datetime
) -> None:
    refuse(_unknown_units(people, units))
    changes = _changed_persons(session, authority, people)
    rows = {
        person.ma: _row(
            session, Person, {"authority_id": key_of(authority), "code": person.ma},
            name=person.ten, title=person.chuc_vu, email=person.email,
        )
        for person in people.nguoi
    }  # fmt: skip
    authority.catch_all_id = rows[people.hop_thu_chung].id
    held = [(key_of(rows[r.nguoi]), key_of(units[r.don_vi]), str(r.vai), r.tu, r.den) for r in people.vai_tro]
    changes += _replace_roles(session, list(units.values()), held)
    if changes:
        detail = {"people": len(rows), "roles": len(held), "changes": changes}
        record(session, key_of(authority), now, [Act(Action.PEOPLE_LOADED, authority.code, detail)])


def _changed_persons(session: Session, authority: Authority, people: PeopleDocument) -> list[str]:
    """Who is new or is called or reached otherwise than before; codes alone, for the trail holds no addresses."""
    mine = select(Person).where(col(Person.authority_id) == authority.id)
    known = {person.code: person for person in session.execute(mine).scalars()}
    said = []
    for one in people.nguoi:
        if (was := known.get(one.ma)) is None:
            said.append(f"thêm {one.ma}")
            continue
        fields = {"họ tên": (was.name, one.ten), "chức vụ": (was.title, one.chuc_vu), "địa chỉ": (was.email, one.email)}
        said += [f"đổi {name} của {one.ma}" for name, (old, new) in fields.items() if old != new]
    return said


def _unknown_units(people: PeopleDocument, units: dict[str, Unit]) -> Iterator[Fault]:
    for place, role in enumerate(people.vai_tro):
        if role.don_vi not in units:
            text = f"đơn vị «{role.don_vi}» không có trong kế hoạch{perhaps(role.don_vi, units)}"
            yield people.fault(("vai-tro", place, "don-vi"), text)


_Held = tuple[int, int, str, date, date | None]  # person, unit, kind, from, to


def _replace_roles(session: Session, units: Sequence[Unit], held: Sequence[_Held]) -> list[str]:
    """Give these units the roles `held`, and no others; which ended and which began, in words."""
    numbers = [key_of(unit) for unit in units]
    known = session.execute(select(Role).where(col(Role.unit_id).in_(numbers))).scalars()
    before = Counter((r.person_id, r.unit_id, r.kind, r.held_from, r.held_to) for r in known)
    gone, fresh = before - Counter(held), Counter(held) - before
    if not gone and not fresh:
        return []
    session.execute(delete(Role).where(col(Role.unit_id).in_(numbers)))
    session.add_all(
        Role(person_id=person, unit_id=unit, kind=kind, held_from=first, held_to=last)
        for person, unit, kind, first, last in held
    )
    session.flush()
    named = {key_of(unit): unit.code for unit in units}
    return [
        _role_words(session, named, change, role) for change, roles in (("bỏ", gone), ("thêm", fresh)) for role in roles
    ]


def _role_words(session: Session, units: dict[int, str], change: str, role: _Held) -> str:
    person, unit, kind, first, last = role
    until = f"đến {dmy(last)}" if last else "chưa định ngày thôi"
    who = session.get_one(Person, person).code
    return f"{change} vai {kind} của {who} ở {units[unit]}, từ {dmy(first)} {until}"


def _load_tasks(session: Session, authority: Authority, plan_file: PlanFile, now: datetime, tracked_from: date) -> Plan:
    keys = plan_file.document.ke_hoach
    known: Plan | None = session.execute(select(Plan).filter_by(code=keys.ma)).scalar_one_or_none()
    if known and known.file_sha256 == plan_file.sha256:
        return known
    refuse(conflicts(session, authority, known, plan_file))
    plan = _row(
        session, Plan, {"code": keys.ma},
        authority_id=key_of(authority), number=keys.so, signed_on=keys.ngay or tracked_from, year=keys.nam,
        title=keys.ten,
        tracked_from=known.tracked_from if known else tracked_from, file_sha256=plan_file.sha256,
        findings=list(keys.phat_hien),
        event_names={event.ma: event.ten for event in plan_file.document.su_kien},
    )  # fmt: skip
    for task in plan_file.document.nhiem_vu:
        _row(session, PlanTask, {"plan_id": key_of(plan), "code": task.ma}, **task_values(keys.ma, task))
    _row(session, PlanTask, {"plan_id": key_of(plan), "code": CALENDAR_TASK}, **calendar_duty(keys.ma, keys.nam))
    detail = {"number": keys.so, "tasks": len(plan_file.document.nhiem_vu), "file_sha256": plan_file.sha256}
    record(session, key_of(authority), now, [Act(Action.PLAN_LOADED, keys.ma, detail)])
    return plan


def task_values(plan_code: str, task: TaskKeys) -> dict[str, Any]:
    """What is stored of one task of the plan `plan_code`, by column."""
    only_internal = all(entry.kieu == "thuong-xuyen" or entry.noi_bo for entry in task.thoi_han)
    return {
        "slug": slug_of(plan_code, task.ma),
        "title": task.ten,
        "kind": task.loai,
        "index_number": task.chi_so,
        "component": task.thanh_phan,
        "place": task.nguon,
        "quote": task.trich,
        "lead": task.chu_tri,
        "implementing": list(task.thuc_hien),
        "result": task.ket_qua,
        "schedule": [_schedule(entry) for entry in task.thoi_han],
        "basis": [{"instrument": g.van_ban, "article": g.dieu, "certainty": g.muc_chac} for g in task.can_cu],
        "findings": list(task.phat_hien),
        "ladder": _LADDERS[task.moc_nhac] if task.moc_nhac else ("internal" if only_internal else "full"),
        "done": {"day": task.da_xong.ngay.isoformat(), "document": task.da_xong.van_ban} if task.da_xong else None,
        "awaits_confirmation": task.cho_xac_nhan,
        "family": task.family(),
    }


def _schedule(entry: Entry) -> dict[str, Any]:
    """One schedule as stored: what it means, and beside it what its obligations are called, count and may be given."""
    beside = {
        "title": entry.ten,
        "counted_by": entry.tinh_theo,
        "under": entry.can_cu_luat,
        "extension": {"duty": entry.gia_han.theo, "times": entry.gia_han.so_lan} if entry.gia_han else None,
    }
    kept: dict[str, Any] = {name: value for name, value in beside.items() if value}
    if entry.noi_dung is not None:
        kept["items"] = list(entry.noi_dung)
    return {**print_when(entry.when()), "internal": entry.noi_bo, **kept}


def calendar_duty(plan_code: str, year: int) -> dict[str, Any]:
    """The office's own duty, from the first working day of November, to record next year's official days off."""
    return {
        "slug": slug_of(plan_code, CALENDAR_TASK),
        "title": f"Ghi thông báo nghỉ lễ, Tết năm {year + 1} vào lịch",
        "kind": "thuong-xuyen",
        "place": "việc chung của hệ thống nhắc việc",
        "implementing": [],
        "schedule": [{**print_when(Each("month", WorkingDaysAfter(1), only=(10,))), "internal": True}],
        "basis": [],
        "findings": [],
        "ladder": "horizon",
    }
