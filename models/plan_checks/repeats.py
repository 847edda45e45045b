"""The same sentence in two places: a copy that was not meant, or one promise written twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from models.appendix.points import shortened
from models.plan_checks.context import Context
from models.plan_checks.document_read import DocumentRead
from models.plan_checks.findings import PlanFinding
from models.plan_checks.passages import Passage
from rules.vietnamese import fold

SHORTEST = 60
_ENDS = re.compile(r"\n+|;\s+|(?<=[.;])\s+(?=[-A-ZĐÀ-Ỹ])|(?:^|\s)-+\s*(?=[A-ZĐÀ-Ỹ])")
_NOISE = re.compile(r"[\W_]+")


def sentences(text: str) -> Iterator[str]:
    """The sentences and bullets of `text` long enough to be told apart."""
    return (words for part in _ENDS.split(text) if len(words := " ".join(part.split())) >= SHORTEST)


def repeated(passages: Iterable[Passage]) -> Iterator[tuple[str, Passage, Passage]]:
    """Each sentence met before, with where it stands first and now."""
    first: dict[str, Passage] = {}
    for passage in passages:
        for sentence in sentences(passage.text):
            known = first.setdefault(_NOISE.sub(" ", fold(sentence)).strip(), passage)
            if known is not passage:
                yield sentence, known, passage


def sentences_repeated(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """A sentence met before among the paragraphs, or among the rows; an appendix may well repeat the body."""
    told: set[str] = set()
    for in_table in (False, True):
        for sentence, known, passage in repeated(one for one in signed.passages if one.in_table == in_table):
            if passage.place not in told:
                told.add(passage.place)
                why = f"Câu này đã có ở {known.place}; nếu là một việc thì chỉ nên ghi một lần."
                yield passage.finding("note", shortened(sentence, SHORTEST), why, "bỏ một chỗ, hoặc viết cho khác nhau")
