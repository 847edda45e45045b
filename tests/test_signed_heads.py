"""Heads of the chain: signed once a working day, mailed once to each auditor, withheld when the chain does not hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from office import MON_17_JUNE, KeptMail
from records import TUE_18_JUNE, entries, signed_heads, sweep_on, tamper
from sqlalchemy import URL, Engine, create_engine, select, text
from sqlalchemy.exc import DatabaseError, ProgrammingError
from sqlmodel import Session, col

from flows.mail import Result
from flows.messages import rendered
from models.audit_actions import Action
from models.head_key import head_key, signature_holds
from models.record_tables import HeadMail
from models.settings import Settings, SettingsError, read_settings
from models.signed_heads import DAILY, head_message

AUDITOR, SECOND = "kiem-tra@tinh.example", "thanh-tra@huyen.example"
SUN_23_JUNE = date(2024, 6, 23)


@pytest.fixture
def watched(settings: Settings) -> Settings:
    return settings.model_copy(update={"auditors": (AUDITOR, SECOND)})


def to(mail: KeptMail, address: str) -> list[str]:
    return [str(message.get_payload(decode=True), "utf-8") for who, message in mail.kept if who == address]


def test_the_first_sweep_of_a_working_day_signs_once(loaded: Engine, settings: Settings) -> None:
    sweep_on(loaded, settings, MON_17_JUNE)
    sweep_on(loaded, settings, MON_17_JUNE)
    sweep_on(loaded, settings, TUE_18_JUNE)
    first, second = signed_heads(loaded)
    assert (first.day, second.day) == (MON_17_JUNE, TUE_18_JUNE)
    assert second.seq > first.seq > 200
    assert signature_holds(first.public_key, head_message(first, DAILY), first.signature)
    assert first.public_key == head_key(settings).public
    told = entries(loaded, Action.HEAD_SIGNED)
    assert [entry.detail["root"] for entry in told] == [first.root, second.root]
    assert told[0].seq == first.seq + 1  # before anything else of that morning


def test_a_day_off_signs_nothing(loaded: Engine, settings: Settings) -> None:
    sweep_on(loaded, settings, SUN_23_JUNE)
    assert signed_heads(loaded) == []


def test_sweeps_at_once_sign_once(loaded: Engine, settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sweep_on(loaded, settings, MON_17_JUNE), range(4)))
    assert len(signed_heads(loaded)) == len(entries(loaded, Action.HEAD_SIGNED)) == 1


def test_each_auditor_gets_one_short_mail_a_day(loaded: Engine, watched: Settings) -> None:
    mail = KeptMail()
    sweep_on(loaded, watched, MON_17_JUNE, mail)
    sweep_on(loaded, watched, MON_17_JUNE, mail)
    (head,) = signed_heads(loaded)
    for address in (AUDITOR, SECOND):
        (words,) = to(mail, address)
        assert f"Đầu chuỗi: {head.seq}:{head.hash}" in words
        assert head.root in words
        assert head.signature in words
    told = entries(loaded, Action.HEAD_MAILED)
    assert [entry.detail["auditor"] for entry in told] == [1, 2]
    assert not any("@tinh" in str(entry.detail) for entry in told)


def test_a_mail_not_taken_is_sent_by_the_next_sweep_and_a_lost_one_is_not(loaded: Engine, watched: Settings) -> None:
    sweep_on(loaded, watched, MON_17_JUNE, KeptMail(Result("failed", "451 bận")))
    answers = {AUDITOR: Result("sent", "250 ok"), SECOND: Result("unknown", "đứt")}
    mail = KeptMail(lambda who: answers.get(who, Result("sent", "250 ok")))
    sweep_on(loaded, watched, MON_17_JUNE, mail)
    sweep_on(loaded, watched, MON_17_JUNE, mail)
    assert len(to(mail, AUDITOR)) == 1
    with Session(loaded) as session:
        rows = session.execute(select(HeadMail).order_by(col(HeadMail.id))).scalars().all()
    assert [row.status for row in rows] == ["da-gui", "khong-ro"]
    assert [entry.detail["response"] for entry in entries(loaded, Action.HEAD_MAILED)] == [
        "451 bận", "451 bận", "250 ok", "đứt",
    ]  # fmt: skip


def test_whoever_died_while_sending_leaves_it_not_known(loaded: Engine, watched: Settings) -> None:
    sweep_on(loaded, watched, MON_17_JUNE, KeptMail(Result("failed", "451")))
    with loaded.begin() as connection:
        connection.execute(text("UPDATE head_mail SET status = 'dang-gui'"))
    mail = KeptMail()
    sweep_on(loaded, watched, MON_17_JUNE, mail)
    assert to(mail, AUDITOR) == []
    with Session(loaded) as session:
        assert {row.status for row in session.execute(select(HeadMail)).scalars()} == {"khong-ro"}


def test_monday_s_overview_prints_the_head_in_both_parts(
    loaded: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import messages

    seen = []
    monkeypatch.setattr(messages, "rendered", lambda mail: seen.append(rendered(mail)) or seen[-1])
    sweep_on(loaded, settings, MON_17_JUNE)
    (head,) = signed_heads(loaded)
    printed = [pair for pair in seen if "TÌNH HÌNH ĐẦU TUẦN" in pair[0]]
    assert printed
    for part in printed[0]:
        assert f"Đầu chuỗi: {head.seq}:{head.hash}" in part
        assert f"Gốc Merkle: {head.root}" in part


def test_a_chain_that_does_not_hold_is_not_signed_and_auditors_are_told(
    loaded: Engine, loaded_database: URL, watched: Settings
) -> None:
    tamper(loaded_database, "UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 40")
    mail = KeptMail()
    sweep_on(loaded, watched, MON_17_JUNE, mail)
    (head,) = signed_heads(loaded)
    assert (head.signature, head.seq) == ("", 40)
    assert "hỏng ở bản ghi số 40" in entries(loaded, Action.HEAD_WITHHELD)[0].detail["fault"]
    assert "KHÔNG KÝ ĐƯỢC" in to(mail, AUDITOR)[0]


@pytest.mark.parametrize("statement", ["UPDATE signed_head SET hash = 'x'", "DELETE FROM signed_head"])
def test_signed_heads_are_only_added(loaded: Engine, loaded_database: URL, settings: Settings, statement: str) -> None:
    sweep_on(loaded, settings, MON_17_JUNE)
    with pytest.raises(ProgrammingError, match="permission denied"), loaded.begin() as connection:
        connection.execute(text(statement))
    owner = create_engine(loaded_database)
    with pytest.raises(DatabaseError, match="sổ chỉ ghi thêm"), owner.begin() as connection:
        connection.execute(text(statement))
    owner.dispose()


def test_the_key_is_made_once_and_only_the_program_reads_it(settings: Settings, tmp_path: Path) -> None:
    made = head_key(settings)
    file = settings.state_dir / "head.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert head_key(settings).public == made.public
    other = tmp_path / "other.key"
    other.write_text("k" * 64)
    other.chmod(0o600)
    with pytest.raises(SettingsError, match="thập lục phân"):
        head_key(settings.model_copy(update={"head_key_file": other}))


def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNGHAN_AUDITORS", "a@x.example, b@x.example, a@x.example")
    assert read_settings().auditors == ("a@x.example", "b@x.example")
    for wrong in ("không-phải", "a@b@c", "a@x.example\nBcc: b@x.example"):
        monkeypatch.setenv("DUNGHAN_AUDITORS", wrong)
        with pytest.raises(SettingsError, match="không phải địa chỉ thư"):
            read_settings()
