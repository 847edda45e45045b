"""The only place that asks an identity provider over HTTP: where people sign in there, and who did."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from flows.http_request import Limits, TooLong, ask
from flows.id_token import Expected, ProviderFailed, vouched_email
from flows.portal import trouble_words
from models.setting_values import is_guarded

_LOG = logging.getLogger(__name__)
_USUAL = Limits(step_seconds=5.0, total_seconds=10.0, body_bytes=1_000_000)
_KNOWN_FOR = 600.0  # seconds; a provider that moves its doors is asked again within them
_HEADERS = {"User-Agent": "dunghan", "Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
_ERROR = re.compile(r"[a-z_]{1,40}")  # what an OAuth error may be called: nothing of it can forge a line of the log


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows these pages as, and where it sends people back to."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)  # «»: a public client
    back: str


@dataclass(frozen=True, slots=True)
class _Doors:
    """Where the provider does what; whether it wants the secret in the form instead of a header."""

    authorize: str
    token: str
    keys: str
    wants_form: bool


class IdentityProvider:
    """OpenID Connect by authorization code and PKCE; every failure is a ProviderFailed, and is logged."""

    def __init__(self, client: Client, name: str, limits: Limits = _USUAL) -> None:
        self.name = name
        self._client, self._limits = client, limits
        self._known: tuple[float, _Doors] | None = None

    async def address(self, state: str, nonce: str, challenge: str) -> str:
        """Where a browser goes to sign in there. Raises ProviderFailed."""
        with self._logged():
            doors = await self._doors()
        asked = {
            "response_type": "code", "scope": "openid email", "client_id": self._client.client_id,
            "redirect_uri": self._client.back, "state": state, "nonce": nonce,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{doors.authorize}{'&' if '?' in doors.authorize else '?'}{urlencode(asked)}"

    async def email(self, code: str, verifier: str, nonce: str, now: datetime) -> str:
        """The address of who signed in there, as the provider vouches for it. Raises ProviderFailed."""
        with self._logged():
            doors = await self._doors()
            answer = await self._redeem(doors, code, verifier)
            expected = Expected(self._client.issuer, self._client.client_id, nonce)
            return vouched_email(answer.get("id_token"), await self._ask(doors.keys), expected, now)

    async def _redeem(self, doors: _Doors, code: str, verifier: str) -> dict[str, Any]:
        """Hand in the code, once, with what proves that it was asked for here."""
        form = {
            "grant_type": "authorization_code", "code": code,
            "redirect_uri": self._client.back, "code_verifier": verifier,
        }  # fmt: skip
        client_id, secret = self._client.client_id, self._client.secret
        if secret and not doors.wants_form:
            account = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
            return await self._ask(
                doors.token, form, {"Authorization": f"Basic {b64encode(account.encode()).decode()}"}
            )
        known_as = {"client_id": client_id, **({"client_secret": secret} if secret else {})}
        return await self._ask(doors.token, form | known_as)

    async def _doors(self) -> _Doors:
        """Where the provider does what, asked again now and then: no reader can make us pester it."""
        now = asyncio.get_running_loop().time()
        if self._known is None or now - self._known[0] > _KNOWN_FOR:
            document = await self._ask(f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._known = now, _doors_in(document, self._client.issuer)
        return self._known[1]

    async def _ask(
        self, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """One request, to this address and no other; its answer as JSON."""
        asked = {**_HEADERS, **(headers or {})}
        request = httpx.Request("POST" if form else "GET", url, data=form, headers=asked)
        try:
            answer = await ask(request, self._limits)
        except TooLong:
            raise _not_reached("Câu trả lời quá dài.") from None
        except (httpx.TransportError, OSError) as error:
            raise _not_reached(trouble_words(error)) from error
        return _read(answer.status, answer.body)

    @contextmanager
    def _logged(self) -> Iterator[None]:
        """A failure as the reader is told it, and what it came from by name alone."""
        try:
            yield
        except ProviderFailed as failed:
            cause = type(failed.__cause__).__name__ if failed.__cause__ else "-"
            _LOG.warning("%s: %s [%s]", self._client.issuer, failed, cause)
            raise


def _doors_in(document: dict[str, Any], issuer: str) -> _Doors:
    """What a discovery document says, once it is the issuer's own. Raises ProviderFailed."""
    if document.get("issuer") != issuer:
        raise _not_reached("Nơi ấy xưng tên khác với oidc_issuer đã khai.")
    authorize, token = (_door(document, name, issuer) for name in ("authorization_endpoint", "token_endpoint"))
    methods = document.get("token_endpoint_auth_methods_supported")
    wants_form = isinstance(methods, list) and "client_secret_basic" not in methods and "client_secret_post" in methods
    return _Doors(authorize, token, _door(document, "jwks_uri", issuer), wants_form)


def _door(document: dict[str, Any], name: str, issuer: str) -> str:
    """One address of it, no less guarded than the issuer's."""
    url = document.get(name)
    if not isinstance(url, str) or not is_guarded(url) or urlsplit(url).scheme != urlsplit(issuer).scheme:
        raise _not_reached(f"Địa chỉ {name} của nơi ấy không dùng được.")
    return url


def _read(status: int, body: bytes) -> dict[str, Any]:
    """What an answer says. Raises ProviderFailed."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if status == 200 and isinstance(said, dict):
        return said
    if status in (400, 401, 403):
        error = said.get("error") if isinstance(said, dict) else None
        named = f", {error}" if isinstance(error, str) and _ERROR.fullmatch(error) else ""
        raise ProviderFailed(f"Nơi cấp tài khoản không nhận lượt đăng nhập này ({status}{named}). Xin làm lại từ đầu.")
    if 300 <= status < 400:
        raise _not_reached("Nơi ấy chuyển hướng sang nơi khác, không đi theo.")
    raise _not_reached(f"Máy chủ trả lời {status}, không đọc được.")


def _not_reached(why: str) -> ProviderFailed:
    return ProviderFailed(f"Chưa hỏi được nơi cấp tài khoản. {why} Xin thử lại sau, hoặc xin liên kết qua thư.")
