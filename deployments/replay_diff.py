"""`dunghan replay diff`: what the second of two rehearsals does otherwise, in words or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from deployments.printing import print_json
from models.office_file import read_all
from models.rehearsal_burden import Measure, Totals
from models.rehearsal_file import Due, Rehearsal, read_rehearsal
from models.rehearsal_words import (
    SAME,
    altered_words,
    crowded_words,
    due_words,
    measure_words,
    moved_words,
    peak_words,
    unit_words,
    window_words,
)
from models.rehearsals import Altered, Difference, PersonLetters, compare

_DIFFERENCE = TypeAdapter(Difference)
_COUNTED = {
    "obligations": "nghĩa vụ",
    "letters": "thư nhắc",
    "mails": "thư điện tử",
    "people": "người nhận",
    "mornings": "buổi sáng có thư",
    "crowded": "buổi sáng quá nhiều",
}


def print_difference(before: Path, after: Path, measure: Measure, as_json: bool) -> bool:
    """Say what differs; whether anything does. Raises OfficeFileError naming what could not be read."""
    was, now = read_all(lambda: read_rehearsal(before), lambda: read_rehearsal(after))
    found = compare(was, now, measure)
    if as_json:
        print_json(_json(found))
    else:
        print("\n".join(_lines(found, was, now, measure)))
    return not found.is_empty


def _json(found: Difference) -> dict[str, Any]:
    """The difference, obligations by their facts without their letters."""
    printed: dict[str, Any] = _DIFFERENCE.dump_python(found, mode="json", exclude=_LETTERS)
    return {"same": found.is_empty, **printed}


_EACH = {"__all__": {"letters"}}
_INSIDE = {"__all__": {"due": {"letters"}, "was": {"letters"}}}
_LETTERS: Any = dict.fromkeys(("gone", "new", "tight_new", "tight_gone"), _EACH) | dict.fromkeys(
    ("moved", "altered"), _INSIDE
)


def _lines(found: Difference, was: Rehearsal, now: Rehearsal, measure: Measure) -> Iterator[str]:
    if found.is_empty:
        yield f"{SAME}; chỉ khác đầu vào:" if found.inputs else f"{SAME}."
        yield from (f"  {one}" for one in found.inputs)
        return
    yield from _section("Đầu vào khác nhau", found.inputs)
    yield from _of_obligations(found, was, now)
    yield from _of_people(found, was, now)
    yield from _of_bounds(found, was, now, measure)
    yield from _section("Tổng cộng", _totals(*found.totals))


def _of_obligations(found: Difference, was: Rehearsal, now: Rehearsal) -> Iterator[str]:
    """What is due in one only, what moved, what differs in something else; under their units."""
    yield from _grouped("Chỉ có ở lần trước", [(one, []) for one in found.gone], was)
    yield from _grouped("Chỉ có ở lần sau", [(one, []) for one in found.new], now)
    yield from _grouped("Đổi ngày", [(one.due, moved_words(one)) for one in found.moved], now)
    facts = [(one.due, _facts(one, was, now)) for one in found.altered]
    yield from _grouped("Đổi thông tin khác", facts, now)


def _of_people(found: Difference, was: Rehearsal, now: Rehearsal) -> Iterator[str]:
    """Whose letters and whose heaviest morning are others."""
    yield from _section("Thư của từng người", (_letters(one, was, now) for one in found.letters))
    peaks = (
        f"{_name(one.person, was, now)}: {peak_words(one.before)} -> {peak_words(one.after)}" for one in found.peaks
    )
    yield from _section("Buổi sáng nặng nhất của từng người", peaks)


def _of_bounds(found: Difference, was: Rehearsal, now: Rehearsal, measure: Measure) -> Iterator[str]:
    """What became too tight or too much, and what no longer is."""
    for heading, dues in (("Thời gian chặt mới có", found.tight_new), ("Thời gian chặt đã hết", found.tight_gone)):
        yield from _section(heading, (f"{due_words(one)}: {window_words(one)}" for one in dues))
    new = f"Buổi sáng quá nhiều mới có ({measure_words(measure)})"
    yield from _section(new, (crowded_words(one, now) for one in found.crowded_new))
    yield from _section("Buổi sáng quá nhiều đã hết", (crowded_words(one, was) for one in found.crowded_gone))


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    if found := list(lines):
        yield f"{heading} ({len(found)}):"
        yield from (f"  {line}" for line in found)


def _grouped(heading: str, entries: Iterable[tuple[Due, list[str]]], rehearsal: Rehearsal) -> Iterator[str]:
    """Obligations under their units, in order of their days; each with lines beneath."""
    ordered = sorted(entries, key=lambda entry: (unit_words(entry[0]), entry[0].target, entry[0].code))
    if ordered:
        yield f"{heading} ({len(ordered)}):"
    for unit, mine in groupby(ordered, key=lambda entry: unit_words(entry[0])):
        yield f"  {unit}"
        for due, beneath in mine:
            yield f"    {_about(due, rehearsal)}"
            yield from (f"      {one}" for one in beneath)


def _about(due: Due, rehearsal: Rehearsal) -> str:
    people = ", ".join(rehearsal.name_of(person) for person in due.implementers)
    return f"{due.code}  {due_words(due)}{f' ({people})' if people else ''}"


def _facts(one: Altered, was: Rehearsal, now: Rehearsal) -> list[str]:
    return [f"{name}: {before} -> {after}" for name, before, after in altered_words(one, was, now)]


def _letters(one: PersonLetters, was: Rehearsal, now: Rehearsal) -> str:
    counts = {"thêm": one.gained, "bớt": one.lost, "đổi ngày": one.moved}
    said = [f"{word} {len(letters)} thư nhắc" for word, letters in counts.items() if letters]
    said.append(f"{one.mornings} buổi sáng có thư khác trước")
    return f"{_name(one.person, was, now)}: {', '.join(said)}"


def _name(person: str, was: Rehearsal, now: Rehearsal) -> str:
    return now.name_of(person) if person in now.inputs.people.names else was.name_of(person)


def _totals(before: Totals, after: Totals) -> Iterator[str]:
    for field, name in _COUNTED.items():
        was, now = getattr(before, field), getattr(after, field)
        yield f"{name}: {was} -> {now}" if was != now else f"{name}: {now}"
