"""Who may open the pages: an authority's leaders, its office and its auditors, each by a right of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from models.access_tables import AccessGrant
from models.acts import ActRefused, clean, needed
from models.audit import Act, record
from models.audit_actions import Action
from models.office_words import EMAIL
from models.tables import Authority, Person, Role, Unit, key_of
from rules.vietnamese import dmy, fold, local_day

Right = Literal["lanh-dao", "van-phong", "kiem-tra"]
RIGHTS: dict[str, str] = {"lanh-dao": "Lãnh đạo", "van-phong": "Văn phòng", "kiem-tra": "Người kiểm tra"}
_LEADING = ("chu-tich", "phu-trach")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may open the pages of one authority, by one right."""

    right: Right
    authority_id: int
    authority: str
    code: str  # as the trail knows them
    name: str
    email: str
    person_id: int | None = None  # on the roster; None: an auditor from outside, a clerk without letters
    session_id: int | None = None  # once signed in

    @property
    def choice(self) -> str:
        """What sets this right apart from the others of one address."""
        return f"{self.authority_id}.{self.right}.{self.code}"


@dataclass(frozen=True, slots=True)
class Given:
    """A right to be given: to whom, which, from when to when (last day included)."""

    code: str
    name: str
    email: str
    right: str
    first: date
    last: date | None = None


def address_of(text: str) -> str:
    """An e-mail address as rights are looked up by."""
    return text.strip().lower()


def rights_of(session: Session, email: str, day: date) -> list[Visitor]:
    """Every right `email` holds on `day`: by roles in the house, as its office, or because it was given one."""
    address = address_of(email)
    reached = func.lower(col(Person.email)) == address
    return [*_by_role(session, reached, day), *_as_office(session, reached), *_granted(session, address, day)]


def _by_role(session: Session, whose: ColumnElement[bool], day: date) -> Iterator[Visitor]:
    """The chair and heads of the authority's own units; heads of bodies that only work with it are no leaders of it."""
    query = (
        select(Person, Authority)
        .join(Authority, col(Authority.id) == col(Person.authority_id))
        .join(Role, col(Role.person_id) == col(Person.id))
        .join(Unit, col(Unit.id) == col(Role.unit_id))
        .where(whose, col(Unit.relation) == "noi-bo")
        .where(col(Role.kind).in_(_LEADING), col(Role.held_from) <= day)
        .where(col(Role.held_to).is_(None) | (col(Role.held_to) >= day))
        .distinct()
    )
    for person, authority in session.execute(query):
        yield _on_roster("lanh-dao", person, authority)


def _as_office(session: Session, whose: ColumnElement[bool]) -> Iterator[Visitor]:
    query = select(Person, Authority).join(Authority, col(Authority.catch_all_id) == col(Person.id))
    for person, authority in session.execute(query.where(whose)):
        yield _on_roster("van-phong", person, authority)


def _on_roster(right: Right, person: Person, authority: Authority) -> Visitor:
    email = address_of(person.email)
    return Visitor(right, key_of(authority), authority.name, person.code, person.name, email, key_of(person))


def _granted(session: Session, address: str, day: date) -> Iterator[Visitor]:
    query = (
        select(AccessGrant, Authority)
        .join(Authority, col(Authority.id) == col(AccessGrant.authority_id))
        .where(col(AccessGrant.email) == address, col(AccessGrant.withdrawn).is_(False))
        .where(col(AccessGrant.held_from) <= day)
        .where(col(AccessGrant.held_to).is_(None) | (col(AccessGrant.held_to) >= day))
        .order_by(col(AccessGrant.id))
    )
    for grant, authority in session.execute(query):
        right = cast(Right, grant.right)
        person = _person_with(session, grant)
        yield Visitor(right, key_of(authority), authority.name, grant.code, grant.name, address, person)


def _person_with(session: Session, grant: AccessGrant) -> int | None:
    """Who on the roster a right was given to, when it was to one of them."""
    mine = select(col(Person.id)).where(col(Person.authority_id) == grant.authority_id)
    found: int | None = session.execute(mine.where(col(Person.code) == grant.code)).scalar_one_or_none()
    return found


def give_right(session: Session, authority: Authority, given: Given, by: str, now: datetime) -> AccessGrant:
    """Give somebody a right, or say anew what was given. Raises ActRefused."""
    _check(session, authority, given, now)
    facts: dict[str, Any] = {
        "name": needed("Tên", given.name, "Cần ghi họ tên người được cấp quyền."), "email": address_of(given.email),
        "right": given.right, "held_from": given.first, "held_to": given.last, "withdrawn": False, "recorded_at": now,
    }  # fmt: skip
    row = _grant(session, authority, given.code)
    if row is None:
        row = AccessGrant(authority_id=key_of(authority), code=given.code, **facts)
    for name, value in facts.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    until = dmy(given.last) if given.last else "khi thu hồi"
    detail = {"by": by, "person": given.code, "right": RIGHTS[given.right], "first": dmy(given.first), "until": until}
    record(session, key_of(authority), now, [Act(Action.ACCESS_GIVEN, given.code, detail, actor=by)])
    return row


def _check(session: Session, authority: Authority, given: Given, now: datetime) -> None:
    if given.right not in RIGHTS:
        raise ActRefused(f"Quyền cần một trong {', '.join(RIGHTS)}; đọc được «{given.right[:40]}».")
    if not re.fullmatch(EMAIL, given.email.strip()):
        raise ActRefused(f"«{given.email[:80]}» không phải địa chỉ thư; viết như kiem-tra@tinh.example.")
    if not given.code or given.code != _plain_code(given.code):
        raise ActRefused(f"Mã cần chữ không dấu, số và gạch nối, ví dụ kiem-tra-1; đọc được «{given.code[:40]}».")
    if given.last and given.last < max(given.first, local_day(now)):
        raise ActRefused(f"Ngày cuối {dmy(given.last)} đã qua hoặc đứng trước ngày đầu {dmy(given.first)}.")
    person = session.execute(select(Person).filter_by(authority_id=authority.id, code=given.code)).scalar_one_or_none()
    if person is not None and address_of(person.email) != address_of(given.email):
        raise ActRefused(f"Mã «{given.code}» là của {person.name}, địa chỉ {person.email}; xin dùng mã khác.")


def _plain_code(text: str) -> str:
    kept = "".join(letter for letter in fold(text) if letter.isascii() and (letter.isalnum() or letter == "-"))
    return kept[:60]


def withdraw_right(session: Session, authority: Authority, code: str, by: str, reason: str, now: datetime) -> None:
    """Take a given right back: its sessions end with the next page. Raises ActRefused."""
    row = _grant(session, authority, code)
    if row is None or row.withdrawn:
        raise ActRefused(f"Không có quyền đang cấp cho «{clean('Mã', code)[:60]}».")
    said = needed("Lý do", reason, "Cần ghi lý do thu hồi quyền.")
    row.withdrawn = True
    detail = {"by": by, "person": code, "right": RIGHTS[row.right], "reason": said}
    record(session, key_of(authority), now, [Act(Action.ACCESS_WITHDRAWN, code, detail, actor=by)])


def _grant(session: Session, authority: Authority, code: str) -> AccessGrant | None:
    mine = select(AccessGrant).where(col(AccessGrant.authority_id) == authority.id, col(AccessGrant.code) == code)
    found: AccessGrant | None = session.execute(mine.with_for_update()).scalar_one_or_none()
    return found


def rights_given(session: Session, authority_id: int) -> Sequence[AccessGrant]:
    """Every right ever given in an authority, newest first."""
    mine = select(AccessGrant).where(col(AccessGrant.authority_id) == authority_id)
    return session.execute(mine.order_by(col(AccessGrant.recorded_at).desc())).scalars().all()


def holders_by_role(session: Session, authority_id: int, day: date) -> list[Visitor]:
    """Who may open the pages of an authority on `day` without having been given a right: leaders and the office."""
    theirs = col(Person.authority_id) == authority_id
    return sorted((*_by_role(session, theirs, day), *_as_office(session, theirs)), key=_place_on_roster)


def _place_on_roster(visitor: Visitor) -> int:
    return visitor.person_id or 0
