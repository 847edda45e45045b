"""A mail relay on loopback that counts what it accepted, slow enough when wanted to be caught in the act."""

from __future__ import annotations

import asyncio
from typing import Any, Self

from aiosmtpd.controller import Controller

from deployments.ports import free_port


class CountingRelay:
    """A real SMTP server; keeps the Message-ID and address of each mail it took."""

    def __init__(self, pause: float = 0.01) -> None:
        self.accepted: list[str] = []
        self.recipients: list[str] = []
        self.refused = ""  # whom it does not know, by the name before the @
        self.pause = pause
        self.port = free_port()

    def __enter__(self) -> Self:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        if address.partition("@")[0] == self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        head = envelope.content.partition(b"\r\n\r\n")[0].decode()
        self.accepted.append(next(line[12:] for line in head.splitlines() if line.startswith("Message-ID: ")))
        self.recipients += envelope.rcpt_tos
        if self.pause:
            await asyncio.sleep(self.pause)
        return "250 ok"
