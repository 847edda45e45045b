"""What was known at one moment: the past as a report of that moment must see it, whatever was recorded since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.family_tables import Evidence, Posting
from models.obligations import BEFORE, DONE, WITHDRAWN, stored_calendar
from models.tables import Obligation, Plan, Unit
from rules.figures import Outcome, outcome
from rules.occurrences import KEEP
from rules.vietnamese import end_of, local_day
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class View:
    """What was known at `by` (exclusive), of the period from `start` to `cut_off`; `over` is the last day gone by."""

    session: Session
    calendar: WorkingCalendar
    units: Mapping[str, str]
    start: date
    cut_off: date
    by: datetime
    over: date
    proofs: Mapping[int, Sequence[Evidence]]  # by obligation
    taken_down: Mapping[int, date | None]  # by the obligation to keep it posted; None: it is still up


def view_of(session: Session, row: Obligation, plan: Plan, by: datetime) -> View:
    """What was known at `by` of the period report `row` is about."""
    units = select(Unit).where(col(Unit.authority_id) == row.authority_id)
    names = {unit.code: unit.name for unit in session.execute(units).scalars()}
    cut_off = row.cut_off or row.legal
    start = row.starts_on or date(plan.year, 1, 1)
    over = min(cut_off, local_day(by) - timedelta(days=1))
    calendar = stored_calendar(session, row.authority_id)
    proofs, taken_down = _proofs(session, row.authority_id, by), _taken_down(session, row.authority_id)
    return View(session, calendar, names, start, cut_off, by, over, proofs, taken_down)


def _proofs(session: Session, authority_id: int, by: datetime) -> dict[int, list[Evidence]]:
    mine = select(Evidence).where(col(Evidence.authority_id) == authority_id, col(Evidence.recorded_at) < by)
    found: dict[int, list[Evidence]] = {}
    for proof in session.execute(mine.order_by(col(Evidence.id))).scalars():
        found.setdefault(proof.obligation_id, []).append(proof)
    return found


def _taken_down(session: Session, authority_id: int) -> dict[int, date | None]:
    mine = select(col(Posting.keep_id), col(Posting.taken_down_on)).where(
        col(Posting.authority_id) == authority_id, col(Posting.keep_id).is_not(None)
    )
    return dict(session.execute(mine).tuples().all())


def bound_of(row: Obligation) -> datetime:
    """The moment from which a fact belongs to the next period: the end of the cut-off day."""
    return end_of(row.cut_off or row.legal)


def is_settled(row: Obligation, by: datetime) -> bool:
    """Whether it was known before `by` that `row` is done or no longer applies."""
    return row.status in (DONE, WITHDRAWN) and (row.closed_at is None or row.closed_at < by)


def outcome_of(
    status: str, nature: str, legal: date, done_on: date | None, taken_down: date | None, over: date
) -> Outcome:
    """How an obligation stands once `over` has gone by, as far as `status` and its days were known then.

    What is kept posted is well done when it stayed to its last day, not when it came down.
    """
    if status == BEFORE:
        return "truoc-theo-doi"
    if status == WITHDRAWN:
        return "khong-con-ap-dung"
    if nature != KEEP:
        return outcome(legal, done_on, over)
    if taken_down and taken_down <= legal:
        return "khong-du"
    return "dung-han" if legal <= over else "trong-han"


def evidence_of(view: View, row: Obligation, said: Mapping[str, Any]) -> Iterator[str]:
    """What `row` showed, in words: document, what was done, links, files with their hash."""
    if document := said.get("document"):
        yield document
    if summary := said.get("summary"):
        yield summary
    for proof in view.proofs.get(row.id or 0, ()):
        yield from filter(None, (proof.link, f"{proof.file_name} (SHA-256 {proof.sha256})" if proof.sha256 else ""))
