"""What the value of a setting may be: lists as a person writes them, hosts, mail addresses, guarded web addresses."""

from __future__ import annotations

import json
import re
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

# «name», «name:port» or «[IPv6]:port»; no scheme, path, account or wildcard.
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s/\\:@?#*%\[\]]+)(:\d{1,5})?")
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_WEB = re.compile(r"https?://[^\s/?#@]+(/\S*)?")


def _split(value: object) -> object:
    """A person writes «a.example, b.example:8080»; a JSON list is read too."""
    return _listed(value) if isinstance(value, str) else value


def _listed(text: str) -> list[object]:
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    return values if isinstance(values, list) else [part.strip() for part in text.split(",") if part.strip()]


def _refuse_what_is_no_host(hosts: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := next((host for host in hosts if not _HOST.fullmatch(host)), None):
        raise ValueError(f"«{wrong}» không phải tên máy chủ; viết như cong.example hoặc cong.example:8080")
    return hosts


def _refuse_what_is_no_address(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := next((one for one in addresses if not _ADDRESS.fullmatch(one)), None):
        raise ValueError(f"«{wrong}» không phải địa chỉ thư; viết như kiem-tra@tinh.example")
    return tuple(dict.fromkeys(addresses))


def _refuse_what_is_no_web_address(url: str) -> str:
    if url and not _WEB.fullmatch(url):
        raise ValueError("không phải địa chỉ http hoặc https; viết như https://dau-thoi-gian.example/tsr")
    return url


def _refuse_an_open_way(issuer: str) -> str:
    if issuer and (not is_guarded(issuer) or "?" in issuer):
        raise ValueError("cần là địa chỉ https://, không kèm tài khoản, «?» hay «#»; http:// chỉ dùng trên máy này")
    return issuer


Seconds = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_refuse_what_is_no_host)]
Addresses = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_refuse_what_is_no_address)]
WebAddress = Annotated[str, AfterValidator(_refuse_what_is_no_web_address)]
GuardedAddress = Annotated[str, AfterValidator(_refuse_an_open_way)]


def is_guarded(address: str) -> bool:
    """Whether nobody on the way reads what goes to the web address: https, or this very machine."""
    try:
        parts = urlsplit(address)
        host, bare = parts.hostname or "", parts.username is None and "#" not in address
    except ValueError:
        return False
    return bool(host) and bare and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
