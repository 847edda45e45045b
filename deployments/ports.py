"""A port of this machine nobody listens on."""

from __future__ import annotations

import socket


def free_port(preferred: int = 0) -> int:
    """`preferred` when nobody has it, else any other; it is free now, and promised to nobody."""
    try:
        return _bound(preferred)
    except OSError:
        return _bound(0)


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])
