"""What a phrase says, piece by piece: the values between the grammar and the meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lark import Token

from rules.periods import PeriodKind

Side = Literal["after", "before", "ahead"]
LengthUnit = Literal["working_day", "day", "month"]


class NotRead(ValueError):
    """A piece that the grammar knows but that cannot be right; says where and what would be."""

    def __init__(self, at: Token, expected: str) -> None:
        super().__init__(expected)
        self.at = at
        self.expected = expected


@dataclass(frozen=True, slots=True)
class DayMonth:
    """«15/6», «15/6/2024»."""

    day: int
    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """«ngày 15/6 và 15/12 hằng năm»; a year written last holds for those before it."""

    at: Token
    days: tuple[DayMonth, ...]
    every_year: bool = False
    next_year: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class MonthOf:
    """Which month a day belongs to: the `months`-th after the end of `period`, none when any period will do."""

    period: PeriodKind | None
    months: int = 0
    only: tuple[int, ...] = ()
    fact: Token | None = None


@dataclass(frozen=True, slots=True)
class MonthDays:
    """«ngày 15, 30 hằng tháng»; without a month the period before it must give one."""

    at: Token
    days: tuple[int, ...]
    of: MonthOf | None = None


@dataclass(frozen=True, slots=True)
class Landmark:
    """«tuần đầu tháng», «ngày làm việc cuối cùng của quý»: known by its words alone."""

    at: Token


@dataclass(frozen=True, slots=True)
class Stretch:
    """«quý II, III năm 2024»: some periods of one year; years and school years are their own ordinals."""

    at: Token
    kind: PeriodKind | Literal["school_year"]
    ordinals: tuple[int, ...]
    ranged: bool = False
    year: int | None = None
    every_year: bool = False
    next_year: bool = False
    onward: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """«từ … đến …»: from the start of one piece to the end of another."""

    first: Dates | Stretch
    last: Dates | Stretch

    @property
    def is_even(self) -> bool:
        """Whether both ends are told alike: two dates, two months."""
        kinds = [piece.kind if isinstance(piece, Stretch) else "date" for piece in (self.first, self.last)]
        return kinds[0] == kinds[1]

    @property
    def at(self) -> Token:
        """Where it starts."""
        return self.first.at


@dataclass(frozen=True, slots=True)
class Period:
    """«quý», «hằng quý», «6 tháng»; `every` when recurrence is said in words, `counted` when a number is."""

    at: Token
    kind: PeriodKind
    every: bool
    counted: bool
    only: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """«tháng, quý, năm»."""

    periods: tuple[Period, ...]

    @property
    def at(self) -> Token:
        """Where it starts."""
        return self.periods[0].at


@dataclass(frozen=True, slots=True)
class Length:
    """«05 ngày làm việc», «03 tháng»."""

    at: Token
    n: int
    unit: LengthUnit


@dataclass(frozen=True, slots=True)
class Term:
    """«05 ngày làm việc kể từ …»; `ahead` has no word between the length and the event."""

    length: Length
    side: Side
    fact: Token

    @property
    def at(self) -> Token:
        """Where it starts."""
        return self.length.at


@dataclass(frozen=True, slots=True)
class Count:
    """«2 lần/năm»; no period when what stands before it gives one."""

    at: Token
    n: int
    per: PeriodKind | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """«niêm yết công khai ít nhất 30 ngày tại …»: `place` are free words before or after the length."""

    at: Token
    length: Length
    bounds: tuple[Token, ...]
    before: Token | None
    after: Token | None
    fact: Token | None


@dataclass(frozen=True, slots=True)
class Event:
    """«khi …», «theo yêu cầu …»: free words; `opener` is kept when they do not stand without it."""

    at: Token
    opener: Token | None = None
    words: Token | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """«trước …»: free words behind bounds, with the length after them if any: «trước khi họp ít nhất 05 ngày»."""

    words: Token
    bounds: tuple[Token, ...] = ()
    length: Length | None = None

    @property
    def at(self) -> Token:
        """Where it starts."""
        return self.words


@dataclass(frozen=True, slots=True)
class Steady:
    """«thường xuyên», within a time if one is said."""

    at: Token
    checkpoint: PeriodKind = "quarter"
    bounds: tuple[Token, ...] = ()
    within: Run | Stretch | None = None


Piece = Dates | MonthDays | Landmark | Stretch | Span | Run | Term | Count | Posted | Event | Ahead | Steady


@dataclass(frozen=True, slots=True)
class Due:
    """What follows a period and says when in it."""

    bounds: tuple[Token, ...]
    piece: Dates | MonthDays | Landmark | Stretch | Term | Count | Posted


@dataclass(frozen=True, slots=True)
class Clause:
    """One time of the phrase, with the bounds said before it."""

    piece: Piece
    bounds: tuple[Token, ...] = ()
    due: Due | None = None
    closing: Token | None = None
    recurring: Token | None = None


def start_of(token: Token) -> int:
    """Where a token stands in the plain text."""
    return token.start_pos or 0
