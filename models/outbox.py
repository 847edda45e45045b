"""The outbox: letters about an obligation, claimed once in the database before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlmodel import Session, col

from models.answers import NO_ANSWERS, answers_about, answers_of
from models.audit import Act, record_each
from models.audit_actions import Action
from models.mornings import Morning
from models.obligations import LADDER_TEXT, ladder_in, next_wakeup, reminded_for
from models.people import Roster, Told
from models.tables import Obligation, PlanTask, is_among, key_of
from rules.reminders import DatedRung, rungs_between, told_as
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
    session: Session, obligation_ids: Collection[int], mornings: Mapping[int, Morning], now: datetime
) -> list[Reached]:
    """Claim the letters of every rung that has come of these obligations, move their next wake-ups, and record it.

    One that is not due any more is left out; so is one that another process holds: it is left to finish (SKIP LOCKED).
    Rows are locked weakly enough (NO KEY UPDATE) for others to write what refers to them: they may hold the trail's
    head, which this waits for at its end.
    """
    rows = _locked(session, obligation_ids, now)
    if not rows:
        return []
    steps = {
        row.id: _step(row.ladder_text, reminded_for(row), row.last_offset, mornings[row.authority_id]) for row in rows
    }
    claimed = _claim(session, _letters_of(session, rows, steps, mornings))
    _move(session, steps)
    reached = [_reached(row, steps[row.id], claimed.get(row.id, ()), mornings[row.authority_id].roster) for row in rows]
    acts: dict[int, list[Act]] = {}
    for row, done in zip(rows, reached, strict=True):
        acts.setdefault(row.authority_id, []).append(_act(done))
    record_each(session, now, acts)
    return reached


def _locked(session: Session, obligation_ids: Collection[int], now: datetime) -> Sequence[Any]:
    """What telling needs of each obligation that is due and free, oldest first."""
    due = _TOLD.where(is_among(Obligation.id, obligation_ids), col(Obligation.next_wakeup_at) <= now)
    found: Sequence[Any] = session.execute(due.with_for_update(skip_locked=True, key_share=True, of=Obligation)).all()
    return found


_TOLD: Any = (
    select(
        col(Obligation.id), col(Obligation.authority_id), col(Obligation.code), col(Obligation.title),
        col(Obligation.unit), col(Obligation.person_id), col(Obligation.target), col(Obligation.agreed_on),
        col(Obligation.last_offset), col(Obligation.rounds), LADDER_TEXT, col(PlanTask.lead),
        col(PlanTask.implementing),
    )
    .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
    .order_by(col(Obligation.next_wakeup_at), col(Obligation.id))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Step:
    """How far an obligation goes on its ladder: the rungs that have come, and when the next one does."""

    rungs: tuple[DatedRung, ...]
    last_offset: int | None
    next_wakeup: str | None  # a moment as PostgreSQL reads it


def _step(ladder_text: str, day: date, last_offset: int | None, morning: Morning) -> _Step:
    return _step_on(ladder_text, day, last_offset, morning.calendar, morning.roster.day)


@lru_cache(maxsize=512)
def _step_on(ladder_text: str, day: date, last_offset: int | None, calendar: WorkingCalendar, today: date) -> _Step:
    """Kept, for thousands of obligations stand on the same step of the same ladder."""
    ladder = ladder_in(ladder_text)
    rungs = tuple(rungs_between(ladder, day, calendar, last_offset, today))
    reached = rungs[-1].offset if rungs else last_offset
    wakeup = next_wakeup(ladder, day, calendar, reached)
    return _Step(rungs, reached, wakeup.isoformat() if wakeup else None)


def _letters_of(
    session: Session, rows: Sequence[Any], steps: Mapping[int, _Step], mornings: Mapping[int, Morning]
) -> list[dict[str, object]]:
    answers = answers_about(session, [row.id for row in rows])
    return [
        _letter(row.id, person, told, told_as(rung.name, row.rounds), rung.on, roster.day)
        for row in rows
        for roster in (mornings[row.authority_id].roster,)
        for rung in steps[row.id].rungs
        for person, told in sorted(roster.recipients(row, row, rung, answers.get(row.id, NO_ANSWERS)).items())
    ]


def _move(session: Session, steps: Mapping[int, _Step]) -> None:
    moved = [
        {"id": number, "last_offset": step.last_offset, "next_wakeup_at": step.next_wakeup}
        for number, step in steps.items()
    ]
    session.execute(_MOVE, {"moved": orjson.dumps(moved).decode()})


_MOVE = text("""
    UPDATE obligation SET last_offset = moved.last_offset, next_wakeup_at = moved.next_wakeup_at
    FROM json_to_recordset(CAST(:moved AS json)) AS moved (id bigint, last_offset int, next_wakeup_at timestamptz)
    WHERE obligation.id = moved.id
""")


def _reached(row: Any, step: _Step, told: Sequence[int], roster: Roster) -> Reached:
    people = tuple(sorted({roster.codes[person] for person in told}))
    return Reached(row.code, row.title, tuple(rung.name for rung in step.rungs), len(told), people)


def _act(done: Reached) -> Act:
    detail = {"rungs": list(done.rungs), "letters": done.letters, "people": list(done.people)}
    return Act(Action.RUNG_REACHED, done.obligation, detail)


def untold(session: Session, obligation_id: int, now: datetime) -> bool:
    """Whether what is due of an obligation waits, and nobody is telling it at this moment."""
    return bool(_locked(session, [obligation_id], now))


def still_due(session: Session, obligation_id: int, now: datetime) -> bool:
    """Whether nobody has told what is due of an obligation, once whoever holds its row has ended."""
    query = select(col(Obligation.id)).where(col(Obligation.id) == obligation_id, col(Obligation.next_wakeup_at) <= now)
    return session.execute(query.with_for_update(key_share=True)).first() is not None


def _claim(session: Session, letters: Sequence[dict[str, object]]) -> dict[int, list[int]]:
    """Insert letters once; the persons of those that are new, by obligation."""
    found: dict[int, list[int]] = {}
    if letters:
        for obligation, person in session.execute(_CLAIM, {"letters": orjson.dumps(letters).decode()}):
            found.setdefault(obligation, []).append(person)
    return found


_CLAIM = text("""
    INSERT INTO letter (obligation_id, person_id, rung, rung_day, claimed_on, audience, stands_for_id)
    SELECT obligation_id, person_id, rung, rung_day, claimed_on, audience, stands_for_id
    FROM json_to_recordset(CAST(:letters AS json)) AS letter (
        obligation_id bigint, person_id int, rung text, rung_day date, claimed_on date, audience text,
        stands_for_id int
    )
    ON CONFLICT DO NOTHING RETURNING obligation_id, person_id
""")


def _letter(obligation_id: int, person: int, told: Told, rung: str, rung_day: date, today: date) -> dict[str, object]:
    return {
        "obligation_id": obligation_id,
        "person_id": person,
        "rung": rung,
        "rung_day": rung_day.isoformat(),
        "claimed_on": today.isoformat(),
        "audience": told.audience,
        "stands_for_id": told.stands_for,
    }


def tell(session: Session, row: Obligation, people: Mapping[int, Told], news: str, today: date) -> None:
    """Let `people` hear `news` of `row` once, in their next digest."""
    number = key_of(row)
    _claim(session, [_letter(number, person, told, news, today, today) for person, told in sorted(people.items())])


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
