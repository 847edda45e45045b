"""PostgreSQL's advisory locks, told apart here once: each kind has a room of its own, and goes when its holder dies."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import ColumnElement, Select, func, select

SCHEMA = 0x64756E67  # «dung»: the one lock without a room, before there are tables to guard


class Room(IntEnum):
    """What a lock guards; beside it stands the number of the row, or of the run."""

    HEAD_MAIL = 5  # one mail of the day's head while it is transmitted
    HEAD_STAMP = 6  # the day's question to the stamping authority, by authority
    SWEEPING = 7  # an authority while a round sweeps it
    RETURNS = 8  # the mailbox of what comes back while a round reads it
    LIVING = 9  # a round, by its run, for as long as its process lives
    DIGEST = 10  # one digest while it is transmitted


def try_lock(room: Room, number: int | ColumnElement[int]) -> Select[tuple[bool]]:
    """Asks for a lock until the transaction ends; false when somebody else holds it."""
    return select(func.pg_try_advisory_xact_lock(room.value, number))
