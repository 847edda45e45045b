"""Words as any reader of a document hands them on: NFC, single spaces, nothing invisible, no empty line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from models.appendix.document import Cell, Row

_INVISIBLE = re.compile(  # controls that are no space, format characters, halves of pairs, private signs of fonts
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
)


def tidy(text: str) -> str:
    """`text` as a person reads it; its lines stay parted by «\\n»."""
    seen = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    lines = (" ".join(line.split()) for line in seen.splitlines())
    return "\n".join(line for line in lines if line)


def row_of(place: str, cells: Iterable[Cell], width: int) -> Row:
    """A row as wide as its table, whatever its own number of cells."""
    known = tuple(cells)
    return Row(place, known + (Cell(""),) * (width - len(known)))
