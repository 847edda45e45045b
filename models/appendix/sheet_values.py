"""What a cell of a sheet shows a person in Viet Nam: «02/07/2024», «95%», «1.250.000», «2,5»."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rules.vietnamese import dmy

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^]]*]|_.|\*.')  # what a number format writes as it stands
_DECIMALS = re.compile(r"0\.(0+)")


def shown_value(value: object, number_format: str) -> str:
    """`value` as its number format shows it; text is left as it is."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date():
            return _shown_day(value, _LITERAL.sub("", number_format).lower())
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            return str(value)
        case int() | float() | Decimal():
            return _shown_number(value, _LITERAL.sub("", number_format))
        case _:
            return str(value)


def _shown_day(day: date, shape: str) -> str:
    """A day, or only the month or year when the format shows no day."""
    if "d" not in shape and "y" in shape:
        return f"{day:%m/%Y}" if "m" in shape else f"{day:%Y}"
    moment = isinstance(day, datetime) and (day.hour or day.minute)
    return f"{day:%H:%M} {dmy(day)}" if moment else dmy(day)


def _shown_number(number: float | Decimal, shape: str) -> str:
    if "%" in shape:
        return f"{_decimal(number * 100, shape, '')}%"
    return _decimal(number, shape, "," if "#,##" in shape else "")


def _decimal(number: float | Decimal, shape: str, grouped: str) -> str:
    """The digits with Viet Nam's comma and thousands' points; «General» shows what there is."""
    decimals = _DECIMALS.search(shape)
    if decimals or shape.startswith(("0", "#")):
        written = f"{number:{grouped}.{len(decimals[1]) if decimals else 0}f}"
    else:
        written = f"{number:{grouped}.10g}"
    return written.translate(str.maketrans(".,", ",."))
