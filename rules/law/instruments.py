"""From when to when each legal instrument is known to hold, gathered from every dated row of the law data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from rules.law.disclosures import Item, all_items
from rules.law.terms import all_terms
from rules.receipts import Basis

Span = tuple[date, date | None]


def grounds_on(item: Item, day: date) -> tuple[Basis, ...]:
    """The grounds of `item` that hold on `day`; one whose instrument has no dated row is always shown."""
    return tuple(ground for ground in item.basis if _holds(spans().get(ground.instrument), day))


def _holds(span: Span | None, day: date) -> bool:
    return span is None or (span[0] <= day and (span[1] is None or day <= span[1]))


@lru_cache(maxsize=1)
def spans() -> Mapping[str, Span]:
    """For each instrument its earliest day and its latest (None: still in force as far as known)."""
    found: dict[str, Span] = {}
    for instrument, first, last in _dated():
        start, end = found.get(instrument, (first, last))
        latest = None if end is None or last is None else max(end, last)
        found[instrument] = (min(start, first), latest)
    return MappingProxyType(found)


def _dated() -> Iterator[tuple[str, date, date | None]]:
    for term in all_terms().values():
        yield term.instrument, term.valid_from, term.valid_to
    for item in all_items().values():
        for channel in item.channels:
            yield channel.basis.instrument, channel.valid_from, channel.valid_to
