"""Canonical JSON: one way to write an entry down, so that equal entries have equal bytes and one hash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from unicodedata import is_normalized, normalize

import orjson


def canonical(value: Any) -> bytes:
    """`value` as RFC 8785 writes it: sorted keys, no spaces, UTF-8 (no floats are ever stored)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def canonical_composed(value: Any) -> bytes:
    """`value` in canonical form with every text in NFC.

    What is written is looked at whole first, for it is NFC nearly always: no sign of JSON between two texts can hide
    that one of them is not.
    """
    written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if written.isascii() or is_normalized("NFC", written.decode()):
        return written
    return canonical(composed(value))


def moment_words(at: datetime) -> str:
    """A moment as entries write it: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def composed(value: Any) -> Any:
    """`value` with every text in NFC: what looks the same in Vietnamese is then the same bytes, and has one hash."""
    match value:
        case str():
            return value if is_normalized("NFC", value) else normalize("NFC", value)
        case Mapping():
            return {composed(key): composed(item) for key, item in value.items()}
        case list() | tuple():
            return [composed(item) for item in value]
        case _:
            return value
