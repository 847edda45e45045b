"""The words of a plan file or of a signed document, each passage knowing where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from models.appendix.document import Paragraph, SignedDocument, Table
from models.appendix.lines import Placed
from models.office_file import Place, Source, line_of
from models.plan_checks.findings import Level, PlanFinding
from models.plan_schema import PlanDocument, TaskKeys
from rules.phrases import read_phrase

_HEADINGS = frozenset({"tieu-de", "tieu-de-lap"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text and where it stands; `is_time` when it says nothing but when."""

    text: str
    task: str = ""
    field: str = ""
    line: int | None = None
    place: str = ""
    is_time: bool = False
    in_table: bool = False

    def finding(self, level: Level, found: str, why: str, repair: str = "", *marks: str) -> PlanFinding:
        """A finding at this place; whoever runs the check puts its name in."""
        words = " ".join(found.split())
        return PlanFinding(level, "", self.task, self.field, self.line, words, why, repair, self.place, marks)


def passages_of_plan(document: PlanDocument, source: Source | None = None) -> Iterator[Passage]:
    """What the plan file says in words: its title, its units, its tasks; not the office's own remarks."""
    yield Passage(document.ke_hoach.ten, "", "ten", line_in(source, ("ke-hoach", "ten")))
    for at, unit in enumerate(document.don_vi):
        yield Passage(unit.ten, "", "don-vi", line_in(source, ("don-vi", at)))
    for at, task in enumerate(document.nhiem_vu):
        for field, text in _words_of(task):
            if field == "trich" and document.ke_hoach.ke_hoach_truoc:
                continue  # carried from an earlier plan: its words, of its year
            is_time = field == "trich" and _says_when(text, document.ke_hoach.nam)
            yield Passage(text, task.ma, field, line_in(source, ("nhiem-vu", at, field)), is_time=is_time)


def _words_of(task: TaskKeys) -> Iterator[tuple[str, str]]:
    """Its words, those of the whole source row rather than the title an import made of them."""
    whole = {"loi-van": task.loi_van} if task.loi_van else {"ten": task.ten}
    words = {**whole, "trich": task.trich, "ket-qua": task.ket_qua, "noi-nhan": task.noi_nhan}
    return ((field, text) for field, text in words.items() if text)


def _says_when(text: str, year: int) -> bool:
    return read_phrase(text, year).unread is None


def passages_of_document(document: SignedDocument, placed: Iterable[Placed]) -> Iterator[Passage]:
    """Every paragraph and every cell with words of its own, in order; `placed` are the rows of its tables."""
    rows = iter(placed)
    for block in document.blocks:
        match block:
            case Paragraph(text, place) if text.strip():
                yield Passage(text, place=place)
            case Table():
                yield from _of_table(islice(rows, len(block.rows)))


def _of_table(rows: Iterable[Placed]) -> Iterator[Passage]:
    for row in (one.row for one in rows if one.fate not in _HEADINGS):
        for at, (cell, column) in enumerate(zip(row.cells, row.columns, strict=True), start=1):
            if cell.text.strip() and not cell.covered:
                yield Passage(cell.text, place=f"{row.place}, cột {at}", is_time=column == "time", in_table=True)


def line_in(source: Source | None, place: Place) -> int | None:
    """The line of the file where `place` stands, when the plan was read from one."""
    return line_of(source.document, place) if source else None
