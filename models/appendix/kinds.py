"""The kind of plan task that words and times make likeliest; a person may say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.plan_schema import TaskKind
from rules.vietnamese import fold

_REPORTED = ("bao cao", "chuong trinh", "ke hoach", "so ket", "tong ket")


def kind_of(name: str, words: str, entries: Iterable[Mapping[str, Any]]) -> TaskKind:
    """What a task's name, its whole words and the kinds of `entries` under «thoi-han» point to."""
    plain, times = fold(name), {str(entry["kieu"]) for entry in entries}
    if "so-lan" in times:
        return "doi-thoai" if "doi thoai" in fold(words) else "chi-tieu"
    if "doi thoai" in plain and times - {"thuong-xuyen"}:
        return "doi-thoai"
    if "cong khai" in plain or "niem yet" in plain:
        return "cong-khai"
    if times & {"moi-ky", "truoc-ngay", "cham-nhat-ngay"} and any(word in plain for word in _REPORTED):
        return "bao-cao"
    return _by_time(times)


def _by_time(times: set[str]) -> TaskKind:
    if "su-kien" in times:
        return "su-kien"
    if times & {"khoang", "moi-ky"}:
        return "khoang"
    return "thuong-xuyen" if "thuong-xuyen" in times else "mot-lan"
