"""Reading the time phrases of Vietnamese plans and laws: everything in a phrase is read, or it says what was not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from rules.phrase_meaning import whens_of
from rules.phrase_parts import NotRead, start_of
from rules.phrase_text import PlainText, plain_text
from rules.phrase_tree import PhraseTree
from rules.schedule import When

_A_TIME = "một thời hạn, ví dụ «trước ngày 15/6/2024», «hằng quý», «quý II», «2 lần/năm», «khi có …»"
_MOST = 5
_WORDS = {
    "$END": "hết cụm từ",
    "_SEP": "dấu chấm phẩy",
    "DATES": "ngày/tháng/năm",
    "DAYS": "ngày trong tháng",
    "NUM": "một số",
    "WORKDAYS": "ngày làm việc",
    "DAY": "ngày",
    "WEEK": "tuần",
    "MONTH": "tháng",
    "QUARTER": "quý",
    "YEAR": "năm",
    "MONTHS": "số tháng",
    "QUARTERS": "số quý (I đến IV)",
    "YEARS": "năm bốn chữ số",
    "ONE_YEAR": "năm bốn chữ số",
    "_FROM": "«kể từ …» hoặc «sau khi …»",
    "_UNTIL": "«trước khi …»",
    "FACT": "tên sự kiện",
    "EVENT": "tên sự kiện",
    "COUNTER": "lần",
    "MONTHLY": "«hằng tháng»",
    "QUARTER_END": "«tháng cuối quý»",
    "NEXT_MONTH": "«tháng sau»",
    "HALF": "«đầu năm» hoặc «cuối năm»",
}
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Unread:
    """Where reading stopped: the position in the phrase as given, the words there, and what was expected instead."""

    at: int
    found: str
    expected: str

    def __str__(self) -> str:
        found = f"«{self.found}»" if self.found else "hết cụm từ"
        return f"Vị trí {self.at + 1}: đọc được {found}, cần {self.expected}."


@dataclass(frozen=True, slots=True)
class Reading:
    """What a phrase says. `unread` is None when all of it was read; otherwise `when` is empty."""

    phrase: str
    when: tuple[When, ...]
    unread: Unread | None


def read_phrase(phrase: str, year: int | None = None) -> Reading:
    """When the words of a plan or a law fall due; `year` is the plan's, for dates that write none.

    Times are parted by «;», a new line, a bullet, «,» or «và». A line that does not read alone is taken as the
    wrapped end of the one before it. «6 tháng đầu năm trước ngày 03/7/2024» is its date, the period being context;
    with no year anywhere it comes again every year.
    """
    whens, unread = _read(plain_text(phrase), year)
    if unread is not None and "\n" in phrase.strip():
        joined, still_unread = _read(plain_text(phrase, lines_are_separate=False), year)
        whens, unread = (joined, None) if still_unread is None else (whens, unread)
    return Reading(phrase, whens, unread)


def _read(text: PlainText, year: int | None) -> tuple[tuple[When, ...], Unread | None]:
    if not text.text or len(text.text) > _LONGEST:
        return (), Unread(0, text.given[:40], _A_TIME if not text.text else f"tối đa {_LONGEST} chữ cái")
    try:
        return whens_of(PhraseTree().transform(_grammar().parse(text.text)), text, year), None
    except UnexpectedInput as error:
        return (), _stopped(error, text)
    except NotRead as error:
        return (), _refused(error, text)
    except VisitError as error:
        if not isinstance(error.orig_exc, NotRead):
            raise
        return (), _refused(error.orig_exc, text)


@cache
def _grammar() -> Lark:
    source = Path(__file__).with_name("phrases.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", lexer="contextual", maybe_placeholders=False)


def _stopped(error: UnexpectedInput, text: PlainText) -> Unread:
    """Where the grammar found no way on."""
    match error:
        case UnexpectedToken(token=Token() as token) if token.type != "$END":
            position, names = start_of(token), error.expected
        case UnexpectedToken():
            position, names = len(text.text), error.expected
        case UnexpectedCharacters():
            position, names = error.pos_in_stream or 0, error.allowed
        case _:
            raise error
    return Unread(text.place(position), text.words(position, position + 40), _expected(names or set()))


def _refused(error: NotRead, text: PlainText) -> Unread:
    """A piece that reads but cannot be right."""
    start = start_of(error.at)
    return Unread(text.place(start), text.words(start, start + len(error.at)), error.expected)


def _expected(terminals: Iterable[str]) -> str:
    """«cần …»: the likeliest few of the terminals, the most telling first."""
    names = set(terminals)
    if "STANDING" in names:
        return _A_TIME
    words = [word for name, word in _WORDS.items() if name in names]
    return " hoặc ".join(dict.fromkeys(words[:_MOST])) or _A_TIME
