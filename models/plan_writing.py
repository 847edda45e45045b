"""A plan's document written as the YAML an office reads: keys in the order people know, short entries on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from models.plan_schema import AuthorityKeys, EventKeys, PlanDocument, PlanKeys, SourceKeys, TaskKeys, UnitKeys

_MODELS = (PlanDocument, TaskKeys, PlanKeys, AuthorityKeys, SourceKeys, UnitKeys, EventKeys)
_ORDER = ["kieu", *(str(field.alias) for model in _MODELS for field in model.model_fields.values())]
_RANK = {name: place for place, name in reversed(list(enumerate(_ORDER)))}
_DAYS = ("ngay", "tu", "den")
_WIDTH = 10_000  # a sentence stays on its line; editors wrap it
_ON_ONE_LINE = ("co-quan", "nguon", "don-vi", "su-kien", "thoi-han", "can-cu")
_ENTRY_WIDTH = 150


def write_plan(document: Mapping[str, Any], heading: Sequence[str] = ()) -> str:
    """`document` (a plan file's keys) as YAML that models.plan_file reads back the same; `heading` as comments."""
    whole = CommentedMap((key, _laid_out(key, value)) for key, value in _in_order(document))
    for key in list(whole)[1:]:
        whole.yaml_set_comment_before_after_key(key, before="\n")
    if heading:
        whole.yaml_set_start_comment("\n".join(heading))
    yaml = YAML()
    yaml.width, yaml.allow_unicode = _WIDTH, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(whole, out)
    return out.getvalue()


def _in_order(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The keys as the plan's schema names them: a database keeps no order."""
    return sorted(mapping.items(), key=lambda item: _RANK.get(item[0], len(_RANK)))


def _laid_out(key: str, value: Any) -> Any:
    match value:
        case Mapping():
            laid = CommentedMap((name, _laid_out(name, item)) for name, item in _in_order(value))
            if key in _ON_ONE_LINE and _width(value) < _ENTRY_WIDTH:
                laid.fa.set_flow_style()
            return laid
        case str() if key in _DAYS:
            return date.fromisoformat(value)
        case str():
            return _text(value)
        case Sequence():
            items = CommentedSeq(_laid_out(key, item) for item in value)
            if all(isinstance(item, str | int) and len(str(item)) < 60 for item in value) and _flat(key):
                items.fa.set_flow_style()
            return items
        case _:
            return value


def _flat(key: str) -> bool:
    return key in {"thuc-hien", "dong", "gop", "pham-vi", "noi-dung", "chi-ky"}


def _width(mapping: Mapping[str, Any]) -> int:
    return sum(len(name) + len(str(item)) + 4 for name, item in mapping.items())


def _text(value: str) -> Any:
    """Several lines as a block; what YAML would read as something else in quotes."""
    if "\n" in value:
        return LiteralScalarString(value)
    return DoubleQuotedScalarString(value) if _needs_quotes(value) else value


def _needs_quotes(value: str) -> bool:
    """Within «{…}» a comma or a bracket parts values; quoting them everywhere keeps one manner."""
    return any(mark in value for mark in (",", "[", "]", "{", "}", ": ", " #")) or not value[:1].isalnum()
