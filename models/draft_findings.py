"""What the checks of a plan find in a draft: in one task looked at alone, and in the whole before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from models.draft_document import Checked
from models.draft_tables import PlanDraft
from models.obligations import stored_calendar
from models.plan_checks.checking import DECIDE, check_plan
from models.plan_checks.findings import PlanFinding
from models.plan_checks.plan_read import plan_to_check
from models.plan_schema import PlanDocument
from rules.working_days import CalendarNotKnown

_ASKED = ("cho-xac-nhan", DECIDE)  # what the review itself asks of a person


def task_findings(session: Session, draft: PlanDraft, found: Checked, keys: Mapping[str, Any]) -> list[PlanFinding]:
    """What a person should look at in the task with these `keys`; what it has in common with others is not asked."""
    try:
        alone = PlanDocument.model_validate({**found.raw, "nhiem-vu": [dict(keys)]})
    except ValidationError:
        return []  # told as a fault
    return [finding for finding in _checked(session, draft, alone) if finding.task == keys.get("ma")]


def plan_findings(session: Session, draft: PlanDraft, found: Checked) -> list[PlanFinding]:
    """What a person should look at in the whole plan; nothing while it has faults."""
    return _checked(session, draft, found.plan.document) if found.plan else []


def errors_in(findings: list[PlanFinding]) -> list[PlanFinding]:
    """Those that keep a plan from being loaded: contradictions that no remark owns up to."""
    return [finding for finding in findings if finding.level == "error"]


def _checked(session: Session, draft: PlanDraft, document: PlanDocument) -> list[PlanFinding]:
    calendar = stored_calendar(session, draft.authority_id)
    try:
        found = check_plan(plan_to_check(document, calendar))
    except CalendarNotKnown:
        return []  # told as a fault
    return [finding for finding in found if finding.rule not in _ASKED]
