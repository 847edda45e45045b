"""A reviewed draft becomes a plan: loaded whole, by the same way as a plan file, once nothing is left to settle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models.acts import ActRefused
from models.audit import Act, record
from models.audit_actions import Action
from models.draft_document import check_draft, path_of
from models.draft_outlook import blocks_of
from models.draft_states import ACCEPTED, CORRECTED, LEFT_OUT, WAITING, standing
from models.draft_tables import DraftTask, PlanDraft
from models.draft_words import fault_words
from models.drafts import Decider, draft_tasks, locked_draft, subject_of
from models.loading import Loaded, load_plan
from models.office_file import OfficeFileError
from models.plan_file import parse_plan
from models.plan_writing import write_plan
from rules.vietnamese import dmy


def load_draft(session: Session, number: int, tracked_from: date, decider: Decider) -> tuple[Loaded, bytes]:
    """Load draft `number` as a plan; the caller keeps the plan file's bytes. Raises ActRefused."""
    draft = locked_draft(session, number)
    tasks = draft_tasks(session, draft)
    found = check_draft(session, draft, tasks)
    _refuse_unready(tasks, list(blocks_of(session, draft, tasks, found)))
    raw = write_plan(found.raw).encode()
    try:
        with session.begin_nested():
            loaded = load_plan(session, parse_plan(raw, path_of(draft)), None, (), decider.now, tracked_from)
    except OfficeFileError as error:
        raise ActRefused(" ".join(fault_words(fault) for fault in error.faults)) from None
    except IntegrityError:  # of an authority whose rows these pages do not see
        raise ActRefused(f"Mã kế hoạch «{draft.code}» đã được dùng trong hệ thống; xin đặt mã khác.") from None
    draft.plan_id = loaded.plan.id
    session.add(draft)
    _record(session, draft, tasks, loaded, decider)
    return loaded, raw


def _refuse_unready(tasks: Sequence[DraftTask], blocks: Sequence[tuple[int | None, str]]) -> None:
    """Nothing is loaded while something is left to settle. Raises ActRefused."""
    if waiting := standing(tasks).counts[WAITING]:
        raise ActRefused(f"Chưa nạp được: còn {waiting} nhiệm vụ chờ xem.")
    if blocks:
        raise ActRefused(f"Chưa nạp được, còn {len(blocks)} điều phải xử lý: {blocks[0][1]}")


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
