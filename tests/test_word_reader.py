"""What Word writes around words: fields, links, controls, choices, lists and looks; only what is seen is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from appendices import words_of
from packages import Change, changed
from word_pages import new_word

from models.appendix.document import SignedDocument
from models.appendix.opening import read_here
from models.appendix.word_lists import numeral

_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def run(words: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def paragraph(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def listed(number: int, depth: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{paragraph(run(words))}</w:tc>" for words in cells) + "</w:tr>"


def read(folder: Path, body: str, **parts: Change) -> SignedDocument:
    """The document with this body, and other parts changed («numbering» is word/numbering.xml)."""
    path = folder / "a.docx"
    new_word().save(str(path))

    document = f"<w:document {_W} {_SPACES}><w:body>{body}</w:body></w:document>"
    changes: dict[str, Change] = {"word/document.xml": document.encode()}
    return read_here(changed(path, changes | {f"word/{name}.xml": change for name, change in parts.items()}))


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ('<w:hyperlink w:anchor="x">' + run("Nghị định 42") + "</w:hyperlink>" + run("/2022"), "Nghị định 42/2022"),
        ("<w:r><w:instrText>DATE</w:instrText></w:r>" + run("03/7/2026"), "03/7/2026"),
        ('<w:fldSimple w:instr="PAGE">' + run("12") + "</w:fldSimple>", "12"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>" + run("Quý IV") + "</w:sdtContent></w:sdt>", "Quý IV"),
        ("<w:smartTag>" + run("xã Như Quỳnh") + "</w:smartTag>", "xã Như Quỳnh"),
        ("<w:r><w:t>một</w:t><w:tab/><w:t>hai</w:t><w:br/><w:t>ba</w:t></w:r>", "một hai\nba"),
        ("<w:r><w:t>2023</w:t><w:noBreakHyphen/><w:t>2025</w:t></w:r>", "2023-2025"),
        ("<w:r><w:t>kế</w:t><w:softHyphen/><w:t>t quả</w:t></w:r>", "kết quả"),
        (run("thấy") + run(" ẩn", "<w:vanish/>") + run(" và thấy", '<w:vanish w:val="0"/>'), "thấy và thấy"),
        (
            "<w:moveFrom>" + run("chuyển đi") + "</w:moveFrom><w:moveTo>" + run("chuyển đến") + "</w:moveTo>",
            "chuyển đến",
        ),
        (
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:t>mới</w:t></mc:Choice>"
            "<mc:Fallback><w:t>cũ</w:t></mc:Fallback></mc:AlternateContent></w:r>",
            "mới",
        ),
    ],
)
def test_only_what_is_seen_of_a_paragraph_is_read(inside: str, words: str, tmp_path: Path) -> None:
    assert words_of(read(tmp_path, paragraph(inside)))[0] == words


_LISTS = f"""<w:numbering {_W}>
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="4"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="none"/><w:lvlText w:val=""/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_the_numbers_and_bullets_word_writes_by_itself_are_read(tmp_path: Path) -> None:
    items = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (2, 0), (2, 5), (3, 0), (0, 0), (9, 0), (1, 3)]
    body = "".join(paragraph(run("việc"), listed(number, depth)) for number, depth in items)
    assert words_of(read(tmp_path, body, numbering=_LISTS.encode())) == [
        "I. việc", "I.1 việc", "I.2 việc", "d) việc", "II. việc", "II.1 việc", "- việc", "- việc", "VII. việc",
        "việc", "việc", "việc",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "kind", "written"),
    [(4, "lowerRoman", "iv"), (1999, "upperRoman", "MCMXCIX"), (27, "lowerLetter", "aa"),
     (3, "upperLetter", "C"), (7, "decimalZero", "07"), (12, "ordinal", "12"), (-1, "lowerLetter", "-1")],
)  # fmt: skip
def test_digits_of_each_kind(count: int, kind: str, written: str) -> None:
    assert numeral(count, kind) == written


def test_controls_and_short_rows_make_no_hole_in_a_table(tmp_path: Path) -> None:
    controlled = f"<w:sdt><w:sdtContent>{row('1', 'Họp', 'Quý I')}</w:sdtContent></w:sdt>"
    shifted = row("chỉ cột ba").replace("<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>')
    table = f"<w:tbl>{row('TT', 'Nhiệm vụ', 'Hạn')}{controlled}{row('2')}{shifted}</w:tbl>"
    assert words_of(read(tmp_path, table)) == [
        [["TT", "Nhiệm vụ", "Hạn"], ["1", "Họp", "Quý I"], ["2", "", ""], ["", "", "chỉ cột ba"]]
    ]


def test_a_long_column_merged_down_is_read_in_one_pass(tmp_path: Path) -> None:
    """Asking the cell above for its words, and that for the one above it, ends at Python's depth of calls."""
    under = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>"
    first = under.replace("<w:vMerge/>", '<w:vMerge w:val="restart"/>').replace("<w:p/>", paragraph(run("nhóm")))
    (table,) = read(tmp_path, f"<w:tbl>{first}{under * 2_000}</w:tbl>").tables
    assert [(cell.text, cell.covered) for cell in table.rows[-1].cells] == [("nhóm", True)]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    picture = '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata/></v:shape></w:pict></w:r>'
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    comment = '<w:r><w:commentReference w:id="0"/></w:r>'
    assert read(tmp_path, paragraph(run("Có ảnh") + picture + sign + comment)).remarks == (
        "có 1 hình; chữ trong hình không đọc được.",
        "có 1 ký hiệu của phông riêng (Symbol, Wingdings) không đọc được.",
        "không đọc 1 nhận xét bên lề.",
    )


def test_a_style_may_hide_words_or_name_an_old_font(tmp_path: Path) -> None:
    styles = f"""<w:styles {_W}><w:style w:type="paragraph" w:default="1" w:styleId="Cu">
<w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"""
    body = paragraph(run("kÕ ho¹ch") + run("nh¸p", '<w:rStyle w:val="An"/>'))
    assert words_of(read(tmp_path, body, styles=styles.encode())) == ["kế hoạch"]
