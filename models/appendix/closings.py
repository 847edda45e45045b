"""«(thời gian chốt số liệu tính từ ngày … đến ngày …)»: a dated report made one of each period it closes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.plan_entries import PERIOD_WORDS
from rules.periods import Period, PeriodKind, periods_of

_SPAN = re.compile(
    r"chốt số liệu[^()]*?từ ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})\s+đến (?:hết )?ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})",
    re.IGNORECASE,
)
_KINDS: tuple[PeriodKind, ...] = ("year", "half_year", "nine_months", "quarter", "month")
_DATED = {"truoc-ngay": "truoc-ngay-thang", "cham-nhat-ngay": "den-ngay-thang"}


def closed_period(words: str) -> Period | None:
    """The period whose figures `words` close; None when they close none, or no period of a year."""
    if not (found := _SPAN.search(words)):
        return None
    try:
        first, last = _day(*found.groups()[:3]), _day(*found.groups()[3:])
    except ValueError:
        return None
    periods = (period for kind in _KINDS for period in periods_of(kind, last.year))
    return next((period for period in periods if (period.start, period.end) == (first, last)), None)


def each_period(entry: Mapping[str, Any], closed: Period) -> dict[str, Any] | None:
    """A report due on a date after `closed`, as one due after each such period; None when it is due before its end."""
    if entry.get("kieu") not in _DATED:
        return None
    due = date.fromisoformat(entry["ngay"])
    months = (due.year - closed.end.year) * 12 + due.month - closed.end.month
    if due <= closed.end:
        return None
    every: dict[str, Any] = {"kieu": "moi-ky", "ky": PERIOD_WORDS[closed.kind]}
    every |= {"chi-ky": [closed.ordinal]} if closed.kind != "year" else {}
    han = {"kieu": _DATED[entry["kieu"]], "ngay": due.day, "thang-sau": months}
    return every | {"chot-so-lieu": True, "han": han}


def without_span(words: str) -> str:
    """`words` without the dates of the period they close, which are no dates to be kept."""
    return _SPAN.sub("chốt số liệu", words)


def _day(day: str, month: str, year: str) -> date:
    return date(int(year), int(month), int(day))
