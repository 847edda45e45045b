"""Numbers of times and percentages as plans write them."""

from __future__ import annotations

import re

_UNITS = r"(?:lần|buổi|cuộc|hội nghị|kỳ|đợt|lượt)"
_PER = r"(?:năm|quý|tháng|tuần|6 tháng)"
_TIMES = re.compile(
    rf"(?:(?:ít nhất|tối thiểu)\s+)?\d+\s+{_UNITS}\s*(?:/|mỗi|trong|hằng|hàng|một|trên)\s*(?:một\s+)?{_PER}\b"
    rf"|(?:ít nhất|tối thiểu)\s+(?:\d+|một|hai|ba|bốn)\s+{_UNITS}\b"
    rf"|(?:mỗi|hằng|hàng)\s+{_PER}\s+(?:ít nhất\s+|tối thiểu\s+)?\d+\s+{_UNITS}\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?<![\w,.])\d{1,3}(?:[.,]\d+)?\s*%")


def times_in(text: str) -> list[str]:
    """«ít nhất 2 lần/năm»: every number of times in `text`."""
    return list(dict.fromkeys(" ".join(found[0].split()) for found in _TIMES.finditer(text)))


def has_share(text: str) -> bool:
    """Whether `text` names a percentage."""
    return bool(_SHARE.search(text))
