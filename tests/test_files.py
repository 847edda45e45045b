"""Evidence files: what is taken and refused, how it is kept, how it comes in through a form and out as a download."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import stat
import tracemalloc
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from office import MON_17_JUNE
from sqlalchemy import create_engine
from starlette.requests import Request

import web.files
import web.forms
from models.file_types import MOST_ENTRIES, recognise
from models.files import (
    LONGEST_NAME,
    MOST_BYTES,
    NAMELESS,
    FileDamaged,
    FileMissing,
    FileRefused,
    clean_name,
    keep_file,
    read_file,
)
from models.reports import Shelves
from models.settings import Settings
from rules.vietnamese import morning_of
from web.errors import add_error_pages
from web.forms import MOST_UPLOAD_BYTES, Submission, _read_parts, checked_upload
from web.refusal import Refusal
from web.security import DRAINED, SecurityHeaders, read_body
from web.site import Site

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have httpx2; Prefect brings httpx
    from fastapi.testclient import TestClient

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 20
MP3 = b"ID3\x04\0\0\0\0\0\x02\0\0\xff\xfb\x90\x64" + b"\0" * 100
M4A = b"\0\0\0\x20ftypM4A \0\0\0\0"
NAMES = "Biên bản đối thoại.docx"
UNKNOWN = "0" * 64
HOST = "http://testserver"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def zipped(*entries: tuple[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def ooxml(*more: tuple[str, bytes | str], kinds: tuple[str, ...] = (WORD,), head: str = "") -> bytes:
    listed = "".join(f'<Override PartName="/p{n}.xml" ContentType="{kind}"/>' for n, kind in enumerate(kinds))
    types = f'<?xml version="1.0" encoding="UTF-8"?>{head}<Types>{listed}</Types>'
    return zipped(("[Content_Types].xml", types), ("_rels/.rels", "<r/>"), ("word/document.xml", "<w/>"), *more)


def odf(kind: str, *more: tuple[str, bytes | str]) -> bytes:
    return zipped(("mimetype", f"application/vnd.oasis.opendocument.{kind}"), ("content.xml", "<c/>"), *more)


GOOD = {
    "Kế hoạch.pdf": PDF,
    "Ảnh.JPG": JPG,
    "ảnh niêm yết.jpeg": JPG,
    "quét.png": PNG,
    NAMES: ooxml(),
    "Danh sách.xlsx": ooxml(kinds=(SHEET,)),
    "văn bản.odt": odf("text"),
    "bảng.ods": odf("spreadsheet"),
    "ghi chú.txt": "BM 01: biên bản\r\n\tĐã niêm yết".encode(),
    "loa.mp3": MP3,
    "loa không thẻ.mp3": b"\xff\xfb\x90\x64" + b"\0" * 100,
    "điện thoại.m4a": M4A,
}


# What is taken


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_of_evidence_is_taken_and_reads_back_the_same(tmp_path: Path, name: str) -> None:
    kept = keep_file(tmp_path, name, GOOD[name])
    assert (kept.name, kept.size, kept.sha256) == (name, len(GOOD[name]), hashlib.sha256(GOOD[name]).hexdigest())
    assert read_file(tmp_path, kept.sha256) == GOOD[name]


def test_the_media_type_is_that_of_the_content(tmp_path: Path) -> None:
    kept = {name: keep_file(tmp_path, name, content).media_type for name, content in GOOD.items()}
    assert kept["Kế hoạch.pdf"] == "application/pdf"
    assert kept["Ảnh.JPG"] == kept["ảnh niêm yết.jpeg"] == "image/jpeg"
    assert kept["văn bản.odt"] == "application/vnd.oasis.opendocument.text"
    assert kept[NAMES].endswith("wordprocessingml.document")


def test_a_real_word_file_with_many_parts_is_taken(tmp_path: Path) -> None:
    many = ooxml(*((f"word/media/image{n}.png", PNG) for n in range(300)))
    assert keep_file(tmp_path, NAMES, many).size == len(many)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.pdf", JPG, "nội dung là ảnh JPG nhưng tên có đuôi .pdf. "),
        ("a.jpg", b"<html><script>alert(1)</script>", "trang web hoặc tệp XML"),
        ("a.txt", b"\xef\xbb\xbf  <!DOCTYPE html>", "trang web hoặc tệp XML"),
        ("a.txt", PDF, "nội dung là PDF nhưng tên có đuôi .txt"),
        ("a.html", b"xin chao", "chữ thuần .txt (UTF-8) nhưng tên có đuôi .html"),
        ("a.pdf", b"MZ\x90\0\3" + b"\0" * 60, "chương trình máy tính"),
        ("a.txt", b"#!/bin/sh\nrm -rf /\n", "chương trình máy tính"),
        ("a.docx", zipped(("word/document.xml", "<w/>")), "nội dung là tệp nén"),
        ("a.docx", ooxml(kinds=(SHEET,)), "nội dung là Excel .xlsx nhưng tên có đuôi .docx"),
        ("a.docx", ooxml(kinds=(WORD, SHEET)), "loại tài liệu khác"),
        ("a.pptx", ooxml(kinds=(WORD.replace("wordprocessingml.document", "presentationml.x"),)), "loại tài liệu khác"),
        ("a.odt", odf("graphics"), "loại tài liệu khác"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "Office đời cũ hoặc có mật khẩu"),
        ("a.heic", b"\0\0\0\x24ftypheic", "ảnh HEIC"),
        ("a.txt", "tiếng Việt".encode("utf-16"), "không theo mã UTF-8"),
        ("a.txt", b"\xa9\xb8 TCVN3", "loại tệp không nhận ra"),
        ("a.txt", b"co ky tu \0 an", "loại tệp không nhận ra"),
        ("a.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"x" * 50, "loại tệp không nhận ra"),
        ("pdf", PDF, "tên không có đuôi"),
        ("", PDF, "tên không có đuôi"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, found: str
) -> None:
    with pytest.raises(FileRefused, match="Không nhận tệp «") as refused:
        keep_file(tmp_path, name, content)
    assert found in str(refused.value)
    assert "Nhận: PDF, ảnh JPG" in str(refused.value)
    assert str(refused.value).endswith(" rồi gửi lại.")
    assert list(tmp_path.iterdir()) == []


def test_the_refusal_says_what_to_do_with_just_that_file(tmp_path: Path) -> None:
    for name, content, advice in (
        ("anh.heic", b"\0\0\0\x24ftypheic", "lưu ảnh thành JPG"),
        ("bao cao.zip", zipped(("a", "b")), "giải nén rồi gửi từng tệp"),
        ("bao cao.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lưu lại thành .docx"),
        ("ghi chu.txt", b"\xa9\xb8", "theo mã UTF-8"),
        ("bao cao.docx", PDF, "đổi đuôi tên thành .pdf"),
        ("thu.eml", b"\0", "in ra PDF"),
    ):
        with pytest.raises(FileRefused, match=advice):
            keep_file(tmp_path, name, content)


def test_one_file_that_is_two_kinds_at_once_is_refused(tmp_path: Path) -> None:
    for name, content in (
        ("a.docx", PDF + ooxml()),
        ("a.pdf", PDF + ooxml()),
        ("a.jpg", JPG + zipped(("x.class", "y"))),
        ("a.docx", ooxml() + PDF),
        ("a.docx", b"PK\3\4" + PDF + ooxml()),
    ):
        with pytest.raises(FileRefused):
            keep_file(tmp_path, name, content)


@pytest.mark.parametrize(
    "content",
    [
        ooxml(("word/vbaProject.bin", b"x")),
        ooxml(("WORD/VBAPROJECT.BIN", b"x")),
        ooxml(kinds=("application/vnd.ms-word.document.macroEnabled.main+xml",)),
        ooxml(kinds=(WORD, "application/vnd.ms-office.&#118;baProject")),
        ooxml(kinds=(SHEET, "application/vnd.ms-excel.macrosheet+xml")),
        zipped(
            (
                "[Content_Types].xml",
                f'<T><O ContentType="{WORD}"/><O ContentType="x/vbaProject"/></T>'.encode("utf-16"),
            ),
            ("_rels/.rels", ""),
        ),
        odf("text", ("Basic/Standard/Module1.xml", "")),
        odf("text", ("Scripts/python/a.py", "")),
    ],
)
def test_a_document_with_macros_is_refused_however_they_are_hidden(tmp_path: Path, content: bytes) -> None:
    for name in ("a.docx", "a.docm", "a.odt"):
        with pytest.raises(FileRefused, match="tài liệu có macro"):
            keep_file(tmp_path, name, content)


def test_a_zip_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    huge = b" " * 60_000_000
    bombs = {
        "content types": zipped(("[Content_Types].xml", huge), ("_rels/.rels", "")),
        "one of many": ooxml(*((f"word/{n}.xml", huge) for n in range(4))),
        "mimetype": zipped(("mimetype", huge)),
        "entities": ooxml(head='<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'),
        "directory": ooxml(*((f"{n}", "") for n in range(MOST_ENTRIES))),
    }
    for bomb in bombs.values():
        tracemalloc.start()
        with pytest.raises(FileRefused):
            keep_file(tmp_path, "a.docx", bomb)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()


def test_a_package_locked_or_packed_in_an_odd_way_is_refused(tmp_path: Path) -> None:
    whole = bytearray(ooxml())
    at = whole.rfind(b"PK\1\2")
    whole[at + 8] |= 1
    odd = zipped(("[Content_Types].xml", "<T/>"), ("_rels/.rels", ""), how=zipfile.ZIP_LZMA)
    for content, found in ((bytes(whole), "mật khẩu"), (odd, "không đọc được"), (ooxml()[:-1], "không đọc được")):
        with pytest.raises(FileRefused, match=found):
            keep_file(tmp_path, "a.docx", content)


@given(st.data())
@settings(deadline=None)
def test_a_package_broken_anywhere_is_recognised_or_said_to_be_broken(data: st.DataObject) -> None:
    whole = bytearray(ooxml(("word/vbaData.xml", b"<x/>")))
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=6)):
        whole[at] = data.draw(st.integers(0, 255))
    assert recognise(bytes(whole))


def test_an_empty_file_and_one_too_big_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="tệp rỗng"):
        keep_file(tmp_path, "a.pdf", b"")
    with pytest.raises(FileRefused, match=r"lớn 20,5 MB.*không quá 20 MB"):
        keep_file(tmp_path, "a.pdf", PDF + b"\0" * (MOST_BYTES + 512 * 1024))
    assert keep_file(tmp_path, "a.pdf", PDF.ljust(MOST_BYTES, b"\0")).size == MOST_BYTES


# Names


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\Văn phòng\\Báo cáo.pdf", "Báo cáo.pdf"),
        ("a.pdf\0.exe", "a.pdf .exe"),
        ("anh\u202egpj.exe", "anh gpj.exe"),
        ("Biên bản đối thoại.pdf", "Biên bản đối thoại.pdf"),
        ("dòng một\r\ndòng hai\u2028.pdf", "dòng một dòng hai .pdf"),
        ('hỏi "ai"?<b>.pdf', "hỏi _ai___b_.pdf"),
        ("..", NAMELESS),
        ("...", NAMELESS),
        ("a/b/", NAMELESS),
        (".htaccess", "htaccess"),
        ("bản cuối.pdf. . .", "bản cuối.pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(given_name: str, shown: str) -> None:
    assert clean_name(given_name) == shown


def test_a_very_long_name_keeps_its_ending(tmp_path: Path) -> None:
    kept = keep_file(tmp_path, "Đ" * 5000 + ".pdf", PDF)
    assert (len(kept.name), kept.name[-6:]) == (LONGEST_NAME, "ĐĐ.pdf")
    assert len(clean_name("a." + "b" * 5000)) == LONGEST_NAME


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_name_becomes_a_safe_one_on_one_line(name: str) -> None:
    shown = clean_name(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert shown == unicodedata.normalize("NFC", shown) == shown.strip()
    assert not set(shown) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(letter)[0] == "C" for letter in shown)
    assert shown.splitlines() == [shown]
    assert shown.strip(".") == shown
    assert clean_name(shown) == shown
    assert web.files.as_attachment(shown).isascii()


# How it is kept


@given(st.binary(max_size=2000), st.sampled_from(["a.pdf", "b.jpg"]))
@settings(deadline=None, max_examples=50)
def test_any_bytes_kept_read_back_equal(tmp_path_factory: pytest.TempPathFactory, tail: bytes, name: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    content = (PDF if name == "a.pdf" else JPG) + tail
    assert read_file(folder, keep_file(folder, name, content).sha256) == content


def test_only_the_owner_reads_a_stored_file_and_nobody_runs_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        sha256 = keep_file(tmp_path / "files", "a.pdf", PDF).sha256
    finally:
        os.umask(before)
    path = tmp_path / "files" / sha256[:2] / sha256
    modes = [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]


def test_the_same_content_twice_is_one_file(tmp_path: Path) -> None:
    first, second = keep_file(tmp_path, "a.pdf", PDF), keep_file(tmp_path, "Tên khác.pdf", PDF)
    assert first.sha256 == second.sha256
    assert second.name == "Tên khác.pdf"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [first.sha256]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("models.files.os.fsync", full)
    with pytest.raises(OSError, match="đĩa của máy chủ đã đầy"):
        keep_file(tmp_path, "a.pdf", PDF)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_damaged_file_is_never_handed_out(tmp_path: Path) -> None:
    sha256 = keep_file(tmp_path, "a.pdf", PDF).sha256
    path = tmp_path / sha256[:2] / sha256
    for damaged in (PDF[:-1], PDF.replace(b"1", b"2", 1), b"", PDF + b"\0" * MOST_BYTES):
        path.write_bytes(damaged)
        with pytest.raises(FileDamaged, match="không còn đúng như khi nhận"):
            read_file(tmp_path, sha256)


def test_the_same_file_brought_again_mends_a_damaged_one(tmp_path: Path) -> None:
    sha256 = keep_file(tmp_path, "a.pdf", PDF).sha256
    (tmp_path / sha256[:2] / sha256).write_bytes(b"khac")
    keep_file(tmp_path, "a.pdf", PDF)
    assert read_file(tmp_path, sha256) == PDF


@pytest.mark.parametrize(
    "sha256", [UNKNOWN, "", "../" * 20 + "etc/passwd", "Z" * 64, "A" * 64, f"{UNKNOWN}\n", "٣" * 64]
)
def test_a_file_not_kept_is_missing_and_no_path_is_made_of_it(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(FileMissing):
        read_file(tmp_path, sha256)


def test_files_lie_in_the_state_folder() -> None:
    assert Settings(state_dir=Path("/srv/dunghan")).files_dir == Path("/srv/dunghan/files")


# Through a form


FORM = "/gui"


def now() -> datetime:
    return morning_of(MON_17_JUNE)


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """A site of one form and of downloads; its database answers nobody."""
    made = FastAPI()
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:9/none")
    made.state.site = Site(nowhere, now, None, "", None, Shelves(tmp_path, tmp_path))
    made.add_middleware(SecurityHeaders)
    add_error_pages(made)
    made.include_router(web.files.pages)

    @made.post(FORM)
    async def take(sent: Annotated[Submission, Depends(checked_upload)]) -> dict[str, Any]:
        files = [(file.field, file.name, hashlib.sha256(file.content).hexdigest()) for file in sent.files]
        return {"fields": sent.fields, "lines": sent.lines, "files": files}

    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def signed(app: FastAPI, **fields: str) -> dict[str, str]:
    return {"chu-ky": app.state.site.forms.token(FORM), **fields}


def send(client: TestClient, fields: dict[str, str], *files: tuple[str, str, bytes], origin: str = HOST):
    sent = [(field, (name, content)) for field, name, content in files]
    return client.post(FORM, data=fields, files=sent or None, headers={"Origin": origin})


def send_raw(client: TestClient, body: bytes, kind: str = "multipart/form-data; boundary=XX"):
    return client.post(FORM, content=body, headers={"Origin": HOST, "Content-Type": kind})


def part(name: str, value: str, more: str = "") -> bytes:
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()


def test_two_files_come_with_their_fields(client: TestClient, app: FastAPI) -> None:
    answer = send(client, signed(app, ghi="Đã  niêm\tyết"), ("bien-ban", NAMES, GOOD[NAMES]), ("anh", "Ảnh.jpg", JPG))
    assert answer.status_code == 200
    assert answer.json()["fields"]["ghi"] == "Đã niêm yết"
    shas = [hashlib.sha256(content).hexdigest() for content in (GOOD[NAMES], JPG)]
    assert answer.json()["files"] == [["bien-ban", NAMES, shas[0]], ["anh", "Ảnh.jpg", shas[1]]]


def test_any_bytes_pass_through_a_form_unchanged(client: TestClient, app: FastAPI) -> None:
    for content in (b"\r\n--XX", b"--XX--\r\n", bytes(range(256)) * 4000, b"\r" * 200_000, b"\r\n--" * 50_000):
        answer = send(client, signed(app), ("tep", "a.bin", content))
        assert answer.json()["files"][0][2] == hashlib.sha256(content).hexdigest()


def test_a_list_of_names_keeps_its_lines_where_they_matter(client: TestClient, app: FastAPI) -> None:
    typed = " Lê Thị Mẫu \r\n\r\nTrần\u202e Thị\0 Ví Dụ\r\n"
    for files in ((), (("tep", "a.pdf", PDF),)):
        answer = send(client, signed(app, nguoi=typed), *files).json()
        assert answer["lines"]["nguoi"] == ["Lê Thị Mẫu", "Trần Thị Ví Dụ"]
        assert answer["fields"]["nguoi"] == "Lê Thị Mẫu Trần Thị Ví Dụ"


def test_an_input_left_empty_is_no_file_but_an_empty_file_is_one(client: TestClient, app: FastAPI) -> None:
    token = part("chu-ky", signed(app)["chu-ky"])
    empty, nothing = part("tep", "", '; filename=""'), part("tep", "", '; filename="a.pdf"')
    assert send_raw(client, token + empty + b"--XX--\r\n").json()["files"] == []
    assert [file[1] for file in send_raw(client, token + nothing + b"--XX--\r\n").json()["files"]] == ["a.pdf"]


def test_a_form_not_printed_for_this_address_is_refused(client: TestClient, app: FastAPI) -> None:
    for fields in ({"a": "b"}, {"chu-ky": "x"}, {"chu-ky": app.state.site.forms.token("/khac")}):
        for files in ((), (("tep", "a.pdf", PDF),)):
            answer = send(client, fields, *files)
            assert answer.status_code == 403
            assert "Biểu mẫu đã cũ" in answer.text


def test_a_form_from_another_site_is_refused_before_it_is_read(client: TestClient, app: FastAPI) -> None:
    answer = send(client, signed(app), ("tep", "a.pdf", b"x" * (MOST_UPLOAD_BYTES + 1)), origin="http://evil.example")
    assert answer.status_code == 403
    assert "không xuất phát từ trang của hệ thống" in answer.text


def test_too_much_is_refused_and_says_how_much_is_taken(client: TestClient, app: FastAPI) -> None:
    token = part("chu-ky", signed(app)["chu-ky"])
    for answer, status, sentence in (
        (send(client, signed(app), ("t", "a.pdf", b"x" * MOST_UPLOAD_BYTES)), 413, "không quá 21 MB"),
        (send(client, signed(app, ghi="x" * 33_000)), 413, "không quá 32 KB"),
        (send(client, signed(app, ghi="x" * 33_000), ("t", "a.pdf", PDF)), 413, "mỗi ô không quá 32 KB"),
        (send(client, signed(app), *[("t", "a.pdf", PDF)] * 4), 422, "không quá 20 trường và 3 tệp"),
        (send_raw(client, token + part("a", "b") * 20 + b"--XX--\r\n"), 422, "không quá 20 trường"),
        (send_raw(client, token + part("a", "", '; filename=""') * 23 + b"--XX--\r\n"), 422, "không quá 20 trường"),
    ):
        assert answer.status_code == status
        assert sentence in answer.text
    assert send(client, signed(app), *[("t", "a.pdf", PDF)] * 3).status_code == 200


def test_a_broken_form_is_answered_in_vietnamese_never_by_a_failure(client: TestClient, app: FastAPI) -> None:
    token = part("chu-ky", signed(app)["chu-ky"])
    for body in (
        b"",
        b"xin chao",
        token,
        token[:-5],
        token + part("t", "x", '; filename="a.pdf"'),
        token + b"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--\r\n",
        token + b"--XX\r\n\r\nx\r\n--XX--\r\n",
        token + b"--XX\r\nno header\r\n\r\nx\r\n--XX--\r\n",
        token + b"--XX\r\n" + b"A: b\r\n" * 50 + b"\r\nx\r\n--XX--\r\n",
        token + b"--XX\r\nA: " + b"b" * 9000 + b"\r\n\r\nx\r\n--XX--\r\n",
        token + part("t", "*", '; filename="a"\r\nContent-Transfer-Encoding: base64') + b"--XX--\r\n",
    ):
        answer = send_raw(client, body)
        assert answer.status_code == 422, body
        assert "bị hỏng hoặc đứt giữa chừng" in answer.text


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 999,
     "multipart/form-data; boundary=YY", "multipart/mixed; boundary=XX", "application/json", "", "\xff; =;;"],
)  # fmt: skip
def test_a_form_of_another_shape_is_refused(client: TestClient, app: FastAPI, kind: str) -> None:
    body = part("chu-ky", signed(app)["chu-ky"]) + b"--XX--\r\n"
    headers = {b"Origin": HOST.encode(), b"Content-Type": kind.encode("latin-1")}
    answer = client.post(FORM, content=body, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "Biểu mẫu gửi lên" in answer.text


def test_junk_that_looks_like_a_boundary_never_reaches_the_parser(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.forms, "FormParser", None)
    answer = send_raw(client, part("t", "\r\n--XX-y" * 1000, '; filename="a.pdf"') + b"--XX--\r\n")
    assert answer.status_code == 422


@given(st.data())
@settings(deadline=None)
def test_a_form_damaged_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    transfer = data.draw(st.sampled_from(["base64", "quoted-printable", "8bit"]))
    file = part("t", "SGVsbG8=", f'; filename="a.pdf"\r\nContent-Transfer-Encoding: {transfer}')
    whole = bytearray(part("a", "b") + file + b"--XX--\r\n")
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6)):
        whole[at] = data.draw(st.integers(0, 255))
    with suppress(Refusal):  # anything else would be a failure of ours
        assert isinstance(_read_parts(bytes(whole), b"XX"), Submission)


def test_no_upload_touches_the_disk_before_it_is_known_to_be_ours(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a file was opened")

    for maker in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{maker}", fail)
    content = b"x" * (MOST_BYTES - 1000)
    assert send(client, {"chu-ky": "x"}, ("tep", "a.pdf", content)).status_code == 403
    assert send(client, signed(app), ("tep", "a.pdf", content)).status_code == 200


def body_of(chunks: Iterator[dict[str, object]]) -> bytes:
    async def receive() -> Any:
        return next(chunks)

    return asyncio.run(read_body(Request({"type": "http", "headers": []}, receive), 1000))


def test_a_body_too_long_is_read_on_a_while_so_that_the_answer_is_seen() -> None:
    read = 0

    def endless() -> Iterator[dict[str, object]]:
        nonlocal read
        while True:
            read += 100
            yield {"type": "http.request", "body": b"x" * 100, "more_body": True}

    with pytest.raises(Refusal, match="413"):
        body_of(endless())
    assert 1000 < read <= DRAINED * 1000 + 100


def test_a_sender_who_goes_away_is_no_failure_of_ours() -> None:
    with pytest.raises(Refusal, match="422"):
        body_of(iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]))


# As a download


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """One PDF kept, and known to the database under a Vietnamese name."""
    sha256 = keep_file(tmp_path, NAMES, GOOD[NAMES]).sha256
    known = {sha256: (NAMES, len(GOOD[NAMES]))}
    monkeypatch.setattr(web.files, "find_file", lambda _, asked: known.get(asked))
    return sha256


def test_a_recorded_file_comes_back_as_a_download_under_its_vietnamese_name(client: TestClient, recorded: str) -> None:
    for method in ("GET", "HEAD"):
        answer = client.request(method, web.files.file_path(recorded, NAMES))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-length"] == str(len(GOOD[NAMES]))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("; sandbox")
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith('attachment; filename="bien ban doi thoai.docx"; ')
        assert disposition.endswith("filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n%20%C4%91%E1%BB%91i%20tho%E1%BA%A1i.docx")
    assert client.get(web.files.file_path(recorded, NAMES)).content == GOOD[NAMES]


def test_the_name_in_the_address_changes_nothing(client: TestClient, recorded: str) -> None:
    answer = client.get(f"/minh-chung/{recorded}/x.exe%0d%0aX-Evil:1")
    assert "bien ban doi thoai.docx" in answer.headers["content-disposition"]
    assert "x-evil" not in answer.headers


def test_a_file_in_the_store_that_is_not_recorded_is_not_offered(
    client: TestClient, recorded: str, tmp_path: Path
) -> None:
    unrecorded = keep_file(tmp_path, "a.pdf", PDF).sha256
    for sha256 in (unrecorded, UNKNOWN, "x", recorded.upper(), "..%5c..%5cetc", f"{recorded}%00"):
        answer = client.get(f"/minh-chung/{sha256}/a.pdf")
        assert answer.status_code == 404
        assert "Không có tệp minh chứng này." in answer.text
    assert client.get("/minh-chung/..%2f..%2fetc/passwd").status_code == 404


def test_a_recorded_file_damaged_or_gone_says_so_to_the_reader(
    client: TestClient, recorded: str, tmp_path: Path
) -> None:
    path = tmp_path / recorded[:2] / recorded
    path.write_bytes(b"khac")
    damaged = client.get(f"/minh-chung/{recorded}/a.docx")
    path.unlink()
    gone = client.get(f"/minh-chung/{recorded}/a.docx")
    assert (damaged.status_code, gone.status_code) == (500, 500)
    assert "không còn đúng như khi nhận" in damaged.text
    assert "khôi phục từ bản sao lưu" in gone.text


def test_only_looking_is_possible(client: TestClient, recorded: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, f"/minh-chung/{recorded}/a.docx").status_code == 405
