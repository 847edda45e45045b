"""Days a calendar turns on: 29 February, the last day of a year and the first that is worked in the next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from office import KeptMail, load
from sqlalchemy import Engine, select
from sqlmodel import Session, col
from test_clock import at, letters, rows
from test_people import CHAIR
from test_sweep import body

from models.record_tables import Digest
from models.settings import Settings
from models.tables import Obligation
from models.views import list_obligations
from rules.deadlines import ByDay, MonthsAfter, fall_due
from rules.periods import periods_of
from rules.vietnamese import end_of, local_day, morning_of
from rules.working_days import WorkingCalendar

MON_26_FEB, THU_29_FEB, FRI_1_MARCH = date(2024, 2, 26), date(2024, 2, 29), date(2024, 3, 1)
MON_16_DEC, MON_30_DEC, TUE_31_DEC = date(2024, 12, 16), date(2024, 12, 30), date(2024, 12, 31)
WED_1_JAN, THU_2_JAN, FRI_3_JAN = (
    date(2025, 1, 1),
    date(2025, 1, 2),
    date(2025, 1, 3),
)  # Wednesday is off: Tết Dương lịch
A_SECOND = timedelta(seconds=1)
CODE = "nhu-quynh-2024."
FEBRUARY = f"{CODE}P3b.2024-M02"  # each month: due Thursday 29/02/2024
DECEMBER = f"{CODE}P6.1.2024-M12"  # the office's own count of December: Tuesday 31/12/2024
YEAR = f"{CODE}B03.2024"  # the year's report: due Thursday 02/01/2025


def told(engine: Engine, code: str) -> dict[str, date]:
    """Each rung of an obligation that was told, and on which day."""
    return {rung: day for one, rung, _, day in letters(engine) if one == code}


def through(engine: Engine, settings: Settings, mail: KeptMail, first: date, last: date) -> None:
    for number in range((last - first).days + 1):
        at(engine, settings, morning_of(first + timedelta(days=number)), mail)


def days_of(mail: KeptMail) -> set[str]:
    return {message["Message-ID"][1:9] for _, message in mail.kept}


# 29 February


def test_the_29th_of_february_is_swept_and_its_month_is_due_on_it(engine: Engine, settings: Settings) -> None:
    load(engine, MON_26_FEB)
    mail = KeptMail()
    through(engine, settings, mail, MON_26_FEB, FRI_1_MARCH)
    assert (told(engine, FEBRUARY)["0"], told(engine, FEBRUARY)["+1"]) == (THU_29_FEB, FRI_1_MARCH)
    assert {"20240229", "20240301"} <= days_of(mail)
    texts = [body(message, "plain") for _, message in mail.kept if message["Message-ID"].startswith("<20240229")]
    assert any("hôm nay là ngày cuối nên hoàn thành" in text and "thứ Năm, 29/02/2024" in text for text in texts)


def test_what_is_due_on_the_29th_of_february_is_overdue_when_march_begins(engine: Engine) -> None:
    load(engine, MON_26_FEB)
    states = []
    for moment in (end_of(THU_29_FEB) - A_SECOND, end_of(THU_29_FEB)):
        with Session(engine) as session:
            lines = list_obligations(session, local_day(moment))
        states.append(next(line.state for line in lines if line.code == FEBRUARY))
    assert local_day(end_of(THU_29_FEB)) == FRI_1_MARCH
    assert states == ["hom-nay", "qua-han"]


def test_february_of_a_leap_year_ends_on_its_29th() -> None:
    february = periods_of("month", 2024)[1]
    assert (february.start, february.end) == (date(2024, 2, 1), THU_29_FEB)
    assert periods_of("month", 2025)[1].end == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("months", "day"),
    [(12, date(2025, 2, 28)), (24, date(2026, 3, 2)), (48, date(2028, 2, 29))],  # Friday; Saturday -> Monday; Tuesday
)
def test_what_began_on_the_29th_of_february_ends_with_february(
    calendar: WorkingCalendar, months: int, day: date
) -> None:
    assert fall_due(MonthsAfter(months), calendar, THU_29_FEB).legal == day


def test_day_30_of_february_is_its_last_day(calendar: WorkingCalendar) -> None:
    assert fall_due(ByDay(30, months=1), calendar, date(2024, 1, 31)).legal == THU_29_FEB


# From one year to the next


def test_a_year_ends_and_the_next_begins_without_a_day_lost_or_doubled(engine: Engine, settings: Settings) -> None:
    load(engine, MON_16_DEC)
    mail = KeptMail()
    through(engine, settings, mail, MON_16_DEC, FRI_3_JAN)
    assert {day for day in days_of(mail) if day > "20241229"} == {"20241230", "20241231", "20250102", "20250103"}
    assert told(engine, YEAR) == {"-10": date(2024, 12, 18), "-5": date(2024, 12, 25), "-2": MON_30_DEC, "0": THU_2_JAN,
                                  "+1": FRI_3_JAN}  # fmt: skip
    assert told(engine, DECEMBER)["0"] == TUE_31_DEC
    assert {digest.status for digest in rows(engine, Digest)} == {"da-gui"}


def test_new_years_day_is_no_working_day_and_the_week_began_in_the_old_year(engine: Engine, settings: Settings) -> None:
    load(engine, MON_30_DEC)
    kept = {}
    for day in (MON_30_DEC, TUE_31_DEC, WED_1_JAN, THU_2_JAN):
        found = at(engine, settings, morning_of(day), mail := KeptMail())
        kept[day] = [message for to, message in mail.kept if to.startswith(f"{CHAIR}@")]
        assert bool(found.reached) == (day != WED_1_JAN)
    assert [len(kept[day]) for day in (MON_30_DEC, WED_1_JAN)] == [1, 0]
    assert "tình hình" in body(kept[MON_30_DEC][0], "plain").casefold()
    assert not any("Tình hình đầu tuần" in body(message, "plain") for message in kept[THU_2_JAN])


def test_a_working_day_is_counted_across_the_turn_of_the_year(engine: Engine, calendar: WorkingCalendar) -> None:
    load(engine, MON_16_DEC)
    assert calendar.count(TUE_31_DEC, THU_2_JAN) == 1
    with Session(engine) as session:
        row = session.execute(select(Obligation).where(col(Obligation.code) == YEAR)).scalar_one()
        states = [next(line.state for line in list_obligations(session, day) if line.code == YEAR)
                  for day in (TUE_31_DEC, WED_1_JAN, THU_2_JAN, FRI_3_JAN)]  # fmt: skip
    assert (row.legal, row.target) == (THU_2_JAN, THU_2_JAN)
    assert states == ["sap-den-han", "sap-den-han", "hom-nay", "qua-han"]
