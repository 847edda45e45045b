"""Names of other places, and of another level than the office's own: what a plan copied from elsewhere leaves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from models.plan_checks.context import LEVEL_WORDS, Context
from models.plan_checks.document_read import DocumentRead
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
_PROVINCE = re.compile(r"(?<!\w)tỉnh((?:[^\S\n]+[^\W\d_]+){1,3})")

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
    r"(?<!\w)c[ôổ]ng (?:thông tin điện tử|thông tin|TTĐT|TTTT)(?: của| cấp)? huyện(?!\w)", re.IGNORECASE
)


def other_places(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """Named places that are neither the office's own nor the one above it."""
    if passage.text.isupper() or not context.names:
        return
    for found in _NAMED.finditer(passage.text):
        name = _proper_name(found[2])
        if name and not _is_known(name, context) and not _is_beside(passage.text, found):
            why = f"Không phải tên của cơ quan ({context.office}) hay của cấp trên; có thể chép từ kế hoạch nơi khác."
            repair = f"tên đúng của địa phương: {context.place or context.office}"
            yield passage.finding("warning", f"{found[1]} {name}", why, repair)


def other_provinces(signed: DocumentRead, context: Context) -> Iterator[PlanFinding]:
    """Provinces named besides the one above, or besides the one named most."""
    named = [
        (name, passage)
        for passage in signed.passages
        for found in _PROVINCE.finditer(passage.text)
        if (name := _proper_name(found[1])) and not _is_beside(passage.text, found)
    ]
    counts = Counter(name for name, _ in named)
    known = [name for name in counts if fold(name) in context.names]
    own = (known or [name for name, _ in counts.most_common(1)] or [""])[0]
    for name, passage in named:
        if name != own:
            why = f"Văn bản nói về tỉnh {own}; tên tỉnh khác có thể chép từ kế hoạch nơi khác."
            yield passage.finding("warning", f"tỉnh {name}", why, f"tỉnh {own}")


def other_levels(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """«UBND xã» in a plan of a thị trấn."""
    own = LEVEL_WORDS[context.level]
    words = [found for level, shape in _WRONG_LEVEL.items() if level != own for found in _all_of(shape, passage.text)]
    why = f"Cơ quan này là {own}; lẫn cách gọi là dấu hiệu chép từ nơi khác."
    return _unless_none(passage, words if own in _WRONG_LEVEL else [], why, own)


def own_name_elsewhere(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """«xã Yên Bình» in a plan of thị trấn Yên Bình."""
    own = LEVEL_WORDS[context.level]
    levels = "|".join(level for level in _WRONG_LEVEL if level != own)
    shape = re.compile(rf"(?<!\w)(?<!thị )(?:{levels})\s+{re.escape(context.place)}(?!\w)")
    words = _all_of(shape, passage.text) if context.place and own in _WRONG_LEVEL else []
    return _unless_none(passage, words, f"Cơ quan này là {context.office}.", f"{own} {context.place}")


def many_units(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """«UBND các xã, thị trấn» and «các huyện» in the plan of one commune."""
    own = LEVEL_WORDS[context.level]
    words = _all_of(_MANY, passage.text) if own in _WRONG_LEVEL else []
    why = f"Kế hoạch này là của một {own}; câu nói về nhiều đơn vị, dấu hiệu chép từ kế hoạch cấp trên."
    return _unless_none(passage, words, why, f"{own} {context.place}".strip())


def district_portal(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """«Cổng thông tin điện tử huyện» in the plan of a commune."""
    own = LEVEL_WORDS[context.level]
    words = _all_of(_DISTRICT_PORTAL, passage.text) if own in _WRONG_LEVEL else []
    return _unless_none(passage, words, f"Cổng này của huyện, kế hoạch là của {own}.", f"Cổng, Trang thông tin {own}")


def _unless_none(passage: Passage, words: list[str], why: str, repair: str) -> Iterator[PlanFinding]:
    """One finding for all of `words`, which remarks may quote one by one."""
    if words:
        yield passage.finding("warning", "; ".join(words), why, repair, *words)


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


def _is_beside(text: str, found: re.Match[str]) -> bool:
    """Whether the words before say that another place is meant: a neighbour, an example, a road to it."""
    return bool(_NEIGHBOUR.search(fold(text[max(0, found.start() - 60) : found.start()])))


def _all_of(shape: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(found[0].split()) for found in shape.finditer(text)))
