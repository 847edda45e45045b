"""What may be wrong in the words of a plan, wherever they stand: the checks as one table, and who runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from models.appendix.document import SignedDocument
from models.plan_checks.context import Context
from models.plan_checks.document_read import DocumentRead
from models.plan_checks.findings import PlanFinding, gathered, in_order
from models.plan_checks.headings import appendix_titles, sections_numbered_twice
from models.plan_checks.old_words import old_law, old_terms, wrong_names
from models.plan_checks.passages import Passage
from models.plan_checks.places import (
    district_portal,
    many_units,
    other_levels,
    other_places,
    other_provinces,
    own_name_elsewhere,
)
from models.plan_checks.repeats import sentences_repeated
from models.plan_checks.row_checks import (
    blank_cells,
    cells_cut_off,
    leaders_without_name,
    numbers_outside_papi,
    quotas_outside_time,
    rows_carried_over,
    rows_without_deadline,
)
from models.plan_checks.spelling import double_slashes, impossible_days, slips
from models.plan_checks.years import past_times, past_years

LayoutCheck = Callable[[DocumentRead, Context], Iterator[PlanFinding]]
WordCheck = Callable[[Passage, Context], Iterator[PlanFinding]]

_CHECKS: tuple[tuple[str, WordCheck], ...] = (
    ("thoi-gian-da-qua", past_times),
    ("nam-khac", past_years),
    ("ngay-khong-co", impossible_days),
    ("dia-danh-khac", other_places),
    ("cap-khac", other_levels),
    ("cap-khac", own_name_elsewhere),
    ("cap-khac", many_units),
    ("cap-khac", district_portal),
    ("van-ban-da-thay", old_law),
    ("van-ban-khong-co", wrong_names),
    ("tu-ngu-cu", old_terms),
    ("thua-gach-cheo", double_slashes),
    ("loi-go", slips),
)
_LAYOUT: tuple[tuple[str, LayoutCheck], ...] = (
    ("ten-phu-luc", appendix_titles),
    ("dia-danh-khac", other_provinces),
    ("muc-trung-so", sections_numbered_twice),
    ("o-trong", blank_cells),
    ("dong-noi-trang", rows_carried_over),
    ("o-bi-cat", cells_cut_off),
    ("chi-tieu-khong-nhip", quotas_outside_time),
    ("lanh-dao-chung", leaders_without_name),
    ("khong-co-han", rows_without_deadline),
    ("tt-ngoai-papi", numbers_outside_papi),
    ("cau-lap", sentences_repeated),
)
_TOLD_ONCE = frozenset({"dia-danh-khac", "cap-khac", "van-ban-da-thay", "van-ban-khong-co", "tu-ngu-cu", "loi-go"})


def check_passages(passages: Iterable[Passage], context: Context) -> list[PlanFinding]:
    """What the word checks find in `passages`, in their order."""
    return [
        replace(finding, rule=rule)
        for passage in passages
        for rule, check in _CHECKS
        for finding in check(passage, context)
    ]


def told_once(findings: Iterable[PlanFinding]) -> list[PlanFinding]:
    """Words that come back throughout a text, told once with their places; everything else as it is."""
    kept = list(findings)
    often = [finding for finding in kept if finding.rule in _TOLD_ONCE]
    return [finding for finding in kept if finding.rule not in _TOLD_ONCE] + gathered(often)


def check_layout(signed: DocumentRead, context: Context) -> list[PlanFinding]:
    """What is wrong in the shape of a signed document: its titles, its numbering, its rows."""
    return [replace(finding, rule=rule) for rule, check in _LAYOUT for finding in check(signed, context)]


def check_words(document: SignedDocument, context: Context) -> list[PlanFinding]:
    """Everything that may be wrong in a signed document: its words and its shape, errors first."""
    signed = DocumentRead.of(document)
    words = told_once(check_passages(signed.passages, context))
    return in_order([*check_layout(signed, context), *words])
