"""The one way a page says no."""

from __future__ import annotations

from starlette.exceptions import HTTPException


class Refusal(HTTPException):
    """An answer other than the one asked for, with a sentence for the reader."""

    def __init__(self, status: int, sentence: str, search: str = "") -> None:
        super().__init__(status, sentence)
        self.search = search  # what to look for in the list instead
