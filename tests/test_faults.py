"""Disks that are full or read-only, a database that goes away: nothing lost, nothing half done, and the reason said."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from acting import PDF, Office, plain
from deliveries_seen import aimed, clock, on
from office import MON_17_JUNE, KeptMail, Run, load
from smtp_faults import Relay, running
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from test_watchdog import point

from deployments import database_server, doctor_machine
from deployments.database_server import keep_database
from flows.sending import Office as Sending
from flows.sweep import sweep
from models.audit import verify
from models.files import FileNotKept, keep_file
from models.settings import Settings
from models.store import open_store

TUE_18_JUNE = date(2024, 6, 18)
B08 = "nhu-quynh-2024.B08.2024-12-31"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    yield from _mounted(tmp_path / "dia", "1m")


def _mounted(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False)
    if made.returncode:
        pytest.skip("this machine mounts no small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False)


def fill(folder: Path) -> Path:
    """A file that takes what room is left."""
    file = folder / "lap-day"
    with pytest.raises(OSError, match="No space"):
        _write_on(file)
    return file


def _write_on(file: Path) -> None:
    with file.open("wb", buffering=0) as filling:
        while True:
            filling.write(b"\0" * 4096)


def read_only(folder: Path, yes: bool) -> None:
    subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", folder], check=True)


# Evidence


@as_root
def test_evidence_on_a_full_disk_is_refused_whole_and_taken_once_there_is_room(
    office_engine: Engine, disk: Path
) -> None:
    office = Office(office_engine, disk)
    page, act = f"/nghia-vu/{B08}", f"/nghia-vu/{B08}/hoan-thanh"
    file = {"tep": ("bao-cao.pdf", PDF + b"x" * 20_000, "application/pdf")}
    filling = fill(disk)
    rows = office.snapshot()[0]
    refused = office.send(page, act, file, minh_chung="15/BC")
    assert (refused.status_code, office.snapshot()[0]) == (422, rows)
    assert "đĩa của máy chủ đã đầy. Chưa ghi nhận gì. Xin báo quản trị" in plain(refused.text)
    assert [path for path in (disk / "files").rglob("*") if path.is_file()] == []
    assert office.row(B08).status == "dang-theo-doi"
    filling.unlink()
    office.do(page, act, file, minh_chung="15/BC")
    assert office.row(B08).status == "hoan-thanh"


@as_root
def test_a_read_only_disk_is_said_by_what_writes_and_by_the_doctor(disk: Path) -> None:
    read_only(disk, True)
    with pytest.raises(FileNotKept, match="đĩa của máy chủ chỉ đọc được"):
        keep_file(disk / "files", "bao-cao.pdf", PDF)
    [check] = doctor_machine.disk(Settings(state_dir=disk))
    assert (check.ok, check.found) == (False, f"không ghi được vào {disk}: Read-only file system")
    assert "df -h, mount" in check.todo
    read_only(disk, False)
    keep_file(disk / "files", "bao-cao.pdf", PDF)


@as_root
def test_a_full_disk_is_said_by_the_doctor(disk: Path) -> None:
    fill(disk)
    [check] = doctor_machine.disk(Settings(state_dir=disk))
    assert (check.ok, "No space left" in check.found, bool(check.todo)) == (False, True, True)


# The database


@as_root
@pytest.mark.real
def test_a_sweep_on_a_full_database_disk_breaks_off_and_the_next_tells_everyone_once(tmp_path: Path) -> None:
    for disk in _mounted(tmp_path / "dia-lon", "160m"):
        settings = Settings(state_dir=disk, smtp_retries=(), base_url="http://pages.example")
        engine = open_store(settings)
        load(engine)
        mail, filling = KeptMail(), fill(disk)
        office = Sending(engine, settings, mail)
        with pytest.raises((DBAPIError, OSError)):  # no room for what it would write
            _sweep_until_full(office)
        filling.unlink()
        _up_again(engine, settings)
        asyncio.run(sweep(office, clock(TUE_18_JUNE, "10:30")))
        assert len(mail.kept) > 10
        assert max(Counter(to for to, _ in mail.kept).values()) == 1
        with Session(engine) as session:
            assert verify(session, 1)[1] is None
        engine.dispose()
        database_server.let_go(settings)


def _sweep_until_full(office: Sending) -> None:
    for _ in range(30):  # PostgreSQL lives a while on the room it had set aside
        _grow(office.engine)
        asyncio.run(sweep(office, clock(TUE_18_JUNE)))


def _grow(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE plan_task SET title = title"))


def _up_again(engine: Engine, settings: Settings) -> None:
    """As `dunghan up` does it, when PostgreSQL went down for want of room."""
    engine.dispose()
    if not database_server._answers(engine):
        database_server._start_again(settings.state_dir)


def test_pages_without_their_database_say_so_and_come_back_by_themselves(loaded: Engine, loaded_database: URL) -> None:
    office = Office(loaded, Path("/khong-dung"))
    assert office.client.get("/nghia-vu").status_code == 200
    with _shut(loaded_database):
        page = office.client.get("/nghia-vu")
        assert page.status_code == 503
        assert "cơ sở dữ liệu" in plain(page.text).lower()
        assert office.client.get("/health").status_code == 503
    assert [office.client.get(path).status_code for path in ("/health", "/nghia-vu")] == [200, 200]


class _shut:  # noqa: N801  read as a verb
    """The database closed to everybody for a while."""

    def __init__(self, database: URL) -> None:
        self._name = database.database
        self._owner = create_engine(database.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def __enter__(self) -> None:
        self._say("false")
        with self._owner.connect() as connection:
            query = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(query, {"name": self._name})

    def __exit__(self, *_: object) -> None:
        self._say("true")
        self._owner.dispose()

    def _say(self, allowed: str) -> None:
        with self._owner.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS {allowed}'))


def test_a_command_without_its_database_says_one_line(
    dunghan: Run, loaded_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, loaded_database)
    with _shut(loaded_database):
        code, out, err = dunghan("obligations")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("dunghan: ")


# Mail


def test_a_relay_that_is_gone_loses_no_letter(loaded: Engine, settings: Settings) -> None:
    assert on(loaded, settings, clock(MON_17_JUNE)).unsent > 0
    with running(Relay()) as relay:
        assert on(loaded, aimed(settings, relay.port), clock(MON_17_JUNE, "10:30")).unsent == 0
    assert max(Counter(relay.recipients).values()) == 1


def test_the_watch_over_an_embedded_database_leaves_an_outer_one_alone(loaded: Engine, settings: Settings) -> None:
    outer = settings.model_copy(update={"database_url": "postgresql://x@may-khac/dunghan"})
    asyncio.run(asyncio.wait_for(keep_database(loaded, outer), 1))
    assert not settings.state_dir.exists()
