"""Which person a command means, who reads that person's letters on a day, and how answers name people."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session

    from models.tables import Authority, Person

PersonJson = dict[str, str]  # code, name


def find_person(session: "Session", text: str) -> "tuple[Authority, Person]":
    """The person with code `text`, or «AUTHORITY/CODE» where two authorities have it. Raises ActRefused."""
    from models.acts import ActRefused
    from models.office_words import perhaps, shown

    everybody = _everybody(session)
    found = [(office, person) for office, person in everybody if text in (person.code, full_code(office, person))]
    if not found:
        near = perhaps(text, [person.code for _, person in everybody])
        raise ActRefused(f"Không có người {shown(text)} trong danh sách nhân sự{near}")
    if len(found) > 1:
        names = " hoặc ".join(full_code(*one) for one in found)
        raise ActRefused(f"Có nhiều cơ quan có người {shown(text)}; xin ghi rõ {names}.")
    return found[0]


def _everybody(session: "Session") -> "list[tuple[Authority, Person]]":
    from sqlalchemy import select
    from sqlmodel import col

    from models.tables import Authority, Person

    query = select(Authority, Person).join(Person, col(Person.authority_id) == col(Authority.id))
    return [(office, person) for office, person in session.execute(query.order_by(col(Person.id)))]


def full_code(authority: "Authority", person: "Person") -> str:
    """«nhu-quynh/le-thi-mau»: a person's code that no other authority can have."""
    return f"{authority.code}/{person.code}"


def code_in(authority: "Authority", text: str) -> str:
    """The code in `text`, which may name the authority too."""
    return text.removeprefix(f"{authority.code}/")


def person_in(session: "Session", authority: "Authority", text: str) -> "Person":
    """The person of `authority` that `text` names. Raises ActRefused."""
    from models.acts import person_named
    from models.tables import Person

    return session.get_one(Person, person_named(session, authority, code_in(authority, text)))


def people_json(session: "Session", people: "Iterable[int]") -> list[PersonJson]:
    """Persons as JSON names them."""
    from models.tables import Person

    found = (session.get_one(Person, one) for one in people)
    return [{"code": person.code, "name": person.name} for person in found]


def joined(people: "Iterable[PersonJson]", nobody: str = "chưa có ai") -> str:
    """Persons by name, for a sentence or a cell."""
    return ", ".join(person["name"] for person in people) or nobody
