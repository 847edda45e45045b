"""`python -m bench.mornings [OFFICES]`: 250 working mornings swept in one process, and its memory meanwhile."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

from bench.database import migrated, settled
from bench.many_obligations import CALENDAR, PEAK, fill
from bench.rows import Row, within
from flows.mail import Result
from flows.sending import Office
from flows.sweep import sweep
from models.settings import Settings
from models.store import APP_ROLE, open_engine
from rules.vietnamese import dmy, morning_of

MORNINGS, EVERY, WARM = 250, 25, 75
MOST_KB = 20.0  # a morning, after the first mornings: a process that runs for four years grows by 20 MB at most
_STATUS = Path("/proc/self/status")


class Discarded:
    """A mailer that takes every message and keeps none."""

    async def __aenter__(self) -> Discarded:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def send(self, message: Message, recipient: str, sender: str) -> Result:
        """Write the message out as SMTP would, and throw it away."""
        message.as_bytes()
        return Result("sent", "250 ok")


def memory_rows(offices: int = 1, say: Callable[[str], None] = print) -> Iterator[Row]:
    """How much the memory of a process that sweeps every morning grows."""
    with migrated() as (url, folder):
        owner, engine = open_engine(url, durable=False), open_engine(url.set(username=APP_ROLE), durable=False)
        fill(owner, offices)
        settled(owner)
        settings = Settings(base_url="https://nhacviec.example", state_dir=folder / "state", smtp_retries=())
        held = list(swept(Office(engine, settings, Discarded(), key=b"k" * 32), say))
        engine.dispose()
        owner.dispose()
    yield within(f"memory gained a morning, {offices} offices, after {WARM} mornings", slope(held), MOST_KB, "kB")


def swept(office: Office, say: Callable[[str], None]) -> Iterator[tuple[int, float]]:
    """After each few mornings, how many there were and the kB held."""
    day, letters = PEAK, 0
    for number in range(1, MORNINGS + 1):
        letters += asyncio.run(sweep(office, morning_of(day))).sent
        if number % EVERY == 0:
            gc.collect()
            yield number, held_kb()
            say(f"{number:4} mornings, {dmy(day)}: {held_kb() / 1024:.1f} MB, {letters:,} mails")
        day = CALENDAR.add(day, 1)


def held_kb() -> float:
    """The memory this process holds now."""
    lines = _STATUS.read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))


def slope(held: list[tuple[int, float]]) -> float:
    """The kB gained a morning once warm, by least squares."""
    warm = [(number, kb) for number, kb in held if number >= WARM]
    middle = sum(number for number, _ in warm) / len(warm)
    mean = sum(kb for _, kb in warm) / len(warm)
    rise = sum((number - middle) * (kb - mean) for number, kb in warm)
    return rise / sum((number - middle) ** 2 for number, _ in warm)


def main() -> None:
    """Measure and print."""
    offices = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for row in memory_rows(offices, lambda words: print(words, flush=True)):
        print(row)


if __name__ == "__main__":
    main()
