"""Appendices no office wrote, each hard to read in its own way: a function writes one and its docstring says how."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

from appendices import table_of
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from packages import TEXT_BOX, to_tcvn3, with_footnote
from word_pages import new_word, turn, write_cell, write_table

fri_03_july = date(2026, 7, 3)
HEADINGS = ("TT", "Nhiệm vụ", "Kết quả", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian")
REPORT = ("1", "Báo cáo kết quả 6 tháng đầu năm", "Báo cáo", "Văn phòng UBND", "Các công chức", "Trước ngày 03/7/2026")
LISTS = ("2", "Niêm yết danh sách hộ nghèo", "Biên bản", "Công chức VHXH", "Các thôn", "Quý IV")


def other_column_order(folder: Path) -> Path:
    """The deadline first and the task last."""
    word = _titled()
    write_table(word, table_of(*(tuple(reversed(row)) for row in (HEADINGS, REPORT, LISTS))))
    return _saved(word, folder, "thu-tu-cot-khac.docx")


def two_row_headings(folder: Path) -> Path:
    """«Đơn vị» over «chủ trì» and «phối hợp»: headings merged across and down."""
    word = _titled()
    top = ("TT", "Nhiệm vụ", "Kết quả", "Đơn vị", "<", "Thời gian")
    write_table(word, table_of(top, ("^", "^", "^", "chủ trì", "phối hợp", "^"), REPORT, LISTS), header_rows=2)
    return _saved(word, folder, "tieu-de-hai-dong.docx")


def numbered_in_two_levels(folder: Path) -> Path:
    """Groups «I», numbers «1» and «1.1», all typed by hand."""
    word = _titled()
    rows = [
        ("I", "CẢI CÁCH HÀNH CHÍNH", "", "", "", ""),
        REPORT,
        ("1.1", "Thu thập số liệu", "Biểu số liệu", "Công chức VHXH", "", "Trước ngày 25/6/2026"),
        ("II", "DÂN CHỦ Ở CƠ SỞ", "", "", "", ""),
        ("1", *LISTS[1:]),
    ]
    write_table(word, table_of(HEADINGS, *rows))
    return _saved(word, folder, "danh-so-hai-cap.docx")


def numbered_by_word(folder: Path) -> Path:
    """The numbers and bullets are Word's own lists: no digit is typed in «TT»."""
    word = _titled()
    table = write_table(word, table_of(HEADINGS, ("", REPORT[1], "", *REPORT[3:]), ("", *LISTS[1:])))
    for row in table.rows[1:]:
        row.cells[0].paragraphs[0].style = word.styles["List Number"]
    write_cell(table.cell(1, 2), "Báo cáo\nBiểu số liệu")
    for paragraph in table.cell(1, 2).paragraphs:
        paragraph.style = word.styles["List Bullet"]
    return _saved(word, folder, "danh-so-tu-dong.docx")


def upright_and_across(folder: Path) -> Path:
    """The first table on an upright page, the second across, a paragraph between them."""
    word = new_word()
    write_table(word, table_of(HEADINGS, REPORT))
    turn(word)
    word.add_paragraph("Biểu 2. Nhiệm vụ công khai")
    write_table(word, table_of(HEADINGS, LISTS, number=2))
    turn(word)
    word.add_paragraph("Hết.")
    return _saved(word, folder, "doc-ngang-lan-lon.docx")


def without_results(folder: Path) -> Path:
    """No column «Kết quả»."""
    word = _titled()
    write_table(word, table_of(*(row[:2] + row[3:] for row in (HEADINGS, REPORT, LISTS))))
    return _saved(word, folder, "khong-co-ket-qua.docx")


def without_numbers(folder: Path) -> Path:
    """No column «TT»."""
    word = _titled()
    write_table(word, table_of(*(row[1:] for row in (HEADINGS, REPORT, LISTS))))
    return _saved(word, folder, "khong-co-tt.docx")


def in_two_languages(folder: Path) -> Path:
    """Each heading in Vietnamese and, on its own line, in English."""
    english = ("No.", "Task", "Output", "Lead unit", "Coordinating unit", "Deadline")
    word = _titled()
    both = tuple(f"{first}\n({second})" for first, second in zip(HEADINGS, english, strict=True))
    write_table(word, table_of(both, REPORT, LISTS))
    return _saved(word, folder, "song-ngu.docx")


def decomposed(folder: Path) -> Path:
    """Every accent is a character of its own (NFD), as some phones and Macs write."""
    word = _titled()
    rows = (tuple(unicodedata.normalize("NFD", words) for words in row) for row in (HEADINGS, REPORT, LISTS))
    write_table(word, table_of(*rows))
    return _saved(word, folder, "nfd.docx")


def in_tcvn3(folder: Path) -> Path:
    """Typed in TCVN3 with the font .VnTime, headings in .VnTimeH."""
    word = _titled()
    headings = tuple(words.lower() for words in HEADINGS)
    rows = [tuple(to_tcvn3(words) for words in row) for row in (headings, REPORT, LISTS)]
    table = write_table(word, table_of(*rows))
    for at, row in enumerate(table.rows):
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.name = ".VnTimeH" if at == 0 else ".VnTime"
    return _saved(word, folder, "tcvn3.docx")


def with_notes(folder: Path) -> Path:
    """A footnote in the deadline's cell says from when the days are counted."""
    word = _titled()
    table = write_table(word, table_of(HEADINGS, REPORT, LISTS))
    reference = parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>')
    table.cell(1, 5).paragraphs[0]._p.append(reference)
    return with_footnote(_saved(word, folder, "chu-thich.docx"), "Tính theo ngày gửi trên trục liên thông.")


def headings_only(folder: Path) -> Path:
    """A table with headings and nothing under them."""
    word = _titled()
    write_table(word, table_of(HEADINGS, ("",) * 6))
    return _saved(word, folder, "bang-rong.docx")


def several_tables(folder: Path) -> Path:
    """Three tables, each with columns of its own."""
    word = _titled()
    write_table(word, table_of(HEADINGS, REPORT))
    word.add_paragraph("Biểu 2. Hội nghị")
    write_table(word, table_of(("STT", "Hội nghị", "Số lần"), ("1", "Đối thoại", "2 lần/năm"), number=2))
    word.add_paragraph("Biểu 3. Kinh phí")
    write_table(word, table_of(("Nội dung", "Kinh phí"), ("In ấn", "1.250.000"), number=3))
    return _saved(word, folder, "nhieu-bang.docx")


def groups_over_the_width(folder: Path) -> Path:
    """The name of each group lies over all columns."""
    word = _titled()
    group = ("I. CẢI CÁCH HÀNH CHÍNH", *"<<<<<")
    write_table(word, table_of(HEADINGS, group, REPORT, ("II. DÂN CHỦ Ở CƠ SỞ", *"<<<<<"), LISTS))
    return _saved(word, folder, "nhom-gop-het-chieu-ngang.docx")


def over_a_page(folder: Path) -> Path:
    """A task cut at the end of a page goes on in a second table, under the same headings."""
    word = _titled()
    write_table(word, table_of(HEADINGS, REPORT, ("2", "Niêm yết danh sách hộ nghèo,", *LISTS[2:])))
    word.add_page_break()
    rest = ("", "hộ cận nghèo tại nhà văn hóa thôn", "", "", "", "")
    write_table(word, table_of(HEADINGS, rest, ("3", *REPORT[1:]), number=2))
    return _saved(word, folder, "sang-trang.docx")


def between_signatures(folder: Path) -> Path:
    """Tables that only lay out the page: the state's name before, «Nơi nhận» and the signature after."""
    word = new_word()
    head = ("UBND XÃ NHƯ QUỲNH\nSố: 12/KH-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
    _laid_out(word, *head)
    word.add_paragraph("KẾ HOẠCH")
    write_table(word, table_of(HEADINGS, REPORT))
    _laid_out(word, "Nơi nhận:\n- Như trên;\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH")
    return _saved(word, folder, "giua-hai-bang-trinh-bay.docx")


def tracked(folder: Path) -> Path:
    """Changes still tracked: a deadline struck out and another put in; a row struck out; a word hidden."""
    word = _titled()
    table = write_table(word, table_of(HEADINGS, (*REPORT[:5], ""), LISTS, ("3", "Bỏ", "", "", "", "")))
    for change in (
        "<w:del {}><w:r><w:delText>Trước 10/7</w:delText></w:r></w:del>",
        "<w:ins {}><w:r><w:t>Trước 03/7</w:t></w:r></w:ins>",
    ):
        table.cell(1, 5).paragraphs[0]._p.append(parse_xml(change.format(nsdecls("w"))))
    table.rows[3]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')}/>"))
    table.cell(2, 5).paragraphs[0].add_run(" (nháp)").font.hidden = True
    return _saved(word, folder, "theo-doi-thay-doi.docx")


def with_boxes(folder: Path) -> Path:
    """A text box anchored in a paragraph, and a small table inside a cell."""
    word = _titled()
    word.add_paragraph("Căn cứ kế hoạch của tỉnh")._p.append(parse_xml(TEXT_BOX))
    table = write_table(word, table_of(HEADINGS, REPORT))
    inner = table.cell(1, 2).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Biểu 01", "Biểu 02"
    return _saved(word, folder, "hop-chu.docx")


def a_sheet(folder: Path) -> Path:
    """A workbook: a title over the columns, headings in two rows, dates and shares as numbers, a sheet hidden."""
    book = Workbook()
    sheet = book.active
    sheet.title = "PL1"
    sheet.append(["PHỤ LỤC NHIỆM VỤ NĂM 2026"])
    sheet.append([])
    sheet.append(["TT", "Nhiệm vụ", "Đơn vị", None, "Hạn", "Chỉ tiêu"])
    sheet.append([None, None, "chủ trì", "phối hợp", None, None])
    sheet.append([1, "Báo cáo 6 tháng", "Văn phòng", "Các công chức", fri_03_july, 0.95])
    sheet.append([2, "- Niêm yết", "VHXH", None, "Quý IV", 1_250_000])
    for merged in ("A1:F1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4"):
        sheet.merge_cells(merged)
    sheet["E5"].number_format, sheet["F5"].number_format, sheet["F6"].number_format = "dd/mm/yyyy", "0%", "#,##0"
    book.create_sheet("Nháp").append(["không ai thấy"])
    book["Nháp"].sheet_state = "hidden"
    book.save(folder / "bang-tinh.xlsx")
    return folder / "bang-tinh.xlsx"


INVENTED: tuple[Callable[[Path], Path], ...] = (
    other_column_order, two_row_headings, numbered_in_two_levels, numbered_by_word, upright_and_across,
    without_results, without_numbers, in_two_languages, decomposed, in_tcvn3, with_notes, headings_only,
    several_tables, groups_over_the_width, over_a_page, between_signatures, tracked, with_boxes, a_sheet,
)  # fmt: skip


def _titled() -> WordDocument:
    """An appendix's page across, with its title."""
    word = new_word()
    turn(word)
    word.add_paragraph("PHỤ LỤC")
    return word


def _laid_out(word: WordDocument, left: str, right: str) -> None:
    """Two texts side by side, in a table without lines."""
    table = word.add_table(1, 2)
    write_cell(table.cell(0, 0), left)
    write_cell(table.cell(0, 1), right)


def _saved(word: WordDocument, folder: Path, name: str) -> Path:
    word.save(str(folder / name))
    return folder / name
