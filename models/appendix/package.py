"""An Office package looked through before it is opened: no bomb, no DTD, no more rows than an appendix has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import Literal
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from models.appendix.bounds import (
    MOST_DEPTH,
    MOST_ELEMENTS,
    MOST_MERGED,
    MOST_UNPACKED_BYTES,
    NotRead,
    check_count,
    check_size,
)
from models.file_types import is_whole_small_zip

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROW, _CELL = f"{_WORD} tr", f"{_WORD} tc"
_SHEET_ROW, _VALUES = f"{_SHEET} row", (f"{_SHEET} v", f"{_SHEET} is")
_MERGED = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_MOST_RATIO, _SMALL = 500, 1_000_000
_CHUNK = 65_536
_DOCTYPE = "có khai báo DOCTYPE trong phần {part}, tài liệu Office thật không có; không đọc."


@dataclass(slots=True)
class Contents:
    """What a package was found to hold."""

    types: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    names: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["docx", "xlsx"] | None:
        """Word, Excel or neither, by the content type of its main part."""
        main = " ".join(said for said in self.types if said.endswith("main+xml"))
        if "word" in main:
            return "docx"
        return "xlsx" if "excel" in main or "spreadsheet" in main else None

    def remarks(self) -> Iterator[str]:
        """What a reader should know of the package: nothing in it was run or fetched."""
        if any("vbaproject" in name.lower() for name in self.names) or any("macro" in said for said in self.types):
            yield "tài liệu có macro: chỉ đọc chữ, macro không được chạy."
        if self.counts["external"]:
            yield f"có {self.counts['external']} liên kết ra ngoài tệp (hình, mẫu); không tải gì về."


def look_through(raw: bytes) -> Contents:
    """What the package `raw` holds. Raises NotRead, and what zipfile raises on a broken one."""
    if not is_whole_small_zip(raw):
        raise NotRead("tệp Office hỏng hoặc bị cắt cụt; hãy chép lại tệp từ nơi phát hành.")
    with ZipFile(BytesIO(raw)) as archive:
        _check_entries(archive.infolist())
        contents = Contents(names=tuple(archive.namelist()))
        for name in contents.names:
            _scan(archive, name, contents)
    check_size(contents.counts["row"], contents.counts["cell"])
    return contents


def _check_entries(entries: list[ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise NotRead("tệp có mật khẩu; hãy mở bằng mật khẩu rồi lưu lại một bản không mật khẩu.")
    unpacked = sum(entry.file_size for entry in entries)
    dense = any(entry.file_size > max(_SMALL, _MOST_RATIO * entry.compress_size) for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES or dense:
        raise NotRead(f"tệp nén phình ra tới {unpacked // 1_000_000} MB khi mở, không phải một kế hoạch; không đọc.")
    known = all(entry.compress_type in (ZIP_STORED, ZIP_DEFLATED) for entry in entries)
    if not known or _overlap(entries) or len({entry.filename for entry in entries}) < len(entries):
        raise NotRead(
            "tệp nén có cấu trúc lạ (phần chồng lên nhau, trùng tên); hãy mở và lưu lại bằng Word hoặc Excel."
        )


def _overlap(entries: list[ZipInfo]) -> bool:
    """Whether two entries unpack the same bytes, as in a bomb."""
    placed = sorted((entry.header_offset, entry.header_offset + entry.compress_size) for entry in entries)
    return any(end > start for (_, end), (start, _) in pairwise(placed))


def _scan(archive: ZipFile, name: str, contents: Contents) -> None:
    """Count what one part holds, if it is XML; where it is not well-formed, its reader will say so."""
    with archive.open(name) as part:
        chunk = part.read(_CHUNK)
        if chunk.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] != b"<":
            return
        parser = _parser(_Scan(name, contents))
        try:
            while chunk:
                parser.Parse(chunk, False)
                chunk = part.read(_CHUNK)
        except expat.ExpatError:
            return


def _parser(scan: _Scan) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = scan.doctype
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    return parser


@dataclass(slots=True)
class _Scan:
    """One part on its way through the parser."""

    part: str
    contents: Contents
    depth: int = 0
    row_counted: bool = False

    def doctype(self, *_: object) -> None:
        raise NotRead(_DOCTYPE.format(part=self.part))

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        counts = self.contents.counts
        self.depth += 1
        counts["element"] += 1
        check_count(counts["element"], MOST_ELEMENTS, "phần tử XML")
        check_count(self.depth, MOST_DEPTH, f"tầng lồng nhau trong phần {self.part}")
        if name == _ROW:
            counts["row"] += 1
        elif name == _CELL:
            counts["cell"] += 1
        elif name == _SHEET_ROW:
            self.row_counted = False
        elif name in _VALUES:
            counts["cell"] += 1
            counts["row"] += not self.row_counted
            self.row_counted = True
        else:
            self._note(name.rpartition(" ")[2], attributes)

    def end(self, _: str) -> None:
        self.depth -= 1

    def _note(self, name: str, attributes: Mapping[str, str]) -> None:
        """What matters of elements that are no part of a table."""
        if name == "mergeCell":
            self.contents.counts["merged"] += _area(attributes.get("ref", ""))
            check_count(self.contents.counts["merged"], MOST_MERGED, "ô gộp")
        elif name in ("Override", "Default"):
            self.contents.types.add(attributes.get("ContentType", ""))
        elif name == "Relationship" and attributes.get("TargetMode") == "External":
            self.contents.counts["external"] += not attributes.get("Type", "").endswith("/hyperlink")


def _area(reference: str) -> int:
    """How many cells «B2:D9» names."""
    found = _MERGED.fullmatch(reference)
    if not found:
        return 1
    first, top, last, bottom = found.groups()
    return (abs(_column(last) - _column(first)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
