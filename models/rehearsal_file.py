"""A rehearsal read from its folder: the summary a replay wrote, checked, as values; and the shelf they are kept on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from models.calendar_file import NoticeKeys, calendar_of
from models.office_file import Fault, OfficeFileError
from models.office_words import explain_opening
from rules.vietnamese import dmy
from rules.working_days import WorkingCalendar

SUMMARY = "summary.json"
MOST_BYTES = 40_000_000  # a year of the sample plan is 1 MB
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+){0,20}", re.ASCII)
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Named:
    """An office or a unit: the code it is stored under, the name people read."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PlanUsed:
    """The plan a rehearsal ran, with the hash of its file."""

    code: str
    number: str
    title: str
    year: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CalendarUsed:
    """The notices its calendar was made of."""

    version: str
    known_through: date
    notices: tuple[NoticeKeys, ...]


@dataclass(frozen=True, slots=True)
class PeopleUsed:
    """The people it told, with the hash of their file; names by code."""

    sha256: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days run, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{dmy(self.first)} – {dmy(self.last)}"


@dataclass(frozen=True, slots=True)
class Away:
    """Leave supposed for a rehearsal: who, from when to the end of when, and who stands in («»: nobody)."""

    person: str
    first: date
    last: date
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a rehearsal was run with."""

    authority: Named
    plan: PlanUsed
    calendar: CalendarUsed
    people: PeopleUsed
    away: tuple[Away, ...]
    days: Stretch


@dataclass(frozen=True, slots=True)
class Told:
    """One letter: a rung, the day it was told, to whom."""

    rung: str
    on: date
    to: str


@dataclass(frozen=True, slots=True)
class Due:
    """One obligation as the rehearsal left it."""

    code: Annotated[str, Field(validation_alias="obligation")]
    task: str
    title: str
    period: str
    kind: str
    unit: Named | None
    implementers: tuple[str, ...]
    status: str
    internal: bool
    nominal: date
    legal: date
    target: date
    window: int | None
    letters: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Mailed:
    """One mail; `lines` is how many letters it carried."""

    day: date
    subject: str
    status: str
    lines: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person and every mail they would get."""

    code: Annotated[str, Field(validation_alias="person")]
    name: str
    mails: tuple[Mailed, ...]


@dataclass(frozen=True, slots=True)
class MorningSeen:
    """One morning of the whole office."""

    day: date
    mails: int
    lines: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A replay as its summary tells it."""

    inputs: Inputs
    obligations: tuple[Due, ...]
    people: tuple[Recipient, ...]
    mornings: tuple[MorningSeen, ...]

    def calendar(self) -> WorkingCalendar:
        """The working calendar it ran under."""
        return _calendar_of(self.inputs.calendar.notices)

    def name_of(self, person: str) -> str:
        """What a person is called."""
        return self.inputs.people.names.get(person, person)


_REHEARSAL = TypeAdapter(Rehearsal)
_calendar_of = lru_cache(maxsize=8)(calendar_of)  # two rehearsals compared are often compared again


def read_rehearsal(folder: Path) -> Rehearsal:
    """The rehearsal in `folder`. Raises OfficeFileError naming the file, the field and what to do."""
    file = folder / SUMMARY
    raw = _bytes_of(file)
    try:
        return _REHEARSAL.validate_json(raw)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = " ".join(f"«{step}»" for step in detail["loc"])
        found = "thiếu" if detail["type"] == "missing" else "không đọc được"
        text = f"{found}; cần tệp do dunghan replay của bản này ghi. Xin chạy thử lại vào một thư mục mới."
        raise OfficeFileError([Fault(str(file), None, where, text)]) from None


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise OfficeFileError([Fault(str(file), None, "", explain_opening(error))]) from None
    if len(raw) > MOST_BYTES:
        text = f"lớn hơn {MOST_BYTES // 1_000_000} MB, không phải kết quả của dunghan replay."
        raise OfficeFileError([Fault(str(file), None, "", text)])
    return raw


def is_name(text: str) -> bool:
    """Whether `text` may name a kept rehearsal: a slug, so that no name leads out of the shelf."""
    return len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None


def kept_names(shelf: Path) -> list[str]:
    """The rehearsals kept on `shelf`, by name; a replay that never ended left no summary and is not one."""
    if not shelf.is_dir():
        return []
    return sorted(one.name for one in shelf.iterdir() if is_name(one.name) and _is_kept(one))


def read_kept(shelf: Path, name: str) -> Rehearsal | None:
    """The rehearsal kept under `name`; None when there is none. Raises OfficeFileError."""
    folder = shelf / name
    if not is_name(name) or not _is_kept(folder):
        return None
    state = (folder / SUMMARY).stat()
    return _read_again(folder, state.st_mtime_ns, state.st_size)


def _is_kept(folder: Path) -> bool:
    return not folder.is_symlink() and (folder / SUMMARY).is_file() and not (folder / SUMMARY).is_symlink()


@lru_cache(maxsize=8)
def _read_again(folder: Path, changed: int, size: int) -> Rehearsal:
    """Read once for as long as the file stays what it is."""
    return read_rehearsal(folder)
