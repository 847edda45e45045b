"""The front door: a signed plan's file of any kind opened into a SignedDocument, or refused in one sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from models.appendix.apart import read_apart
from models.appendix.bounds import NotRead
from models.appendix.document import SignedDocument
from models.appendix.old_word import made_new, newer_ending
from models.appendix.reading import name_of, read_document, read_signed
from models.office_file import Fault, OfficeFileError

Read = Callable[[Path], SignedDocument]


def open_document(path: Path) -> SignedDocument:
    """The document in `path`, read in a process of its own. Raises OfficeFileError."""
    return _opened(path, read_apart)


def read_here(path: Path) -> SignedDocument:
    """The document in `path`, read in this process: for files of our own making. Raises OfficeFileError."""
    return _opened(path, read_document)


def _opened(path: Path, read: Read) -> SignedDocument:
    try:
        raw = read_signed(path)
        ending = newer_ending(raw)
        return _converted(path, raw, ending, read) if ending else read(path)
    except NotRead as fault:
        raise OfficeFileError([Fault(str(path), None, "", str(fault))]) from fault


def _converted(path: Path, raw: bytes, ending: str, read: Read) -> SignedDocument:
    """A file of an old kind, read from the newer form LibreOffice makes of it."""
    with made_new(raw, ending) as newer:
        document = read(newer)
    remark = f"tệp đời cũ, đã chuyển sang .{ending} bằng LibreOffice để đọc; hãy so số dòng với bản gốc."
    digest = hashlib.sha256(raw).hexdigest()
    return replace(document, name=name_of(path), sha256=digest, remarks=(remark, *document.remarks))
