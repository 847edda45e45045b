"""The receipt of a date: the sentences that mail, page, export and audit all print, and the law behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Literal

from rules.vietnamese import dmy, weekday_dmy
from rules.working_days import DayOff, WorkingWeekend


@dataclass(frozen=True, slots=True)
class Basis:
    """One legal ground; `certainty` is S (text seen), 2 (secondary source) or M (memory)."""

    instrument: str
    article: str
    certainty: str = "S"

    def __str__(self) -> str:
        doubt = "" if self.certainty == "S" else " (cần đối chiếu)"
        return f"{self.article} {self.instrument}{doubt}" if self.article else f"{self.instrument}{doubt}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person must look at: `error` stops, `warning` is shown."""

    level: Literal["error", "warning", "note"]
    text: str


CIVIL_CODE = "Bộ luật Dân sự 2015"
FIRST_DAY_OUT = Basis(CIVIL_CODE, "Điều 147")
END_OF_SPAN = Basis(CIVIL_CODE, "Điều 148")
ROLLED = Basis(CIVIL_CODE, "Điều 148 khoản 5")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why a date is that date: sentences, the days skipped on the way, the legal grounds."""

    because: tuple[str, ...]
    skipped: tuple[DayOff, ...] = ()
    basis: tuple[Basis, ...] = ()

    @classmethod
    def before(cls, day: date) -> Receipt:
        """«trước ngày D»."""
        return cls((f"«Trước ngày {dmy(day)}»: ngày {dmy(day)} đã là muộn, hết hạn lúc 24 giờ hôm trước.",))

    @classmethod
    def by(cls, day: date) -> Receipt:
        """«chậm nhất ngày D»."""
        return cls((f"«Chậm nhất ngày {dmy(day)}»: tính cả {weekday_dmy(day)}.",))

    @classmethod
    def window(cls, start: date, end: date) -> Receipt:
        """«từ ngày … đến ngày …»."""
        return cls((f"Thực hiện trong khoảng từ {dmy(start)} đến hết {dmy(end)}.",))

    @classmethod
    def working_days(cls, side: Literal["after", "before"], n: int, event: date) -> Receipt:
        """«n ngày làm việc sau / trước …»."""
        word = "sau" if side == "after" else "trước"
        text = f"{n} ngày làm việc {word} {weekday_dmy(event)}; không tính ngày xảy ra sự kiện."
        return cls((text,), (), (FIRST_DAY_OUT,))

    @classmethod
    def days_after(cls, n: int, event: date) -> Receipt:
        """«trong n ngày kể từ …»."""
        text = f"{n} ngày (ngày lịch) kể từ {weekday_dmy(event)}; không tính ngày xảy ra sự kiện."
        return cls((text,), (), (FIRST_DAY_OUT, END_OF_SPAN))

    @classmethod
    def months_after(cls, n: int, event: date) -> Receipt:
        """«n tháng kể từ …»."""
        text = f"{n} tháng kể từ {weekday_dmy(event)}: đến ngày tương ứng, tháng thiếu thì đến ngày cuối tháng."
        return cls((text,), (), (FIRST_DAY_OUT, Basis(CIVIL_CODE, "Điều 148 khoản 3")))

    @classmethod
    def days_before(cls, n: int, event: date) -> Receipt:
        """«chậm nhất n ngày trước …»."""
        text = f"Chậm nhất {n} ngày (ngày lịch) trước {weekday_dmy(event)}; gặp ngày nghỉ thì làm trước, không lùi lại."
        return cls((text,))

    @classmethod
    def on_the_day(cls, event: date) -> Receipt:
        """«ngay trong ngày»."""
        return cls((f"Thực hiện ngay trong {weekday_dmy(event)}.",))

    @classmethod
    def posting(cls, n: int, unit: str, event: date) -> Receipt:
        """«niêm yết ít nhất n ngày»."""
        text = (
            f"Niêm yết ít nhất {n} {unit} kể từ {weekday_dmy(event)}, không tính ngày niêm yết; giữ đến hết ngày cuối."
        )
        return cls((text,), (), (FIRST_DAY_OUT,))

    def and_then(self, sentence: str, *basis: Basis) -> Receipt:
        """This receipt with one more sentence."""
        grounds = self.basis + tuple(b for b in basis if b not in self.basis)
        return replace(self, because=(*self.because, sentence), basis=grounds)

    def lands_on(self, day: date) -> Receipt:
        """Name the day reached."""
        return self.and_then(f"Ngày cuối: {weekday_dmy(day)}.")

    def skips(self, off: Sequence[DayOff]) -> Receipt:
        """Name each day off passed over while counting."""
        if not off:
            return self
        return replace(self.and_then(f"Bỏ qua {name_days(off)}."), skipped=(*self.skipped, *off))

    def counts_made_up(self, made_up: Sequence[WorkingWeekend]) -> Receipt:
        """Name each made-up weekend day that was counted as worked."""
        if not made_up:
            return self
        names = "; ".join(f"{weekday_dmy(w.day)} (làm bù ngày {dmy(w.for_day)}, {w.instrument})" for w in made_up)
        return self.and_then(f"Tính cả ngày làm bù: {names}.")

    def rolls(self, nominal: date, legal: date, off: Sequence[DayOff]) -> Receipt:
        """Say that the end fell on a day off and moved forward."""
        if nominal == legal:
            return self
        text = f"Ngày cuối rơi vào ngày nghỉ nên chuyển đến ngày làm việc tiếp theo, {weekday_dmy(legal)}."
        return self.skips(off).and_then(text, ROLLED)

    def steps_back(self, nominal: date, target: date, off: Sequence[DayOff]) -> Receipt:
        """Say that people are told an earlier working day."""
        if nominal == target:
            return self
        text = f"Nên hoàn thành trong ngày làm việc liền trước, {weekday_dmy(target)}."
        unseen = [day for day in off if day not in self.skipped]
        return self.skips(unseen).and_then(text)

    def provisional(self, known_through: date) -> Receipt:
        """Say that the calendar of that time has not been announced."""
        text = f"Tạm tính: lịch nghỉ chính thức mới công bố đến {dmy(known_through)}."
        return self.and_then(text)


def name_days(off: Sequence[DayOff]) -> str:
    """Days off in words: weekends counted, every other day named with its instrument, runs joined."""
    weekends = sum(day.kind == "weekend" for day in off)
    named = [day for day in off if day.kind != "weekend"]
    parts = [f"{weekends} ngày nghỉ hằng tuần"] if weekends else []
    for (_, name, instrument), run in groupby(enumerate(named), key=lambda item: _run_key(*item)):
        days = [day.day for _, day in run]
        span = dmy(days[0]) if len(days) == 1 else f"{dmy(days[0])}-{dmy(days[-1])}"
        parts.append(f"{span} ({name}; {instrument})")
    return ", ".join(parts)


def _run_key(position: int, day: DayOff) -> tuple[int, str, str]:
    """Consecutive days of one name share this key."""
    return day.day.toordinal() - position, day.name, day.instrument
