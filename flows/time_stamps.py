"""The only place that asks a time-stamping authority (RFC 3161): for one stamp a day, on the signed head."""

from __future__ import annotations

import asyncio
import logging
import ssl
from contextlib import aclosing
from datetime import datetime
from hashlib import sha256

import httpx
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from flows.sending import Office
from flows.stamp_answers import Stamp, StampRefused, checked_stamp, read_authorities
from models.head_stamps import hold_stamp, keep_stamp, tell_unstamped, unstamped_head
from models.record_tables import HeadStamp
from models.settings import Settings
from models.signed_heads import DAILY, head_message
from models.tables import Authority, key_of
from rules.vietnamese import local_day

SECONDS = 10.0  # for the whole of it, however slowly the bytes drip
MOST_BYTES = 64 * 1024  # a token with its certificates takes about six thousand
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",
    "User-Agent": "dunghan dau-thoi-gian",
    "Connection": "close",
}
_log = logging.getLogger(__name__)


async def stamp_head(office: Office, authority: Authority, now: datetime) -> None:
    """Have the day's signed head stamped, once; without a stamp, say why, and leave it to the next sweep."""
    if not office.settings.tsa_url or not office.signs:
        return
    number, day = key_of(authority), local_day(now)
    with office.transaction() as session:
        head = unstamped_head(session, number, day) if hold_stamp(session, number) else None
        if head is None:
            return
        try:
            stamp = await _stamp(office.settings, head_message(head, DAILY))
        except StampRefused as refused:
            _log.warning("head of %s, %s, not stamped: %s", authority.code, day, refused)
            tell_unstamped(session, authority, now, day, str(refused))
            return
        kept = HeadStamp(authority_id=number, day=day, token=stamp.token, stamped_at=stamp.moment, at=now)
        keep_stamp(session, authority, kept, httpx.URL(office.settings.tsa_url).host)


async def _stamp(settings: Settings, message: bytes) -> Stamp:
    """A stamp on `message`, of which only the SHA-256 leaves the house. Raises StampRefused."""
    trusted = read_authorities(settings.tsa_ca_file)
    builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce().cert_request(cert_request=True).build()
    answer = await _ask(settings.tsa_url, request.as_bytes())
    return checked_stamp(answer, request, sha256(message).digest(), trusted)


async def _ask(url: str, query: bytes) -> bytes:
    try:
        async with asyncio.timeout(SECONDS):
            return await _post(url, query)
    except TimeoutError:
        raise StampRefused(f"máy chủ không trả lời xong trong {SECONDS:g} giây") from None
    except (httpx.InvalidURL, httpx.ConnectError):
        raise StampRefused("không nối được tới máy chủ") from None
    except (httpx.TransportError, OSError):
        raise StampRefused("máy chủ ngắt kết nối giữa chừng hoặc trả lời không đúng HTTP") from None


async def _post(url: str, query: bytes) -> bytes:
    # The transport alone: unlike a client it knows no proxy, cookie, netrc password or redirect.
    request = httpx.Request("POST", url, content=query, headers=_HEADERS)
    async with (
        httpx.AsyncHTTPTransport(verify=ssl.create_default_context(), trust_env=False) as transport,
        aclosing(await transport.handle_async_request(request)) as response,
    ):
        if response.status_code != httpx.codes.OK:
            raise StampRefused(f"máy chủ trả lời {response.status_code}")
        return await _body(response)


async def _body(response: httpx.Response) -> bytes:
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            raise StampRefused(f"câu trả lời dài hơn {MOST_BYTES // 1024} KB")
    return body
