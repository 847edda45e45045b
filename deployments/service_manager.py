"""What a service manager is told: that a part is ready, or stopping; nothing when none asked."""

from __future__ import annotations

import os
import signal
import socket
import time


def say(text: str) -> None:
    """One line of progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def tell_ready() -> None:
    """Say that this part answers from now on (systemd: Type=notify)."""
    _notify("READY=1")


def tell_stopping() -> None:
    """Say that this part was asked to stop and does so."""
    _notify("STOPPING=1")


def _notify(state: str) -> None:
    """One datagram, as sd_notify(3) describes it; a name that begins with «@» is an abstract one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)


def stop_on_terminate() -> None:
    """Being asked to stop by a service manager is the same as Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def kept_by_the_manager() -> bool:
    """Whether what this process prints goes to the journal, which keeps it within bounds."""
    printed = os.fstat(2)
    return os.environ.get("JOURNAL_STREAM") == f"{printed.st_dev}:{printed.st_ino}"
