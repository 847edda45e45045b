"""What a plan task promises, one occurrence at a time, with the title, unit, receipt and ladder its obligation gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.family_tables import Posting
from models.plan_schema import CALENDAR_TASK
from models.tables import Event, Obligation, Plan, PlanTask
from rules.deadlines import Posting as PostingRule
from rules.deadlines import fall_due
from rules.law.disclosures import CHANNELS, item_named, keeping, keeping_basis
from rules.law.terms import basis_of, term_in_force
from rules.occurrences import COUNT, KEEP, Fact, Occurrence, Skipped, as_internal, occurrences, part_of
from rules.receipts import Basis
from rules.reminders import LADDERS, DatedLadder, date_ladder
from rules.rule_json import print_deadline
from rules.vietnamese import dmy
from rules.when_json import parse_when
from rules.working_days import WorkingCalendar

REPORT, COUNTED = "bao-cao", ("chi-tieu", "doi-thoai")
DAYS_TO_HAND_IN = 2  # working days before the cut-off (the office's choice, not law)


@dataclass(frozen=True, slots=True)
class Planned:
    """One occurrence as an obligation will show it; `unit` owes it alone, `whole` is the key of what it is part of."""

    occurrence: Occurrence
    title: str
    unit: str | None = None
    whole: str | None = None
    counted_by: str | None = None
    extension: dict[str, Any] | None = None
    items: tuple[str, ...] = ()  # what must be published


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded that plan tasks depend on: events that hold, by code and by key; postings, by plan task."""

    facts: Mapping[str, Sequence[Fact]]
    events: Mapping[str, Event]
    postings: Mapping[int, Sequence[Posting]]


def planned(task: PlanTask, calendar: WorkingCalendar, year: int, known: Known) -> Iterator[Planned | Skipped]:
    """Everything `task` promises; what its second and later schedules give carries their number in its key."""
    for number, entry in enumerate(task.schedule, start=1):
        for found in occurrences(parse_when(entry), calendar, [year], known.facts):
            if isinstance(found, Skipped):
                yield found
                continue
            whole = _of_entry(task, entry, number, found)
            yield whole
            yield from _parts(task, whole, calendar)
    for posting in known.postings.get(task.id or 0, ()):
        yield _kept(posting, calendar)


def is_report(row: Obligation, task: PlanTask) -> bool:
    """Whether `row` is a whole report that closes its figures."""
    return task.kind == REPORT and row.cut_off is not None and row.whole_id is None


def is_before_tracking(occurrence: Occurrence, plan: Plan) -> bool:
    """Whether both what falls due and the fact behind it lie before the plan was tracked: then nobody is asked."""
    fact = occurrence.fact
    return occurrence.deadline.legal < plan.tracked_from and (fact is None or fact.day < plan.tracked_from)


def _of_entry(task: PlanTask, entry: Mapping[str, Any], number: int, found: Occurrence) -> Planned:
    key = found.key if number == 1 else f"{found.key}-t{number}"
    internal = bool(entry.get("internal"))
    deadline = as_internal(found.deadline) if internal and not found.internal else found.deadline
    counted = entry["kind"] == "each" and task.kind in COUNTED
    occurrence = replace(
        found,
        key=key,
        deadline=deadline,
        internal=found.internal or internal,
        nature=COUNT if counted else found.nature,
    )
    if under := entry.get("under"):
        occurrence = _under(occurrence, under)
    title = entry.get("title") or task.title
    items = tuple(entry.get("items", task.family.get("items", ())))
    return Planned(occurrence, title, None, None, entry.get("counted_by"), entry.get("extension"), items)


def _under(occurrence: Occurrence, duty: str) -> Occurrence:
    """`occurrence` with the law that makes its event count. Raises NoTermInForce when it was not in force that day."""
    day = occurrence.event or occurrence.deadline.nominal
    ground = basis_of(term_in_force(duty, day), day)
    receipt = occurrence.deadline.receipt
    basis = (ground, *receipt.basis)
    return replace(occurrence, deadline=replace(occurrence.deadline, receipt=replace(receipt, basis=basis)))


def _parts(task: PlanTask, whole: Planned, calendar: WorkingCalendar) -> Iterator[Planned]:
    """What each implementing unit owes a report that closes its figures."""
    if task.kind != REPORT or whole.occurrence.cut_off is None:
        return
    before = task.family.get("hand_in", DAYS_TO_HAND_IN)
    for unit in task.implementing:
        part = part_of(whole.occurrence, unit, before, calendar)
        yield Planned(part, f"Nộp số liệu: {whole.title}", unit=unit, whole=whole.occurrence.key)


def _kept(posting: Posting, calendar: WorkingCalendar) -> Planned:
    """That a posting stays up as long as the law in force on its day says."""
    item = item_named(posting.item)
    rule, ground = (ask(item, posting.channel, posting.posted_on) for ask in (keeping, keeping_basis))
    assert isinstance(rule, PostingRule)  # noqa: S101  only such postings are asked for
    deadline = fall_due(rule, calendar, posting.posted_on)
    basis = (ground, *deadline.receipt.basis) if isinstance(ground, Basis) else deadline.receipt.basis
    key, name = key_of_keep(posting), f"{posting.place or CHANNELS[posting.channel]}, từ {dmy(posting.posted_on)}"
    occurrence = Occurrence(
        key, name, replace(deadline, receipt=replace(deadline.receipt, basis=basis)),
        event=posting.posted_on, nature=KEEP,
    )  # fmt: skip
    return Planned(occurrence, f"Giữ niêm yết: {item.name}")


def key_of_keep(posting: Posting) -> str:
    """The period key of the obligation to keep `posting` up."""
    return f"niem-yet-{posting.posted_on.isoformat()}-{posting.id}"


def known_of(session: Session, authority_id: int) -> Known:
    """What the authority has recorded so far."""
    facts, events = _facts(session, authority_id)
    kept = (
        select(Posting, col(Obligation.plan_task_id))
        .join(Obligation, col(Obligation.id) == col(Posting.obligation_id))
        .where(col(Posting.authority_id) == authority_id, col(Posting.keep_until).is_not(None))
        .order_by(col(Posting.id))
    )
    postings: dict[int, list[Posting]] = {}
    for posting, task in session.execute(kept):
        postings.setdefault(task, []).append(posting)
    return Known(facts, events, postings)


def _facts(session: Session, authority_id: int) -> tuple[dict[str, list[Fact]], dict[str, Event]]:
    mine = select(Event).where(col(Event.authority_id) == authority_id, col(Event.withdrawn).is_(False))
    facts: dict[str, list[Fact]] = {}
    rows: dict[str, Event] = {}
    for row in session.execute(mine.order_by(col(Event.day), col(Event.id))).scalars():
        fact = Fact(row.key, row.day, row.due, row.words or row.case, row.document)
        facts.setdefault(row.code, []).append(fact)
        rows[row.key] = row
    return facts, rows


def tasks_of(session: Session, plan: Plan) -> Sequence[PlanTask]:
    """The plan's tasks that run: those that wait for a person's word do not."""
    mine = select(PlanTask).where(col(PlanTask.plan_id) == plan.id, col(PlanTask.awaits_confirmation).is_(False))
    return session.execute(mine.order_by(col(PlanTask.id))).scalars().all()


def receipt_json(task: PlanTask, occurrence: Occurrence) -> dict[str, Any]:
    """The stored receipt: the deadline's own, with the plan's words and grounds in front."""
    printed = print_deadline(occurrence.deadline)
    if task.code == CALENDAR_TASK:
        words = ["Lịch nghỉ năm sau quyết định nhiều hạn; chưa ghi thông báo thì các hạn năm sau chỉ là tạm tính."]
        return {**printed, "because": words + printed["because"], "basis": []}
    words = [f"Kế hoạch ghi: «{task.quote}» ({task.place})."] if task.quote else [f"Theo {task.place} của kế hoạch."]
    return {
        **printed,
        "because": words + printed["because"],
        "basis": ([] if occurrence.internal else list(task.basis)) + printed["basis"],
    }


def ladder_for(
    task: PlanTask, occurrence: Occurrence, calendar: WorkingCalendar, day: date | None = None
) -> DatedLadder:
    """The task's ladder around the occurrence's target day, or around a later `day` that was agreed to.

    What is only kept posted is told its last day and the day it may come down; an internal checkpoint never gets the
    full ladder.
    """
    kind = "internal" if occurrence.internal and task.ladder == "full" else task.ladder
    kind = "keeping" if occurrence.nature == KEEP else kind
    return date_ladder(LADDERS[kind], day or occurrence.deadline.target, calendar)
