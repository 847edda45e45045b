"""Links in mails: signed for one person, purpose and obligation, short-lived, and revoked by one row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.acts import needed
from models.audit import Act, record
from models.audit_actions import Action
from models.reply_tables import ReplyLink
from models.tables import Obligation, Person, key_of, table_of

Purpose = Literal["tra-loi", "duyet", "tuy-chon"]  # answer for the work | decide on it | one's own wishes
LIVES = timedelta(days=45)
Wanted = tuple[Purpose, int | None]  # for what, about which obligation (None: about none)


class LinkRefused(ValueError):
    """A link that opens nothing: `why` says which kind, the message what to do."""

    def __init__(self, why: Literal["hong", "het-han", "thu-hoi"]) -> None:
        self.why = why
        super().__init__(_WHY[why])


_WHY = {
    "hong": "Liên kết không đúng hoặc bị cắt mất một phần. Xin mở lại bằng nút trong thư.",
    "het-han": "Liên kết đã hết hạn. Xin dùng nút trong thư mới nhất, hoặc liên hệ văn phòng.",
    "thu-hoi": "Liên kết đã bị thu hồi. Xin dùng nút trong thư mới nhất, hoặc liên hệ văn phòng.",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What a good link opens: for whom, for what, about which obligation, until when."""

    purpose: Purpose
    person: Person
    obligation: Obligation | None
    expires: datetime


def issue_links(
    session: Session, person: Person, wanted: Sequence[Wanted], now: datetime, key: bytes
) -> dict[Wanted, str]:
    """A signed token for each of `wanted`; asked again, the same row signs a fresh one."""
    if not wanted:
        return {}
    once = dict.fromkeys(wanted)
    rows = [
        {"authority_id": person.authority_id, "person_id": person.id, "purpose": purpose, "obligation_id": about,
         "issued_at": now} for purpose, about in once
    ]  # fmt: skip
    made = insert(table_of(ReplyLink)).values(rows)
    kept = made.on_conflict_do_update(
        index_elements=["person_id", "purpose", "obligation_id"], set_={"issued_at": now}
    ).returning(col(ReplyLink.id), col(ReplyLink.purpose), col(ReplyLink.obligation_id), col(ReplyLink.revocations))
    signer = _signer(key)
    return {
        (purpose, about): _text(signer, [number, purpose, person.id, about, revocations], now)
        for number, purpose, about, revocations in session.execute(kept)
    }


def _text(signer: Any, facts: list[Any], now: datetime) -> str:
    return str(signer.dumps([*facts, int((now + LIVES).timestamp())]))


def open_link(session: Session, token: str, purpose: Purpose, key: bytes, now: datetime) -> Opened:
    """What `token` opens at `now`. Raises LinkRefused: forged or for another purpose, expired, revoked."""
    try:
        number, meant, person_id, about, revocations, expires = _signer(key).loads(token)
    except (BadData, ValueError, TypeError):
        raise LinkRefused("hong") from None
    row = session.get(ReplyLink, number)
    if row is None or meant != purpose or (row.person_id, row.obligation_id, row.purpose) != (person_id, about, meant):
        raise LinkRefused("hong")
    if now.timestamp() >= expires:
        raise LinkRefused("het-han")
    if revocations != row.revocations:
        raise LinkRefused("thu-hoi")
    obligation = session.get_one(Obligation, about) if about else None
    return Opened(purpose, session.get_one(Person, person_id), obligation, datetime.fromtimestamp(expires, UTC))


def revoke_links(session: Session, person: Person, by: str, reason: str, now: datetime) -> int:
    """Let no link sent to `person` so far open anything; how many. Later mails carry new ones. Raises ActRefused."""
    said = needed("Lý do", reason, "Cần ghi lý do thu hồi.")
    mine = select(col(ReplyLink.id)).where(col(ReplyLink.person_id) == key_of(person))
    numbers = session.execute(mine.with_for_update()).scalars().all()
    revoked = {"revoked_at": now, "revocations": col(ReplyLink.revocations) + 1}
    session.execute(update(ReplyLink).where(col(ReplyLink.person_id) == key_of(person)).values(**revoked))
    detail = {"by": by, "person": person.code, "links": len(numbers), "reason": said}
    record(session, person.authority_id, now, [Act(Action.LINKS_REVOKED, person.code, detail, actor=by)])
    return len(numbers)


def _signer(key: bytes) -> Any:
    return URLSafeSerializer(key, salt="lien-ket-trong-thu", signer_kwargs={"digest_method": hashlib.sha256})
