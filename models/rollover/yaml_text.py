"""A plan file's own text changed in place: comments, key order and quoting stay, what goes is cut by its lines."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString

from models.office_keys import LONGEST

Path = tuple[str | int, ...]
_WIDTH = 1_000_000  # no line is folded: a sentence stays on its line, as people wrote it
_STUMBLES, _STUMBLES_IN_FLOW, _NO_START = (": ", " #"), (",", "[", "]", "{", "}"), "-?!&*|>%@`\"'#[]{},:"


def parse(text: str) -> CommentedMap:
    """The tree of a checked plan file, each comment and quote remembered."""
    tree: CommentedMap = _yaml().load(text)
    return tree


def print_tree(tree: CommentedMap) -> str:
    """The text of `tree`; what an anchor stood for is written out."""
    out = io.StringIO()
    _yaml().dump(tree, out)
    return unicodedata.normalize("NFC", out.getvalue())


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes, yaml.width = True, _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.Representer = _WrittenOut
    return yaml


class _WrittenOut(RoundTripRepresenter):
    """What was repeated by an anchor is written each time."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_scalar(self, tag: Any, value: Any, style: Any = None, anchor: Any = None) -> Any:
        return super().represent_scalar(tag, value, style=style)


def put(holder: CommentedMap | CommentedSeq, place: Any, text: str) -> None:
    """Write `text` at `place`, quoted as what stood there, or as plan files do: only where YAML would stumble."""
    old = holder[place] if isinstance(holder, CommentedSeq) or place in holder else ""
    holder[place] = type(old)(text) if isinstance(old, ScalarString) else words(text, bool(holder.fa.flow_style()))


def words(text: str, in_flow: bool = False) -> str:
    """`text` as a scalar, in double quotes where it would not be read back plain."""
    marks = (*_STUMBLES, *_STUMBLES_IN_FLOW) if in_flow else _STUMBLES
    plain = not any(mark in text for mark in marks) and text[:1] not in _NO_START and text[-1:] != ":"
    return text if plain else DoubleQuotedScalarString(text)


def fitted(text: str, tail: str = "") -> str:
    """`text` and `tail`, the text cut to what one value of an office's file may hold."""
    room = LONGEST - len(tail)
    return (text if len(text) <= room else f"{text[: room - 1]}…") + tail


def end_of(keys: CommentedMap) -> int:
    """Where a new last key may stand: before the one that is last, when a comment may hang on that one's last word."""
    node = keys
    while isinstance(node, CommentedMap | CommentedSeq) and not node.fa.flow_style() and node:
        node = node[list(node)[-1]] if isinstance(node, CommentedMap) else node[-1]
    return len(keys) if isinstance(node, CommentedMap | CommentedSeq) else len(keys) - 1


def written_out(text: str) -> str:
    """`text` with what each anchor stands for in its place."""
    return print_tree(parse(text))


def cut(text: str, tree: CommentedMap, paths: Iterable[Path]) -> str:
    """`text` without the lines of the keys and items at `paths`; what stands inside {…} or […] is left as it is.

    Lines are cut because comments before what follows must stay, and the tree hangs them on what goes.
    """
    lines = text.splitlines(keepends=True)
    gone = {number for path in paths for number in _lines_of(tree, path, lines)}
    return "".join(line for number, line in enumerate(lines) if number not in gone)


def _lines_of(tree: CommentedMap, path: Path, lines: list[str]) -> Iterator[int]:
    """The lines the key or item at `path` stands on, without blank lines and comments that follow it."""
    parent: Any = tree
    for key in path[:-1]:
        parent = parent[key]
    if parent.fa.flow_style():
        return
    step = path[-1]
    first, column = parent.lc.data[step][:2]
    inner = column if isinstance(step, int) else column + 1  # an item's own keys stand where the item starts
    last = first
    for number in range(first + 1, len(lines)):
        line = lines[number]
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            continue
        if indent < inner and not (isinstance(step, str) and indent == column and line.lstrip().startswith("- ")):
            break
        if not line.lstrip().startswith("#"):
            last = number
    yield from range(first, last + 1)
