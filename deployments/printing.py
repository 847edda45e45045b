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
    widths = [max(len(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    for row in (headings, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
