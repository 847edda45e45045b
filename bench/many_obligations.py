"""3,321 communes with 45 tasks of 6 obligations each, 896,670 in all, as the product would have written them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, text

from bench.database import PLANS, load_sample
from models.calendar_file import calendar_of, read_notices
from models.obligations import ladder_json
from rules.reminders import FULL, date_ladder
from rules.vietnamese import morning_of

COMMUNES, TASKS, EACH = 3321, 45, 6
CALENDAR = calendar_of(read_notices(PLANS / "calendar.yaml"))
MON_17_JUNE, TUE_18_JUNE = date(2024, 6, 17), date(2024, 6, 18)
QUIET, PEAK = TUE_18_JUNE, date(2024, 6, 24)  # a Tuesday, and the Monday after
APART = 100_000  # between the numbers of one commune's rows and the next one's
STEPS: tuple[int | None, ...] = (None, -10, -5, -2, 0, 1, 3, 5)  # the rung told last
NEXT = {None: -10, -10: -5, -5: -2, -2: 0, 0: 1, 1: 3, 3: 5, 5: 10}
# How many of a commune's 270 obligations are next told on each of the two days, open or closed, and in how many
# communes the last of them is: three tenths are closed, so that about 2,759 and 29,594 are due.
ON_QUIET, ON_PEAK, LAST_QUIET, LAST_PEAK = 2, 12, 600, 1820


def fill(engine: Engine, communes: int = COMMUNES) -> None:
    """Load the sample office by the product itself, then multiply it in the database."""
    load_sample(engine, MON_17_JUNE)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # copies need no checking
        connection.execute(text("DELETE FROM letter"))
        for table, changed in _COPIED:
            _multiply(connection, table, changed, communes)
        _write_patterns(connection)
        connection.execute(text("DELETE FROM obligation"))
        connection.execute(text(_OBLIGATIONS), {"communes": communes})


_COPIED: Sequence[tuple[str, dict[str, str]]] = (
    ("authority", {"id": "n", "code": "o.code || '-' || n", "catch_all_id": f"o.catch_all_id + n * {APART}"}),
    ("calendar_notice", {"id": f"o.id + n * {APART}", "authority_id": "n"}),
    ("unit", {"id": f"o.id + n * {APART}", "authority_id": "n"}),
    ("person", {"id": f"o.id + n * {APART}", "authority_id": "n"}),
    ("role", {"id": f"o.id + n * {APART}", "person_id": f"o.person_id + n * {APART}",
              "unit_id": f"o.unit_id + n * {APART}"}),
    ("plan", {"id": "o.id + n", "authority_id": "n", "code": "o.code || '-' || n"}),
    ("plan_task", {"id": f"o.id + n * {APART}", "plan_id": "o.plan_id + n", "slug": "o.slug || '-' || n"}),
    ("audit_head", {"authority_id": "n", "seq": "0", "hash": "repeat('0', 64)"}),
)  # fmt: skip


def _multiply(connection: Connection, table: str, changed: dict[str, str], communes: int) -> None:
    """Give communes 2, 3, … the rows that the first one has."""
    columns = _columns(connection, table)
    values = ", ".join(changed.get(name, f"o.{name}") for name in columns)
    connection.execute(
        text(f"""
            INSERT INTO {table} ({", ".join(columns)})
            SELECT {values} FROM {table} AS o, generate_series(2, :communes) AS n
        """),  # noqa: S608  names of ours
        {"communes": communes},
    )


def _columns(connection: Connection, table: str) -> list[str]:
    named = "SELECT column_name FROM information_schema.columns WHERE table_name = :table ORDER BY ordinal_position"
    return list(connection.execute(text(named), {"table": table}).scalars())


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One of a commune's obligations: which task, how far told, when next."""

    place: int
    last_offset: int | None
    target: date
    wakeup: date
    communes: int  # in how many communes it is told on that day; in the others ten working days later

    def row(self) -> dict[str, Any]:
        later = CALENDAR.add(self.wakeup, 10)
        return {
            "place": self.place, "last_offset": self.last_offset, "target": self.target, "communes": self.communes,
            "wakeup": morning_of(self.wakeup), "later": morning_of(later),
            "ladder": orjson.dumps(ladder_json(date_ladder(FULL, self.target, CALENDAR))).decode(),
        }  # fmt: skip


def _patterns() -> Iterator[_Pattern]:
    """The obligations of one commune: some told next on the quiet day, some on the peak, the rest after."""
    for place in range(TASKS * EACH):
        step = STEPS[place % len(STEPS)]
        communes = COMMUNES
        if place < ON_QUIET:
            wakeup, communes = QUIET, LAST_QUIET if place == ON_QUIET - 1 else COMMUNES
        elif place < ON_QUIET + ON_PEAK:
            wakeup, communes = PEAK, LAST_PEAK if place == ON_QUIET + ON_PEAK - 1 else COMMUNES
        else:
            wakeup = CALENDAR.add(PEAK, 1 + place % 90)
        yield _Pattern(place, step, _target(wakeup, NEXT[step]), wakeup, communes)


def _target(wakeup: date, offset: int) -> date:
    return CALENDAR.add(wakeup, -offset) if offset else wakeup


def _write_patterns(connection: Connection) -> None:
    """The patterns beside the sample office's own obligations, whose titles, receipts and tasks they take."""
    connection.execute(
        text("""
        CREATE TEMP TABLE pattern (place int, last_offset int, target date, wakeup timestamptz, later timestamptz,
            communes int, ladder jsonb) ON COMMIT DROP
    """)
    )
    insert = text("""
        INSERT INTO pattern VALUES (:place, :last_offset, :target, :wakeup, :later, :communes, CAST(:ladder AS jsonb))
    """)
    connection.execute(insert, [pattern.row() for pattern in _patterns()])
    connection.execute(text(_TOLD), {"tasks": TASKS})


_TOLD = """
    CREATE TEMP TABLE told ON COMMIT DROP AS
    WITH task AS (
        SELECT DISTINCT ON (plan_task_id) * FROM obligation WHERE authority_id = 1 ORDER BY plan_task_id, id
    ), numbered AS (SELECT row_number() OVER (ORDER BY id) - 1 AS task_place, * FROM task)
    SELECT pattern.*, numbered.plan_task_id, numbered.title, numbered.nature, numbered.period_name,
        numbered.receipt, numbered.calendar_version, numbered.unit, numbered.internal
    FROM pattern JOIN numbered
        ON numbered.task_place = pattern.place % least(:tasks, (SELECT count(*) FROM numbered))
"""


# Three tenths closed; the others at their step of the ladder.
_OBLIGATIONS = f"""
    INSERT INTO obligation (authority_id, plan_task_id, code, title, nature, period_key, period_name, status,
        internal, provisional, nominal, legal, target, unit, extended_days, rounds, items, receipt, ladder,
        last_offset, calendar_version, next_wakeup_at, opened_on, done_on, moves, findings)
    SELECT n, plan_task_id + (n > 1)::int * n * {APART}, 'xa-' || n || '.' || place, title, nature,
        '2024-' || place, period_name, CASE WHEN open THEN 'dang-theo-doi' ELSE 'hoan-thanh' END,
        internal, false, target, target, target, unit, 0, 0, '[]', receipt, ladder,
        last_offset, calendar_version, CASE WHEN open THEN CASE WHEN n <= communes THEN wakeup ELSE later END END,
        '2024-01-11', CASE WHEN open THEN NULL ELSE target END, '[]', '[]'
    FROM generate_series(1, :communes) AS n,
        LATERAL (SELECT *, (n * 7 + place * 3) % 10 >= 3 AS open FROM told) AS row
    ORDER BY place % 7, n
"""  # noqa: S608  constants only
