"""What an office held under each earlier schema comes to the newest one, and the office goes on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from acting import Office as Pages
from office import KeptMail
from sqlalchemy import URL, Engine, text
from sqlmodel import Session
from visitors import OFFICE

from flows.sending import Office
from flows.sweep import sweep
from models.audit import verify
from models.backup_file import opened_backup
from models.people import authorities
from models.restore import Doing, Restored, restore
from models.schema import newest
from models.settings import Settings
from models.store import APP_ROLE, drop_database, ensure_database, open_engine, transaction
from models.sweep_marks import resume_sweeps
from rules.vietnamese import morning_of

pytestmark = pytest.mark.real
SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.zip"))
THU_04_JULY_2024 = date(2024, 7, 4)
LISTS = (
    "/nghia-vu?trang-thai=tat-ca",
    "/bao-cao",
    "/su-kien",
    "/nhat-ky",
    "/cong-khai",
    "/thu-can-xem",
    "/ke-hoach",
    "/van-phong",
)


@pytest.fixture(params=SCHEMAS, ids=lambda file: file.stem)
def brought(
    request: pytest.FixtureRequest, server: URL, copies: Callable[[], int], worker_id: str, tmp_path: Path
) -> Iterator[tuple[Engine, Restored]]:
    """One of them at the newest schema, as the application has it."""
    url = server.set(database=f"schema_{worker_id}_{copies()}")
    ensure_database(url)
    owner = open_engine(url)
    with opened_backup(request.param) as backup:
        doing = Doing("văn phòng", morning_of(THU_04_JULY_2024))
        done = restore(owner, backup, Settings(state_dir=tmp_path / "state"), doing)
    owner.dispose()
    engine = open_engine(url.set(username=APP_ROLE), durable=False)
    yield engine, done
    engine.dispose()
    drop_database(url)


def test_there_is_one_for_each_schema_before_the_newest() -> None:
    assert [file.stem for file in SCHEMAS] == [f"{number:04}" for number in range(1, int(newest()))]


def test_it_comes_to_the_newest_schema_with_its_trail_whole_and_goes_on(
    brought: tuple[Engine, Restored], settings: Settings, tmp_path: Path
) -> None:
    engine, done = brought
    assert done.findings == ()
    with Session(engine) as session:
        asked = text("SELECT (SELECT count(*) FROM obligation), (SELECT count(*) FROM digest WHERE status = 'da-gui')")
        obligations, sent = session.execute(asked).one()
        assert obligations > 240
        assert sent > 40
        before, broken = verify(session, 1)
        assert broken is None
    with transaction(engine) as session:
        for office in authorities(session):
            resume_sweeps(session, office, "văn phòng", "đã xem", morning_of(THU_04_JULY_2024))
    swept = asyncio.run(sweep(Office(engine, settings, KeptMail()), morning_of(THU_04_JULY_2024)))
    assert swept.reached
    pages = Pages(engine, tmp_path / "pages", acting=False).signed_in(OFFICE)
    for address in LISTS:
        assert pages.client.get(address).status_code == 200, address
    for code in ("B08.2024-12-31", "B02.2024-H1"):
        assert pages.client.get(f"/nghia-vu/nhu-quynh-2024.{code}").status_code == 200, code
    with Session(engine) as session:
        after, broken = verify(session, 1)
        assert (broken, after > before) == (None, True)
