"""Checks of who else is asked: the provider of accounts, the time-stamping authority; only when they are configured."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from flows.id_token import ProviderFailed
from flows.oidc import Client, IdentityProvider
from models.checks import Check
from models.settings import Settings

_SECONDS = 10.0


def provider(settings: Settings) -> Iterator[Check]:
    """Whether the provider says where people sign in; nobody is signed in."""
    if not settings.oidc_issuer:
        return
    client = Client(settings.oidc_issuer, settings.oidc_client_id, "", settings.pages_url)
    try:
        asyncio.run(IdentityProvider(client, settings.oidc_name).address("x", "x", "x"))
    except ProviderFailed as error:
        todo = "xem oidc_issuer (đúng từng ký tự), chứng thư của nơi ấy; đăng nhập bằng liên kết qua thư vẫn dùng được"
        yield Check("nơi cấp tài khoản", False, f"{settings.oidc_issuer}: {error}", todo)
        return
    yield Check("nơi cấp tài khoản", True, f"{settings.oidc_issuer} trả lời đúng")


def stamper(settings: Settings) -> Iterator[Check]:
    """Whether the authority's door opens and its certificate file is there; no stamp is asked for."""
    if not settings.tsa_url:
        return
    place = urlsplit(settings.tsa_url)
    where = (place.hostname or "", place.port or (443 if place.scheme == "https" else 80))
    fault = ""
    try:
        socket.create_connection(where, _SECONDS).close()
        if settings.tsa_ca_file:
            settings.tsa_ca_file.read_bytes()
    except OSError as error:
        fault = f"{error.filename or settings.tsa_url}: {error.strerror or error}"
    todo = "xem tsa_url, tsa_ca_file và đường mạng; việc nhắc không bị ảnh hưởng" if fault else ""
    yield Check("tổ chức cấp dấu thời gian", not fault, fault or f"{settings.tsa_url} mở được", todo)
