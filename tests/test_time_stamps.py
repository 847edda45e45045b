"""Time stamps on the day's signed head: asked once, checked, kept, exported, and checked again by OpenSSL alone."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from acting import Office as Pages
from office import MON_17_JUNE, KeptMail
from records import TUE_18_JUNE, copied, entries, export, run, signed_heads, sweep_on
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from sqlalchemy import URL, Engine, create_engine, select, text
from sqlalchemy.exc import DatabaseError, ProgrammingError
from sqlmodel import Session, col
from stamping import Authority, Behaviour, Stamper, breaks_off, drips, openssl, says, sends_elsewhere

from deployments.ports import free_port
from flows import time_stamps
from flows.sending import Office
from flows.stamp_answers import StampRefused, checked_stamp, in_order, read_authorities
from flows.sweep import sweep
from models import tables
from models.audit_actions import Action, sentence
from models.head_key import head_key
from models.practice import start_practice
from models.record_tables import HeadStamp
from models.settings import Settings, SettingsError, read_settings
from models.signed_heads import DAILY, Witness, head_message, keep_head, make_head
from models.store import transaction
from rules.vietnamese import exact_time, local_day, local_time, morning_of

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="OpenSSL is not installed: no authority to ask")

SUN_23_JUNE = date(2024, 6, 23)
NONCE = re.compile(rb"\x04\x20(.{32})\x02(.)", re.DOTALL)  # the digest, then a nonce and how long it is


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "ours")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "theirs")


@pytest.fixture
def stamper(authority: Authority) -> Iterator[Stamper]:
    with Stamper(authority) as server:
        yield server


@pytest.fixture
def stamping(settings: Settings, authority: Authority, stamper: Stamper) -> Settings:
    return settings.model_copy(update={"tsa_url": stamper.url, "tsa_ca_file": authority.root})


def stamps(engine: Engine) -> list[HeadStamp]:
    with Session(engine) as session:
        return list(session.execute(select(HeadStamp).order_by(col(HeadStamp.day))).scalars())


def verified(home: Path, day: date, root: Path) -> str:
    """What OpenSSL says, knowing nothing but the export and the certificate."""
    return openssl(
        home / "dau-thoi-gian",
        "ts",
        "-verify",
        "-token_in",
        "-in",
        f"{day}.tsr",
        "-data",
        f"{day}.json",
        "-CAfile",
        root,
    )


# The whole way


def test_a_swept_head_is_stamped_exported_and_verified_by_openssl(
    loaded: Engine, stamping: Settings, stamper: Stamper, authority: Authority, tmp_path: Path
) -> None:
    for day in (MON_17_JUNE, TUE_18_JUNE):
        sweep_on(loaded, stamping, day)
    assert export(loaded, stamping, tmp_path / "out").faults == ()
    for head, stamp in zip(signed_heads(loaded), stamps(loaded), strict=True):
        assert verified(tmp_path / "out", head.day, authority.root) == "Verification: OK\n"
        assert (tmp_path / f"out/dau-thoi-gian/{head.day}.json").read_bytes() == head_message(head, DAILY)
        assert stamp.at == morning_of(head.day)  # ours, by the clock handed in; stamped_at is the authority's
    code, said = run(tmp_path / "out")
    assert code == 0, said
    assert "2 dấu thời gian: tệp như nhật ký ghi" in said
    assert "kiểm tra bằng OpenSSL" in said


def test_what_is_asked_is_the_digest_of_what_was_signed_with_a_fresh_nonce(
    loaded: Engine, stamping: Settings, stamper: Stamper
) -> None:
    for day in (MON_17_JUNE, TUE_18_JUNE):
        sweep_on(loaded, stamping, day)
    nonces = set()
    for head, (kind, query) in zip(signed_heads(loaded), stamper.asked, strict=True):
        found = NONCE.search(query)
        assert found
        assert kind == "application/timestamp-query"
        assert found[1] == sha256(head_message(head, DAILY)).digest()
        assert query.endswith(b"\x01\x01\xff")  # certReq: the certificates come with the answer
        nonces.add(query[found.end() : -3])
    assert len(nonces) == 2


def test_the_trail_tells_of_a_stamp_with_the_hash_of_its_bytes(loaded: Engine, stamping: Settings) -> None:
    sweep_on(loaded, stamping, MON_17_JUNE)
    (stamp,) = stamps(loaded)
    (entry,) = entries(loaded, Action.HEAD_STAMPED)
    assert entry.detail["sha256"] == sha256(stamp.token).hexdigest()
    assert sentence(entry.action, entry.detail) == (
        f"Đóng dấu thời gian đầu chuỗi ngày 17/06/2024: {exact_time(stamp.stamped_at)} theo 127.0.0.1,"
        f" SHA-256 {entry.detail['sha256']}; cách giờ lượt quét (07:30 17/06/2024) hơn 10 phút."
    )
    assert entries(loaded, Action.HEAD_NOT_STAMPED) == []


def test_a_time_near_ours_needs_no_word(engine_now: Engine, stamping: Settings) -> None:
    now = datetime.now(UTC)
    asyncio.run(time_stamps.stamp_head(Office(engine_now, stamping, KeptMail()), commune(engine_now), now))
    (stamp,) = stamps(engine_now)
    assert abs(stamp.stamped_at - now) < timedelta(minutes=1)
    assert entries(engine_now, Action.HEAD_STAMPED)[0].detail["note"] == ""


@pytest.fixture
def engine_now(loaded: Engine, settings: Settings) -> Engine:
    """A head signed on the real day of today, which OpenSSL's clock names too."""
    now = datetime.now(UTC)
    with transaction(loaded) as session:
        keep_head(session, commune(loaded), make_head(1, local_day(now), now, Witness([]), head_key(settings), DAILY))
    return loaded


def commune(engine: Engine) -> tables.Authority:
    with Session(engine, expire_on_commit=False) as session:
        return session.execute(select(tables.Authority)).scalar_one()


# Once a day


def test_it_is_asked_once_a_day_however_often_the_sweep_runs(
    loaded: Engine, stamping: Settings, stamper: Stamper
) -> None:
    for _ in range(3):
        sweep_on(loaded, stamping, MON_17_JUNE)
    assert len(stamps(loaded)) == len(stamper.asked) == 1


def test_sweeps_at_once_ask_once(loaded: Engine, stamping: Settings, stamper: Stamper, authority: Authority) -> None:
    async def all_at_once() -> None:
        asking = (time_stamps.stamp_head(office, commune(loaded), morning_of(MON_17_JUNE)) for _ in range(4))
        await asyncio.gather(*asking)

    sweep_on(loaded, stamping.model_copy(update={"tsa_url": ""}), MON_17_JUNE)
    office = Office(loaded, stamping, KeptMail())
    asyncio.run(all_at_once())
    assert len(stamps(loaded)) == len(stamper.asked) == len(entries(loaded, Action.HEAD_STAMPED)) == 1


def test_a_failure_is_told_once_and_the_next_sweep_of_the_day_asks_again(
    loaded: Engine, stamping: Settings, stamper: Stamper, authority: Authority
) -> None:
    stamper.behave = sends_elsewhere
    for _ in range(2):
        sweep_on(loaded, stamping, MON_17_JUNE)
    assert [sentence(one.action, one.detail) for one in entries(loaded, Action.HEAD_NOT_STAMPED)] == [
        "Chưa đóng được dấu thời gian đầu chuỗi ngày 17/06/2024: máy chủ trả lời 307; lượt quét sau sẽ hỏi lại."
    ]
    stamper.behave = says(authority.answer)
    sweep_on(loaded, stamping, MON_17_JUNE)
    assert len(stamps(loaded)) == 1
    assert len(stamper.asked) == 3


def test_a_day_without_a_stamp_stays_without(
    loaded: Engine, stamping: Settings, stamper: Stamper, authority: Authority
) -> None:
    """A stamp of tomorrow says nothing of today."""
    stamper.behave = says(lambda query: b"")
    sweep_on(loaded, stamping, MON_17_JUNE)
    stamper.behave = says(authority.answer)
    sweep_on(loaded, stamping, TUE_18_JUNE)
    assert [stamp.day for stamp in stamps(loaded)] == [TUE_18_JUNE]


def test_without_settings_and_on_a_day_off_nothing_is_asked(
    loaded: Engine, settings: Settings, stamping: Settings, stamper: Stamper
) -> None:
    sweep_on(loaded, settings, MON_17_JUNE)
    sweep_on(loaded, stamping, SUN_23_JUNE)
    assert stamper.asked == []
    assert stamps(loaded) == []
    assert entries(loaded, Action.HEAD_NOT_STAMPED) == []


# What is refused


@dataclass(frozen=True)
class Wrong:
    """An answer that must not be kept, and why the trail says so."""

    behave: Behaviour
    reason: str


def another_digest(query: bytes) -> bytes:
    found = NONCE.search(query)
    assert found
    return query.replace(found[1], bytes(32))


def another_nonce(query: bytes) -> bytes:
    return query[:-4] + bytes([query[-4] ^ 1]) + query[-3:]


@pytest.fixture
def wrong(request: pytest.FixtureRequest, authority: Authority, stranger: Authority) -> Wrong:
    answer = authority.answer
    unreadable = "câu trả lời không đọc được theo RFC 3161"
    return {
        "wrong nonce": Wrong(says(lambda query: answer(another_nonce(query))), "nonce không khớp"),
        "other imprint": Wrong(says(lambda query: answer(another_digest(query))), "dấu của nội dung khác"),
        "another authority": Wrong(says(stranger.answer), "không tin được theo tsa_ca_file"),
        "rejection": Wrong(
            says(lambda query: answer(query, "rejecting")),
            "nơi cấp dấu từ chối (mã 2): «Message digest algorithm is not supported.»",
        ),
        "garbage": Wrong(says(lambda query: b"<html>Xin chao</html>"), unreadable),
        "nothing": Wrong(says(lambda query: b""), unreadable),
        "cut short": Wrong(says(lambda query: answer(query)[:-20]), unreadable),
        "slow": Wrong(drips, "không trả lời xong trong 0.5 giây"),
        "5 MB": Wrong(says(lambda query: b"0" * 5_000_000), "dài hơn 64 KB"),
        "redirect": Wrong(sends_elsewhere, "máy chủ trả lời 307"),
        "broken off": Wrong(breaks_off, "ngắt kết nối giữa chừng"),
    }[request.param]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    ["wrong nonce", "other imprint", "another authority", "rejection", "garbage", "nothing", "cut short", "slow",
     "5 MB", "redirect", "broken off"],
    indirect=True,
)  # fmt: skip
def test_what_does_not_hold_is_not_kept_and_every_letter_leaves_all_the_same(
    loaded: Engine, stamping: Settings, stamper: Stamper, wrong: Wrong, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_stamps, "LIMITS", replace(time_stamps.LIMITS, step_seconds=0.5, total_seconds=0.5))
    stamper.behave, mail = wrong.behave, KeptMail()
    swept = asyncio.run(sweep(Office(loaded, stamping, mail), morning_of(MON_17_JUNE)))
    assert stamps(loaded) == []
    assert wrong.reason in entries(loaded, Action.HEAD_NOT_STAMPED)[0].detail["reason"]
    assert len(stamper.asked) == 1  # no redirect is followed, nothing is asked twice
    assert len(mail.kept) == swept.sent > 0


def test_an_authority_that_is_down_is_said_to_be(loaded: Engine, stamping: Settings) -> None:
    nobody = stamping.model_copy(update={"tsa_url": f"http://127.0.0.1:{free_port()}/"})
    sweep_on(loaded, nobody, MON_17_JUNE)
    assert entries(loaded, Action.HEAD_NOT_STAMPED)[0].detail["reason"] == "không nối được tới máy chủ"


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_without_a_certificate_to_check_by_nothing_is_asked(
    loaded: Engine, stamping: Settings, stamper: Stamper, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    sweep_on(loaded, stamping.model_copy(update={"tsa_ca_file": tmp_path / "ca.pem"}), MON_17_JUNE)
    assert "không đọc được chứng thư" in entries(loaded, Action.HEAD_NOT_STAMPED)[0].detail["reason"]
    assert stamper.asked == []


def test_damaged_answers_are_refused_in_words_and_never_fail(authority: Authority) -> None:
    request = TimestampRequestBuilder().data(b"x").hash_algorithm(HashAlgorithm.SHA256).build()
    answer, trusted = authority.answer(request.as_bytes()), read_authorities(authority.root)
    whole = checked_stamp(answer, request, sha256(b"x").digest(), trusted)
    chance = random.Random(3161)
    for _ in range(1500):
        damaged = bytearray(answer)
        for _ in range(chance.choice((1, 1, 3))):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        cut = bytes(damaged[: chance.choice((len(damaged), chance.randrange(len(damaged))))])
        try:
            kept = checked_stamp(cut, request, sha256(b"x").digest(), trusted)
        except StampRefused:
            continue
        assert kept.moment == whole.moment  # only what no signature covers was damaged


def test_certificates_in_any_order_are_read(authority: Authority) -> None:
    """OpenSSL sends them as they come; DER wants them sorted; which of the two orders is right is chance."""
    request = TimestampRequestBuilder().data(b"x").hash_algorithm(HashAlgorithm.SHA256).build()
    answer = authority.answer(request.as_bytes())
    signer, root = (openssl_der(authority.folder / name) for name in ("signer.pem", "root.pem"))
    both = (signer + root, root + signer)
    as_sent = next(pair for pair in both if pair in answer)
    for pair in both:
        turned = answer.replace(as_sent, pair)
        assert in_order(turned) == answer.replace(as_sent, min(both))
        assert checked_stamp(turned, request, sha256(b"x").digest(), read_authorities(authority.root)).token


def openssl_der(file: Path) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)


# Kept, and found out when touched


@pytest.mark.parametrize(
    "statement", ["UPDATE head_stamp SET token = ''", "DELETE FROM head_stamp", "TRUNCATE head_stamp"]
)
def test_stamps_are_only_added(loaded: Engine, loaded_database: URL, stamping: Settings, statement: str) -> None:
    sweep_on(loaded, stamping, MON_17_JUNE)
    with pytest.raises(ProgrammingError, match="permission denied"), loaded.begin() as connection:
        connection.execute(text(statement))
    owner = create_engine(loaded_database)
    with pytest.raises(DatabaseError, match="sổ chỉ ghi thêm"), owner.begin() as connection:
        connection.execute(text(statement))
    owner.dispose()


def test_a_stamp_taken_out_changed_or_put_in_is_found_in_an_export(
    loaded: Engine, stamping: Settings, tmp_path: Path
) -> None:
    sweep_on(loaded, stamping, MON_17_JUNE)
    export(loaded, stamping, tmp_path / "out", MON_17_JUNE)
    token, message = (f"dau-thoi-gian/2024-06-17.{kind}" for kind in ("tsr", "json"))

    def after(change: str, name: str) -> str:
        home = copied(tmp_path / "out", tmp_path / "x")
        if change == "taken":
            (home / name).unlink()
        else:
            (home / name).write_bytes((home / name).read_bytes() + b" ")
        code, said = run(home)
        assert code == 1
        return said

    assert "thiếu dấu thời gian mà bản ghi số" in after("taken", token)
    assert f"{token}: dấu thời gian không có trong nhật ký" in after("changed", token)
    for change in ("taken", "changed"):
        assert f"{message}: không phải đúng những byte đã ký" in after(change, message)


def test_the_page_says_beside_each_head_when_it_was_stamped(
    loaded: Engine, settings: Settings, stamping: Settings, tmp_path: Path
) -> None:
    with transaction(loaded) as session:
        start_practice(session, TUE_18_JUNE)
    sweep_on(loaded, settings, MON_17_JUNE)
    pages = Pages(loaded, tmp_path / "state", acting=True)
    assert "Dấu thời gian" not in pages.page("/nhat-ky/kiem-tra")  # no column where nothing is stamped
    sweep_on(loaded, stamping, TUE_18_JUNE)
    body = pages.page("/nhat-ky/kiem-tra")
    moment = stamps(loaded)[0].stamped_at
    cells = re.findall(r'data-name="Dấu thời gian">(.*?)</td>', body)
    assert cells == [
        f'<time datetime="{moment.isoformat()}">{local_time(moment)}</time>',
        '<span class="muted">không có</span>',
    ]


# Settings


@pytest.mark.parametrize(
    "wrong", ["dau.example", "ftp://dau.example", "https://", "https://a@dau.example", "http://a b"]
)
def test_what_is_no_web_address_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("DUNGHAN_TSA_CA_FILE", "/etc/ca.pem")
    monkeypatch.setenv("DUNGHAN_TSA_URL", wrong)
    with pytest.raises(SettingsError, match=r"«tsa_url».* http hoặc https"):
        read_settings()


def test_an_authority_needs_the_certificate_it_is_checked_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNGHAN_TSA_URL", "https://dau-thoi-gian.example/tsr")
    with pytest.raises(SettingsError, match=r"«tsa_ca_file».*cần tệp chứng thư"):
        read_settings()
    monkeypatch.setenv("DUNGHAN_TSA_CA_FILE", "/etc/dunghan/dau-thoi-gian.pem")
    assert read_settings().tsa_ca_file == Path("/etc/dunghan/dau-thoi-gian.pem")
    monkeypatch.setenv("DUNGHAN_TSA_URL", "")
    assert read_settings().tsa_url == ""
