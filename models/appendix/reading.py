"""One document read where it is: its kind known by its content, its blocks from the reader of that kind."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from pathlib import Path
from zipfile import BadZipFile

from models.appendix.bounds import MOST_BYTES, NotRead, check_blocks
from models.appendix.document import DocumentKind, Paragraph, SignedDocument, Table
from models.appendix.package import look_through
from models.appendix.plain import decoded, read_plain
from models.appendix.words import tidy
from models.file_types import FileType, recognise
from models.office_words import explain_opening, one_line

_BROKEN = (  # what parsers raise on a file that is not what it says
    ArithmeticError, AssertionError, AttributeError, BadZipFile, EOFError, LookupError, NotImplementedError, OSError,
    RecursionError, SyntaxError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
_READ = "đọc được: Word .docx, Excel .xlsx, PDF có chữ, chữ thuần .txt; .doc, .xls, .rtf nếu máy có LibreOffice."
_MARKUP = re.compile(r"\s*<(!doctype|html|svg|\?xml)", re.IGNORECASE)
_PICTURE = "hãy xin cơ quan ban hành tệp DOCX hoặc XLSX, hoặc nhận dạng chữ (OCR) rồi soát lại bằng mắt."
_HINTS = {
    "ảnh": _PICTURE,
    "loại ảnh": _PICTURE,
    "văn bản .odt": "hãy mở bằng LibreOffice rồi lưu lại thành .docx.",
    "bảng tính .ods": "hãy mở bằng LibreOffice rồi lưu lại thành .xlsx.",
    "trang web": "hãy mở bằng Word rồi lưu lại thành .docx.",
}


def read_signed(path: Path) -> bytes:
    """The file's bytes, no more of them than a signed plan has. Raises NotRead."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotRead(explain_opening(error)) from error
    if not raw:
        raise NotRead(f"tệp rỗng; {_READ}")
    if len(raw) > MOST_BYTES:
        raise NotRead(f"tệp lớn hơn {MOST_BYTES // 1_000_000} MB; hãy giữ lại riêng kế hoạch và phụ lục của nó.")
    return raw


def name_of(path: Path) -> str:
    """The file's name as it can be stored: a byte that is no letter, from an old archive, is «?»."""
    return tidy(path.name.encode("utf-8", "replace").decode())


def read_document(path: Path) -> SignedDocument:
    """The document in `path`. Raises NotRead."""
    raw = read_signed(path)
    try:
        kind, blocks, remarks = _read(raw)
    except NotRead:
        raise
    except _BROKEN as fault:
        detail = one_line(f"{type(fault).__name__}: {fault}"[:200])
        raise NotRead(f"tệp hỏng hoặc bị cắt cụt; hãy chép lại tệp từ nơi phát hành ({detail}).") from fault
    check_blocks(blocks)
    return SignedDocument(name_of(path), hashlib.sha256(raw).hexdigest(), kind, blocks, remarks)


def _read(raw: bytes) -> tuple[DocumentKind, tuple[Paragraph | Table, ...], tuple[str, ...]]:
    """The kind of `raw` and what it holds; the libraries of a kind are loaded only for it."""
    if raw.startswith(b"PK"):
        return _read_package(raw)
    if raw[:64].lstrip().startswith(b"%PDF-"):
        from models.appendix.printed import read_printed

        return "pdf", *read_printed(raw)
    found = decoded(raw)
    if found is None or _MARKUP.match(found[0]):
        raise NotRead(_refusal(raw))
    text, remarks = found
    return "text", read_plain(text), remarks


def _read_package(raw: bytes) -> tuple[DocumentKind, tuple[Paragraph | Table, ...], tuple[str, ...]]:
    contents = look_through(raw)
    match contents.kind:
        case "docx":
            from models.appendix.word import read_word

            blocks, remarks = read_word(raw)
        case "xlsx":
            from models.appendix.sheet import read_sheets

            blocks, remarks = read_sheets(raw)
        case None:
            raise NotRead(_refusal(raw))
    return contents.kind, blocks, (*contents.remarks(), *remarks)


def _refusal(raw: bytes) -> str:
    """What the file is, and what to do about it."""
    found = recognise(raw)
    words = found.words if isinstance(found, FileType) else found
    hint = next((hint for start, hint in _HINTS.items() if words.startswith(start)), "")
    return f"tệp này là {words}; {hint or _READ}"
