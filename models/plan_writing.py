"""A plan's document written as a plan file: the keys in the order people know them."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from models.plan_schema import AuthorityKeys, EventKeys, PlanDocument, PlanKeys, SourceKeys, TaskKeys, UnitKeys

_MODELS = (PlanDocument, TaskKeys, PlanKeys, AuthorityKeys, SourceKeys, UnitKeys, EventKeys)
_ORDER = ["kieu", *(str(field.alias) for model in _MODELS for field in model.model_fields.values())]
_RANK = {name: place for place, name in reversed(list(enumerate(_ORDER)))}
_WIDTH = 120


def write_plan(document: Mapping[str, Any]) -> str:
    """`document` as YAML; reading it gives the same plan."""
    yaml = YAML(typ="rt")
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    yaml.dump(_ordered(document), text)
    return text.getvalue()


def _ordered(value: Any) -> Any:
    """`value` with the keys of each mapping as the plan's schema names them."""
    match value:
        case Mapping():
            named = sorted(value.items(), key=lambda item: _RANK.get(item[0], len(_RANK)))
            return {name: _ordered(item) for name, item in named}
        case list() | tuple():
            return [_ordered(item) for item in value]
        case _:
            return value
