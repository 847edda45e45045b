"""What every act of a person shares: the refusal it may meet, the obligation it locks, the days and people it names."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlmodel import Session, col

from models.office_keys import Remark
from models.office_words import explain
from models.tables import Authority, Obligation, Person, PlanTask, key_of
from rules.vietnamese import dmy, local_day

_REMARK: TypeAdapter[str] = TypeAdapter(Remark)


class ActRefused(ValueError):
    """Something that may not be done, with the reason a person reads."""


def locked(session: Session, code: str) -> tuple[Obligation, PlanTask]:
    """Obligation `code`, held until the transaction ends, and its plan task. Raises ActRefused."""
    query = select(Obligation).where(col(Obligation.code) == code)
    fresh = query.with_for_update(key_share=True).execution_options(
        populate_existing=True
    )  # what changed while we waited counts
    row: Obligation | None = session.execute(fresh).scalar_one_or_none()
    if row is None:
        raise ActRefused(f"Không có nghĩa vụ {code}.")
    return row, session.get_one(PlanTask, row.plan_task_id)


def check_past(what: str, day: date, row: Obligation, now: datetime) -> None:
    """Refuse a day that lies ahead, or that is a slip of the year."""
    if day > local_day(now):
        raise ActRefused(f"{what} {dmy(day)} ở sau hôm nay {dmy(local_day(now))}.")
    if day.year < row.opened_on.year - 2:
        raise ActRefused(f"{what} {dmy(day)} quá xa trước khi mở theo dõi; kiểm tra lại năm.")


def flag(row: Obligation, text: str, now: datetime) -> None:
    """Note on `row` what went wrong with it, and when that was said."""
    row.findings = [*row.findings, {"text": text, "at": now.isoformat()}]


def clean(what: str, text: str) -> str:
    """`text` as it is kept: one line in one Unicode form, nothing hidden in it. Raises ActRefused."""
    try:
        return _REMARK.validate_python(text)
    except ValidationError as error:
        raise ActRefused(f"{what}: {explain(error.errors()[0])}") from None


def needed(what: str, text: str, why: str) -> str:
    """`text`, clean and not empty; `why` says what is wanted. Raises ActRefused."""
    if not (kept := clean(what, text)):
        raise ActRefused(why)
    return kept


def person_named(session: Session, authority: Authority, code: str) -> int:
    """The key of the person with this code. Raises ActRefused."""
    mine = select(Person).where(col(Person.authority_id) == authority.id, col(Person.code) == code)
    person: Person | None = session.execute(mine).scalar_one_or_none()
    if person is None:
        raise ActRefused(f"Không có người «{code}» trong danh sách nhân sự.")
    return key_of(person)
