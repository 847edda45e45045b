"""When values as JSON objects, in and out: what `due` prints and what a plan task stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never, get_args

from rules.periods import CutOffs, PeriodKind
from rules.rule_json import KINDS, RuleError, parse_rule, print_rule
from rules.schedule import Each, Once, OnEvent, Standing, Times, When

WHEN_KINDS = ("each", "times", "on_event", "standing")


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
            return {"kind": "each", "period": period, "due": due and print_rule(due), **shape}
        case Times(n, per):
            return {"kind": "times", "n": n, "per": per}
        case OnEvent(event, due):
            return {"kind": "on_event", "event": event, "due": due and print_rule(due)}
        case Standing(checkpoint):
            return {"kind": "standing", "checkpoint": checkpoint}
        case _:
            assert_never(when)


def parse_when(value: object) -> When:
    """The meaning a JSON object stands for; keys a store adds beside it («internal») are left alone.

    Raises RuleError.
    """
    if not isinstance(value, Mapping):
        raise RuleError(f"cần một đối tượng JSON có «kind»; đọc được {value!r}.")
    due = parse_rule(value["due"]) if value.get("due") is not None else None
    match value.get("kind"):
        case "each":
            only = tuple(int(number) for number in value.get("only", ()))
            cut_off = bool(value.get("cut_off", False))
            return Each(_period(value, "period"), due, only, cut_off, _cut_offs(value))
        case "times":
            return Times(_count(value), _period(value, "per"))
        case "on_event":
            return OnEvent(_text(value, "event"), due)
        case "standing":
            return Standing(_period(value, "checkpoint") if "checkpoint" in value else "quarter")
        case kind if kind in KINDS:
            return Once(parse_rule({name: item for name, item in value.items() if name != "internal"}))
        case kind:
            raise RuleError(f"«kind» cần một trong {', '.join((*KINDS, *WHEN_KINDS))}; đọc được {kind!r}.")


def _period(value: Mapping[str, Any], name: str) -> PeriodKind:
    kinds = get_args(PeriodKind)
    if value.get(name) not in kinds:
        raise RuleError(f"«{name}» cần một trong {', '.join(kinds)}; đọc được {value.get(name)!r}.")
    found: PeriodKind = value[name]
    return found


def _cut_offs(value: Mapping[str, Any]) -> CutOffs:
    return "nd09" if value.get("cut_offs") == "nd09" else "calendar"


def _count(value: Mapping[str, Any]) -> int:
    n = value.get("n")
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise RuleError(f"«n» cần số nguyên từ 1; đọc được {n!r}.")
    return n


def _text(value: Mapping[str, Any], name: str) -> str:
    if not isinstance(value.get(name), str) or not value[name].strip():
        raise RuleError(f"«{name}» cần chữ; đọc được {value.get(name)!r}.")
    return str(value[name])
