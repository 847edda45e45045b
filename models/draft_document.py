"""A draft as the plan file it will become: its document, checked, and what in it is wrong or needs a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.draft_states import LEFT_OUT
from models.draft_tables import DraftTask, PlanDraft
from models.office_file import Fault, OfficeFileError
from models.plan_file import PlanFile, checked
from models.tables import Authority, Unit

Document = dict[str, Any]
_LIST = "nhiem-vu"


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft's document and every fault of it; `plan` is there when it has none."""

    raw: Document
    plan: PlanFile | None
    faults: tuple[Fault, ...]
    places: tuple[int, ...]  # of the tasks the document holds, in its order

    def of_task(self, place: int) -> list[Fault]:
        """What is wrong with the task at `place`."""
        return [fault for fault in self.faults if self._place(fault) == place]

    @property
    def of_whole(self) -> list[Fault]:
        """What is wrong with the plan itself, its units and events."""
        return [fault for fault in self.faults if self._place(fault) is None]

    def _place(self, fault: Fault) -> int | None:
        match fault.place:
            case (key, int() as index, *_) if key == _LIST and index < len(self.places):
                return self.places[index]
        return None


def check_draft(session: Session, draft: PlanDraft, tasks: Sequence[DraftTask]) -> Checked:
    """The document of `draft` with those of its `tasks` that are not left out, and every fault of it."""
    kept = [task for task in tasks if task.state != LEFT_OUT]
    raw = _document(session, draft, kept)
    places = tuple(task.place for task in kept)
    try:
        return Checked(raw, checked(raw, path_of(draft)), (), places)
    except OfficeFileError as error:
        return Checked(raw, None, error.faults, places)


def path_of(draft: PlanDraft) -> Path:
    """What faults call the file that the draft is not yet."""
    return Path(f"bản nhập số {draft.id}")


def _document(session: Session, draft: PlanDraft, tasks: Sequence[DraftTask]) -> Document:
    authority = session.get_one(Authority, draft.authority_id)
    keys = [dict(task.keys) for task in tasks]
    return {
        **draft.head,
        "ke-hoach": {**_plan_keys(draft), "co-quan": _office_keys(authority)},
        "don-vi": units_of(session, draft, used={code for task in keys for code in _units_in(task)}),
        _LIST: keys,
    }


def _plan_keys(draft: PlanDraft) -> Document:
    source = {"ten": draft.source_name, "sha256": draft.source_sha256}
    return {"nguon": source, **draft.head.get("ke-hoach", {})}


def _office_keys(authority: Authority) -> Document:
    """The office as it is stored: an import never renames it."""
    facts = {"dia-danh": authority.place, "cap-tren": authority.parent}
    return {"ma": authority.code, "ten": authority.name, **{name: words for name, words in facts.items() if words}}


def _units_in(keys: Mapping[str, Any]) -> Iterator[str]:
    yield from filter(None, (keys.get("chu-tri"), *keys.get("thuc-hien", ())))


def units_of(session: Session, draft: PlanDraft, used: set[str] | None = None) -> list[Document]:
    """The units the draft declares and those stored (all, or those `used`): what is stored keeps its own name."""
    mine = select(Unit).where(col(Unit.authority_id) == draft.authority_id).order_by(col(Unit.id))
    stored = {
        unit.code: {"ma": unit.code, "ten": unit.name, "quan-he": unit.relation}
        for unit in session.execute(mine).scalars()
    }
    declared = {str(unit.get("ma")): unit for unit in draft.head.get("don-vi", ())}
    wanted = {code: unit for code, unit in stored.items() if used is None or code in used or code in declared}
    return list({**declared, **wanted}.values())
