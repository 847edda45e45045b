"""People, their addresses and who holds which role from when to when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.office_file import Fault, OfficeFileError, line_of, name_of, read_document, validate
from models.plan_schema import Code, Day, Keys, Text

Email = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254)]


class PersonKeys(Keys):
    """One person of the office."""

    ma: Code
    ten: Text
    chuc_vu: Text
    email: Email


class RoleKeys(Keys):
    """A role held by a person in a unit between two days, the last one included."""

    nguoi: Code
    don_vi: Code
    vai: Literal["can-bo", "phu-trach", "chu-tich"]
    tu: Day
    den: Day | None = None


class PeopleDocument(Keys):
    """A whole people file."""

    nguoi: tuple[PersonKeys, ...] = Field(min_length=1)
    vai_tro: tuple[RoleKeys, ...]
    hop_thu_chung: Code


def read_people(path: Path) -> PeopleDocument:
    """The people in `path`, or OfficeFileError naming every fault at once."""
    raw = read_document(path)
    document = validate(PeopleDocument, raw, path)
    faults = [Fault(str(path), line_of(raw, at), name_of(raw, at), text) for at, text in _faults(document)]
    if faults:
        raise OfficeFileError(faults)
    return document


def _faults(document: PeopleDocument) -> Iterator[tuple[tuple[int | str, ...], str]]:
    known = {person.ma for person in document.nguoi}
    for field in ("ma", "email"):
        seen: Counter[str] = Counter()
        for place, person in enumerate(document.nguoi):
            value = str(getattr(person, field)).lower()
            seen[value] += 1
            if seen[value] == 2:
                yield ("nguoi", place, field), f"«{value}» đã dùng cho người khác ở trên."
    for place, role in enumerate(document.vai_tro):
        if role.nguoi not in known:
            yield ("vai-tro", place, "nguoi"), f"«{role.nguoi}» chưa khai ở «nguoi»."
        if role.den and role.den < role.tu:
            yield ("vai-tro", place, "den"), f"ngày thôi giữ vai {role.den} đứng trước ngày nhận {role.tu}."
    if document.hop_thu_chung not in known:
        yield ("hop-thu-chung",), f"«{document.hop_thu_chung}» chưa khai ở «nguoi»."
