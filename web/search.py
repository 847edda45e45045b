"""Which obligations a reader asked for: a state, a unit, a kind, words typed with or without accents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from models.views import KINDS, STATES, ObligationLine
from rules.vietnamese import fold
from web.refusal import Refusal

TO_DO = ("qua-han", "hom-nay", "sap-den-han", "dung-han")
OPEN_STATES = (*TO_DO, "cho-go", "dang-niem-yet")  # what is kept posted is followed too, and never overdue
EVERY = "tat-ca"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Search:
    """A reader's question; an empty state means what is still to be done."""

    state: str = ""
    unit: str = ""
    kind: str = ""
    words: str = ""

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Search:
        """The question in a page's address. Raises Refusal for a state or kind that does not exist."""
        found = cls(*(query.get(name, "").strip()[:LONGEST] for name in ("trang-thai", "don-vi", "loai", "tim")))
        if found.state not in ("", EVERY, *STATES):
            raise Refusal(422, f"Không có trạng thái «{found.state}».")
        if found.kind not in ("", *KINDS):
            raise Refusal(422, f"Không có loại nhiệm vụ «{found.kind}».")
        return found

    def of(self, state: str) -> Search:
        """The same question about another state."""
        return replace(self, state=state)

    @property
    def link(self) -> str:
        """The address of this question's page."""
        asked = {"trang-thai": self.state, "don-vi": self.unit, "loai": self.kind, "tim": self.words}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/nghia-vu?{query}" if query else "/nghia-vu"

    def matches(self, lines: Iterable[ObligationLine]) -> list[ObligationLine]:
        """The lines of this unit, kind and words, in any state."""
        words = fold(self.words).split()
        return [
            line
            for line in lines
            if (not self.unit or line.lead_code == self.unit)
            and (not self.kind or line.kind == self.kind)
            and _says(line, words)
        ]

    def in_state(self, lines: Iterable[ObligationLine]) -> list[ObligationLine]:
        """The lines in the state asked for."""
        wanted = {"": OPEN_STATES, EVERY: tuple(STATES)}.get(self.state, (self.state,))
        return [line for line in lines if line.state in wanted]


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
    found = [_counter(search.of(state), name, lines, state == search.state) for state, name in names.items()]
    return [c for c in found if c.count or c.chosen or c.state in ("", *TO_DO, EVERY)]


def _counter(search: Search, name: str, lines: list[ObligationLine], chosen: bool) -> Counter:
    counted = search.in_state(lines)
    internal = sum(line.internal for line in counted)
    return Counter(search.state, name, len(counted), internal, search.link, chosen)


def _says(line: ObligationLine, words: Sequence[str]) -> bool:
    text = fold(" ".join((line.title, line.period, line.code, line.lead, KINDS[line.kind])))
    return all(word in text for word in words)
