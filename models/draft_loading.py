"""A reviewed draft becomes a plan: what loading it would do, and the one act that does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from models.acts import ActRefused
from models.audit import Act, record
from models.audit_actions import Action
from models.draft_document import Checked, check_draft, path_of
from models.draft_promises import Promise, findings_of, ground_of, promised, stops
from models.draft_states import ACCEPTED, CORRECTED, LEFT_OUT, SETTLED, Standing, standing
from models.draft_tables import DraftTask, PlanDraft
from models.draft_words import fault_words
from models.drafts import Decider, draft_tasks, locked_draft, subject_of
from models.loading import Loaded, load_plan
from models.members import stored_lists, unknown_lists
from models.office_file import Fault, OfficeFileError
from models.people import roster_on
from models.plan_conflicts import conflicts
from models.plan_file import PlanFile, parse_plan
from models.plan_writing import write_plan
from models.tables import Authority, Plan
from rules.vietnamese import dmy


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
    blocks: Sequence[tuple[int | None, str]]  # the task's place, None for the whole plan; why
    tasks: Sequence[TaskOutlook]
    unmanned: Sequence[str]  # names of units of this plan that nobody holds on the day tracking begins
    again: Plan | None  # the plan loaded before under this code
    tracked_from: date

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
    seen = list(_tasks(session, draft, tasks, tracked_from))
    return Outlook(
        standing(tasks), list(_blocks(session, draft, tasks, found)), seen,
        _unmanned(session, draft, found, tracked_from), _loaded_before(session, draft.code), tracked_from,
    )  # fmt: skip


def _tasks(session: Session, draft: PlanDraft, tasks: Sequence[DraftTask], tracked_from: date) -> Iterator[TaskOutlook]:
    ground = ground_of(session, draft)
    for task in tasks:
        if task.state == LEFT_OUT:
            continue
        awaits = bool(task.keys.get("cho-xac-nhan"))
        found = promised(task.keys, ground) if ground and not awaits else None
        promises = found.promises if found else ()
        yield TaskOutlook(
            task.place, str(task.keys.get("ma", "")), str(task.keys.get("ten", "")), promises, awaits,
            _first(promises, tracked_from),
        )  # fmt: skip


def _first(promises: Sequence[Promise], tracked_from: date) -> Promise | None:
    ahead = [one for one in promises if one.planned.occurrence.deadline.legal >= tracked_from]
    return min(ahead, key=lambda one: one.planned.occurrence.deadline.legal, default=None)


def _blocks(
    session: Session, draft: PlanDraft, tasks: Sequence[DraftTask], found: Checked
) -> Iterator[tuple[int | None, str]]:
    """Why the draft cannot be loaded yet."""
    if standing(tasks).kept == 0:
        yield None, "Chưa có nhiệm vụ nào được nhận."
    yield from ((None, fault_words(fault)) for fault in found.of_whole)
    ground = ground_of(session, draft)
    for task in tasks:
        if task.state not in SETTLED:
            yield task.place, "Chưa có quyết định." if not task.reason else f"Đang hỏi lại: {task.reason}"
        yield from ((task.place, fault_words(fault)) for fault in found.of_task(task.place))
        if task.state != LEFT_OUT:
            findings = findings_of(task.keys, promised(task.keys, ground) if ground else None)
            yield from ((task.place, finding.text) for finding in stops(task.keys, findings))
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


def load_draft(session: Session, number: int, tracked_from: date, decider: Decider) -> tuple[Loaded, bytes]:
    """Load draft `number` as a plan; the caller keeps the plan file's bytes. Raises ActRefused."""
    draft = locked_draft(session, number)
    tasks = draft_tasks(session, draft)
    found = check_draft(session, draft, tasks)
    if blocks := list(_blocks(session, draft, tasks, found)):
        raise ActRefused(f"Chưa nạp được, còn {len(blocks)} điều phải xử lý: {blocks[0][1]}")
    raw = write_plan(found.raw).encode()
    try:
        loaded = load_plan(session, parse_plan(raw, path_of(draft)), None, (), decider.now, tracked_from)
        session.flush()
    except OfficeFileError as error:
        raise ActRefused(" ".join(fault_words(fault) for fault in error.faults)) from None
    except IntegrityError:  # of an authority whose rows these pages do not see
        raise ActRefused(f"Mã kế hoạch «{draft.code}» đã được dùng trong hệ thống; xin đặt mã khác.") from None
    draft.plan_id = loaded.plan.id
    session.add(draft)
    _record(session, draft, tasks, loaded, decider)
    return loaded, raw


def _record(session: Session, draft: PlanDraft, tasks: Sequence[DraftTask], loaded: Loaded, decider: Decider) -> None:
    counts = standing(tasks).counts
    detail = {
        "by": decider.by,
        "number": loaded.plan.number,
        "plan": loaded.plan.code,
        "accepted": counts[ACCEPTED],
        "corrected": counts[CORRECTED],
        "left_out": counts[LEFT_OUT],
        "tracked_from": dmy(loaded.plan.tracked_from),
        "file_sha256": loaded.plan.file_sha256,
    }
    act = Act(Action.DRAFT_LOADED, subject_of(draft), detail, decider.by)
    record(session, draft.authority_id, decider.now, [act])
