"""Word and Excel files made to exhaust or deceive: bombs, entities, endless tables, macros, links that lead outside."""

from __future__ import annotations

import socket
from io import BytesIO
from pathlib import Path
from time import monotonic
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from appendices import as_docx, as_xlsx, words_of
from openpyxl import Workbook
from packages import changed, related
from small_plan import SMALL, refusal

from models.appendix.opening import read_here


@pytest.fixture
def docx(tmp_path: Path) -> Path:
    return as_docx(SMALL, tmp_path / "nho.docx")


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    return as_xlsx(SMALL, tmp_path / "nho.xlsx")


# ---------------------------------------------------------------- packages that unpack to too much


def test_a_bomb_is_not_unpacked(docx: Path) -> None:
    bomb = changed(docx, {"word/media/x.png": b"\0" * 90_000_000})
    assert bomb.stat().st_size < 200_000
    assert refusal(bomb) == "tệp nén phình ra tới 90 MB khi mở, không phải một kế hoạch; không đọc."


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_said(docx: Path) -> None:
    """The directory says 1 000 bytes; zipfile reads no further and finds the sum wrong."""
    changed(docx, {"word/document.xml": b"<" + b"x" * 50_000_000})
    raw = docx.read_bytes()
    for size in (50_000_001,):
        raw = raw.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    docx.write_bytes(raw)
    assert refusal(docx).startswith("tệp hỏng hoặc bị cắt cụt; hãy chép lại tệp từ nơi phát hành (")


def test_a_package_inside_a_package_stays_closed(docx: Path) -> None:
    inner = BytesIO()
    with ZipFile(inner, "w", ZIP_DEFLATED) as package:
        package.writestr("bom.xml", b"\0" * 50_000_000)
    nested = changed(docx, {"word/embeddings/goi.zip": inner.getvalue()})
    assert words_of(read_here(nested)) == words_of(SMALL)


def test_parts_that_share_bytes_are_refused(docx: Path) -> None:
    raw = bytearray(docx.read_bytes())
    with ZipFile(docx) as package:
        first, second, *_ = package.infolist()
    at = raw.rfind(second.filename.encode()) - 46  # its entry in the directory at the end
    raw[at + 42 : at + 46] = first.header_offset.to_bytes(4, "little")
    docx.write_bytes(raw)
    assert refusal(docx).startswith("tệp nén có cấu trúc lạ")


def test_a_package_with_a_password_is_refused(docx: Path) -> None:
    raw = bytearray(docx.read_bytes())
    at = raw.rfind(b"PK\1\2")
    raw[at + 8] |= 1
    docx.write_bytes(raw)
    assert refusal(docx) == "tệp có mật khẩu; hãy mở bằng mật khẩu rồi lưu lại một bản không mật khẩu."


# ---------------------------------------------------------------- XML that says more than it holds

_XXE = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("doctype", [_XXE, _LAUGHS, '<!DOCTYPE w SYSTEM "http://x.example/w.dtd">'])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_part_may_declare_entities(doctype: str, part: str, encoding: str, docx: Path) -> None:
    def declare(xml: bytes) -> bytes:
        root = xml.decode().partition("?>")[2]
        return f"{doctype}{root}".encode(encoding)

    changed(docx, {part: declare})
    assert refusal(docx) == f"có khai báo DOCTYPE trong phần {part}, tài liệu Office thật không có; không đọc."


def test_no_sheet_may_declare_entities(xlsx: Path) -> None:
    changed(xlsx, {"xl/worksheets/sheet1.xml": lambda xml: _LAUGHS.encode() + xml})
    assert refusal(xlsx).startswith("có khai báo DOCTYPE trong phần xl/worksheets/sheet1.xml")


def test_a_tower_of_elements_is_refused(docx: Path) -> None:
    changed(docx, {"word/styles.xml": b"<a>" * 100_000 + b"</a>" * 100_000})
    assert refusal(docx).startswith(
        "có 201 tầng lồng nhau trong phần word/styles.xml; chương trình đọc nhiều nhất 200."
    )


# ---------------------------------------------------------------- tables larger than an appendix


def test_fifty_thousand_rows_of_word_are_counted_and_refused(docx: Path) -> None:
    row = b"<w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>"
    changed(docx, {"word/document.xml": lambda xml: xml.replace(b"</w:tbl>", row * 49_996 + b"</w:tbl>")})
    before = monotonic()
    assert refusal(docx) == (
        "có 50.000 dòng trong bảng; chương trình đọc nhiều nhất 5.000. Hãy giữ lại riêng kế hoạch và phụ lục của nó."
    )
    assert monotonic() - before < 10


def test_fifty_thousand_rows_of_excel_are_counted_and_refused(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("PL")
    for number in range(50_000):
        sheet.append([number])
    book.save(tmp_path / "dai.xlsx")
    assert refusal(tmp_path / "dai.xlsx").startswith("có 50.000 dòng trong bảng; chương trình đọc nhiều nhất 5.000.")


def test_rows_with_a_border_and_no_words_are_no_rows(tmp_path: Path) -> None:
    """Offices draw borders far below a table."""
    book = Workbook()
    book.active.append(["TT", "Nhiệm vụ", "Hạn"])
    for row in range(2, 8_000):
        book.active.cell(row, 1).number_format = "0.0"
    book.save(tmp_path / "ke.xlsx")
    assert words_of(read_here(tmp_path / "ke.xlsx")) == [[["TT", "Nhiệm vụ", "Hạn"]]]


def test_a_word_in_the_last_cell_of_a_sheet_costs_nothing(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["TT", "Nhiệm vụ", "Hạn"])
    book.active["XFD1048576"] = "xa"
    book.save(tmp_path / "xa.xlsx")
    assert words_of(read_here(tmp_path / "xa.xlsx")) == [[["TT", "Nhiệm vụ", "Hạn", ""]], "xa"]


def test_a_merge_over_the_whole_sheet_is_refused(xlsx: Path) -> None:
    merge = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    changed(xlsx, {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"</worksheet>", merge)})
    assert refusal(xlsx).startswith("có 17.179.869.")


@pytest.mark.parametrize("span", [10_000, 99_999_999])
def test_a_cell_wider_than_any_page_is_refused(span: int, docx: Path) -> None:
    wide = f'<w:gridSpan w:val="{span}"/></w:tcPr>'.encode()
    changed(docx, {"word/document.xml": lambda xml: xml.replace(b"</w:tcPr>", wide, 1)})
    assert refusal(docx) == f"có ô trải qua {span} cột; nhiều nhất 1000 cột."


def test_a_cell_longer_than_a_book_is_refused(docx: Path) -> None:
    changed(docx, {"word/document.xml": lambda xml: xml.replace("Niêm yết".encode(), b"dai " * 10_000)})
    assert refusal(docx).startswith("có 39.999 ký tự trong một ô (bảng 1, dòng 4); chương trình đọc nhiều nhất 32.767.")


# ---------------------------------------------------------------- nothing is run, nothing is fetched


def test_macros_are_never_run_and_the_words_are_read(docx: Path, xlsx: Path) -> None:
    word_type = "application/vnd.ms-word.document.macroEnabled.main+xml"
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    changed(docx, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0", "[Content_Types].xml":
                   lambda xml: xml.replace(main, word_type.encode())})  # fmt: skip
    changed(xlsx, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    for path in (docx, xlsx):
        document = read_here(path)
        assert words_of(document) == words_of(SMALL)
        assert document.remarks == ("tài liệu có macro: chỉ đọc chữ, macro không được chạy.",)


def test_nothing_is_fetched_from_anywhere(docx: Path, xlsx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("a reader opened a socket")

    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    outside = "http://attacker.example/x"
    relations = "word/_rels/document.xml.rels"
    for kind in ("image", "attachedTemplate", "footnotes", "subDocument"):
        changed(docx, {relations: related(kind, outside, external=True)})
    changed(xlsx, {"xl/_rels/workbook.xml.rels": related("externalLink", outside, external=True)})
    assert read_here(docx).remarks == ("có 4 liên kết ra ngoài tệp (hình, mẫu); không tải gì về.",)
    assert read_here(xlsx).remarks == ("có 1 liên kết ra ngoài tệp (hình, mẫu); không tải gì về.",)
    assert words_of(read_here(docx)) == words_of(read_here(xlsx)) == words_of(SMALL)


def test_styles_that_follow_each_other_in_a_ring_end(docx: Path) -> None:
    ring = b'<w:style w:type="paragraph" w:styleId="%s"><w:basedOn w:val="%s"/></w:style>'
    both = ring % (b"A", b"B") + ring % (b"B", b"A") + b"</w:styles>"
    changed(docx, {"word/styles.xml": lambda xml: xml.replace(b"</w:styles>", both)})
    styled = b'<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr>'
    changed(docx, {"word/document.xml": lambda xml: xml.replace(b"<w:p>", styled, 1)})
    assert words_of(read_here(docx)) == words_of(SMALL)
