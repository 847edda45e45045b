"""The trail as people read it: newest first, what was asked for, each entry a sentence with names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, text
from sqlmodel import Session, col

from models.action_groups import action_name
from models.audit_actions import means, told
from models.obligation_page import TrailLine, names_of, with_names
from models.record_tables import AuditEntry
from models.tables import Obligation
from rules.vietnamese import alphabetical, end_of, fold, start_of

ON_A_PAGE = 50
WINDOW = 2_000  # entries read through for words at one go: what keeps a page quick however long the trail


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries a reader wants: all that is said must hold; nothing said is everything."""

    first: date | None = None
    last: date | None = None
    actions: Sequence[str] = ()
    actor: str = ""
    subject: str = ""
    words: str = ""
    before: int = 0  # only entries numbered lower; 0: from the newest


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some entries, newest first, and how far back was looked to find them."""

    entries: list[TrailLine] = field(default_factory=list)
    looked: int = 0
    oldest: int = 0  # the lowest number looked at
    more: bool = False  # whether there are older ones


def read_trail(session: Session, authority_id: int, asked: Asked) -> TrailPage:
    """The newest entries asked for: a page full, or as many as the window holds."""
    names, words = names_of(session, authority_id), fold(asked.words).split()
    found: list[TrailLine] = []
    looked = oldest = 0
    rows = session.execute(_query(authority_id, asked), execution_options={"yield_per": 200})
    for line in (_line(row, names) for row in rows):
        if len(found) == ON_A_PAGE or looked == WINDOW:
            return TrailPage(found, looked, oldest, more=True)
        looked, oldest = looked + 1, line.seq
        if _says(line, words):
            found.append(line)
    return TrailPage(found, looked, oldest)


def _query(authority_id: int, asked: Asked) -> Select[Any]:
    """The entries asked for with what their obligations are called; one more than is shown tells whether it goes on."""
    entry, whose = AuditEntry, Obligation
    about = (col(whose.code) == col(entry.subject)) & (col(whose.authority_id) == col(entry.authority_id))
    columns = (entry.seq, entry.at, entry.actor, entry.action, entry.subject, entry.detail, entry.flow_run, entry.hash,
               whose.title, whose.period_name)  # fmt: skip
    query = select(*map(col, columns)).join_from(entry, whose, about, isouter=True)
    query = query.where(col(entry.authority_id) == authority_id, *_conditions(asked))
    return query.order_by(col(entry.seq).desc()).limit((WINDOW if asked.words else ON_A_PAGE) + 1)


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.first:
        yield col(AuditEntry.at) >= start_of(asked.first)
    if asked.last:
        yield col(AuditEntry.at) < end_of(asked.last)
    if asked.actions:
        yield col(AuditEntry.action).in_(asked.actions)
    if asked.actor:
        yield col(AuditEntry.actor) == asked.actor
    if asked.subject:
        yield col(AuditEntry.subject) == asked.subject
    if asked.before:
        yield col(AuditEntry.seq) < asked.before


def _says(line: TrailLine, words: Sequence[str]) -> bool:
    """Whether a line holds every word, with or without accents, in what a reader sees of it."""
    whole = fold(f"{line.text} {line.subject} {line.about} {line.actor} {line.action}")
    return all(word in whole for word in words)


def _line(row: Row[Any], names: dict[str, str]) -> TrailLine:
    return TrailLine(
        row.seq, row.at, names.get(row.actor, row.actor), told(row.action, with_names(row.detail, names)), row.flow_run,
        means(row.detail), action_name(row.action), row.subject,
        f"{row.title}, {row.period_name}" if row.title else "", row.hash,
    )  # fmt: skip


def actors_of(session: Session, authority_id: int) -> list[tuple[str, str]]:
    """Everybody who ever recorded something, by code and name, as a Vietnamese dictionary puts them."""
    names = names_of(session, authority_id)
    found = session.execute(_ACTORS, {"authority": authority_id}).scalars()
    return sorted(((actor, names.get(actor, actor)) for actor in found), key=lambda one: alphabetical(one[1]))


# From one actor straight to the next along the index: a plain DISTINCT would read every entry.
_ACTORS = text("""
    WITH RECURSIVE known AS (
        (SELECT actor FROM audit_entry WHERE authority_id = :authority ORDER BY actor LIMIT 1)
        UNION ALL
        SELECT (SELECT actor FROM audit_entry WHERE authority_id = :authority AND actor > known.actor
                ORDER BY actor LIMIT 1)
        FROM known WHERE known.actor IS NOT NULL
    )
    SELECT actor FROM known WHERE actor IS NOT NULL
""")
