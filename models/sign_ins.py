"""Signing in without a password: a link by mail, short-lived, used once, in the browser that asked; then a session."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.access import RIGHTS, Visitor, address_of, rights_of
from models.access_tables import PageReading, PageSession, SignInLink
from models.acts import ActRefused
from models.audit import Act, record
from models.audit_actions import Action
from rules.vietnamese import local_day

LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(hours=8)  # a working day
_KEPT = timedelta(days=30)
_LONGEST_BROWSER = 200
# How many links may be asked for, by one address and by one place of the network, within how long.
_LIMITS = ((timedelta(minutes=15), 5, 20), (timedelta(days=1), 20, 100))


class TooMany(ActRefused):
    """More sign-in links asked for than anybody needs."""


class SignInRefused(ValueError):
    """A sign-in link, or a provider's word, that lets nobody in, with what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A link made for who may come in; `secret` leaves in the mail and is kept nowhere."""

    number: int
    name: str
    email: str
    secret: str
    expires: datetime


def fresh_secret() -> str:
    """A secret nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ask_link(session: Session, email: str, browser: str, client: str, back: str, now: datetime) -> Asked | None:
    """Write down that `email` asks to come in; None when it may not, which the page does not tell. Raises TooMany."""
    address = address_of(email)
    _check_limits(session, address, client, now)
    secret, expires = fresh_secret(), now + LINK_LIVES
    row = SignInLink(
        secret_hash=hash_of(secret), browser_hash=hash_of(browser), email=address, client=client, back=back,
        asked_at=now, expires_at=expires,
    )  # fmt: skip
    session.execute(delete(SignInLink).where(col(SignInLink.asked_at) < now - _KEPT))
    session.add(row)
    session.flush()
    rights = rights_of(session, address, local_day(now))
    return Asked(int(row.id or 0), rights[0].name, address, secret, expires) if rights else None


def _check_limits(session: Session, address: str, client: str, now: datetime) -> None:
    for within, of_address, of_client in _LIMITS:
        recent = select(func.count()).select_from(SignInLink).where(col(SignInLink.asked_at) > now - within)
        mine = session.execute(recent.where(col(SignInLink.email) == address)).scalar_one()
        theirs = session.execute(recent.where(col(SignInLink.client) == client)).scalar_one()
        if mine >= of_address or theirs >= of_client:
            raise TooMany("Đã có nhiều lần xin liên kết đăng nhập; xin dùng thư mới nhất, hoặc thử lại sau.")


def keep_outcome(session: Session, number: int, outcome: str) -> None:
    """What became of the mail with the link."""
    session.execute(update(SignInLink).where(col(SignInLink.id) == number).values(outcome=outcome[:200]))


def find_link(session: Session, secret: str, browser: str, now: datetime) -> SignInLink:
    """The link with this secret, for this browser, not used. Raises SignInRefused."""
    mine = select(SignInLink).where(col(SignInLink.secret_hash) == hash_of(secret))
    row: SignInLink | None = session.execute(mine).scalar_one_or_none()
    if row is None:
        raise SignInRefused("Liên kết đăng nhập không đúng hoặc bị cắt mất một phần. Xin xin lại liên kết mới.")
    if not browser or not secrets.compare_digest(row.browser_hash, hash_of(browser)):
        raise SignInRefused("Xin mở liên kết trên chính trình duyệt đã xin đăng nhập, hoặc xin liên kết mới ở đây.")
    if row.used_at is not None:
        raise SignInRefused("Liên kết đăng nhập này đã dùng rồi. Xin xin lại liên kết mới.")
    if now >= row.expires_at:
        raise SignInRefused("Liên kết đăng nhập đã hết hạn (15 phút). Xin xin lại liên kết mới.")
    return row


def use_link(session: Session, secret: str, browser: str, now: datetime) -> tuple[list[Visitor], str]:
    """Use the link up: the rights it lets in by, and the page to go on to. Raises SignInRefused."""
    row = find_link(session, secret, browser, now)
    once = update(SignInLink).where(col(SignInLink.id) == row.id, col(SignInLink.used_at).is_(None))
    if not session.execute(once.values(used_at=now).returning(col(SignInLink.id))).first():
        raise SignInRefused("Liên kết đăng nhập này đã dùng rồi. Xin xin lại liên kết mới.")
    return rights_at_door(session, row.email, now), row.back


def rights_at_door(session: Session, email: str, now: datetime) -> list[Visitor]:
    """The rights `email`, whose owner stands at the door, may come in by. Raises SignInRefused when there are none."""
    rights = rights_of(session, email, local_day(now))
    if not rights:
        raise SignInRefused("Địa chỉ này không được cấp quyền vào các trang. Xin liên hệ văn phòng.")
    return rights


def begin_session(session: Session, visitor: Visitor, browser: str, now: datetime) -> str:
    """Let `visitor` in: the secret their browser is to keep."""
    secret = fresh_secret()
    row = PageSession(
        secret_hash=hash_of(secret), authority_id=visitor.authority_id, right=visitor.right, code=visitor.code,
        email=visitor.email, browser=browser[:_LONGEST_BROWSER], began_at=now, expires_at=now + SESSION_LIVES,
    )  # fmt: skip
    session.add(row)
    detail = {"by": visitor.code, "right": RIGHTS[visitor.right]}
    record(session, visitor.authority_id, now, [Act(Action.SIGNED_IN, visitor.code, detail, actor=visitor.code)])
    return secret


def visitor_of(session: Session, secret: str, now: datetime) -> Visitor | None:
    """Who is signed in with this secret; None when nobody is, or not any more, or their right has ended."""
    mine = select(PageSession).where(col(PageSession.secret_hash) == hash_of(secret))
    row: PageSession | None = session.execute(mine).scalar_one_or_none()
    if row is None or row.ended_at is not None or not row.began_at <= now < row.expires_at:
        return None
    for visitor in rights_of(session, row.email, local_day(now)):
        if (visitor.authority_id, visitor.right, visitor.code) == (row.authority_id, row.right, row.code):
            return replace(visitor, session_id=row.id)
    return None


def end_session(session: Session, number: int, by: str, now: datetime, why: str = "") -> None:
    """End one session, by whose it is or by the office. Raises ActRefused."""
    mine = select(PageSession).where(col(PageSession.id) == number).with_for_update()
    row: PageSession | None = session.execute(mine).scalar_one_or_none()
    if row is None or row.ended_at is not None:
        raise ActRefused("Phiên đăng nhập này không có hoặc đã kết thúc.")
    row.ended_at = now
    action = Action.SIGNED_OUT if row.code == by else Action.SESSION_ENDED
    detail = {"by": by, "person": row.code, "reason": why}
    record(session, row.authority_id, now, [Act(action, row.code, detail, actor=by)])


def sessions_under_way(session: Session, authority_id: int, now: datetime) -> Sequence[PageSession]:
    """Who is signed in to an authority's pages, newest first."""
    mine = select(PageSession).where(col(PageSession.authority_id) == authority_id)
    going = mine.where(col(PageSession.ended_at).is_(None), col(PageSession.expires_at) > now)
    return session.execute(going.order_by(col(PageSession.began_at).desc())).scalars().all()


def witness_reading(session: Session, visitor: Visitor, path: str, now: datetime) -> None:
    """Write down that an auditor opened `path`: once in a session."""
    claim = insert(PageReading).values(session_id=visitor.session_id, path=path).on_conflict_do_nothing()
    if session.execute(claim.returning(col(PageReading.path))).first():
        detail = {"by": visitor.code, "path": path}
        record(session, visitor.authority_id, now, [Act(Action.PAGE_READ, visitor.code, detail, actor=visitor.code)])
