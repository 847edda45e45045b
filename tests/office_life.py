"""A simulated office: every working morning is swept for real, people answer, and a script says who does what when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from office import PLANS, KeptMail
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from flows.sending import Office
from flows.sweep import sweep
from models.actions import extend_obligation, report_done
from models.events import Happening, correct_event, record_event, withdraw_event
from models.obligations import OPEN
from models.postings import publish, take_down
from models.published import Published
from models.quotas import Pace, counts_of, pace_of, record_attendance
from models.reports import (
    Draft,
    Shelves,
    Submission,
    accept_report,
    draft_report,
    is_report,
    return_report,
    submit_report,
)
from models.settings import Settings
from models.store import transaction
from models.tables import Obligation, PlanTask
from rules.vietnamese import morning_of

CODE = "nhu-quynh-2024"
Scene = Callable[["OfficeLife"], None]


class OfficeLife:
    """The office on one morning after another. Whoever the script does not name does each thing on its target day."""

    def __init__(self, engine: Engine, state: Path, first: date) -> None:
        self.engine = engine
        self.mail = KeptMail()
        self.settings = Settings(state_dir=state, plans_dir=PLANS, base_url="http://pages.example")
        self.shelves = Shelves(PLANS / "mau", self.settings.files_dir)
        self.day = first
        self.left_alone: set[str] = set()

    @property
    def now(self) -> datetime:
        """This morning, after the letters have left."""
        return morning_of(self.day) + timedelta(hours=1)

    def live(self, last: date, script: dict[date, list[Scene]]) -> None:
        """Every day to `last`: the sweep, what the script says, then everyone else's work that falls on the day."""
        while self.day <= last:
            asyncio.run(sweep(Office(self.engine, self.settings, self.mail), morning_of(self.day)))
            for scene in script.get(self.day, ()):
                scene(self)
            self._everyone_else()
            self.day += timedelta(days=1)

    def _everyone_else(self) -> None:
        with transaction(self.engine) as session:
            due = (
                select(Obligation, PlanTask)
                .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
                .where(col(Obligation.status) == OPEN, col(Obligation.target) == self.day)
                .where(col(Obligation.nature) != "giu-niem-yet")
                .order_by(col(Obligation.code))
            )
            for row, task in session.execute(due).all():
                if row.code.removeprefix(f"{CODE}.") in self.left_alone or row.status != OPEN:
                    continue
                if is_report(row, task):
                    sent = Submission(f"{row.id}/BC-UBND", self.day, "UBND huyện Văn Lâm")
                    submit_report(session, row.code, "Văn phòng", sent, self.now, self.shelves)
                else:
                    report_done(
                        session, row.code, "Đơn vị", self.day, f"minh chứng {row.id}", self.now,
                        summary="đã thực hiện trong kỳ",
                    )  # fmt: skip

    # What people do

    def leave(self, *codes: str) -> None:
        """The script itself says what becomes of these."""
        self.left_alone |= set(codes)

    def happens(self, code: str, day: date | None = None, document: str = "VB 1", **more: Any) -> list[str]:
        """Record an event; the codes of what it opened."""
        with transaction(self.engine) as session:
            opened = record_event(session, Happening(code, day or self.day, document, **more), self.now, "Văn phòng")
            return [row.code.removeprefix(f"{CODE}.") for row in opened]

    def corrects(self, key: str, day: date, reason: str) -> None:
        with transaction(self.engine) as session:
            correct_event(session, key, day, reason, "", self.now, "Văn phòng")

    def withdraws(self, key: str, reason: str) -> None:
        with transaction(self.engine) as session:
            withdraw_event(session, key, reason, self.now, "Văn phòng")

    def done(self, code: str, on: date | None = None, document: str = "VB 2", **more: Any) -> None:
        with transaction(self.engine) as session:
            report_done(session, f"{CODE}.{code}", "Đơn vị", on or self.day, document, self.now, **more)

    def extends(self, code: str, reason: str, document: str) -> None:
        with transaction(self.engine) as session:
            extend_obligation(session, f"{CODE}.{code}", "Chủ tịch", reason, document, self.now, asked_by="Địa chính")

    def publishes(self, code: str, item: str, channel: str, **more: Any) -> int:
        with transaction(self.engine) as session:
            made = Published(item, channel, self.day, **more)
            return publish(session, f"{CODE}.{code}", "Tài chính - Kế toán", made, self.now).id or 0

    def takes_down(self, posting: int) -> str:
        with transaction(self.engine) as session:
            return take_down(session, posting, "Văn phòng", self.day, "biên bản gỡ", self.now).finding

    def trains(self, code: str, *members: str) -> None:
        with transaction(self.engine) as session:
            record_attendance(session, f"{CODE}.{code}", "Văn phòng", self.day, "danh sách ký tên", members, self.now)

    def submits(self, code: str, number: str, reason: str = "") -> None:
        with transaction(self.engine) as session:
            sent = Submission(number, self.day, "UBND huyện Văn Lâm")
            submit_report(session, f"{CODE}.{code}", "Văn phòng", sent, self.now, self.shelves, reason)

    def is_returned(self, code: str, reason: str) -> None:
        with transaction(self.engine) as session:
            return_report(session, f"{CODE}.{code}", "Phòng Nội vụ", reason, self.now)

    def is_accepted(self, code: str) -> None:
        with transaction(self.engine) as session:
            accept_report(session, f"{CODE}.{code}", "Phòng Nội vụ", self.day, "", self.now)

    # What can be seen

    def draft(self, code: str) -> Draft:
        with Session(self.engine) as session:
            return draft_report(session, f"{CODE}.{code}", self.now, self.shelves)

    def pace(self, task: str) -> Pace | None:
        with Session(self.engine) as session:
            found = session.execute(select(PlanTask).filter_by(code=task)).scalar_one()
            return pace_of(counts_of(session, found), self.day)

    def rows(self) -> dict[str, Obligation]:
        """Every obligation by its code within the plan."""
        with Session(self.engine) as session:
            found = session.execute(select(Obligation)).scalars().all()
            return {row.code.removeprefix(f"{CODE}."): row for row in found}
