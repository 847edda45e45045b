"""Which of several equal rounds sweeps which authority, and which live: told by locks that go when a process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Engine, func, select

from models.advisory_locks import Room, try_lock
from models.tables import Authority, key_of

_THE_MAILBOX = 0


@contextmanager
def sweeping(engine: Engine, authority: Authority) -> Iterator[bool]:
    """Whether `authority` is this round's to sweep, as long as this lasts.

    Nothing is told twice without it: rows are claimed in any case. It only lets rounds choose different authorities.
    """
    with engine.connect() as connection:
        yield bool(connection.execute(try_lock(Room.SWEEPING, key_of(authority))).scalar_one())


@contextmanager
def reading_returns(engine: Engine) -> Iterator[bool]:
    """Whether this round reads what came back; False once another, that was reading, has done so or has died."""
    with engine.connect() as connection:
        ours = connection.execute(try_lock(Room.RETURNS, _THE_MAILBOX)).scalar_one()
        if not ours:
            connection.execute(select(func.pg_advisory_xact_lock(Room.RETURNS.value, _THE_MAILBOX)))
            connection.rollback()
        yield bool(ours)


@contextmanager
def living(engine: Engine, flow_run: str) -> Iterator[None]:
    """Let everybody see that this round's process lives, for as long as it does."""
    with engine.connect() as connection:
        connection.execute(select(func.pg_advisory_xact_lock_shared(Room.LIVING.value, _number(flow_run))))
        yield


def round_lives(engine: Engine, flow_run: str) -> bool:
    """Whether the process of that round is still there."""
    with engine.connect() as connection:
        return not connection.execute(try_lock(Room.LIVING, _number(flow_run))).scalar_one()


def _number(flow_run: str) -> ColumnElement[int]:
    return func.hashtext(flow_run)
