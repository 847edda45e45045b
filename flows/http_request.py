"""One HTTP request to one address: bounded in time and bytes, without proxy, cookie, netrc password or redirect."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import aclosing
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, and for how many bytes, one answer may keep us."""

    step_seconds: float = 10.0  # to connect, and between one piece and the next
    total_seconds: float = 20.0  # waiting for a turn is not counted
    body_bytes: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    body: bytes


class TooLong(Exception):
    """The answer has more bytes than were allowed."""


def transport() -> httpx.AsyncHTTPTransport:
    """The transport alone: unlike a client it knows no proxy, cookie, netrc password or redirect."""
    bare = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncHTTPTransport(verify=ssl.create_default_context(), trust_env=False, limits=bare)


async def ask(request: httpx.Request, limits: Limits) -> Answer:
    """The answer to `request`. Raises TooLong, TimeoutError, httpx.TransportError, httpx.InvalidURL or OSError."""
    request.extensions["timeout"] = httpx.Timeout(limits.step_seconds).as_dict()
    async with (
        asyncio.timeout(limits.total_seconds),
        transport() as way,
        aclosing(await way.handle_async_request(request)) as response,
    ):
        return Answer(response.status_code, await _body(response, limits.body_bytes))


async def _body(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > most:
            raise TooLong
    return bytes(body)
