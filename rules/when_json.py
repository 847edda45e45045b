"""When values as JSON objects, in and out: what `due` prints and what a plan task stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard, assert_never, get_args

from rules.periods import CutOffs, PeriodKind
from rules.rule_json import KINDS, RuleError, parse_rule, print_rule
from rules.schedule import ByLaw, Counted, Due, Each, Once, OnEvent, Standing, Stated, Times, When

_FIELDS: dict[str, frozenset[str]] = {
    "each": frozenset({"period", "due", "only", "cut_off", "cut_offs"}),
    "times": frozenset({"n", "per"}),
    "on_event": frozenset({"event", "due"}),
    "standing": frozenset({"checkpoint"}),
}
WHEN_KINDS = tuple(_FIELDS)
# What a plan task stores beside the meaning of each of its schedules.
_STATED = {"kind": "stated"}
_KEPT_BESIDE = frozenset({"kind", "internal", "title", "counted_by", "extension", "under", "items"})


def print_whens(whens: Sequence[When]) -> list[dict[str, Any]]:
    """The JSON list of several meanings at once."""
    return [print_when(when) for when in whens]


def print_when(when: When) -> dict[str, Any]:
    """The JSON object of one meaning; a date rule prints as the rule itself."""
    match when:
        case Once(rule):
            return print_rule(rule)
        case Each(period, due, only, cut_off, cut_offs):
            shape = {"only": list(only), "cut_off": cut_off, "cut_offs": cut_offs}
            return {"kind": "each", "period": period, "due": _print_due(due), **shape}
        case Times(n, per):
            return {"kind": "times", "n": n, "per": per}
        case OnEvent(event, due):
            return {"kind": "on_event", "event": event, "due": _print_due(due)}
        case Standing(checkpoint):
            return {"kind": "standing", "checkpoint": checkpoint}
        case _:
            assert_never(when)


def parse_when(value: object) -> When:
    """The meaning a JSON object stands for; what a store keeps beside it («internal», …) is left alone.

    Raises RuleError.
    """
    if not isinstance(value, Mapping):
        raise RuleError(f"cần một đối tượng JSON có «kind»; đọc được {value!r}.")
    kind = value.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        return Once(
            parse_rule({name: item for name, item in value.items() if name == "kind" or name not in _KEPT_BESIDE})
        )
    _check_names(kind, value)
    match kind:
        case "each":
            whole = _flag(value, "cut_off"), _cut_offs(value)
            return Each(_period(value, "period"), _due(value), _ordinals(value), *whole)
        case "times":
            return Times(_count(value), _period(value, "per"))
        case "on_event":
            return OnEvent(_text(value, "event"), Stated() if value.get("due") == _STATED else _due(value))
        case _:
            return Standing(_period(value, "checkpoint") if "checkpoint" in value else "quarter")


def _check_names(kind: object, value: Mapping[str, Any]) -> None:
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise RuleError(f"«kind» cần một trong {', '.join((*KINDS, *WHEN_KINDS))}; đọc được {kind!r}.")
    if unknown := sorted(set(value) - _FIELDS[kind] - _KEPT_BESIDE):
        names = ", ".join(sorted(_FIELDS[kind]))
        raise RuleError(f"{kind}: không có trường «{unknown[0]}»; các trường là {names}.")


def _due(value: Mapping[str, Any]) -> Counted | None:
    due = value.get("due")
    if isinstance(due, Mapping) and due.get("kind") == "by_law":
        if unknown := sorted(set(due) - {"kind", "duty"}):
            raise RuleError(f"by_law: không có trường «{unknown[0]}»; chỉ có «duty».")
        return ByLaw(_text(due, "duty"))
    return None if due is None else parse_rule(due)


def _print_due(due: Due | None) -> dict[str, Any] | None:
    if isinstance(due, ByLaw):
        return {"kind": "by_law", "duty": due.duty}
    if isinstance(due, Stated):
        return dict(_STATED)
    return print_rule(due) if due else None


def _period(value: Mapping[str, Any], name: str) -> PeriodKind:
    kinds = get_args(PeriodKind)
    if value.get(name) not in kinds:
        raise RuleError(f"«{name}» cần một trong {', '.join(kinds)}; đọc được {value.get(name)!r}.")
    found: PeriodKind = value[name]
    return found


def _ordinals(value: Mapping[str, Any]) -> tuple[int, ...]:
    only = value.get("only", ())
    if not isinstance(only, list | tuple) or not all(_is_whole(number) for number in only):
        raise RuleError(f"«only» cần danh sách số nguyên từ 1, ví dụ [2, 3]; đọc được {only!r}.")
    return tuple(only)


def _flag(value: Mapping[str, Any], name: str) -> bool:
    flag = value.get(name, False)
    if not isinstance(flag, bool):
        raise RuleError(f"«{name}» cần true hoặc false; đọc được {flag!r}.")
    return flag


def _cut_offs(value: Mapping[str, Any]) -> CutOffs:
    found = value.get("cut_offs", "calendar")
    if found == "calendar":
        return "calendar"
    if found == "nd09":
        return "nd09"
    raise RuleError(f"«cut_offs» cần calendar hoặc nd09; đọc được {found!r}.")


def _count(value: Mapping[str, Any]) -> int:
    n = value.get("n")
    if not _is_whole(n):
        raise RuleError(f"«n» cần số nguyên từ 1; đọc được {n!r}.")
    return n


def _is_whole(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 1


def _text(value: Mapping[str, Any], name: str) -> str:
    if not isinstance(value.get(name), str) or not value[name].strip():
        raise RuleError(f"«{name}» cần chữ; đọc được {value.get(name)!r}.")
    return str(value[name])
