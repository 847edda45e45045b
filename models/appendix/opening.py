"""The front door: a signed plan's file of any kind, known by its content, opened into a SignedDocument or refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.appendix.bounds import MOST_BYTES, NotRead
from models.appendix.document import DocumentKind, Paragraph, SignedDocument, Table
from models.office_file import Fault, OfficeFileError
from models.office_words import explain_opening

Read = tuple[tuple[Paragraph | Table, ...], tuple[str, ...]]


def open_document(path: Path) -> SignedDocument:
    """The document in `path`. Raises OfficeFileError."""
    return read_here(path)


def read_here(path: Path) -> SignedDocument:
    """The document in `path`, read in this process. Raises OfficeFileError."""
    raw = read_signed(path)
    try:
        kind = kind_of(raw)
        blocks, remarks = _read(kind, raw)
    except NotRead as fault:
        raise OfficeFileError([Fault(str(path), None, "", str(fault))]) from None
    return SignedDocument(path.name, hashlib.sha256(raw).hexdigest(), kind, blocks, remarks)


def read_signed(path: Path) -> bytes:
    """The file's bytes, no more of them than a signed plan has. Raises OfficeFileError."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise OfficeFileError([Fault(str(path), None, "", explain_opening(error))]) from None
    return raw


def kind_of(raw: bytes) -> DocumentKind:
    """What `raw` is, by its content. Raises NotRead."""
    if raw.startswith(b"PK\3\4"):
        return "xlsx" if b"xl/workbook.xml" in raw else "docx"
    return "text"


def _read(kind: DocumentKind, raw: bytes) -> Read:
    """What `raw` holds; the libraries of a kind are loaded only for it."""
    match kind:
        case "docx":
            from models.appendix.word import read_word

            return read_word(raw)
        case "xlsx":
            from models.appendix.sheet import read_sheets

            return read_sheets(raw)
        case _:
            from models.appendix.plain import read_plain

            return read_plain(raw.decode("utf-8-sig")), ()
