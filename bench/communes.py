"""Communes of a province: the sample office again and again, each with its own plan, people, addresses and trail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Table, insert, select
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.calendar_file import read_notices
from models.family_tables import Member
from models.loading import load_plan
from models.people_file import PeopleDocument, read_people
from models.plan_file import PlanFile, read_plan
from models.record_tables import AuditEntry
from models.settings import HOUSE
from models.store import transaction
from models.tables import Authority, CalendarNotice, Event, Obligation, Person, Plan, PlanTask, Role, Unit, table_of
from rules.vietnamese import morning_of

PLANS = HOUSE / "plans"
PLAN = PLANS / "2024-papi-nhu-quynh.yaml"
TASKS = 45  # of the sample plan's: about what a commune's own plan has
# In the order in which one refers to another. The trail is not copied: it is written anew.
_COPIED = [table_of(one) for one in (CalendarNotice, Unit, Person, Role, Plan, PlanTask, Event, Member, Obligation)]
_Keys = dict[tuple[str, int], int]  # (table, key in the first commune) -> key in this one


def load_communes(engine: Engine, many: int, day: date, tasks: int = TASKS) -> None:
    """Let there be `many` communes with plans of `tasks` tasks tracked from `day`, each with its whole trail.

    The first is loaded as an office loads its own plan. The others are its rows under their own codes, and its acts
    recorded anew: loading a hundred takes minutes.
    """
    plan, people = _plan(read_plan(PLAN), tasks), _people(read_people(PLANS / "people.yaml"))
    with transaction(engine) as session:
        load_plan(session, plan, people, read_notices(PLANS / "calendar.yaml"), morning_of(day), day)
    for number in range(2, many + 1):
        with transaction(engine) as session:
            _copy(session, number, morning_of(day))


def code_of(number: int) -> str:
    """«xa-007»."""
    return f"xa-{number:03}"


def _plan(plan: PlanFile, tasks: int) -> PlanFile:
    keys = plan.document.ke_hoach
    office = keys.co_quan.model_copy(update={"ma": code_of(1), "ten": f"UBND {code_of(1)}"})
    own = keys.model_copy(update={"ma": f"{code_of(1)}-{keys.nam}", "co_quan": office})
    first = {"ke_hoach": own, "nhiem_vu": plan.document.nhiem_vu[:tasks]}
    return replace(plan, document=plan.document.model_copy(update=first))


def _people(people: PeopleDocument) -> PeopleDocument:
    own = (one.model_copy(update={"email": f"{one.ma}@{code_of(1)}.example"}) for one in people.nguoi)
    return people.model_copy(update={"nguoi": tuple(own)})


def _copy(session: Session, number: int, at: datetime) -> None:
    """One more commune: every row of the first under its own code, then the acts that made them."""
    first = session.execute(select(Authority).where(col(Authority.code) == code_of(1))).scalar_one()
    authority = Authority(**_renamed(first.model_dump(exclude={"id", "catch_all_id"}), number))
    session.add(authority)
    session.flush()
    keys: _Keys = {("authority", first.id or 0): authority.id or 0}
    for table in _COPIED:
        _copy_rows(session, table, keys, number)
    authority.catch_all_id = keys["person", first.catch_all_id or 0]
    entries = select(AuditEntry).where(col(AuditEntry.authority_id) == first.id).order_by(col(AuditEntry.seq))
    done = [_renamed(one.model_dump(), number) for one in session.execute(entries).scalars()]
    record(session, authority.id or 0, at, [Act(Action(one["action"]), one["subject"], one["detail"]) for one in done])


def _copy_rows(session: Session, table: Table, keys: _Keys, number: int) -> None:
    """The first commune's rows of `table`; those that refer to others of their table come after them."""
    owner = next(column for column in table.c if column.foreign_keys)  # each table names its owner first
    known = [old for (name, old) in keys if name == _target(owner)]
    rows = [dict(row) for row in session.execute(select(table).where(owner.in_(known)).order_by(table.c.id)).mappings()]
    parts = [row for row in rows if row.get("whole_id")]
    for some in ([row for row in rows if not row.get("whole_id")], parts):
        if some:
            made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
            new = session.execute(made, [_row(table, row, keys, number) for row in some]).scalars().all()
            keys |= {(table.name, row["id"]): key for row, key in zip(some, new, strict=True)}


def _row(table: Table, row: dict[str, Any], keys: _Keys, number: int) -> dict[str, Any]:
    """A row under its own code, referring to this commune's rows."""
    referring = {column.name: _target(column) for column in table.c if column.foreign_keys}
    mine = {name: keys[table_name, row[name]] for name, table_name in referring.items() if row[name] is not None}
    return {**_renamed({name: value for name, value in row.items() if name != "id"}, number), **mine}


def _target(column: Any) -> str:
    return str(next(iter(column.foreign_keys)).column.table.name)


def _renamed(values: dict[str, Any], number: int) -> dict[str, Any]:
    return {name: _renamed_value(value, number) for name, value in values.items()}


def _renamed_value(value: Any, number: int) -> Any:
    """The first commune's code, wherever it stands, as a code or as part of a flow's name, becomes this one's."""
    if isinstance(value, dict | list):
        return json.loads(_renamed_value(json.dumps(value, ensure_ascii=False), number))
    if not isinstance(value, str):
        return value
    return value.replace(code_of(1), code_of(number)).replace(_as_name(1), _as_name(number))


def _as_name(number: int) -> str:
    return code_of(number).replace("-", "_")
