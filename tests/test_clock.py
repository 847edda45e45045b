"""Which day it is, whatever clock or zone: days begin at midnight in Viet Nam, and a clock set back doubles nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from office import MON_17_JUNE, KeptMail, copy_database
from sqlalchemy import URL, Engine, select
from sqlmodel import Session, col
from sweepers import sweep_elsewhere

from flows.mail import Result
from flows.sending import Office
from flows.sweep import Swept, sweep
from models.audit import verify
from models.family_tables import Report
from models.record_tables import AuditEntry, Digest, Letter
from models.settings import Settings
from models.store import APP_ROLE, drop_database, open_engine
from models.tables import Obligation
from models.views import list_obligations
from rules.vietnamese import end_of, local_day, morning_of, start_of

TUE_18_JUNE, WED_19_JUNE = date(2024, 6, 18), date(2024, 6, 19)
SUN_30_JUNE, MON_1_JULY, TUE_2_JULY, WED_3_JULY = (date(2024, 6, 30), *(date(2024, 7, day) for day in (1, 2, 3)))
TUE_9_JULY = date(2024, 7, 9)  # five working days after Tuesday 02/7: the chair is sent a draft to sign
A_SECOND = timedelta(seconds=1)
TAKEN, LATER = Result("sent", "250 ok"), Result("failed", "451 4.3.0 later")
B02 = "nhu-quynh-2024.B02.2024-H1"  # due Tuesday 02/7/2024


def at(engine: Engine, settings: Settings, moment: datetime, mail: KeptMail | None = None) -> Swept:
    return asyncio.run(sweep(Office(engine, settings, mail or KeptMail()), moment))


def letters(engine: Engine) -> set[tuple[str, str, int, date]]:
    query = select(Letter, col(Obligation.code)).join(Obligation, col(Obligation.id) == col(Letter.obligation_id))
    with Session(engine) as session:
        return {(code, one.rung, one.person_id, one.claimed_on) for one, code in session.execute(query)}


def rows(engine: Engine, table: Any) -> Sequence[Any]:
    with Session(engine) as session:
        return session.execute(select(table)).scalars().all()


# Zones


def test_a_server_in_chicago_sends_the_same_mails_on_the_same_days_as_one_in_utc(
    loaded_database: URL, copies: Callable[[], int], tmp_path: Path
) -> None:
    days = (MON_17_JUNE, TUE_18_JUNE, date(2024, 6, 25), MON_1_JULY, TUE_2_JULY, WED_3_JULY, TUE_9_JULY)
    moments = [datetime.fromtimestamp(morning_of(day).timestamp(), UTC) for day in days]
    seen = {}
    for zone in ("UTC", "America/Chicago"):
        url = loaded_database.set(database=f"{loaded_database.database}_{copies()}")
        copy_database(loaded_database, url)
        app, folder = url.set(username=APP_ROLE), tmp_path / zone.replace("/", "-")
        sweep_elsewhere(app.render_as_string(hide_password=False), zone, moments, folder)
        seen[zone] = what_is_there(app, folder / "mails")
        drop_database(url)
    assert (tmp_path / "UTC" / "zones").read_text() == "UTC, UTC"
    assert (tmp_path / "America-Chicago" / "zones").read_text() == "CST, America/Chicago"
    assert len(seen["UTC"]["mails"]) > 40
    assert any(b"du-thao-cong-van" in file.read_bytes() for file in (tmp_path / "UTC").rglob("*.eml"))
    assert seen["America/Chicago"] == seen["UTC"]


def what_is_there(url: URL, mails: Path) -> dict[str, Any]:
    """The bytes of every mail, and the rows with their days and moments."""
    engine = open_engine(url, durable=False)
    with Session(engine) as session:
        assert verify(session, 1)[1] is None
    found = {
        "mails": {
            str(file.relative_to(mails)): hashlib.sha256(file.read_bytes()).hexdigest() for file in mails.rglob("*.eml")
        },
        "letters": letters(engine),
        "digests": {(one.day, one.message_id, one.status, one.sent_at) for one in rows(engine, Digest)},
        "obligations": {(one.code, one.last_offset, one.next_wakeup_at) for one in rows(engine, Obligation)},
        "trail": sorted((one.seq, one.hash) for one in rows(engine, AuditEntry)),
    }
    engine.dispose()
    return found


# Midnight


def test_states_turn_at_midnight_and_not_a_second_before(loaded: Engine) -> None:
    last_second = end_of(TUE_2_JULY) - A_SECOND
    assert last_second.astimezone(UTC).hour == 16
    assert [state(loaded, moment) for moment in (last_second, end_of(TUE_2_JULY))] == ["hom-nay", "qua-han"]
    assert [state(loaded, start_of(TUE_2_JULY) - A_SECOND), state(loaded, start_of(TUE_2_JULY))] == [
        "sap-den-han",
        "hom-nay",
    ]


def state(engine: Engine, moment: datetime) -> str:
    with Session(engine) as session:
        return next(line.state for line in list_obligations(session, local_day(moment)) if line.code == B02)


def test_figures_close_at_midnight_after_the_cut_off(loaded: Engine, settings: Settings) -> None:
    """The half-year closes with Sunday 30/6/2024."""
    at(loaded, settings, end_of(SUN_30_JUNE) - A_SECOND)
    assert B02 not in frozen(loaded)
    at(loaded, settings, end_of(SUN_30_JUNE))
    assert B02 in frozen(loaded)


def frozen(engine: Engine) -> set[str]:
    with Session(engine) as session:
        query = select(col(Obligation.code)).join(Report, col(Report.obligation_id) == col(Obligation.id))
        return set(session.execute(query).scalars())


def test_a_round_at_night_sends_nothing_and_belongs_to_its_own_day(loaded: Engine, settings: Settings) -> None:
    """A second before midnight it is still Monday; at midnight Tuesday's rungs have not come: they come at 07:30."""
    mail = KeptMail()
    night = at(loaded, settings, end_of(MON_17_JUNE) - A_SECOND, mail)
    assert night.reached
    monday = letters(loaded)
    assert at(loaded, settings, end_of(MON_17_JUNE), mail).reached == ()
    assert (mail.kept, rows(loaded, Digest), letters(loaded)) == ([], [], monday)
    assert {claimed for *_, claimed in monday} == {MON_17_JUNE}
    at(loaded, settings, morning_of(TUE_18_JUNE) - A_SECOND, mail)
    assert mail.kept == []
    at(loaded, settings, morning_of(TUE_18_JUNE), mail)
    assert {digest.day for digest in rows(loaded, Digest)} == {TUE_18_JUNE}
    assert {(rung, claimed) for code, rung, _, claimed in letters(loaded) if code == B02} == {("-10", TUE_18_JUNE)}


# Set back


@pytest.mark.parametrize(
    "since",
    [
        morning_of(TUE_18_JUNE) + timedelta(hours=3),  # in the middle of Tuesday morning it is Monday evening again
        start_of(WED_19_JUNE) + timedelta(minutes=10),  # after Tuesday's midnight it is noon on Tuesday again
    ],
)
def test_a_clock_set_back_twelve_hours_doubles_nothing_and_holds_nothing_up(
    loaded: Engine, settings: Settings, loaded_template: URL, copies: Callable[[], int], since: datetime
) -> None:
    """Le Thi Mau's mail of Tuesday is not taken before the clock is set back."""
    mail = KeptMail(lambda to: LATER if to.startswith("le-thi-mau") else TAKEN)
    for moment in (morning_of(MON_17_JUNE), morning_of(TUE_18_JUNE)):
        at(loaded, settings, moment, mail)
    mail.answer = TAKEN
    for hour in range(13):
        assert at(loaded, settings, since + timedelta(hours=hour - 12), mail).held == ()
    at(loaded, settings, morning_of(WED_19_JUNE), mail)
    sent = Counter((to, message["Message-ID"]) for to, message in mail.kept)
    assert max(sent.values()) == 1
    assert {digest.status for digest in rows(loaded, Digest)} <= {"da-gui", "nhap-thu-sau"}
    assert all(letter.digest_id for letter in rows(loaded, Letter))
    with Session(loaded) as session:
        assert verify(session, 1)[1] is None
    days = (MON_17_JUNE, TUE_18_JUNE, WED_19_JUNE)
    assert letters(loaded) == undisturbed(loaded_template, f"calm_{copies()}", settings, days)


def undisturbed(template: URL, name: str, settings: Settings, days: Sequence[date]) -> set[tuple[str, str, int, date]]:
    """The letters of the same days when the clock is right."""
    copy_database(template, url := template.set(database=f"{template.database}_{name}"))
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    for day in days:
        at(engine, settings, morning_of(day))
    found = letters(engine)
    engine.dispose()
    drop_database(url)
    return found
