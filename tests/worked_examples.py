"""The worked examples in plans/vi-du as the command makes them, with the edits recorded beside them.

Run as a program it writes them anew: python tests/worked_examples.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HOUSE = Path(__file__).resolve().parents[1]
EXAMPLES = HOUSE / "plans" / "vi-du"
RECORDED: dict[str, Any] = YAML(typ="safe").load((EXAMPLES / "sua-tay.yaml").read_text(encoding="utf-8"))


def command(name: str, output: Path) -> list[str]:
    """What is typed to make `name`."""
    return ["plan", "rollover", str(HOUSE / RECORDED[name]["tu"]), *RECORDED[name]["lenh"], "-o", str(output)]


def edited(name: str, text: str) -> str:
    """`text` with each recorded edit, which must find its words as often as it says."""
    for edit in RECORDED[name]["sua"]:
        assert text.count(edit["truoc"]) == edit.get("lan", 1), edit["truoc"]
        text = text.replace(edit["truoc"], edit["sau"])
    return text


def _write() -> None:
    for name in RECORDED:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / name
            subprocess.run([sys.executable, "-m", "deployments.cli", *command(name, made)], cwd=HOUSE, check=True)
            (EXAMPLES / name).write_text(edited(name, made.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _write()
