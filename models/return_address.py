"""The envelope sender of each digest, an address of its own, so that what comes back names its mail (VERP)."""

from __future__ import annotations

import hashlib
import hmac
import re

_MARK = 12  # hexadecimal digits: enough that nobody guesses one, short enough for a local part of 64
_OURS = re.compile(r"[^@+\s]+\+(?P<digest>[1-9][0-9]{0,17})\.(?P<mark>[0-9a-f]{12})@[^@\s]+", re.IGNORECASE)


def return_address(mail_from: str, digest_id: int, key: bytes) -> str:
    """«nhacviec+81.0c4f…@xa.example»: the sender's mailbox, the digest, and a mark nobody else can make."""
    local, _, domain = mail_from.partition("@")
    return f"{local}+{digest_id}.{_mark(digest_id, key)}@{domain}"


def digest_of(address: str, key: bytes) -> int | None:
    """The digest whose envelope sender `address` is; None when it is none of ours."""
    found = _OURS.fullmatch(address.strip().strip("<>"))
    if found is None:
        return None
    digest = int(found["digest"])
    return digest if hmac.compare_digest(found["mark"].lower(), _mark(digest, key)) else None


def _mark(digest_id: int, key: bytes) -> str:
    return hmac.new(key, f"thu-{digest_id}".encode(), hashlib.sha256).hexdigest()[:_MARK]
