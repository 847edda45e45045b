"""A YAML file an office writes, read whole or refused whole: every fault is named with its line and field."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from models.office_words import explain, explain_opening, nearest, one_line, shown, stray_key
from models.office_yaml import BadYaml, parse_yaml

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]
MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what was found, what was expected."""

    file: str
    line: int | None
    where: str
    text: str
    place: Place = field(default=(), compare=False)  # where, as a way through the keys

    def __str__(self) -> str:
        line = f", dòng {self.line}" if self.line else ""
        where = f", {self.where}" if self.where else ""
        return one_line(f"{self.file}{line}{where}: {self.text}")


class OfficeFileError(ValueError):
    """A file that cannot be used; nothing of it was."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Source:
    """Where checked values stand in their file, so that a fault found later still names line and field."""

    path: Path
    document: CommentedMap
    inside: Place = ()

    def fault(self, place: Sequence[int | str], text: str) -> Fault:
        """The fault at `place` below these values."""
        whole = (*self.inside, *place)
        return Fault(str(self.path), line_of(self.document, whole), name_of(self.document, whole), text, whole)


def refuse(faults: Iterable[Fault]) -> None:
    """Raise OfficeFileError when there is a fault."""
    if found := list(faults):
        raise OfficeFileError(found)


def read_all(*readers: Callable[[], Any]) -> list[Any]:
    """What each reader reads; the faults of every file at once. Raises OfficeFileError."""
    found: list[Any] = []
    faults: list[Fault] = []
    for read in readers:
        try:
            found.append(read())
        except OfficeFileError as error:
            faults += error.faults
    refuse(faults)
    return found


def read_document(path: Path) -> CommentedMap:
    """The file's mapping with line numbers. Raises OfficeFileError."""
    return parse_document(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The file's bytes, no more of them than a file of an office has. Raises OfficeFileError."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _fault_of(path, explain_opening(error)) from None
    if len(raw) > MOST_BYTES:
        raise _fault_of(path, f"tệp lớn hơn {MOST_BYTES // 1_000_000} MB, không phải tệp của chương trình này.")
    return raw


def parse_document(raw: bytes, path: Path) -> CommentedMap:
    """The mapping in `raw`, the bytes of `path`. Raises OfficeFileError."""
    try:
        document = parse_yaml(_decode(raw, path))
    except BadYaml as error:
        raise _fault_of(path, str(error), error.line) from None
    if document is None:
        raise _fault_of(path, "tệp rỗng hoặc chỉ có ghi chú; cần các khóa ở cấp ngoài cùng.")
    if not isinstance(document, CommentedMap):
        raise _fault_of(path, f"cần các khóa ở cấp ngoài cùng; đọc được {shown(document)}.", 1)
    return document


def validate(model: type[Model], document: CommentedMap, path: Path) -> Model:
    """`document` as a checked `model`; every fault at once. Raises OfficeFileError."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise OfficeFileError(_faults(model, Source(path, document), error.errors(include_url=False))) from None


def line_of(document: Any, location: Sequence[int | str]) -> int | None:
    """The 1-based line of the node at `location`, or of its nearest parent that has one."""
    line: int | None = None
    node = document
    for step in location:
        child = _child(node, step)
        if child is _NOTHING:
            break
        mark = node.lc.data.get(step) if node.lc.data else None  # a key merged from an anchor has none
        line = mark[0] + 1 if mark else line
        node = child
    return line


def name_of(document: Any, location: Sequence[int | str]) -> str:
    """«nhiem-vu» B02 «chu-tri»: the item by its own code, then the field."""
    words: list[str] = []
    node = document
    for step in location:
        numbered = isinstance(step, int) and not isinstance(node, CommentedMap)
        node = _child(node, step)
        words.append(_code_of(node) or f"mục {int(step) + 1}" if numbered else f"«{step}»")
    return " ".join(words)


def repeats(codes: Sequence[str], same: Callable[[str], str] = str.lower) -> Iterator[tuple[int, int]]:
    """The place of each code used before, with the place where it was used first."""
    first: dict[str, int] = {}
    for place, code in enumerate(codes):
        if first.setdefault(same(code), place) != place:
            yield place, first[same(code)]


_NOTHING = object()


def _child(node: Any, step: int | str) -> Any:
    """The node under `step`, or _NOTHING when the file has none."""
    if isinstance(node, CommentedMap):
        return node.get(step, _NOTHING)
    if isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
        return node[step]
    return _NOTHING


def _code_of(node: Any) -> str | None:
    codes = (node[key] for key in ("ma", "so") if key in node) if isinstance(node, CommentedMap) else ()
    return next((code for code in codes if isinstance(code, str) and len(code) <= 100), None)


def _fault_of(path: Path, text: str, line: int | None = None) -> OfficeFileError:
    return OfficeFileError([Fault(str(path), line, "", text)])


def _decode(raw: bytes, path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        found = "UTF-16" if b"\0" in raw else f"byte 0x{raw[error.start]:02X}"
        text = f"không phải UTF-8 ({found}); hãy lưu lại tệp với bảng mã Unicode UTF-8."
        raise _fault_of(path, text, raw[: error.start].count(b"\n") + 1) from None


def _faults(model: type[BaseModel], source: Source, details: Sequence[Any]) -> Iterator[Fault]:
    """One fault for each detail; a misspelt key is not told a second time as a missing one."""
    located = [(_place(source.document, detail), detail) for detail in details]
    strays = [place for place, detail in located if detail["type"] == "extra_forbidden"]
    meant = {place: nearest(str(place[-1]), _free_keys(model, source.document, place[:-1])) for place in strays}
    told = {(*place[:-1], key) for place, key in meant.items()}
    for place, detail in located:
        if place in meant:
            yield source.fault(place, stray_key(meant[place]))
        elif detail["type"] != "missing" or place not in told:
            yield source.fault(place, explain(detail))


def _place(document: Any, detail: Any) -> Place:
    """The detail's place as the file has it: pydantic also names the variant it chose by «kieu»."""
    kept: list[int | str] = []
    node, fresh = document, True
    for step in detail["loc"]:
        if fresh and isinstance(node, CommentedMap) and node.get("kieu") == step:
            fresh = False
            continue
        kept.append(step)
        node, fresh = _child(node, step), True
    match detail["type"]:
        case "union_tag_invalid" | "union_tag_not_found":
            return (*kept, "kieu")
        case "invalid_key":  # not a text, so it names no place
            return tuple(kept[:-1])
    return tuple(kept)


def _free_keys(model: type[BaseModel], document: Any, place: Place) -> set[str]:
    """The keys that may stand in the group at `place` and do not."""
    models, node = [model], document
    for step in place:
        node = _child(node, step)
        fields = [field for one in models for field in one.model_fields.values() if field.alias == step]
        models = [found for field in fields for found in _models_in(field.annotation)] or models
    known = {str(field.alias) for one in models for field in one.model_fields.values()}
    return known - set(node if isinstance(node, CommentedMap) else ())


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
