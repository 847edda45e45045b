"""The words of a cell: its points, one line of them, and what stands in front of a point."""

from __future__ import annotations

import re
import unicodedata

_BULLET = re.compile(r"^(?:[-–—•●▪◦+*]+|)\s*")
_OPENS = re.compile(r"^(?:[-–—•●▪◦+*]\s*|\(?\d{1,2}[.)]\s|[a-zđ][.)]\s)")
_LETTERED = re.compile(r"^\(?([a-zđ])[.)]\s*", re.IGNORECASE)
_BROKEN_SPAN = re.compile(r"(?<=\d)-[ \t]*\n\s*(?=\d)")  # «2023-» at the end of a printed line, «2025» on the next
_DASHES = re.compile(r"^[\s\-–—.]*$")
_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s+")


def line_of(text: str) -> str:
    """`text` on one line, in one Unicode form; a cell holding only a dash holds nothing."""
    line = " ".join(_BROKEN_SPAN.sub("-", unicodedata.normalize("NFC", text)).split())
    return "" if _DASHES.match(line) else line


def points_of(text: str) -> list[str]:
    """The points of a cell, one line each.

    After a marked point, a line that opens none is its wrapped end; of unmarked lines, one that starts a sentence
    after the end of another stands by itself.
    """
    points: list[str] = []
    for line in filter(None, map(line_of, _BROKEN_SPAN.sub("-", text).split("\n"))):
        if points and not _OPENS.match(line) and not _starts_sentence(points[-1], line):
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
    """`text` cut when it is longer than `longest` characters, after a clause or at least a word, saying so by «…»."""
    if len(text) <= longest:
        return text
    clause = max(text.rfind(mark, longest // 2, longest) for mark in (", ", "; ", ". "))
    return text[: clause if clause > 0 else text.rfind(" ", 0, longest)].rstrip(" ,;:.-–") + "…"


def _starts_sentence(before: str, line: str) -> bool:
    return not _OPENS.match(before) and before.endswith((".", ";", ":")) and not line[0].islower()
