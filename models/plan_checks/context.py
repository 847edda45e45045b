"""What words are checked against: whose plan it is, for which year, signed on which day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.plan_schema import PlanKeys
from rules.vietnamese import fold

OfficeLevel = Literal["xa", "phuong", "thi-tran", "huyen", ""]

_LEVELS: tuple[tuple[str, OfficeLevel], ...] = (
    ("thi tran", "thi-tran"),
    ("phuong", "phuong"),
    ("huyen", "huyen"),
    ("thi xa", "huyen"),
    ("xa", "xa"),
)
LEVEL_WORDS: dict[OfficeLevel, str] = {"xa": "xã", "phuong": "phường", "thi-tran": "thị trấn", "huyen": "huyện", "": ""}
_OFFICE = re.compile(r"^(?:ubnd|uy ban nhan dan|hdnd)\s+")
_LEVEL = re.compile(r"^(?:thi tran|thi xa|thanh pho|phuong|huyen|quan|tinh|xa)\s+")


@dataclass(frozen=True, slots=True)
class Context:
    """The plan a text belongs to; `office` and `superior` as the plan names them («UBND thị trấn Yên Bình»)."""

    year: int
    signed: date
    office: str
    place: str = ""
    superior: str = ""

    @classmethod
    def of_plan(cls, plan: PlanKeys) -> Context:
        """The context a plan file's own facts give."""
        office = plan.co_quan
        return cls(plan.nam, plan.signed, office.ten, office.dia_danh or "", office.cap_tren or "")

    @property
    def level(self) -> OfficeLevel:
        """What the office's unit is called; empty when its name does not say."""
        name = _OFFICE.sub("", fold(self.office))
        return next((level for words, level in _LEVELS if name.startswith(words)), "")

    @property
    def names(self) -> frozenset[str]:
        """The names of its own place and of the one above, folded, without the word for their level."""
        own = (bare_name(self.office), bare_name(self.superior), fold(self.place))
        return frozenset(filter(None, own))


def bare_name(office: str) -> str:
    """«UBND huyện Hòa An» is «hoa an»."""
    return _LEVEL.sub("", _OFFICE.sub("", fold(office))).strip()
