"""The outbox: letters about an obligation, claimed once in the database before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.answers import answers_of
from models.audit import Act, record
from models.audit_actions import Action
from models.obligations import ladder_of, next_wakeup, reminded_for
from models.people import Roster, Told
from models.record_tables import Letter
from models.tables import Obligation, PlanTask, key_of, table_of
from rules.reminders import DatedRung, rungs_between, told_as
from rules.vietnamese import local_day
from rules.working_days import WorkingCalendar

# What a letter tells that is no rung of the ladder: stored where the rung is, followed by what it refers to.
MOVED, ASKED, ANSWERED, HANDED, RETURNED, NOTED = (
    "chuyen-han:", "can-quyet-dinh:", "tra-loi:", "chuyen-viec:", "tra-lai:", "ghi-nhan:"
)  # fmt: skip
NEWS = (MOVED, ASKED, ANSWERED, HANDED, RETURNED, NOTED)


@dataclass(frozen=True, slots=True)
class Reached:
    """What one visit to an obligation did: the rungs it told, and how many new letters that made."""

    obligation: str
    title: str
    rungs: tuple[str, ...]
    letters: int
    people: tuple[str, ...]


def reach_rungs(
    session: Session, obligation_id: int, calendar: WorkingCalendar, roster: Roster, now: datetime
) -> Reached | None:
    """Claim the letters of every rung that has come, move the next wake-up, and record it; None if nothing is due.

    Another process holding the row is left to finish (SKIP LOCKED). The row is locked weakly enough (NO KEY UPDATE)
    for others to write what refers to it: they may hold the trail's head, which this waits for at its end.
    """
    row = _locked(session, obligation_id, now)
    if row is None:
        return None
    task = session.get_one(PlanTask, row.plan_task_id)
    ladder, day, today = ladder_of(row), reminded_for(row), local_day(now)
    rungs = rungs_between(ladder, day, calendar, row.last_offset, today)
    told = _claim(session, row, task, rungs, roster, today)
    row.last_offset = rungs[-1].offset if rungs else row.last_offset
    row.next_wakeup_at = next_wakeup(ladder, day, calendar, row.last_offset)
    session.add(row)
    names = tuple(rung.name for rung in rungs)
    detail = {"rungs": list(names), "letters": len(told), "people": sorted(set(told))}
    record(session, row.authority_id, now, [Act(Action.RUNG_REACHED, row.code, detail)])
    return Reached(row.code, row.title, names, len(told), tuple(sorted(set(told))))


def _locked(session: Session, obligation_id: int, now: datetime) -> Obligation | None:
    query = select(Obligation).where(col(Obligation.id) == obligation_id, col(Obligation.next_wakeup_at) <= now)
    return session.execute(query.with_for_update(skip_locked=True, key_share=True)).scalar_one_or_none()


def untold(session: Session, obligation_id: int, now: datetime) -> bool:
    """Whether what is due of an obligation waits, and nobody is telling it at this moment."""
    return _locked(session, obligation_id, now) is not None


def still_due(session: Session, obligation_id: int, now: datetime) -> bool:
    """Whether nobody has told what is due of an obligation, once whoever holds its row has ended."""
    query = select(col(Obligation.id)).where(col(Obligation.id) == obligation_id, col(Obligation.next_wakeup_at) <= now)
    return session.execute(query.with_for_update(key_share=True)).first() is not None


def _claim(
    session: Session, row: Obligation, task: PlanTask, rungs: Sequence[DatedRung], roster: Roster, today: date
) -> list[str]:
    """Insert the letters of `rungs` once; the codes of the persons they are for."""
    answers = answers_of(session, key_of(row))
    values = [
        _letter(row, person, told, told_as(rung.name, row.rounds), rung.on, today)
        for rung in rungs
        for person, told in sorted(roster.recipients(row, task, rung, answers).items())
    ]
    if not values:
        return []
    return [roster.codes[person] for person in session.execute(_CLAIM, values).scalars()]


def _letter(row: Obligation, person: int, told: Told, rung: str, rung_day: date, today: date) -> dict[str, object]:
    return {
        "obligation_id": row.id,
        "person_id": person,
        "rung": rung,
        "rung_day": rung_day,
        "claimed_on": today,
        "audience": told.audience,
        "stands_for_id": told.stands_for,
    }


_CLAIM = insert(table_of(Letter)).on_conflict_do_nothing().returning(col(Letter.person_id))


def tell(session: Session, row: Obligation, people: Mapping[int, Told], news: str, today: date) -> None:
    """Let `people` hear `news` of `row` once, in their next digest."""
    values = [_letter(row, person, told, news, today, today) for person, told in sorted(people.items())]
    if values:
        session.execute(_CLAIM, values)


def tell_doers(session: Session, row: Obligation, task: PlanTask, roster: Roster, news: str) -> None:
    """Let those who do the work hear `news` of `row` once, also those who want no early letters."""
    rung = DatedRung(0, roster.day, ("implementing", "lead"))
    tell(session, row, roster.recipients(row, task, rung, answers_of(session, key_of(row))), news, roster.day)


def tell_of_move(session: Session, row: Obligation, task: PlanTask, roster: Roster, cause: str) -> None:
    """Let those who do the work hear that the day moved because of `cause`."""
    tell_doers(session, row, task, roster, f"{MOVED}{cause}")


def tell_of_return(session: Session, row: Obligation, task: PlanTask, roster: Roster) -> None:
    """Let those who do the work hear that what was shown does not do."""
    tell_doers(session, row, task, roster, f"{RETURNED}{len(row.findings)}")
