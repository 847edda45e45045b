"""Which obligations a reader asked for: state, unit, index, kind, person, days; words typed with or without accents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from models.acts import ActRefused
from models.doers import Doers
from models.views import KINDS, STATES, ObligationLine
from rules.figures import INDICES, NO_INDEX
from rules.vietnamese import dmy, fold
from web.attempts import read_day
from web.refusal import Refusal

SOON = ("hom-nay", "sap-den-han")
TO_DO = ("qua-han", *SOON, "dung-han")
OPEN_STATES = (*TO_DO, "cho-go", "dang-niem-yet")  # what is kept posted is followed too, and never overdue
EVERY, COMING, ALL_TO_DO = "tat-ca", "sap-toi", "can-lam"
GROUPS: dict[str, tuple[str, ...]] = {"": OPEN_STATES, EVERY: tuple(STATES), COMING: SOON, ALL_TO_DO: TO_DO}
GROUP_NAMES = {COMING: "Đến hạn và sắp đến hạn", ALL_TO_DO: "Cần làm"}  # counted only when asked for
OUTSIDE = "ngoai"  # «noi-dung» of what belongs to no index
INDEX_NAMES = {str(number): f"{number}. {name}" for number, name in INDICES.items()} | {OUTSIDE: NO_INDEX}
BY_LAW, INTERNAL = "khong", "co"
NATURES = {BY_LAW: "Nhiệm vụ có hạn", INTERNAL: "Mốc nội bộ của cơ quan"}
LONGEST = 200
_fold = lru_cache(maxsize=8192)(fold)  # titles and names come back in line after line


@dataclass(frozen=True, slots=True)
class Search:
    """A reader's question, as its address says it; an empty state means what is still followed."""

    state: str = ""
    unit: str = ""
    kind: str = ""
    words: str = ""
    index: str = ""
    person: str = ""
    internal: str = ""  # a key of NATURES
    since: str = ""  # due on this day or later, dd/mm/yyyy
    until: str = ""
    day: str = ""  # due on this very day, or better done by it

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Search:
        """The question in a page's address. Raises Refusal for a choice that does not exist and a day that is none."""
        found = cls(**{field: query.get(name, "").strip()[:LONGEST] for field, name in _NAMES.items()})
        for field, (what, known) in _CHOICES.items():
            if (said := getattr(found, field)) not in known:
                raise Refusal(422, f"Không có {what} «{said}».")
        return replace(found, **{field: _day(getattr(found, field), what) for field, what in _DAYS.items()}).in_order()

    def in_order(self) -> Search:
        """The same question. Raises Refusal when its last day stands before its first."""
        if self.since and self.until and _read(self.until) < _read(self.since):
            raise Refusal(422, f"Đến ngày {self.until} đứng trước từ ngày {self.since}.")
        return self

    def of(self, state: str) -> Search:
        """The same question about another state."""
        return replace(self, state=state)

    @property
    def without_day(self) -> Search:
        """The same question about any day."""
        return replace(self, day="")

    @property
    def link(self) -> str:
        """The address of this question's page."""
        asked = {name: said for field, name in _NAMES.items() if (said := getattr(self, field))}
        return f"/nghia-vu?{urlencode(asked)}" if asked else "/nghia-vu"

    @property
    def needs_people(self) -> bool:
        """Whether the answer depends on whose work each obligation is."""
        return bool(self.person or self.words)

    @property
    def has_more(self) -> bool:
        """Whether anything is asked that the form keeps folded."""
        return any((self.index, self.person, self.internal, self.since, self.until))

    def matches(self, lines: Iterable[ObligationLine], doers: Doers | None = None) -> list[ObligationLine]:
        """The lines asked for, in any state; without `doers` nobody does anything."""
        tests = list(self._tests(doers or Doers({}, {})))
        return [line for line in lines if all(test(line) for test in tests)]

    def in_state(self, lines: Iterable[ObligationLine]) -> list[ObligationLine]:
        """The lines in the state asked for."""
        wanted = GROUPS.get(self.state, (self.state,))
        return [line for line in lines if line.state in wanted]

    def _tests(self, doers: Doers) -> Iterable[Callable[[ObligationLine], bool]]:
        if self.unit:
            yield lambda line: line.lead_code == self.unit
        if self.kind:
            yield lambda line: line.kind == self.kind
        if self.index:
            index = None if self.index == OUTSIDE else int(self.index)
            yield lambda line: line.index_number == index
        if self.internal:
            yield lambda line: line.internal == (self.internal == INTERNAL)
        yield from self._day_tests()
        if self.person:
            yield lambda line: self.person in doers.of.get(line.code, ())
        if words := fold(self.words).split():
            yield lambda line: _says(line, doers, words)

    def _day_tests(self) -> Iterable[Callable[[ObligationLine], bool]]:
        if self.since:
            first = _read(self.since)
            yield lambda line: line.due >= first
        if self.until:
            last = _read(self.until)
            yield lambda line: line.due <= last
        if self.day:
            day = _read(self.day)
            yield lambda line: day in (line.due, line.target)


_NAMES = dict(
    zip(
        (field.name for field in fields(Search)),
        ("trang-thai", "don-vi", "loai", "tim", "noi-dung", "nguoi", "noi-bo", "tu", "den", "ngay"),
        strict=True,
    )
)
_CHOICES = {
    "state": ("trạng thái", {*GROUPS, *STATES}),
    "kind": ("loại nhiệm vụ", {"", *KINDS}),
    "index": ("chỉ số nội dung", {"", *INDEX_NAMES}),
    "internal": ("tính chất", {"", *NATURES}),
}
_DAYS = {"since": "Từ ngày", "until": "Đến ngày", "day": "Ngày"}


@dataclass(frozen=True, slots=True)
class Counter:
    """How many lines a state has, and the page that shows them."""

    state: str
    name: str
    count: int
    internal: int  # how many of them are checkpoints of the office's own, not law
    link: str
    chosen: bool


def counters(search: Search, lines: list[ObligationLine]) -> list[Counter]:
    """One counter for what is open, for what is to be done, for each other state that has lines, and for all."""
    followed = {state: STATES[state] for state in OPEN_STATES}
    names = {"": "Đang theo dõi", **followed, **STATES, EVERY: "Tất cả"}
    if search.state in GROUP_NAMES:
        names[search.state] = GROUP_NAMES[search.state]
    found = [_counter(search.of(state), name, lines, state == search.state) for state, name in names.items()]
    return [c for c in found if c.count or c.chosen or c.state in ("", *TO_DO, EVERY)]


def _counter(search: Search, name: str, lines: list[ObligationLine], chosen: bool) -> Counter:
    counted = search.in_state(lines)
    internal = sum(line.internal for line in counted)
    return Counter(search.state, name, len(counted), internal, search.link, chosen)


def _says(line: ObligationLine, doers: Doers, words: list[str]) -> bool:
    said = (line.title, line.period, line.lead, KINDS[line.kind], doers.named(line.code))
    text = f"{line.code.casefold()} {' '.join(map(_fold, said))}"
    return all(word in text for word in words)


def _day(text: str, what: str) -> str:
    """`text` as the day it names, written as people do; «» stays. Raises Refusal."""
    try:
        return dmy(read_day(text, what)) if text else ""
    except ActRefused as refused:
        raise Refusal(422, str(refused)) from None


def _read(text: str) -> date:
    return read_day(text, "Ngày")
