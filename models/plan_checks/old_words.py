"""Law replaced, laws that never were and words no longer used, on the day the plan was signed or within its year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from models.plan_checks.context import Context
from models.plan_checks.findings import Level, PlanFinding
from models.plan_checks.passages import Passage
from rules.law.levels import Abolished, places_of
from rules.law.superseded import OldKind, Superseded, all_superseded
from rules.receipts import Basis
from rules.vietnamese import dmy


def old_law(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """Instruments another has replaced."""
    return _of_kind("van-ban", passage, context)


def wrong_names(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """Laws under a name or a year that never was."""
    return _of_kind("ten-sai", passage, context)


def old_terms(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """Words the law has given up, and names of levels and bodies that went in 2025."""
    yield from _of_kind("thuat-ngu", passage, context)
    names: dict[Abolished, dict[str, None]] = {}
    for one, start, end in places_of(passage.text, _last_day(context)):
        if one.advice and (context.level == "xa" or not one.kept_in_wards):
            names.setdefault(one, {})[" ".join(passage.text[start:end].split())] = None
    for one, words in names.items():
        level: Level = "note" if one.since > context.signed else "warning"
        name = f"{one.name} ở xã" if one.kept_in_wards else one.name
        why = _since(name, "không còn", one.since, one.basis, context)
        yield passage.finding(level, "; ".join(words), why, one.advice, *words, one.name)


def _last_day(context: Context) -> date:
    return max(context.signed, date(context.year, 12, 31))


def _of_kind(kind: OldKind, passage: Passage, context: Context) -> Iterator[PlanFinding]:
    last = _last_day(context)
    for row in all_superseded():
        if row.kind != kind or row.is_right_on(last):
            continue
        if words := dict.fromkeys(" ".join(found[0].split()) for found in row.mentions(passage.text)):
            yield _finding(row, "; ".join(words), passage, context)


def _finding(row: Superseded, words: str, passage: Passage, context: Context) -> PlanFinding:
    level: Level = "note" if row.is_right_on(context.signed) else "warning"
    return passage.finding(level, words, _why(row, context), row.instead, *_marks(row, words))


def _why(row: Superseded, context: Context) -> str:
    if row.valid_to is None:
        return f"Không có văn bản tên này; đúng là {row.basis}."
    verb = "đã có văn bản thay" if row.kind == "van-ban" else "không còn dùng"
    return _since(row.name, verb, row.valid_to + timedelta(days=1), row.basis, context)


def _since(name: str, verb: str, since: date, basis: Basis, context: Context) -> str:
    within = f", trong năm {context.year}" if since > context.signed else ""
    return f"{name[0].upper()}{name[1:]} {verb} từ ngày {dmy(since)}{within}; theo {basis}."


def _marks(row: Superseded, words: str) -> tuple[str, ...]:
    """Words by which a remark tells the same: those found, «36/2017», for a wrong name the number of the right law."""
    name = row.instead if row.kind == "ten-sai" else row.name
    number = next((part for part in name.split() if "/" in part), "")
    return (*words.split("; "), "/".join(number.split("/")[:2]))
