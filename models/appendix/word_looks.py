"""How a run of a Word document looks by its styles: whether it is hidden, and in which font, which tells encodings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_OFF = ("0", "false", "off", "none")
_VALUE, _LOOK, _VANISH, _FONTS = (qn(f"w:{name}") for name in ("val", "rPr", "vanish", "rFonts"))
_FONT_NAMES = (qn("w:ascii"), qn("w:hAnsi"))
_RUN_STYLE, _PARAGRAPH_STYLE = qn("w:rStyle"), qn("w:pStyle")
_PROPERTIES, _NUMBERING, _BASED = qn("w:pPr"), qn("w:numPr"), qn("w:basedOn")


@dataclass(frozen=True, slots=True)
class Look:
    """What matters of how a run looks."""

    hidden: bool = False
    font: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """The styles of a document, asked for what a run does not say itself."""

    styles: dict[str, Any] = field(default_factory=dict)  # by id
    defaults: tuple[Any, ...] = ()  # the rPr of the whole document
    normal: str = ""  # the paragraph style of a paragraph that names none
    _known: dict[tuple[str, str], Look] = field(default_factory=dict)  # by run and paragraph style

    def look(self, run: Any, paragraph: Any) -> Look:
        """How `run` looks in `paragraph`."""
        own = run.find(_LOOK)
        names = _named(own, _RUN_STYLE), _named(paragraph.find(_PROPERTIES), _PARAGRAPH_STYLE) or self.normal
        inherited = self._known.get(names) or self._known.setdefault(names, _first(self._inherited(names), Look()))
        return inherited if own is None else _first([own], inherited)

    def numbering(self, paragraph: Any) -> Any | None:
        """The numPr of `paragraph`, its own or its style's."""
        own = paragraph.find(_PROPERTIES)
        styles = self._chain(_named(own, _PARAGRAPH_STYLE))
        every = (own, *(style.find(_PROPERTIES) for style in styles))
        found = (None if one is None else one.find(_NUMBERING) for one in every)
        return next((numbering for numbering in found if numbering is not None), None)

    def _inherited(self, names: tuple[str, str]) -> Iterator[Any]:
        """Each rPr of these styles and of the document, the nearest first."""
        for name in names:
            yield from (style.find(_LOOK) for style in self._chain(name))
        yield from self.defaults

    def _chain(self, name: str) -> Iterator[Any]:
        """The style `name` and those it is based on, each once."""
        seen: set[str] = set()
        while name in self.styles and name not in seen:
            seen.add(name)
            yield self.styles[name]
            name = _named(self.styles[name], _BASED)


def looks_of(styles: Any | None) -> Looks:
    """The looks of a document from its styles part."""
    if styles is None:
        return Looks()
    named = {style.get(qn("w:styleId"), ""): style for style in styles.iterfind(qn("w:style"))}
    normal = next((name for name, style in named.items() if _is_default_paragraph(style)), "")
    path = "/".join(map(qn, ("w:docDefaults", "w:rPrDefault", "w:rPr")))
    return Looks(named, tuple(styles.iterfind(path)), normal)


def _first(properties: Iterable[Any], rest: Look) -> Look:
    """The first that is said in these rPr of each thing; what none says is as in `rest`."""
    said = [one for one in properties if one is not None]
    marks = (one.find(_VANISH) for one in said)
    hidden = next((mark.get(_VALUE, "1") not in _OFF for mark in marks if mark is not None), rest.hidden)
    fonts = (one.find(_FONTS) for one in said)
    named = (font.get(name) for font in fonts if font is not None for name in _FONT_NAMES)
    return Look(hidden, next((name for name in named if name), rest.font))


def _is_default_paragraph(style: Any) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default"), "0") not in _OFF


def _named(properties: Any | None, tag: str) -> str:
    """The style that `properties` name; «» when they name none."""
    named = None if properties is None else properties.find(tag)
    return "" if named is None else str(named.get(_VALUE, ""))
