"""Checks of the day's work: sweeps, signed and stamped heads, how far the calendar and the law are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from deployments.date_commands import office_calendar
from flows import clock
from models.checks import NOVEMBER, Check, house_checks
from models.house_facts import unsigned_days, unstamped_days
from models.obligations import stored_calendar
from models.people import authorities
from models.settings import Settings
from models.tables import key_of
from rules.law.continuity import overlaps_and_gaps
from rules.law.terms import all_terms
from rules.vietnamese import dmy, local_day


def horizon(engine: Engine) -> Iterator[Check]:
    """Whether the days off of next year are known by November."""
    today, known = local_day(clock.now(engine)), office_calendar().known_through
    needed = today.year + (today.month >= NOVEMBER)
    todo = "" if known.year >= needed else f"thêm thông báo nghỉ lễ, Tết năm {needed} vào lịch: dunghan calendar add"
    yield Check("lịch nghỉ chính thức", not todo, f"biết đến {dmy(known)}", todo)


def law() -> Iterator[Check]:
    """Whether the terms of law hold on every day, each once."""
    findings = [finding for finding in overlaps_and_gaps() if finding.level == "error"]
    found = f"{len(all_terms())} quy định, {len(findings)} chỗ chồng lấn hoặc hở"
    todo = "; ".join(finding.text for finding in findings)
    yield Check("quy định pháp luật", not findings, found, todo)


def mornings(engine: Engine, settings: Settings) -> Iterator[Check]:
    """The last sweep of each authority, and the heads of the working days gone by."""
    now = clock.now(engine)
    with Session(engine) as session:
        yield from house_checks(session, now)
        for authority in authorities(session):
            calendar = stored_calendar(session, key_of(authority))
            unsigned = unsigned_days(session, key_of(authority), calendar, local_day(now))
            yield _days(f"đầu chuỗi đã ký, {authority.name}", unsigned, "xem lý do: dunghan audit verify")
            if settings.tsa_url:
                unstamped = unstamped_days(session, key_of(authority), local_day(now))
                todo = "xem tsa_url, tsa_ca_file; ngày đã qua không xin lại được"
                yield _days(f"dấu thời gian, {authority.name}", unstamped, todo)


def _days(name: str, days: list[date], todo: str) -> Check:
    found = f"{len(days)} ngày gần đây thiếu: {', '.join(map(dmy, days))}" if days else "đủ các ngày làm việc gần đây"
    return Check(name, not days, found, todo if days else "")
