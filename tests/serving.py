"""A server of a test, from its first request to its last: as a context, on a thread of its own."""

from __future__ import annotations

import socketserver
import threading
from typing import Self


class Serving(socketserver.BaseServer):
    """Serves while the context lasts; `closing` tells those who dawdle on purpose that it is over."""

    closing: threading.Event

    def __enter__(self) -> Self:
        self.closing = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()
