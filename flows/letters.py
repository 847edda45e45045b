"""A digest as people read it: what is due, why that date, and one button for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.overview import Overview
from models.tables import Person
from rules.vietnamese import dmy


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation in a digest."""

    code: str
    title: str
    period: str
    state: str
    days_left: int  # working days to the day it is reminded for; negative: past it
    overdue: bool  # past the legal day; a checkpoint of the office's own never is
    target: date
    legal: date
    agreed: date | None  # the later day a leader agreed to; the legal day stays
    internal: bool
    keeps: bool  # something posted that must stay, not something to do
    standing: bool  # no term in law or plan: evidence and one line are asked for
    provisional: bool
    closed: bool  # done or withdrawn: told for information
    because: tuple[str, ...]
    basis: tuple[str, ...]
    late_rungs: tuple[str, ...]
    news: tuple[str, ...]
    stands_for: str  # whom the reader stands in for, or who could not be reached
    asked: bool  # the reader is to decide on something
    leads: bool  # the reader leads, and does not do it
    draft: str
    draft_for: str  # the units it urges
    url: str

    @property
    def button(self) -> str:
        """What its one button says."""
        if self.asked:
            return "Xem và quyết định"
        if self.closed or self.leads:
            return "Xem lại" if self.closed else "Xem việc này"
        return "Xem và ghi ngày gỡ" if self.keeps else "Xem và báo kết quả"


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one urgency."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DigestMail:
    """A digest ready to be rendered."""

    authority: str
    person: Person
    day: date
    sections: tuple[Section, ...]
    overview: Overview | None
    review_urls: dict[str, str]  # what was reported done -> where a leader looks at it
    wishes_url: str

    @property
    def lines(self) -> list[Line]:
        """Every line, most urgent first."""
        return [line for section in self.sections for line in section.lines]

    @property
    def subject(self) -> str:
        """«Nhắc hạn: 3 việc, gần nhất 02/07/2024»: kind, count and nearest date."""
        due = [line for line in self.lines if not line.closed]
        overdue = [line for line in due if line.overdue]
        if overdue:
            rest = f", {len(due) - len(overdue)} việc khác" if len(overdue) < len(due) else ""
            return f"Đôn đốc: {len(overdue)} việc quá hạn{rest}, sớm nhất {dmy(min(o.legal for o in overdue))}"
        if due:
            return f"Nhắc hạn: {len(due)} việc, gần nhất {dmy(min(line.agreed or line.target for line in due))}"
        if self.overview:
            return f"Tình hình đầu tuần: {len(self.overview.overdue)} việc quá hạn, tính đến {dmy(self.day)}"
        return f"Thông báo: {len(self.lines)} việc đã ghi nhận, ngày {dmy(self.day)}"
