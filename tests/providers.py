"""An identity provider on loopback for tests: a real OpenID Connect server with real keys, and ways to turn bad."""

from __future__ import annotations

import base64
import hashlib
import json
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from serving import Serving

CLIENT_ID, SECRET = "dunghan nhu quynh", "m4t-kh4u: cua cac trang"
KEYS = KeySet(
    [
        RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
        ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}),
        OKPKey.generate_key("Ed25519", {"kid": "ed", "use": "sig"}),
    ]
)
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})  # another's key under the name of ours
Claims = dict[str, Any]
Token = Callable[[Claims], str]


def signed(alg: str = "RS256", kid: str = "rsa", key: Any = None) -> Token:
    """What signs claims as the provider does."""

    def sign(claims: Claims) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # EdDSA's name is deprecated, and it is what providers write
            return jwt.encode({"alg": alg, "kid": kid}, claims, key or KEYS.get_by_kid(kid), algorithms=[alg])

    return sign


def signed_words(words: bytes) -> str:
    """Whatever `words`, signed by the provider's RSA key."""
    return jws.serialize_compact({"alg": "RS256", "kid": "rsa"}, words, KEYS)


def by_hand(header: Claims, claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    """A token no library would make."""
    parts = [_b64(json.dumps(part).encode()) for part in (header, claims)]
    return ".".join([*parts, _b64(sign(".".join(parts).encode()))])


def _b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the provider."""

    server: Idp

    def do_GET(self) -> None:
        self.server.answer(self, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.answer(self, {name: values[0] for name, values in parse_qs(body).items()})

    def say(self, status: int, document: object, **headers: str) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return None


Page = Callable[[Handler, dict[str, str]], None]


class Idp(Serving, ThreadingHTTPServer):
    """The provider: signs in whoever `email` names, keeps what it was asked, and plays each part as `pages` says."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, now: Callable[[], datetime], email: str, secret: str = SECRET) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.now, self.email, self.secret = now, email, secret
        self.claims: Claims = {}  # said instead of the true ones; None: left out
        self.sign: Token = signed()
        self.discovery: Claims = {}
        self.keys: Any = KEYS.as_dict()
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.pages: dict[str, Page] = {
            "/.well-known/openid-configuration": self._discover, "/vao": self._authorize,
            "/ve": self._redeem, "/khoa": lambda handler, _: handler.say(200, self.keys),
        }  # fmt: skip

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.server_address[1]}"

    def answer(self, handler: Handler, form: dict[str, str]) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        self.pages[path](handler, form)

    def handle_error(self, *_: object) -> None:
        return None  # a visitor who leaves early is no fault of the server

    def _discover(self, handler: Handler, _: dict[str, str]) -> None:
        addresses = {"authorization_endpoint": "/vao", "token_endpoint": "/ve", "jwks_uri": "/khoa"}
        said = {"issuer": self.issuer, **{name: self.issuer + path for name, path in addresses.items()}}
        handler.say(200, said | self.discovery)

    def _authorize(self, handler: Handler, _: dict[str, str]) -> None:
        """Sign in at once and send the browser back, as a provider does whose session is open."""
        handler.say(303, {}, Location=self.code_for(handler.path))

    def code_for(self, address: str) -> str:
        """Where the browser is sent back to after `address`, with a code for what was asked there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = f"ma-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def _redeem(self, handler: Handler, form: dict[str, str]) -> None:
        """One ID token for one code, for who proves to have asked for it."""
        if not self._knows(handler, form):
            return handler.say(401, {"error": "invalid_client"})
        asked = self.codes.pop(form.get("code", ""), None)
        proof = _b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or proof != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return handler.say(400, {"error": "invalid_grant", "error_description": form.get("code")})
        said = {"access_token": "khong-dung", "token_type": "Bearer", "id_token": self.sign(self._claims(asked))}
        return handler.say(200, said)

    def _knows(self, handler: Handler, form: dict[str, str]) -> bool:
        if not self.secret or self.discovery.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret", "")) == (CLIENT_ID, self.secret)
        account = base64.b64decode(handler.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        return [unquote(part) for part in account.split(":")] == [CLIENT_ID, self.secret] and quote(SECRET) != SECRET

    def _claims(self, asked: dict[str, str]) -> Claims:
        now = int(self.now().timestamp())
        true = {
            "iss": self.issuer, "sub": "cong-chuc-1", "aud": CLIENT_ID, "nonce": asked["nonce"],
            "iat": now, "exp": now + int(timedelta(minutes=5).total_seconds()),
            "email": self.email, "email_verified": True,
        }  # fmt: skip
        return {name: value for name, value in (true | self.claims).items() if value is not None}


def silent(handler: Handler, _: dict[str, str]) -> None:
    handler.server.closing.wait(5)


def dripping(handler: Handler, _: dict[str, str]) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b" ")


def five_megabytes(handler: Handler, _: dict[str, str]) -> None:
    handler.say(200, {"keys": "a" * 5_000_000})


def broken(handler: Handler, _: dict[str, str]) -> None:
    handler.send_error(500)


def nonsense(handler: Handler, _: dict[str, str]) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"[" * 200_000)


def elsewhere(address: str) -> Page:
    return lambda handler, _: handler.say(302, {}, Location=address)


def hang_up(handler: Handler, _: dict[str, str]) -> None:
    handler.connection.close()
