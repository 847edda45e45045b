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
WORKERS = ("worker-1", "worker-2")


def measure(communes: int, tasks: int) -> dict[str, Any]:
    """One morning of that many communes: what it took, and what came of it."""
    with (
        tempfile.TemporaryDirectory(prefix="dunghan-bench-", ignore_cleanup_errors=True) as folder,
        CountingRelay(pause=0) as relay,
        Machine(Path(folder), relay.port, PEAK) as machine,
    ):
        loading = _seconds(lambda: load_communes(machine.engine, communes, TRACKED, tasks))
        machine.start_server()
        registering = _seconds(machine.register)
        again = _seconds(machine.register)
        for worker in WORKERS:
            machine.start_worker(worker)
        groups = {
            "server": lambda: [machine.programs["server"].pid],
            "workers": lambda: [machine.programs[worker].pid for worker in WORKERS],
            "postgresql": lambda: [machine.postmaster()],
        }
        with Usage(groups) as usage:
            sweeping = _seconds(lambda: sweep_together(machine, len(WORKERS)))
        took = {"loading_s": loading, "registering_s": registering, "registering_again_s": again}
        used = {f"{name}_cpu_s": round(usage.seconds(name), 1) for name in groups}
        most = {f"{name}_mib": round(usage.peaks[name]) for name in groups}
        size = {"communes": communes, "tasks": tasks}
        return {**size, **took, "sweeping_s": sweeping, **used, **most, **check(machine, relay)}


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
    for small, large in pairwise(rows):
        times = large["communes"] / small["communes"]
        parts = [
            f"{name} x{large[name] / small[name] / times:.2f}"
            for name in ("sweeping_s", "server_cpu_s", "workers_cpu_s", "postgresql_cpu_s", "registering_s")
        ]
        said.append(f"{small['communes']} -> {large['communes']}, a commune: {', '.join(parts)}")
    return said


def main() -> None:
    """Measure each size (those named, or all), print a table, keep the JSON."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of communes")
    asked.add_argument("--tasks", type=int, default=TASKS, help="tasks in each one's plan")
    given = asked.parse_args()
    rows: list[dict[str, Any]] = []
    OUT.mkdir(exist_ok=True)
    for size in given.sizes:
        rows.append(measure(size, given.tasks))
        (OUT / "province.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    for line in growth(rows):
        print(line)


if __name__ == "__main__":
    main()
