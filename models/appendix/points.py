"""The words of a cell: its points, one line of them, and what stands in front of a point."""

from __future__ import annotations

import re
import unicodedata

_BULLET = re.compile(r"^(?:[-–—•●▪◦+*]+|)\s*")
_OPENS = re.compile(r"^(?:[-–—•●▪◦+*]\s*|\(?\d{1,2}[.)]\s|[a-zđ][.)]\s)")
_LETTERED = re.compile(r"^\(?([a-zđ])[.)]\s*", re.IGNORECASE)
_DASHES = re.compile(r"^[\s\-–—.]*$")
_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s+")


def line_of(text: str) -> str:
    """`text` on one line, in one Unicode form; a cell holding only a dash holds nothing."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "" if _DASHES.match(line) else line


def points_of(text: str) -> list[str]:
    """The points of a cell, one line each; a line that opens no point is the wrapped end of the one before."""
    points: list[str] = []
    for line in filter(None, map(line_of, text.split("\n"))):
        if points and not _OPENS.match(line) and not _ends(points[-1]):
            points[-1] += f" {line}"
        else:
            points.append(line)
    return points


def passage_of(text: str) -> str:
    """The whole of a cell as its points, a line each: what a wrapped, printed or typed copy have in common."""
    return "\n".join(points_of(text))


def bare(point: str) -> str:
    """A point without its dash, number or the stop at its end."""
    return _NUMBERED.sub("", _BULLET.sub("", point, count=1), count=1).strip().rstrip(".;:,")


def letters_of(component: str) -> list[str]:
    """The letters that number a component's points: «a) … b) …» gives a and b."""
    return [found[1].lower() for line in component.split("\n") if (found := _LETTERED.match(line_of(line)))]


def unlettered(component: str) -> str:
    """A component's name on one line, without the letters its points begin with."""
    names = (_LETTERED.sub("", point, count=1).rstrip(".;:,") for point in points_of(component))
    return "; ".join(filter(None, names))


def shortened(text: str, longest: int = 120) -> str:
    """`text` cut after a whole word when it is longer than `longest` characters, saying so by «…»."""
    if len(text) <= longest:
        return text
    return text[: text.rfind(" ", 0, longest)].rstrip(" ,;:.-–") + "…"


def _ends(point: str) -> bool:
    return point.endswith((".", ";", ":"))
