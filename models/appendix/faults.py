"""What the checks of a plan's words find in the signed document itself, each told where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from models.appendix.document import SignedDocument
from models.appendix.facts import Facts
from models.plan_checks.context import Context
from models.plan_checks.findings import PlanFinding
from models.plan_checks.words import check_words

# Told already, and with more care, by whoever joined the rows and read their times.
_READ_ELSEWHERE = frozenset({"thoi-gian-da-qua", "o-trong", "dong-noi-trang", "chi-tieu-khong-nhip"})
_COLUMN = re.compile(r", cột \d+$")


@dataclass(slots=True)
class Faults:
    """The sentences found, by the row they concern; taken out as tasks take them, what is left is the plan's."""

    of_rows: dict[str, list[str]] = field(default_factory=dict)
    of_plan: list[str] = field(default_factory=list)

    def taken(self, places: Iterable[str]) -> list[str]:
        """The sentences about these rows, each once and for all."""
        return [sentence for place in places for sentence in self.of_rows.pop(place, [])]

    def left(self) -> list[str]:
        """The sentences about the plan, and about rows that became no task."""
        return [*self.of_plan, *(sentence for told in self.of_rows.values() for sentence in told)]


def faults_of(document: SignedDocument, facts: Facts, year: int) -> Faults:
    """Everything the checks of words and of shape find in `document`."""
    context = Context(year, facts.signed or date(year, 1, 1), facts.office, facts.place, facts.superior)
    rows = {row.place for table in document.tables for row in table.rows}
    faults = Faults()
    for finding in check_words(document, context):
        place = _COLUMN.sub("", finding.place)
        if finding.rule in _READ_ELSEWHERE:
            continue
        if place in rows:
            faults.of_rows.setdefault(place, []).append(_sentence(finding, ""))
        else:
            faults.of_plan.append(_sentence(finding, finding.place))
    return faults


def _sentence(finding: PlanFinding, place: str) -> str:
    """«Số, ký hiệu thừa một dấu gạch chéo» with its words, its place and what to write."""
    where = f" ({place})" if place else ""
    repair = f" Nên sửa: {finding.repair}." if finding.repair else ""
    return f"{finding.text}{where}{repair}"
