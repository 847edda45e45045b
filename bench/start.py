"""`dunghan --help` beside an interpreter that does nothing: what a command costs before it begins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.rows import Row, best_of, slower

ROUNDS, MOST = 25, 10


def start_rows() -> Iterator[Row]:
    """The best of each, taken in turns."""
    command = str(Path(sys.executable).parent / "dunghan")
    ours, empty = best_of(ROUNDS, lambda: run([command, "--help"]), lambda: run([sys.executable, "-c", "pass"]))
    yield slower("dunghan --help, against an empty interpreter", ours * 1000, empty * 1000, "ms", MOST)


def run(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
