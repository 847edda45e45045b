"""Events: recorded once, corrected or withdrawn with a reason; what they opened moves and goes with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import select
from sqlmodel import Session, col

from models.acts import ActRefused, clean, needed, person_named
from models.audit import Act, record
from models.audit_actions import Action
from models.moves import Move, move_open, withdraw_open
from models.obligations import open_obligations, stored_calendar
from models.planned import tasks_of
from models.tables import Authority, Event, Obligation, Plan, key_of
from rules.deadlines import DaysBefore, OnTheDay, WorkingDaysBefore
from rules.law.terms import rule_of, term_in_force
from rules.schedule import ByLaw, OnEvent
from rules.vietnamese import dmy, fold, local_day
from rules.when_json import parse_when

LONGEST_CASE = 60
_AHEAD = (DaysBefore, WorkingDaysBefore, OnTheDay)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as somebody reports it; `case` sets apart those of one day, `due` is the day the document names."""

    code: str
    day: date
    document: str
    case: str = ""
    words: str = ""
    due: date | None = None
    person: str = ""  # code of the one person who answers for it


def record_event(session: Session, happening: Happening, now: datetime, by: str = "dunghan") -> list[Obligation]:
    """Record an event and open what it triggers; an event known already opens nothing. Raises ActRefused."""
    plans = session.execute(select(Plan).order_by(col(Plan.id))).scalars().all()
    waiting = [plan for plan in plans if happening.code in plan.event_names]
    if not waiting:
        raise ActRefused(f"Không kế hoạch nào có sự kiện «{happening.code}». {_near_events(plans, happening.code)}")
    happening = _cleaned(happening)
    opened = []
    for plan in waiting:
        _check_day(session, plan, happening, local_day(now))
        authority = session.get_one(Authority, plan.authority_id)
        store_event(session, authority, plan.event_names[happening.code], happening, now, by)
        opened += open_obligations(session, plan, stored_calendar(session, plan.authority_id), now)
    return opened


def store_event(
    session: Session, authority: Authority, name: str, happening: Happening, now: datetime, by: str = "dunghan"
) -> Event | None:
    """The new event's row, or None when it is known already."""
    base = "-".join(filter(None, (happening.code, happening.day.isoformat(), _slug(happening.case))))
    person = person_named(session, authority, happening.person) if happening.person else None
    if (key := _free_key(session, authority, base, happening)) is None:
        return None
    row = Event(
        authority_id=key_of(authority), key=key, code=happening.code, name=name, day=happening.day,
        document=happening.document, case=happening.case, words=happening.words,
        due=happening.due, person_id=person, recorded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    detail = {"name": name, "day": dmy(row.day), "document": row.document, "words": _said(row), "key": key}
    record(session, key_of(authority), now, [Act(Action.EVENT_RECORDED, f"{authority.code}.{row.code}", detail, by)])
    return row


def correct_event(
    session: Session, key: str, day: date, reason: str, document: str, now: datetime, by: str = "dunghan"
) -> list[Move]:
    """Give event `key` its true day: what is open moves and says why, what is closed stays. Raises ActRefused."""
    row, authority = _event(session, key)
    reason = needed("Lý do", reason, "Cần ghi lý do.")
    if day == row.day:
        raise ActRefused(f"Sự kiện này đã ghi đúng ngày {dmy(day)}; không có gì để sửa.")
    before, row.day = row.day, day
    row.document = clean("Văn bản", document) or row.document
    session.add(row)
    session.flush()
    facts = {"key": row.key, "name": row.name, "from": dmy(before), "to": dmy(day), "document": row.document,
             "reason": reason}  # fmt: skip
    record(session, row.authority_id, now, [Act(Action.EVENT_CORRECTED, f"{authority.code}.{row.code}", facts, by)])
    cause = f"việc sửa ngày sự kiện «{row.name}» từ {dmy(before)} sang {dmy(day)}"
    calendar = stored_calendar(session, row.authority_id)
    return move_open(session, authority, calendar, cause, now, row)


def withdraw_event(session: Session, key: str, reason: str, now: datetime, by: str = "dunghan") -> list[Move]:
    """Take event `key` back: what it opened and is not done no longer applies. Raises ActRefused."""
    row, authority = _event(session, key)
    reason = needed("Lý do", reason, "Cần ghi lý do.")
    row.withdrawn = True
    session.add(row)
    session.flush()
    facts = {"key": row.key, "name": row.name, "day": dmy(row.day), "reason": reason}
    record(session, row.authority_id, now, [Act(Action.EVENT_WITHDRAWN, f"{authority.code}.{row.code}", facts, by)])
    return withdraw_open(session, authority, stored_calendar(session, row.authority_id), row, reason, now)


def _event(session: Session, key: str) -> tuple[Event, Authority]:
    rows = session.execute(select(Event).where(col(Event.key) == key).with_for_update()).scalars().all()
    if len(rows) != 1:
        several = " của riêng một cơ quan" if rows else ""
        raise ActRefused(f"Không có sự kiện «{key}»{several}.")
    row = rows[0]
    if row.withdrawn:
        raise ActRefused(f"Sự kiện «{row.name}» ngày {dmy(row.day)} đã rút; hãy ghi lại thành sự kiện mới.")
    return row, session.get_one(Authority, row.authority_id)


def _free_key(session: Session, authority: Authority, base: str, happening: Happening) -> str | None:
    """`base`, or `base` with a number when that event was withdrawn; None when the very same still holds.

    Raises ActRefused when another event of that kind and day holds: nothing is lost silently.
    """
    mine = select(Event).where(
        col(Event.authority_id) == authority.id, col(Event.key).startswith(base, autoescape=True)
    )
    taken = {row.key: row for row in session.execute(mine).scalars()}
    number, key = 1, base
    while key in taken:
        known = taken[key]
        if not known.withdrawn and (happening.words, happening.due) not in ((known.words, known.due), ("", None)):
            raise ActRefused(
                f"Đã có «{known.name}» cùng ngày với nội dung khác («{known.words or known.document}»); "
                "xin ghi số hồ sơ hoặc số thứ tự để phân biệt."
            )
        if not known.withdrawn:
            return None
        number += 1
        key = f"{base}-lai{number}"
    return key


def _cleaned(happening: Happening) -> Happening:
    """`happening` as it is kept. Raises ActRefused."""
    if happening.due and happening.due < happening.day:
        raise ActRefused(f"Hạn trong văn bản {dmy(happening.due)} đứng trước ngày sự kiện {dmy(happening.day)}.")
    document = needed("Văn bản", happening.document, "Cần ghi văn bản chứng minh sự kiện.")
    case, words = clean("Số hồ sơ", happening.case), clean("Nội dung", happening.words)
    if len(case) > LONGEST_CASE:
        raise ActRefused(f"Số hồ sơ dài {len(case)} ký tự; xin ghi gọn trong {LONGEST_CASE} ký tự.")
    return replace(happening, document=document, case=case, words=words)


def _check_day(session: Session, plan: Plan, happening: Happening, today: date) -> None:
    """Only a day that something is counted back from may lie ahead."""
    if happening.day <= today:
        return
    dues = (_rule(when, happening) for task in tasks_of(session, plan) for when in map(parse_when, task.schedule)
            if isinstance(when, OnEvent) and when.event == happening.code)  # fmt: skip
    if not any(isinstance(due, _AHEAD) for due in dues):
        raise ActRefused(
            f"Sự kiện ghi ngày {dmy(happening.day)}, sau hôm nay {dmy(today)}; chỉ ghi khi đã xảy ra. Hãy xem lại ngày."
        )


def _rule(when: OnEvent, happening: Happening) -> object:
    return rule_of(term_in_force(when.due.duty, happening.day)) if isinstance(when.due, ByLaw) else when.due


def _said(row: Event) -> str:
    parts = (f"Hồ sơ {row.case}." if row.case else "", f"{row.words}." if row.words else "",
             f"Văn bản định hạn {dmy(row.due)}." if row.due else "")  # fmt: skip
    return " ".join(filter(None, parts))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:40]


def _near_events(plans: Sequence[Plan], code: str) -> str:
    names = _names(plans)
    near = get_close_matches(code, names, n=3, cutoff=0.4)
    if not near:
        return f"Kế hoạch có {len(names)} sự kiện, không sự kiện nào có mã gần giống."
    return "Gần giống: " + "; ".join(f"{known} ({names[known]})" for known in near) + "."


def names_of(session: Session) -> list[tuple[str, str]]:
    """Every event the plans wait for: its code and what happens, by code."""
    plans = session.execute(select(Plan).order_by(col(Plan.id))).scalars().all()
    return sorted(_names(plans).items())


def _names(plans: Sequence[Plan]) -> dict[str, str]:
    return {code: name for plan in plans for code, name in plan.event_names.items()}


def events_of(session: Session, withdrawn: bool = True) -> Iterable[Event]:
    """Every event recorded, newest first."""
    query = select(Event).order_by(col(Event.day).desc(), col(Event.id).desc())
    return session.execute(query if withdrawn else query.where(col(Event.withdrawn).is_(False))).scalars()
