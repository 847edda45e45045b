"""What the office decides of one task of a draft: each act recorded, none on a form that has gone stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.doers import names_of_people
from models.draft_document import check_draft, units_of
from models.draft_findings import errors_in, task_findings
from models.draft_states import ACCEPTED, ASKED, CORRECTED, LEFT_OUT, STATES, WAITING, as_taken
from models.draft_tables import DraftTask, PlanDraft
from models.draft_words import fault_words, task_changes
from models.drafts import Decider, draft_tasks, locked_draft, subject_of
from rules.vietnamese import local_time

Keys = dict[str, Any]


class StaleForm(ActRefused):
    """A form shown before somebody else decided: nothing it says is taken."""

    def __init__(self, task: DraftTask, who: str) -> None:
        at = f" lúc {local_time(task.decided_at)}" if task.decided_at else ""
        super().__init__(
            f"Nhiệm vụ này đã được {who} ghi «{STATES[task.state]}»{at}, sau khi đồng chí mở trang; "
            "dưới đây là nội dung hiện nay, xin xem lại rồi quyết định."
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """A task as a form showed it: where it stands, and how many decisions it had then."""

    draft: int
    place: int
    version: int


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is to be recorded of a task; `detail` beside who, what and why."""

    action: Action
    state: str
    keys: Keys
    reason: str = ""
    changes: Sequence[str] = ()


def accept(session: Session, seen: Seen, decider: Decider) -> DraftTask:
    """Take the task as it was read; its doubts are settled by that. Raises ActRefused."""
    draft, task = _held(session, seen)
    decision = _Decision(Action.TASK_ACCEPTED, ACCEPTED, as_taken(task.keys))
    return _decide(session, draft, task, seen, decision, decider)


def correct(
    session: Session, seen: Seen, keys: Mapping[str, Any], new_events: Sequence[Keys], decider: Decider
) -> DraftTask:
    """Take the task with other keys; events they name that the plan does not know are added. Raises ActRefused."""
    draft, task = _held(session, seen)
    known = list(draft.head.get("su-kien", ()))
    if fresh := [event for event in new_events if event not in known]:
        draft.head = {**draft.head, "su-kien": [*known, *fresh]}
        session.add(draft)
    names = {str(unit["ma"]): str(unit["ten"]) for unit in units_of(session, draft)}
    changes = task_changes(task.keys, keys, draft.head.get("su-kien", ()), names)
    decision = _Decision(Action.TASK_CORRECTED, CORRECTED, dict(keys), "", changes)
    return _decide(session, draft, task, seen, decision, decider)


def ask(session: Session, seen: Seen, question: str, decider: Decider) -> DraftTask:
    """Ask whoever wrote the plan; the task stays open and keeps the plan from being loaded. Raises ActRefused."""
    draft, task = _held(session, seen)
    words = needed("Câu hỏi", question, "Cần ghi câu hỏi.")
    return _decide(session, draft, task, seen, _Decision(Action.TASK_ASKED, ASKED, task.keys, words), decider)


def leave_out(session: Session, seen: Seen, reason: str, decider: Decider) -> DraftTask:
    """Keep the task out of the plan, for a reason. Raises ActRefused."""
    draft, task = _held(session, seen)
    words = needed("Lý do", reason, "Cần ghi lý do không đưa vào.")
    return _decide(session, draft, task, seen, _Decision(Action.TASK_LEFT_OUT, LEFT_OUT, task.keys, words), decider)


def reopen(session: Session, seen: Seen, decider: Decider) -> DraftTask:
    """Let the task wait again, with the keys it has now. Raises ActRefused."""
    draft, task = _held(session, seen)
    return _decide(session, draft, task, seen, _Decision(Action.TASK_REOPENED, WAITING, task.keys), decider)


def _held(session: Session, seen: Seen) -> tuple[PlanDraft, DraftTask]:
    """The draft, held until the transaction ends, and its task as it is now. Raises ActRefused."""
    draft = locked_draft(session, seen.draft)
    mine = select(DraftTask).where(col(DraftTask.draft_id) == draft.id, col(DraftTask.place) == seen.place)
    task: DraftTask | None = session.execute(mine.execution_options(populate_existing=True)).scalar_one_or_none()
    if task is None:
        raise ActRefused(f"Bản nhập số {draft.id} không có nhiệm vụ thứ {seen.place}.")
    return draft, task


def _decide(
    session: Session, draft: PlanDraft, task: DraftTask, seen: Seen, decision: _Decision, decider: Decider
) -> DraftTask:
    """Record `decision`; pressed twice it is recorded once. Raises ActRefused, StaleForm."""
    if task.version != seen.version:
        if task.version == seen.version + 1 and _is_that(task, decision, decider):
            return task
        raise StaleForm(task, names_of_people(session).get(task.decided_by, task.decided_by))
    task.keys, task.state, task.reason = decision.keys, decision.state, decision.reason
    task.decided_by, task.decided_at, task.version = decider.by, decider.now, task.version + 1
    session.add(task)
    session.flush()
    if decision.state in (ACCEPTED, CORRECTED):
        _refuse_faults(session, draft, task)
    record(session, draft.authority_id, decider.now, [_act(draft, task, decision, decider)])
    return task


def _is_that(task: DraftTask, decision: _Decision, decider: Decider) -> bool:
    now = (task.state, task.keys, task.reason, task.decided_by)
    return now == (decision.state, decision.keys, decision.reason, decider.by)


def _refuse_faults(session: Session, draft: PlanDraft, task: DraftTask) -> None:
    """Nothing is taken that could not be loaded. Raises ActRefused."""
    found = check_draft(session, draft, draft_tasks(session, draft))
    faults = [fault_words(fault) for fault in found.of_task(task.place)]
    if reasons := faults or [one.text for one in errors_in(task_findings(session, draft, found, task.keys))]:
        raise ActRefused(" ".join(reasons))


def _act(draft: PlanDraft, task: DraftTask, decision: _Decision, decider: Decider) -> Act:
    said = {"by": decider.by, "task": str(task.keys.get("ma", task.place)), "title": task.keys.get("ten", "")}
    more = {"reason": decision.reason, "changes": list(decision.changes)}
    detail = {**said, **{name: value for name, value in more.items() if value}}
    return Act(decision.action, subject_of(draft, task), detail, decider.by)
