"""A term of law, the duty it belongs to over time, and what each kind of term means for a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from rules.vietnamese import dmy

Certainty = Literal["S", "2", "M", "?"]  # text seen, secondary source, from memory, not established
ChosenBy = Literal["event", "fiscal_year"]
Rolls = Literal["none", "forward", "backward"]
Unit = Literal["", "days", "working_days", "months", "date", "per_week", "per_month", "per_quarter", "per_year"]
Meaning = Literal["within", "ahead", "posted", "count", "by_day", "before_day", "no_rule"]

_FACTS: dict[Meaning, str] = {
    "within": "accept_within correct_within decide_within disclose_within explain_within hand_over_within hold_within "
    "issue_within notice_within notify_within provide_within reply_within resolve_within resubmit_within send_within "
    "transfer_within disclose_at_event update_at_event extend_max interim_max resolve_max term_of_office",
    "ahead": "announce_before documents_before issue_before notice_before post_before submit_before_event test_before",
    "posted": "consult_exact consult_min loudspeaker_min post_exact post_min",
    "count": "min_count periodic_list",
    "by_day": "disclose_by yearly_date",
    "before_day": "complete_before disclose_before submit_before",
    "no_rule": "by_election_if_remaining channel_required clock_start data_cutoff day_end disclose_required "
    "first_day_excluded form_required min_gap plan_required post_standing post_whole_period report_next_session "
    "roll_forward set_by_province",
}
MEANINGS: Mapping[str, Meaning] = {fact: meaning for meaning, facts in _FACTS.items() for fact in facts.split()}


class Doubt(NamedTuple):
    """Why the wording in force must still be checked, and since when (None: whatever the day)."""

    why: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one duty and the days between which it holds.

    `length` is its number as people read it («05 ngày làm việc»); `also` a second ground; `event` what it counts
    from; `doubt` why a term whose text was seen must still be checked; `successor` the id of the term that follows.
    """

    id: str
    duty: str
    instrument: str
    article: str
    also: str
    fact: str
    value: int | str | None
    unit: Unit
    length: str
    event: str
    rolls: Rolls
    valid_from: date
    valid_to: date | None
    certainty: Certainty
    note: str
    doubt: Doubt
    successor: str
    chosen_by: ChosenBy

    def holds(self, day: date) -> bool:
        """Whether the term is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def span(self) -> str:
        """«01/07/2012-30/06/2026» or «từ 01/07/2026»."""
        return f"{dmy(self.valid_from)}-{dmy(self.valid_to)}" if self.valid_to else f"từ {dmy(self.valid_from)}"


@dataclass(frozen=True, slots=True)
class Duty:
    """The same duty over time; `missing` says which part of its history nobody has established."""

    slug: str
    name: str
    chosen_by: ChosenBy
    missing: str
    terms: tuple[Term, ...]
