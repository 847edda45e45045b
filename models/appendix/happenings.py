"""The events time words wait for: those every plan knows under one code, others under their own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.appendix.units import code_from
from rules.vietnamese import capital, fold

SUPERIORS_PLAN = "ke-hoach-cap-tren"

# What the words of an event say -> the code and name plans use for it.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"ban hanh ke hoach.*(?:cap huyen|cap tinh|cap tren|ubnd huyen|ubnd tinh)",
        SUPERIORS_PLAN,
        "Cấp trên ban hành kế hoạch",
    ),
    (r"bau (?:cu )?(?:truong thon|to truong)", "bau-truong-thon", "Ngày họp bầu trưởng thôn, tổ trưởng dân phố"),
    (r"qh ?khsd|quy hoach.*phe duyet", "phe-duyet-qhkhsdd", "Quy hoạch, kế hoạch sử dụng đất được phê duyệt"),
)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as «su-kien» of a plan file names it."""

    code: str
    name: str


def happening_of(words: str) -> Happening:
    """The event `words` speak of: a known one, or one of its own under these very words."""
    plain = fold(words)
    for pattern, code, name in _KNOWN:
        if re.search(pattern, plain):
            return Happening(code, name)
    return Happening(code_from(words), capital(words))
