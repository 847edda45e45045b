"""Which of several equal rounds sweeps which authority, and which live: told by locks that go when a process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select

from models.tables import Authority, key_of

_SWEEPING, _READING, _LIVING = 7, 8, 9  # rooms of their own among advisory locks; 5 and 6 are those of heads
_THE_MAILBOX = 0


@contextmanager
def sweeping(engine: Engine, authority: Authority) -> Iterator[bool]:
    """Whether `authority` is this round's to sweep, as long as this lasts.

    Nothing is told twice without it: rows are claimed in any case. It only lets rounds choose different authorities.
    """
    with engine.connect() as connection:
        yield bool(
            connection.execute(select(func.pg_try_advisory_xact_lock(_SWEEPING, key_of(authority)))).scalar_one()
        )


@contextmanager
def reading_returns(engine: Engine) -> Iterator[bool]:
    """Whether this round reads what came back; False once another, that was reading, has done so or has died."""
    with engine.connect() as connection:
        ours = connection.execute(select(func.pg_try_advisory_xact_lock(_READING, _THE_MAILBOX))).scalar_one()
        if not ours:
            connection.execute(select(func.pg_advisory_xact_lock(_READING, _THE_MAILBOX)))
            connection.rollback()
        yield bool(ours)


@contextmanager
def living(engine: Engine, flow_run: str) -> Iterator[None]:
    """Let everybody see that this round's process lives, for as long as it does."""
    with engine.connect() as connection:
        connection.execute(select(func.pg_advisory_xact_lock_shared(_LIVING, func.hashtext(flow_run))))
        yield


def round_lives(engine: Engine, flow_run: str) -> bool:
    """Whether the process of that round is still there."""
    with engine.connect() as connection:
        taken = select(func.pg_try_advisory_xact_lock(_LIVING, func.hashtext(flow_run)))
        return not connection.execute(taken).scalar_one()
