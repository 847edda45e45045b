"""Words as any reader of a document hands them on: NFC, single spaces, nothing invisible, no empty line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from models.appendix.document import Cell, Row

_SPACES = ("Zs", "Cc")  # line breaks are kept, every other control character only parts words
_INVISIBLE = ("Cf", "Cs", "Co")


def tidy(text: str) -> str:
    """`text` as a person reads it; its lines stay parted by «\\n»."""
    lines = (" ".join(_seen(line).split()) for line in unicodedata.normalize("NFC", text).splitlines())
    return "\n".join(line for line in lines if line)


def row_of(place: str, cells: Iterable[Cell], width: int) -> Row:
    """A row as wide as its table, whatever its own number of cells."""
    known = tuple(cells)
    return Row(place, known + (Cell(""),) * (width - len(known)))


def _seen(line: str) -> str:
    """`line` with every space alike and without what nobody sees."""
    if line.isascii() and line.isprintable():
        return line
    kinds = ((character, unicodedata.category(character)) for character in line)
    return "".join(" " if kind in _SPACES else character for character, kind in kinds if kind not in _INVISIBLE)
