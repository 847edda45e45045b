"""An office file sealed: the same parts give the same bytes, whatever the day, the machine or its zip library."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_CONTENTS = "[Content_Types].xml"  # readers look for it first
_NO_DAY = (1980, 1, 1, 0, 0, 0)


def sealed(package: bytes) -> bytes:
    """`package` (DOCX or XLSX) zipped again: parts in one order, no day, no compression.

    Stored, not deflated: two zlibs compress the same text to different bytes, and a report made again years
    later on another machine must still equal the one whose hash was recorded.
    """
    made = BytesIO()
    with ZipFile(BytesIO(package)) as old, ZipFile(made, "w", ZIP_STORED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != _CONTENTS, name)):
            new.writestr(_entry(name), old.read(name))
    return made.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _NO_DAY)
    entry.create_system = 3  # else it names the machine that made the file
    return entry
