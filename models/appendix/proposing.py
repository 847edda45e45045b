"""A signed document becomes a proposed plan: its facts, tasks and duties, and the fate of every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.appendix.document import SignedDocument
from models.appendix.duties import Duties
from models.appendix.facts import Facts, facts_of
from models.appendix.faults import faults_of
from models.appendix.happenings import SUPERIORS_PLAN
from models.appendix.lines import Lines, Placed, lines_of
from models.appendix.points import line_of, shortened
from models.appendix.proposal import Proposal, RowFate
from models.appendix.tasks import Tasks
from models.appendix.units import Units, same_names


class NotEnoughKnown(ValueError):
    """The document does not say what a plan cannot be without."""

    def __init__(self, name: str, missing: list[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(f"{name}: không thấy {', '.join(missing)} trong văn bản; hãy ghi thêm khi đưa vào.")


class NoAppendix(ValueError):
    """The document has no table of tasks, or nothing under its headings."""

    def __init__(self, name: str, tables: int, headed: bool) -> None:
        if headed:
            super().__init__(f"{name}: biểu nhiệm vụ chỉ có dòng tiêu đề, chưa có dòng nào bên dưới; hãy kiểm tra lại.")
            return
        found = f"có {tables} bảng nhưng không bảng nào" if tables else "không có bảng nào"
        super().__init__(
            f"{name}: {found} có cột nhiệm vụ và cột đơn vị hoặc thời gian. Cần biểu nhiệm vụ có dòng tiêu đề, "
            "ví dụ «TT, Nhiệm vụ, Đơn vị chủ trì, Thời gian»."
        )


def propose(document: SignedDocument, given: Facts = Facts()) -> Proposal:  # noqa: B008 - frozen
    """The plan `document` proposes; `given` are facts a person states, believed over those read.

    Raises NotEnoughKnown without a number, a day, a year or an office; NoAppendix without a table of tasks.
    """
    facts, lines = facts_of(document).filled(given), lines_of(document)
    if not lines.found:
        headed = any(one.fate == "tieu-de" for one in lines.placed)
        raise NoAppendix(document.name, len(list(document.tables)), headed)
    if facts.missing or facts.year is None:
        raise NotEnoughKnown(document.name, facts.missing)
    faults = faults_of(document, facts, facts.year)
    tasks = Tasks(facts.year, faults)
    duties = Duties(facts.year, tasks.units, tasks.events)
    tasks.propose(lines.found)  # first: the table names units better than the body does
    duties.propose(document.paragraphs)
    remarks = (*document.remarks, *_remarks(lines, tasks.units), *faults.left())
    head = _head(document, facts, tasks.units, tasks.events, remarks)
    return Proposal(head, (*duties.found, *tasks.found), tuple(_fates(lines, tasks)), remarks)


def _head(
    document: SignedDocument, facts: Facts, units: Units, events: Mapping[str, str], remarks: tuple[str, ...]
) -> dict[str, Any]:
    office = {"ma": facts.office_code, "ten": facts.office}
    office |= {"dia-danh": facts.place} if facts.place else {}
    office |= {"cap-tren": facts.superior} if facts.superior else {}
    plan = {
        "ma": facts.code,
        "so": facts.number,
        "ngay": facts.signed.isoformat() if facts.signed else "",
        "nam": facts.year,
        "ten": facts.title or f"Kế hoạch {facts.number}",
        "co-quan": office,
        "nguon": {"ten": document.name, "sha256": document.sha256},
        "phat-hien": [shortened(remark, 900) for remark in remarks],
    }
    waited = [{"ma": code, "ten": name, **_dated(code, facts)} for code, name in events.items()]
    return {"ke-hoach": plan, "don-vi": units.listed(), "su-kien": waited}


def _dated(code: str, facts: Facts) -> dict[str, str]:
    """The superior's plan is dated by the plan that follows it; every other event waits to be recorded."""
    if code != SUPERIORS_PLAN or not facts.superior_signed:
        return {}
    return {"ngay": facts.superior_signed.isoformat(), "van-ban": facts.superior_number}


def _remarks(lines: Lines, units: Units) -> Iterator[str]:
    labels = [one for one in lines.placed if one.fate == "nhan"]
    broken = [line for line in lines.found if line.broken]
    if broken:
        yield f"{len(broken)} nhiệm vụ ghép từ các dòng bị ngắt trang; từng nhiệm vụ có ghi những dòng nào."
    for label in labels:
        yield f"Dòng «{label.words}» ({label.row.place}) chỉ có tên, không có việc, đơn vị; chưa lập nhiệm vụ."
    for heading in lines.unknown:
        yield f"Cột «{heading}» không rõ là gì nên không đọc; chữ của cột xem được ở từng dòng."
    for table in lines.others:
        words = " | ".join(dict.fromkeys(filter(None, (line_of(cell.text) for cell in table.rows[0].cells))))
        yield f"Bảng {table.number} («{shortened(words)}») không phải biểu nhiệm vụ nên không đọc thành nhiệm vụ."
    for name, names in same_names(units):
        yield f"«{name}» còn được gọi là {_listed(names)}; hiểu là một đơn vị."
    for name in units.doubtful():
        yield f"Đơn vị «{name}» lạ, tạm coi là trong cơ quan; hãy xem lại quan hệ."


def _listed(names: Sequence[str], most: int = 4) -> str:
    """The other names, a few of them."""
    others = [f"«{name}»" for name in names[1:]]
    more = [f"{len(others) - most} cách khác"] if len(others) > most else []
    return ", ".join([*others[:most], *more])


def _fates(lines: Lines, tasks: Tasks) -> Iterator[RowFate]:
    for one in lines.placed:
        yield RowFate(one.row.place, one.fate, _task_of(one, tasks), one.words)


def _task_of(placed: Placed, tasks: Tasks) -> str:
    return tasks.codes[id(placed.line)] if placed.line else ""
