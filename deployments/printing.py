"""How commands print: JSON kept in Vietnamese letters, and tables of aligned columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def print_json(value: Any) -> None:
    """`value` as one JSON document, Vietnamese unescaped."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """`rows` under `headings`, columns as wide as their longest cell; the last one is left ragged."""
    table = [headings, *([harmless(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def harmless(text: str) -> str:
    """`text` on one line; what a terminal would obey or nobody sees, in mails and servers' answers, is a «�»."""
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))
