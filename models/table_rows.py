"""A database's rows as PostgreSQL's own COPY text, out of one server version and into another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from psycopg import Connection as Driver
from psycopg import sql
from sqlalchemy import Connection, text

_PIECE = 1 << 18
SCHEMA_VERSION = "alembic_version"  # made by migrating, never copied


@dataclass(frozen=True, slots=True)
class Shape:
    """A table, and the columns whose values are stored."""

    table: str
    columns: tuple[str, ...]

    @property
    def named(self) -> sql.Composed:
        """It as COPY wants it."""
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL("{} ({})").format(sql.Identifier(self.table), columns)


def speak_plainly(connection: Connection) -> None:
    """Let this transaction read and write values in one form, whatever the server or its DBA prefers."""
    for statement in (
        "SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO, YMD'", "SET LOCAL IntervalStyle = 'postgres'",
        "SET LOCAL extra_float_digits = 1", "SET LOCAL bytea_output = 'hex'", "SET LOCAL client_encoding = 'UTF8'",
        "SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0",
    ):  # fmt: skip
        connection.execute(text(statement))


def shapes(connection: Connection) -> list[Shape]:
    """Every table that holds rows of its own, by name."""
    return [Shape(name, tuple(columns)) for name, columns in connection.execute(_SHAPES, {"left": SCHEMA_VERSION})]


_SHAPES = text("""
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> :left
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY 1 ORDER BY 1
""")


def rows_out(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """Every row of a table, a line each, in pieces of some size."""
    waiting, size = [], 0
    statement = sql.SQL("COPY {} TO STDOUT").format(shape.named)
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as lines:
        for line in lines:
            waiting.append(bytes(line))
            size += len(line)
            if size >= _PIECE:
                yield b"".join(waiting)
                waiting, size = [], 0
    yield b"".join(waiting)


def rows_in(connection: Connection, shape: Shape, pieces: Iterable[bytes]) -> int:
    """Put rows into a table; how many."""
    statement = sql.SQL("COPY {} FROM STDIN").format(shape.named)
    with _driver(connection).cursor() as cursor:
        with cursor.copy(statement) as lines:
            for piece in pieces:
                lines.write(piece)
        return cursor.rowcount


def _driver(connection: Connection) -> Driver[Any]:
    return cast("Driver[Any]", connection.connection.driver_connection)


def counters(connection: Connection) -> dict[str, tuple[int, bool]]:
    """How far each sequence has counted, and whether it has counted at all.

    Asked inside the snapshot rows are read in: sequences know no snapshots, so they are never behind the rows.
    """
    return {name: (last, counted) for name, last, counted in connection.execute(_COUNTERS)}


_COUNTERS = text("""
    SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
    FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1
""")


def set_counters(connection: Connection, counted: dict[str, tuple[int, bool]]) -> None:
    """Let each sequence go on where it was."""
    statement = text("SELECT setval(format('public.%I', CAST(:name AS text))::regclass, :last, :counted)")
    for name, (last, has_counted) in counted.items():
        connection.execute(statement, {"name": name, "last": last, "counted": has_counted})


def lift_references(connection: Connection) -> list[str]:
    """Take down every foreign key, so that tables come in any order; what puts each up again.

    Checking a whole table at once is also what PostgreSQL does fastest.
    """
    found = connection.execute(_REFERENCES).all()
    for table, name, _ in found:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    return [f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in found]


_REFERENCES = text("""
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
""")


def put_references_up(connection: Connection, statements: Iterable[str]) -> None:
    """Put every foreign key up again, each checked over all rows."""
    for statement in statements:
        connection.exec_driver_sql(statement)
