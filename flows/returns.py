"""What came back to the sender address is read at the start of each round, and each mail is taken in once."""

from __future__ import annotations

import asyncio
from datetime import datetime

from flows.return_mailbox import MailboxUnreachable, open_mailbox
from flows.returned_mail import answered, understand
from flows.sending import Office
from models.deliveries import CameBack, take_in
from models.sweep_shares import reading_returns


async def read_returns(office: Office, now: datetime) -> str:
    """Take in every unread mail; «» or, when the mailbox cannot be read, why. A round never fails because of it.

    Of several rounds one reads, and the others wait for it: who is away must be known before mail leaves.
    """
    try:
        with reading_returns(office.engine) as ours:
            if ours:
                await asyncio.to_thread(_read, office, now)
    except MailboxUnreachable as unreachable:
        return str(unreachable)
    return ""


def _read(office: Office, now: datetime) -> None:
    """Each mail is marked read only once what it means is stored: whoever dies in between reads it again."""
    with open_mailbox(office.settings) as box:
        for item in box.unread():
            found = understand(item.raw, office.signing_key)
            mail = CameBack(found.key, found.digest, found.kind, found.status, found.words, answered(item.raw))
            with office.transaction() as session:
                take_in(session, mail, now)
            box.done(item)
