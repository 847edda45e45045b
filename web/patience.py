"""Guessing at links gets nowhere: whoever opens too many that are none waits."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from web.refusal import Refusal

_WRONG = RateLimitItemPerMinute(60, 10)  # links that open nothing, from one place of the network


class Patience:
    """How many wrong links each place of the network opened lately, as this process saw it."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, request: Request) -> None:
        """Raises Refusal for who guesses."""
        if not self._limiter.test(_WRONG, client_of(request)):
            raise Refusal(429, "Đã mở quá nhiều liên kết không đúng; xin chờ mười phút rồi mở lại bằng nút trong thư.")

    def wrong(self, request: Request) -> None:
        """One more that opened nothing."""
        self._limiter.hit(_WRONG, client_of(request))


def client_of(request: Request) -> str:
    """The network address a request came from."""
    return request.client.host if request.client else ""
