"""One thing `dunghan doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What was found and, when it is not right, what to do."""

    name: str
    ok: bool
    found: str
    todo: str = ""
