"""Office packages changed part by part, the way an editor, an old font or a hostile hand would."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from models.appendix.tcvn3 import from_tcvn3

Change = bytes | Callable[[bytes], bytes]
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TCVN3 = {from_tcvn3(chr(byte)): chr(byte) for byte in range(0xFF, 0xA0, -1) if not 0xB0 <= byte <= 0xB4}
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # 0xB0 to 0xB4
TEXT_BOX = f"""<w:r {_W} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent>
<w:p><w:r><w:t>DỰ THẢO lần 2</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"""


def changed(path: Path, changes: Mapping[str, Change], into: Path | None = None) -> Path:
    """The package at `path` with parts changed or added; by its own name unless `into` says another."""
    with ZipFile(path) as package:
        parts: dict[str, bytes] = {name: package.read(name) for name in package.namelist()}
    for name, change in changes.items():
        parts[name] = change if isinstance(change, bytes) else change(parts[name])
    target = into or path
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target


def related(kind: str, target: str, external: bool = False) -> Callable[[bytes], bytes]:
    """A change of a .rels part: one relationship more, which may lead outside."""
    mode = ' TargetMode="External"' if external else ""
    relation = f'<Relationship Id="rId9{kind}" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/>'
    return lambda rels: rels.replace(b"</Relationships>", f"{relation}</Relationships>".encode())


def typed(part: str, content_type: str) -> Callable[[bytes], bytes]:
    """A change of [Content_Types].xml: `part` is of this type."""
    override = f'<Override PartName="{part}" ContentType="{content_type}"/>'.encode()
    return lambda types: types.replace(b"</Types>", override + b"</Types>")


def with_footnote(path: Path, words: str) -> Path:
    """The Word document with footnote 2 saying `words`."""
    notes = (
        f'<w:footnotes {_W}><w:footnote w:id="2"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    changes: dict[str, Change] = {
        "word/footnotes.xml": notes.encode(),
        "word/_rels/document.xml.rels": related("footnotes", "footnotes.xml"),
        "[Content_Types].xml": typed(
            "/word/footnotes.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        ),
    }
    return changed(path, changes)


def to_tcvn3(text: str) -> str:
    """`text` in TCVN3, each byte as the Latin-1 letter Word stores for it; most capitals need a tone after them."""
    return "".join(_TCVN3.get(letter) or _toned(letter) for letter in unicodedata.normalize("NFC", text))


def _toned(letter: str) -> str:
    """A letter TCVN3 has no byte for: its vowel, then its tone."""
    parts = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in parts if mark in _TONES), "")
    vowel = unicodedata.normalize("NFC", parts.replace(tone, ""))
    return _TCVN3.get(vowel, vowel) + chr(0xB0 + _TONES.index(tone)) if tone else letter
