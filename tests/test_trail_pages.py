"""The trail as somebody from outside reads it: found, opened, proved offline, verified, compared with a kept head."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from acting import HOSTILE, Office, assert_harmless, plain
from office import MON_17_JUNE, copy_database
from records import TUE_18_JUNE, VERIFIER, WED_19_JUNE, sweep_on, tamper, two_mornings
from sqlalchemy import URL, Engine, text
from sqlmodel import Session

from models.audit import Act, head, record
from models.audit_actions import Action
from models.settings import Settings
from models.signed_heads import signed_heads
from models.store import APP_ROLE, drop_database, open_engine, transaction
from models.trail import ON_A_PAGE, WINDOW
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real

B02 = "nhu-quynh-2024.B02.2024-H1"


@pytest.fixture(scope="module")
def swept_template(loaded_template: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """The sample office after two mornings, its heads signed: made once, copied for each test."""
    url = loaded_template.set(database=f"{loaded_template.database}_swept")
    copy_database(loaded_template, url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    folder = tmp_path_factory.mktemp("swept")
    two_mornings(engine, Settings(base_url="http://pages.example", state_dir=folder, smtp_retries=()))
    engine.dispose()
    yield url
    drop_database(url)


@pytest.fixture
def loaded_database(swept_template: URL, copies: Callable[[], int]) -> Iterator[URL]:
    url = swept_template.set(database=f"{swept_template.database}_{copies()}")
    copy_database(swept_template, url)
    yield url
    drop_database(url)


@pytest.fixture
def office(loaded: Engine, tmp_path: Path) -> Office:
    """Its pages on the third morning."""
    made = Office(loaded, tmp_path)
    made.go_to(WED_19_JUNE)
    return made


def say(office: Office, *acts: Act) -> None:
    with transaction(office.engine) as session:
        record(session, 1, office.now(), list(acts))


def newest(office: Office) -> int:
    with Session(office.engine) as session:
        return head(session, 1)[0]


def numbers(page: str) -> list[int]:
    """The entries a page lists."""
    return [int(part.split('"', 1)[0]) for part in page.split('<tr role="row" id="so-')[1:]]


# The list


def test_the_trail_is_read_newest_first_a_page_at_a_time_to_its_first_entry(office: Office) -> None:
    last, seen, address = newest(office), [], "/nhat-ky"
    while address:
        page = office.page(address)
        seen += numbers(page)
        older = page.split('" rel="next">Cũ hơn')[0].rsplit('href="', 1)[1] if "Cũ hơn" in page else ""
        address = older.replace("&amp;", "&")
    assert seen == list(range(last, 0, -1))
    assert len(numbers(office.page("/nhat-ky"))) == ON_A_PAGE


def test_an_entry_is_told_with_names_and_leads_to_its_obligation(office: Office) -> None:
    say(office, Act(Action.SEEN, B02, {"by": "le-thi-mau", "via": "thu"}, actor="le-thi-mau"))
    page = office.page("/nhat-ky")
    assert "Lê Thị Mẫu xác nhận đã nhận việc." in page
    assert f'href="/nghia-vu/{B02}"' in page
    assert "từ thư" in page
    assert f'href="/nhat-ky/{newest(office)}"' in page
    assert f'href="/nhat-ky/{newest(office)}"' in office.page(f"/nghia-vu/{B02}")


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ("hanh-vi=ky-dau-chuoi", "action = 'ky-dau-chuoi'"),
        ("hanh-vi=nhom-nhat-ky", "action IN ('ky-dau-chuoi', 'khong-ky-dau-chuoi', 'gui-dau-chuoi', 'xuat-nhat-ky')"),
        ("nguoi=le-thi-mau", "actor = 'le-thi-mau'"),
        (f"ve={B02}", f"subject = '{B02}'"),
        ("tu=18/06/2024", "at >= '2024-06-17T17:00Z'"),
        ("den=17/06/2024&hanh-vi=da-gui-thu", "at < '2024-06-17T17:00Z' AND action = 'da-gui-thu'"),
        ("tu=18/06/2024&den=18/06/2024&nguoi=dunghan&hanh-vi=quet-xong",
         "at >= '2024-06-17T17:00Z' AND at < '2024-06-18T17:00Z' AND action = 'quet-xong'"),
    ],
)  # fmt: skip
def test_filters_keep_only_what_was_asked_for_together(office: Office, query: str, keeps: str) -> None:
    wanted = text(f"SELECT seq FROM audit_entry WHERE {keeps} ORDER BY seq DESC LIMIT {ON_A_PAGE}")  # noqa: S608
    with office.engine.connect() as connection:
        expected = list(connection.execute(wanted).scalars())
    assert expected
    assert numbers(office.page(f"/nhat-ky?{query}")) == expected


def test_an_entry_just_before_midnight_in_viet_nam_belongs_to_that_day(office: Office) -> None:
    late = morning_of(WED_19_JUNE).replace(hour=23, minute=59)
    with transaction(office.engine) as session:
        record(session, 1, late, [Act(Action.SWEEP_FINISHED, "khuya", {"day": "19/06/2024"})])
    assert newest(office) in numbers(office.page("/nhat-ky?tu=19/06/2024&den=19/06/2024"))
    assert newest(office) not in numbers(office.page("/nhat-ky?tu=20/06/2024"))


@pytest.mark.parametrize("words", ["giữ máy chủ trễ", "GIU MAY  chu tre", "tre may chu"])
def test_words_are_found_with_or_without_accents_in_any_order(office: Office, words: str) -> None:
    assert numbers(office.page(f"/nhat-ky?tim={words}")) == []
    detail = {"by": "le-thi-mau", "reason": "Giữ máy chủ, trễ một giờ"}
    say(office, Act(Action.LATENESS_EXPLAINED, B02, detail, actor="le-thi-mau"))
    assert numbers(office.page(f"/nhat-ky?tim={words}")) == [newest(office)]


def test_words_are_sought_in_a_window_that_says_how_far_it_went_and_goes_on(office: Office) -> None:
    say(office, Act(Action.LATENESS_EXPLAINED, B02, {"by": "x", "reason": "Kim trong đống rơm"}))
    needle = newest(office)
    say(office, *[Act(Action.SWEEP_FINISHED, "x", {"day": str(number)}) for number in range(WINDOW)])
    first = office.page("/nhat-ky?tim=dong rom")
    assert numbers(first) == []
    assert "Chưa thấy bản ghi nào khớp trong 2.000 bản ghi vừa xem." in first
    further = first.split('" rel="next">Tìm tiếp')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    assert numbers(office.page(further)) == [needle]


def test_an_action_of_a_newer_version_is_shown_as_it_is(office: Office, loaded_database: URL) -> None:
    last = newest(office)
    tamper(loaded_database, f"UPDATE audit_entry SET action = 'hanh-vi-moi' WHERE seq = {last}")  # noqa: S608
    page = office.page("/nhat-ky")
    assert numbers(page)[0] == last
    assert "hanh-vi-moi" in page
    assert "hanh-vi-moi" in office.says(f"/nhat-ky/{last}")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("tu=2024-06-17", "Từ ngày cần viết dạng ngày/tháng/năm"),
        ("tu=18/06/2024&den=17/06/2024", "Đến ngày 17/06/2024 đứng trước từ ngày 18/06/2024."),
        ("hanh-vi=khong-co", "Không có hành vi «khong-co»."),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(office: Office, query: str, said: str) -> None:
    answer = office.client.get(f"/nhat-ky?{query}&tim=giữ lại")
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert 'value="giữ lại"' in answer.text


@pytest.mark.parametrize(
    "address",
    ["/nhat-ky/0", "/nhat-ky/abc", "/nhat-ky/999999", "/nhat-ky/9/bang-chung", "/nhat-ky/99999999999999999999999",
     "/nhat-ky?truoc=x", "/nhat-ky?co-quan=khac"],
)  # fmt: skip
def test_what_is_not_there_is_said(office: Office, address: str) -> None:
    assert office.client.get(address).status_code == 404


def test_hostile_words_are_only_ever_words(office: Office) -> None:
    say(
        office, Act(Action.LATENESS_EXPLAINED, HOSTILE, {"by": HOSTILE, "reason": HOSTILE, HOSTILE: [HOSTILE]}, HOSTILE)
    )
    for address in ("/nhat-ky", f"/nhat-ky/{newest(office)}", f"/nhat-ky?tim={HOSTILE}&ve={HOSTILE}&nguoi={HOSTILE}",
                    f"/nhat-ky/kiem-tra?dau-chuoi={HOSTILE}"):  # fmt: skip
        assert_harmless(office.client.get(address).text)


def test_reading_changes_nothing(office: Office) -> None:
    before = office.snapshot()
    for address in ("/nhat-ky?tim=thu", "/nhat-ky/9", "/nhat-ky/9/bang-chung.json", "/nhat-ky/kiem-tra?kiem=1"):
        assert office.client.get(address).status_code == 200
        assert office.client.head(address).status_code == 200
    assert office.snapshot() == before


# One entry and its proof


def test_an_entry_shows_the_very_bytes_that_were_hashed(office: Office) -> None:
    from hashlib import sha256
    from html import unescape

    page = office.page("/nhat-ky/9")
    hashed = unescape(page.split('aria-labelledby="da-bam">')[-1].split("</pre>", 1)[0])
    with office.engine.connect() as connection:
        digest = connection.execute(text("SELECT hash FROM audit_entry WHERE seq = 9")).scalar_one()
    assert sha256(hashed.encode()).hexdigest() == digest
    assert digest in page
    assert 'href="/nhat-ky/8" rel="prev"' in page
    assert 'href="/nhat-ky/10" rel="next"' in page


def test_a_changed_entry_and_its_neighbour_say_so(office: Office, loaded_database: URL) -> None:
    assert "Nội dung còn đúng mã băm" in office.says("/nhat-ky/9")
    tamper(
        loaded_database,
        "UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 9",
        "DELETE FROM audit_entry WHERE seq = 20",
    )
    assert "Nội dung không còn đúng mã băm: bản ghi đã bị sửa." in office.says("/nhat-ky/9")
    assert "Mã băm của bản ghi trước không đúng" in office.says("/nhat-ky/21")


def offline(file: Path, *arguments: str) -> tuple[int, str]:
    """`verify.py --proof` as an auditor runs it, alone."""
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), "--proof", str(file), *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd="/", env={},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def proof(office: Office, tmp_path: Path) -> Path:
    answer = office.client.get("/nhat-ky/40/bang-chung.json")
    assert answer.headers["content-disposition"].startswith("attachment;")
    file = tmp_path / "bang-chung.json"
    file.write_bytes(answer.content)
    return file


def test_a_proof_holds_offline_with_nothing_but_python(office: Office, proof: Path) -> None:
    with Session(office.engine) as session:
        signed = signed_heads(session, 1)[-1]
    code, said = offline(proof)
    assert code == 0, said
    assert "Khớp: mã băm của bản ghi số 40." in said
    assert "KẾT LUẬN: bằng chứng đúng." in said
    for digest in (signed.hash, signed.root):
        assert offline(proof, "--head", f"{signed.seq}:{digest}", "--key", signed.public_key)[0] == 0
    assert offline(proof, "--head", f"{signed.seq}:{'0' * 64}")[0] == 1
    assert offline(proof, "--key", "0" * 64)[0] == 1
    assert offline(proof.with_name("khong-co.json"))[0] == 2


def altered(made: dict, *way: str | int) -> dict:
    """The proof with one of its values changed a little."""
    copy = json.loads(json.dumps(made))
    place = copy
    for step in way[:-1]:
        place = place[step]
    value = place[way[-1]]
    place[way[-1]] = value + 1 if isinstance(value, int) else ("0" if value[0] != "0" else "1") + value[1:]
    return copy


def test_a_proof_changed_anywhere_is_refused_offline(proof: Path) -> None:
    made = json.loads(proof.read_bytes())
    ways = [("entry", name) for name in made["entry"] if name != "detail" and made["entry"][name] != ""]
    ways += [("path", step) for step in range(len(made["path"]))]
    ways += [("head", name) for name in made["head"]] + [("public_key",)]
    for way in ways:
        proof.write_text(json.dumps(altered(made, *way)))
        assert offline(proof)[0] == 1, way
    for wrong in ("", "[]", "{}", '{"entry": 5}', json.dumps({**made, "path": made["path"][1:]})):
        proof.write_text(wrong)
        assert offline(proof)[0] == 1, wrong


def test_every_entry_under_the_newest_head_has_a_proof_and_later_ones_wait(office: Office, tmp_path: Path) -> None:
    with Session(office.engine) as session:
        signed = signed_heads(session, 1)[-1]
    for seq in (1, 2, signed.seq - 1, signed.seq):
        (tmp_path / "p.json").write_bytes(office.client.get(f"/nhat-ky/{seq}/bang-chung.json").content)
        assert offline(tmp_path / "p.json")[0] == 0, seq
    waiting = office.client.get(f"/nhat-ky/{signed.seq + 1}/bang-chung.json")
    assert (waiting.status_code, "Chưa có đầu chuỗi nào ký" in plain(waiting.text)) == (409, True)


def test_no_proof_is_given_of_a_trail_that_was_changed(office: Office, loaded_database: URL) -> None:
    for change in ("UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 9", "DELETE FROM audit_entry WHERE seq = 30"):
        tamper(loaded_database, change)
        answer = office.client.get("/nhat-ky/40/bang-chung.json")
        assert (answer.status_code, "nhật ký đã bị sửa" in plain(answer.text)) == (409, True)


# Verification


def test_looking_does_not_check_and_the_button_does(office: Office) -> None:
    page = office.says("/nhat-ky/kiem-tra")
    assert "Kết luận" not in page
    assert "thứ Ba" in page
    checked = office.says("/nhat-ky/kiem-tra?kiem=1")
    assert f"Nguyên vẹn: {newest(office)} bản ghi đủ thứ tự" in checked
    assert "bản ghi mỗi giây" in checked


def test_a_changed_trail_is_named_where_it_breaks(office: Office, loaded_database: URL) -> None:
    tamper(loaded_database, "UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 40")
    said = office.says("/nhat-ky/kiem-tra?kiem=1")
    assert "Không khớp ở bản ghi số 40: nội dung không khớp mã băm: bản ghi đã bị sửa." in said
    assert "39 bản ghi đầu khớp" in said


def test_a_kept_head_is_found_replaced_or_cut_off(office: Office, loaded_database: URL) -> None:
    with Session(office.engine) as session:
        signed = signed_heads(session, 1)[0]
    for digest in (signed.hash, signed.root, signed.hash.upper()):
        assert "đã giữ: khớp." in office.says(f"/nhat-ky/kiem-tra?dau-chuoi={signed.seq}:{digest}")
    assert "trở về trước đã bị thay" in office.says(f"/nhat-ky/kiem-tra?dau-chuoi={signed.seq}:{'0' * 64}")
    assert "Nhật ký ngắn hơn số này" in office.says(f"/nhat-ky/kiem-tra?dau-chuoi=999999:{signed.hash}")
    refused = office.client.get("/nhat-ky/kiem-tra?dau-chuoi=abc")
    assert (refused.status_code, "Cần số và mã 64 chữ số" in plain(refused.text)) == (422, True)
    tamper(loaded_database, f"DELETE FROM audit_entry WHERE seq > {signed.seq - 5}")  # noqa: S608
    assert "Nhật ký ngắn hơn số này" in office.says(f"/nhat-ky/kiem-tra?dau-chuoi={signed.seq}:{signed.hash}")


def test_a_head_withheld_says_why(office: Office, loaded_database: URL, settings: Settings) -> None:
    tamper(loaded_database, "UPDATE audit_entry SET actor = 'ai-do' WHERE seq = 40")
    sweep_on(office.engine, settings, WED_19_JUNE)
    assert "Không ký: nhật ký hỏng ở bản ghi số 40" in office.says("/nhat-ky/kiem-tra")


def test_two_authorities_are_read_apart(office: Office) -> None:
    with transaction(office.engine) as session:
        session.execute(text("INSERT INTO authority (id, code, name) VALUES (2, 'xa-khac', 'UBND xã Khác')"))
        record(session, 2, morning_of(TUE_18_JUNE), [Act(Action.SWEEP_FINISHED, "xa-khac", {"day": "18/06/2024"})])
    page = office.page("/nhat-ky?co-quan=xa-khac")
    assert numbers(page) == [1]
    assert 'href="/nhat-ky/1?co-quan=xa-khac"' in page
    assert len(numbers(office.page("/nhat-ky"))) == ON_A_PAGE
    assert "UBND xã Khác" in office.says("/nhat-ky/kiem-tra?co-quan=xa-khac&kiem=1")


def test_an_empty_trail_has_its_page(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        session.execute(text("INSERT INTO authority (id, code, name) VALUES (1, 'xa', 'UBND xã')"))
    office = Office(engine, tmp_path)
    assert "Nhật ký chưa có bản ghi nào." in office.says("/nhat-ky")
    assert "Chưa ký đầu chuỗi nào" in office.says("/nhat-ky/kiem-tra?kiem=1")
    assert office.day == MON_17_JUNE
