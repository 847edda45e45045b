"""People, leave, decisions, mails, links and held sweeps as a person types them: said, stored, refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from office import MON_17_JUNE, KeptMail, Run
from sqlalchemy import URL, Engine, select
from sqlmodel import Session, col
from test_family_commands import listed, move_clock, rows, said

from deployments import sweep_command
from deployments.ports import free_port
from flows.mail import Result
from flows.sending import Office
from flows.sweep import sweep
from models.audit import verify
from models.audit_actions import Action, sentence
from models.deliveries import ANSWER, NOT_DELIVERED, CameBack, take_in
from models.leaves import record_leave
from models.links import LinkRefused, issue_links, open_link
from models.record_tables import AuditEntry, Digest
from models.replies import ask_more_time, say_not_mine
from models.settings import Settings
from models.store import APP_ROLE, transaction
from models.tables import Authority, Obligation, Person
from models.wishes import set_wishes
from rules.vietnamese import morning_of

TUE_18, WED_19, FRI_21 = date(2024, 6, 18), date(2024, 6, 19), date(2024, 6, 21)
FRI_28_JUNE, MON_1_JULY = date(2024, 6, 28), date(2024, 7, 1)
MAU, GIA_DINH, HOA, CHAIR = "le-thi-mau", "nguyen-van-gia-dinh", "pham-thi-minh-hoa", "hoang-van-mo-phong"
DANG, LUONG, KIEU, TRAN = "dang-van-so-do", "luong-thi-bai-mau", "kieu-van-kiem-thu", "tran-thi-vi-du"
NAMES = {MAU: "Lê Thị Mẫu", GIA_DINH: "Nguyễn Văn Giả Định", HOA: "Phạm Thị Minh Họa", CHAIR: "Hoàng Văn Mô Phỏng"}
B02, SCHOOLS = "nhu-quynh-2024.B02.2024-H1", "nhu-quynh-2024.P7b.2.2024-H1"
HOSTILE = "‮\x1b[31mđỏ\r\nBcc: ai@example.com\x9b2J"


def named(code: str) -> dict[str, str]:
    return {"code": code, "name": NAMES[code]}


@pytest.fixture
def office(dunghan: Run, loaded_database: URL, office_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in practice on Monday 17/06/2024, with the real plan and a relay nobody listens at."""
    assert office_engine.url.database == loaded_database.database
    app = loaded_database.set(username=APP_ROLE)
    monkeypatch.setenv("DUNGHAN_DATABASE_URL", app.render_as_string(hide_password=False))
    monkeypatch.setenv("DUNGHAN_OWNER_DATABASE_URL", loaded_database.render_as_string(hide_password=False))
    monkeypatch.setenv("DUNGHAN_SMTP_PORT", str(free_port()))
    monkeypatch.setenv("DUNGHAN_SMTP_RETRIES", "")
    return dunghan


def person(session: Session, code: str) -> Person:
    return session.execute(select(Person).where(col(Person.code) == code)).scalar_one()


def acts(engine: Engine, code: str, day: date, doing: Callable[[Session, Person, datetime], Any]) -> Any:
    """Let a person do something on a day, as the pages do."""
    with transaction(engine) as session:
        return doing(session, person(session, code), morning_of(day))


def asks_time(engine: Engine, day: date = MON_17_JUNE, words: str = "chờ số liệu của trường") -> int:
    until = date(2024, 7, 10)
    return int(acts(engine, MAU, day, lambda s, who, now: ask_more_time(s, B02, who, until, words, now)).id)


def says_not_mine(engine: Engine) -> int:
    why = "trường không có bộ phận này"
    return int(acts(engine, LUONG, MON_17_JUNE, lambda s, who, now: say_not_mine(s, SCHOOLS, who, why, now)).id)


def swept(engine: Engine, settings: Settings, day: date, lost: str = "") -> None:
    """One morning with a relay that refuses the mail of `lost`."""

    def answer(to: str) -> Result:
        return Result("refused", "550 5.1.1 no such user") if lost and to.startswith(lost) else Result("sent", "ok")

    asyncio.run(sweep(Office(engine, settings, KeptMail(answer), whole_day=True), morning_of(day)))


def came_back(
    engine: Engine, kind: str, person_code: str = "", words: str = "Tôi đã nhận", key: str = "a" * 64
) -> None:
    with transaction(engine) as session:
        query = select(col(Digest.id)).join(Person, col(Person.id) == col(Digest.person_id))
        mine = session.execute(query.where(col(Person.code) == person_code)).scalars().first()
        assert take_in(session, CameBack(key, mine, kind, "5.1.1", words), morning_of(MON_17_JUNE))


def newest(engine: Engine) -> tuple[str, str]:
    """Who wrote the newest entry of the trail, and what it says; the chain holds."""
    with Session(engine) as session:
        assert verify(session, 1)[1] is None
        entry = session.execute(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)).scalar_one()
        return entry.actor, sentence(entry.action, entry.detail)


def refused(office: Run, *arguments: str | Path) -> str:
    """The one line with which a command is refused."""
    code, out, err = office(*arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1), (arguments, out, err)
    assert err.startswith("dunghan: ")
    assert err.rstrip("\n").isprintable()
    return err


# -- Leave --


def test_leave_is_recorded_listed_and_taken_back(office: Run, office_engine: Engine) -> None:
    out = said(office, "leave", "record", MAU, "2024-06-17", "2024-06-21", "--substitute", GIA_DINH)
    assert "Đã ghi lần nghỉ số 1: Lê Thị Mẫu nghỉ từ 17/06/2024 đến hết 21/06/2024." in out
    assert "Thư ngày 17/06/2024 đến Nguyễn Văn Giả Định.\n" in out
    said(office, "leave", "record", DANG, "2024-06-24", "2024-06-28", "--reason", "Nghỉ phép", "--by", "Lê Thị Mẫu")
    assert newest(office_engine) == (
        "Lê Thị Mẫu",
        f"Lê Thị Mẫu ghi {DANG} nghỉ từ 24/06/2024 đến hết 28/06/2024; người thay: không có. Nghỉ phép",
    )  # fmt: skip
    first, second = listed(office, "leave", "list")
    assert first == {
        "id": 1, "person": named(MAU), "first": "2024-06-17", "last": "2024-06-21", "substitute": named(GIA_DINH),
        "reason": "", "authority": "nhu-quynh", "read_by": [named(GIA_DINH)],
    }  # fmt: skip
    assert (second["substitute"], second["reason"], second["read_by"]) == (None, "Nghỉ phép", [])
    assert [one["id"] for one in listed(office, "leave", "list", "--from", "2024-06-22")] == [2]
    out = said(office, "leave", "withdraw", "1", "--reason", "Về sớm")
    assert out == "Đã rút lần nghỉ số 1 của Lê Thị Mẫu từ 17/06/2024 đến 21/06/2024.\n"
    assert newest(office_engine)[1].endswith("Lý do: Về sớm")
    assert [one["id"] for one in listed(office, "leave", "list")] == [2]


def test_who_reads_is_said_also_when_it_is_the_common_mailbox_or_nobody_who_is_there(office: Run) -> None:
    out = said(office, "leave", "record", DANG, "2024-06-20", "2024-06-21")
    assert "Thư ngày 20/06/2024 đến Lê Thị Mẫu (hộp thư chung, vì không có người thay)." in out
    out = said(office, "leave", "record", MAU, "2024-06-17", "2024-06-21")
    assert "LƯU Ý: không còn ai có mặt để nhận thay; thư ngày 17/06/2024 vẫn đến Lê Thị Mẫu." in out
    said(office, "leave", "record", KIEU, "2024-06-17", "2024-06-17", "--substitute", f"nhu-quynh/{DANG}")
    out = said(office, "leave", "list")
    assert "20/06/2024  21/06/2024  Đặng Văn Sơ Đồ" in out
    assert "Kiều Văn Kiểm Thử  Đặng Văn Sơ Đồ  Đặng Văn Sơ Đồ" in out


def test_one_code_in_two_authorities_is_asked_to_be_told_apart(office: Run, office_engine: Engine) -> None:
    with transaction(office_engine) as session:
        session.add(other := Authority(code="van-lam", name="UBND huyện"))
        session.flush()
        session.add(Person(authority_id=other.id or 0, code=MAU, name="Lê Mẫu Khác", title="", email="khac@x.example"))
    err = refused(office, "leave", "record", MAU, "2024-06-17", "2024-06-21")
    assert "Có nhiều cơ quan có người «le-thi-mau»; xin ghi rõ nhu-quynh/le-thi-mau hoặc van-lam/le-thi-mau." in err
    assert "Lê Mẫu Khác" in said(office, "leave", "record", f"van-lam/{MAU}", "2024-06-17", "2024-06-21")
    assert [one["authority"] for one in listed(office, "leave", "list")] == ["van-lam"]
    assert f"\nvan-lam/{MAU}" in said(office, "people")
    assert "Không có lần nghỉ" in refused(office, "leave", "withdraw", "2", "--reason", "x")
    assert "Đã rút" in said(office, "leave", "withdraw", "1", "--reason", "x")


# -- People --


def test_people_are_listed_with_their_roles_of_the_day(office: Run) -> None:
    def finance(day: str) -> list[object]:
        every = listed(office, "people", "--on", day)
        return [one["code"] for one in every if {"unit": "tai-chinh", "role": "can-bo"}.items() <= _role(one).items()]

    def _role(one: dict[str, Any]) -> dict[str, str]:
        return next((role for role in one["roles"] if role["unit"] == "tai-chinh"), {})

    assert finance("2024-07-31") == ["vuong-van-thu-nghiem"]
    assert finance("2024-08-01") == ["bui-thi-ke-nhiem"]
    out = said(office, "people")
    assert "cán bộ Văn phòng" in out
    assert next(line for line in out.splitlines() if "bui-thi-ke-nhiem" in line).endswith("không giữ vai trò")


def test_people_say_who_is_away_and_how_mail_reaches_them(
    office: Run, office_engine: Engine, settings: Settings
) -> None:
    said(office, "leave", "record", MAU, "2024-06-18", "2024-06-21", "--substitute", GIA_DINH)
    acts(office_engine, KIEU, MON_17_JUNE, lambda s, who, now: set_wishes(s, who, "10:30", False, now))
    for day in (MON_17_JUNE, TUE_18):
        swept(office_engine, settings, day, lost=CHAIR)
    every = {str(one["code"]): one for one in listed(office, "people", "--on", "2024-06-18")}
    assert every[MAU]["away"] == {"first": "2024-06-18", "last": "2024-06-21", "read_by": [named(GIA_DINH)]}
    assert listed(office, "people")[0]["away"] is None
    wishes = ("mail_from", "early", "not_arrived")
    assert [every[KIEU][wish] for wish in wishes] == ["10:30", False, 0]
    assert every[CHAIR]["not_arrived"] == 1
    facts = ("authority", "code", "name", "title", "email", "roles", "away")
    assert list(every[CHAIR]) == [*facts, *wishes]
    assert "nghỉ đến 21/06/2024, thư đến Nguyễn Văn Giả Định" in said(office, "people", "--on", "2024-06-19")


# -- What a second person decides --


def test_what_waits_is_listed_with_who_may_decide(office: Run, office_engine: Engine) -> None:
    number, other = asks_time(office_engine), says_not_mine(office_engine)
    first, second = listed(office, "reply", "list")
    assert first == {
        "authority": "nhu-quynh", "number": number, "kind": "xin-them", "obligation": B02, "title": first["title"],
        "person": named(MAU), "day": "2024-07-10", "lawful": False, "words": "chờ số liệu của trường",
        "at": first["at"], "deciders": [named(CHAIR)],
    }  # fmt: skip
    assert (second["number"], second["kind"], second["deciders"]) == (other, "khong-phai-viec-toi", [named(MAU)])
    out = said(office, "reply", "list")
    assert "xin thêm đến 10/07/2024 (hạn giữ nguyên)  Hoàng Văn Mô Phỏng (hoang-van-mo-phong)" in out
    said(office, "done", SCHOOLS, "--day", "2024-06-17", "--document", "12/TB-UBND")
    assert [one["number"] for one in listed(office, "reply", "list")] == [number]


def test_time_is_given_or_not_by_the_second_person(office: Run, office_engine: Engine) -> None:
    number = asks_time(office_engine)
    before = rows(office_engine)
    given = ("reply", "decide", str(number), "--grant", "--by")
    assert "người thứ hai" in refused(office, *given, MAU)
    assert "không phải người quyết định" in refused(office, *given, DANG)
    assert rows(office_engine) == before
    out = said(office, *given, CHAIR, "--words", "Cho đủ số liệu")
    assert f"đề nghị số {number}: hạn của {B02} vẫn 02/07/2024, hoàn thành chậm nhất 10/07/2024." in out
    assert newest(office_engine)[0] == CHAIR
    assert "đã được quyết định ngày 17/06/2024" in refused(office, *given, CHAIR)
    again = asks_again(office_engine)
    refusing = ("reply", "decide", str(again), "--refuse", "--by", f"nhu-quynh/{CHAIR}")
    assert "lý do không đồng ý" in refused(office, *refusing)
    assert "không thêm thời gian; hạn của" in said(office, *refusing, "--words", "Đã lùi một lần")
    assert listed(office, "reply", "list") == []


def asks_again(engine: Engine) -> int:
    until = date(2024, 7, 20)
    return int(acts(engine, MAU, MON_17_JUNE, lambda s, who, now: ask_more_time(s, B02, who, until, "x", now)).id)


def test_time_the_law_gives_needs_the_number_of_the_decision(office: Run, office_engine: Engine) -> None:
    said(office, "event", "record", "thu-ly-khieu-nai", "2024-06-17", "--document", "Đơn 5")
    with Session(office_engine) as session:
        query = select(Obligation).where(col(Obligation.extension).is_not(None), col(Obligation.event_id).is_not(None))
        row = session.execute(query.order_by(col(Obligation.id).desc())).scalars().first()
    assert row
    until = row.nominal + timedelta(days=10)
    number = acts(
        office_engine, MAU, MON_17_JUNE, lambda s, who, now: ask_more_time(s, row.code, who, until, "x", now)
    ).id
    given = ("reply", "decide", number, "--by", CHAIR, "--grant")
    assert "quyết định gia hạn" in refused(office, *given)
    assert f"hạn của {row.code} nay là" in said(office, *given, "--document", "15/QĐ-UBND")


def test_work_that_is_not_theirs_is_given_to_somebody_else_or_stays(office: Run, office_engine: Engine) -> None:
    number = says_not_mine(office_engine)
    given = ("reply", "decide", str(number), "--by", MAU)
    assert "Cần chọn người nhận việc" in refused(office, *given, "--grant")
    assert "Không có người «ai-do»" in refused(office, *given, "--grant", "--to", "ai-do")
    assert "--to chỉ dùng khi đồng ý" in refused(office, *given, "--refuse", "--to", KIEU, "--words", "x")
    assert "--document chỉ dùng" in refused(office, *given, "--grant", "--to", KIEU, "--document", "x")
    assert f"{SCHOOLS} giao cho Kiều Văn Kiểm Thử" in said(office, *given, "--grant", "--to", KIEU)
    assert newest(office_engine) == (MAU, f"{MAU} đồng ý việc không thuộc {LUONG}, giao cho {KIEU}.")


# -- Mails --


def test_mails_that_need_a_person_are_listed_settled_and_read(
    office: Run, office_engine: Engine, settings: Settings
) -> None:
    assert said(office, "mail", "list") == "Không có thư nào cần xem.\n"
    assert json.loads(said(office, "mail", "list", "--json")) == {"digests": [], "returned": [], "unreached": []}
    for day in (MON_17_JUNE, TUE_18):
        swept(office_engine, settings, day, lost=HOA)
    came_back(office_engine, ANSWER, MAU, "Tôi đã nhận, sẽ làm")
    came_back(office_engine, NOT_DELIVERED, "", "lạ", "b" * 64)
    found = json.loads(said(office, "mail", "list", "--json"))
    assert [(one["person"]["code"], one["status"], one["response"]) for one in found["digests"]] == [
        (HOA, "bi-tu-choi", "550 5.1.1 no such user")
    ] * 2
    assert [(one["kind"], one["answers_mail_of"], one["words"]) for one in found["returned"]] == [
        ("nguoi-tra-loi", NAMES[MAU], "Tôi đã nhận, sẽ làm"), ("khong-den", None, "lạ"),
    ]  # fmt: skip
    (lost,) = found["unreached"]
    assert lost == {"person": named(HOA), "address": f"{HOA}@nhuquynh.example", "mails": 2}
    out = said(office, "mail", "list")
    assert "Máy chủ từ chối" in out
    assert "Người không nhận được thư: 1." in out

    first, second = (one["message_id"] for one in found["digests"])
    assert f"  {first.strip('<>')}  " in out
    out = said(office, "mail", "settle", first.strip("<>"), "--arrived", "--reason", "Đã gọi điện")
    assert out == "Đã ghi: thư ngày 17/06/2024 gửi Phạm Thị Minh Họa đã đến.\n"
    out = said(office, "mail", "settle", second, "--again", "--reason", "Đã sửa hộp thư", "--by", "Lê Thị Mẫu")
    assert "sẽ vào thư sau" in out
    assert newest(office_engine)[0] == "Lê Thị Mẫu"
    assert "không cần quyết định" in refused(office, "mail", "settle", first, "--again", "--reason", "x")
    for one in found["returned"]:
        said(office, "mail", "read", one["number"], "--reason", "Đã gọi lại")
    assert newest(office_engine)[1] == "văn phòng đã đọc thư đến số 2 (Không đến nơi): Đã gọi lại"
    assert "số 2 đang chờ" in refused(office, "mail", "read", "2", "--reason", "x")
    assert said(office, "mail", "list") == "Không có thư nào cần xem.\n"


def test_a_mail_only_the_program_needs_is_not_for_a_person_to_read(
    office: Run, office_engine: Engine, settings: Settings
) -> None:
    swept(office_engine, settings, MON_17_JUNE)
    came_back(office_engine, NOT_DELIVERED, MAU)
    before = rows(office_engine)
    assert "số 1 đang chờ" in refused(office, "mail", "read", "1", "--reason", "x")
    assert rows(office_engine) == before
    assert "Bị trả lại" in said(office, "mail", "list")


def test_a_mail_that_answers_none_of_ours_is_written_down_by_every_authority(
    office: Run, office_engine: Engine
) -> None:
    with transaction(office_engine) as session:
        session.add(Authority(code="van-lam", name="UBND huyện"))
    came_back(office_engine, ANSWER)
    said(office, "mail", "read", "1", "--reason", "Thư quảng cáo")
    with Session(office_engine) as session:
        read = select(col(AuditEntry.authority_id)).where(col(AuditEntry.action) == Action.MAIL_READ)
        assert set(session.execute(read).scalars()) == set(session.execute(select(col(Authority.id))).scalars())


# -- Links --


def test_links_sent_so_far_open_nothing_and_later_ones_do(office: Run, office_engine: Engine) -> None:
    key, wanted = b"k" * 32, [("tra-loi", None)]

    def issue(day: date) -> str:
        (link,) = acts(office_engine, MAU, day, lambda s, who, now: issue_links(s, who, wanted, now, key)).values()  # type: ignore[arg-type]
        return str(link)

    link = issue(MON_17_JUNE)
    out = said(office, "links", "revoke", MAU, "--reason", "Mất điện thoại")
    assert out == "Đã thu hồi 1 liên kết đã gửi cho Lê Thị Mẫu; thư gửi sau có liên kết mới.\n"
    assert newest(office_engine)[1] == f"văn phòng thu hồi 1 liên kết đã gửi cho {MAU}. Lý do: Mất điện thoại"
    later = issue(TUE_18)
    with Session(office_engine) as session:
        with pytest.raises(LinkRefused, match="thu hồi"):
            open_link(session, link, "tra-loi", key, morning_of(TUE_18))
        assert open_link(session, later, "tra-loi", key, morning_of(TUE_18)).person.code == MAU


# -- Sweeps on hold --


def test_a_held_sweep_says_so_and_goes_on_once_a_person_has_looked(
    office: Run, office_engine: Engine, settings: Settings
) -> None:
    swept(office_engine, settings, MON_17_JUNE)
    assert "đang bị tạm giữ" in refused(office, "sweep", "--resume", "--plain", "--reason", "x")
    move_clock(office_engine, MON_1_JULY)
    code, out, err = office("sweep", "--plain")
    assert (code, out) == (1, "0 nghĩa vụ đến mốc, 0 thư đã gửi, 0 thư chưa gửi.\n")
    assert "dunghan: TẠM GIỮ UBND thị trấn Như Quỳnh: lần quét trước là 07:30 17/06/2024, cách 10 ngày" in err
    before = rows(office_engine)
    assert "cần --reason" in refused(office, "sweep", "--resume", "--plain")
    assert "chỉ dùng cùng --resume" in refused(office, "sweep", "--plain", "--reason", "x")
    assert "ở sau hôm nay" in refused(office, "sweep", "--resume", "--reason", "x", "--on", "2024-07-02")
    assert rows(office_engine) == before
    code, out, err = office("sweep", "--resume", "--plain", "--reason", "Đồng hồ đúng", "--by", "Lê Thị Mẫu")
    assert (code, err) == (1, "")  # the relay is still away
    assert out.startswith("Đã cho quét tiếp: UBND thị trấn Như Quỳnh.\n")
    assert " 0 thư đã gửi" in out
    assert "0 nghĩa vụ đến mốc" not in out
    with Session(office_engine) as session:
        resumed = select(AuditEntry).where(col(AuditEntry.action) == Action.SWEEP_RESUMED)
        assert session.execute(resumed).scalar_one().actor == "Lê Thị Mẫu"


def test_resuming_goes_on_through_prefect_as_the_plain_command_does(
    office: Run, office_engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(office_engine, settings, MON_17_JUNE)
    move_clock(office_engine, MON_1_JULY)
    office("sweep", "--plain")
    monkeypatch.setenv("DUNGHAN_PREFECT_PORT", str(free_port()))
    code, out, err = office("sweep", "--resume", "--reason", "Đồng hồ đúng")
    assert (code, out) == (2, "Đã cho quét tiếp: UBND thị trấn Như Quỳnh.\n")
    assert "Prefect không trả lời" in err
    assert "dunghan sweep --plain" in err
    monkeypatch.setattr(sweep_command, "_sweep_through_prefect", lambda: print("qua Prefect"))
    assert said(office, "sweep") == "qua Prefect\n"


def test_a_mailbox_that_cannot_be_read_is_said_and_the_round_is_done(
    office: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUNGHAN_RETURNS_MAILDIR", str(tmp_path / "khong-co"))
    code, out, err = office("sweep", "--plain")
    assert code == 1
    assert "nghĩa vụ đến mốc" in out
    assert err.startswith("dunghan: Không đọc được hộp thư gửi về ")


def test_waiting_for_the_relay_is_said(
    office: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUNGHAN_SMTP_RETRIES", "0")
    code, _, err = office("sweep", "--plain", "--on", "2024-06-17")
    assert code == 1
    assert (
        err
        == "dunghan: máy chủ thư chưa nhận hết; thử lại sau 0 giây (Ctrl-C để thôi: thư chưa gửi chờ lượt quét sau).\n"
    )


# -- Doctor --


def doctor(office: Run) -> dict[str, dict[str, Any]]:
    return {check["check"]: check for check in json.loads(office("doctor", "--json")[1])}


def test_doctor_says_what_keeps_reminders_from_people(
    office: Run, office_engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = (
        "quét đang bị tạm giữ", "thư không rõ, bị từ chối hoặc bị trả lại", "thư đến cần người đọc",
        "người không nhận được thư", "đề nghị chờ quyết định quá 3 ngày làm việc", "khóa của cơ quan",
    )  # fmt: skip
    found = doctor(office)
    assert [found[name]["ok"] for name in names] == [True] * 6
    assert "hộp thư trả về" not in found
    for day in (MON_17_JUNE, TUE_18):
        swept(office_engine, settings, day, lost=HOA)
    came_back(office_engine, ANSWER, MAU)
    asks_time(office_engine, TUE_18)
    move_clock(office_engine, FRI_21)
    assert doctor(office)[names[4]]["ok"]  # three working days: Wednesday, Thursday, Friday
    move_clock(office_engine, FRI_28_JUNE)
    office("sweep", "--plain")
    key = tmp_path / "state" / "office.key"
    key.parent.mkdir(exist_ok=True)
    key.write_text("k" * 64)
    key.chmod(0o640)
    monkeypatch.setenv("DUNGHAN_RETURNS_HOST", "127.0.0.1")
    monkeypatch.setenv("DUNGHAN_RETURNS_PORT", str(free_port()))
    found = doctor(office)
    todo = {name: found[name]["todo"] for name in (*names, "hộp thư trả về") if not found[name]["ok"]}
    assert list(todo) == [*names, "hộp thư trả về"]
    assert all(todo.values())
    assert "chmod 600" in todo["khóa của cơ quan"]
    assert "07:30 28/06/2024" in found[names[0]]["found"]
    assert found[names[3]]["found"] == NAMES[HOA]


def test_doctor_looks_into_the_mailbox_and_marks_nothing_read(
    office: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mail = tmp_path / "tra-ve" / "new" / "1.thu"
    mail.parent.mkdir(parents=True)
    mail.write_bytes(b"Subject: x\r\n\r\nx")
    monkeypatch.setenv("DUNGHAN_RETURNS_MAILDIR", str(tmp_path / "tra-ve"))
    assert doctor(office)["hộp thư trả về"]["ok"]
    assert mail.exists()


def test_doctor_makes_no_key_and_names_one_that_is_missing(
    office: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert doctor(office)["khóa của cơ quan"]["ok"]
    assert not (tmp_path / "state" / "office.key").exists()
    monkeypatch.setenv("DUNGHAN_KEY_FILE", str(tmp_path / "khoa"))
    found = doctor(office)["khóa của cơ quan"]
    assert (found["ok"], str(tmp_path / "khoa") in found["todo"]) == (False, True)


# -- Wrong and hostile things typed --

LEAVE, MAIL, LINKS = ("leave", "record"), ("mail", "settle", "khong-co@x"), ("links", "revoke")
WRONG = [
    ((*LEAVE, "le-thi-mua", "2024-06-17", "2024-06-21"), "«le-thi-mua» trong danh sách nhân sự; có phải «le-thi-mau»?"),
    ((*LEAVE, "le\x1bthi", "2024-06-17", "2024-06-21"), "PERSON: chứa ký tự điều khiển"),
    ((*LEAVE, MAU, "17/06/2024", "2024-06-21"), "FROM:"),
    ((*LEAVE, MAU, "2024-06-17", "mai"), "TO:"),
    ((*LEAVE, MAU, "2024-06-21", "2024-06-17"), "đứng trước ngày đầu"),
    ((*LEAVE, MAU, "2024-06-03", "2024-06-07"), "đã qua"),
    ((*LEAVE, MAU, "2024-06-17", "2025-06-18"), "dài hơn một năm"),
    ((*LEAVE, MAU, "2024-06-17", "2024-06-21", "--substitute", MAU), "người khác"),
    ((*LEAVE, MAU, "2024-06-17", "2024-06-21", "--substitute", f"nhu-quynh/{MAU}"), "người khác"),
    ((*LEAVE, MAU, "2024-06-17", "2024-06-21", "--substitute", "ai-do"), "Không có người «ai-do»"),
    ((*LEAVE, MAU, "2024-06-17", "2024-06-21", "--by", " "), "--by"),
    ((*LEAVE, MAU, "2024-06-17", "2024-06-21", "--reason", "a\u202eb"), "--reason: chứa ký tự"),
    ((*LEAVE, MAU, "2024-06-17", "2024-06-21", "--reason", "x" * 2000), "--reason: dài quá 1000"),
    ((*LEAVE, DANG, "2024-06-20", "2024-06-20"), "Đã ghi nghỉ từ 20/06/2024"),
    (("leave", "list", "--from", "mai"), "--from:"),
    (("leave", "withdraw", "9", "--reason", "x"), "Không có lần nghỉ số 9"),
    (("leave", "withdraw", "1"), "cần --reason"),
    (("people", "--on", "mai"), "YYYY-MM-DD"),
    (("reply", "decide", "1", "--grant"), "cần --by"),
    (("reply", "decide", "1", "--by", CHAIR), "đúng một trong --grant và --refuse"),
    (("reply", "decide", "1", "--by", CHAIR, "--grant", "--refuse"), "đúng một trong --grant và --refuse"),
    (("reply", "decide", "9", "--by", CHAIR, "--grant"), "Không có đề nghị số 9"),
    (("reply", "decide", "1", "--by", "ai-do", "--grant"), "Không có người «ai-do»"),
    (("reply", "decide", "1", "--by", CHAIR, "--grant", "--to", MAU), "--to chỉ dùng"),
    (("reply", "decide", "1", "--by", CHAIR, "--grant", "--words", "a\x9b2J"), "--words: chứa ký tự"),
    ((*MAIL, "--arrived"), "cần --reason"),
    ((*MAIL, "--reason", "x"), "đúng một trong --arrived và --again"),
    ((*MAIL, "--reason", "x", "--arrived", "--again"), "đúng một trong --arrived và --again"),
    ((*MAIL, "--reason", "x", "--arrived"), "Không có thư mang Message-ID <khong-co@x>"),
    ((*MAIL, "--reason", "x", "--arrived", "--by", ""), "--by"),
    (("mail", "settle", "a\r\nBcc: b@x", "--reason", "x", "--arrived"), "MESSAGE_ID: chứa ký tự điều khiển"),
    (("mail", "read", "9", "--reason", "x"), "Không có thư đến số 9"),
    (("mail", "read", "1"), "cần --reason"),
    ((*LINKS, MAU), "cần --reason"),
    ((*LINKS, "ai-do", "--reason", "x"), "Không có người «ai-do»"),
    ((*LINKS, MAU, "--reason", "a\ud800"), "--reason"),
]  # fmt: skip


def test_what_is_typed_wrongly_is_one_line_and_stores_nothing(office: Run, office_engine: Engine) -> None:
    asks_time(office_engine)
    said(office, *LEAVE, DANG, "2024-06-20", "2024-06-21")
    before = rows(office_engine)
    for arguments, words in WRONG:
        assert words in refused(office, *arguments), arguments
    assert rows(office_engine) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("leave", "withdraw", "0", "--reason", "x"), ("leave", "withdraw", "99999999999", "--reason", "x"),
        ("reply", "decide", "mot", "--by", CHAIR, "--grant"), ("reply", "decide", str(2**63), "--by", CHAIR, "--grant"),
        ("mail", "read", str(2**31), "--reason", "x"), ("leave", "record", MAU), ("links",), ("mail", "send"),
    ],
)  # fmt: skip
def test_bad_usage_is_exit_two(dunghan: Run, arguments: tuple[str, ...]) -> None:
    assert dunghan(*arguments)[0] == 2


def test_hostile_words_of_mails_and_people_never_reach_the_terminal(
    office: Run, office_engine: Engine, settings: Settings
) -> None:
    swept(office_engine, settings, MON_17_JUNE, lost=HOA)
    came_back(office_engine, ANSWER, MAU, HOSTILE)
    with transaction(office_engine) as session:
        session.execute(select(Digest).where(col(Digest.status) == "bi-tu-choi")).scalar_one().response = HOSTILE
        authority = session.execute(select(Authority)).scalar_one()
        leave = record_leave(session, authority, DANG, WED_19, WED_19, "x", morning_of(MON_17_JUNE))
        leave.reason = HOSTILE
    for arguments in (("mail", "list"), ("leave", "list")):
        out = said(office, *arguments)
        assert "đỏ Bcc: ai@example.com" in out
        assert all(line.isprintable() for line in out.splitlines())
    found = json.loads(said(office, "mail", "list", "--json"))
    assert found["returned"][0]["words"] == HOSTILE
