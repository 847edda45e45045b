"""Years outside the plan's own: a promise left from last year's plan, told apart from a look back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.plan_checks.context import Context
from models.plan_checks.findings import PlanFinding
from models.plan_checks.passages import Passage

_YEAR = r"(?:19|20)\d\d"
# What names a document or a day in the past, and so no time of this plan.
_NOT_A_PLAN = r"(?:(?!trong\b|kế hoạch\b|và\b)[^.;:()])"
_CITED = re.compile(
    rf"\d+\s*/+\s*{_YEAR}\s*/\s*[\w-]+"  # 42/2022/NĐ-CP
    rf"|\d+(?:-[A-ZĐ]+)?\s*/+\s*[A-ZĐ][\w-]*(?:\s+ngày\s+\d{{1,2}}\s*/\s*\d{{1,2}}\s*/\s*{_YEAR})?"  # 180/KH-UBND
    rf"|ngày\s+\d{{1,2}}\s+tháng\s+\d{{1,2}}\s+năm\s+{_YEAR}"
    rf"|(?:Luật|luật|Pháp lệnh|Hiến pháp)\b{_NOT_A_PLAN}{{0,80}}?\s+(?:năm\s+)?{_YEAR}"
    r"|(?:Nghị định|Nghị quyết|Thông tư|Quyết định|Chỉ thị|Đề án)\s+(?:số\s+)?\d+"
    rf"{_NOT_A_PLAN}{{0,20}}?\s+năm\s+{_YEAR}",
)
_DATE = re.compile(rf"(?<!\d)\d{{1,2}}\s*/\s*\d{{1,2}}\s*/\s*({_YEAR})(?!\d)")
_SPAN = re.compile(rf"(?<!\d)({_YEAR})\s*(?:[-–—÷]|đến(?:\s+(?:hết\s+)?năm)?)\s*({_YEAR})(?!\d)")
_NAMED = re.compile(
    rf"(?:(?:trong|của|hết)\s+)?năm\s+({_YEAR})(?![\d/])|(?:tháng|quý)\s+\w{{1,3}}\s*/\s*({_YEAR})", re.IGNORECASE
)
_ANY = re.compile(rf"(?<!\d)({_YEAR})(?!\d)")
_LIMIT = re.compile(
    r"(?:trước|chậm nhất|muộn nhất|hoàn thành|xong)(?:\s+(?:là|hết|trong|vào|trước|ngày)){0,4}\s+"
    rf"\d{{1,2}}\s*/\s*\d{{1,2}}\s*/\s*({_YEAR})",
    re.IGNORECASE,
)
_OLDEST = 5  # years: older ones are history, not last year's plan
_LOOKS_BACK = re.compile(
    r"\b(kết quả|so với|đã|cùng kỳ|tổng kết|đánh giá|tồn đọng|tồn tại|xếp hạng|xếp loại|khảo sát|quyết toán"
    r"|chốt|số liệu|kể từ|giai đoạn|nhiệm kỳ|trước đây|năm trước|thành tích|khắc phục|hạn chế|chuyển tiếp|hiệu lực)\b"
    r"|\b(từ|hơn|như|bằng|so|ban hành|công bố|thành lập|thông qua|sửa đổi|bổ sung)\s*$",
    re.IGNORECASE,
)
_AFTER_BACK = re.compile(
    r"\s*(?:và\s+)?(?:(?:những năm|các năm|trở về|về trước|năm)\s*(?:qua|trước)|chuyển sang|còn lại|chưa hoàn thành)",
    re.IGNORECASE,
)
_LONGEST_CLAUSE = 300
_CLAUSE = re.compile(r"[.;:\n]")


def past_times(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """A time phrase whose every year lies before the plan's, or beyond the year after it."""
    if not passage.is_time:
        return
    words = _without(_CITED, passage.text)
    years = [int(year) for year in _ANY.findall(words)]
    if not years:
        return
    if max(years) < context.year:
        marks = (passage.text, f"năm {max(years)}")
        yield passage.finding("error", passage.text, _passed(max(years), context), _meant(context), *marks)
    elif min(years) > context.year + 1:
        why = f"Thời gian ở sau năm của kế hoạch ({context.year})."
        yield passage.finding("warning", passage.text, why, _meant(context))


def past_years(passage: Passage, context: Context) -> Iterator[PlanFinding]:
    """Other words that speak of a year gone by as of the plan's own; looking back is no fault."""
    if passage.is_time or passage.text.isupper():  # a title: headings.py
        return
    words = _without(_CITED, passage.text)
    for found in _LIMIT.finditer(words):
        if _is_left_over(int(found[1]), context) and not _looks_back(words, found):
            yield passage.finding("error", found[0], _passed(int(found[1]), context), _meant(context))
    words = _without(_SPAN, _without(_DATE, words))
    for found in _NAMED.finditer(words):
        year = int(found[1] or found[2])
        if _is_left_over(year, context) and not _looks_back(words, found):
            why = f"Kế hoạch của năm {context.year}; nếu không phải là nhìn lại thì đây là chữ chép từ văn bản cũ."
            yield passage.finding("warning", _around(words, found), why, _meant(context), f"năm {year}")


def _is_left_over(year: int, context: Context) -> bool:
    return context.year - _OLDEST <= year < context.year


def _passed(year: int, context: Context) -> str:
    return f"Thời gian của năm {year}, trước năm của kế hoạch ({context.year}), nên không thể thực hiện."


def _meant(context: Context) -> str:
    return f"năm {context.year}, hoặc nói rõ là nhìn lại"


def _without(shape: re.Pattern[str], text: str) -> str:
    """`text` with what `shape` finds blotted out, letter for letter, so that places stay."""
    return shape.sub(lambda found: "·" * len(found[0]), text)


def _looks_back(text: str, found: re.Match[str]) -> bool:
    return bool(_LOOKS_BACK.search(_clause_before(text, found)) or _AFTER_BACK.match(text, found.end()))


def _around(text: str, found: re.Match[str]) -> str:
    """The words found with a few before them, so that a person recognises the sentence."""
    before = _clause_before(text, found).replace("·", "").split()[-8:]
    return " ".join([*before, found[0]])


def _clause_before(text: str, found: re.Match[str]) -> str:
    return _CLAUSE.split(text[max(0, found.start() - _LONGEST_CLAUSE) : found.start()])[-1]
