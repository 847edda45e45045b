"""A signed document as its checks see it: its words passage by passage, its tables row by row, each read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.appendix.document import SignedDocument
from models.appendix.headed_row import HeadedRow
from models.appendix.lines import Placed, lines_of
from models.appendix.proposal import Fate
from models.plan_checks.passages import Passage, passages_of_document

_READ: tuple[Fate, ...] = ("nhom", "nhiem-vu", "noi-tiep", "nhan")


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A signed document, its passages, and every physical row of its tables with what became of it."""

    document: SignedDocument
    passages: tuple[Passage, ...]
    placed: tuple[Placed, ...]

    @classmethod
    def of(cls, document: SignedDocument) -> DocumentRead:
        """`document` put together as an import puts it together."""
        placed = lines_of(document).placed
        return cls(document, tuple(passages_of_document(document, placed)), tuple(placed))

    @property
    def rows(self) -> Iterator[HeadedRow]:
        """The rows of its tables of tasks, without headings, numbers of columns and empty ones."""
        return self.rows_that(*_READ)

    def rows_that(self, *fates: Fate) -> Iterator[HeadedRow]:
        """The rows that became a task, the end of one, the name of a group: one of `fates`."""
        return (one.row for one in self.placed if one.fate in fates)
