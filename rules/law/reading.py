"""The YAML files of this package, read once into duties and terms; a fault says its file, place and key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar, cast, get_args

from rules.law.records import MEANINGS, Certainty, ChosenBy, Doubt, Duty, Rolls, Term, Unit

_UNITS: dict[str, Unit] = {
    "": "",
    "ngày": "days",
    "ngày làm việc": "working_days",
    "tháng": "months",
    "hằng năm": "date",
    "năm sau": "date",
    "lần/tuần": "per_week",
    "lần/tháng": "per_month",
    "lần/quý": "per_quarter",
    "lần/năm": "per_year",
}
_IN_WORDS: dict[str, tuple[int | str | None, Unit]] = {
    "": (None, ""),
    "ngay trong ngày": (0, "days"),
    "ngày làm việc cuối cùng của tháng 3": ("ngày làm việc cuối cùng của tháng 3", "date"),
}
_ROLLS: dict[str, Rolls] = {"": "none", "chuyen-toi": "forward", "chuyen-lui": "backward"}
_CHOSEN_BY: dict[str, ChosenBy] = {"": "event", "nam-ngan-sach": "fiscal_year"}
_DUTY_KEYS = {"viec", "chon-theo", "con-thieu", "quy-dinh"}
_NEEDED = {"ma", "van-ban", "loai", "tu-ngay", "muc-chac"}
_TERM_KEYS = _NEEDED | {"dieu", "cung-voi", "thoi-han", "su-kien", "ngay-nghi", "den-ngay", "doi-chieu", "ghi-chu"}
_NOT_TEXT = {"tu-ngay", "den-ngay", "quy-dinh"}
Value = TypeVar("Value")


class LawFileError(ValueError):
    """A file of terms that cannot be read: where, what was found, what was expected."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")


@lru_cache(maxsize=1)
def all_duties() -> Mapping[str, Duty]:
    """Every duty by its slug, read from the package once."""
    doubts = {name: doubt_about(name, row) for name, row in packaged("instruments_to_check.yaml").items()}
    names = sorted(file.name for file in files(__package__).joinpath("duties").iterdir())
    read = [read_duties(packaged(f"duties/{name}"), name, doubts) for name in names if name.endswith(".yaml")]
    duties = [duty for of_file in read for duty in of_file.values()]
    _check_once([duty.slug for duty in duties] + [term.id for duty in duties for term in duty.terms])
    return MappingProxyType({duty.slug: duty for duty in duties})


def read_duties(content: Mapping[str, Any], file: str, doubts: Mapping[str, Doubt]) -> dict[str, Duty]:
    """The duties of one file's content. Raises LawFileError."""
    return {slug: _duty(slug, row, f"{file}, «{slug}»", doubts) for slug, row in content.items()}


def _duty(slug: str, row: Mapping[str, Any], place: str, doubts: Mapping[str, Doubt]) -> Duty:
    check_keys(row, {"viec", "quy-dinh"}, _DUTY_KEYS, place)
    chosen_by = one_of(_CHOSEN_BY, row, "chon-theo", place)
    rows = row["quy-dinh"]
    for item in rows:
        check_keys(item, _NEEDED, _TERM_KEYS, place)
    ids = [item["ma"] for item in rows]
    terms = tuple(
        _term(item, slug, chosen_by, after, f"{place}, {id_}", doubts)
        for item, id_, after in zip(rows, ids, [*ids[1:], ""], strict=True)
    )
    return Duty(slug, row["viec"], chosen_by, row.get("con-thieu", ""), terms)


def _term(
    row: Mapping[str, Any], duty: str, chosen_by: ChosenBy, after: str, place: str, doubts: Mapping[str, Doubt]
) -> Term:
    value, unit = _number(row.get("thoi-han", ""), place)
    end = day_under(row, "den-ngay", place) if "den-ngay" in row else None
    return Term(
        id=row["ma"],
        duty=duty,
        instrument=row["van-ban"],
        article=row.get("dieu", ""),
        also=row.get("cung-voi", ""),
        fact=one_of({fact: fact for fact in MEANINGS}, row, "loai", place),
        value=value,
        unit=unit,
        length=row.get("thoi-han", ""),
        event=row.get("su-kien", ""),
        rolls=one_of(_ROLLS, row, "ngay-nghi", place),
        valid_from=day_under(row, "tu-ngay", place),
        valid_to=end,
        certainty=one_of({mark: cast(Certainty, mark) for mark in get_args(Certainty)}, row, "muc-chac", place),
        note=row.get("ghi-chu", ""),
        doubt=doubt_of(row.get("doi-chieu", ""), doubts.get(row["van-ban"], Doubt()), end),
        successor=after,
        chosen_by=chosen_by,
    )


def _number(text: str, place: str) -> tuple[int | str | None, Unit]:
    """«05 ngày làm việc» is (5, working_days); «31/12 hằng năm» is ("31/12", date)."""
    if text in _IN_WORDS:
        return _IN_WORDS[text]
    number, _, unit = text.partition(" ")
    if not number[:1].isdigit() or unit not in _UNITS:
        raise LawFileError(
            place, f"thoi-han cần dạng «05 ngày làm việc», «01 lần/năm», «31/12 hằng năm»; đọc «{text}»."
        )
    return (int(number) if number.isdigit() else number), _UNITS[unit]


def doubt_of(own: str, of_instrument: Doubt, end: date | None) -> Doubt:
    """What to check about a term: its own doubt counts always, its instrument's from a day the term still holds."""
    why, since = of_instrument
    if since and end and end < since:
        return Doubt(own)
    return Doubt(f"{own} {why}".strip(), None) if own else of_instrument


def doubt_about(name: str, row: Mapping[str, Any]) -> Doubt:
    """Why an instrument must still be checked."""
    place = f"instruments_to_check.yaml, «{name}»"
    check_keys(row, {"doi-chieu"}, {"doi-chieu", "tu-ngay"}, place)
    return Doubt(row["doi-chieu"], day_under(row, "tu-ngay", place) if "tu-ngay" in row else None)


def check_keys(row: object, needed: set[str], known: set[str], place: str) -> None:
    """Refuse a row that lacks a needed key, has an unknown one, or is no row. Raises LawFileError."""
    if not isinstance(row, Mapping):
        raise LawFileError(place, f"cần các khóa {', '.join(sorted(needed))}; đọc được {row!r}.")
    if lacking := sorted(needed - set(row)):
        raise LawFileError(place, f"thiếu khóa «{lacking[0]}».")
    if unknown := sorted(set(row) - known):
        raise LawFileError(place, f"không có khóa «{unknown[0]}»; các khóa là {', '.join(sorted(known))}.")
    if not_text := [key for key in row if key not in _NOT_TEXT and not isinstance(row[key], str)]:
        raise LawFileError(place, f"«{not_text[0]}» cần là chữ (viết trong ngoặc kép); đọc được {row[not_text[0]]!r}.")


def _check_once(names: list[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise LawFileError("rules/law/duties", f"tên «{name}» dùng {times} lần.")


def one_of(choices: Mapping[str, Value], row: Mapping[str, Any], key: str, place: str) -> Value:
    """The choice `row` names under `key`. Raises LawFileError."""
    found = str(row.get(key, ""))
    if found not in choices:
        raise LawFileError(place, f"«{key}» cần một trong {', '.join(filter(None, choices))}; đọc được «{found}».")
    return choices[found]


def day_under(row: Mapping[str, Any], key: str, place: str) -> date:
    """The day `row` gives under `key`. Raises LawFileError."""
    if type(row[key]) is not date:
        raise LawFileError(place, f"«{key}» cần một ngày có thật viết dạng YYYY-MM-DD; đọc được {row[key]!r}.")
    return cast(date, row[key])


def packaged(name: str) -> dict[str, Any]:
    """The content of one of the package\'s own data files."""
    from ruamel.yaml import YAML  # only when a term is asked for

    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return cast(dict[str, Any], YAML(typ="safe").load(text))
