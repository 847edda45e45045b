"""The pages as a browser meets them: what they say, what they refuse, and that looking changes nothing."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from office import MON_17_JUNE, load
from sqlalchemy import URL, Engine, create_engine, text
from sqlmodel import Session, SQLModel
from visitors import CHAIR, sign_in

import web.obligations
import web.unsettled
from models.acts import ActRefused
from models.obligation_page import LetterLine, TrailLine, find_obligation
from models.practice import start_practice
from models.record_tables import Digest
from models.store import APP_ROLE, drop_database, ensure_database, migrate, open_engine, transaction
from models.tables import Person
from models.views import ObligationLine, list_obligations
from rules.vietnamese import fold, morning_of
from web.app import Practice, create_app
from web.mailbox import MOST_BYTES, list_letters, open_letter
from web.security import LETTER_POLICY, is_same_origin

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

pytestmark = pytest.mark.real

B02 = "nhu-quynh-2024.B02.2024-H1"
B08 = "nhu-quynh-2024.B08.2024-12-31"  # one that is closed by reporting it done, and that no test closes
HOST = "http://testserver"
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
RUN = "0190b0a0-0000-7000-8000-000000000001"


class Morning:
    """A practice that only moves a day in memory."""

    def __init__(self) -> None:
        self.day, self.doing, self.moves = MON_17_JUNE, "", 0
        self.refusal: Exception | None = None

    def now(self) -> datetime:
        return morning_of(self.day)

    def busy(self) -> str:
        return self.doing

    async def advance(self) -> None:
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        self.day, self.moves = self.day + timedelta(days=1), self.moves + 1


@pytest.fixture(scope="module")
def office_engine(template: URL, copies: Callable[[], int]) -> Iterator[Engine]:
    """The sample office loaded once for all these tests: they look, and the few that act choose what is open."""
    url = template.set(database=f"{template.database}_pages_{copies()}")
    ensure_database(url)
    migrate(url)
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    with transaction(engine) as session:
        start_practice(session, MON_17_JUNE)
    load(engine)
    yield engine
    engine.dispose()
    drop_database(url)


@pytest.fixture
def morning() -> Morning:
    return Morning()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "mailbox"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    deliver(folder, "1", letter("Lê Thị Mẫu", "mau@nhuquynh.example", "Nhắc hạn: 1 việc", 18))
    deliver(folder, "2", letter("Trần Thị Ví Dụ", "vidu@nhuquynh.example", "Nhắc hạn: 2 việc", 17))
    deliver(folder, "3", letter("Trần Thị Ví Dụ", "vidu@nhuquynh.example", HOSTILE, 16))
    return folder


def deliver(folder: Path, number: str, message: EmailMessage) -> None:
    """What Maildir.add does, without its fsync."""
    (folder / "new" / f"1718584200.M{number}P7.host").write_bytes(message.as_bytes())


def letter(person: str, address: str, subject: str, day: int) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["To"] = subject, f"{person} <{address}>"
    message["Date"] = datetime(2024, 6, day, 0, 30, tzinfo=UTC)
    message.set_content(f"Kính gửi {person}: {HOST}/nghia-vu/{B02} {HOSTILE}")
    message.add_alternative(f"<p style='color:red'>Kính gửi {person}</p><script>alert(1)</script>", subtype="html")
    return message


@pytest.fixture
def site(office_engine: Engine, morning: Morning, box: Path) -> Iterator[TestClient]:
    practice = Practice(morning.advance, morning.busy)
    app = create_app(office_engine, morning.now, practice=practice, prefect_url="http://127.0.0.1:4200", mailbox=box)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def real_site(office_engine: Engine, morning: Morning) -> Iterator[TestClient]:
    app = create_app(office_engine, morning.now)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def lines(engine: Engine, day: date = MON_17_JUNE) -> list[ObligationLine]:
    with Session(engine) as session:
        return list_obligations(session, day)


def an_open_one(engine: Engine) -> ObligationLine:
    """One that may be closed for good: B02 and B08 are kept open, tests read them."""
    found = (line for line in lines(engine) if line.state == "dung-han" and not line.internal)
    return next(line for line in found if line.code not in (B02, B08))


def token_of(page: str, action: str) -> str:
    form = page.split(f'action="{action}"', 1)[1]
    return form.split('name="chu-ky" value="', 1)[1].split('"', 1)[0]


def post(site: TestClient, page: str, action: str, **fields: str):
    """Send the form of `page` that posts to `action`, as a browser would."""
    fields = {"chu-ky": token_of(site.get(page).text, action), **fields}
    return site.post(action, data=fields, headers={"Origin": HOST})


# The list


def test_the_front_page_is_the_list(site: TestClient) -> None:
    answer = site.get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (307, "/nghia-vu")


def test_the_list_hides_what_is_finished_until_asked(site: TestClient, office_engine: Engine) -> None:
    closed = next(line for line in lines(office_engine) if line.state == "truoc-theo-doi")
    assert f'/nghia-vu/{closed.code}"' not in site.get("/nghia-vu").text
    assert f'/nghia-vu/{closed.code}"' in site.get("/nghia-vu?trang-thai=truoc-theo-doi").text
    assert f'/nghia-vu/{closed.code}"' in site.get("/nghia-vu?trang-thai=tat-ca").text


def test_each_filter_keeps_only_its_own(site: TestClient, office_engine: Engine) -> None:
    everything = lines(office_engine)
    for query, keeps in (
        ("don-vi=van-phong", lambda line: line.lead_code == "van-phong"),
        ("loai=bao-cao", lambda line: line.kind == "bao-cao"),
        ("trang-thai=sap-den-han", lambda line: line.state == "sap-den-han"),
    ):
        page = site.get(f"/nghia-vu?{'' if 'trang' in query else 'trang-thai=tat-ca&'}{query}").text
        for line in everything:
            assert (f'/nghia-vu/{line.code}"' in page) == keeps(line), (query, line.code)


@pytest.mark.parametrize("words", ["đối thoại", "doi thoai", "DOI  THOAI", "thoại đối"])
def test_search_reads_words_with_or_without_accents(site: TestClient, words: str) -> None:
    page = site.get("/nghia-vu", params={"tim": words, "trang-thai": "tat-ca"}).text
    assert "đối thoại với MTTQ" in page
    assert B02 not in page


def test_fold_reads_both_spellings_of_vietnamese_unicode() -> None:
    assert fold("Đối thoại") == fold("Đối thoại") == "doi thoai"


def test_a_filter_that_does_not_exist_is_said_so(site: TestClient) -> None:
    for query in ("trang-thai=xong", "loai=khac", "don-vi=khong-co"):
        answer = site.get(f"/nghia-vu?{query}")
        assert answer.status_code == 422
        assert "Không có" in answer.text


def test_counters_add_up_and_keep_the_other_filters(site: TestClient, office_engine: Engine) -> None:
    page = site.get("/nghia-vu?loai=bao-cao").text
    reports = [line for line in lines(office_engine) if line.kind == "bao-cao"]
    assert f'href="/nghia-vu?trang-thai=tat-ca&amp;loai=bao-cao"><strong>{len(reports)}</strong>' in page


def test_an_internal_checkpoint_is_never_shown_as_law(site: TestClient, office_engine: Engine) -> None:
    internal = next(line for line in lines(office_engine) if line.internal and line.state == "dung-han")
    row = site.get("/nghia-vu").text.split(f'/nghia-vu/{internal.code}"')[1].split("</tr>")[0]
    assert "mốc nội bộ" in row
    assert "Trong hạn" not in row
    page = site.get(f"/nghia-vu/{internal.code}").text
    assert "kế hoạch và pháp luật không định ngày này" in page


def test_provisional_dates_say_so(site: TestClient, monkeypatch: pytest.MonkeyPatch, office_engine: Engine) -> None:
    guessed = replace(an_open_one(office_engine), provisional=True)
    monkeypatch.setattr(web.obligations, "lines_on", lambda *_: [guessed])
    assert site.get("/nghia-vu").text.count("tạm tính") == 2


def test_nothing_found_offers_a_way_on(site: TestClient) -> None:
    page = site.get("/nghia-vu?tim=zzzz").text
    assert "Không có nghĩa vụ nào khớp" in page
    assert "/nghia-vu?trang-thai=tat-ca&amp;tim=zzzz" in page


# One obligation


def test_one_obligation_shows_its_words_its_dates_and_why(site: TestClient, office_engine: Engine) -> None:
    page = site.get(f"/nghia-vu/{B02}").text
    with Session(office_engine) as session:
        found = find_obligation(session, B02, MON_17_JUNE)
    assert found
    for sentence in (*found.receipt["because"], found.quote, found.place, *found.findings):
        assert sentence in page
    assert "02/07/2024" in page
    assert "Trước 10 ngày làm việc" in page
    assert "Mở theo dõi" in page


def test_skipped_days_are_named_with_their_instrument(site: TestClient) -> None:
    page = site.get("/nghia-vu/nhu-quynh-2024.B01.ke-hoach-cap-tren-2023-12-29").text
    assert "Tết Dương lịch" in page
    assert "Bộ luật Lao động 2019, Điều 112" in page


def test_grounds_not_seen_in_text_ask_to_be_checked(
    site: TestClient, monkeypatch: pytest.MonkeyPatch, office_engine: Engine
) -> None:
    with Session(office_engine) as session:
        found = find_obligation(session, B02, MON_17_JUNE)
    assert found
    grounds = [{"instrument": "Luật A", "article": "Điều 1", "certainty": c} for c in ("S", "2", "M")]
    doubted = replace(found, receipt={**found.receipt, "basis": grounds})
    monkeypatch.setattr(web.obligations, "find_obligation", lambda *_: doubted)
    assert site.get(f"/nghia-vu/{B02}").text.count('<em class="tag">cần đối chiếu</em>') == 2


def test_an_unknown_obligation_says_what_to_do(site: TestClient) -> None:
    for code in ("khong-co", "a%00b", "%F0%9F%98%80", "x" * 500, quote(HOSTILE, safe="")):
        answer = site.get(f"/nghia-vu/{code}")
        assert answer.status_code == 404
        assert "Xin kiểm tra lại" in answer.text
        assert "<script>" not in answer.text


def test_hostile_text_is_only_ever_text(
    site: TestClient, monkeypatch: pytest.MonkeyPatch, office_engine: Engine
) -> None:
    with Session(office_engine) as session:
        found = find_obligation(session, B02, MON_17_JUNE)
    assert found
    line = replace(found.line, title=HOSTILE, period=HOSTILE, lead=HOSTILE, task=HOSTILE, why=HOSTILE, lead_code="a&b")
    receipt = {
        **found.receipt,
        "because": [HOSTILE],
        "skipped": [{"day": "2024-06-01", "name": HOSTILE, "kind": "holiday", "instrument": HOSTILE}],
        "basis": [{"instrument": HOSTILE, "article": HOSTILE, "certainty": "M"}],
        "warnings": [{"level": "warning", "text": HOSTILE}],
    }
    page = replace(
        found, line=line, plan=HOSTILE, authority=HOSTILE, place=HOSTILE, quote=HOSTILE, result=HOSTILE,
        implementing=(HOSTILE,), receipt=receipt, findings=(HOSTILE,), calendar_version=HOSTILE,
        letters=(LetterLine("0", HOSTILE, HOSTILE, MON_17_JUNE, HOSTILE, None, HOSTILE),),
        trail=(TrailLine(1, morning_of(MON_17_JUNE), HOSTILE, HOSTILE, HOSTILE),),
        evidence={"document": HOSTILE},
    )  # fmt: skip
    monkeypatch.setattr(web.obligations, "find_obligation", lambda *_: page)
    monkeypatch.setattr(web.obligations, "lines_on", lambda *_: [line])
    digest = Digest(
        authority_id=1, person_id=1, day=MON_17_JUNE, status="khong-ro", message_id=HOSTILE,
        subject=HOSTILE, response=HOSTILE,
    )  # fmt: skip
    person = Person(authority_id=1, code="x", name=HOSTILE, title=HOSTILE, email=HOSTILE)
    monkeypatch.setattr(web.unsettled, "unsettled_digests", lambda _: [(digest, person)])
    for address in (
        f"/nghia-vu/{B02}",
        "/nghia-vu",
        f"/nghia-vu?trang-thai=tat-ca&tim={quote(HOSTILE)}",
        "/thu-can-xem",
    ):
        text_of_page = site.get(address).text
        assert "&lt;script&gt;" in text_of_page, address
        assert "<script" not in text_of_page, address
        assert "<img src=x" not in text_of_page, address


def test_a_run_is_linked_to_prefect_only_when_it_is_one(
    site: TestClient, real_site: TestClient, monkeypatch: pytest.MonkeyPatch, office_engine: Engine
) -> None:
    with Session(office_engine) as session:
        found = find_obligation(session, B02, MON_17_JUNE)
    assert found
    entries = tuple(
        TrailLine(n, morning_of(MON_17_JUNE), "dunghan", "…", run) for n, run in enumerate((RUN, "javascript:x"))
    )
    monkeypatch.setattr(web.obligations, "find_obligation", lambda *_: replace(found, trail=entries))
    page = site.get(f"/nghia-vu/{B02}").text
    assert f'href="http://127.0.0.1:4200/runs/flow-run/{RUN}"' in page
    assert 'href="javascript' not in page
    sign_in(real_site, office_engine, morning_of(MON_17_JUNE), CHAIR)
    assert "/runs/flow-run/" not in real_site.get(f"/nghia-vu/{B02}").text


# Reporting done, in practice


def test_a_report_closes_the_obligation_and_is_written_down(site: TestClient, office_engine: Engine) -> None:
    code = an_open_one(office_engine).code
    action = f"/nghia-vu/{code}/hoan-thanh"
    evidence = {"ngay": "14/6/2024", "minh-chung": " 45/BC-UBND \x00 <b>&\u202e "}
    answer = post(site, f"/nghia-vu/{code}", action, **evidence)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/nghia-vu/{code}#ket-qua")
    page = site.get(f"/nghia-vu/{code}").text
    assert "Hoàn thành" in page
    assert "45/BC-UBND &lt;b&gt;&amp;</dd>" in page
    assert "Diễn tập báo hoàn thành ngày 14/06/2024" in page
    assert action not in page
    with Session(office_engine) as session:
        again = find_obligation(session, code, MON_17_JUNE)
    assert again
    assert (again.line.state, again.done_on) == ("hoan-thanh", date(2024, 6, 14))


@pytest.mark.parametrize(
    ("day", "document", "reason"),
    [
        ("18/06/2024", "45/BC-UBND", "ở sau hôm nay 17/06/2024"),
        ("2024-06-14", "45/BC-UBND", "cần viết dạng ngày/tháng/năm"),
        ("31/02/2024", "45/BC-UBND", "cần viết dạng ngày/tháng/năm"),
        ("", "45/BC-UBND", "cần viết dạng ngày/tháng/năm"),
        ("14/06/2024", "  ", "Cần ghi số, ký hiệu văn bản"),
        ("14/06/2024", "x" * 501, "dài 501 ký tự"),
    ],
)
def test_a_report_not_taken_says_why_and_keeps_what_was_typed(
    site: TestClient, office_engine: Engine, day: str, document: str, reason: str
) -> None:
    code = an_open_one(office_engine).code
    before = snapshot(office_engine)
    answer = post(site, f"/nghia-vu/{code}", f"/nghia-vu/{code}/hoan-thanh", ngay=day, **{"minh-chung": document})
    assert answer.status_code == 422
    assert reason in answer.text
    assert f'value="{day}"' in answer.text
    assert snapshot(office_engine) == before


def test_a_closed_obligation_takes_no_report(site: TestClient, office_engine: Engine) -> None:
    closed = next(line.code for line in lines(office_engine) if line.state == "truoc-theo-doi")
    forms = site.app.state.site.forms  # type: ignore[attr-defined]
    action = f"/nghia-vu/{closed}/hoan-thanh"
    fields = {"chu-ky": forms.token(action), "ngay": "14/06/2024", "minh-chung": "45/BC-UBND"}
    answer = site.post(action, data=fields, headers={"Origin": HOST})
    assert answer.status_code == 422
    assert "không còn ở trạng thái đang theo dõi" in answer.text
    for unknown in ("khong-co", "a%00b"):
        action = f"/nghia-vu/{unknown}/hoan-thanh"
        fields["chu-ky"] = forms.token(action.replace("%00", "\x00"))
        assert site.post(action, data=fields, headers={"Origin": HOST}).status_code == 404


# Forms that did not come from our pages


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_sent_from_elsewhere_is_refused(
    site: TestClient, morning: Morning, office_engine: Engine, headers: dict[str, str]
) -> None:
    page = site.get(f"/nghia-vu/{B08}").text
    before = snapshot(office_engine)
    for action in ("/dien-tap/ngay-tiep", f"/nghia-vu/{B08}/hoan-thanh"):
        fields = {"chu-ky": token_of(page, action), "hom-nay": "2024-06-17", "ngay": "14/06/2024", "minh-chung": "45"}
        assert site.post(action, data=fields, headers=headers).status_code == 403
    assert morning.moves == 0
    assert snapshot(office_engine) == before


def test_a_form_without_our_mark_for_that_very_act_is_refused(site: TestClient, morning: Morning) -> None:
    of_another = token_of(site.get(f"/nghia-vu/{B08}").text, f"/nghia-vu/{B08}/hoan-thanh")
    own = token_of(site.get("/nghia-vu").text, "/dien-tap/ngay-tiep")
    tampered = ("A" if own[0] != "A" else "B") + own[1:]  # the last character carries two bits nobody reads
    for token in ("", "x.y", of_another, tampered, "ký.ệ"):
        fields = {"chu-ky": token, "hom-nay": "2024-06-17"}
        answer = site.post("/dien-tap/ngay-tiep", data=fields, headers={"Origin": HOST})
        assert answer.status_code == 403
        assert "tải lại trang" in answer.text
    assert morning.moves == 0


def test_a_browser_s_own_word_on_the_origin_is_enough() -> None:
    assert is_same_origin({"sec-fetch-site": "same-origin"})
    assert is_same_origin({"origin": "https://viec.example", "host": "viec.example"})
    assert not is_same_origin({"origin": "http://", "host": ""})
    assert not is_same_origin({"origin": "https://viec.example:8443", "host": "viec.example"})


def test_an_endless_form_is_cut_short(site: TestClient) -> None:
    headers = {"Origin": HOST, "Content-Type": "application/x-www-form-urlencoded"}
    assert site.post("/dien-tap/ngay-tiep", content=b"a" * 40_000, headers=headers).status_code == 413
    assert site.post("/dien-tap/ngay-tiep", content=b"a=1&" * 100, headers=headers).status_code == 422
    assert site.post("/dien-tap/ngay-tiep", content=b"\xff=\xfe", headers=headers).status_code == 403


# Practice


def test_the_banner_names_the_day_and_moves_it(site: TestClient, morning: Morning) -> None:
    page = site.get("/nghia-vu?loai=bao-cao").text
    assert "hôm nay là <strong>thứ Hai, 17/06/2024</strong>" in page
    assert "http-equiv" not in page
    fields = {"hom-nay": "2024-06-17", "ve": "/nghia-vu?loai=bao-cao"}
    answer = post(site, "/nghia-vu", "/dien-tap/ngay-tiep", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/nghia-vu?loai=bao-cao")
    assert morning.day == date(2024, 6, 18)
    assert "thứ Ba, 18/06/2024" in site.get("/thu-can-xem").text


def test_a_button_pressed_twice_moves_one_morning(site: TestClient, morning: Morning) -> None:
    for _ in range(2):
        assert post(site, "/nghia-vu", "/dien-tap/ngay-tiep", **{"hom-nay": "2024-06-17"}).status_code == 303
    assert morning.moves == 1


@pytest.mark.parametrize(
    "back", ["//evil.example", "http://evil.example", "/\\evil.example", "/nghia-vu\r\nX: y", "/ x", ""]
)
def test_the_way_back_stays_in_the_house(site: TestClient, back: str) -> None:
    answer = post(site, "/nghia-vu", "/dien-tap/ngay-tiep", **{"hom-nay": "2024-06-17", "ve": back})
    assert answer.status_code == 303
    assert answer.headers["location"] in ("/nghia-vu", "/nghia-vu?")


def test_while_a_sweep_runs_pages_refresh_and_the_button_waits(site: TestClient, morning: Morning) -> None:
    morning.doing = "Đang quét <thứ Hai>"
    page = site.get("/nghia-vu").text
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "Đang quét &lt;thứ Hai&gt;" in page
    assert '<button type="submit" disabled>Sang ngày' in page
    answer = post(site, "/nghia-vu", "/dien-tap/ngay-tiep", **{"hom-nay": "2024-06-17"})
    assert answer.status_code == 409
    assert "http-equiv" not in answer.text
    assert morning.moves == 0


def test_a_refused_move_says_why_and_a_broken_one_shows_no_trace(site: TestClient, morning: Morning) -> None:
    morning.refusal = ActRefused("Hệ thống đang chạy thật.")
    answer = post(site, "/nghia-vu", "/dien-tap/ngay-tiep", **{"hom-nay": "2024-06-17"})
    assert answer.status_code == 409
    assert "Hệ thống đang chạy thật." in answer.text
    morning.refusal = RuntimeError("secret-of-the-house")
    answer = post(site, "/nghia-vu", "/dien-tap/ngay-tiep", **{"hom-nay": "2024-06-17"})
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.text
    assert "secret" not in answer.text
    assert_guarded(answer.headers)


def test_real_operation_has_no_banner_and_no_mailbox_and_opens_to_who_signed_in(
    real_site: TestClient, office_engine: Engine
) -> None:
    assert real_site.get(f"/nghia-vu/{B02}").headers["location"] == f"/dang-nhap?ve=/nghia-vu/{B02}"
    assert real_site.post(f"/nghia-vu/{B02}/hoan-thanh", headers={"Origin": HOST}).status_code == 401
    sign_in(real_site, office_engine, morning_of(MON_17_JUNE), CHAIR)
    page = real_site.get(f"/nghia-vu/{B02}").text
    assert "Diễn tập" not in page
    assert page.count("<form") == 1  # the one that signs out: a leader records nothing here
    assert "/hop-thu" not in page
    assert real_site.post(f"/nghia-vu/{B02}/hoan-thanh", headers={"Origin": HOST}).status_code == 403
    assert real_site.post("/dien-tap/ngay-tiep", headers={"Origin": HOST}).status_code == 404
    assert real_site.get("/hop-thu").status_code == 404


# The mailbox


def test_the_mailbox_lists_letters_newest_first(site: TestClient) -> None:
    page = site.get("/hop-thu").text
    assert page.index("Nhắc hạn: 1 việc") < page.index("Nhắc hạn: 2 việc")
    assert "07:30 18/06/2024" in page
    assert "<script" not in page


def test_the_mailbox_shows_one_person_s_letters(site: TestClient) -> None:
    page = site.get("/hop-thu?nguoi=mau%40nhuquynh.example").text
    assert "Nhắc hạn: 1 việc" in page
    assert "Nhắc hạn: 2 việc" not in page
    assert "Chưa có thư nào cho người này" in site.get("/hop-thu?nguoi=ai-do").text


def test_a_letter_shows_its_text_and_frames_its_html_alone(site: TestClient, box: Path) -> None:
    key = list_letters(box)[0].key
    page = site.get(f"/hop-thu/{key}").text
    assert f'<iframe class="letter" sandbox="" src="/hop-thu/{key}/html"' in page
    assert f'<a href="{HOST}/nghia-vu/{B02}" rel="noopener noreferrer">' in page
    assert "<script" not in page
    html = site.get(f"/hop-thu/{key}/html")
    assert html.headers["content-security-policy"] == LETTER_POLICY
    assert "default-src 'none'; style-src 'unsafe-inline'" in LETTER_POLICY
    assert "<p style='color:red'>Kính gửi Lê Thị Mẫu</p>" in html.text


@pytest.mark.parametrize(
    "key",
    [
        "../secret",
        "..%2Fsecret",
        "%2e%2e%2fsecret",
        "..%5Csecret",
        "%2Fetc%2Fpasswd",
        "new%2Fx",
        "a%00b",
        "link",
        "none",
    ],
)
def test_no_key_leads_out_of_the_mailbox(site: TestClient, box: Path, key: str) -> None:
    secret = letter("Kẻ lạ", "la@example.org", "secret-letter", 1)
    (box.parent / "secret").write_bytes(secret.as_bytes())
    (box / "new" / "link").symlink_to(box.parent / "secret")
    for address in (f"/hop-thu/{key}", f"/hop-thu/{key}/html"):
        answer = site.get(address)
        assert answer.status_code == 404
        assert "secret-letter" not in answer.text


def test_a_letter_too_big_or_broken_is_named_and_not_opened(site: TestClient, box: Path) -> None:
    (box / "new" / "big").write_bytes(b"Subject: to\r\n\r\n" + b"x" * MOST_BYTES)
    (box / "new" / "odd").write_bytes(
        b"Subject: =?utf-8?b?\xff?=\r\nTo: <<<>@\r\nDate: hom nay\r\nContent-Type: text/html; charset=xx\r\n\r\n\xff"
    )
    (box / "cur" / "empty:2,S").write_bytes(b"")
    page = site.get("/hop-thu").text
    assert "Thư lớn hơn 2 MB" in page
    assert "Thư lớn hơn 2 MB" in site.get("/hop-thu/big").text
    assert site.get("/hop-thu/big/html").status_code == 404
    assert site.get("/hop-thu/odd").status_code == 200
    assert site.get("/hop-thu/empty").status_code == 200
    opened = open_letter(box, "big")
    assert opened
    assert opened.headers == ()


def test_many_letters_are_shown_page_by_page(site: TestClient, box: Path) -> None:
    for number in range(60):
        deliver(box, f"9{number}", letter("Lê Thị Mẫu", "mau@nhuquynh.example", "Cũ hơn", 1))
    first, second = site.get("/hop-thu").text, site.get("/hop-thu?nguoi=&trang=2").text
    assert (first.count("<tr role"), second.count("<tr role")) == (51, 14)
    assert 'rel="next" href="/hop-thu?nguoi=&amp;trang=2"' in first
    assert site.get("/hop-thu?trang=99999").text.count("<tr role") == 14
    for number in ("0", "-1", "x", "1" * 5000, "٣"):
        assert site.get("/hop-thu", params={"trang": number}).status_code == 422


def test_a_mailbox_not_there_yet_is_empty(office_engine: Engine, morning: Morning, tmp_path: Path) -> None:
    practice = Practice(morning.advance, morning.busy)
    client = TestClient(create_app(office_engine, morning.now, practice=practice, mailbox=tmp_path / "none"))
    assert "Chưa có thư nào" in client.get("/hop-thu").text
    assert not (tmp_path / "none").exists()


# The whole house


def test_the_house_says_whether_it_stands(site: TestClient, morning: Morning) -> None:
    assert site.get("/health").json() == {"status": "ok"}
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none")
    answer = TestClient(create_app(nowhere, morning.now)).get("/health")
    assert answer.status_code == 503
    assert "nobody" not in answer.text


def test_looking_changes_nothing(site: TestClient, office_engine: Engine, box: Path) -> None:
    key = list_letters(box)[0].key
    before, files = snapshot(office_engine), sorted((p, p.lstat().st_mtime_ns) for p in box.rglob("*"))
    for address in addresses(key):
        for method in ("GET", "HEAD"):
            assert site.request(method, address).status_code in (200, 307), address
    for address in ("/dien-tap/ngay-tiep", f"/nghia-vu/{B02}/hoan-thanh"):
        assert site.get(address).status_code in (404, 405)
    assert snapshot(office_engine) == before
    assert sorted((p, p.lstat().st_mtime_ns) for p in box.rglob("*")) == files


def test_every_answer_carries_its_guards(site: TestClient, box: Path) -> None:
    key = list_letters(box)[0].key
    for address in (*addresses(key), "/khong-co", "/static/khong-co", "/nghia-vu?trang-thai=x", "/static/../app.py"):
        assert_guarded(site.get(address).headers)
    assert_guarded(site.post("/nghia-vu").headers)
    for address in addresses(key):
        page = site.get(address).text
        if not address.endswith(("/html", ".css", ".svg", "/health")):
            assert "<script" not in page, address
            assert "style=" not in page, address
            assert ' src="http' not in page, address
            assert 'rel="stylesheet" href="http' not in page, address


def test_errors_answer_in_vietnamese_without_a_trace(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for method, address, status in (("GET", "/x", 404), ("POST", "/nghia-vu", 405), ("GET", "/nghia-vu?loai=x", 422)):
        answer = site.request(method, address)
        assert answer.status_code == status
        assert '<html lang="vi">' in answer.text
        assert "Not" not in answer.text
    assert "GET" in site.post("/nghia-vu").headers["allow"]

    def fail(*_: object) -> None:
        raise RuntimeError("secret-of-the-house")

    monkeypatch.setattr(web.obligations, "lines_on", fail)
    answer = site.get("/nghia-vu")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_there_is_no_machine_readable_map_and_no_slash_redirect(site: TestClient) -> None:
    for address in ("/docs", "/redoc", "/openapi.json", "/nghia-vu/", "/hop-thu/"):
        assert site.get(address).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "[", "<script>", "127.0.0.1:8800"])
def test_the_host_header_is_never_repeated(site: TestClient, host: str) -> None:
    for address in ("/", "/nghia-vu?tim=zzz", "/nghia-vu/", "/khong-co", "/static"):
        answer = site.get(address, headers={"Host": host})
        assert answer.status_code < 500
        assert "evil.example" not in answer.text + answer.headers.get("location", "")


def addresses(key: str) -> list[str]:
    letters = ["/hop-thu", f"/hop-thu/{key}", f"/hop-thu/{key}/html"]
    return ["/", "/nghia-vu", "/nghia-vu?tim=bao+cao&trang-thai=tat-ca", f"/nghia-vu/{B02}", "/thu-can-xem", "/health",
            "/static/style.css", "/static/icon.svg", *letters]  # fmt: skip


def assert_guarded(headers: object) -> None:
    assert "default-src" in headers["content-security-policy"]  # type: ignore[index]
    assert "frame-ancestors" in headers["content-security-policy"]  # type: ignore[index]
    assert headers["x-content-type-options"] == "nosniff"  # type: ignore[index]
    assert headers["referrer-policy"] == "same-origin"  # type: ignore[index]
    assert headers["cache-control"] == "no-store"  # type: ignore[index]
    assert "set-cookie" not in headers  # type: ignore[operator]


def snapshot(engine: Engine) -> dict[str, str]:
    """A fingerprint of every table."""
    query = "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
    with engine.connect() as connection:
        return {name: connection.execute(text(query.format(name))).scalar_one() for name in SQLModel.metadata.tables}


def test_every_block_of_the_style_sheet_is_closed_before_the_next_part_begins() -> None:
    """An open «@media print» would swallow all that follows it: styled on paper, bare on every screen."""
    sheet = (Path(web.app.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    depth = 0
    for line in sheet.splitlines():
        assert not (depth and line.startswith("/*")), line
        depth += line.count("{") - line.count("}")
    assert depth == 0
