"""What a file really is: told by its first bytes and, for an Office package, by a bounded look at its directory."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_ENTRIES = 2_000
MOST_DIRECTORY_BYTES = 512 * 1024
MOST_UNPACKED_BYTES = 200_000_000
_MOST_TYPES_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that is taken, in words, with the endings its name may have."""

    words: str
    endings: tuple[str, ...]
    media_type: str


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
PDF = FileType("PDF", ("pdf",), "application/pdf")
JPG = FileType("ảnh JPG", ("jpg", "jpeg"), "image/jpeg")
PNG = FileType("ảnh PNG", ("png",), "image/png")
DOCX = FileType("Word .docx", ("docx",), f"{_OOXML}wordprocessingml.document")
XLSX = FileType("Excel .xlsx", ("xlsx",), f"{_OOXML}spreadsheetml.sheet")
ODT = FileType("văn bản .odt", ("odt",), f"{_ODF}text")
ODS = FileType("bảng tính .ods", ("ods",), f"{_ODF}spreadsheet")
TXT = FileType("chữ thuần .txt (UTF-8)", ("txt",), "text/plain")
MP3 = FileType("ghi âm .mp3", ("mp3",), "audio/mpeg")
M4A = FileType("ghi âm .m4a", ("m4a",), "audio/mp4")
TYPES = (PDF, JPG, PNG, DOCX, XLSX, ODT, ODS, TXT, MP3, M4A)

_PACKAGES = {f"{kind.media_type}.main+xml": kind for kind in (DOCX, XLSX)} | {
    kind.media_type: kind for kind in (ODT, ODS)
}
_SIGNATURES: tuple[tuple[re.Pattern[bytes], FileType | str], ...] = (
    (re.compile(rb"%PDF-"), PDF),
    (re.compile(rb"\xff\xd8\xff"), JPG),
    (re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR", re.DOTALL), PNG),
    (re.compile(rb".{4}ftyp(M4A |M4B |mp4[12]|isom|iso2)", re.DOTALL), M4A),
    (re.compile(rb".{4}ftyp(heic|heix|mif1|avif)", re.DOTALL), "ảnh HEIC hoặc AVIF"),
    (re.compile(rb"GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP", re.DOTALL), "loại ảnh khác JPG và PNG"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "tài liệu Office đời cũ hoặc có mật khẩu"),
    (re.compile(rb"MZ(?=.{0,62}\0)|\x7fELF|#!", re.DOTALL), "chương trình máy tính"),
    (re.compile(rb"Rar!\x1a|7z\xbc\xaf|\x1f\x8b"), "tệp nén"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|svg|script|\?xml)", re.IGNORECASE), "trang web hoặc tệp XML"),
    (re.compile(rb"\{\\rtf"), "tài liệu RTF"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "chữ không theo mã UTF-8"),
)
_MP3_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")  # MPEG 1, 2 or 2.5, layer III
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ZIP_END = struct.Struct("<4s4H2LH")
_UNREADABLE = "tệp nén hoặc tài liệu Office không đọc được"
_BROKEN = (  # what zipfile and expat raise on a hostile package
    BadZipFile, NotImplementedError, RuntimeError, ValueError, LookupError, OSError, EOFError, OverflowError,
    struct.error, zlib.error, expat.ExpatError,
)  # fmt: skip


def recognise(content: bytes) -> FileType | str:
    """The type `content` really has, or in words why it is none of those taken."""
    if content.startswith((b"PK\3\4", b"PK\5\6")):
        return _package(content)
    found = _by_signature(content)
    if isinstance(found, FileType) and _ends_as_zip(content):
        return f"{found.words} có gắn thêm một tệp nén"
    return found


def _by_signature(content: bytes) -> FileType | str:
    for signature, found in _SIGNATURES:
        if signature.match(content):
            return found
    if _is_mp3(content):
        return MP3
    return TXT if _is_text(content) else "loại tệp không nhận ra"


def _is_text(content: bytes) -> bool:
    if _NOT_TEXT.search(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mp3(content: bytes) -> bool:
    """Whether sound follows at once, or within a kilobyte of padding after the ID3 tag, whose size has 4 × 7 bits."""
    if not content.startswith(b"ID3"):
        return bool(_MP3_FRAME.match(content))
    a, b, c, d = content[6:10].ljust(4, b"\0")
    sound = 10 + (a << 21 | b << 14 | c << 7 | d)
    return max(a, b, c, d) < 0x80 and bool(_MP3_FRAME.search(content, sound, sound + 1024))


def _ends_as_zip(content: bytes) -> bool:
    tail = content[-(_ZIP_END.size + 0xFFFF) :]
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _ZIP_END.size > len(tail):
        return False
    comment: int = _ZIP_END.unpack_from(tail, at)[-1]
    return at + _ZIP_END.size + comment == len(tail)


def _package(content: bytes) -> FileType | str:
    if not is_whole_small_zip(content):
        return _UNREADABLE
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _refused(archive.infolist()) or _main_type(archive)
    except _BROKEN:
        return _UNREADABLE


def is_whole_small_zip(content: bytes) -> bool:
    """Whether the archive is the whole file, nothing before or after it, with a directory small enough to read."""
    start = len(content) - _ZIP_END.size
    if start < 0 or content[start - 20 : start].startswith(b"PK\6\7"):  # zip64 names its sizes elsewhere
        return False
    mark, _, _, _, entries, size, offset, comment = _ZIP_END.unpack_from(content, start)
    bounded = 0 < entries <= MOST_ENTRIES and size <= MOST_DIRECTORY_BYTES
    return mark == b"PK\5\6" and not comment and bounded and offset + size == start


def _refused(entries: list[ZipInfo]) -> str:
    """Why these entries are not taken; «»: nothing against them."""
    if any(entry.flag_bits & 1 for entry in entries):
        return "tệp có mật khẩu"
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        return _UNREADABLE
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        return "tệp nén phình quá lớn khi mở"
    names = [entry.filename.lower() for entry in entries]
    if any("vbaproject" in name or name.startswith(("basic/", "scripts/")) for name in names):
        return "tài liệu có macro"
    return ""


def _main_type(archive: ZipFile) -> FileType | str:
    """What the package says it is: OOXML by its content types, ODF by its first entry."""
    names = archive.namelist()
    if names[0] == "mimetype":
        said = {_peek(archive, "mimetype").decode("ascii").strip()}
    elif {"[Content_Types].xml", "_rels/.rels"} <= set(names):
        said = _content_types(_peek(archive, "[Content_Types].xml"))
    else:
        return "tệp nén"
    if any("macro" in kind.lower() or "vbaproject" in kind.lower() for kind in said):
        return "tài liệu có macro"
    found = [_PACKAGES[kind] for kind in said if kind in _PACKAGES]
    return found[0] if len(found) == 1 else "loại tài liệu khác Word, Excel và OpenDocument"


def _peek(archive: ZipFile, name: str) -> bytes:
    """The small entry `name`; one that unpacks to more is not read on."""
    with archive.open(name) as entry:
        content = entry.read(_MOST_TYPES_BYTES + 1)
    if len(content) > _MOST_TYPES_BYTES:
        raise ValueError(name)
    return content


def _content_types(xml: bytes) -> set[str]:
    """The types a package lists. Raises ExpatError or ValueError."""
    found: set[str] = set()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = lambda _, attributes: found.add(attributes.get("ContentType", ""))
    parser.Parse(xml, True)
    return found


def _no_doctype(*_: object) -> None:
    raise ValueError("doctype")
