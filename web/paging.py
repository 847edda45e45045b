"""A long list page by page: which page was asked for, and where the ones beside it are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from web.refusal import Refusal

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list."""

    shown: Sequence[T]
    count: int  # of the whole list
    page: int
    pages: int


def paged(found: Sequence[T], query: Mapping[str, str], on_a_page: int) -> Paged[T]:
    """The page of `found` the address asks for; one past the end is the last. Raises Refusal for no number."""
    pages = max(1, -(-len(found) // on_a_page))
    page = min(_asked(query.get("trang", "1")), pages)
    return Paged(found[(page - 1) * on_a_page : page * on_a_page], len(found), page, pages)


def _asked(number: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,4}", number):
        raise Refusal(422, f"Trang «{number[:40]}» không phải một số trang.")
    return int(number)
