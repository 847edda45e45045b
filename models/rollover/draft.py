"""The draft of a later year's plan made from an earlier one: carried, dropped, and what people must decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from models.plan_file import PlanFile, parse_plan
from models.plan_schema import PlanDocument
from models.rollover.carried import Carried, NotCarried, on_dropped, on_school_years, on_waiting, sort_tasks
from models.rollover.dates import Dated, dated, issue_by, on_conflicts, on_events, on_issue, on_provisional
from models.rollover.entries import Turn
from models.rollover.law import on_law
from models.rollover.names import on_names
from models.rollover.questions import Question, in_order
from models.rollover.rewriting import Rename, Superior, rewritten, with_head
from models.rollover.yaml_text import print_tree, words
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
    tree = rewritten(plan_file, text, year, carried, superior, renames)
    new = parse_plan(print_tree(tree).encode(), target).document
    days = dated(new, calendar)
    questions = in_order(_questions(old, new, carried, dropped, days, calendar))
    _annotate(tree, issue_by(new, days), questions)
    finished = with_head(print_tree(tree), _head(old, year))
    return Draft(
        finished,
        parse_plan(finished.encode(), target),
        tuple(one.task.ma for one in carried),
        tuple(dropped),
        tuple(questions),
        tuple(days),
    )


def _questions(
    old: PlanDocument,
    new: PlanDocument,
    carried: Sequence[Carried],
    dropped: Sequence[NotCarried],
    days: list[Dated],
    calendar: WorkingCalendar,
) -> Iterator[Question]:
    yield on_issue(issue_by(new, days))
    yield from on_events(old, new)
    yield from on_conflicts(days, calendar)
    yield from on_names(new)
    yield from on_law(new, old.ke_hoach.nam)
    yield from on_school_years(carried)
    yield from on_provisional(days, calendar)
    yield from on_waiting(carried)
    yield from on_dropped(carried, dropped)


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
    place = list(plan).index("phat-hien") if "phat-hien" in plan else len(plan)
    plan.insert(place, "cho-quyet-dinh", CommentedSeq(words(question.text) for question in questions))
    for task in tree["nhiem-vu"]:
        _note(task, [question for question in questions if task["ma"] in question.tasks])


def _note(task: CommentedMap, questions: Sequence[Question]) -> None:
    remarks = list(dict.fromkeys(question.remark for question in questions if question.remark))
    if any(question.waits for question in questions) and not task.get("cho-xac-nhan"):
        _before_remarks(task, "cho-xac-nhan", True)
    if remarks and "phat-hien" not in task:
        task["phat-hien"] = CommentedSeq()
    for remark in reversed(remarks):
        task["phat-hien"].insert(0, words(remark[:1].upper() + remark[1:]))


def _before_remarks(task: CommentedMap, key: str, value: object) -> None:
    task.insert(list(task).index("phat-hien") if "phat-hien" in task else len(task), key, value)
