"""Coming in by the province's identity provider: one whole round, and every way in that is none."""

from __future__ import annotations

import hashlib
import hmac
import html
import logging
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from acting import HOST, KEY, plain
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from office import MON_17_JUNE, PLANS
from providers import (
    CLIENT_ID,
    KEYS,
    SECRET,
    STRANGER,
    Idp,
    Page,
    broken,
    by_hand,
    dripping,
    elsewhere,
    five_megabytes,
    hang_up,
    nonsense,
    signed,
    signed_words,
    silent,
)  # fmt: skip
from sqlalchemy import Engine, select
from sqlmodel import Session
from visitors import CHAIR, OFFICE, TestClient

from deployments.pages import make_pages
from flows.http_request import Limits
from flows.oidc import Client, IdentityProvider
from models.access_tables import PageSession
from models.audit import verify
from models.obligation_page import trail_of
from models.reports import Shelves
from models.settings import Settings, SettingsError
from rules.vietnamese import morning_of
from web.app import Door, create_app
from web.sign_in_oidc import BACK, START

pytestmark = pytest.mark.real

USUAL = Limits(step_seconds=5.0, total_seconds=10.0, body_bytes=1_000_000)
QUICK = Limits(step_seconds=1.0, total_seconds=1.5, body_bytes=1_000_000)
COOKIE = "dunghan-oidc"
OWN = ECKey.generate_key("P-256")  # an attacker's
OFFICER_WITHOUT_RIGHTS = "tran-thi-vi-du@nhuquynh.example"


class House:
    """The pages in real operation with a provider beside the link, and a clock the test moves."""

    def __init__(self, engine: Engine, state: Path, secret: str = SECRET, url: str = HOST) -> None:
        self.engine, self.moment = engine, morning_of(MON_17_JUNE)
        self.idp = Idp(self.now, CHAIR, secret)
        self.provider = IdentityProvider(
            Client(self.idp.issuer, CLIENT_ID, secret, url + BACK), "tài khoản công vụ", USUAL
        )
        shelves = Shelves(PLANS / "mau", state / "files")
        self.app = create_app(engine, self.now, shelves=shelves, key=KEY, door=Door(url, _no_mail, self.provider))

    def now(self) -> datetime:
        return self.moment

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=HOST, follow_redirects=False)

    def set_out(self, browser: TestClient, back: str = "") -> str:
        """Press the second door's link and sign in there; the address the browser is sent back to."""
        answer = browser.get(START, params={"ve": back} if back else {})
        assert answer.status_code == 303, plain(answer.text)
        return self.idp.code_for(answer.headers["location"]).removeprefix(HOST)

    def press(self, browser: TestClient, address: str) -> Any:
        """Open the address the provider sent the browser back to and press its button; the last answer."""
        page = browser.get(address)
        if page.status_code != 200:
            return page
        fields = {
            name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', page.text)
        }
        return browser.post(BACK, data=fields, headers={"Origin": HOST})

    def come_in(self, browser: TestClient, back: str = "") -> Any:
        return self.press(browser, self.set_out(browser, back))

    def sessions(self) -> int:
        with Session(self.engine) as session:
            return len(session.execute(select(PageSession)).all())


async def _no_mail(*_: object) -> str:
    raise AssertionError("no mail is sent by this door")


@pytest.fixture
def house(loaded: Engine, tmp_path: Path) -> Iterator[House]:
    made = House(loaded, tmp_path)
    with made.idp:
        yield made


def refused(house: House, answer: Any, words: str, status: int = 403) -> None:
    """Nobody is let in, the page says why, and the browser's trip is over or was none."""
    assert words in plain(answer.text)
    assert answer.status_code == status
    assert house.sessions() == 0


# The whole round


def test_the_chair_comes_in_by_the_province_s_account_and_is_where_they_were_going(house: House) -> None:
    browser = house.browser()
    page = browser.get("/dang-nhap?ve=/bao-cao%3Fx%3D1").text
    link = re.search(r'href="([^"]+)">Đăng nhập bằng tài khoản công vụ', page)
    assert link
    assert html.unescape(link[1]) == f"{START}?ve=/bao-cao%3Fx%3D1"
    answer = house.come_in(browser, "/bao-cao?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/bao-cao?x=1")
    assert COOKIE not in browser.cookies
    page = browser.get("/bao-cao").text
    assert "Hoàng Văn Mô Phỏng" in page
    assert "Lãnh đạo" in page
    with Session(house.engine) as session:
        assert [line.text for line in trail_of(session, 1, "hoang-van-mo-phong")] == [
            "Hoàng Văn Mô Phỏng đăng nhập với quyền «Lãnh đạo»."
        ]
        assert verify(session, 1)[1] is None


@pytest.mark.parametrize(("alg", "kid"), [("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "ec"), ("EdDSA", "ed")])
def test_each_way_of_signing_with_a_key_pair_will_do(house: House, alg: str, kid: str) -> None:
    house.idp.sign = signed(alg, kid)
    assert house.come_in(house.browser()).status_code == 303


def test_the_address_is_read_whatever_its_letters(house: House) -> None:
    house.idp.email = OFFICE.upper()
    assert house.come_in(house.browser()).headers["location"] == "/nghia-vu"


def test_a_secret_goes_in_the_form_where_the_provider_wants_it_there(house: House) -> None:
    house.idp.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert house.come_in(house.browser()).status_code == 303


def test_without_a_secret_the_proof_of_asking_is_enough(loaded: Engine, tmp_path: Path) -> None:
    house = House(loaded, tmp_path, secret="")
    with house.idp:
        assert house.come_in(house.browser()).status_code == 303


def test_opening_the_address_signs_nobody_in_and_asks_the_provider_nothing(house: House) -> None:
    browser = house.browser()
    back = house.set_out(browser)
    asked = list(house.idp.asked)
    for method in ("GET", "HEAD") * 5:
        assert browser.request(method, back).status_code == 200
    assert house.idp.asked == asked == ["/.well-known/openid-configuration"]
    assert house.sessions() == 0
    assert house.press(browser, back).status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_says_nothing_it_should_not(house: House) -> None:
    answer = house.browser().get(START)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert set(asked) == {
        "response_type", "scope", "client_id", "redirect_uri", "state", "nonce",
        "code_challenge", "code_challenge_method",
    }  # fmt: skip
    assert SECRET not in answer.headers["location"]
    assert answer.headers["content-security-policy"].count("form-action 'self'") == 1


def test_over_https_no_other_host_or_path_can_set_the_cookie(house: House, tmp_path: Path) -> None:
    door = Door("https://dunghan.example", _no_mail, house.provider)
    safe = TestClient(
        create_app(house.engine, house.now, key=KEY, door=door), base_url=door.url, follow_redirects=False
    )
    cookie = safe.get(START).headers["set-cookie"]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in cookie.split("; ")


def test_the_provider_s_doors_are_asked_for_once_in_a_while(house: House) -> None:
    for _ in range(3):
        house.come_in(house.browser())
    assert house.idp.asked == ["/.well-known/openid-configuration", *["/ve", "/khoa"] * 3]


# The trip: whose browser, which sign-in, how long, how often


def test_a_browser_that_never_set_out_comes_back_in_vain(house: House) -> None:
    refused(house, house.press(house.browser(), house.set_out(house.browser())), "chưa bắt đầu lượt đăng nhập nào")


def test_another_s_code_in_my_browser_signs_nobody_in(house: House) -> None:
    """Login CSRF: an attacker's code and state do not fit the state this browser set out with."""
    browser, attacker = house.browser(), house.browser()
    house.set_out(browser)
    refused(house, house.press(browser, house.set_out(attacker)), "không bắt đầu từ đây")
    assert "/ve" not in house.idp.asked


@pytest.mark.parametrize("state", ["", "x", "ố", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")])
def test_a_wrong_state_is_refused_when_shown_and_when_sent(house: House, state: str) -> None:
    browser = house.browser()
    house.set_out(browser)
    refused(house, browser.get(BACK, params={"code": "ma-0", "state": state}), "không bắt đầu từ đây")
    token = house.app.state.site.forms.token(BACK)
    sent = {"chu-ky": token, "code": "ma-0", "state": state}
    refused(house, browser.post(BACK, data=sent, headers={"Origin": HOST}), "không bắt đầu từ đây")


def test_a_forged_or_changed_cookie_is_none(house: House) -> None:
    browser = house.browser()
    back = house.set_out(browser)
    kept = browser.cookies[COOKIE]
    for forged in (kept[:-1], "A" + kept, kept.partition(".")[0], "", "{}"):
        browser.cookies.clear()
        browser.cookies.set(COOKIE, forged)
        refused(house, browser.get(back), "chưa bắt đầu lượt đăng nhập nào")


def test_a_trip_takes_no_more_than_ten_minutes(house: House) -> None:
    browser = house.browser()
    back = house.set_out(browser)
    house.moment += timedelta(minutes=10) - timedelta(seconds=1)
    assert browser.get(back).status_code == 200
    house.moment += timedelta(seconds=1)
    refused(house, browser.get(back), "quá 10 phút")


def test_whoever_says_no_at_the_provider_is_shown_the_way_again(house: House) -> None:
    browser = house.browser()
    state = parse_qs(urlsplit(house.set_out(browser)).query)["state"][0]
    refused(house, browser.get(BACK, params={"error": "access_denied", "state": state}), "chưa xác nhận lượt")


def test_a_code_is_used_once_and_so_is_the_trip(house: House) -> None:
    browser = house.browser()
    back = house.set_out(browser)
    kept = browser.cookies[COOKIE]
    assert house.press(browser, back).status_code == 303
    assert house.press(browser, back).status_code == 403  # the cookie is gone
    browser.cookies.set(COOKIE, kept)
    assert "không nhận lượt đăng nhập này (400, invalid_grant)" in plain(house.press(browser, back).text)
    assert house.sessions() == 1


def test_after_a_refusal_one_sets_out_anew(house: House) -> None:
    browser = house.browser()
    house.idp.claims = {"email_verified": False}
    assert house.come_in(browser).status_code == 403
    assert COOKIE not in browser.cookies
    house.idp.claims = {}
    assert house.come_in(browser).status_code == 303


def test_a_stolen_code_is_worth_nothing_in_another_browser(house: House) -> None:
    """Only the browser that set out holds what proves that the code was asked for (PKCE)."""
    stolen = parse_qs(urlsplit(house.set_out(house.browser())).query)["code"][0]
    thief = house.browser()
    state = parse_qs(urlsplit(house.set_out(thief)).query)["state"][0]
    refused(house, house.press(thief, f"{BACK}?code={stolen}&state={state}"), "(400, invalid_grant)")


def test_the_button_is_pressed_on_our_own_page_alone(house: House) -> None:
    browser = house.browser()
    fields = {name: values[0] for name, values in parse_qs(urlsplit(house.set_out(browser)).query).items()}
    token = house.app.state.site.forms.token(BACK)
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        assert browser.post(BACK, data=fields | {"chu-ky": token}, headers=headers).status_code == 403
    assert browser.post(BACK, data=fields, headers={"Origin": HOST}).status_code == 403
    assert "/ve" not in house.idp.asked
    assert browser.post(BACK, data=fields | {"chu-ky": token}, headers={"Origin": HOST}).status_code == 303


@pytest.mark.parametrize("back", ["//evil.example", "http://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_house(house: House, back: str) -> None:
    assert house.come_in(house.browser(), back).headers["location"] == "/lanh-dao"


def test_an_address_without_rights_is_told_so_plainly(house: House) -> None:
    for email in (OFFICER_WITHOUT_RIGHTS, "ai-do@noi-khac.example"):
        house.idp.email = email
        refused(house, house.come_in(house.browser()), "Địa chỉ này không được cấp quyền vào các trang.")


def test_whoever_guesses_waits_and_the_provider_is_left_in_peace(house: House) -> None:
    guesser = house.browser()
    answers = [guesser.get(BACK, params={"code": str(n), "state": "x"}).status_code for n in range(61)]
    assert answers == [403] * 60 + [429]
    assert guesser.get(START).status_code == 429
    assert house.idp.asked == []


# The token


def at(seconds: int) -> int:
    return int(morning_of(MON_17_JUNE).timestamp()) + seconds


NOT_OURS: list[tuple[dict[str, Any], str]] = [
    ({"nonce": "of-another-sign-in"}, "thuộc về lượt đăng nhập khác"),
    ({"nonce": None}, "thuộc về lượt đăng nhập khác"),
    ({"nonce": ""}, "thuộc về lượt đăng nhập khác"),
    ({"aud": "another-client"}, "cấp cho hệ thống khác"),
    ({"aud": ["another-client"]}, "cấp cho hệ thống khác"),
    ({"aud": None}, "cấp cho hệ thống khác"),
    ({"aud": {CLIENT_ID: True}}, "cấp cho hệ thống khác"),
    ({"aud": [CLIENT_ID, "another"]}, "cấp cho hệ thống khác"),
    ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "cấp cho hệ thống khác"),
    ({"azp": "another"}, "cấp cho hệ thống khác"),
    ({"exp": at(-60)}, "đã hết hạn"),
    ({"exp": None}, "đã hết hạn hoặc không ghi hạn"),
    ({"exp": "9999999999"}, "đã hết hạn hoặc không ghi hạn"),
    ({"exp": True}, "đã hết hạn hoặc không ghi hạn"),
    ({"iat": at(61)}, "thời điểm cấp không đúng"),
    ({"iat": None}, "thời điểm cấp không đúng"),
    ({"nbf": at(61)}, "chưa tới lúc có hiệu lực"),
    ({"iss": "https://another.example"}, "không do nơi đã khai cấp"),
    ({"iss": None}, "không do nơi đã khai cấp"),
    ({"email_verified": False}, "địa chỉ thư chưa được nơi cấp tài khoản xác minh"),
    ({"email_verified": "true"}, "địa chỉ thư chưa được nơi cấp tài khoản xác minh"),
    ({"email_verified": None}, "địa chỉ thư chưa được nơi cấp tài khoản xác minh"),
    ({"email": None}, "không có địa chỉ thư"),
    ({"email": ""}, "không có địa chỉ thư"),
    ({"email": [CHAIR]}, "không có địa chỉ thư"),
    ({"email": f"{CHAIR}\n"}, "không có địa chỉ thư"),
    ({"email": f"{CHAIR}\u0000"}, "không có địa chỉ thư"),
    ({"email": f"{'a' * 250}@xa.example"}, "không có địa chỉ thư"),
]


@pytest.mark.parametrize(("claims", "words"), NOT_OURS, ids=lambda given: str(given)[:40])
def test_a_token_that_is_not_the_answer_is_refused(house: House, claims: dict[str, Any], words: str) -> None:
    house.idp.claims = claims
    refused(house, house.come_in(house.browser()), f"Lời xác nhận không dùng được: {words}")


@pytest.mark.parametrize(
    "claims",
    [{"exp": at(-59)}, {"iat": at(60)}, {"nbf": at(60)}, {"aud": [CLIENT_ID]}, {"azp": CLIENT_ID},
     {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}],
    ids=str,
)  # fmt: skip
def test_a_token_within_its_bounds_is_taken(house: House, claims: dict[str, Any]) -> None:
    house.idp.claims = claims
    assert house.come_in(house.browser()).status_code == 303


def _public_pem() -> bytes:
    return KEYS.get_by_kid("rsa").as_pem(private=False)  # type: ignore[union-attr]


def _hs256(claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "kid": "rsa"}
    return by_hand(header, claims, lambda said: hmac.new(_public_pem(), said, hashlib.sha256).digest())


def _changed(claims: dict[str, Any]) -> str:
    head, _, signature = signed()(claims).split(".")
    return f"{head}.{by_hand({}, claims | {'email': OFFICE}, lambda _: b'').split('.')[1]}.{signature}"


FORGED: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("alg none", lambda claims: by_hand({"alg": "none"}, claims, lambda _: b""), "cách ký không được chấp nhận"),
    ("alg None", lambda claims: by_hand({"alg": "None", "kid": "rsa"}, claims, lambda _: b""), "cách ký không được"),
    ("HS256 by the public key", _hs256, "cách ký không được chấp nhận"),
    ("an algorithm not on the list", signed("RS512"), "cách ký không được chấp nhận"),
    ("an unknown key id", lambda claims: signed(kid="khac", key=STRANGER)(claims), "không có khóa đã ký"),
    ("another's key under our id", signed(key=STRANGER), "chữ ký không đúng"),
    ("no key id among several", lambda claims: by_hand({"alg": "RS256"}, claims, lambda _: b"x"), "không có khóa"),
    ("an EC token by the RSA key's id", lambda c: by_hand({"alg": "ES256", "kid": "rsa"}, c, lambda _: b"x" * 64), ""),
    ("changed after signing", _changed, "chữ ký không đúng"),
    ("its signature cut off", lambda claims: signed()(claims).rpartition(".")[0] + ".", "chữ ký không đúng"),
    ("a key of its own in the header",
     lambda claims: jwt.encode({"alg": "ES256", "jwk": OWN.as_dict(private=False)}, claims, OWN), "không có khóa"),
    ("a critical extension nobody knows",
     lambda claims: by_hand({"alg": "RS256", "kid": "rsa", "crit": ["x"], "x": 1}, claims, lambda _: b"x"), ""),
    ("no token", lambda _: None, "không đọc được"),
    ("a number", lambda _: 7, "không đọc được"),
    ("five parts", lambda _: "a.b.c.d.e", "không đọc được"),
    ("not base64", lambda _: "ố.ồ.ổ", "không đọc được"),
    ("signed, and nested without end", lambda _: signed_words(b"[" * 50_000), "không đọc được"),
    ("signed, and a list", lambda _: signed_words(b"[]"), "không đọc được"),
    ("too long", lambda claims: signed()(claims | {"x": "a" * 200_000}), "không đọc được"),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "words"), [row[1:] for row in FORGED], ids=[row[0] for row in FORGED])
def test_a_forged_token_is_refused(house: House, forge: Callable[[dict[str, Any]], Any], words: str) -> None:
    house.idp.sign = forge
    refused(house, house.come_in(house.browser()), f"Lời xác nhận không dùng được: {words}")


def test_a_key_too_short_to_trust_is_none(house: House) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    short = rsa.generate_private_key(65537, 1024)  # noqa: S505
    with pytest.warns(UserWarning, match="2048"):
        key = RSAKey.import_key(short, {"kid": "ngan"})
    house.idp.keys = {"keys": [key.as_dict(private=False)]}
    house.idp.sign = signed(kid="ngan", key=key)
    refused(house, house.come_in(house.browser()), "Lời xác nhận không dùng được")


@pytest.mark.parametrize(
    "keys", [{}, {"keys": []}, {"keys": None}, {"keys": ["x"]}, {"keys": [{"kid": "rsa"}]}], ids=str
)
def test_a_key_set_that_is_none_lets_nobody_in(house: House, keys: object) -> None:
    house.idp.keys = keys
    refused(house, house.come_in(house.browser()), "Lời xác nhận không dùng được")


def test_a_key_nobody_can_read_beside_the_one_that_signed_harms_nobody(house: House) -> None:
    odd: list[Any] = [{"kty": "RSA", "kid": "hong", "n": "!", "e": "?"}, {"kty": "MOI", "kid": "moi"}]
    house.idp.keys = {"keys": [*odd, *KEYS.as_dict()["keys"]]}
    assert house.come_in(house.browser()).status_code == 303


# The provider itself


TROUBLES: list[tuple[str, Page, str]] = [
    ("silent", silent, "trong thời gian cho phép"),
    ("dripping", dripping, "trong thời gian cho phép"),
    ("five megabytes", five_megabytes, "quá dài"),
    ("failing", broken, "Máy chủ trả lời 500"),
    ("nonsense", nonsense, "không đọc được"),
    ("hanging up", hang_up, "ngắt kết nối"),
]


@pytest.mark.parametrize(("page", "words"), [row[1:] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/ve", "/khoa"])
def test_a_provider_in_trouble_lets_nobody_in_and_holds_nobody_up(
    house: House, path: str, page: Page, words: str
) -> None:
    house.idp.pages[path], house.provider._limits = page, QUICK
    browser = house.browser()
    if path.startswith("/."):
        return refused(house, browser.get(START), words, 502)
    return refused(house, house.come_in(browser), words)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/ve", "/khoa"])
def test_a_provider_that_sends_us_elsewhere_is_not_followed(house: House, path: str) -> None:
    with Idp(house.now, CHAIR) as other:
        house.idp.pages[path] = elsewhere(other.issuer + path)
        browser = house.browser()
        if path.startswith("/."):
            refused(house, browser.get(START), "chuyển hướng sang nơi khác", 502)
        else:
            refused(house, house.come_in(browser), "chuyển hướng sang nơi khác")
        assert other.asked == []


def test_a_provider_that_is_down_is_said_so(house: House) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    house.provider._client = Client(f"http://127.0.0.1:{port}", CLIENT_ID, SECRET, HOST + BACK)
    refused(house, house.browser().get(START), "Không nối được tới máy chủ.", 502)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"issuer": "https://another.example"}, "xưng tên khác"),
        ({"issuer": None}, "xưng tên khác"),
        ({"authorization_endpoint": "http://evil.example/vao"}, "authorization_endpoint"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
        ({"token_endpoint": "http://evil.example/ve"}, "token_endpoint"),
        ({"token_endpoint": "https://ai:do@localhost/ve"}, "token_endpoint"),
        ({"token_endpoint": "https://localhost/ve"}, "token_endpoint"),  # another scheme than the issuer's
        ({"token_endpoint": None}, "token_endpoint"),
        ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri"),
        ({"jwks_uri": "http://[::1"}, "jwks_uri"),
    ],
    ids=str,
)
def test_a_discovery_that_names_another_is_not_believed(house: House, said: dict[str, Any], words: str) -> None:
    house.idp.discovery = said
    refused(house, house.browser().get(START), words, 502)


def test_a_failure_is_logged_and_no_secret_with_it(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.idp.secret = "doi-roi"
    browser = house.browser()
    with caplog.at_level(logging.WARNING):
        back = house.set_out(browser)
        refused(house, house.press(browser, back), "không nhận lượt đăng nhập này (401, invalid_client)")
        house.idp.secret = SECRET
        house.idp.claims = {"aud": "another"}
        refused(house, house.come_in(browser), "cấp cho hệ thống khác")
    lines = [line.getMessage() for line in caplog.records if line.name == "flows.oidc"]
    assert [line.rpartition(" ")[2] for line in lines] == ["[-]", "[InvalidClaimError]"]
    assert all(line.startswith(f"{house.idp.issuer}: ") for line in lines)
    state = parse_qs(urlsplit(back).query)["state"][0]
    for secret in (SECRET, "ma-0", "ma-1", state, CHAIR, "eyJ"):
        assert secret not in caplog.text


def test_a_provider_s_words_never_reach_the_page_or_the_log(house: House) -> None:
    house.idp.pages["/ve"] = lambda handler, _: handler.say(400, {"error": "<script>\nforged line"})
    answer = house.come_in(house.browser())
    refused(house, answer, "không nhận lượt đăng nhập này (400).")
    assert "script>" not in answer.text


# Where there is none


def test_without_settings_nothing_of_it_exists(loaded: Engine, tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, base_url=HOST, plans_dir=PLANS)
    browser = TestClient(make_pages(loaded, settings, None), base_url=HOST, follow_redirects=False)
    assert "Đăng nhập bằng" not in browser.get("/dang-nhap").text
    token = browser.app.state.site.forms.token(BACK)  # type: ignore[attr-defined]
    answers = [
        browser.get(START), browser.head(START), browser.get(BACK, params={"code": "x", "state": "x"}),
        browser.post(BACK, data={"chu-ky": token, "code": "x", "state": "x"}, headers={"Origin": HOST}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 4


def test_without_the_office_s_key_there_is_no_door_whose_cookie_anybody_could_sign(house: House) -> None:
    app = create_app(house.engine, house.now, door=Door(HOST, _no_mail, house.provider))
    browser = TestClient(app, base_url=HOST, follow_redirects=False)
    assert browser.get(START).status_code == 404
    assert "Đăng nhập bằng" not in browser.get("/dang-nhap").text


def test_the_settings_make_the_door(loaded: Engine, tmp_path: Path) -> None:
    secret = tmp_path / "mat-khau"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    secret.chmod(0o600)
    with Idp(lambda: datetime.now(UTC), CHAIR) as idp:
        settings = Settings(
            state_dir=tmp_path, base_url=HOST, plans_dir=PLANS, oidc_issuer=idp.issuer, oidc_client_id=CLIENT_ID,
            oidc_client_secret_file=secret, oidc_name="tài khoản của tỉnh",
        )  # fmt: skip
        browser = TestClient(make_pages(loaded, settings, None), base_url=HOST, follow_redirects=False)
        assert "Đăng nhập bằng tài khoản của tỉnh" in browser.get("/dang-nhap").text
        assert idp.asked == []  # nobody is asked before somebody wants to come in
        back = idp.code_for(browser.get(START).headers["location"])
        assert back.startswith(f"{HOST}{BACK}?code=ma-0&state=")
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', browser.get(back).text))
        assert browser.post(BACK, data=fields, headers={"Origin": HOST}).headers["location"] == "/lanh-dao"
        secret.chmod(0o644)
        with pytest.raises(SettingsError, match="người khác đọc được"):
            make_pages(loaded, settings, None)
