"""Time stamps on the day's signed head: at most one a day, each told in the trail with the hash of its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session, col

from models.advisory_locks import Room, try_lock
from models.audit import Act, record
from models.audit_actions import Action
from models.record_tables import HeadStamp, SignedHead
from models.signed_heads import head_on
from models.stored_entries import newest_detail
from models.tables import Authority, key_of
from rules.vietnamese import dmy, exact_time, local_time

NEAR = timedelta(minutes=10)  # how far the authority's time may be from ours before it is told


def hold_stamp(session: Session, authority_id: int) -> bool:
    """Hold the day's question until the transaction ends; False when another sweep is asking."""
    return bool(session.execute(try_lock(Room.HEAD_STAMP, authority_id)).scalar_one())


def unstamped_head(session: Session, authority_id: int, day: date) -> SignedHead | None:
    """The head signed on `day`, while it has no stamp."""
    head = head_on(session, authority_id, day)
    stamped = session.get(HeadStamp, (authority_id, day))
    return head if head and head.signature and not stamped else None


def keep_stamp(session: Session, authority: Authority, stamp: HeadStamp, asked: str) -> None:
    """Store what `asked` gave and say so in the trail; a time far from ours is kept, and said."""
    session.add(stamp)
    far = abs(stamp.stamped_at - stamp.at) > NEAR
    detail = {
        "day": dmy(stamp.day), "stamped_at": exact_time(stamp.stamped_at), "asked": asked,
        "sha256": sha256(stamp.token).hexdigest(),
        "note": f"; cách giờ lượt quét ({local_time(stamp.at)}) hơn 10 phút" if far else "",
    }  # fmt: skip
    record(session, key_of(authority), stamp.at, [Act(Action.HEAD_STAMPED, authority.code, detail)])


def tell_unstamped(session: Session, authority: Authority, now: datetime, day: date, reason: str) -> None:
    """Say in the trail why the head of `day` has no stamp; once a day, however often it is asked again."""
    if newest_detail(session, key_of(authority), Action.HEAD_NOT_STAMPED).get("day") != dmy(day):
        detail = {"day": dmy(day), "reason": reason}
        record(session, key_of(authority), now, [Act(Action.HEAD_NOT_STAMPED, authority.code, detail)])


def head_stamps(session: Session, authority_id: int) -> Sequence[HeadStamp]:
    """Every stamp, oldest first."""
    query = select(HeadStamp).where(col(HeadStamp.authority_id) == authority_id).order_by(col(HeadStamp.day))
    return session.execute(query).scalars().all()


def stamped_moments(session: Session, authority_id: int) -> dict[date, datetime]:
    """When the head of each day was stamped, by the stamping authority's time."""
    query = select(col(HeadStamp.day), col(HeadStamp.stamped_at)).where(col(HeadStamp.authority_id) == authority_id)
    return {row[0]: row[1] for row in session.execute(query)}
