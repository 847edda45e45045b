"""Headers on every answer, and forms that only our own pages can send."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping
from urllib.parse import parse_qsl

from itsdangerous import BadSignature, Signer
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.refusal import Refusal

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": under it a browser sends our own forms with «Origin: null».
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# A letter's HTML is shown in our frame, alone: no script, no picture, no form, no address of its own.
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; sandbox"
MOST_FORM_BYTES = 32_768
MOST_FIELDS = 20
MOST_LISTED = 400  # fields of a form with a box for each person of a list
DRAINED = 4  # times the limit read on and dropped: a browser shows our answer only once it has sent what it sends


HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


class SecurityHeaders:
    """Adds HEADERS to every answer that does not set its own."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        self._app = app
        self._headers = {**HEADERS, **(HTTPS_ONLY if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)


class Forms:
    """Signs each form we print; a form sent back is taken only when signed here and sent from our own page."""

    def __init__(self, key: bytes = b"") -> None:
        # With the office's key a form outlives a restart and is taken by every process that serves these pages;
        # without one, those printed before a restart are refused, and say so.
        self._key = hashlib.sha256(b"forms" + key).digest() if key else secrets.token_bytes(32)

    def bound_to(self, secret: str) -> Forms:
        """Forms for one session alone: what is printed in it is taken in no other."""
        return Forms(self._key + secret.encode())

    def token(self, action: str) -> str:
        """The hidden value of the form that posts to `action`."""
        return self._signer(action).sign(secrets.token_urlsafe(9)).decode()

    def accepts(self, action: str, token: str) -> bool:
        """Whether `token` was made here for `action`."""
        try:
            self._signer(action).unsign(token)
        except BadSignature:
            return False
        return True

    def _signer(self, action: str) -> Signer:
        return Signer(self._key, salt=action)


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Whether the browser says one of our pages sent this; a sender that says nothing is refused."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    host = headers.get("host", "")
    return bool(host) and headers.get("origin") in (f"http://{host}", f"https://{host}")


async def checked_form(request: Request) -> dict[str, str]:
    """The fields of a posted form, once it is known to come from our own page. Raises Refusal."""
    return await _checked(request, MOST_FIELDS)


async def checked_list(request: Request) -> dict[str, str]:
    """The fields of a posted form that has a box for each person of a list. Raises Refusal."""
    return await _checked(request, MOST_LISTED)


async def _checked(request: Request, most: int) -> dict[str, str]:
    refuse_foreign(request)
    fields = {name: plain(value) for name, value in read_pairs(await read_body(request, MOST_FORM_BYTES), most)}
    refuse_unsigned(request, fields)
    return fields


def refuse_foreign(request: Request) -> None:
    """Raises Refusal unless one of our own pages sent this."""
    if not is_same_origin(request.headers):
        raise Refusal(403, "Yêu cầu không xuất phát từ trang của hệ thống nên không được nhận.")


def refuse_unsigned(request: Request, fields: Mapping[str, str]) -> None:
    """Raises Refusal unless the form was printed here for the address it was sent to."""
    site = getattr(request.state, "site", request.app.state.site)  # as its reader has it
    forms: Forms = site.forms
    if not forms.accepts(request.scope["path"], fields.get("chu-ky", "")):
        raise Refusal(403, "Biểu mẫu đã cũ hoặc không do hệ thống in ra. Xin tải lại trang rồi làm lại.")


async def read_body(request: Request, most: int) -> bytes:
    """The body of at most `most` bytes. Raises Refusal."""
    body, size = bytearray(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= most:
                body += chunk
            elif size > DRAINED * most:
                break
    except ClientDisconnect:
        raise Refusal(422, "Nội dung gửi lên bị đứt giữa chừng. Xin gửi lại.") from None
    if size > most:
        raise Refusal(413, f"Nội dung gửi lên quá dài: mỗi lần gửi không quá {_amount(most)}.")
    return bytes(body)


def read_pairs(body: bytes, most: int = MOST_FIELDS) -> list[tuple[str, str]]:
    """The fields of an urlencoded body as they were typed. Raises Refusal."""
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most)
    except ValueError:
        raise Refusal(422, f"Biểu mẫu có quá {most} trường.") from None


def plain(text: str) -> str:
    """`text` in NFC on one line, without control, format or broken characters (PostgreSQL takes no NUL)."""
    shown = (" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(shown).split())


def _amount(size: int) -> str:
    return f"{size // 1024} KB" if size < 1024 * 1024 else f"{size // 1024 // 1024} MB"
