"""A stretch of days run through the real sweep on a database of its own, letters written into a folder."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL
from sqlmodel import Session

from flows.mail import FolderMailer
from flows.replay_summary import Inputs, summarise
from flows.sending import Office
from flows.sweep import sweep
from models.calendar_file import NoticeKeys
from models.leaves import record_leave
from models.loading import load_plan
from models.people_file import PeopleDocument
from models.plan_file import PlanFile
from models.rehearsal_file import Away
from models.schema import migrate
from models.settings import Settings
from models.store import drop_database, ensure_database, open_engine, transaction
from rules.vietnamese import morning_of

_SUPPOSED = "chạy thử"  # who records leave that is only supposed
_NO_KEY = b"links of a replay open nothing"  # and equal replays write equal bytes


def replay(
    server: URL,
    settings: Settings,
    plan: PlanFile,
    people: PeopleDocument,
    notices: Sequence[NoticeKeys],
    days: tuple[date, date],
    folder: Path,
    ran: Callable[[date], None] = lambda _: None,
    away: Sequence[Away] = (),
) -> dict[str, Any]:
    """Run every morning of `days` (first and last included) and return the summary also written to `folder`.

    The database is made for this run on `server` and dropped after it; the same input gives the same bytes.
    `ran` is told each day when it is over; who is `away` is so from the first morning's load on.
    """
    url = server.set(database=f"dunghan_replay_{os.getpid()}")
    ensure_database(url)
    try:
        migrate(url)
        engine = open_engine(url, durable=False)
        with transaction(engine) as session:
            loaded = load_plan(session, plan, people, notices, morning_of(days[0]), days[0], trial=True)
            for one in away:
                leave = one.person, one.first, one.last, _SUPPOSED, morning_of(days[0]), one.substitute
                record_leave(session, loaded.authority, *leave)
        own = settings.model_copy(update={"state_dir": folder})  # what it freezes stays with its letters
        office = Office(engine, own, FolderMailer(folder), whole_day=True, key=_NO_KEY, signs=False)
        asyncio.run(_mornings(office, days, ran))
        with Session(engine) as session:
            summary = summarise(session, Inputs(plan, people, notices, days, away))
        engine.dispose()
    finally:
        drop_database(url)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")
    return summary


async def _mornings(office: Office, days: tuple[date, date], ran: Callable[[date], None]) -> None:
    for number in range((days[1] - days[0]).days + 1):
        day = days[0] + timedelta(days=number)
        await sweep(office, morning_of(day))
        ran(day)
