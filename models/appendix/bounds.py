"""How large and how deep a document may be: measured before it is parsed, so that no file exhausts the machine."""

from __future__ import annotations

MOST_BYTES = 20_000_000
MOST_ROWS = 5_000
MOST_CELLS = 200_000
MOST_SPAN = 1_000


class NotRead(ValueError):
    """A document that is not read, and why, in one Vietnamese sentence."""


def check_size(rows: int, cells: int) -> None:
    """Raise NotRead when tables have more rows or cells than an appendix."""
    for found, most, what in ((rows, MOST_ROWS, "dòng"), (cells, MOST_CELLS, "ô")):
        if found > most:
            raise NotRead(f"có {_dots(found)} {what} trong bảng; chương trình đọc nhiều nhất {_dots(most)} {what}.")


def _dots(number: int) -> str:
    return f"{number:,}".replace(",", ".")
