"""How a person wants their mail: from which hour, and with early reminders or without."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.acts import ActRefused
from models.audit import Act, record
from models.audit_actions import Action
from models.digests import DIGEST_TIMES
from models.tables import Person


def set_wishes(session: Session, person: Person, at: str, early: bool, now: datetime) -> None:
    """Let the mail of `person` leave from `at` on, one of DIGEST_TIMES; without `early`, none five or more days ahead.

    Reminders from two working days ahead, and what is overdue, are sent in any case. Raises ActRefused.
    """
    if at not in DIGEST_TIMES:
        raise ActRefused(f"Giờ nhận thư cần là một trong: {', '.join(DIGEST_TIMES)}; đọc được «{at[:20]}».")
    if (person.digest_at, person.early) == (at, early):
        return
    person.digest_at, person.early = at, early
    session.add(person)
    detail = {"person": person.code, "at": at, "early": "có" if early else "không"}
    record(session, person.authority_id, now, [Act(Action.WISHES_SET, person.code, detail, actor=person.code)])
