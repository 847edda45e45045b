"""What an authority's letters are decided by at one moment: its working calendar and who holds which role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.obligations import stored_calendars
from models.people import Roster, rosters_on
from rules.vietnamese import local_day
from rules.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Morning:
    """What one authority's letters are decided by at one moment: its calendar and who holds which role."""

    authority_id: int
    calendar: WorkingCalendar
    roster: Roster
    now: datetime

    @property
    def is_working(self) -> bool:
        """Whether anything is told on this day."""
        return self.calendar.is_working(self.roster.day)


def mornings_on(session: Session, authority_ids: Collection[int], now: datetime) -> dict[int, Morning]:
    """The calendar and roster of each authority at `now`."""
    calendars = stored_calendars(session, authority_ids)
    rosters = rosters_on(session, authority_ids, local_day(now))
    return {number: Morning(number, calendars[number], rosters[number], now) for number in authority_ids}
