"""The sample office tests work with: where its files are, how it is loaded, a mailer that keeps what it gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email.message import Message
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, text

from flows.mail import Result
from models.calendar_file import read_notices
from models.loading import load_plan
from models.people_file import read_people
from models.plan_file import read_plan
from models.store import drop_database, transaction
from rules.vietnamese import morning_of

HOUSE = Path(__file__).resolve().parents[1]
PLANS = HOUSE / "plans"
PLAN = PLANS / "2024-papi-nhu-quynh.yaml"
MON_17_JUNE = date(2024, 6, 17)
Run = Callable[..., tuple[int, str, str]]  # a command's arguments -> exit code, stdout, stderr


def load(engine: Engine, day: date = MON_17_JUNE, plan: Path = PLAN) -> None:
    """Load a plan with the sample office and calendar, tracked from `day`."""
    with transaction(engine) as session:
        load_plan(
            session,
            read_plan(plan),
            read_people(PLANS / "people.yaml"),
            read_notices(PLANS / "calendar.yaml"),
            morning_of(day),
            day,
        )


def copy_database(source: URL, target: URL) -> None:
    """Make `target` anew as a copy of `source`."""
    drop_database(target)
    maintenance = create_engine(source.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{target.database}" TEMPLATE "{source.database}"'))
    maintenance.dispose()


class KeptMail:
    """A mailer that keeps every message and answers as it is told."""

    def __init__(self, answer: Result | Callable[[str], Result] | None = None) -> None:
        self.kept: list[tuple[str, Message]] = []
        self.answer = answer or Result("sent", "250 ok")

    async def __aenter__(self) -> KeptMail:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def send(self, message: Message, recipient: str, sender: str) -> Result:
        """Keep the message when it is said to be sent."""
        result = self.answer(recipient) if callable(self.answer) else self.answer
        if result.outcome == "sent":
            self.kept.append((recipient, message))
        return result
