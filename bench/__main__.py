"""`make bench`: working-day arithmetic beside numpy, holidays and pandas, a mail, the command's start, in one run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import holidays
import numpy as np
import pandas as pd

from bench.mail import mail_rows
from models.calendar_file import calendar_of, read_notices
from models.settings import HOUSE
from rules.batch import batch_calendar

OUT = Path(__file__).parent / "out"
ROUNDS = 5
CALENDAR = calendar_of(read_notices(HOUSE / "plans" / "calendar.yaml"))


def nanoseconds(work: Callable[[], object], operations: int) -> float:
    """The best of some rounds, in nanoseconds an operation."""
    best = []
    for _ in range(ROUNDS):
        started = time.perf_counter_ns()
        work()
        best.append((time.perf_counter_ns() - started) / operations)
    return min(best)


def cases(count: int) -> tuple[list[date], list[int]]:
    """Random days of 2018-2026 and 1..60 working days."""
    chance = Random(1)
    first = date(2018, 1, 2)
    return [first + timedelta(days=chance.randrange(3200)) for _ in range(count)], [
        chance.randint(1, 60) for _ in range(count)
    ]


def numpy_calendar() -> np.busdaycalendar:
    """The same calendar for numpy: every day works unless listed, so that made-up Saturdays can count."""
    days = (CALENDAR.first + timedelta(days=i) for i in range((CALENDAR.last - CALENDAR.first).days + 1))
    off = [day for day in days if not CALENDAR.is_working(day)]
    return np.busdaycalendar(weekmask="1111111", holidays=off)


def measure() -> dict[str, dict[str, Any]]:
    """Every figure and its ratio to its peer."""
    rows: dict[str, dict[str, Any]] = {}
    days, numbers = cases(2000)
    pairs = list(zip(days, numbers, strict=True))
    ours = nanoseconds(lambda: [CALENDAR.add(day, n) for day, n in pairs], len(pairs))
    busy = numpy_calendar()

    def by_numpy() -> list[date]:
        return [np.busday_offset(day, n, roll="backward", busdaycal=busy).astype(date) for day, n in pairs]

    numpy_one = nanoseconds(by_numpy, len(pairs))
    rows["one add, date in and date out, against numpy.busday_offset"] = ratio(ours, numpy_one, 20)
    vietnam = holidays.country_holidays("VN", years=range(2018, 2028), language="vi")
    few = pairs[:100]
    library = nanoseconds(lambda: [vietnam.get_nth_working_day(day, n) for day, n in few], len(few))
    rows["one add against holidays.get_nth_working_day"] = ratio(ours, library, 300)
    custom = pd.offsets.CustomBusinessDay
    pandas_one = nanoseconds(lambda: [pd.Timestamp(day) + custom(n, calendar=busy) for day, n in pairs[:200]], 200)
    rows["one add against pandas CustomBusinessDay"] = ratio(ours, pandas_one, 20)
    near = nanoseconds(lambda: [CALENDAR.add(day, 5) for day in days], len(days))
    far = nanoseconds(lambda: [CALENDAR.add(day, 250) for day in days], len(days))
    rows["add of 250 against add of 5 (times slower, at most 1.5)"] = {
        "ours_ns": round(far, 1), "peer_ns": round(near, 1), "ratio": round(far / near, 2), "target": 1.5,
        "holds": far / near <= 1.5,
    }  # fmt: skip
    rows["a million adds against numpy"] = million(busy)
    rows |= mail_rows(ratio)
    rows["dunghan --help against an empty interpreter (times slower, at most 10)"] = start_up()
    return rows


def ratio(ours: float, peer: float, target: float) -> dict[str, Any]:
    """How many times faster than the peer, and whether the target holds."""
    faster = peer / ours
    return {
        "ours_ns": round(ours, 1), "peer_ns": round(peer, 1), "ratio": round(faster, 1), "target": target,
        "holds": faster >= target,
    }  # fmt: skip


def million(busy: np.busdaycalendar) -> dict[str, Any]:
    """A million adds, vectorised on both sides."""
    generator = np.random.default_rng(1)
    ordinals = generator.integers(date(2018, 1, 2).toordinal(), date(2026, 10, 1).toordinal(), 1_000_000).astype(
        "int32"
    )
    numbers = generator.integers(1, 61, 1_000_000).astype("int32")
    stamps = (ordinals.astype("int64") - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    table = batch_calendar(CALENDAR)
    ours = nanoseconds(lambda: table.add(ordinals, numbers), 1_000_000)
    peer = nanoseconds(lambda: np.busday_offset(stamps, numbers, roll="backward", busdaycal=busy), 1_000_000)
    return ratio(ours, peer, 25)


def start_up() -> dict[str, Any]:
    """The command's help against an interpreter that does nothing, taken in turns, the best of each."""
    here = Path(sys.executable).parent
    empty, asked = [], []
    for _ in range(25):
        empty.append(wall([sys.executable, "-c", "pass"]))
        asked.append(wall([str(here / "dunghan"), "--help"]))
    slow, fast = min(asked), min(empty)
    return {
        "ours_ns": round(slow * 1e9), "peer_ns": round(fast * 1e9), "ratio": round(slow / fast, 1), "target": 10,
        "holds": slow / fast <= 10,
    }  # fmt: skip


def wall(command: list[str]) -> float:
    """Seconds a command takes."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> None:
    """Measure, print a table, keep the JSON."""
    rows = measure()
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    for name, row in rows.items():
        verdict = "holds" if row["holds"] else "MISSED"
        figures = f"{row['ours_ns']:>14,} ns  {row['peer_ns']:>14,} ns  x{row['ratio']:<7} {row['target']:>5}"
        print(f"{name:75} {figures} {verdict}")


if __name__ == "__main__":
    main()
