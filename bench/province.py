"""`python -m bench.province`: 10, 30 and 100 communes swept by two workers on one peak morning, everything real.

Every letter is told once, every person gets one mail, every chain holds: what is not so ends the run.
"""

from __future__ import annotations

import json
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bench.communes import TASKS, load_communes
from bench.machine import Machine
from bench.relay import CountingRelay
from bench.usage import Usage
from models.audit import verify
from models.digests import SENT
from models.people import authorities
from models.record_tables import Digest, Letter
from models.tables import Obligation, key_of

OUT = Path(__file__).parent / "out"
SIZES = (10, 30, 100)
TRACKED, PEAK = date(2024, 6, 17), date(2024, 6, 24)  # Mondays: a week of rungs comes at once
ROUNDS = ("one", "two")  # as many workers, each with a round of its own


def measure(communes: int, tasks: int, plain: bool) -> dict[str, Any]:
    """One morning of that many communes, with Prefect or without: what it took, and what came of it."""
    with (
        tempfile.TemporaryDirectory(prefix="dunghan-bench-", ignore_cleanup_errors=True) as folder,
        CountingRelay(pause=0) as relay,
        Machine(Path(folder), relay.port, PEAK) as machine,
    ):
        loading = _seconds(lambda: load_communes(machine.engine, communes, TRACKED, tasks))
        took = {"loading_s": loading} | ({} if plain else _start(machine))
        sweep = sweep_plainly if plain else sweep_together
        groups = {
            "server": lambda: _processes(machine, "server"),
            "workers": lambda: _processes(machine, *ROUNDS),
            "postgresql": lambda: [machine.postmaster()],
        }
        with Usage(groups) as usage:
            took["sweeping_s"] = _seconds(lambda: sweep(machine, len(ROUNDS)))
        used = {f"{name}_cpu_s": round(usage.seconds(name), 1) for name in groups}
        most = {f"{name}_mib": round(usage.peaks[name]) for name in groups}
        size = {"communes": communes, "tasks": tasks, "plain": plain}
        return {**size, **took, **used, **most, **check(machine, relay)}


def _start(machine: Machine) -> dict[str, float]:
    """Prefect's server, everything registered twice, two workers; how long registering took."""
    machine.start_server()
    took = {"registering_s": _seconds(machine.register), "registering_again_s": _seconds(machine.register)}
    for name in ROUNDS:
        machine.start_worker(name)
    return took


def _processes(machine: Machine, *names: str) -> list[int]:
    return [machine.programs[name].pid for name in names if name in machine.programs]


def sweep_plainly(machine: Machine, rounds: int) -> None:
    """The same without Prefect."""
    for name in ROUNDS[:rounds]:
        machine.start_plain_round(name)
    codes = {name: machine.programs[name].wait() for name in ROUNDS[:rounds]}
    assert set(codes.values()) == {0}, f"{codes}\n{machine.logs()}"


def sweep_together(machine: Machine, rounds: int, seconds: float = 7200) -> list[str]:
    """Let that many rounds run side by side until all have ended; their ids."""
    runs = [machine.start_round() for _ in range(rounds)]
    for run in runs:
        machine.wait(lambda run=run: machine.ended(run), f"round {run}", seconds)  # type: ignore[misc]
    return runs


def check(machine: Machine, relay: CountingRelay) -> dict[str, int]:
    """What was told and sent; raises AssertionError for a letter told twice or lost, a second mail, a broken chain."""
    with Session(machine.engine) as session:
        offices = list(authorities(session))
        letters = session.execute(select(col(Letter.obligation_id), col(Letter.rung), col(Letter.person_id))).all()
        digests = session.execute(select(col(Digest.message_id), col(Digest.status), col(Digest.person_id))).all()
        told = session.execute(select(col(Obligation.id)).where(col(Obligation.last_offset).is_not(None))).all()
        loose = session.execute(select(col(Letter.id)).where(col(Letter.digest_id).is_(None))).all()
        broken = {office.code: found for office in offices if (found := verify(session, key_of(office))[1])}
    assert not broken, broken
    assert len(set(letters)) == len(letters), "a letter told twice"
    assert not loose, f"{len(loose)} letters in no mail"
    assert {status for _, status, _ in digests} == {SENT}, Counter(status for _, status, _ in digests)
    assert len({person for _, _, person in digests}) == len(digests), "a second mail"
    assert sorted(relay.accepted) == sorted(message for message, _, _ in digests), "not what the relay took"
    assert len(set(relay.recipients)) == len(relay.recipients) == len(digests), "an address got two"
    assert len(told) % len(offices) == 0, "communes with the same plan told differently"
    return {"obligations": len(told), "letters": len(letters), "mails": len(digests)}


def _seconds(work: Any) -> float:
    began = time.monotonic()
    work()
    return round(time.monotonic() - began, 1)


def growth(rows: list[dict[str, Any]]) -> list[str]:
    """How the work of one commune changes from each size to the next."""
    said = []
    names = ("registering_s", "sweeping_s", "server_cpu_s", "workers_cpu_s", "postgresql_cpu_s")
    for small, large in pairwise(rows):
        times = large["communes"] / small["communes"]
        parts = [f"{name} x{large[name] / small[name] / times:.2f}" for name in names if small.get(name)]
        said.append(f"{small['communes']} -> {large['communes']}, a commune: {', '.join(parts)}")
    return said


def main() -> None:
    """Measure each size (those named, or all), print a table, keep the JSON."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of communes")
    asked.add_argument("--tasks", type=int, default=TASKS, help="tasks in each one's plan")
    asked.add_argument("--plain", action="store_true", help="without Prefect")
    given = asked.parse_args()
    rows: list[dict[str, Any]] = []
    OUT.mkdir(exist_ok=True)
    for size in given.sizes:
        rows.append(measure(size, given.tasks, given.plain))
        (OUT / f"province{'-plain' if given.plain else ''}.json").write_text(
            json.dumps(rows, indent=1), encoding="utf-8"
        )
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    for line in growth(rows):
        print(line)


if __name__ == "__main__":
    main()
