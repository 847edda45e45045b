"""The key that signs the heads of the chain (Ed25519): made once, in a file only the program may read."""

from __future__ import annotations

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.office_key import kept_key
from models.settings import Settings, SettingsError


class HeadKey:
    """A key pair made of 32 secret bytes, and how others name it."""

    def __init__(self, secret: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._private.public_key().public_bytes_raw().hex()
        self.key_id = key_id_of(self.public)

    def sign(self, message: bytes) -> str:
        """The signature of `message`, in hex."""
        return self._private.sign(message).hex()


def key_id_of(public: str) -> str:
    """The short name of a public key: the first 16 digits of its SHA-256."""
    return sha256(bytes.fromhex(public)).hexdigest()[:16]


def signature_holds(public: str, message: bytes, signature: str) -> bool:
    """Whether `signature` is that of `message` by the holder of `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def head_key(settings: Settings) -> HeadKey:
    """The key in `head_key_file`, made in the state folder when none is configured. Raises SettingsError.

    Whoever reads this file can sign a made-up chain: it protects against somebody who holds only the database.
    """
    file = settings.head_key_file
    try:
        return HeadKey(bytes.fromhex(kept_key(file, settings.state_dir / "head.key").decode()))
    except ValueError:
        raise SettingsError(f"khóa {file or 'head.key'} không phải 64 chữ số thập lục phân.") from None
