"""Evidence files, kept outside the web root under their SHA-256: taken only when they are what their name says."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

from models.file_types import TYPES, FileType, recognise

MOST_MEGABYTES = 20
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
LONGEST_NAME = 120
NAMELESS = "tep-khong-ten"
ALLOWED = ", ".join(kind.words for kind in TYPES)
ENDINGS = tuple(f".{ending}" for kind in TYPES for ending in kind.endings)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r'[<>:"|?*]')  # what Windows takes in no name
_LONGEST_ENDING = 10
_ADVICE = (
    ("doc docx docm dotm odt", "Xin lưu lại thành .docx không kèm macro và mật khẩu, hoặc .pdf"),
    ("xls xlsx xlsm xltm xlsb ods", "Xin lưu lại thành .xlsx không kèm macro và mật khẩu, hoặc .pdf"),
    ("heic heif avif webp gif bmp tif tiff", "Xin lưu ảnh thành JPG hoặc PNG"),
    ("zip rar 7z gz", "Xin giải nén rồi gửi từng tệp"),
    ("wav amr aac ogg 3gp wma", "Xin chuyển bản ghi âm thành .mp3 hoặc .m4a"),
    ("txt", "Xin lưu lại theo mã UTF-8"),
)
_OTHERWISE = "Xin lưu hoặc in ra PDF"


class FileNotKept(OSError):
    """A file the machine has no room or no leave for; nothing of it is left behind."""

    def __init__(self, name: str, error: OSError) -> None:
        found = _NO_ROOM.get(error.errno or 0, f"máy chủ không ghi được ({error.strerror})")
        super().__init__(
            f"Chưa lưu được tệp «{name}»: {found}. Chưa ghi nhận gì. Xin báo quản trị (dunghan doctor) rồi gửi lại."
        )


_NO_ROOM = {
    errno.ENOSPC: "đĩa của máy chủ đã đầy",
    errno.EDQUOT: "đĩa của máy chủ đã đầy",
    errno.EROFS: "đĩa của máy chủ chỉ đọc được",
}


class FileRefused(ValueError):
    """A file that is not taken: its name, what was found, what is taken, what to do."""

    def __init__(self, name: str, found: str, advice: str) -> None:
        super().__init__(
            f"Không nhận tệp «{name}»: {found}. Nhận: {ALLOWED}; mỗi tệp không quá {MOST_MEGABYTES} MB. "
            f"{advice} rồi gửi lại."
        )


class FileMissing(LookupError):
    """A file that is not in the store."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"Kho minh chứng không có tệp mang mã {sha256[:64]!r}. Xin khôi phục từ bản sao lưu.")


class FileDamaged(ValueError):
    """A stored file that is no longer what was kept."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            f"Tệp minh chứng mang mã {sha256} trong kho không còn đúng như khi nhận. "
            "Xin giữ nguyên hiện trạng, báo người quản trị và khôi phục từ bản sao lưu."
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store, under the name it came with."""

    sha256: str
    name: str
    media_type: str
    size: int


def keep_file(folder: Path, name: str, content: bytes) -> Kept:
    """Keep `content` in `folder`, once however often it comes. Raises FileRefused, FileNotKept."""
    kept = examine_file(name, content)
    path = place_of(folder, kept.sha256)
    try:
        if not _holds(path, content):
            _write(path, content)
    except OSError as error:
        raise FileNotKept(kept.name, error) from error
    return kept


def examine_file(name: str, content: bytes) -> Kept:
    """What keeping `content` will record; nothing is written. Raises FileRefused."""
    shown = clean_name(name)
    kind = _checked_type(shown, content)
    return Kept(hashlib.sha256(content).hexdigest(), shown, kind.media_type, len(content))


def read_file(folder: Path, sha256: str) -> bytes:
    """The file kept as `sha256`, byte for byte. Raises FileMissing, FileDamaged."""
    if not _SHA256.fullmatch(sha256):  # a path is made of nothing else
        raise FileMissing(sha256)
    try:
        with place_of(folder, sha256).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FileMissing(sha256) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileDamaged(sha256)
    return content


def clean_name(name: str) -> str:
    """`name` without folders, on one line, in NFC, with nothing unseen in it and at most LONGEST_NAME characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in last)
    bare = " ".join(_UNSAFE.sub("_", seen).split()).strip(". ")
    if len(bare) > LONGEST_NAME:
        ending = PurePosixPath(bare).suffix
        kept = ending if len(ending) <= _LONGEST_ENDING else ""
        bare = bare[: LONGEST_NAME - len(kept)].rstrip(". ") + kept
    return bare or NAMELESS


def _checked_type(name: str, content: bytes) -> FileType:
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    if not content:
        raise FileRefused(name, "tệp rỗng", "Xin chọn lại tệp")
    if len(content) > MOST_BYTES:
        raise FileRefused(name, f"lớn {_megabytes(content)} MB", "Xin chia nhỏ hoặc giảm cỡ ảnh, bản quét")
    found = recognise(content)
    if isinstance(found, str):
        raise FileRefused(name, f"nội dung là {found}", _advice(ending))
    if ending not in found.endings:
        right = " hoặc ".join(f".{each}" for each in found.endings)
        had = f"tên có đuôi .{ending}" if ending else "tên không có đuôi"
        raise FileRefused(name, f"nội dung là {found.words} nhưng {had}", f"Xin đổi đuôi tên thành {right}")
    return found


def _advice(ending: str) -> str:
    return next((advice for endings, advice in _ADVICE if ending in endings.split()), _OTHERWISE)


def _megabytes(content: bytes) -> str:
    return f"{len(content) / 1024 / 1024:.1f}".replace(".", ",")


def place_of(folder: Path, sha256: str) -> Path:
    """Where a file is kept in `folder`."""
    return folder / sha256[:2] / sha256


def is_whole(file: Path) -> bool:
    """Whether a kept file, however large, is what its name says."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.name


def _holds(path: Path, content: bytes) -> bool:
    """Whether `path` is whole; a damaged one is written again by the next who brings the same file."""
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all, readable by the owner alone; safe on disk before this returns."""
    path.parents[1].mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".dang-ghi-", delete=False) as file:  # its mode is 0600
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    for folder in path.parents[:2]:
        settle(folder)


def settle(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
