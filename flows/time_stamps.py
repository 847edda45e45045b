"""The only place that asks a time-stamping authority (RFC 3161): for one stamp a day, on the signed head."""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256

import httpx
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from flows.http_request import Limits, TooLong, ask
from flows.sending import Office
from flows.stamp_answers import Stamp, StampRefused, checked_stamp, read_authorities
from models.head_stamps import hold_stamp, keep_stamp, tell_unstamped, unstamped_head
from models.record_tables import HeadStamp
from models.settings import Settings
from models.signed_heads import DAILY, head_message
from models.tables import Authority, key_of
from rules.vietnamese import local_day

# Ten seconds for the whole of it, however slowly the bytes drip; a token with its certificates is about six thousand.
LIMITS = Limits(step_seconds=10.0, total_seconds=10.0, body_bytes=64 * 1024)
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
        answer = await ask(httpx.Request("POST", url, content=query, headers=_HEADERS), LIMITS)
    except TooLong:
        raise StampRefused(f"câu trả lời dài hơn {LIMITS.body_bytes // 1024} KB") from None
    except TimeoutError:
        raise StampRefused(f"máy chủ không trả lời xong trong {LIMITS.total_seconds:g} giây") from None
    except (httpx.InvalidURL, httpx.ConnectError):
        raise StampRefused("không nối được tới máy chủ") from None
    except (httpx.TransportError, OSError):
        raise StampRefused("máy chủ ngắt kết nối giữa chừng hoặc trả lời không đúng HTTP") from None
    if answer.status != httpx.codes.OK:
        raise StampRefused(f"máy chủ trả lời {answer.status}")
    return answer.body
