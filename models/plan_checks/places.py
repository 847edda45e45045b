"""Names of other places, and of another level than the office's own: what a plan copied from elsewhere leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.plan_checks.context import LEVEL_WORDS, Context
from models.plan_checks.findings import PlanFinding
from models.plan_checks.passages import Passage
from rules.vietnamese import fold

_LEVEL = r"(?<!\w)(?<!thị )(?<!Thị )(huyện|thị xã|quận|xã|thị trấn|phường|Huyện|Thị xã|Xã|Thị trấn|Phường)"
_NAMED = re.compile(rf"{_LEVEL}((?:[^\S\n]+[^\W\d_]+){{1,4}})")
_NEIGHBOUR = re.compile(
    r"\b(giap|giap ranh|phoi hop voi|hoc tap|kinh nghiem|tham quan|tuyen|duong|tu|nguyen)\b[^.;,]{0,30}$"
)
_NO_NAME = re.compile(  # what begins the next name in a list: «UBND xã Trưởng các thôn»
    r"^(hoi|nong thon|doi|viet nam|truong|cong chuc|cong an|van phong|ban|doan|tram|dai|bo phan|uy ban|chu tich|pho|cac"
    r"|nam|can bo|to|trung tam|mat tran|dang uy|phong|quan su)\b"
)

_BODIES = (
    r"(?:các cấp ủy|Đảng ủy|UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân|MTTQ|Một cửa|TTHC|Công an|Trạm Y tế|"
    r"Đài truyền thanh|Ban Chỉ huy Quân sự|của|toàn|trên địa bàn|Trang thông tin điện tử|trụ sở)"
)
_LIST = r"(?!\s*(?:[,/]|và|hoặc)\s*(?:xã|phường|thị trấn|đặc khu))"
_WRONG_LEVEL: dict[str, re.Pattern[str]] = {
    "xã": re.compile(rf"(?<!\w){_BODIES} xã(?!\w){_LIST}(?!\s*(?:hội|viên|khác|bạn|nông thôn))", re.IGNORECASE),
    "phường": re.compile(rf"(?<!\w){_BODIES} phường(?!\w){_LIST}", re.IGNORECASE),
    "thị trấn": re.compile(rf"(?<!\w){_BODIES} thị trấn(?!\w){_LIST}", re.IGNORECASE),
}
_OTHERS = r"(?!\s+(?:khác|bạn|lân cận|trong|trên địa bàn (?:huyện|tỉnh)))(?!\w)"  # of these one may well speak
_MANY = re.compile(
    rf"(?<!\w)các (?:xã|phường)(?:(?:,| và)\s*(?:xã|phường|thị trấn|đặc khu)(?!\w))+{_OTHERS}"
    rf"|(?<!\w)các (?:quận, )?huyện(?:, (?:thị xã|thành phố))*(?: ngoại thành)?{_OTHERS}"
    r"|(?<!\w)huyện ngoại thành",
    re.IGNORECASE,
)
_DISTRICT_PORTAL = re.compile(
    r"(?<!\w)c[ôổ]ng (?:thông tin điện tử|thông tin|TTĐT|TTTT)(?: của| cấp)? huyện(?!\w)", re.I
)


def other_places(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """Named places that are neither the office's own nor the one above it."""
    if passage.text.isupper() or not context.names:
        return
    for found in _NAMED.finditer(passage.text):
        name = _proper_name(found[2])
        if not name or _is_known(name, context) or _NEIGHBOUR.search(fold(passage.text[: found.start()])):
            continue
        why = f"Không phải tên của cơ quan ({context.office}) hay của cấp trên; có thể chép từ kế hoạch nơi khác."
        yield passage.finding(
            "warning", f"{found[1]} {name}", why, f"tên đúng của địa phương: {context.place or context.office}"
        )


def other_levels(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """«UBND xã» in a plan of a thị trấn; «UBND các xã, thị trấn» and «các huyện» in the plan of one commune."""
    own = LEVEL_WORDS[context.level]
    if not own or context.level == "huyen":
        return
    others = [words for word, shape in _WRONG_LEVEL.items() if word != own for words in _all_of(shape, passage.text)]
    kinds = (
        (others, f"Cơ quan này là {own}; lẫn cách gọi là dấu hiệu chép từ nơi khác.", own),
        (
            _own_name_elsewhere(passage.text, own, context),
            f"Cơ quan này là {context.office}.",
            f"{own} {context.place}",
        ),
        (
            _all_of(_MANY, passage.text),
            f"Kế hoạch này là của một {own}; câu nói về nhiều đơn vị.",
            f"{own} {context.place}",
        ),
        (
            _all_of(_DISTRICT_PORTAL, passage.text),
            f"Cổng này của huyện, kế hoạch là của {own}.",
            f"Cổng, Trang thông tin {own}",
        ),
    )
    for words, why, repair in kinds:
        if words:
            yield passage.finding("warning", "; ".join(words), why, repair.strip(), *words)


def _own_name_elsewhere(text: str, own: str, context: Context) -> list[str]:
    """«xã Yên Bình» in a plan of thị trấn Yên Bình."""
    levels = "|".join(word for word in _WRONG_LEVEL if word != own)
    shape = re.compile(rf"(?<!\w)(?<!thị )(?:{levels})\s+{re.escape(context.place)}(?!\w)")
    return _all_of(shape, text) if context.place else []


def _proper_name(words: str) -> str:
    """The leading words that begin with a capital: «Yên Bình» of «Yên Bình triển khai»."""
    kept: list[str] = []
    for word in words.split():
        if not word[0].isupper() or (len(word) > 1 and word.isupper()):
            break
        kept.append(word)
    name = " ".join(kept)
    return "" if _NO_NAME.match(fold(name)) else name


def _is_known(name: str, context: Context) -> bool:
    """A known name may be followed by another capital: «huyện Văn Lâm Năm»."""
    folded = fold(name)
    return any(folded == known or folded.startswith(f"{known} ") for known in context.names)


def _all_of(shape: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(found[0].split()) for found in shape.finditer(text)))
