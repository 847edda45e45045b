"""Instruments a text names: whether one has ended by a day, which instruments followed it, what must be checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from rules.law.disclosures import all_items
from rules.law.instruments import spans
from rules.law.reading import all_duties, doubt_about, packaged
from rules.law.records import Doubt
from rules.law.superseded import Superseded, all_superseded

_NUMBER = re.compile(r"(?<![\d/])\d+/(?:19|20)\d\d(?:/[A-ZĐ][\w-]*)?")
_KIND = "luật|pháp lệnh|nghị định|nghị quyết|thông tư|quyết định"
_NAMED = re.compile(rf"(?:{_KIND})\b[^.;()«»]*?({_NUMBER.pattern})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ended:
    """An instrument known to hold until `last` only, and those whose terms took the place of its own."""

    instrument: str
    last: date
    successors: tuple[str, ...]


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers of the instruments `text` names: «163/2016/NĐ-CP», or «36/2017» when it says no more."""
    return tuple(dict.fromkeys(match.group(1) for match in _NAMED.finditer(text)))


def ended_by(text: str, day: date) -> list[Ended]:
    """The instruments `text` names that ended before `day`: those of the terms of law, then others replaced."""
    known = (name for number in numbers_in(text) for name in spans() if _is(name, number))
    ended = [Ended(name, last, _followers(name, day)) for name in known if (last := spans()[name][1]) and last < day]
    told = {number for one in ended for number in numbers_in(one.instrument)}
    return ended + [
        Ended(row.name, row.valid_to, _instead_of(row.name, day))
        for row in _replaced().values()
        if row.valid_to and row.valid_to < day and any(row.mentions(text)) and not told & {*numbers_in(row.name)}
    ]


def doubts_by(text: str, day: date) -> list[tuple[str, Doubt]]:
    """The instruments `text` names whose wording in force on `day` nobody has checked, and why."""
    return [
        (name, doubt)
        for number in numbers_in(text)
        for name, doubt in _doubts().items()
        if _is(name, number) and (doubt.since is None or doubt.since <= day)
    ]


def _followers(instrument: str, day: date) -> tuple[str, ...]:
    """What follows `instrument` and still holds on `day`: a follower that has itself ended leads on to its own."""
    found: dict[str, None] = {}
    for name in _successors().get(instrument, ()):
        last = spans()[name][1]
        found |= dict.fromkeys(_followers(name, day) if last and last < day else (name,))
    return tuple(found) or _instead_of(instrument, day)


def _instead_of(instrument: str, day: date) -> tuple[str, ...]:
    """What the list of replaced instruments says to write; where that has itself ended, what follows it."""
    numbers = numbers_in(instrument)
    row = next((row for number, row in _replaced().items() if number in numbers), None)
    if row is None or not row.instead:
        return ()
    later = [name for one in ended_by(row.instead, day) for name in one.successors]
    return tuple(dict.fromkeys(later)) or (row.instead,)


def _is(instrument: str, number: str) -> bool:
    """Whether `number`, perhaps only its start («36/2017»), is that of `instrument`, which may name a second one."""
    first = _NUMBER.search(instrument)
    return first is not None and f"{first.group()}/".startswith(f"{number}/")


@lru_cache(maxsize=1)
def _successors() -> Mapping[str, tuple[str, ...]]:
    """For each instrument, those of the terms and channels that begin where its own end."""
    found: dict[str, dict[str, None]] = {}
    for duty in all_duties().values():
        for before, after in zip(duty.terms, duty.terms[1:], strict=False):
            found.setdefault(before.instrument, {})[after.instrument] = None
    for item in all_items().values():
        ended = [channel for channel in item.channels if channel.valid_to]
        for old in ended:
            for new in item.channels:
                if old.valid_to and new.channel == old.channel and new.valid_from > old.valid_to:
                    found.setdefault(old.basis.instrument, {})[new.basis.instrument] = None
    return MappingProxyType({name: tuple(n for n in after if n != name) for name, after in found.items()})


@lru_cache(maxsize=1)
def _replaced() -> Mapping[str, Superseded]:
    """The instruments plans still name though another has replaced them, by their numbers."""
    laws = (row for row in all_superseded() if row.kind == "van-ban")
    return MappingProxyType({number: row for row in laws for number in numbers_in(row.name)})


@lru_cache(maxsize=1)
def _doubts() -> Mapping[str, Doubt]:
    rows = packaged("instruments_to_check.yaml").items()
    return MappingProxyType({name: doubt_about(name, row) for name, row in rows})
