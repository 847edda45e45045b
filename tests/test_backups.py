"""A backup of a running office comes back whole on another PostgreSQL, or not at all."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from acting import PDF
from acting import Office as Pages
from clusters import cluster, embedded, installed, why_not
from office import MON_17_JUNE, PLANS, KeptMail, Run
from sqlalchemy import URL, Engine, create_engine, text
from sqlmodel import Session
from visitors import OFFICE

from flows.sending import Office
from flows.sweep import sweep
from models.actions import report_done
from models.audit import Act, record, verify
from models.audit_actions import Action
from models.backup import backup_name, record_backup, remove_older, snapshot, write_backup
from models.backup_file import BackupRefused, opened_backup
from models.evidence import Proof
from models.files import keep_file
from models.people import authorities
from models.restore import Doing, Restored, restore
from models.restored_checks import KeptHead, read_head
from models.sent_since import maybe_sent
from models.settings import Settings, read_settings
from models.store import APP_ROLE, drop_database, ensure_database, open_engine, transaction
from models.sweep_marks import held_since, resume_sweeps
from models.table_rows import shapes
from rules.vietnamese import morning_of

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]
TUE_18_JUNE, WED_19_JUNE, FRI_21_JUNE = (date(2024, 6, day) for day in (18, 19, 21))
B08 = "nhu-quynh-2024.B08.2024-12-31"


def swept(engine: Engine, settings: Settings, day: date) -> Any:
    return asyncio.run(sweep(Office(engine, settings, KeptMail()), morning_of(day)))


@pytest.fixture(scope="module")
def other(server: URL) -> Iterator[URL]:
    """A server of the other version: Debian's when tests run on the embedded one, and the other way round."""
    engine = create_engine(server.set(database="postgres"))
    with engine.connect() as connection:
        here = int(connection.execute(text("SELECT current_setting('server_version_num')")).scalar_one()) // 10_000
    engine.dispose()
    oldest = next(iter(installed()))
    with cluster(embedded() if here == oldest else installed()[oldest]) as found:
        yield found.url


@pytest.fixture
def empty(other: URL, copies: Callable[[], int]) -> Iterator[URL]:
    """An empty database on the other server, as its owner."""
    url = other.set(database=f"empty_{copies()}")
    ensure_database(url)
    yield url
    drop_database(url)


@pytest.fixture
def there(tmp_path: Path) -> Settings:
    return Settings(base_url="http://pages.example", state_dir=tmp_path / "there", smtp_retries=())


@pytest.fixture(scope="module")
def lived(loaded_template: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[URL, Settings]]:
    """The real plan after two mornings, with a result and its file of evidence."""
    from office import copy_database

    url = loaded_template.set(database=f"{loaded_template.database}_lived")
    copy_database(loaded_template, url)
    here = Settings(state_dir=tmp_path_factory.mktemp("here"), plans_dir=PLANS, smtp_retries=())
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    for day in (MON_17_JUNE, TUE_18_JUNE):
        swept(engine, here, day)
    kept = keep_file(here.files_dir, "bien-ban.pdf", PDF)
    with transaction(engine) as session:
        now = morning_of(TUE_18_JUNE)
        report_done(session, B08, "le-thi-mau", TUE_18_JUNE, "02/BC", now, proofs=[Proof("02/BC", "", kept)])
    engine.dispose()
    yield url, here
    drop_database(url)


@pytest.fixture(scope="module")
def saved(lived: tuple[URL, Settings], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of Tuesday 18/6/2024, made while another process went on writing."""
    file = tmp_path_factory.mktemp("saved") / "dunghan-20240618-073000.zip"
    assert backed_up(*lived, file) == []
    return file


def backed_up(url: URL, here: Settings, file: Path, day: date = TUE_18_JUNE) -> list[str]:
    with snapshot(url) as owner:
        faults = write_backup(owner, here, file, morning_of(day))
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    with transaction(engine) as session:
        record_backup(session, file, "văn phòng", morning_of(day))
    engine.dispose()
    return faults


def brought(url: URL, there: Settings, file: Path, kept: KeptHead | None = None, day: date = FRI_21_JUNE) -> Restored:
    engine = open_engine(url)
    try:
        with opened_backup(file) as backup:
            return restore(engine, backup, there, Doing("văn phòng", morning_of(day), kept))
    finally:
        engine.dispose()


def everything(url: URL) -> dict[str, str]:
    """A fingerprint of each table's rows."""
    engine = create_engine(url, connect_args={"options": "-c timezone=UTC"})
    with engine.connect() as connection:
        asked = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text COLLATE \"C\")) FROM {} t"
        found = {s.table: str(connection.execute(text(asked.format(s.table))).scalar_one()) for s in shapes(connection)}
    engine.dispose()
    return found


def is_untouched(url: URL, there: Settings) -> bool:
    """Whether neither a table nor a file is there."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = shapes(connection)
    engine.dispose()
    return not tables and not list(there.state_dir.rglob("*"))


CHANGED = {"audit_entry", "audit_head", "sweep_mark"}  # the restore itself is recorded


def test_every_row_and_file_comes_back_on_another_version_and_home_again(
    lived: tuple[URL, Settings], saved: Path, empty: URL, there: Settings, server: URL, copies: Callable[[], int],
    tmp_path: Path,
) -> None:  # fmt: skip
    done = brought(empty, there, saved)
    assert (done.files, done.findings) == (2, ())
    before, after = everything(lived[0]), everything(empty)
    assert {name for name in before if before[name] != after[name]} == CHANGED
    assert PDF in [file.read_bytes() for file in there.files_dir.glob("??/*")]
    home, again = server.set(database=f"home_{copies()}"), tmp_path / "again.zip"
    ensure_database(home)
    backed_up(empty, there, again, FRI_21_JUNE)
    at_home = there.model_copy(update={"state_dir": tmp_path / "home"})
    assert brought(home, at_home, again).findings == ()
    assert {name for name, rows in everything(home).items() if rows != after[name]} == CHANGED
    engine = open_engine(home.set(username=APP_ROLE))
    with Session(engine) as session:
        said = [
            f"{e.action}" for e in session.execute(text("SELECT action FROM audit_entry ORDER BY seq DESC LIMIT 4"))
        ]
        assert verify(session, 1)[1] is None
    assert said == ["giu-quet", "phuc-hoi", "giu-quet", "phuc-hoi"]
    engine.dispose()
    drop_database(home)


def test_the_application_goes_on_where_it_was_once_a_person_has_looked(
    saved: Path, empty: URL, there: Settings
) -> None:
    brought(empty, there, saved)
    engine = open_engine(empty.set(username=APP_ROLE))
    for day in (WED_19_JUNE, FRI_21_JUNE):  # no clock ends this hold
        found = swept(engine, there, day)
        assert (found.reached, found.sent) == ((), 0)
        assert "đã phục hồi từ bản sao lưu lúc 07:30 18/06/2024" in found.held[0]
    with transaction(engine) as session:
        [office] = authorities(session)
        resume_sweeps(session, office, "Lê Thị Mẫu", "đã hỏi người nhận", morning_of(FRI_21_JUNE))
        assert held_since(session, office) is None
    assert swept(engine, there, FRI_21_JUNE).sent > 0  # new letters, digests and entries: every counter goes on
    pages = Pages(engine, there.state_dir, acting=False).signed_in(OFFICE)
    assert "Như Quỳnh" in pages.page("/nghia-vu")
    engine.dispose()


def test_who_may_have_heard_of_what_since_is_named(saved: Path, empty: URL, there: Settings) -> None:
    brought(empty, there, saved)
    engine = open_engine(empty)
    with Session(engine) as session:
        [office] = authorities(session)
        assert [*maybe_sent(session, office, morning_of(TUE_18_JUNE))] == []
        later = [str(one) for one in maybe_sent(session, office, morning_of(date(2024, 7, 3)))]
    engine.dispose()
    assert len(later) == len(set(later)) > 5
    assert all("mốc" in one and "/2024)" in one for one in later)


def test_a_backup_is_one_moment_of_an_office_that_goes_on_working(
    lived: tuple[URL, Settings], empty: URL, there: Settings, tmp_path: Path
) -> None:
    url, here = lived
    engine, stopped = open_engine(url.set(username=APP_ROLE), durable=False), []

    def go_on() -> None:
        while not stopped:
            with transaction(engine) as session:
                said = Act(Action.PAGE_READ, "x", {"by": "máy", "path": "/"})
                record(session, 1, morning_of(TUE_18_JUNE), [said, said])

    writer = Thread(target=go_on)
    writer.start()
    try:
        file = tmp_path / "busy.zip"
        assert backed_up(url, here, file) == []
    finally:
        stopped.append(True)
        writer.join()
        engine.dispose()
    assert brought(empty, there, file).findings == ()


# The head an auditor kept outside


def test_the_head_an_auditor_kept_is_found_in_the_trail(
    saved: Path, empty: URL, there: Settings, tmp_path: Path
) -> None:
    with opened_backup(saved) as backup:
        [head] = backup.facts["heads"]
    mail = tmp_path / "thu.txt"
    mail.write_text(f"Kính gửi đồng chí,\nĐầu chuỗi: {head['seq']}:{head['hash']}\n", encoding="utf-8")
    assert read_head(str(mail)) == KeptHead(head["seq"], head["hash"])
    assert brought(empty, there, saved, read_head(str(mail))).findings == ()


def test_a_head_newer_than_the_backup_is_a_loss_that_is_told(saved: Path, empty: URL, there: Settings) -> None:
    [said] = brought(empty, there, saved, KeptHead(999_999, "a" * 64)).findings
    assert "(số 999999) mới hơn bản sao lưu" in said


@pytest.mark.parametrize("kept", [KeptHead(40, "a" * 64), KeptHead(0, "b" * 64)])
def test_a_head_of_another_trail_restores_nothing(kept: KeptHead, saved: Path, empty: URL, there: Settings) -> None:
    with pytest.raises(BackupRefused, match="người kiểm tra giữ"):
        brought(empty, there, saved, kept)
    assert is_untouched(empty, there)


@pytest.mark.parametrize("typed", ["312", "312:xyz", "khong-co.txt"])
def test_what_is_no_head_is_refused(typed: str) -> None:
    with pytest.raises(BackupRefused, match="--head"):
        read_head(typed)


# Torn, altered, unknown


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The backup with each part as `change` gives it back; None leaves it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return target


def facts(**new: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps({**json.loads(content), **new}).encode() if name == "manifest.json" else content

    return change


def only(part: str, new: Callable[[bytes], bytes | None]) -> Callable[[str, bytes], bytes | None]:
    return lambda name, content: new(content) if name == part else content


DAMAGES: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "a letter of a row": (only("dunghan/person.copy", lambda c: c.replace(b"M", b"N", 1)), "«dunghan/person.*sửa"),
    "a row less": (only("dunghan/unit.copy", lambda c: c[c.index(b"\n") + 1 :]), "«dunghan/unit.copy».*sửa"),
    "a part less": (only("dunghan/letter.copy", lambda c: None), "«dunghan/letter.copy».*rách"),
    "an unknown schema": (facts(revision="9999"), "cấu trúc 9999 mới hơn"),
    "a newer form": (facts(format=99), "chương trình mới hơn"),
    "no list": (only("manifest.json", lambda c: None), "manifest.json"),
    "a list that is none": (only("manifest.json", lambda c: b"[]"), "manifest.json"),
    "another list of tables": (facts(tables={}), "các bảng không phải của cấu trúc"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_backup_is_refused_with_the_name_of_the_part_and_restores_nothing(
    name: str, saved: Path, empty: URL, there: Settings, tmp_path: Path
) -> None:
    change, said = DAMAGES[name]
    with pytest.raises(BackupRefused, match=said):
        brought(empty, there, rewritten(saved, tmp_path / "bad.zip", change))
    assert is_untouched(empty, there)


def test_a_row_rewritten_with_its_sums_is_found_by_the_chain(
    saved: Path, empty: URL, there: Settings, tmp_path: Path
) -> None:
    from hashlib import sha256

    part, new = "dunghan/audit_entry.copy", {}

    def forge(name: str, content: bytes) -> bytes:
        if name == part:
            new["bytes"] = content.replace(b"le-thi-mau", b"le-thi-mao", 1)
            assert new["bytes"] != content
            return new["bytes"]
        if name == "manifest.json":
            said = json.loads(content)
            said["parts"][part] = {"size": len(new["bytes"]), "sha256": sha256(new["bytes"]).hexdigest()}
            return json.dumps(said).encode()
        return content

    with pytest.raises(BackupRefused, match=r"hỏng ở bản ghi số \d+"):
        brought(empty, there, rewritten(saved, tmp_path / "forged.zip", forge))
    assert is_untouched(empty, there)


@pytest.mark.parametrize("left", [0.0, 0.5, 0.99])
def test_a_torn_backup_is_refused(left: float, saved: Path, empty: URL, there: Settings, tmp_path: Path) -> None:
    content, torn = saved.read_bytes(), tmp_path / "torn.zip"
    torn.write_bytes(content[: int(len(content) * left)])
    with pytest.raises(BackupRefused, match=r"torn\.zip không phải bản sao lưu của dunghan, hoặc bị cắt ngắn"):
        brought(empty, there, torn)
    assert is_untouched(empty, there)


def test_nothing_is_restored_over_anything(
    saved: Path, empty: URL, there: Settings, lived: tuple[URL, Settings]
) -> None:
    with pytest.raises(BackupRefused, match=r"đã có dữ liệu \(bảng .*\); chỉ phục hồi vào nơi trống"):
        brought(lived[0], there, saved)
    keep_file(there.files_dir, "khac.pdf", PDF.replace(b"1", b"2"))
    with pytest.raises(BackupRefused, match="đã có tệp minh chứng"):
        brought(empty, there, saved)


def test_what_was_there_before_a_restore_failed_is_there_after_it(
    saved: Path, empty: URL, there: Settings, tmp_path: Path
) -> None:
    """A move on one machine: both settings name the folder of evidence that is in use."""
    kept = keep_file(there.files_dir, "bien-ban.pdf", PDF)
    with pytest.raises(BackupRefused, match="người kiểm tra giữ"):
        brought(empty, there, saved, KeptHead(40, "a" * 64))
    assert [file.name for file in there.files_dir.glob("??/*")] == [kept.sha256]
    assert brought(empty, there, saved).files == 2


def test_a_restore_cut_off_is_done_again(saved: Path, empty: URL, there: Settings) -> None:
    """Evidence gets its name before the rows are committed: what a power cut leaves is taken for what it is."""
    brought(empty, there, saved)
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    assert brought(empty, there, saved).files == 2


# Evidence, names, old ones


def test_evidence_that_was_lost_or_changed_is_told_and_the_rest_is_saved(
    lived: tuple[URL, Settings], empty: URL, there: Settings, tmp_path: Path
) -> None:
    url, here = lived
    bad = here.model_copy(update={"state_dir": tmp_path / "bad"})
    shutil.copytree(here.files_dir, bad.files_dir)
    [file] = [file for file in bad.files_dir.glob("??/*") if file.read_bytes() == PDF]
    file.write_bytes(b"%PDF-1.4 x")
    [said] = backed_up(url, bad, tmp_path / "bad.zip")
    assert file.name in said
    first, second = brought(empty, there, tmp_path / "bad.zip").findings
    assert first == said
    assert "«bien-ban.pdf»" in second


def test_a_backup_is_the_owner_s_alone_and_is_never_half_there(
    lived: tuple[URL, Settings], saved: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    with pytest.raises(BackupRefused, match="không ghi đè"):
        backed_up(*lived, saved)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BackupRefused, match="No space left on device"):
        backed_up(*lived, tmp_path / "full.zip")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_left_goes_with_the_next_one_and_one_under_way_stays(
    lived: tuple[URL, Settings], tmp_path: Path
) -> None:
    """A power cut leaves everybody's names and letters in a hidden file, as large as a backup."""
    torn, under_way = tmp_path / ".dunghan-1.zip.ab.dang-ghi", tmp_path / ".dunghan-2.zip.cd.dang-ghi"
    torn.write_bytes(b"PK")
    with under_way.open("wb") as opened:
        flock(opened, LOCK_EX)
        backed_up(*lived, tmp_path / "next.zip")
    assert {file.name for file in tmp_path.iterdir()} == {"next.zip", under_way.name}


def test_a_file_that_went_while_it_was_saved_is_named_and_no_backup_is_left(
    lived: tuple[URL, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(file: Path) -> bool:
        raise FileNotFoundError(2, "No such file or directory", str(file))

    monkeypatch.setattr("models.backup.is_whole", gone)
    with pytest.raises(BackupRefused, match=r"không đọc được /.+, nên không ghi được .+/a\.zip: No such file"):
        backed_up(*lived, tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []


def test_only_older_backups_of_its_own_naming_are_removed(tmp_path: Path) -> None:
    days = [MON_17_JUNE + timedelta(days=number) for number in range(5)]
    for day in days:
        (tmp_path / backup_name(morning_of(day))).touch()
    for name in ("truoc-nang-cap.zip", "dunghan-2023.zip", "ghi-chu.txt"):
        (tmp_path / name).touch()
    removed = remove_older(tmp_path, 2)
    assert [file.name for file in removed] == [f"dunghan-2024061{number}-073000.zip" for number in (7, 8, 9)]
    assert len(list(tmp_path.iterdir())) == 5


def test_the_commands_say_what_they_did(
    loaded_database: URL, empty: URL, dunghan: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("deployments.moving.bring_prefect", lambda *_: ["Prefect: không có."])
    file = tmp_path / "luu.zip"

    def use(url: URL) -> None:
        app = url.set(username=APP_ROLE).render_as_string(hide_password=False)
        monkeypatch.setenv("DUNGHAN_DATABASE_URL", app)
        monkeypatch.setenv("DUNGHAN_OWNER_DATABASE_URL", url.render_as_string(hide_password=False))
        monkeypatch.setenv("DUNGHAN_PREFECT_DATABASE_URL", url.set(database="khong_co").render_as_string(False))

    use(loaded_database)
    code, out, err = dunghan("backup", "-o", file)
    assert (code, err) == (0, "")
    assert out.startswith(f"Đã sao lưu vào {file}")
    assert dunghan("backup", "-o", file)[::2] == (
        2,
        f"dunghan: {file} đã có; bản sao lưu không ghi đè, xin chọn tên khác.\n",
    )
    use(empty)
    code, out, err = dunghan("restore", file)
    assert (code, err) == (0, "")
    assert "nhật ký khớp đến số" in out
    assert "dunghan sweep --resume" in out
    assert "có thể đã gửi" in out
    assert dunghan("audit", "verify")[0] == 0
    beside = set(read_settings().state_dir.iterdir())
    assert dunghan("restore", file)[0] == 2
    assert set(read_settings().state_dir.iterdir()) == beside
