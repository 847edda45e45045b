"""What a run of a Word document inherits: whether it is hidden, and the font that tells an old encoding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_OFF = ("0", "false", "off", "none")
_FONTS = (qn("w:ascii"), qn("w:hAnsi"))


@dataclass(frozen=True, slots=True)
class Looks:
    """The styles of a document, asked for what a run does not say itself."""

    styles: dict[str, Any] = field(default_factory=dict)  # by id
    defaults: tuple[Any, ...] = ()  # the rPr of the whole document
    normal: str = ""  # the paragraph style of a paragraph that names none

    def is_hidden(self, run: Any, paragraph: Any) -> bool:
        """Whether Word does not show `run` (w:vanish)."""
        found = (look.find(qn("w:vanish")) for look in self._looks(run, paragraph))
        mark = next((mark for mark in found if mark is not None), None)
        return mark is not None and mark.get(qn("w:val"), "1") not in _OFF

    def font(self, run: Any, paragraph: Any) -> str:
        """The name of the font of `run`; «» when nothing names one."""
        for look in self._looks(run, paragraph):
            fonts = look.find(qn("w:rFonts"))
            named = [fonts.get(key) for key in _FONTS if fonts.get(key)] if fonts is not None else []
            if named:
                return str(named[0])
        return ""

    def numbering(self, paragraph: Any) -> Any | None:
        """The numPr of `paragraph`, its own or its style's."""
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if own is not None:
            return own
        named = (style.find(f"{qn('w:pPr')}/{qn('w:numPr')}") for style in self._chain(_style(paragraph, "w:pStyle")))
        return next((numbering for numbering in named if numbering is not None), None)

    def _looks(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """Each rPr that speaks for `run`, the nearest first."""
        own = run.find(qn("w:rPr"))
        if own is not None:
            yield own
        for name in (_style(run, "w:rStyle"), _style(paragraph, "w:pStyle") or self.normal):
            for style in self._chain(name):
                look = style.find(qn("w:rPr"))
                if look is not None:
                    yield look
        yield from self.defaults

    def _chain(self, name: str) -> Iterator[Any]:
        """The style `name` and those it is based on, each once."""
        seen: set[str] = set()
        while name in self.styles and name not in seen:
            seen.add(name)
            yield self.styles[name]
            based = self.styles[name].find(qn("w:basedOn"))
            name = "" if based is None else based.get(qn("w:val"), "")


def looks_of(styles: Any | None) -> Looks:
    """The looks of a document from its styles part."""
    if styles is None:
        return Looks()
    named = {style.get(qn("w:styleId"), ""): style for style in styles.iterfind(qn("w:style"))}
    normal = next((name for name, style in named.items() if _is_default_paragraph(style)), "")
    path = "/".join(map(qn, ("w:docDefaults", "w:rPrDefault", "w:rPr")))
    return Looks(named, tuple(styles.iterfind(path)), normal)


def _is_default_paragraph(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default"), "0") not in _OFF


def _style(element: Any, tag: str) -> str:
    """The style `element` names, in its properties."""
    properties = element.find(qn("w:rPr" if tag == "w:rStyle" else "w:pPr"))
    named = None if properties is None else properties.find(qn(tag))
    return "" if named is None else str(named.get(qn("w:val"), ""))
