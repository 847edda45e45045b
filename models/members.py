"""Lists of people that quotas count, brought from the people file into rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from models.audit import Act, record
from models.audit_actions import Action
from models.family_tables import Member
from models.office_file import Fault, refuse
from models.office_words import perhaps
from models.people_file import ListKeys, PeopleDocument
from models.plan_file import PlanFile
from models.tables import Authority, key_of
from rules.vietnamese import local_day


def load_members(
    session: Session, authority: Authority, plan_file: PlanFile, people: PeopleDocument | None, now: datetime
) -> None:
    """Bring every list up to the file; who is no longer in it left it yesterday. Without one, lists stay as stored.

    Raises OfficeFileError when the plan counts by a list that neither has.
    """
    lists = people.danh_sach if people else ()
    known = {listed.ma for listed in lists} if people else stored_lists(session, authority)
    refuse(unknown_lists(plan_file, known))
    for listed in lists:
        if _load_list(session, authority, listed, now):
            detail = {"list": listed.ten, "members": len(listed.nguoi)}
            record(session, key_of(authority), now, [Act(Action.MEMBERS_LISTED, authority.code, detail)])


def stored_lists(session: Session, authority: Authority) -> set[str]:
    """The codes of the lists the authority has."""
    mine = select(col(Member.list_code)).where(col(Member.authority_id) == authority.id)
    return set(session.execute(mine.distinct()).scalars())


def unknown_lists(plan_file: PlanFile, known: set[str]) -> Iterator[Fault]:
    """Every list that a task of the plan counts by and nobody has."""
    for place, task in enumerate(plan_file.document.nhiem_vu):
        if task.danh_sach and task.danh_sach not in known:
            text = f"danh sách «{task.danh_sach}» chưa khai ở tệp nhân sự{perhaps(task.danh_sach, known)}"
            yield plan_file.source.fault(("nhiem-vu", place, "danh-sach"), text)


def _load_list(session: Session, authority: Authority, listed: ListKeys, now: datetime) -> bool:
    """Whether anything changed."""
    mine = select(Member).where(col(Member.authority_id) == authority.id, col(Member.list_code) == listed.ma)
    known = {row.code: row for row in session.execute(mine).scalars()}
    changed = False
    for member in listed.nguoi:
        row = known.pop(member.ma, None) or Member(
            authority_id=key_of(authority), list_code=listed.ma, code=member.ma, name="", held_from=member.tu
        )
        values = {"name": member.ten, "unit": member.don_vi or "", "held_from": member.tu, "held_to": member.den}
        changed |= any(getattr(row, name) != value for name, value in values.items())
        row.sqlmodel_update(values)
        session.add(row)
    for row in known.values():
        gone = local_day(now) - timedelta(days=1)
        if row.held_to is None or row.held_to > gone:
            row.held_to, changed = gone, True
            session.add(row)
    session.flush()
    return changed
