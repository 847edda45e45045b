"""The only reader of a clock: real time, or the moment practice has reached."""

from __future__ import annotations

from datetime import datetime

import pendulum
from sqlalchemy import Engine
from sqlmodel import Session

from models.record_tables import PracticeClock
from rules.vietnamese import ZONE


def practised(engine: Engine) -> bool:
    """Whether time is practised: then one round stands for a whole day."""
    with Session(engine) as session:
        return session.get(PracticeClock, 1) is not None


def real_now() -> datetime:
    """The present moment, whatever is practised."""
    return pendulum.now(ZONE)


def now(engine: Engine) -> datetime:
    """The present moment, aware; in practice, the one its clock was moved to."""
    with Session(engine) as session:
        practice = session.get(PracticeClock, 1)
        return practice.now if practice else real_now()
