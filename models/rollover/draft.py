"""The draft of a later year's plan made from an earlier one: carried, dropped, and what people must decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from models.office_file import validate
from models.plan_file import PlanFile, parse_plan
from models.plan_schema import PlanDocument
from models.rollover.carried import Carried, NotCarried, on_dropped, on_school_years, on_waiting, sort_tasks
from models.rollover.dates import Dated, dated, issue_by, on_conflicts, on_events, on_issue, on_provisional
from models.rollover.entries import Turn
from models.rollover.law import on_law
from models.rollover.names import on_names
from models.rollover.questions import Question, in_order
from models.rollover.rewriting import Rename, Superior, as_read, rewritten, with_head, without_year
from models.rollover.yaml_text import end_of, fitted, print_tree, put, words
from rules.vietnamese import capital
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan rolled over: its text, its parts as read back, and what became of the old plan's tasks."""

    text: str
    plan: PlanFile
    carried: tuple[str, ...]
    dropped: tuple[NotCarried, ...]
    questions: tuple[Question, ...]
    days: tuple[Dated, ...]


def roll_over(
    plan_file: PlanFile,
    text: str,
    year: int,
    calendar: WorkingCalendar,
    target: Path,
    superior: Superior | None = None,
    renames: Sequence[Rename] = (),
) -> Draft:
    """The draft for `year` of the plan in `text`, as it will stand in `target`. Raises OfficeFileError."""
    old = plan_file.document
    turn = Turn(old.ke_hoach.nam, year, {event.ma: event for event in old.su_kien}, calendar)
    carried, dropped = sort_tasks(old, turn)
    tree = rewritten(plan_file, as_read(text), year, carried, superior, renames)
    new = validate(PlanDocument, tree, target)
    found = _Found(old, new, carried, dropped, dated(new, calendar), calendar)
    questions = in_order(_questions(found))
    _annotate(tree, issue_by(new, found.days), questions)
    finished = with_head(print_tree(tree), _head(old, year))
    codes = tuple(one.task.ma for one in carried)
    plan = parse_plan(finished.encode(), target)
    return Draft(finished, plan, codes, tuple(dropped), tuple(questions), tuple(found.days))


@dataclass(frozen=True, slots=True)
class _Found:
    """Both plans, and what became of the one on the way to the other."""

    old: PlanDocument
    new: PlanDocument
    carried: Sequence[Carried]
    dropped: Sequence[NotCarried]
    days: list[Dated]
    calendar: WorkingCalendar


def _questions(found: _Found) -> Iterator[Question]:
    asked = [*_asked(found)]
    waiting = {code for question in asked if question.waits for code in question.tasks}
    yield from asked
    yield from on_waiting([one for one in found.carried if one.task.ma not in waiting])


def _asked(found: _Found) -> Iterator[Question]:
    yield on_issue(found.new, issue_by(found.new, found.days))
    yield from on_events(found.old, found.new)
    yield from on_conflicts(found.days, found.calendar)
    yield from on_names(found.old, found.new)
    yield from on_law(found.new, found.old.ke_hoach.nam)
    yield from on_school_years(found.carried)
    yield from on_provisional(found.days, found.calendar)
    yield from _on_draft(found.old)
    yield from on_dropped(found.carried, found.dropped)


def _on_draft(old: PlanDocument) -> Iterator[Question]:
    plan = old.ke_hoach
    if plan.du_thao:
        left = f"còn {len(plan.cho_quyet_dinh)} điều chờ quyết định"
        yield Question("earlier", f"Kế hoạch năm {plan.nam} mới là dự thảo, {left}; nên trả lời ở đó trước.")


def _head(old: PlanDocument, year: int) -> list[str]:
    plan = old.ke_hoach
    return [
        f"năm {year}, chuyển từ {plan.so} năm {plan.nam}. «trich», «nguon» là chữ và chỗ của kế hoạch cũ.",
        "chưa ký nên chưa nạp được. Trả lời hết «cho-quyet-dinh», ghi «so» và «ngay», rồi xóa «du-thao».",
        f"ghi nhận mở đầu bằng năm trong ngoặc là của năm ấy, năm {year} phải soát lại.",
    ]


def _annotate(tree: CommentedMap, issue: Dated | None, questions: Sequence[Question]) -> None:
    """Write in the day to issue the plan by, the questions, and on each task what it waits for."""
    plan = tree["ke-hoach"]
    if issue:
        plan.insert(list(plan).index("so") + 1, "ngay", issue.occurrence.deadline.legal)
    asked = CommentedSeq(words(fitted(question.text)) for question in questions)
    plan.insert(_before_remarks(plan), "cho-quyet-dinh", asked)
    for task in tree["nhiem-vu"]:
        _note(task, [question for question in questions if task["ma"] in question.tasks])


def _note(task: CommentedMap, questions: Sequence[Question]) -> None:
    """Say on `task` what it waits for; what an earlier draft said in the same words is said once."""
    if any(question.waits for question in questions) and not task.get("cho-xac-nhan"):
        task.insert(_before_remarks(task), "cho-xac-nhan", True)
    remarks = list(dict.fromkeys(fitted(capital(question.remark)) for question in questions if question.remark))
    if remarks and "phat-hien" not in task:
        task.insert(end_of(task), "phat-hien", CommentedSeq())
    for place, old in enumerate(task.get("phat-hien", ())):
        if (same := without_year(old)) in remarks:
            put(task["phat-hien"], place, same)
            remarks.remove(same)
    for remark in reversed(remarks):
        task["phat-hien"].insert(0, words(remark))


def _before_remarks(keys: CommentedMap) -> int:
    return list(keys).index("phat-hien") if "phat-hien" in keys else end_of(keys)
