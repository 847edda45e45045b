"""A stretch of days run through the real sweep on a database of its own, letters written into a folder."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, select
from sqlmodel import Session, col

from flows.mail import FolderMailer
from flows.sending import Office
from flows.sweep import sweep
from models.calendar_file import NoticeKeys
from models.loading import load_plan
from models.people_file import PeopleDocument
from models.plan_file import PlanFile
from models.record_tables import Digest, Letter
from models.settings import Settings
from models.store import drop_database, ensure_database, migrate, open_engine, transaction
from models.tables import Obligation, Person, PlanTask
from rules.vietnamese import morning_of

_NO_KEY = b"links of a replay open nothing"  # and equal replays write equal bytes


def replay(
    server: URL,
    settings: Settings,
    plan: PlanFile,
    people: PeopleDocument,
    notices: Sequence[NoticeKeys],
    days: tuple[date, date],
    folder: Path,
) -> dict[str, Any]:
    """Run every morning of `days` (first and last included) and return the summary also written to `folder`.

    The database is made for this run on `server` and dropped after it; the same input gives the same bytes.
    """
    url = server.set(database=f"dunghan_replay_{os.getpid()}")
    ensure_database(url)
    try:
        migrate(url)
        engine = open_engine(url, durable=False)
        with transaction(engine) as session:
            load_plan(session, plan, people, notices, morning_of(days[0]), days[0], trial=True)
        own = settings.model_copy(update={"state_dir": folder})  # what it freezes stays with its letters
        office = Office(engine, own, FolderMailer(folder), whole_day=True, key=_NO_KEY, signs=False)
        asyncio.run(_mornings(office, days))
        summary = summarise(engine)
        engine.dispose()
    finally:
        drop_database(url)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")
    return summary


async def _mornings(office: Office, days: tuple[date, date]) -> None:
    for number in range((days[1] - days[0]).days + 1):
        await sweep(office, morning_of(days[0] + timedelta(days=number)))


def summarise(engine: Engine) -> dict[str, Any]:
    """Per obligation: its days, rungs and letters; per person: mails."""
    with Session(engine) as session:
        return {"obligations": _obligations(session), "people": _people(session)}


def _obligations(session: Session) -> list[dict[str, Any]]:
    letters: dict[int, list[dict[str, str]]] = {}
    told = select(Letter, Person).join(Person, col(Person.id) == col(Letter.person_id))
    for letter, person in session.execute(told.order_by(col(Letter.rung_day), col(Person.code))):
        line = {"rung": letter.rung, "on": letter.claimed_on.isoformat(), "to": person.code}
        letters.setdefault(letter.obligation_id, []).append(line)
    query = select(Obligation, PlanTask).join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
    return [
        {
            "obligation": row.code,
            "title": row.title,
            "status": row.status,
            "internal": row.internal,
            "nominal": row.nominal.isoformat(),
            "legal": row.legal.isoformat(),
            "target": row.target.isoformat(),
            "letters": letters.get(row.id or 0, []),
        }
        for row, task in session.execute(query.order_by(col(Obligation.code)))
    ]


def _people(session: Session) -> list[dict[str, Any]]:
    mails: dict[str, list[dict[str, str]]] = {}
    query = select(Digest, Person).join(Person, col(Person.id) == col(Digest.person_id))
    for digest, person in session.execute(query.order_by(col(Person.code), col(Digest.day))):
        mail = {"day": digest.day.isoformat(), "subject": digest.subject, "status": digest.status}
        mails.setdefault(person.code, []).append(mail)
    return [{"person": person, "mails": found} for person, found in mails.items()]
