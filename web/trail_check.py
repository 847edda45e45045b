"""The trail verified: the whole chain read again, its signed heads, and a head somebody kept compared with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from fastapi import APIRouter
from sqlalchemy import func, select
from sqlmodel import Session, col
from starlette.requests import Request
from starlette.responses import Response

from models.audit import Broken, head
from models.exports import Exports
from models.head_mails import mails_sent
from models.head_stamps import stamped_moments
from models.record_tables import AuditEntry, SignedHead
from models.signed_heads import Witness, check_chain, signed_heads
from web.site import READ, TheSite
from web.trail import TRAIL, desk_of

pages = APIRouter()
CHECK = f"{TRAIL}/kiem-tra"
SHOWN_HEADS = 60
_KEPT = re.compile(r"([1-9][0-9]{0,17})[:\s]+([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """A head somebody kept outside, as a mail printed it: a number, and the hash or the Merkle root there."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading the whole chain came to."""

    entries: int
    hash: str
    broken: Broken | None
    seconds: float
    kept: str = ""  # how the head somebody kept compares: khop | khac | ngan-hon

    @property
    def speed(self) -> int:
        """Entries a second."""
        return round(self.entries / self.seconds) if self.seconds else 0


@pages.api_route(CHECK, methods=[*READ])
def check_page(request: Request, site: TheSite) -> Response:
    """How the trail stands; asked to, the whole of it is read and checked."""
    query = request.query_params
    typed = query.get("dau-chuoi", "").strip()[:200]
    kept = _kept(typed)
    with site.reading() as session:
        desk = desk_of(session, site, query.get("co-quan", ""))
        found = _check(session, desk.key, kept) if kept or query.get("kiem") else None
        heads = list(reversed(signed_heads(session, desk.key)))
        newest, mails = head(session, desk.key), mails_sent(session, desk.key)
        stamps = stamped_moments(session, desk.key)
    shown = heads if query.get("tat-ca") else heads[:SHOWN_HEADS]
    return site.render(
        request, "trail_check", 422 if typed and not kept else 200, desk=desk, newest=newest, heads=shown, kept=kept,
        hidden=len(heads) - len(shown), mails=mails, stamps=stamps, found=found, typed=typed,
        key=_key(heads, site.exports),
    )  # fmt: skip


def _kept(typed: str) -> Kept | None:
    read = _KEPT.fullmatch(typed.lower())
    return Kept(int(read[1]), read[2]) if read else None


def _check(session: Session, authority_id: int, kept: Kept | None) -> Finding:
    started = perf_counter()
    witness, broken = check_chain(session, authority_id, kept.seq if kept else 0)
    seconds = perf_counter() - started
    return Finding(witness.seq, witness.hash, broken, seconds, _compared(session, authority_id, kept, witness))


def _compared(session: Session, authority_id: int, kept: Kept | None, witness: Witness) -> str:
    if kept is None:
        return ""
    if kept.digest in witness.there:
        return "khop"
    newest = session.execute(select(func.max(AuditEntry.seq)).where(col(AuditEntry.authority_id) == authority_id))
    return "khac" if kept.seq <= (newest.scalar_one() or 0) else "ngan-hon"


def _key(heads: Sequence[SignedHead], exports: Exports | None) -> str:
    """The public key heads are signed with: the newest head's, or that of this installation when none is signed."""
    return heads[0].public_key if heads else exports.key.public if exports else ""
