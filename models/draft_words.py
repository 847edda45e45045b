"""What a reader is told of a task's keys: each under its Vietnamese name, a fault and a change as one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from models.office_file import Fault
from models.plan_times import entry_words
from models.views import KINDS
from rules.vietnamese import capital

# The plan file's keys as people call them.
NAMES = {
    "ke-hoach": "Thông tin chung",
    "don-vi": "Đơn vị",
    "su-kien": "Sự kiện",
    "nhiem-vu": "Nhiệm vụ",
    "ma": "Mã",
    "ten": "Tên nhiệm vụ",
    "so": "Số, ký hiệu",
    "ngay": "Ngày",
    "nam": "Năm",
    "loai": "Loại",
    "chi-so": "Nội dung PAPI",
    "thanh-phan": "Thành phần",
    "nguon": "Vị trí trong văn bản",
    "trich": "Lời kế hoạch",
    "loi-van": "Lời văn đầy đủ",
    "chu-tri": "Đơn vị chủ trì",
    "thuc-hien": "Đơn vị thực hiện",
    "ket-qua": "Kết quả",
    "thoi-han": "Thời hạn",
    "can-cu": "Căn cứ",
    "moc-nhac": "Mốc nhắc",
    "da-xong": "Đã xong",
    "cho-xac-nhan": "Chưa chạy, chờ xác nhận",
    "phat-hien": "Điểm cần lưu ý",
    "noi-nhan": "Nơi nhận",
    "pham-vi": "Phạm vi",
    "noi-dung": "Nội dung công khai",
    "danh-sach": "Danh sách",
    "noi-bo": "Mốc nội bộ",
    "van-ban": "Văn bản",
    "tu": "Từ ngày",
    "den": "Đến ngày",
    "han": "Hạn",
    "kieu": "Kiểu",
    "dong": "Dòng của văn bản",
    "cho-quyet-dinh": "Điều chờ quyết định",
}
_KEY = re.compile(r"«([a-z-]+)(?:: true)?»")


def fault_words(fault: Fault) -> str:
    """A fault as the page tells it: the field by its name, no file and no key."""
    field = next((NAMES[step] for step in reversed(fault.place) if isinstance(step, str) and step in NAMES), "")
    text = _KEY.sub(_named, fault.text)
    return f"{field}: {text}" if field and field != NAMES["nhiem-vu"] else capital(text)


def _named(key: re.Match[str]) -> str:
    return f"«{NAMES[key[1]]}»" if key[1] in NAMES else key[0]


def task_changes(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    events: Iterable[Mapping[str, Any]],
    units: Mapping[str, str],
) -> list[str]:
    """What a person changed of a task, key by key: «Đơn vị chủ trì: Văn phòng UBND → Công chức Tư pháp»."""
    known = list(events)
    return [
        f"{NAMES.get(key, key)}: {_shown(key, before.get(key), known, units)} → "
        f"{_shown(key, after.get(key), known, units)}"
        for key in _keys_of(before, after)
        if (before.get(key) or None) != (after.get(key) or None)
    ]


def _keys_of(*tasks: Mapping[str, Any]) -> Iterator[str]:
    """The keys of all, in the order people are told them."""
    present = {key for task in tasks for key in task}
    yield from (key for key in NAMES if key in present)
    yield from sorted(present - set(NAMES))


def _shown(key: str, value: Any, events: list[Mapping[str, Any]], units: Mapping[str, str]) -> str:
    match key, value:
        case _, None | "" | [] | False:
            return "–"
        case _, True:
            return "có"
        case "thoi-han", list():
            return "; ".join(f"«{entry_words(entry, events)}»" for entry in value)
        case "chu-tri", str():
            return units.get(value, value)
        case "loai", str():
            return KINDS.get(value, value)
        case _, list():
            return ", ".join(units.get(str(one), str(one)) for one in value)
        case _:
            return str(value)
