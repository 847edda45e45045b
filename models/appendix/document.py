"""What every kind of signed document becomes: paragraphs and tables in order, each knowing where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

DocumentKind = Literal["docx", "xlsx", "pdf", "text"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph outside any table; `place` tells a person where to find it («đoạn 12», «trang 3»)."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's words, lines parted by «\\n» as the document parts them; NFC, no markup.

    `covered`: the cell lies under a merged one; `text` then repeats the words of that one.
    """

    text: str
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One physical row; `place` tells a person where to find it («bảng 2, dòng 5», «trang tính PL1, dòng 8»)."""

    place: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One physical table; a table broken over pages may be several. Rows have equally many cells."""

    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document as read: its blocks in order, and what reading it had to do («đã đổi từ TCVN3»)."""

    name: str
    sha256: str  # of the file's bytes as given
    kind: DocumentKind
    blocks: tuple[Paragraph | Table, ...]
    remarks: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs outside tables, in order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def tables(self) -> Iterator[Table]:
        """The tables, in order."""
        return (block for block in self.blocks if isinstance(block, Table))
