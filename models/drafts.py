"""Plans imported from a signed document, kept for review; found again by number, taken back with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused, needed
from models.appendix.proposal import Proposal, ProposedTask
from models.audit import Act, record
from models.audit_actions import Action
from models.draft_document import units_of
from models.draft_tables import DraftTask, PlanDraft
from models.files import Kept
from models.plan_times import free_code
from models.tables import Authority, Plan, key_of
from rules.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and when."""

    by: str
    now: datetime


def store_draft(
    session: Session, authority: Authority, proposal: Proposal, source: Kept, now: datetime, by: str
) -> PlanDraft:
    """Keep what was proposed from `source` for review; while that document is under review it is kept once.

    The caller keeps the file itself (models/files.keep_file).
    """
    if (known := _under_review(session, authority, source.sha256)) is not None:
        return known
    head = _with_free_code(session, proposal.head)
    draft = PlanDraft(
        authority_id=key_of(authority),
        code=str(head.get("ke-hoach", {}).get("ma", "")),
        imported_at=now,
        imported_by=by,
        source_name=source.name,
        source_sha256=source.sha256,
        source_type=source.media_type,
        head=head,
        fates=_storable([asdict(fate) for fate in proposal.fates]),
        remarks=_storable(proposal.remarks),
    )
    session.add(draft)
    session.flush()
    session.add_all(_task(draft, place, task) for place, task in enumerate(proposal.tasks, start=1))
    session.flush()
    detail = {"by": by, "source": source.name, "sha256": source.sha256, "tasks": len(proposal.tasks),
              "rows": len(proposal.fates)}  # fmt: skip
    record(session, key_of(authority), now, [Act(Action.DRAFT_IMPORTED, subject_of(draft), detail, by)])
    return draft


def _unexplained(task: ProposedTask) -> dict[str, Any]:
    """The task's keys without its doubts among the remarks: only a person's remark explains what a check finds."""
    remarks = [
        one
        for one in task.keys.get("phat-hien", ())
        if not any(doubt.startswith(one.rstrip("…")) for doubt in task.doubts)
    ]
    return {**task.keys, "phat-hien": remarks}


def _under_review(session: Session, authority: Authority, sha256: str) -> PlanDraft | None:
    mine = select(PlanDraft).where(
        col(PlanDraft.authority_id) == authority.id,
        col(PlanDraft.source_sha256) == sha256,
        col(PlanDraft.withdrawn).is_(False),
        col(PlanDraft.plan_id).is_(None),
    )
    return session.execute(mine.limit(1)).scalar_one_or_none()


def _task(draft: PlanDraft, place: int, task: ProposedTask) -> DraftTask:
    rows = [asdict(row) for row in task.rows]
    return DraftTask(
        draft_id=key_of(draft),
        place=place,
        keys=_storable(_unexplained(task)),
        rows=_storable(rows),
        doubts=_storable(task.doubts),
    )


def _with_free_code(session: Session, head: Mapping[str, Any]) -> dict[str, Any]:
    """`head` with a code no other plan has: the second plan of a year is not the first one changed."""
    kept: dict[str, Any] = _storable(head)
    plan = kept.get("ke-hoach", {})
    known = {row[0]: row[1] for row in session.execute(select(col(Plan.code), col(Plan.number)))}
    code = str(plan.get("ma", ""))
    if code in known and known[code] != plan.get("so"):
        kept["ke-hoach"] = {**plan, "ma": free_code(code, set(known))}
    return kept


def _storable(value: Any) -> Any:
    """`value` as JSON that PostgreSQL takes: no NUL, no half of a character, whatever a document held."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case Mapping():
            return {name: _storable(item) for name, item in value.items()}
        case list() | tuple():
            return [_storable(item) for item in value]
        case _:
            return value


def subject_of(draft: PlanDraft, task: DraftTask | None = None) -> str:
    """What the trail calls a draft, or one of its tasks: «ban-nhap-3.P1a»."""
    name = f"ban-nhap-{draft.id}"
    return f"{name}.{task.keys.get('ma', task.place)}" if task else name


def drafts_of(session: Session) -> Sequence[PlanDraft]:
    """Every draft, newest first."""
    return session.execute(select(PlanDraft).order_by(col(PlanDraft.id).desc())).scalars().all()


def open_drafts(session: Session) -> list[PlanDraft]:
    """The drafts that wait for the office."""
    return [draft for draft in drafts_of(session) if is_open(draft)]


def is_open(draft: PlanDraft) -> bool:
    """Whether `draft` may still be worked on: neither loaded nor taken back."""
    return draft.plan_id is None and not draft.withdrawn


def draft_tasks(session: Session, draft: PlanDraft) -> Sequence[DraftTask]:
    """The tasks of `draft`, in the document's order."""
    mine = select(DraftTask).where(col(DraftTask.draft_id) == draft.id).order_by(col(DraftTask.place))
    return session.execute(mine).scalars().all()


def locked_draft(session: Session, number: int) -> PlanDraft:
    """Draft `number`, held until the transaction ends. Raises ActRefused when nothing may be changed in it."""
    held = select(PlanDraft).where(col(PlanDraft.id) == number).with_for_update()
    draft: PlanDraft | None = session.execute(held.execution_options(populate_existing=True)).scalar_one_or_none()
    if draft is None:
        raise ActRefused(f"Không có bản nhập số {number}.")
    if draft.plan_id is not None:
        raise ActRefused(f"Bản nhập số {number} đã nạp thành kế hoạch; muốn sửa, xin nhập lại văn bản.")
    if draft.withdrawn:
        raise ActRefused(f"Bản nhập số {number} đã rút; muốn dùng lại, xin nhập lại văn bản.")
    return draft


def withdraw_draft(session: Session, number: int, reason: str, decider: Decider) -> PlanDraft:
    """Take draft `number` back: nothing of it is loaded. Raises ActRefused."""
    draft = locked_draft(session, number)
    why = needed("Lý do", reason, "Cần ghi lý do rút.")
    draft.withdrawn = True
    session.add(draft)
    _record(session, draft, Action.DRAFT_WITHDRAWN, {"source": draft.source_name, "reason": why}, decider)
    return draft


def correct_head(session: Session, number: int, version: int, facts: dict[str, Any], decider: Decider) -> PlanDraft:
    """Give the plan its own facts (số, ngày, năm, tên, mã) as a person read them. Raises ActRefused."""
    draft = locked_draft(session, number)
    known: dict[str, Any] = draft.head.get("ke-hoach", {})
    changes = [f"{name}: {known.get(name, '–')} → {value}" for name, value in facts.items() if known.get(name) != value]
    if not changes:
        return draft
    if draft.version != version:
        raise ActRefused("Thông tin chung đã được người khác sửa sau khi đồng chí mở trang; xin xem lại rồi sửa.")
    draft.head = {**draft.head, "ke-hoach": {**known, **facts}}
    draft.code, draft.version = str(facts.get("ma", draft.code)), draft.version + 1
    session.add(draft)
    _record(session, draft, Action.DRAFT_CORRECTED, {"changes": changes}, decider)
    return draft


def declare_unit(session: Session, number: int, name: str, relation: str, decider: Decider) -> PlanDraft:
    """Add a unit to the plan, or say how one it declares stands to the office. Raises ActRefused."""
    draft = locked_draft(session, number)
    words = needed("Tên đơn vị", name, "Cần ghi tên đơn vị.")
    declared = [dict(unit) for unit in draft.head.get("don-vi", ())]
    same = next((unit for unit in declared if fold(str(unit.get("ten", ""))) == fold(words)), None)
    if same and same.get("quan-he") == relation:
        return draft
    known = units_of(session, draft)
    if not same and any(fold(str(unit["ten"])) == fold(words) for unit in known):
        raise ActRefused(f"Cơ quan đã có đơn vị «{words}»; chọn được ngay ở từng nhiệm vụ.")
    unit = same or {"ma": free_code(fold(words), {str(unit["ma"]) for unit in known}), "ten": words}
    unit["quan-he"] = relation
    draft.head = {**draft.head, "don-vi": declared if same else [*declared, unit]}
    session.add(draft)
    said = f"đơn vị {unit['ten']} ({unit['ma']}): {relation}"
    _record(session, draft, Action.DRAFT_CORRECTED, {"changes": [said]}, decider)
    return draft


def _record(session: Session, draft: PlanDraft, action: Action, detail: dict[str, Any], decider: Decider) -> None:
    said = {"by": decider.by, **detail}
    record(session, draft.authority_id, decider.now, [Act(action, subject_of(draft), said, decider.by)])
