"""People, their addresses and who holds which role from when to when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import PrivateAttr, StringConstraints

from models.office_file import Place, Source, parse_document, read_bytes, refuse, repeats, validate
from models.office_keys import Code, Day, Keys, Located, Text
from models.office_words import EMAIL, perhaps

Email = Annotated[str, StringConstraints(pattern=EMAIL, max_length=254)]


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


class MemberKeys(Keys):
    """Someone a quota counts; not necessarily someone who gets letters."""

    ma: Code
    ten: Text
    don_vi: Text | None = None
    tu: Day
    den: Day | None = None


class ListKeys(Keys):
    """A list of people that a quota must reach, each of them."""

    ma: Code
    ten: Text
    nguoi: tuple[MemberKeys, ...]


class PeopleDocument(Located):
    """A whole people file."""

    nguoi: tuple[PersonKeys, ...]
    vai_tro: tuple[RoleKeys, ...]
    hop_thu_chung: Code
    danh_sach: tuple[ListKeys, ...] = ()
    _sha256: str = PrivateAttr("")

    @property
    def sha256(self) -> str:
        """The hash of the bytes it was read from."""
        return self._sha256


def read_people(path: Path) -> PeopleDocument:
    """The people in `path`, or OfficeFileError naming every fault at once."""
    raw = read_bytes(path)
    source = Source(path, parse_document(raw, path))
    document = validate(PeopleDocument, source.document, path).read_from(source)
    document._sha256 = hashlib.sha256(raw).hexdigest()
    refuse(source.fault(place, text) for place, text in _faults(document))
    return document


def _faults(document: PeopleDocument) -> Iterator[tuple[Place, str]]:
    people = document.nguoi
    known = {person.ma for person in people}
    if not people:
        yield ("nguoi",), "chưa có ai; cần ít nhất một người."
    for place, first in repeats([person.ma for person in people]):
        yield ("nguoi", place, "ma"), f"mã «{people[place].ma}» trùng với «{people[first].ma}» ở trên."
    for place, first in repeats([person.email for person in people]):
        yield ("nguoi", place, "email"), f"«{people[place].email}» đã là địa chỉ của «{people[first].ma}» ở trên."
    for place, role in enumerate(document.vai_tro):
        if role.nguoi not in known:
            yield ("vai-tro", place, "nguoi"), _unknown(role.nguoi, known)
        if role.den and role.den < role.tu:
            yield ("vai-tro", place, "den"), f"ngày thôi giữ vai {role.den} đứng trước ngày nhận {role.tu}."
    if people and document.hop_thu_chung not in known:
        yield ("hop-thu-chung",), _unknown(document.hop_thu_chung, known)
    yield from _list_faults(document)


def _list_faults(document: PeopleDocument) -> Iterator[tuple[Place, str]]:
    lists = document.danh_sach
    for place, first in repeats([one.ma for one in lists]):
        yield ("danh-sach", place, "ma"), f"mã «{lists[place].ma}» trùng với «{lists[first].ma}» ở trên."
    for number, one in enumerate(lists):
        for place, first in repeats([member.ma for member in one.nguoi]):
            where = ("danh-sach", number, "nguoi", place, "ma")
            yield where, f"mã «{one.nguoi[place].ma}» trùng với «{one.nguoi[first].ma}» ở trên."
        for place, member in enumerate(one.nguoi):
            if member.den and member.den < member.tu:
                where = ("danh-sach", number, "nguoi", place, "den")
                yield where, f"ngày rời danh sách {member.den} đứng trước ngày vào {member.tu}."


def _unknown(code: str, known: set[str]) -> str:
    return f"người «{code}» chưa khai ở «nguoi»{perhaps(code, known)}"
