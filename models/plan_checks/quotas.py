"""Numbers of times and percentages as plans write them."""

from __future__ import annotations

import re

_LEAST = r"(?:ít nhất|tối thiểu|không dưới)"
_UNITS = r"(?:lần|buổi|cuộc|hội nghị|kỳ|đợt|lượt)"
_PER = r"(?:năm|quý|tháng|tuần|6 tháng)"
_TIMES = re.compile(
    rf"(?:{_LEAST}\s+)?\d+\s+{_UNITS}\s*(?:/|mỗi|trong|hằng|hàng|một|trên)\s*(?:(?:một|0?1)\s+)?{_PER}\b"
    rf"|{_LEAST}\s+(?:\d+|một|hai|ba|bốn)\s+{_UNITS}\b"
    rf"|(?:mỗi|hằng|hàng)\s+{_PER}\s+(?:{_LEAST}\s+)?\d+\s+{_UNITS}\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?<![\w,.])\d{1,3}(?:[.,]\d+)?\s*%")


def times_in(text: str) -> list[str]:
    """«ít nhất 2 lần/năm»: every number of times in `text`."""
    return list(dict.fromkeys(" ".join(found[0].split()) for found in _TIMES.finditer(text)))


def has_share(text: str) -> bool:
    """Whether `text` names a percentage."""
    return bool(_SHARE.search(text))
