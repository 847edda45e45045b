"""A YAML file an office writes, read whole or refused whole: every fault is named with its line and field."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Model = TypeVar("Model", bound=BaseModel)
MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what was found, what was expected."""

    file: str
    line: int | None
    where: str
    text: str

    def __str__(self) -> str:
        line = f", dòng {self.line}" if self.line else ""
        where = f", {self.where}" if self.where else ""
        return f"{self.file}{line}{where}: {self.text}"


class OfficeFileError(ValueError):
    """A file that cannot be used; nothing of it was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class _PlainDates(RoundTripConstructor):
    """Dates stay text, so that an impossible one is reported with its field instead of stopping the reader."""


_PlainDates.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def read_document(path: Path) -> CommentedMap:
    """The file's mapping with line numbers. Raises OfficeFileError."""
    text = _decode(path)
    yaml = YAML(typ="rt")
    yaml.Constructor = _PlainDates
    try:
        document = yaml.load(text)
    except DuplicateKeyError as error:
        raise _broken(path, error, "khóa viết hai lần") from None
    except MarkedYAMLError as error:
        raise _broken(path, error, "không đúng cú pháp YAML") from None
    except YAMLError as error:
        raise OfficeFileError([Fault(str(path), None, "", f"không đọc được YAML: {error}")]) from None
    if not isinstance(document, CommentedMap):
        found = "tệp rỗng" if document is None else f"đọc được {type(document).__name__}"
        raise OfficeFileError([Fault(str(path), None, "", f"cần các khóa ở cấp ngoài cùng; {found}.")])
    return document


def validate(model: type[Model], document: CommentedMap, path: Path) -> Model:
    """`document` as a checked `model`; every fault at once. Raises OfficeFileError."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = [_fault(path, document, detail) for detail in error.errors()]
        raise OfficeFileError(faults) from None


def line_of(document: Any, location: Sequence[int | str]) -> int | None:
    """The 1-based line of the node at `location`, or of its nearest parent that has one."""
    line: int | None = None
    node = document
    for step in location:
        child = _child(node, step)
        if child is _NOTHING:
            break
        line = (node.lc.key(step) if isinstance(node, CommentedMap) else node.lc.item(step))[0] + 1
        node = child
    return line


def name_of(document: Any, location: Sequence[int | str]) -> str:
    """«nhiem-vu» B02 «chu-tri»: the item by its own code, then the field."""
    words: list[str] = []
    node = document
    for step in location:
        node = _child(node, step)
        code = next((node[key] for key in ("ma", "so") if isinstance(node, CommentedMap) and key in node), None)
        words.append(f"«{step}»" if isinstance(step, str) else str(code or f"mục {step + 1}"))
    return " ".join(words)


_NOTHING = object()


def _child(node: Any, step: int | str) -> Any:
    """The node under `step`, or _NOTHING when the file has none."""
    if isinstance(node, CommentedMap):
        return node.get(step, _NOTHING)
    if isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
        return node[step]
    return _NOTHING


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise OfficeFileError([Fault(str(path), None, "", f"không mở được tệp: {error.strerror}.")]) from None
    if len(raw) > MOST_BYTES:
        raise OfficeFileError([Fault(str(path), None, "", f"tệp lớn hơn {MOST_BYTES:,} byte, không phải kế hoạch.")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        text = f"không phải UTF-8 (byte 0x{raw[error.start]:02X}); hãy lưu lại tệp với bảng mã Unicode UTF-8."
        raise OfficeFileError([Fault(str(path), line, "", text)]) from None
    return unicodedata.normalize("NFC", text)


def _broken(path: Path, error: MarkedYAMLError, what: str) -> OfficeFileError:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or "").split("\n")[0]
    return OfficeFileError([Fault(str(path), mark.line + 1 if mark else None, "", f"{what}: {problem}.")])


def _fault(path: Path, document: CommentedMap, detail: Any) -> Fault:
    location = _without_tags(document, detail["loc"])
    return Fault(str(path), line_of(document, location), name_of(document, location), _explain(detail))


def _without_tags(document: Any, location: Sequence[int | str]) -> list[int | str]:
    """`location` as the file has it: pydantic also names the variant it chose by «kieu»."""
    kept: list[int | str] = []
    node = document
    for step in location:
        if isinstance(node, CommentedMap) and step not in node and node.get("kieu") == step:
            continue
        kept.append(step)
        node = _child(node, step)
    return kept


def _explain(detail: Any) -> str:
    """One Vietnamese sentence for a pydantic error."""
    found, context = detail.get("input"), detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "thiếu khóa này."
        case "extra_forbidden":
            return "khóa lạ, chương trình không biết; kiểm tra lại chính tả hoặc bỏ đi."
        case "union_tag_invalid":
            return f"cần một trong {context['expected_tags'].replace(chr(39), '')}; đọc được {found.get('kieu')!r}."
        case "union_tag_not_found":
            return "thiếu khóa «kieu»."
        case "literal_error" | "enum":
            return (
                f"cần một trong {context['expected'].replace(chr(39), '').replace(' or ', ', ')}; đọc được {found!r}."
            )
        case "value_error":
            return str(context["error"])
        case _:
            return f"{_EXPECTED.get(detail['type'], detail['msg'])}; đọc được {found!r}."


_EXPECTED = {
    "string_type": "cần chữ",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "mã chỉ gồm chữ không dấu, số và gạch nối",
    "int_type": "cần số nguyên",
    "int_parsing": "cần số nguyên",
    "int_from_float": "cần số nguyên",
    "list_type": "cần một danh sách",
    "model_type": "cần một nhóm khóa",
    "model_attributes_type": "cần một nhóm khóa",
    "dict_type": "cần một nhóm khóa",
    "bool_type": "cần true hoặc false",
    "bool_parsing": "cần true hoặc false",
    "greater_than_equal": "số quá nhỏ",
    "less_than_equal": "số quá lớn",
}
