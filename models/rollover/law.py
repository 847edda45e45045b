"""Law that changes between the old year and the new: grounds that ended, terms that follow, wording nobody checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.plan_entries import EachEntry, EventEntry, LawKeys
from models.plan_schema import PlanDocument, TaskKeys
from models.rollover.questions import Question, listed
from rules.law.records import Term
from rules.law.successors import Ended, doubts_by, ended_by
from rules.law.terms import basis_of, duty_named
from rules.vietnamese import dmy


def on_law(document: PlanDocument, old_year: int) -> Iterator[Question]:
    """Everything law asks a person to look at before the plan of the new year is signed."""
    yield from _on_ended(document)
    yield from _on_terms(document, old_year)
    yield from _on_doubts(document)


def _texts(task: TaskKeys) -> Iterator[str]:
    """Where a task cites law: its grounds, and the names a person reads."""
    yield from (ground.van_ban for ground in task.can_cu)
    yield from (task.ten, task.ket_qua or "", *(entry.ten or "" for entry in task.thoi_han))


def _on_ended(document: PlanDocument) -> Iterator[Question]:
    day, tasks = date(document.ke_hoach.nam, 12, 31), dict[Ended, dict[str, None]]()
    for task in document.nhiem_vu:
        for text in _texts(task):
            for ended in ended_by(text, day):
                tasks.setdefault(ended, {})[task.ma] = None
    for ended, codes in tasks.items():
        text = f"{ended.instrument} hết hiệu lực ngày {dmy(ended.last)}; {_followed(ended)}, cần đối chiếu."
        waits = not ended.successors  # nothing known to stand on
        yield Question("law", f"{text} Đang dẫn ở {listed(list(codes))}.", tuple(codes), text, waits)


def _followed(ended: Ended) -> str:
    if not ended.successors:
        return "chưa biết văn bản thay thế"
    return f"đề nghị thay bằng {', '.join(ended.successors)}"


def _on_terms(document: PlanDocument, old_year: int) -> Iterator[Question]:
    """Deadlines the programme itself takes from the law in force: told where the term is no longer the same."""
    tasks: dict[str, dict[str, None]] = {}
    for task in document.nhiem_vu:
        for duty in _duties(task):
            tasks.setdefault(duty_named(duty).slug, {})[task.ma] = None
    for slug, codes in tasks.items():
        yield from _on_duty(slug, tuple(codes), old_year, document.ke_hoach.nam)


def _duties(task: TaskKeys) -> Iterator[str]:
    for entry in task.thoi_han:
        if isinstance(entry, EachEntry | EventEntry) and isinstance(entry.han, LawKeys):
            yield entry.han.nghia_vu
        if entry.gia_han:
            yield entry.gia_han.theo
        if entry.can_cu_luat:
            yield entry.can_cu_luat


def _on_duty(slug: str, codes: tuple[str, ...], old_year: int, year: int) -> Iterator[Question]:
    duty, now = duty_named(slug), _terms(slug, year)
    if not now:
        text = f"Chưa biết quy định nào về «{duty.name}» trong năm {year}. {duty.missing}".strip()
        yield Question("law", f"{listed(codes)}: {text}", codes, text, waits=True)
    elif now != _terms(slug, old_year):
        text = (
            f"«{duty.name}» trong năm {year} theo luật là {'; '.join(map(_said, now))}. Chương trình tự chọn theo ngày."
        )
        yield Question("law", f"{listed(codes)}: {text}", codes, text)


def _said(term: Term) -> str:
    """«10 ngày, mốc là ngày kết thúc quý (khoản 3 Điều 37 Nghị định …; từ 01/01/2026)»."""
    counted = f", mốc là {term.event}" if term.event.startswith("ngày") else ""
    return f"{term.length or 'không định số ngày'}{counted} ({basis_of(term)}; {term.span})"


def _terms(slug: str, year: int) -> tuple[Term, ...]:
    """The terms of a duty in force on some day of `year`."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return tuple(
        term for term in duty_named(slug).terms if term.valid_from <= last and (term.valid_to or last) >= first
    )


def _on_doubts(document: PlanDocument) -> Iterator[Question]:
    day, tasks = date(document.ke_hoach.nam, 12, 31), dict[tuple[str, str], dict[str, None]]()
    for task in document.nhiem_vu:
        for text in _texts(task):
            for instrument, doubt in doubts_by(text, day):
                tasks.setdefault((instrument, doubt.why), {})[task.ma] = None
    for (instrument, why), codes in tasks.items():
        yield Question("law", f"{instrument}: {why} Đang dẫn ở {listed(list(codes))}.", tuple(codes))
