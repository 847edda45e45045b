"""The export page: begun by a button, told in the trail first, watched, downloaded by whose it is, cleared away."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from acting import HOST, Office, plain
from records import WED_19_JUNE, add_evidence, run, sweep_on
from sqlalchemy import Engine, text
from sqlmodel import Session
from visitors import AUDITOR, AUDITOR_CODE, CHAIR, OFFICE, admit_auditor, load_another

import models.exports
from models.exports import PACKAGE, Exports, Progress, begin_export, made_exports, make_export
from models.head_key import head_key
from models.people import authorities
from models.settings import Settings

pytestmark = pytest.mark.real

EXPORT = "/nhat-ky/xuat"


@pytest.fixture
def office(loaded: Engine, settings: Settings, tmp_path: Path) -> Iterator[Office]:
    """Pages with a place for exports, one file of evidence, one head signed."""
    sweep_on(loaded, settings, WED_19_JUNE)
    add_evidence(loaded, settings)
    made = Office(loaded, tmp_path)
    made.go_to(WED_19_JUNE)
    give(made, exports=Exports.of(settings, head_key(settings)))
    admit_auditor(loaded, made.now())
    yield made
    wait(made)


def give(office: Office, **facts: object) -> None:
    """Let the pages of this office have something else."""
    office.app.state.site = replace(office.app.state.site, **facts)


def shelf(office: Office) -> Exports:
    found = office.app.state.site.exports
    assert found
    return found


def wait(office: Office) -> None:
    """Until nothing is being made."""
    for thread in threading.enumerate():
        if getattr(thread, "_target", None) is make_export:
            thread.join(60)
    assert not shelf(office).running


def exported(office: Office) -> str:
    """Press the button and wait; where the package is."""
    assert office.do(EXPORT, EXPORT) == f"{EXPORT}?theo-doi=1"
    wait(office)
    return office.page(EXPORT).split('class="button" href="')[1].split('"', 1)[0]


def test_the_button_gives_one_file_that_verifies_alone(office: Office, tmp_path: Path) -> None:
    address = exported(office)
    answer = office.client.get(address)
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["content-disposition"].startswith('attachment; filename="nhat-ky-')
    ZipFile(io.BytesIO(answer.content)).extractall(tmp_path / "taken")
    (folder,) = (tmp_path / "taken").iterdir()
    code, said = run(folder)
    assert code == 0, said
    assert len(list((folder / "minh-chung").iterdir())) == 2
    head = office.page(EXPORT).split("<dt>Đầu chuỗi</dt><dd><code>")[1].split("<", 1)[0]
    assert run(folder, "--head", head)[0] == 0


def test_the_trail_says_who_exports_before_anything_is_written(office: Office) -> None:
    office.signed_in(AUDITOR)
    exported(office)
    query = "SELECT actor, detail->>'via' FROM audit_entry WHERE action = 'xuat-nhat-ky'"
    with office.engine.connect() as connection:
        assert tuple(connection.execute(text(query)).one()) == (AUDITOR_CODE, "trang")


@pytest.mark.parametrize(("email", "status"), [(AUDITOR, 200), (OFFICE, 200), (CHAIR, 403), ("", 200)])
def test_only_the_office_and_an_auditor_may(office: Office, email: str, status: int) -> None:
    if email:
        office.signed_in(email)
    assert office.client.get(EXPORT).status_code == status
    assert (f'href="{EXPORT}"' in office.page("/nhat-ky")) == (status == 200)
    begun = office.client.post(EXPORT, data=office.token(EXPORT), headers={"Origin": HOST})
    assert begun.status_code == (303 if status == 200 else 403)
    wait(office)


def test_a_form_of_another_page_or_site_begins_nothing(office: Office) -> None:
    before = office.snapshot()
    assert office.client.post(EXPORT, data=office.token(EXPORT), headers={"Origin": "http://evil"}).status_code == 403
    assert office.client.post(EXPORT, data=office.token("/x"), headers={"Origin": HOST}).status_code == 403
    assert office.client.get(EXPORT).status_code == 200
    assert office.snapshot() == before


def test_a_package_is_given_only_to_its_own_authority(office: Office, tmp_path: Path) -> None:
    address = exported(office)
    load_another(office.engine, tmp_path, WED_19_JUNE)
    office.signed_in(OFFICE.replace("nhuquynh", "lacdao"))
    assert office.client.get(address).status_code == 404
    assert "Chưa có bản xuất nào" in office.says(EXPORT)
    office.signed_in(OFFICE)
    assert office.client.get(address).status_code == 200
    (shelf(office).folder / "nhat-ky.zip").write_bytes(b"x")
    name = address.split("/")[3]
    for wrong in ("..", "%2e%2e", "..%2f..", f"{name}%2f..%2f{name}", f"{name[:-1]}g", f"{name}.", "1-x", "%00", "."):
        assert office.client.get(f"{EXPORT}/{wrong}/nhat-ky.zip").status_code in (404, 405), wrong


def test_while_one_is_made_the_page_tells_how_far_and_no_other_begins(office: Office) -> None:
    shelf(office).running[1] = Progress(300, 1200)
    page = office.page(EXPORT)
    assert "Đã ghi 300/1.200 bản ghi (25%)…" in page
    assert "refresh" not in page
    assert '<meta http-equiv="refresh" content="2">' in office.page(f"{EXPORT}?theo-doi=1")
    assert f'action="{EXPORT}"' not in page
    refused = office.client.post(EXPORT, data=office.token(EXPORT), headers={"Origin": HOST})
    assert (refused.status_code, "Đang có một lần xuất chưa xong" in plain(refused.text)) == (409, True)
    shelf(office).running.clear()
    assert "refresh" not in office.page(f"{EXPORT}?theo-doi=1")


def test_one_cut_short_by_a_crash_is_said_and_removed_by_the_next(office: Office) -> None:
    half = shelf(office).folder / f"1-20240618T003000-{'a' * 32}"
    (half / "nhat-ky-x").mkdir(parents=True)
    assert "Lần xuất này bị dừng giữa chừng vì máy chủ dừng." in office.says(EXPORT)
    assert office.client.get(f"{EXPORT}/{half.name}/{PACKAGE}").status_code == 404
    exported(office)
    assert not half.exists()
    assert "dừng giữa chừng" not in office.says(EXPORT)


def test_a_package_is_kept_seven_days_and_removed_by_the_next_export(office: Office) -> None:
    first = exported(office)
    office.go_to(WED_19_JUNE + timedelta(days=7))
    second = exported(office)
    assert [office.client.get(one).status_code for one in (first, second)] == [200, 200]
    office.go_to(WED_19_JUNE + timedelta(days=8))
    exported(office)
    assert [office.client.get(one).status_code for one in (first, second)] == [404, 200]
    assert first not in office.page(EXPORT)


def test_a_record_that_does_not_hold_is_exported_and_says_so(
    office: Office, loaded_database: object, settings: Settings
) -> None:
    import shutil

    shutil.rmtree(settings.files_dir)
    exported(office)
    assert "Có chỗ không khớp" in office.says(EXPORT)
    assert "Kho minh chứng không có tệp" in office.says(EXPORT)


def test_a_failed_export_says_so_and_gives_the_place_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(models.exports, "_pack", full)
    exports, site = shelf(office), office.app.state.site
    with Session(office.engine) as session:
        (mine,) = authorities(session)
    name = begin_export(exports, site.engine, mine, "văn phòng", office.now())
    with pytest.raises(OSError, match="No space"):
        make_export(exports, site.engine, mine, name, office.now())
    assert not exports.running
    (failed,) = made_exports(exports, 1)
    assert not failed.finished
    assert "Không xuất được" in office.says(EXPORT)
    assert [file.name for file in (exports.folder / name).iterdir()] == ["ket-qua.json"]


def test_without_a_place_for_exports_there_is_no_way_to_them(loaded: Engine, tmp_path: Path) -> None:
    office = Office(loaded, tmp_path)
    give(office, exports=None)
    assert EXPORT not in office.page("/nhat-ky")
    assert office.client.get(EXPORT).status_code == 404
