"""A long list page by page: which page was asked for, and where the ones beside it are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request

from web.refusal import Refusal

T = TypeVar("T")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """One page of a list that was read whole."""

    shown: Sequence[T]
    count: int  # of the whole list
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a reader is in a list of which only one page was read."""

    path: str
    page: int
    pages: int

    def at(self, page: int) -> str:
        """The address of another page."""
        return f"{self.path}?trang={page}" if page > 1 else self.path


def paged(found: Sequence[T], query: Mapping[str, str], on_a_page: int) -> Paged[T]:
    """The page of `found` the address asks for; one past the end is the last. Raises Refusal for no number."""
    pages = max(1, -(-len(found) // on_a_page))
    page = min(page_asked(query), pages)
    return Paged(found[(page - 1) * on_a_page : page * on_a_page], len(found), page, pages)


def page_asked(query: Mapping[str, str]) -> int:
    """The page in the address. Raises Refusal for what is no number of a page."""
    number = query.get("trang", "1")
    if not _NUMBER.fullmatch(number):
        raise Refusal(422, f"Trang «{number[:40]}» không phải một số trang.")
    return int(number)


def paging(request: Request, page: int, count: int, size: int) -> Paging:
    """Page `page` of `count` lines. Raises Refusal when the list is not that long."""
    pages = max(1, -(-count // size))
    if page > pages:
        raise Refusal(404, f"Danh sách này chỉ có {pages} trang, không có trang {page}.")
    return Paging(request.scope["path"], page, pages)
