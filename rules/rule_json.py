"""Rules as JSON values, in and out: one table of kinds and their fields, checked with clear errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from rules.deadlines import (
    BeforeDate,
    BeforeDay,
    ByDate,
    ByDay,
    DaysAfter,
    DaysBefore,
    Deadline,
    MonthsAfter,
    OnTheDay,
    Posting,
    Rule,
    Window,
    WorkingDaysAfter,
    WorkingDaysBefore,
)

KINDS: dict[str, Callable[..., Rule]] = {
    "before_date": BeforeDate,
    "by_date": ByDate,
    "before_day": BeforeDay,
    "by_day": ByDay,
    "working_days_after": WorkingDaysAfter,
    "days_after": DaysAfter,
    "months_after": MonthsAfter,
    "working_days_before": WorkingDaysBefore,
    "days_before": DaysBefore,
    "window": Window,
    "posting": Posting,
    "on_the_day": OnTheDay,
}
_NAMES = {made: name for name, made in KINDS.items()}
MOST_DAYS = 10_000


class RuleError(ValueError):
    """A rule that cannot be read; says the field, what was found and what was expected."""


def parse_rule(value: object) -> Rule:
    """The rule a JSON object `{"kind": …}` stands for. Raises RuleError."""
    if not isinstance(value, Mapping):
        raise RuleError(f"Quy tắc phải là một đối tượng JSON có «kind»; đọc được {value!r}.")
    kind = value.get("kind")
    make = KINDS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise RuleError(f"«kind» cần một trong {', '.join(KINDS)}; đọc được {kind!r}.")
    wanted = {field.name: field for field in fields(make)}  # type: ignore[arg-type]
    given = {name: item for name, item in value.items() if name != "kind"}
    if unknown := sorted(set(given) - set(wanted)):
        raise RuleError(f"{kind}: không có trường «{unknown[0]}»; các trường là {', '.join(wanted)}.")
    parsed = {name: _parse_field(str(kind), name, str(wanted[name].type), item) for name, item in given.items()}
    try:
        return _checked(str(kind), make(**parsed))
    except TypeError:
        missing = [name for name in wanted if name not in parsed]
        raise RuleError(f"{kind}: thiếu trường «{missing[0]}».") from None


def print_rule(rule: Rule) -> dict[str, Any]:
    """The JSON object of `rule`; parse_rule(print_rule(rule)) == rule."""
    values = {field.name: getattr(rule, field.name) for field in fields(rule)}
    dated = {name: v.isoformat() if isinstance(v, date) else v for name, v in values.items()}
    return {"kind": _NAMES[type(rule)], **dated}


def print_deadline(deadline: Deadline) -> dict[str, Any]:
    """The JSON object of a deadline, as every command prints it (design: contracts)."""
    receipt = deadline.receipt
    return {
        "nominal": deadline.nominal.isoformat(),
        "legal": deadline.legal.isoformat(),
        "target": deadline.target.isoformat(),
        "ends_at": deadline.ends_at.isoformat(),
        "provisional": deadline.provisional,
        "because": list(receipt.because),
        "skipped": [
            {"day": off.day.isoformat(), "name": off.name, "kind": off.kind, "instrument": off.instrument}
            for off in receipt.skipped
        ],
        "basis": [{"instrument": b.instrument, "article": b.article, "certainty": b.certainty} for b in receipt.basis],
        "warnings": [{"level": finding.level, "text": finding.text} for finding in deadline.findings],
    }


def parse_day(value: object) -> date:
    """An ISO day «2024-07-03»; d/m/y and times are refused, since 03/07 means two things. Raises RuleError."""
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise RuleError(f"cần một ngày có thật viết dạng YYYY-MM-DD; đọc được {value!r}.")


def _parse_field(kind: str, name: str, type_name: str, value: object) -> date | int | bool:
    if type_name == "date":
        try:
            return parse_day(value)
        except RuleError as error:
            raise RuleError(f"{kind}, «{name}»: {error}") from None
    if type_name == "bool" and isinstance(value, bool):
        return value
    if type_name == "int" and isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RuleError(
        f"{kind}, «{name}»: cần {'true hoặc false' if type_name == 'bool' else 'số nguyên'}; đọc {value!r}."
    )


def _checked(kind: str, rule: Rule) -> Rule:
    """`rule`, once its numbers make sense."""
    match rule:
        case Window(start, end) if end < start:
            raise RuleError(f"{kind}: «end» {end} đứng trước «start» {start}.")
        case BeforeDay(day, months) | ByDay(day, months) if not (1 <= day <= 31 and 0 <= months <= 24):
            raise RuleError(f"{kind}: «day» cần từ 1 đến 31 và «months» từ 0 đến 24; đọc {day}, {months}.")
        case (
            WorkingDaysAfter(n) | DaysAfter(n) | MonthsAfter(n) | WorkingDaysBefore(n) | DaysBefore(n) | Posting(n, _)
        ) if not 1 <= n <= MOST_DAYS:
            raise RuleError(f"{kind}: «n» cần từ 1 đến {MOST_DAYS}; đọc {n}.")
    return rule
