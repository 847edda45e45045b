"""What a time-stamping authority answers (RFC 3161), checked: granted, for our question, signed by whom we trust."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from rfc3161_client import (
    PKIStatus,
    TimeStampRequest,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

# The library's words for what an office may meet, in ours; other words are quoted.
_SAID = {
    "Nonce mismatch": "dấu trả lời một câu hỏi khác (số nonce không khớp)",
    "Mismatch between messages": "dấu của nội dung khác",
    "Error while verifying certificates": "chữ ký hoặc chứng thư của dấu không tin được theo tsa_ca_file",
}
_NOT_READ = (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension, UnsupportedAlgorithm)
_CERTIFICATES = 0xA0  # their tag inside SignedData


class StampRefused(Exception):
    """No stamp; the message says why, in words that fit after a colon."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A token that holds, and the moment it names."""

    token: bytes
    moment: datetime


def read_authorities(file: Path | None) -> list[x509.Certificate]:
    """The certificates stamps are checked against. Raises StampRefused when there are none to read."""
    try:
        return list(dict.fromkeys(x509.load_pem_x509_certificates(file.read_bytes() if file else b"")))
    except (OSError, ValueError):
        raise StampRefused(f"không đọc được chứng thư trong tsa_ca_file ({file})") from None


def checked_stamp(answer: bytes, request: TimeStampRequest, digest: bytes, trusted: list[x509.Certificate]) -> Stamp:
    """The stamp in `answer` on `digest`. Raises StampRefused when any of it does not hold."""
    try:
        response = decode_timestamp_response(in_order(answer))
        if response.status != PKIStatus.GRANTED:
            raise StampRefused(_refusal(response))
        VerifierBuilder(roots=trusted, nonce=request.nonce).build().verify(response, digest)
        stamped, asked = response.tst_info.message_imprint, request.message_imprint
        if stamped.hash_algorithm != asked.hash_algorithm:
            raise StampRefused(_SAID["Mismatch between messages"])
        return Stamp(response.time_stamp_token(), response.tst_info.gen_time)
    except VerificationError as error:
        raise StampRefused(_words(str(error))) from None
    except _NOT_READ:
        raise StampRefused("câu trả lời không đọc được theo RFC 3161") from None


def _refusal(response: TimeStampResponse) -> str:
    said = " ".join(" ".join(response.status_string).split())[:200]
    return f"nơi cấp dấu từ chối (mã {response.status})" + (f": «{said}»" if said else "")


def _words(error: str) -> str:
    return next((said for begins, said in _SAID.items() if error.startswith(begins)), f"dấu không đúng: «{error}»")


def in_order(answer: bytes) -> bytes:
    """`answer` with its certificates in the order DER asks for.

    OpenSSL and others send them as they come, which the library refuses to read. No signature covers them, and only
    whole ones change places, so every length stays what it was.
    """
    try:
        token = _parts(answer, 0)[1]
        signed = _parts(answer, _parts(answer, token)[1])[0]
        place = next(at for at in _parts(answer, signed) if answer[at] == _CERTIFICATES)
        begin, end = _inside(answer, place)
        bounds = [*_parts(answer, place), end]
        certificates = sorted(answer[at:after] for at, after in pairwise(bounds))
    except (IndexError, StopIteration):
        return answer
    return answer[:begin] + b"".join(certificates) + answer[end:]


def _parts(der: bytes, whole: int) -> list[int]:
    """Where each part of the value at `whole` begins."""
    at, end = _inside(der, whole)
    found = []
    while at < end:
        found.append(at)
        at = _inside(der, at)[1]
    return found


def _inside(der: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the value at `at` begin and end."""
    length, begin = der[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, begin = int.from_bytes(der[begin : begin + size]), begin + size
    return begin, begin + length
