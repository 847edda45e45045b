"""What loading a draft would do, and what is left to settle before it may be loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from models.draft_document import Checked, check_draft
from models.draft_findings import errors_in, plan_findings
from models.draft_promises import Promise, Promised, ground_of, next_calendar, promised
from models.draft_states import ASKED, LEFT_OUT, WAITING, Standing, standing
from models.draft_tables import DraftTask, PlanDraft
from models.draft_words import fault_words
from models.drafts import draft_tasks
from models.members import stored_lists, unknown_lists
from models.office_file import Fault
from models.people import roster_on
from models.plan_conflicts import conflicts
from models.plan_file import PlanFile
from models.plan_schema import CALENDAR_TASK
from models.tables import Authority, Obligation, Plan, PlanTask


@dataclass(frozen=True, slots=True)
class TaskOutlook:
    """What one task would open: its obligations, the first that falls due from the day tracking begins."""

    place: int
    code: str
    title: str
    promises: Sequence[Promise]
    awaits: bool
    first: Promise | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What loading a draft would do, and what keeps it from being loaded."""

    standing: Standing
    waiting: Sequence[DraftTask]  # nobody has decided on these
    blocks: Sequence[tuple[int | None, str]]  # what else stops it: the task's place, None for the whole plan; why
    tasks: Sequence[TaskOutlook]
    unmanned: Sequence[str]  # names of units of this plan that nobody holds on the day tracking begins
    again: Plan | None  # the plan loaded before under this code
    tracked_from: date

    @property
    def may_load(self) -> bool:
        """Whether nothing is left to settle."""
        return not self.waiting and not self.blocks

    @property
    def opens(self) -> int:
        """How many obligations would be opened."""
        return sum(len(task.promises) for task in self.tasks)

    @property
    def earlier(self) -> int:
        """How many of them fell due before tracking begins: nobody is mailed about those."""
        found = (one.planned.occurrence.deadline for task in self.tasks for one in task.promises)
        return sum(deadline.legal < self.tracked_from for deadline in found)


def outlook(session: Session, draft: PlanDraft, tracked_from: date) -> Outlook:
    """What loading `draft` would do when obligations are tracked from that day."""
    tasks = draft_tasks(session, draft)
    found = check_draft(session, draft, tasks)
    return Outlook(
        standing=standing(tasks),
        waiting=[task for task in tasks if task.state == WAITING],
        blocks=list(blocks_of(session, draft, tasks, found)),
        tasks=list(_tasks(session, draft, tasks, tracked_from)),
        unmanned=_unmanned(session, draft, found, tracked_from),
        again=_loaded_before(session, draft.code),
        tracked_from=tracked_from,
    )


def _tasks(session: Session, draft: PlanDraft, tasks: Sequence[DraftTask], tracked_from: date) -> Iterator[TaskOutlook]:
    if (ground := ground_of(session, draft)) is None:
        return
    known = _open_already(session, draft)
    for task in tasks:
        if task.state == LEFT_OUT:
            continue
        awaits = bool(task.keys.get("cho-xac-nhan"))
        found = None if awaits else promised(task.keys, ground)
        code, title = (str(task.keys.get(key, "")) for key in ("ma", "ten"))
        fresh = _fresh(found, code, known)
        yield TaskOutlook(task.place, code, title, fresh, awaits, _first(fresh, tracked_from))
    if fresh := _fresh(next_calendar(ground), CALENDAR_TASK, known):
        yield TaskOutlook(0, CALENDAR_TASK, fresh[0].planned.title, fresh, False, _first(fresh, tracked_from))


def _open_already(session: Session, draft: PlanDraft) -> set[tuple[str, str]]:
    """What an earlier load of this plan opened: by task and period."""
    mine = (
        select(col(PlanTask.code), col(Obligation.period_key))
        .join(PlanTask, col(PlanTask.id) == col(Obligation.plan_task_id))
        .join(Plan, col(Plan.id) == col(PlanTask.plan_id))
        .where(col(Plan.code) == draft.code)
    )
    return {(code, key) for code, key in session.execute(mine)}


def _fresh(found: Promised | None, code: str, known: set[tuple[str, str]]) -> list[Promise]:
    """What would be opened: each period once, and none that is open already."""
    keyed = {one.planned.occurrence.key: one for one in reversed(found.promises if found else ())}
    return [one for key, one in reversed(keyed.items()) if (code, key) not in known]


def _first(promises: Sequence[Promise], tracked_from: date) -> Promise | None:
    ahead = [one for one in promises if one.planned.occurrence.deadline.legal >= tracked_from]
    return min(ahead, key=lambda one: one.planned.occurrence.deadline.legal, default=None)


def blocks_of(
    session: Session, draft: PlanDraft, tasks: Sequence[DraftTask], found: Checked
) -> Iterator[tuple[int | None, str]]:
    """Why the draft cannot be loaded yet."""
    if standing(tasks).kept == 0:
        yield None, "Chưa có nhiệm vụ nào được nhận."
    yield from ((None, fault_words(fault)) for fault in found.of_whole)
    places = {str(task.keys.get("ma")): task.place for task in tasks}
    for task in tasks:
        if task.state == ASKED:
            yield task.place, f"Đang hỏi lại: {task.reason}"
        yield from ((task.place, fault_words(fault)) for fault in found.of_task(task.place))
    for finding in errors_in(plan_findings(session, draft, found)):
        yield places.get(finding.task), finding.text
    if found.plan:
        yield from ((None, fault_words(fault)) for fault in _contradictions(session, draft, found.plan))


def _contradictions(session: Session, draft: PlanDraft, plan: PlanFile) -> Iterator[Fault]:
    """What is stored already and this plan contradicts."""
    authority = session.get_one(Authority, draft.authority_id)
    yield from conflicts(session, authority, _loaded_before(session, draft.code), plan)
    yield from unknown_lists(plan, stored_lists(session, authority))


def _loaded_before(session: Session, code: str) -> Plan | None:
    return session.execute(select(Plan).where(col(Plan.code) == code)).scalar_one_or_none()


def _unmanned(session: Session, draft: PlanDraft, found: Checked, day: date) -> list[str]:
    """Units that lead or implement something and that nobody holds on that day."""
    held = {unit for unit, _ in roster_on(session, session.get_one(Authority, draft.authority_id), day).holders}
    used = {
        code
        for task in found.raw["nhiem-vu"]
        for code in (task.get("chu-tri"), *task.get("thuc-hien", ()))
        if code
    }  # fmt: skip
    return [str(unit["ten"]) for unit in found.raw["don-vi"] if unit["ma"] in used - held]
