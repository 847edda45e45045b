"""How large a document may be: said once, checked before it is parsed and again on what was read."""

from __future__ import annotations

from models.appendix.document import Paragraph, Row, Table

MOST_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 100_000_000
MOST_ELEMENTS = 2_000_000  # of XML, all parts together
MOST_DEPTH = 200
MOST_ROWS = 5_000
MOST_CELLS = 200_000
MOST_SPAN = 1_000  # columns one cell lies over
MOST_MERGED = 200_000  # cells under merged ones
MOST_PAGES = 300
MOST_CELL_LETTERS = 32_767  # what one cell of Excel may hold
MOST_LETTERS = 5_000_000


class NotRead(ValueError):
    """A document that is not read, and why, in one Vietnamese sentence."""


def check_size(rows: int, cells: int) -> None:
    """Raise NotRead when tables have more rows or cells than an appendix."""
    check_count(rows, MOST_ROWS, "dòng trong bảng")
    check_count(cells, MOST_CELLS, "ô trong bảng")


def check_count(found: int, most: int, what: str) -> None:
    """Raise NotRead when there is too much of something, saying how much and how much may be."""
    if found > most:
        raise NotRead(f"có {dots(found)} {what}; chương trình đọc nhiều nhất {dots(most)}. {_WHAT_TO_DO}")


def check_blocks(blocks: tuple[Paragraph | Table, ...]) -> None:
    """Raise NotRead when what was read is more than an appendix holds, or nothing."""
    rows = [row for block in blocks if isinstance(block, Table) for row in block.rows]
    check_size(len(rows), sum(len(row.cells) for row in rows))
    for row in rows:
        _check_cells(row)
    letters = sum(len(block.text) for block in blocks if isinstance(block, Paragraph))
    letters += sum(len(cell.text) for row in rows for cell in row.cells)
    check_count(letters, MOST_LETTERS, "ký tự")
    if not letters:
        raise NotRead("tài liệu không có chữ nào; hãy kiểm tra lại đã chọn đúng tệp.")


def dots(number: int) -> str:
    """«50.000»."""
    return f"{number:,}".replace(",", ".")


def _check_cells(row: Row) -> None:
    longest = max((len(cell.text) for cell in row.cells), default=0)
    check_count(longest, MOST_CELL_LETTERS, f"ký tự trong một ô ({row.place})")


_WHAT_TO_DO = "Hãy giữ lại riêng kế hoạch và phụ lục của nó."
