"""Who may open the pages: an authority's leaders, its office and its auditors, each by a right of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Right = Literal["lanh-dao", "van-phong", "kiem-tra"]
RIGHTS: dict[str, str] = {"lanh-dao": "Lãnh đạo", "van-phong": "Văn phòng", "kiem-tra": "Người kiểm tra"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may open the pages of one authority, by one right."""

    right: Right
    authority_id: int
    authority: str
    code: str  # as the trail knows them
    name: str
    email: str
    person_id: int | None = None  # on the roster; None: an auditor from outside, a clerk without letters
