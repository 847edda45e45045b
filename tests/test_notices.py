"""Calendar notices: exactly the affected open obligations move, each with its cause, and nothing else does."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from office import PLAN, PLANS, KeptMail
from sqlalchemy import URL, Engine, select
from sqlmodel import Session, col
from test_sweep import body

from flows.sending import Office
from flows.sweep import sweep
from models.actions import report_done
from models.audit import verify
from models.audit_actions import Action
from models.calendar_file import NoticeKeys, calendar_of, read_notices
from models.loading import load_plan
from models.moves import Move
from models.notices import record_notices
from models.office_file import OfficeFileError
from models.people_file import read_people
from models.plan_file import read_plan
from models.record_tables import AuditEntry, Letter
from models.settings import Settings
from models.store import APP_ROLE, open_engine, transaction
from models.tables import Authority, Obligation, Person
from rules.vietnamese import morning_of

FRI_1_MARCH, MON_15_APRIL = date(2024, 3, 1), date(2024, 4, 15)
SWAP = "2450/VPCP-KGVX"  # Monday 29/4 off, Saturday 04/5 worked; issued 12/4/2024
ALL = read_notices(PLANS / "calendar.yaml")
KNOWN_IN_MARCH = tuple(notice for notice in ALL if notice.ngay <= FRI_1_MARCH)
THE_SWAP = tuple(notice for notice in ALL if notice.so == SWAP)


@pytest.fixture
def march(engine: Engine) -> Engine:
    """The plan loaded on Friday 01/3/2024, before the swap was announced."""
    with transaction(engine) as session:
        people = read_people(PLANS / "people.yaml")
        load_plan(session, read_plan(PLAN), people, KNOWN_IN_MARCH, morning_of(FRI_1_MARCH), FRI_1_MARCH)
    return engine


def add(engine: Engine, notices: tuple[NoticeKeys, ...], day: date = MON_15_APRIL) -> list[Move]:
    with transaction(engine) as session:
        return record_notices(session, session.get_one(Authority, 1), notices, morning_of(day))


def notice(**keys: Any) -> tuple[NoticeKeys, ...]:
    """A notice as an office would write it."""
    base = {"so": "1/TB", "ngay": "2024-04-20", "co-quan": "UBND", "muc-chac": "S"}
    return (NoticeKeys.model_validate({**base, **{name.replace("_", "-"): value for name, value in keys.items()}}),)


def rows(engine: Engine) -> dict[str, dict[str, Any]]:
    with Session(engine) as session:
        return {row.code: row.model_dump() for row in session.execute(select(Obligation)).scalars()}


def test_the_swap_of_april_moves_exactly_what_a_fresh_computation_gives(march: Engine) -> None:
    before = rows(march)
    moved = {move.code for move in add(march, THE_SWAP) if move.dates_change}
    after = rows(march)
    calendar = calendar_of((*KNOWN_IN_MARCH, *THE_SWAP))
    changed = {code for code in before if before[code]["target"] != after[code]["target"]}
    assert moved == changed
    assert "nhu-quynh-2024.P4b.3.2024-W18" in moved
    assert after["nhu-quynh-2024.P4b.3.2024-W18"]["target"] == date(2024, 5, 4)  # the made-up Saturday
    for code in moved:
        assert calendar.is_working(after[code]["target"])
    for code in set(before) - moved:
        assert before[code]["target"] == after[code]["target"]


def test_closed_obligations_and_sent_letters_stay_byte_for_byte(march: Engine, settings: Settings) -> None:
    code = "nhu-quynh-2024.P4b.3.2024-W18"
    with transaction(march) as session:
        report_done(session, code, "le-thi-mau", FRI_1_MARCH, "15/BC", morning_of(MON_15_APRIL))
    asyncio.run(sweep(Office(march, settings, KeptMail()), morning_of(MON_15_APRIL)))
    with Session(march) as session:
        letters = {x.id: x.model_dump() for x in session.execute(select(Letter)).scalars()}
    closed = {c: row for c, row in rows(march).items() if row["status"] != "dang-theo-doi"}
    add(march, THE_SWAP)
    now = rows(march)
    assert {c: now[c] for c in closed} == closed
    with Session(march) as session:
        still = {x.id: x.model_dump() for x in session.execute(select(Letter)).scalars()}
    assert {i: still[i] for i in letters} == letters


def test_each_move_names_its_cause_in_the_trail_and_the_chain_holds(march: Engine) -> None:
    moves = [move for move in add(march, THE_SWAP) if move.dates_change]
    with Session(march) as session:
        query = select(AuditEntry).where(col(AuditEntry.action) == Action.OBLIGATION_MOVED)
        entries = {entry.subject: entry.detail for entry in session.execute(query).scalars()}
        assert verify(session, 1)[1] is None
    assert entries.keys() == {move.code for move in moves if move.after}
    assert {detail["cause"] for detail in entries.values()} == {f"thông báo {SWAP}"}


def test_those_who_do_the_work_hear_once_and_no_letter_is_repeated(march: Engine, settings: Settings) -> None:
    mail = KeptMail()
    office = Office(march, settings, mail)
    for number in range(45):  # 01/3 to 14/4
        asyncio.run(sweep(office, morning_of(FRI_1_MARCH + timedelta(days=number))))
    add(march, THE_SWAP)
    mail.kept.clear()
    for number in range(30):
        asyncio.run(sweep(office, morning_of(MON_15_APRIL + timedelta(days=number))))
    told = [message for _, message in mail.kept if "theo thông báo 2450/VPCP-KGVX" in body(message, "plain")]
    assert told
    assert all(message["Message-ID"].startswith("<20240415.") for message in told)
    with Session(march) as session:
        keys = session.execute(select(Letter.obligation_id, Letter.rung, Letter.person_id)).all()  # type: ignore[call-overload]
    assert len(keys) == len(set(keys))


def test_undoing_is_another_notice_and_the_trail_explains_both(march: Engine) -> None:
    before = {code: row["target"] for code, row in rows(march).items()}
    add(march, THE_SWAP)
    undone = notice(so="2500/VPCP-KGVX", lam_viec=["2024-04-29", "2024-05-04"])
    moves = add(march, undone, date(2024, 4, 22))
    assert any(move.dates_change for move in moves)
    assert {code: row["target"] for code, row in rows(march).items()} == before
    week = rows(march)["nhu-quynh-2024.P4b.3.2024-W18"]
    assert [move["cause"] for move in week["moves"]] == [f"thông báo {SWAP}", "thông báo 2500/VPCP-KGVX"]


def test_recording_it_twice_changes_nothing_and_rewriting_it_is_refused(march: Engine) -> None:
    add(march, THE_SWAP)
    before = rows(march)
    assert add(march, THE_SWAP) == []
    assert rows(march) == before
    with pytest.raises(OfficeFileError, match="nội dung khác"):
        add(march, notice(so=SWAP, lam_viec=["2024-04-29"]))


def test_a_storm_that_closes_a_week_withdraws_its_reception_with_the_reason(march: Engine) -> None:
    week = [{"ngay": f"2024-09-{day:02}", "ten": "Bão số 3", "loai": "dong-cua"} for day in range(9, 14)]
    moves = {move.code: move for move in add(march, notice(so="9/QĐ-UBND", nghi=week), date(2024, 9, 8))}
    reception = moves["nhu-quynh-2024.P4b.3.2024-W37"]
    assert reception.after is None
    assert "không có ngày làm việc" in reception.reason
    assert rows(march)["nhu-quynh-2024.P4b.3.2024-W37"]["status"] == "khong-con-ap-dung"


def test_dates_past_the_announced_year_are_provisional_until_it_is_announced(march: Engine) -> None:
    report = "nhu-quynh-2024.B03.2024"
    assert rows(march)[report]["provisional"]
    announced = tuple(notice for notice in ALL if notice.cong_bo_nam == (2025,))
    moves = {move.code: move for move in add(march, announced, date(2024, 12, 4))}
    assert not moves[report].dates_change
    assert not rows(march)[report]["provisional"]
    assert "Tạm tính" not in " ".join(rows(march)[report]["receipt"]["because"])


def test_from_november_the_office_is_asked_for_next_years_notice_until_it_is_there(
    march: Engine, settings: Settings
) -> None:
    duty = "nhu-quynh-2024.LICH.2024-M10"
    assert rows(march)[duty]["target"] == date(2024, 11, 1)  # Friday
    mail = KeptMail()
    asyncio.run(sweep(Office(march, settings, mail), morning_of(date(2024, 11, 1))))
    with Session(march) as session:
        office = session.get_one(Person, session.get_one(Authority, 1).catch_all_id)
    text = next(body(message, "plain") for to, message in mail.kept if to == office.email)
    assert "Ghi thông báo nghỉ lễ, Tết năm 2025 vào lịch" in text
    add(march, tuple(notice for notice in ALL if notice.cong_bo_nam == (2025,)), date(2024, 12, 4))
    assert rows(march)[duty]["status"] == "hoan-thanh"


def test_the_command_shows_first_and_applies_when_told(
    march: Engine, database: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from deployments.cli import main

    file = tmp_path / "notice.yaml"
    file.write_text(
        f'thong-bao:\n  - so: {SWAP}\n    ngay: 2024-04-12\n    co-quan: Văn phòng Chính phủ\n    muc-chac: "2"\n'
        "    hoan-doi:\n      - {nghi: 2024-04-29, lam-bu: 2024-05-04}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("DUNGHAN_DATABASE_URL", database.set(username=APP_ROLE).render_as_string(hide_password=False))
    monkeypatch.setenv("DUNGHAN_OWNER_DATABASE_URL", database.render_as_string(hide_password=False))
    before = rows(march)

    def run(*arguments: str) -> dict[str, Any]:
        monkeypatch.setattr("sys.argv", ["dunghan", "calendar", "add", str(file), "--json", *arguments])
        with pytest.raises(SystemExit):
            main()
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    shown = run()
    assert not shown["applied"]
    assert rows(march) == before
    applied = run("--apply")
    assert applied["moves"] == shown["moves"]
    week = next(move for move in applied["moves"] if move["obligation"].endswith("2024-W18"))
    assert (week["from"]["target"], week["to"]["target"]) == ("2024-05-03", "2024-05-04")
    assert rows(march)["nhu-quynh-2024.P4b.3.2024-W18"]["target"] == date(2024, 5, 4)


def test_a_calendar_changed_in_one_process_is_seen_by_another_before_its_next_round(
    march: Engine, database: URL
) -> None:
    from models.obligations import stored_calendar

    other = open_engine(database.set(username=APP_ROLE), durable=False)
    with Session(other) as session:
        assert stored_calendar(session, 1).is_working(date(2024, 4, 29))
        add(march, THE_SWAP)
        session.rollback()
        assert not stored_calendar(session, 1).is_working(date(2024, 4, 29))
    other.dispose()
