"""Small PDFs written by hand: pages with ruled lines, words, pictures, and structures no printer makes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

Box = tuple[float, float, float, float]  # left, bottom, right, top: a PDF counts upwards
A4 = "[0 0 595 842]"
SCAN = "q 595 0 0 842 0 0 cm /Im1 Do Q\n"


def written(path: Path, objects: Sequence[bytes], trailer: str = "") -> Path:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer.encode())
    path.write_bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)
    return path


def page_of(path: Path, drawing: str, font: str = "Helvetica", trailer: str = "") -> Path:
    """A PDF of one page with this drawing, in a font of this name; «/Im1 Do» draws a grey picture."""
    return written(path, page_objects(drawing.encode("latin-1"), font), trailer)


def page_objects(drawing: bytes, font: str = "Helvetica") -> list[bytes]:
    """The objects of a PDF with one page."""
    packed = zlib.compress(drawing, 9)
    return [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox{A4}/Contents 4 0 R/Resources"
        f"<</Font<</F1 5 0 R>>/XObject<</Im1 6 0 R>>>>>>".encode(),
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
        f"<</Type/Font/Subtype/Type1/BaseFont/{font}/Encoding/WinAnsiEncoding/FirstChar 0/LastChar 255"
        f"/Widths[{' 500' * 256}]/FontDescriptor<</Type/FontDescriptor/FontName/{font}/Flags 32>>>>".encode(),
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\n\x80\nendstream",
    ]


def ruled(boxes: Iterable[Box]) -> str:
    """The lines around each box."""
    return "".join(f"{left} {bottom} {right - left} {top - bottom} re S\n" for left, bottom, right, top in boxes)


def said(left: float, bottom: float, *lines: str) -> str:
    """Lines of words, the first of them here."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    return f"BT /F1 10 Tf 12 TL {left} {bottom} Td {shown} ET\n"
