"""Whether the terms of one duty follow each other day by day: two at once, or none, is found here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from rules.law.reading import all_duties
from rules.law.records import Duty, Term
from rules.receipts import Finding
from rules.vietnamese import dmy

_ONE_DAY = timedelta(days=1)


def overlaps_and_gaps(duties: Iterable[Duty] | None = None) -> list[Finding]:
    """Errors of `duties` (the packaged ones if none are given), and a note for each gap known to be open."""
    return [finding for duty in duties or all_duties().values() for finding in _of_duty(duty)]


def _of_duty(duty: Duty) -> Iterator[Finding]:
    terms = sorted(duty.terms, key=lambda term: term.valid_from)
    problems = [problem for term in terms for problem in _reversed(term)]
    problems += [problem for pair in pairwise(terms) for problem in _overlap(*pair)]
    problems += [problem for pair in pairwise(terms) for problem in _gap(*pair)]
    if duty.missing:
        yield Finding("note", f"«{duty.name}» ({duty.slug}): {duty.missing}")
    else:
        problems += _open_end(terms)
    for problem in problems:
        yield Finding("error", f"«{duty.name}» ({duty.slug}): {problem}")


def _reversed(term: Term) -> Iterator[str]:
    if term.valid_to and term.valid_to < term.valid_from:
        yield f"{term.id} hết hiệu lực {dmy(term.valid_to)}, trước ngày có hiệu lực {dmy(term.valid_from)}."


def _overlap(earlier: Term, later: Term) -> Iterator[str]:
    if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
        yield (
            f"{earlier.id} ({earlier.span}) và {later.id} ({later.span}) cùng có hiệu lực; "
            "mỗi ngày chỉ được có một quy định."
        )


def _gap(earlier: Term, later: Term) -> Iterator[str]:
    if earlier.valid_to and later.valid_from > earlier.valid_to + _ONE_DAY:
        first, last = earlier.valid_to + _ONE_DAY, later.valid_from - _ONE_DAY
        yield f"từ {dmy(first)} đến {dmy(last)} không có quy định nào (sau {earlier.id}, trước {later.id})."


def _open_end(terms: list[Term]) -> Iterator[str]:
    if terms and terms[-1].valid_to:
        yield (
            f"{terms[-1].id} hết hiệu lực {dmy(terms[-1].valid_to)} mà chưa có quy định thay thế; "
            "ghi thêm quy định, hoặc nói rõ điều chưa biết ở con-thieu."
        )
