"""Whom an identity provider vouches for: its signed ID token judged, and nothing believed that does not hold."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, InvalidKeyIdError, MissingKeyError, SecurityWarning
from joserfc.errors import UnsupportedAlgorithmError as NotOurAlgorithm
from joserfc.jwk import GuestProtocol, KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from models.office_words import EMAIL
from models.sign_ins import SignInRefused

# Each signs with a key pair: neither «none», nor a secret that whoever knows the public key could take for shared.
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_LEEWAY = 60  # seconds the provider's clock may be off
_LONGEST = 254
_UNSIGNED: tuple[tuple[type[Exception], str], ...] = (
    (BadSignatureError, "chữ ký không đúng"),
    (InvalidKeyIdError, "không có khóa đã ký"),
    (MissingKeyError, "không có khóa đã ký"),
    (NotOurAlgorithm, "cách ký không được chấp nhận"),
)
_WRONG = {
    "iss": "không do nơi đã khai cấp",
    "aud": "cấp cho hệ thống khác",
    "exp": "đã hết hạn hoặc không ghi hạn",
    "iat": "thời điểm cấp không đúng",
    "nbf": "chưa tới lúc có hiệu lực",
    "nonce": "thuộc về lượt đăng nhập khác",
}


class ProviderFailed(SignInRefused):
    """What the provider said, or did not say, lets nobody in; no code, secret or token is in these words."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be the answer to one sign-in."""

    issuer: str
    client_id: str
    nonce: str


def vouched_email(token: object, keys: object, expected: Expected, now: datetime) -> str:
    """The address the token vouches for, signed by one of `keys` (a JWKS). Raises ProviderFailed."""
    claims = _signed_claims(token, keys)
    _check(claims, expected, now)
    return _email(claims)


def _signed_claims(token: object, keys: object) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)

    def named(guest: GuestProtocol) -> KeySet:
        """The keys with the token's key id alone: a key of the set that we could not read harms nobody."""
        kid, known = guest.headers().get("kid"), keys["keys"]  # type: ignore[index]
        return KeySet.import_key_set({"keys": [key for key in known if kid is None or key.get("kid") == kid]})

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SecurityWarning)  # a key too short to trust
            warnings.filterwarnings("ignore", "EdDSA is deprecated")  # its name is, by RFC 9864
            return jwt.decode(token, named, registry=registry).claims  # type: ignore[arg-type]
    except Exception as error:  # whatever a stranger's token or key trips over makes it no token
        raise _unusable(next((why for kind, why in _UNSIGNED if isinstance(error, kind)), "không đọc được")) from error


def _check(claims: dict[str, Any], expected: Expected, now: datetime) -> None:
    registry = JWTClaimsRegistry(
        int(now.timestamp()),
        _LEEWAY,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        nonce={"essential": True, "value": expected.nonce},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(claims)
    except ClaimError as error:
        raise _unusable(_WRONG.get(error.claim, "thiếu thông tin cần có")) from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", "" if several else expected.client_id) != expected.client_id:
        raise _unusable(_WRONG["aud"])


def _email(claims: dict[str, Any]) -> str:
    email = claims.get("email")
    if not isinstance(email, str) or len(email) > _LONGEST or not re.fullmatch(EMAIL, email):
        raise _unusable("không có địa chỉ thư điện tử")
    if claims.get("email_verified") is not True:
        raise _unusable("địa chỉ thư chưa được nơi cấp tài khoản xác minh")
    return email


def _unusable(why: str) -> ProviderFailed:
    return ProviderFailed(f"Lời xác nhận không dùng được: {why}. Xin đăng nhập lại từ đầu, hoặc xin liên kết qua thư.")
