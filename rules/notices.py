"""Official notices laid over the statutory days give the working calendar of a year.

The base is the law's own formula (the `holidays` package without its swaps); every swap and every day
the Prime Minister fixes comes from a notice with its number, so a receipt can name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from rules.working_days import DayOff, DayOffKind, WorkingCalendar, WorkingWeekend

FIRST_YEAR = 2018  # swaps before it are not recorded with their instruments
LAST_YEAR = 2050
_CODES = (
    "Bộ luật Lao động 2012, Điều 115",
    "Bộ luật Lao động 2019, Điều 112",
    "Bộ luật Lao động 2019, Điều 111 khoản 3",
)
_LIBRARY_SWAP = "Ngày nghỉ (thay cho"  # how the library names a swap; ours come from notices only
_FIXED_BY_NOTICE = ("Tết Nguyên Đán", "29 Tết", "Quốc khánh")


@dataclass(frozen=True, slots=True)
class Swap:
    """«Hoán đổi»: `off` becomes a day off because `works`, a weekend day, is worked instead."""

    off: date
    works: date


@dataclass(frozen=True, slots=True)
class OffDay:
    """A day off fixed by a notice."""

    day: date
    name: str
    kind: DayOffKind = "holiday"


@dataclass(frozen=True, slots=True)
class Notice:
    """One official notice; `announces` are the years whose calendar it settles."""

    number: str
    issued: date
    body: str
    certainty: str
    announces: tuple[int, ...] = ()
    off: tuple[OffDay, ...] = ()
    swaps: tuple[Swap, ...] = ()
    working: tuple[date, ...] = ()  # statutory days this notice gives back to work

    @property
    def instrument(self) -> str:
        """«2450/VPCP-KGVX ngày 12/04/2024»; a number nobody has seen says so itself."""
        return self.number if "đối chiếu" in self.number else f"{self.number} ngày {self.issued:%d/%m/%Y}"


@dataclass(slots=True)
class _Layers:
    off: dict[date, DayOff]
    working_weekends: dict[date, WorkingWeekend] = field(default_factory=dict)

    def lay(self, notice: Notice) -> None:
        if notice.announces and notice.off:
            self.drop_formula(notice.announces)
        for day in notice.working:
            self.off.pop(day, None)
            self.working_weekends.pop(day, None)
        for item in notice.off:
            self.working_weekends.pop(item.day, None)
            self.off[item.day] = DayOff(item.day, item.name, item.kind, notice.instrument)
        for swap in notice.swaps:
            name = f"hoán đổi, làm bù ngày {swap.works:%d/%m/%Y}"
            self.off[swap.off] = DayOff(swap.off, name, "swap_off", notice.instrument)
            self.working_weekends[swap.works] = WorkingWeekend(swap.works, swap.off, notice.instrument)
            self.off.pop(swap.works, None)

    def drop_formula(self, years: tuple[int, ...]) -> None:
        """Tết and Quốc khánh are the Prime Minister's to fix (Đ112.3): the formula's days give way to the notice."""
        for day, off in list(self.off.items()):
            if day.year in years and off.instrument in _CODES and any(word in off.name for word in _FIXED_BY_NOTICE):
                del self.off[day]


def calendar_from(notices: Iterable[Notice]) -> WorkingCalendar:
    """The calendar that these notices make, laid in the order they were issued."""
    ordered = sorted(notices, key=lambda notice: (notice.issued, notice.number))
    layers = _Layers(dict(_statutory_days()))
    for notice in ordered:
        layers.lay(notice)
    announced = {year for notice in ordered for year in notice.announces}
    return WorkingCalendar(
        date(FIRST_YEAR, 1, 1),
        date(LAST_YEAR, 12, 31),
        layers.off,
        layers.working_weekends,
        _known_through(announced),
    )


def _known_through(announced: set[int]) -> date:
    """The end of the last year announced without a gap since the first."""
    year = FIRST_YEAR
    while year in announced:
        year += 1
    return date(year - 1, 12, 31)


@lru_cache(maxsize=1)
def _statutory_days() -> dict[date, DayOff]:
    from holidays.countries.vietnam import Vietnam  # half a second to import: only when a calendar is built

    days = Vietnam(years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi")  # type: ignore[no-untyped-call]
    return {
        day: _statutory_day(day, name)
        for day, name in days.items()
        if day.year >= FIRST_YEAR and not name.startswith(_LIBRARY_SWAP)
    }


def _statutory_day(day: date, name: str) -> DayOff:
    kind: DayOffKind = "compensatory" if "nghỉ bù" in name else "holiday"
    if (day.month, day.day) == (11, 24):  # added by its own resolution, in force 01/7/2026
        return DayOff(day, name, kind, "Nghị quyết 28/2026/QH16")
    code_2012, holidays_2019, compensation_2019 = _CODES
    if day.year < 2021:
        return DayOff(day, name, kind, code_2012)
    return DayOff(day, name, kind, compensation_2019 if kind == "compensatory" else holidays_2019)
