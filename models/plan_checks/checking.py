"""Everything a plan file is checked for, as one table, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from models.appendix.document import SignedDocument
from models.plan_checks.days import (
    crowded_days,
    cut_offs,
    due_before_signing,
    mostly_standing,
    quotes_that_differ,
    windows_without_work,
)
from models.plan_checks.findings import PlanFinding, in_order, unless_told
from models.plan_checks.owners import leads_without_name, nobody_there, outside_leads, waiting, without_doers
from models.plan_checks.passages import passages_of_plan
from models.plan_checks.plan_read import PlanRead
from models.plan_checks.tasks import (
    gaps_in_numbers,
    grounds_replaced,
    indices_outside_papi,
    quotas_without_cadence,
    written_twice,
)
from models.plan_checks.words import check_passages, check_words

REMARK = "ghi-nhan"  # what the office itself wrote under «phat-hien»
DECIDE = "cho-quyet-dinh"  # what a draft still asks of a person

_CHECKS: tuple[tuple[str, Callable[[PlanRead], Iterator[PlanFinding]]], ...] = (
    ("cho-xac-nhan", waiting),
    ("chot-so-lieu", cut_offs),
    ("han-truoc-ngay-ky", due_before_signing),
    ("khong-ngay-lam-viec", windows_without_work),
    ("trich-khac-han", quotes_that_differ),
    ("chi-tieu-khong-nhip", quotas_without_cadence),
    ("don-doc-ngoai-co-quan", outside_leads),
    ("khong-co-nguoi", nobody_there),
    ("can-cu-da-thay", grounds_replaced),
    ("viec-trung", written_twice),
    ("don-ngay", crowded_days),
    ("khong-co-han", mostly_standing),
    ("khong-ghi-thuc-hien", without_doers),
    ("lanh-dao-chung", leads_without_name),
    ("danh-so-nhay", gaps_in_numbers),
    ("tt-ngoai-papi", indices_outside_papi),
)


def check_plan(plan: PlanRead) -> list[PlanFinding]:
    """What a plan file contradicts, leaves blank or was copied from, and its own remarks; errors first."""
    found = [replace(finding, rule=rule) for rule, check in _CHECKS for finding in check(plan)]
    words = check_passages(passages_of_plan(plan.document, plan.source), plan.context)
    settled = [_settled(finding, plan) for finding in [*found, *words] if not _is_remarked(finding, plan)]
    return in_order([*settled, *_remarks(plan)])


def check_signed(document: SignedDocument, plan: PlanRead) -> list[PlanFinding]:
    """What is wrong in the document the plan was taken from; only noted where the plan file tells it already."""
    remarks = [remark.why for remark in _remarks(plan)]
    unsaid = [finding for finding in check_words(document, plan.context) if not _is_remarked(finding, plan)]
    found = [unless_told(finding, remarks) for finding in unsaid]
    return in_order(replace(one, place=", ".join(filter(None, (document.name, one.place)))) for one in found)


def _is_remarked(finding: PlanFinding, plan: PlanRead) -> bool:
    """Whether a remark is the finding itself, as an import writes them: then it is told there."""
    return any(finding.text in remark.why for remark in _remarks(plan) if finding.task in ("", remark.task))


def _settled(finding: PlanFinding, plan: PlanRead) -> PlanFinding:
    """`finding` as grave as it still is: told already it is a note, and what waits for a person stops nobody."""
    waits = {task.ma for _, task in plan.tasks if task.cho_xac_nhan}
    known = unless_told(finding, _remarks_on(finding.task, plan))
    return replace(known, level="warning") if known.level == "error" and known.task in waits else known


def _remarks_on(code: str, plan: PlanRead) -> Iterable[str]:
    """The remarks on one plan task: its own, and those of the plan that name it; without a task the plan's."""
    own = [remark for _, task in plan.tasks if task.ma == code for remark in task.phat_hien]
    return own + [remark for remark in plan.document.ke_hoach.phat_hien if code in remark]


def _remarks(plan: PlanRead) -> Iterator[PlanFinding]:
    for text in plan.document.ke_hoach.cho_quyet_dinh:
        yield replace(plan.whole("warning", text), rule=DECIDE)
    for text in plan.document.ke_hoach.phat_hien:
        yield replace(plan.whole("note", text), rule=REMARK)
    for place, task in plan.tasks:
        for text in task.phat_hien:
            yield replace(plan.at(place, "phat-hien", "note", text), rule=REMARK)
