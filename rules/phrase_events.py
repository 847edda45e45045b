"""Terms counted from an event: which rule the words give, and the event's own words kept whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lark import Token

from rules.deadlines import (
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    Posting,
    Rule,
    WorkingDaysAfter,
    WorkingDaysBefore,
)
from rules.periods import PeriodKind
from rules.phrase_days import allow, day_rules
from rules.phrase_parts import Ahead, Event, Length, MonthDays, NotRead, Posted, Term, start_of
from rules.phrase_text import PlainText, doubtful_tail, starts_at_fence
from rules.schedule import Each, OnEvent, When

_AN_EVENT = "tên sự kiện, ví dụ «nhận được hồ sơ»; nếu tính từ một ngày cụ thể thì ghi thẳng ngày đến hạn"
_AFTER = frozenset({"WITHIN", "LATEST", "AT_MOST", "AFTER"})
# «Trong thời hạn 15 ngày trước khi …» is held to its first day: done by then, it is done under either reading.
_BEFORE = frozenset({"WITHIN", "LATEST", "AT_LEAST"})
_AHEAD = frozenset({"BEFORE", "LATEST", "AT_LEAST"})
_KINDS: dict[str, PeriodKind] = {"tuần": "week", "tháng": "month", "quý": "quarter", "năm": "year"}
_A_DATE = re.compile(
    r"(?:ngày )?[0-9]{1,2} (?:[/.-] [0-9]|tháng [0-9])|(?:năm|tháng|quý) (?:[0-9]|i{1,3}\b|iv\b)"
    r"|[0-9]+ (?:giờ|ngày|tuần|tháng|năm)\b|(?:thứ [2-7]|chủ nhật)\b"
)
_NO_EVENT = re.compile(
    r"[,.:)/-]|(?:kể từ|tính từ)\b|.*(?:sớm nhất có thể|càng sớm càng tốt)"
    r"|(?:hôm |ngày )?(?:mai|kia|sau|trước|này|nay|đó|đây|tới|hạn|thời hạn|mắt|cùng|hết|tuần|tháng|quý|năm)"
    r"(?: (?:này|nay|tới|sau|đó|trước|học))?(?: [,.:].*)?$"
)
_HAPPENING = r"(?:kỳ|cuộc|buổi|đợt|phiên|họp|hội nghị|đại hội|bầu cử|tết|lễ|dịp|mùa)"
_NAMED_TIME = re.compile(
    rf"trước (?:(?:khi|ngày|lúc|thời điểm|và trong|và sau|, trong|{_HAPPENING}) )"
    rf"|trong (?:suốt )?(?:quá trình|thời gian|{_HAPPENING}) |trong và sau "
)
_SOME_DATE = re.compile(r"[0-9]{1,2}\s(?:[/.-]\s[0-9]|tháng\s[0-9])")
_THE_END_OF = re.compile(r"(?:kết thúc|hết|cuối) (mỗi |hằng )?(kỳ|tuần|tháng|quý|năm)(?: báo cáo)?")
_POINTS_AT = re.compile(r"(?:(?:so với|tính đến) )?(?:(?:ngày|khi|thời điểm|lúc) )?")
_SOME_TIME = re.compile(
    rf"{_SOME_DATE.pattern}|(?:năm|tháng|quý)\s(?:[0-9]|i{{1,3}}\b|iv\b)|[0-9]\s(?:ngày|tuần|tháng|năm|giờ)\b"
)
_WHOLE_DATE = re.compile(r"[0-9]+(?: (?:[/.-]|tháng|năm) [0-9]+)+")
_PLACE = re.compile(r"(?:tại|ở|trên)\b")


def term_rule(term: Term, bounds: Sequence[Token]) -> Rule:
    """The rule of a term; a bound that points the other way («ít nhất … sau») is refused."""
    match term.side:
        case "after":
            allow(bounds, _AFTER, "«trong thời hạn», «chậm nhất», «không quá» (mức tối thiểu không phải là hạn)")
            return _after(term.length)
        case "before":
            allow(bounds, _BEFORE, "«ít nhất», «chậm nhất» («không quá … trước» là mốc sớm nhất, không phải hạn)")
        case _:
            if not any(bound.type == "BEFORE" for bound in bounds):
                raise NotRead(term.fact, "«kể từ …», «sau khi …» hoặc «trước khi …»")
            allow(bounds, _AHEAD, "«trước ít nhất …»")
    return _before(term.length)


def on_term(term: Term, bounds: Sequence[Token], text: PlainText) -> When:
    """«trong thời hạn 05 ngày làm việc kể từ ngày …»; «… kết thúc mỗi quý» comes again each quarter."""
    rule = term_rule(term, bounds)
    ends = _THE_END_OF.fullmatch(_plain(term.fact))
    if ends and ends[1] and ends[2] in _KINDS:
        return Each(_KINDS[ends[2]], rule)
    return OnEvent(event_words(term.fact, text, pointed=term.side == "ahead"), rule)


def ends_period(fact: Token, kind: PeriodKind, *, several: bool) -> bool:
    """Whether the fact is the end of a period of `kind`: «kết thúc kỳ», or «kết thúc quý» when it is the only one."""
    ends = _THE_END_OF.fullmatch(_plain(fact))
    return ends is not None and (ends[2] == "kỳ" or (not several and _KINDS[ends[2]] == kind))


def on_month_of_event(named: MonthDays, bounds: Sequence[Token], text: PlainText) -> tuple[When, ...]:
    """«trước ngày 5 của tháng thứ 1 sau khi …»: none when the month is not told from an event."""
    if named.of is None or named.of.fact is None:
        return ()
    event = event_words(named.of.fact, text)
    return tuple(OnEvent(event, rule) for rule in day_rules(named, bounds, named.of.months))


def on_event(event: Event, text: PlainText) -> When:
    """«khi …»; «theo yêu cầu của …» keeps its opener."""
    opener = [_plain(event.opener)] if event.opener else []
    words = [event_words(event.words, text)] if event.words else []
    return OnEvent(" ".join(opener + words))


def on_ahead(ahead: Ahead, bounds: Sequence[Token], text: PlainText) -> When:
    """«trước khi họp ít nhất 05 ngày»; without a length the bound stays with the event: «trước và trong …»."""
    words = event_words(ahead.words, text)
    if ahead.length is not None:
        allow(bounds, frozenset({"BEFORE"}), "«trước khi …»")
        allow(ahead.bounds, _BEFORE, "«ít nhất … ngày»")
        return OnEvent(words, _before(ahead.length))
    opening = _plain(text.text[start_of(bounds[0]) : start_of(ahead.words)])
    if not _NAMED_TIME.match(f"{opening} {_plain(ahead.words)} ") or _SOME_TIME.search(ahead.words):
        raise NotRead(ahead.words, "một ngày, tháng, quý, năm hoặc «… kể từ ngày …»")
    return OnEvent(f"{opening} {words}")


def on_posting(posted: Posted, text: PlainText) -> When:
    """«niêm yết ít nhất 30 ngày (tại …)»; a place stays with the event."""
    rule = posting_rule(posted)
    if posted.fact is not None:
        return OnEvent(event_words(posted.fact, text), rule)
    if posted.after is not None and not _PLACE.match(posted.after):
        raise NotRead(posted.after, "nơi niêm yết («tại …») hoặc «kể từ ngày …»")
    places = [token for token in (posted.before, posted.after) if token is not None]
    for place in places:
        if _SOME_TIME.search(place):
            raise NotRead(place, "nơi niêm yết, không kèm thời gian")
    parts = [event_words(place, text) for place in places]
    return OnEvent(" ".join(["niêm yết", *(["công khai"] if "công khai" in posted.at else []), *parts]), rule)


def posting_rule(posted: Posted) -> Posting:
    """How long to keep posted; «trong 05 ngày kể từ …» could also be when to post, so it is refused."""
    kinds = allow(posted.bounds, frozenset({"AT_LEAST", "WITHIN"}), "«ít nhất … ngày»")
    if "WITHIN" in kinds and posted.fact is not None and not re.match(r"(?:bắt đầu )?niêm yết", posted.fact):
        raise NotRead(posted.fact, "«ít nhất … ngày» (thời gian niêm yết) hoặc «chậm nhất … ngày» (hạn niêm yết)")
    if posted.length.unit == "month":
        raise NotRead(posted.length.at, "số ngày niêm yết")
    return Posting(posted.length.n, posted.length.unit == "working_day")


def event_words(token: Token, text: PlainText, *, pointed: bool = False) -> str:
    """The event's words as written; refused when they are a date or hide another time."""
    plain = _plain(token)
    opening = _POINTS_AT.match(plain) if pointed else None
    skipped = len(opening[0]) if opening else 0
    if (
        starts_at_fence(text, start_of(token))
        or _A_DATE.match(plain, skipped)
        or _NO_EVENT.match(plain, skipped)
        or _is_only_a_date(plain)
    ):
        raise NotRead(token, _AN_EVENT)
    if token.type == "FACT" and (tail := doubtful_tail(plain)) is not None:
        at = Token("FACT", plain[tail:], start_pos=start_of(token) + tail)
        raise NotRead(at, "dấu chấm phẩy trước một thời hạn khác, hoặc chữ «của» nếu thuộc tên sự kiện")
    words = text.words(start_of(token) + skipped, start_of(token) + len(token))
    if not any(letter.isalpha() for letter in words):
        raise NotRead(token, _AN_EVENT)
    return words


def _is_only_a_date(plain: str) -> bool:
    """A date with a word or none beside it: «ngay 15/6/2024»."""
    return bool(_SOME_DATE.search(plain)) and len(_WHOLE_DATE.sub("", plain).split()) < 2


def _after(length: Length) -> Rule:
    match length.unit:
        case "working_day":
            return WorkingDaysAfter(length.n)
        case "day":
            return DaysAfter(length.n)
        case "month":
            return MonthsAfter(length.n)


def _before(length: Length) -> Rule:
    return WorkingDaysBefore(length.n) if length.unit == "working_day" else DaysBefore(length.n)


def _plain(words: str) -> str:
    return " ".join(words.split())
