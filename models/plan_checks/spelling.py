"""Slips a reader passes over: days that do not exist, a slash too many, words mistyped."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping

from models.plan_checks.context import Context
from models.plan_checks.findings import PlanFinding
from models.plan_checks.passages import Passage

_FULL_DATE = re.compile(r"(?<![\d/])(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*((?:19|20)\d\d)(?![\d/])")
_SHORT_DATE = re.compile(
    r"(?<!\w)(?:ngày|trước|chậm nhất)\s+(\d{1,2})()\s*/\s*(\d{1,2})()(?![\d/]|\s*/)", re.IGNORECASE
)
_SPELLED_DATE = re.compile(r"(?<!\w)ngày\s+(\d{1,2})()\s+tháng\s+(\d{1,2})(?:\s+năm\s+((?:19|20)\d\d))?", re.IGNORECASE)
_DOUBLE_SLASH = re.compile(r"(?<![\w/:])\d+\s*/\s*/\s*[\wĐ-]+")
_LEAP = 2024
_SLIPS: Mapping[str, str] = {
    "đợt xuất": "đột xuất",
    "Văn một cửa": "Bộ phận Một cửa",
    "phân đấu": "phấn đấu",
    "những nhiều": "nhũng nhiễu",
    "trên địa thị trấn": "trên địa bàn thị trấn",
    "trên địa xã": "trên địa bàn xã",
    "công thông tin điện tử": "Cổng thông tin điện tử",
    "Cổng TTTT": "Cổng TTĐT",
    "cải cánh hành chính": "cải cách hành chính",
    "thủ tục hành chánh": "thủ tục hành chính",
}
_SLIP = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _SLIPS))})(?!\w)", re.IGNORECASE)


def impossible_days(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """«31/6», «29/02/2023», «ngày 31 tháng 4»."""
    for shape in (_FULL_DATE, _SHORT_DATE, _SPELLED_DATE):
        for found in shape.finditer(passage.text):
            day, month, year = int(found[1]), int(found[3]), int(found[4] or _LEAP)
            if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
                yield passage.finding("error", found[0], "Lịch không có ngày này.", "một ngày có thật")


def double_slashes(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """«192//KH-UBND»."""
    for found in _DOUBLE_SLASH.finditer(passage.text):
        once = re.sub(r"\s*/\s*/\s*", "/", found[0])
        yield passage.finding("warning", found[0], "Số, ký hiệu thừa một dấu gạch chéo.", once)


def slips(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """Words known to be mistyped often."""
    meant = {slip.casefold(): right for slip, right in _SLIPS.items()}
    once: dict[str, str] = {}
    for found in _SLIP.finditer(passage.text):
        once.setdefault(found[0].casefold(), found[0])
    for slip, words in once.items():
        yield passage.finding("note", words, "Có thể là lỗi gõ phím.", meant[slip])
