"""Long lists shown fifty lines a page: which page is asked for, and the ways to its neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request

from web.refusal import Refusal

_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a reader is in a long list."""

    path: str
    page: int
    pages: int

    def at(self, page: int) -> str:
        """The address of another page."""
        return f"{self.path}?trang={page}" if page > 1 else self.path


def page_asked(request: Request) -> int:
    """The page in the address. Raises Refusal for what is no number of a page."""
    number = request.query_params.get("trang", "1")
    if not _NUMBER.fullmatch(number):
        raise Refusal(422, f"Trang «{number[:40]}» không phải một số trang.")
    return int(number)


def paging(request: Request, page: int, count: int, size: int) -> Paging:
    """Page `page` of `count` lines. Raises Refusal when the list is not that long."""
    pages = max(1, -(-count // size))
    if page > pages:
        raise Refusal(404, f"Danh sách này chỉ có {pages} trang, không có trang {page}.")
    return Paging(request.scope["path"], page, pages)
