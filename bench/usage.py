"""What groups of processes used while something ran: seconds of processor, and their memory at its highest."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Self

import psutil

EVERY = 0.5  # seconds
MIB = 2**20


class Usage:
    """Watches processes by group, each with all it starts; shared pages are counted once, divided among who shares."""

    def __init__(self, groups: Mapping[str, Callable[[], Iterable[int]]]) -> None:
        self._groups = groups
        self._over = threading.Event()
        self._seen: dict[str, dict[int, float]] = {name: {} for name in groups}
        self._before: dict[str, dict[int, float]] = {name: {} for name in groups}
        self.peaks = dict.fromkeys(groups, 0.0)  # MiB

    def __enter__(self) -> Self:
        self._look()
        self._before = {name: dict(seen) for name, seen in self._seen.items()}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def seconds(self, name: str) -> float:
        """Seconds of processor the group used, also by those that have ended since."""
        before = self._before[name]
        return sum(used - before.get(pid, 0.0) for pid, used in self._seen[name].items())

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        for name, roots in self._groups.items():
            memory = 0
            for process in _with_children(roots()):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    times = process.cpu_times()
                    self._seen[name][process.pid] = times.user + times.system
                    memory += process.memory_full_info().pss
            self.peaks[name] = max(self.peaks[name], memory / MIB)


def _with_children(roots: Iterable[int]) -> Iterable[psutil.Process]:
    for pid in roots:
        with contextlib.suppress(psutil.NoSuchProcess):
            root = psutil.Process(pid)
            yield from (root, *root.children(recursive=True))
