"""A phrase as given and the plain text the grammar reads: one case, one spelling, one space, with the way back."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from rules.phrase_numbers import Word, with_digits

# Laid over a space where free words end, so that no time is ever swallowed by the name of an event.
FENCE = "\x1f"  # a limit of its own follows («…, chậm nhất 5 ngày …»)
SOFT_FENCE = "\x1e"  # another time follows («khi có yêu cầu, hằng quý»)

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LETTER = rf"[^\W\d_][\u0300-\u036f{_INVISIBLE}]*"
_TOKEN = re.compile(rf"(?:{_LETTER})+|[0-9]+|\n|[^\s{_INVISIBLE}]")
_ONE_FOR_ONE = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | dict.fromkeys("‐‑‒–—―−﹣⁃", "-")
)
_BULLETS = frozenset("-+*")  # only at the start of a line
_MARKERS = frozenset("•·▪●○◦■□✓➢")  # wherever they stand
_ENDINGS = frozenset(".;,:/…-")
_SPELLINGS = {"hàng": "hằng", "quí": "quý", "kì": "kỳ", "bẩy": "bảy", "q": "quý"}
_GLUED = (
    "thường|xuyên|trước|trong|tháng|trăm|hằng|hàng|ngày|tuần|quý|năm|định|chậm|nhất|làm|việc|cuối|hạn|thời|sau|khi"
    "|đến|mỗi|lần|đầu|vòng|kể|từ|cả|kỳ|iii|ii|iv|i"
)
_LONGEST_GLUED = 24
_ALL_GLUED = re.compile(rf"(?:{_GLUED}){{2,}}")
_PIECE = re.compile(_GLUED)

# Old and new tone placement: «hoà» and «hòa», «uỷ» and «ủy» are one word; with a final letter only «hoàn» is right.
_OPEN = re.compile(
    rf"(?<![qQ])([oO])([aAeE])([{_TONES}])(?!\w|[\u0300-\u036f])|(?<![qQ])([uU])([yY])([{_TONES}])(?!\w)"
)
_CLOSED = re.compile(rf"([oO])([{_TONES}])([aAeE])(?=\w)|([uU])([{_TONES}])([yY])(?=\w)")
_AFTER_Q = re.compile(rf"([qQ][uU])([{_TONES}])([yY])")

# Times inside free words. What follows a fence is read as a time of its own, or the phrase is not read at all.
_N = r"[0-9]+(?: \( [0-9]+ \))?"
_JOIN = r"(?:(?:,|và|-|\.) )?"
_BOUND = (
    r"(?:chậm nhất|muộn nhất|không quá|tối đa|không (?:muộn|chậm|ít) hơn|trong (?:thời hạn|thời gian|vòng)|ít nhất"
    r"|tối thiểu|sau|trước)(?: là)?"
)
_BY = r"(?:trước|đến|chậm nhất|muộn nhất|(?<!đến )hết|(?<!kể )(?<!tính )từ)(?: là)?(?: hết)?"
_DAY_MONTH = r"[0-9]{1,2} (?:[/.-] [0-9]|tháng [0-9])"
_NAMED = r"(?:quý (?:iv|i{1,3}|0?[1-4])\b|tháng [0-9]|năm (?:19|20)[0-9]{2}\b)"
_OPENER = (
    r"(?:(?:hằng|mỗi|định kỳ|thường xuyên|liên tục|đột xuất|khi|sau khi|trước khi|ngay (?:sau )?khi|(?:trong|cả) năm)\b"
    rf"|theo (?:yêu cầu|hướng dẫn|chỉ đạo|đề nghị)\b|(?:trong )?{_NAMED}|ngày [0-9]|0?[69] tháng\b)"
)
_LIMITS = (
    rf"{_JOIN}(?:{_BOUND} )+{_N} (?:ngày|tuần|tháng|năm|giờ|lần|buổi|cuộc)\b",  # chậm nhất 5 ngày
    rf"{_JOIN}trong {_N} (?:ngày|tuần|tháng)\b",
    rf"{_JOIN}{_N} (?:giờ|ngày|tuần|tháng)(?: làm việc)?(?: ,)? (?:kể từ|tính từ|sau|trước)\b",
    rf"{_JOIN}{_N} (?:lần|buổi|cuộc|đợt) (?:/|mỗi|trong|hằng|[0-9])",
    rf"{_N} (?:ngày|tuần)(?: làm việc)? ?(?:;|$)",  # (trước khi họp) 5 ngày
    rf"{_JOIN}{_BY}(?: ngày)? {_DAY_MONTH}",
    rf"{_JOIN}(?:trước|chậm nhất|muộn nhất) [^ ]+ {_DAY_MONTH}",  # «ngay 15/6», mistyped
    rf"{_JOIN}(?:trước|đến hết|(?<!đến )hết|(?:chậm|muộn) nhất)(?: là)?(?: trong)? {_NAMED}",
    rf"[-.] {_OPENER}",
    r", (?:chốt số liệu|kỳ theo nghị định)\b",
)
_LIMIT = re.compile(rf" (?={'|'.join(_LIMITS)})")
_ANOTHER = re.compile(rf" (?=(?:,|và|hoặc) (?:{_OPENER}|[0-9]{{1,2}} / [0-9])|trong {_NAMED})")
_DOUBTFUL = re.compile(rf"(?:,|và|hoặc) ({_OPENER}(?: [^ ]+){{0,3}})$")


@dataclass(frozen=True, slots=True)
class PlainText:
    """`text` is what the grammar reads; `spans` leads each of its words back to the phrase as given."""

    given: str
    text: str
    spans: tuple[tuple[int, int, int], ...]

    def place(self, position: int) -> int:
        """Where in the phrase as given the word at `position` of the text starts."""
        if position >= len(self.text) or not self.spans:
            return len(self.given)
        return self.spans[self._index(position)][1]

    def words(self, start: int, end: int) -> str:
        """The given words that stand between two positions of the text, tidied."""
        if start >= min(end, len(self.text)):
            return ""
        first, last = self.spans[self._index(start)], self.spans[self._index(end - 1)]
        return tidy(self.given[first[1] : last[2]])

    def _index(self, position: int) -> int:
        return max(0, bisect_right(self.spans, (position, len(self.given) + 1, 0)) - 1)


def plain_text(given: str, *, lines_are_separate: bool = True) -> PlainText:
    """The plain text of a phrase; a new line parts two times unless it only wraps one."""
    words = with_digits(_without_bullets(_words(given.translate(_ONE_FOR_ONE), lines_are_separate)))
    spans, parts, position = [], [], 0
    for word, start, end in words:
        spans.append((position, start, end))
        parts.append(word)
        position += len(word) + 1
    return PlainText(given, _fenced(" ".join(parts)), tuple(spans))


def starts_at_fence(text: PlainText, position: int) -> bool:
    """Whether the words at `position` are themselves a limit: «kể từ | trước ngày 30/11»."""
    return position > 0 and text.text[position - 1] == FENCE


def tidy(words: str) -> str:
    """Free words with their own capitals: composed, one space, one dash, the usual tones, no loose punctuation."""
    text = "".join(letter for letter in words.translate(_ONE_FOR_ONE) if letter not in _INVISIBLE)
    settled = _settle_tones(" ".join(text.split())).strip(" .,;:-…")
    return settled.removesuffix(")").rstrip() if settled.count(")") > settled.count("(") else settled


def doubtful_tail(text: str) -> int | None:
    """Where an event's words may already be another time: «… kế hoạch 5 năm, hằng năm»."""
    found = _DOUBTFUL.search(text)
    return found.start(1) if found else None


def _words(text: str, lines_are_separate: bool) -> list[Word]:
    words = []
    for token in _TOKEN.finditer(text):
        if token.group() in _MARKERS or (token.group() == "\n" and lines_are_separate):
            words.append(Word(";", token.start(), token.end()))
        elif token.group() == "\n":
            continue
        else:
            words += _unglued(token)
    return words


def _unglued(token: re.Match[str]) -> list[Word]:
    """One word, or the several of «hằngnăm» and «QuýII» when every part is a word of time."""
    word = _settle_tones("".join(letter for letter in token.group().lower() if letter not in _INVISIBLE))
    if word in _SPELLINGS or word in ("ii", "iii") or len(word) > _LONGEST_GLUED or not _ALL_GLUED.fullmatch(word):
        return [Word(_SPELLINGS.get(word, word), token.start(), token.end())]
    return [Word(_SPELLINGS.get(piece, piece), token.start(), token.end()) for piece in _PIECE.findall(word)]


def _without_bullets(words: list[Word]) -> list[Word]:
    kept: list[Word] = []
    for word in words:
        if (not kept or kept[-1].text == ";") and (word.text in _BULLETS or word.text == ";"):
            continue
        if word.text == ";":
            kept = _without_endings(kept)
        kept.append(word)
    return _without_endings(kept)


def _without_endings(words: list[Word]) -> list[Word]:
    end = len(words)
    while end and words[end - 1].text in _ENDINGS:
        end -= 1
    return words[:end]


def _settle_tones(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    apart = _OPEN.sub(lambda m: "".join((m[1] or m[4], m[3] or m[6], m[2] or m[5])), apart)
    apart = _CLOSED.sub(lambda m: "".join((m[1] or m[4], m[3] or m[6], m[2] or m[5])), apart)
    return unicodedata.normalize("NFC", _AFTER_Q.sub(r"\1\3\2", apart))


def _fenced(text: str) -> str:
    return _ANOTHER.sub(SOFT_FENCE, _LIMIT.sub(FENCE, text))
