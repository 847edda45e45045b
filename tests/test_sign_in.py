"""Coming in without a password: who is let in, for how long, in which browser; and everybody who is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from acting import HOST, KEY, plain
from office import MON_17_JUNE, PLANS
from sqlalchemy import Engine, select, update
from sqlmodel import Session
from visitors import AUDITOR, AUDITOR_CODE, CHAIR, OFFICE, TestClient, admit_auditor, load_another, sign_in

from models.access import Given, give_right, rights_of, withdraw_right
from models.access_tables import PageSession, SignInLink
from models.acts import ActRefused
from models.audit import verify
from models.obligation_page import trail_of
from models.record_tables import AuditEntry
from models.reports import Shelves
from models.sign_ins import LINK_LIVES, SESSION_LIVES, Asked
from models.store import transaction
from models.tables import Authority
from rules.vietnamese import morning_of
from web.app import Door, create_app

pytestmark = pytest.mark.real

HEAD_OF_OFFICE = "nguyen-van-gia-dinh@nhuquynh.example"  # phụ trách Văn phòng
OFFICER = "tran-thi-vi-du@nhuquynh.example"  # công chức, no leader
FRONT = "mai-van-tham-khao@nhuquynh.example"  # Chủ tịch Ủy ban MTTQ: heads a body that is not the authority's own
MON_8_JULY_2024 = date(2024, 7, 8)


class House:
    """The pages in real operation, the mail they send, and a clock the test moves."""

    def __init__(self, engine: Engine, state: Path, url: str = "http://testserver") -> None:
        self.engine, self.moment, self.sent = engine, morning_of(MON_17_JUNE), list[tuple[Asked, str]]()
        shelves = Shelves(PLANS / "mau", state / "files")
        self.app = create_app(engine, self.now, shelves=shelves, key=KEY, door=Door(url, self.post))
        self.url = url

    def now(self) -> datetime:
        return self.moment

    async def post(self, asked: Asked, link: str) -> str:
        self.sent.append((asked, link))
        return "sent: 250 ok"

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=self.url, follow_redirects=False)

    def ask(self, browser: TestClient, email: str, back: str = "") -> str:
        """Ask for a link as the page's form does; what the page says."""
        page = browser.get("/dang-nhap", params={"ve": back} if back else {}).text
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page)) | {"email": email}
        return plain(browser.post("/dang-nhap", data=fields, headers={"Origin": self.url}).text)

    def link(self, number: int = -1) -> str:
        return self.sent[number][1].removeprefix(self.url)

    def follow(self, browser: TestClient, link: str) -> TestClient:
        """Press the button of the page a link opens; the answer."""
        page = browser.get(link)
        token = re.search(
            rf'action="{re.escape(link)}">\s*<input type="hidden" name="chu-ky" value="([^"]+)"', page.text
        )
        assert token, plain(page.text)
        return browser.post(link, data={"chu-ky": token[1]}, headers={"Origin": self.url})

    def enter(self, email: str, back: str = "") -> TestClient:
        browser = self.browser()
        self.ask(browser, email, back)
        assert self.follow(browser, self.link()).status_code == 303
        return browser


@pytest.fixture
def house(loaded: Engine, tmp_path: Path) -> House:
    return House(loaded, tmp_path)


def says(answer: object) -> str:
    return plain(answer.text)  # type: ignore[attr-defined]


# Coming in


def test_the_chair_asks_presses_the_button_and_is_where_they_were_going(house: House) -> None:
    browser = house.browser()
    assert browser.get("/bao-cao?x=1").headers["location"] == "/dang-nhap?ve=/bao-cao%3Fx%3D1"
    assert "được gửi đến" in house.ask(browser, CHAIR, "/bao-cao?x=1")
    answer = house.follow(browser, house.link())
    assert answer.headers["location"] == "/bao-cao?x=1"
    page = browser.get("/bao-cao").text
    assert "Hoàng Văn Mô Phỏng" in page
    assert "Lãnh đạo" in page


def test_the_link_s_mail_is_answered_for_and_its_secret_is_kept_nowhere(house: House) -> None:
    browser = house.browser()
    house.ask(browser, f"  {CHAIR.upper()} ")
    asked, link = house.sent[0]
    assert (asked.name, asked.email) == ("Hoàng Văn Mô Phỏng", CHAIR)
    with Session(house.engine) as session:
        row = session.execute(select(SignInLink)).scalar_one()
    assert row.outcome == "sent: 250 ok"
    assert link.rpartition("/")[2] not in str(row.model_dump())


def test_opening_the_link_signs_nobody_in_however_often(house: House) -> None:
    browser = house.browser()
    house.ask(browser, CHAIR)
    for method in ("GET", "HEAD") * 5:
        assert browser.request(method, house.link()).status_code == 200
    assert browser.get("/nghia-vu").status_code == 303
    with Session(house.engine) as session:
        assert session.execute(select(PageSession)).first() is None
    assert house.follow(browser, house.link()).status_code == 303


def test_a_stranger_gets_the_same_answer_and_no_mail(house: House) -> None:
    known, unknown = house.ask(house.browser(), CHAIR), house.ask(house.browser(), "ai-do@noi-khac.example")
    assert known.replace(CHAIR, "") == unknown.replace("ai-do@noi-khac.example", "")
    assert len(house.sent) == 1


@pytest.mark.parametrize(
    ("email", "rights"),
    [
        (CHAIR, ["lanh-dao"]),
        (HEAD_OF_OFFICE, ["lanh-dao"]),
        (OFFICE, ["van-phong"]),
        (OFFICER, []),
        (FRONT, []),
        (AUDITOR, []),
        ("", []),
    ],
)
def test_rights_come_from_roles_in_the_house(house: House, email: str, rights: list[str]) -> None:
    with Session(house.engine) as session:
        assert [one.right for one in rights_of(session, email, MON_17_JUNE)] == rights


def test_a_link_opens_in_the_browser_that_asked_and_in_no_other(house: House) -> None:
    browser, other = house.browser(), house.browser()
    house.ask(browser, CHAIR)
    assert "trên chính trình duyệt" in says(other.get(house.link()))
    house.ask(other, "ai-do@noi-khac.example")  # a browser cookie of its own does not help
    assert "trên chính trình duyệt" in says(other.get(house.link(0)))
    token = house.app.state.site.forms.token(house.link(0))
    assert other.post(house.link(0), data={"chu-ky": token}, headers={"Origin": HOST}).status_code == 410
    assert house.follow(browser, house.link(0)).status_code == 303


def test_a_link_is_used_once(house: House) -> None:
    browser = house.browser()
    house.ask(browser, CHAIR)
    kept = dict(browser.cookies)
    assert house.follow(browser, house.link()).status_code == 303
    browser.cookies.clear()
    browser.cookies.update(kept)
    assert "đã dùng rồi" in says(browser.get(house.link()))
    token = house.app.state.site.forms.token(house.link())
    assert browser.post(house.link(), data={"chu-ky": token}, headers={"Origin": HOST}).status_code == 410


def test_a_link_lives_a_quarter_of_an_hour(house: House) -> None:
    browser = house.browser()
    house.ask(browser, CHAIR)
    house.moment += LINK_LIVES - timedelta(seconds=1)
    assert browser.get(house.link()).status_code == 200
    house.moment += timedelta(seconds=1)
    assert "hết hạn" in says(browser.get(house.link()))


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: ("B" if s[0] == "A" else "A") + s[1:], lambda s: s + "x", lambda _: "0" * 43]
)
def test_a_changed_link_opens_nothing(house: House, change: Callable[[str], str]) -> None:
    browser = house.browser()
    house.ask(browser, CHAIR)
    head, _, secret = house.link().rpartition("/")
    assert browser.get(f"{head}/{change(secret)}").status_code == 410


def test_the_sixth_ask_in_a_quarter_of_an_hour_waits(house: House) -> None:
    browser = house.browser()
    for _ in range(5):
        house.ask(browser, CHAIR)
    assert "nhiều lần xin" in house.ask(browser, CHAIR)
    assert len(house.sent) == 5
    house.moment += timedelta(minutes=16)
    house.ask(browser, CHAIR)
    assert len(house.sent) == 6


def test_one_place_of_the_network_cannot_ask_for_everybody(house: House) -> None:
    for number in range(20):
        house.ask(house.browser(), f"nguoi-{number}@noi-khac.example")
    assert "nhiều lần xin" in house.ask(house.browser(), CHAIR)
    assert house.sent == []


def test_what_is_no_address_is_said_so(house: House) -> None:
    assert "Cần ghi địa chỉ" in house.ask(house.browser(), "hoang van")


# The session


def test_the_cookie_is_out_of_reach_of_scripts_and_foreign_forms(house: House, tmp_path: Path) -> None:
    safe = House(house.engine, tmp_path, "https://dunghan.example")
    for door, name in ((house, "dunghan="), (safe, "__Host-dunghan=")):
        browser = door.browser()
        door.ask(browser, CHAIR)
        cookie = next(c for c in door.follow(browser, door.link()).headers.get_list("set-cookie") if c.startswith(name))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert ("Secure" in cookie) == (door is safe)
    assert "max-age" in safe.browser().get("/dang-nhap").headers["strict-transport-security"]
    assert "strict-transport-security" not in house.browser().get("/dang-nhap").headers


def test_a_session_set_from_outside_is_never_taken_over(house: House) -> None:
    """Session fixation: whoever signs in gets a secret of their own, whatever cookie was planted before."""
    browser = house.browser()
    browser.cookies.set("dunghan", "planted-by-an-attacker")
    house.ask(browser, CHAIR)
    house.follow(browser, house.link())
    attacker = house.browser()
    attacker.cookies.set("dunghan", "planted-by-an-attacker")
    assert attacker.get("/nghia-vu").status_code == 303


def test_a_session_ends_after_a_working_day(house: House) -> None:
    browser = house.enter(CHAIR)
    house.moment += SESSION_LIVES - timedelta(seconds=1)
    assert browser.get("/nghia-vu").status_code == 200
    house.moment += timedelta(seconds=1)
    assert browser.get("/nghia-vu").status_code == 303


def test_a_session_from_the_future_is_none(house: House) -> None:
    browser = house.enter(CHAIR)
    house.moment -= timedelta(hours=1)
    assert browser.get("/nghia-vu").status_code == 303


def test_signing_out_ends_it_in_the_database_too(house: House) -> None:
    browser = house.enter(CHAIR)
    kept = browser.cookies["dunghan"]
    token = re.search(
        r'action="/dang-xuat"><input type="hidden" name="chu-ky" value="([^"]+)"', browser.get("/nghia-vu").text
    )
    assert token
    assert browser.post("/dang-xuat", data={"chu-ky": token[1]}, headers={"Origin": HOST}).status_code == 303
    browser.cookies.set("dunghan", kept)
    assert browser.get("/nghia-vu").status_code == 303


def test_when_the_role_ends_so_does_the_session(house: House) -> None:
    browser = house.enter(CHAIR)
    with house.engine.begin() as connection:
        from models.tables import Role

        connection.execute(update(Role).values(held_to=date(2024, 6, 14)))
    assert browser.get("/nghia-vu").status_code == 303


def test_a_right_taken_back_ends_its_sessions_at_once(house: House) -> None:
    admit_auditor(house.engine, house.moment)
    browser = house.enter(AUDITOR)
    assert browser.get("/nghia-vu").status_code == 200
    with transaction(house.engine) as session:
        authority = session.execute(select(Authority)).scalar_one()
        withdraw_right(session, authority, AUDITOR_CODE, "le-thi-mau", "hết đợt kiểm tra", house.moment)
    assert browser.get("/nghia-vu").status_code == 303
    house.ask(house.browser(), AUDITOR)
    assert len(house.sent) == 1


def test_a_right_ends_with_its_last_day(house: House) -> None:
    given = Given("kiem-tra-2", "Người Kiểm Tra", AUDITOR, "kiem-tra", MON_17_JUNE, date(2024, 6, 21))
    with transaction(house.engine) as session:
        give_right(session, session.execute(select(Authority)).scalar_one(), given, "le-thi-mau", house.moment)
        assert [len(rights_of(session, AUDITOR, day)) for day in (date(2024, 6, 16), date(2024, 6, 17))] == [0, 1]
        assert [len(rights_of(session, AUDITOR, day)) for day in (date(2024, 6, 21), date(2024, 6, 22))] == [1, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Given("kt 1", "A", AUDITOR, "kiem-tra", MON_17_JUNE), "Mã cần chữ không dấu"),
        (Given("", "A", AUDITOR, "kiem-tra", MON_17_JUNE), "Mã cần chữ không dấu"),
        (Given("kt", "", AUDITOR, "kiem-tra", MON_17_JUNE), "Cần ghi họ tên"),
        (Given("kt", "A", "a@b@c", "kiem-tra", MON_17_JUNE), "không phải địa chỉ thư"),
        (Given("kt", "A", AUDITOR, "quan-tri", MON_17_JUNE), "Quyền cần một trong"),
        (Given("kt", "A", AUDITOR, "kiem-tra", MON_17_JUNE, date(2024, 6, 14)), "đã qua"),
        (Given("tran-thi-vi-du", "A", AUDITOR, "kiem-tra", MON_17_JUNE), "là của Trần Thị Ví Dụ"),
    ],
)
def test_a_right_that_makes_no_sense_is_not_given(house: House, given: Given, words: str) -> None:
    with Session(house.engine) as session, pytest.raises(ActRefused, match=words):
        give_right(session, session.execute(select(Authority)).scalar_one(), given, "le-thi-mau", house.moment)


def test_one_address_with_two_rights_goes_from_one_to_the_other(house: House, tmp_path: Path) -> None:
    load_another(house.engine, tmp_path)
    admit_auditor(house.engine, house.moment, CHAIR, "hoang-kiem-tra")
    browser = house.enter(CHAIR)
    page = browser.get("/doi-quyen").text
    assert "Người kiểm tra, UBND thị trấn Lạc Đạo" in plain(page)
    choice = re.search(r'name="quyen" value="(2\.kiem-tra\.[^"]+)"', page)
    token = re.search(r'action="/doi-quyen">\s*<input type="hidden" name="chu-ky" value="([^"]+)"', page)
    assert choice
    assert token
    before = browser.cookies["dunghan"]
    answer = browser.post("/doi-quyen", data={"chu-ky": token[1], "quyen": choice[1]}, headers={"Origin": HOST})
    assert answer.status_code == 303
    shown = browser.get("/nghia-vu").text
    assert "Lạc Đạo" in shown
    assert "Như Quỳnh" not in shown
    browser.cookies.set("dunghan", before)
    assert browser.get("/nghia-vu").status_code == 303  # the session left behind has ended
    sign_in(browser, house.engine, house.moment, CHAIR, "lanh-dao")
    page = browser.get("/doi-quyen").text
    token = re.search(r'action="/doi-quyen">\s*<input type="hidden" name="chu-ky" value="([^"]+)"', page)
    assert token
    forged = browser.post(
        "/doi-quyen", data={"chu-ky": token[1], "quyen": "2.van-phong.le-thi-mau"}, headers={"Origin": HOST}
    )
    assert forged.status_code == 403


# Where one is sent


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "http://evil.example", "/\\evil.example", "\\\\evil.example", "/nghia-vu\r\nX: y",
     "javascript:alert(1)", "/%0d%0aX: y" * 200, "https:evil.example", "/ /evil.example", "evil.example"],
)  # fmt: skip
def test_nobody_is_sent_to_another_house(house: House, back: str) -> None:
    browser = house.browser()
    page = browser.get("/dang-nhap", params={"ve": back}).text
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page)) | {"email": CHAIR, "ve": back}
    browser.post("/dang-nhap", data=fields, headers={"Origin": HOST})
    assert house.follow(browser, house.link()).headers["location"] == "/lanh-dao"


# Forms


def test_a_form_printed_in_one_session_is_taken_in_no_other(house: House) -> None:
    first, second = house.enter(OFFICE), house.enter(OFFICE)
    token = re.search(
        r'action="/dang-xuat"><input type="hidden" name="chu-ky" value="([^"]+)"', first.get("/nghia-vu").text
    )
    assert token
    assert second.post("/dang-xuat", data={"chu-ky": token[1]}, headers={"Origin": HOST}).status_code == 403
    assert second.get("/nghia-vu").status_code == 200
    assert (
        first.post("/dang-xuat", data={"chu-ky": token[1]}, headers={"Origin": "http://evil.example"}).status_code
        == 403
    )


def test_nobody_can_be_signed_in_by_a_foreign_page(house: House) -> None:
    """Login CSRF: the form that asks and the one that enters come from our own pages."""
    browser = house.browser()
    house.ask(browser, CHAIR)
    token = house.app.state.site.forms.token(house.link())
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        assert browser.post(house.link(), data={"chu-ky": token}, headers=headers).status_code == 403


# The trail


def test_the_trail_knows_who_came_in_what_they_read_and_by_which_means_they_acted(house: House) -> None:
    admit_auditor(house.engine, house.moment)
    auditor = house.enter(AUDITOR)
    for _ in range(3):
        auditor.get("/nghia-vu?tim=x")
    auditor.get("/su-kien")
    house.enter(CHAIR).get("/nghia-vu")
    with Session(house.engine) as session:
        said = [line.text for line in trail_of(session, 1, AUDITOR_CODE)]
        entries = session.execute(select(AuditEntry).filter_by(subject="hoang-van-mo-phong")).scalars().all()
        assert verify(session, 1)[1] is None
    assert said == [
        "Lê Thị Mẫu cấp quyền «Người kiểm tra» cho Vũ Thị Thanh Tra từ 01/01/2024 đến khi thu hồi.",
        "Vũ Thị Thanh Tra đăng nhập với quyền «Người kiểm tra».",
        "Vũ Thị Thanh Tra xem trang /nghia-vu.",
        "Vũ Thị Thanh Tra xem trang /su-kien.",
    ]
    assert [entry.action for entry in entries] == ["dang-nhap"]  # a leader's reading is not kept


# Guessing


def test_whoever_guesses_at_links_waits_and_nobody_else_does(house: House) -> None:
    guesser = house.browser()
    answers = [
        guesser.get(f"{door}/{number:043}").status_code for number in range(30) for door in ("/dang-nhap", "/tra-loi")
    ]
    assert set(answers) == {410, 403}
    for door in ("/dang-nhap", "/tra-loi", "/duyet", "/tuy-chon"):
        assert guesser.get(f"{door}/{'A' * 43}").status_code == 429
    elsewhere = TestClient(house.app, base_url=house.url, follow_redirects=False, client=("203.0.113.9", 50_000))
    assert elsewhere.get(f"/tra-loi/{'A' * 43}").status_code == 403
    assert guesser.get("/dang-nhap").status_code == 200  # the door itself stays open
