"""The words of a Word paragraph as a reader sees them: no deleted or hidden text, notes in their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from models.appendix.bounds import NotRead
from models.appendix.tcvn3 import from_tcvn3, is_tcvn3_font
from models.appendix.word_lists import Lists
from models.appendix.word_looks import Looks
from models.appendix.words import tidy

_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DELETED = frozenset(map(qn, ("w:del", "w:moveFrom")))
_INSERTED = frozenset(map(qn, ("w:ins", "w:moveTo")))
_NO_WORDS = frozenset(map(qn, ("w:pPr", "w:rPr", "w:instrText", "w:sdtPr", "w:tblPr", "w:tcPr", "w:trPr")))
_TEXT = frozenset(map(qn, ("w:t", "m:t")))
_SIGNS = {qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-",
          qn("w:softHyphen"): "\xad"}  # fmt: skip
_PARAGRAPH, _RUN, _BOX = qn("w:p"), qn("w:r"), qn("w:txbxContent")
_NOTES = frozenset(map(qn, ("w:footnoteReference", "w:endnoteReference")))
_UNREAD = {
    qn("pic:pic"): "hình",
    "{urn:schemas-microsoft-com:vml}imagedata": "hình",
    qn("w:sym"): "ký hiệu",
    qn("w:commentReference"): "nhận xét",
    qn("w:altChunk"): "phần ghép từ tệp khác",
}


@dataclass(slots=True)
class Story:
    """What reading paragraphs needs of their document, and what was met on the way."""

    looks: Looks
    lists: Lists
    notes: dict[tuple[str, str], Any]  # (tag of the reference, its id) -> the note
    met: Counter[str] = field(default_factory=Counter)
    boxes: list[Any] = field(default_factory=list)  # text boxes met and not yet read

    def words(self, paragraph: Any) -> str:
        """The words of `paragraph`, with the number or bullet Word writes before them."""
        words = tidy("".join(self._inside(paragraph, paragraph)))
        label = self.lists.label(self.looks.numbering(paragraph))
        return "" if label == "- " and not words else f"{label}{words}".strip()

    def lines(self, holder: Any) -> str:
        """The words of every paragraph under `holder` (a cell, a note, a text box); a table in it is flattened."""
        found = [*self._lines(holder), *self.boxed()]
        return "\n".join(line for line in found if line)

    def boxed(self) -> Iterator[str]:
        """The words of the text boxes met since it was last asked."""
        while self.boxes:
            self.met["hộp chữ"] += 1
            yield from self._lines(self.boxes.pop(0))

    def shows(self, node: Any) -> bool:
        """Whether `node` may hold words; what tracked changes deleted does not."""
        if node.tag in _DELETED:
            self.met["xóa"] += 1
        elif node.tag in _INSERTED:
            self.met["thêm"] += 1
        elif node.tag in _UNREAD:
            self.met[_UNREAD[node.tag]] += 1
        return node.tag not in _DELETED and node.tag not in _NO_WORDS and not _is_second_choice(node)

    def _lines(self, holder: Any) -> Iterator[str]:
        for child in holder.iterchildren("*"):
            if child.tag == _PARAGRAPH:
                yield self.words(child)
            elif self.shows(child):
                yield from self._lines(child)

    def _inside(self, node: Any, paragraph: Any) -> Iterator[str]:
        """The words under `node`, in order."""
        for child in node.iterchildren("*"):
            if child.tag == _RUN:
                yield self._run(child, paragraph)
            elif child.tag in _TEXT:
                yield child.text or ""
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag]
            elif child.tag in _NOTES:
                yield self._note(child)
            elif child.tag == _BOX:
                self.boxes.append(child)
            elif self.shows(child):
                yield from self._inside(child, paragraph)

    def _run(self, run: Any, paragraph: Any) -> str:
        look = self.looks.look(run, paragraph)
        if look.hidden:
            self.met["ẩn"] += 1
            return ""
        words = "".join(self._inside(run, paragraph))
        if look.font.upper().startswith("VNI-") and not words.isascii():
            raise NotRead(f"chữ dùng phông {look.font} (mã VNI), chương trình chưa đổi được; hãy chuyển sang Unicode.")
        if not words or not is_tcvn3_font(look.font):
            return words
        self.met["TCVN3"] += 1
        return from_tcvn3(words, look.font)

    def _note(self, reference: Any) -> str:
        note = self.notes.get((reference.tag, reference.get(qn("w:id"), "")))
        words = "" if note is None else " ".join(self.lines(note).split("\n"))
        return f" [chú thích: {words}]" if words else ""


def _is_second_choice(node: Any) -> bool:
    """Whether `node` says for older programs what its sibling already said."""
    return node.tag == _FALLBACK and node.getparent().find(_CHOICE) is not None
