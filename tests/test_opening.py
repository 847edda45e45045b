"""The front door: the same words from every kind of file, and one clear sentence for each that is not read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from appendices import as_docx, as_pdf, as_xlsx, converted, merged_down, words_of
from office import HOUSE
from packages import changed, to_tcvn3
from printed_pages import SCAN, page_of, ruled, said
from small_plan import SMALL, refusal
from word_pages import new_word

from models.appendix import old_word
from models.appendix.document import SignedDocument
from models.appendix.opening import open_document, read_here

PLAN = HOUSE.parent / "shared" / "source" / "ke-hoach-08-KH-UBND-2024.txt"


@pytest.fixture(scope="module")
def plan() -> SignedDocument:
    if not PLAN.exists():
        pytest.skip("không có ../shared/source/ke-hoach-08-KH-UBND-2024.txt")
    return read_here(PLAN)


# ---------------------------------------------------------------- the real plan in four forms


def test_the_real_plan_has_all_its_rows(plan: SignedDocument) -> None:
    tables = list(plan.tables)
    assert [len(table.rows) for table in tables] == [4, 5, 5, 4, 3, 3, 4, 2, 4, 2, 4, 4, 3]
    assert {len(row.cells) for table in tables for row in table.rows} == {8}
    assert tables[0].rows[1].cells[7].text == "- Trước và trong quá trình bầu cử\n- Thường xuyên"
    assert tables[3].rows[2].cells[5].text == "Công chức Tài chính - Kế toán"
    assert not re.search(r"</?[a-z]|\*\*", str(plan.blocks))


@pytest.mark.parametrize("write", [as_docx, as_xlsx])
def test_the_real_plan_reads_the_same_from_word_and_excel(
    write: Callable[[SignedDocument, Path], Path], plan: SignedDocument, tmp_path: Path
) -> None:
    again = read_here(write(plan, tmp_path / f"ke-hoach.{write.__name__[3:]}"))
    assert words_of(again) == words_of(plan)
    assert again.remarks == ()


@pytest.mark.parametrize("write", [as_docx, as_xlsx])
def test_its_numbers_and_groups_may_be_merged_down(
    write: Callable[[SignedDocument, Path], Path], plan: SignedDocument, tmp_path: Path
) -> None:
    merged = merged_down(plan, 0, 1)
    again = read_here(write(merged, tmp_path / "gop"))
    assert [[row.cells for row in table.rows] for table in again.tables] == [
        [row.cells for row in table.rows] for table in merged.tables
    ]
    assert sum(cell.covered for table in again.tables for row in table.rows for cell in row.cells) == 9


def test_the_real_plan_reads_the_same_from_print(plan: SignedDocument, tmp_path: Path) -> None:
    """But for where lines end: print breaks them, also after the hyphen of «2023-2025»."""
    printed = read_here(as_pdf(as_docx(plan, tmp_path / "ke-hoach.docx")))

    def unbroken(document: SignedDocument) -> list[list[list[str]]]:
        return [
            [[re.sub(r"\s", "", cell.text) for cell in row.cells] for row in table.rows] for table in document.tables
        ]

    assert unbroken(printed) == unbroken(plan)
    assert " ".join(p.text for p in printed.paragraphs) == " ".join(p.text for p in plan.paragraphs)
    assert [table.rows[0].place for table in printed.tables][:2] == [
        "trang 11, bảng 1, dòng 1",
        "trang 12, bảng 2, dòng 1",
    ]


# ---------------------------------------------------------------- each kind


def test_a_process_of_its_own_reads_what_this_one_reads(tmp_path: Path) -> None:
    path = as_docx(SMALL, tmp_path / "nho.docx", header_rows=2)
    document = open_document(path)
    assert document == read_here(path)
    assert words_of(document) == words_of(SMALL)
    assert (document.name, document.kind, len(document.sha256)) == ("nho.docx", "docx", 64)


@pytest.mark.parametrize("write", [as_docx, as_xlsx])
def test_merged_cells_come_back_as_they_went(write: Callable[[SignedDocument, Path], Path], tmp_path: Path) -> None:
    again = read_here(write(SMALL, tmp_path / "nho"))  # no ending: the content tells
    assert [[row.cells for row in table.rows] for table in again.tables] == [
        [row.cells for row in table.rows] for table in SMALL.tables
    ]


@pytest.fixture(scope="module")
def odt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small plan as LibreOffice keeps it; straight from .docx, its release 7.4 writes a .doc without tables."""
    return converted(as_docx(SMALL, tmp_path_factory.mktemp("cu") / "nho.docx"), "odt")


@pytest.mark.parametrize("ending", ["doc", "rtf"])
def test_older_files_are_read_through_libreoffice(ending: str, odt: Path) -> None:
    document = read_here(converted(odt, ending))
    assert words_of(document) == words_of(SMALL)
    assert (document.name, document.kind) == (f"nho.{ending}", "docx")
    assert document.remarks[0] == (
        "tệp đời cũ, đã chuyển sang .docx bằng LibreOffice để đọc; hãy so số dòng với bản gốc."
    )


def test_odt_is_refused_with_what_to_do(odt: Path) -> None:
    assert refusal(odt) == "tệp này là văn bản .odt; hãy mở bằng LibreOffice rồi lưu lại thành .docx."


def test_without_libreoffice_older_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cu.rtf").write_bytes(rb"{\rtf1 K\u7871? ho\u7841?ch}")
    monkeypatch.setattr(old_word.shutil, "which", lambda _: None)
    assert refusal(tmp_path / "cu.rtf") == (
        "tệp đời cũ, máy này không có LibreOffice để đọc; hãy mở bằng Office rồi lưu lại thành .docx."
    )


def test_print_is_read_by_its_lines(tmp_path: Path) -> None:
    boxes = [(50, 700, 80, 740), (80, 720, 300, 740), (80, 700, 180, 720), (180, 700, 300, 720),
             (50, 660, 80, 700), (80, 660, 180, 700), (180, 660, 300, 700)]  # fmt: skip
    words = [(55, 725, "TT"), (85, 725, "Don vi"), (85, 705, "chu tri"), (185, 705, "phoi hop"), (55, 690, "1")]
    drawing = ruled(boxes) + "".join(said(*each) for each in words) + said(85, 690, "Van phong", "UBND")
    document = read_here(page_of(tmp_path / "bang.pdf", said(50, 800, "KE HOACH") + drawing + said(290, 20, "7")))
    table = [["TT", "Don vi", "Don vi"], ["TT", "chu tri", "phoi hop"], ["1", "Van phong UBND", ""]]
    assert words_of(document) == ["KE HOACH", table]  # nobody's words: a page's number, a line's end
    covered = [[cell.covered for cell in row.cells] for row in next(iter(document.tables)).rows]
    assert covered == [[False, False, True], [True, False, False], [False, False, False]]


def test_print_in_an_old_font_is_turned_into_unicode(tmp_path: Path) -> None:
    old = said(50, 700, to_tcvn3("ủy ban nhân dân xã"))
    document = read_here(page_of(tmp_path / "cu.pdf", old, font="ABCDEF+.VnTimeH"))
    assert words_of(document) == ["ỦY BAN NHÂN DÂN XÃ"]
    assert document.remarks[0].startswith("đã đổi 18 chữ từ mã TCVN3")


# ---------------------------------------------------------------- what is not read

_ASK = "hãy xin cơ quan ban hành tệp DOCX hoặc XLSX, hoặc nhận dạng chữ (OCR) rồi soát lại bằng mắt."
_READ = "đọc được: Word .docx, Excel .xlsx, PDF có chữ, chữ thuần .txt; .doc, .xls, .rtf nếu máy có LibreOffice."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
_PASSWORD = "tệp có mật khẩu; hãy mở bằng mật khẩu rồi lưu lại một bản không mật khẩu."
REFUSED = {
    "rong.docx": (b"", f"tệp rỗng; {_READ}"),
    "anh.docx": (b"\xff\xd8\xff\xe0 JFIF", f"tệp này là ảnh JPG; {_ASK}"),
    "anh.tiff": (b"II*\0" + b"\0" * 20, f"tệp này là loại ảnh khác JPG và PNG; {_ASK}"),
    "trang.txt": (b"<!DOCTYPE html>x", "tệp này là trang web hoặc tệp XML; hãy mở bằng Word rồi lưu lại thành .docx."),
    "nen.rar": (b"Rar!\x1a\x07\0 ...", f"tệp này là tệp nén; {_READ}"),
    "chay.docx": (b"\x7fELF\0\0\0", f"tệp này là chương trình máy tính; {_READ}"),
    "la.txt": (b"\0\1\2\3", f"tệp này là loại tệp không nhận ra; {_READ}"),
    "khoa.docx": (_OLE + "EncryptedPackage".encode("utf-16-le"), _PASSWORD),
    "chieu.ppt": (
        _OLE + "PowerPoint Document".encode("utf-16-le"),
        "tệp này là tài liệu Office đời cũ không phải Word hay Excel; hãy lưu lại thành .docx hoặc .xlsx.",
    ),
    "lon.pdf": (b"%PDF-1.7 " * 2_300_000, "tệp lớn hơn 20 MB; hãy giữ lại riêng kế hoạch và phụ lục của nó."),
    "trang.txt.txt": (b" \n\t\n ", "tài liệu không có chữ nào; hãy kiểm tra lại đã chọn đúng tệp."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_a_plan_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    content, sentence = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name) == sentence


def test_a_file_that_is_not_there_is_told_like_any_other(tmp_path: Path) -> None:
    assert refusal(tmp_path / "khong-co.docx") == "không đọc được tệp: không có tệp này."
    assert refusal(tmp_path) == "không đọc được tệp: đây là thư mục, không phải tệp."


def test_scans_are_refused_by_page_and_recognised_ones_are_told(tmp_path: Path) -> None:
    assert refusal(page_of(tmp_path / "quet.pdf", SCAN)) == f"trang 1 là ảnh quét, không đọc được; {_ASK}"
    assert refusal(page_of(tmp_path / "trang.pdf", "")) == f"không trang nào có chữ, không đọc được; {_ASK}"
    layered = read_here(page_of(tmp_path / "ocr.pdf", SCAN + said(50, 700, "Bao cao quy")))
    assert layered.remarks[0] == "trang 1 là ảnh quét đã nhận dạng chữ (OCR); hãy soát lại từng dòng bằng mắt."


def test_a_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    lock = f"/ID[({'i' * 16})({'i' * 16})]/Encrypt<</Filter/Standard/V 1/R 2/O({'o' * 32})/U({'u' * 32})/P -4>>"
    assert refusal(page_of(tmp_path / "khoa.pdf", said(50, 700, "Bao cao"), trailer=lock)) == (
        "tệp PDF có mật khẩu; hãy mở bằng mật khẩu rồi in lại thành một bản PDF không mật khẩu."
    )


def test_the_vni_encoding_is_refused_and_not_guessed(tmp_path: Path) -> None:
    word = new_word()
    word.add_paragraph().add_run("Keá hoaïch").font.name = "VNI-Times"
    word.save(str(tmp_path / "vni.docx"))
    assert refusal(tmp_path / "vni.docx") == (
        "chữ dùng phông VNI-Times (mã VNI), chương trình chưa đổi được; hãy chuyển sang Unicode."
    )


def test_a_zip_that_is_no_document_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "anh.zip", "w") as package:
        package.writestr("mot.jpg", "x")
    assert refusal(tmp_path / "anh.zip") == f"tệp này là tệp nén; {_READ}"


def test_a_name_of_broken_bytes_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"k\xd5 ho\xb9ch.txt")
    path.write_text("KẾ HOẠCH", encoding="utf-8")
    assert open_document(path).name == "k? ho?ch.txt"


def test_a_wrong_ending_fools_nobody(tmp_path: Path) -> None:
    good = as_docx(SMALL, tmp_path / "nho.docx")
    wrong = changed(good, {}, into=tmp_path / "nho.pdf")
    assert words_of(read_here(wrong)) == words_of(SMALL)
