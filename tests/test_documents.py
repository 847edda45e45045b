"""Reports and urging letters as an office signs them: laid out after NĐ 30/2020, counted by rules.figures."""

from __future__ import annotations

from functools import cache

import pytest
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from made_up_report import made_up_lines
from read_back import COMPLAINTS, PAPI, URGING, after, everything, found, paragraphs, report, urging

from docs.office_layout import BLANK
from models.official_style import two_digits
from rules.figures import INTERNAL_OUTCOMES, OUTCOMES, by_index, by_unit, matching, total

CENTRE, JUSTIFY, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


@cache
def papi() -> Paper:
    """The made-up report, unchanged."""
    return report()


# -- Layout: Nghị định 30/2020/NĐ-CP, Phụ lục I --


def test_the_page_is_a4_with_the_margins_of_the_decree() -> None:
    page, lying = papi().sections
    assert (page.page_width.mm, page.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    for section in (page, lying):
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [side.mm for side in sides] == pytest.approx([20, 20, 30, 15], abs=0.1)
    assert (lying.page_width.mm, lying.orientation) == (pytest.approx(297, abs=0.1), WD_ORIENT.LANDSCAPE)


@pytest.mark.parametrize(
    ("words", "size", "bold", "italic", "alignment"),
    [
        ("ỦY BAN NHÂN DÂN\nHUYỆN VĂN LÂM", 12, False, False, CENTRE),
        ("ỦY BAN NHÂN DÂN\nTHỊ TRẤN NHƯ QUỲNH", 12, True, False, CENTRE),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False, CENTRE),
        ("Độc lập - Tự do - Hạnh phúc", 13, True, False, CENTRE),
        (f"Số:{BLANK}/BC-UBND", 13, False, False, CENTRE),
        (f"Như Quỳnh, ngày{BLANK}tháng 7 năm 2024", 13, False, True, CENTRE),
        ("BÁO CÁO", 14, True, False, CENTRE),
        ("Kết quả PAPI 6 tháng đầu năm 2024", 14, True, False, CENTRE),
        ("Kính gửi: Ủy ban nhân dân huyện Văn Lâm (qua Phòng Nội vụ).", 14, False, False, CENTRE),
        ("Căn cứ Kế hoạch số 08/KH-UBND ngày 11 tháng 01 năm 2024 của", 14, False, True, JUSTIFY),
        ("I. TÌNH HÌNH CHUNG", 14, True, False, JUSTIFY),
        ("trân trọng báo cáo Ủy ban nhân dân huyện Văn Lâm (qua Phòng Nội vụ)./.", 14, False, False, JUSTIFY),
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", 14, True, False, CENTRE),
        ("Hoàng Văn Mô Phỏng", 14, True, False, CENTRE),
        ("Nơi nhận:", 12, True, True, LEFT),
        ("- Lưu: VT, VP.", 11, False, False, LEFT),
        ("PHỤ LỤC", 14, True, False, CENTRE),
    ],
)
def test_each_block_of_the_report_looks_as_the_decree_says(
    words: str, size: float, bold: bool, italic: bool, alignment: WD_ALIGN_PARAGRAPH
) -> None:
    block = found(papi(), words)
    style = block.style
    assert style is not None
    assert (style.font.name, style.font.size.pt, style.font.bold, style.font.italic) == (
        "Times New Roman",
        size,
        bold,
        italic,
    )
    assert style.paragraph_format.alignment == alignment
    assert all(run.font.size is None and run.bold is None and run.italic is None for run in block.runs)


def test_the_body_is_indented_spaced_and_justified() -> None:
    form = found(papi(), "Trong kỳ theo dõi").style.paragraph_format
    assert form.first_line_indent.cm == pytest.approx(1.27, abs=0.01)
    assert form.space_after.pt >= 6
    assert 1 <= form.line_spacing <= 1.5


def test_lines_run_under_the_body_the_motto_and_the_subject() -> None:
    rules = [paragraph for paragraph in paragraphs(papi()) if paragraph._p.xpath("./w:pPr/w:pBdr/w:top")]
    lengths = []
    for rule, room in zip(rules, (68, 97, 165, 252), strict=True):
        form = rule.paragraph_format
        lengths.append(room - form.left_indent.mm - form.right_indent.mm)
    assert lengths == pytest.approx([18, 56.5, 45, 60], abs=0.2)


def test_a_cong_van_says_its_matter_under_its_number() -> None:
    paper = urging()
    about = found(paper, "V/v đôn đốc thực hiện nhiệm vụ quá hạn theo Kế hoạch số 08/KH-UBND")
    assert (about.style.font.size.pt, about.style.font.bold, about.style.paragraph_format.space_before.pt) == (
        12,
        False,
        6,
    )
    assert found(paper, f"Số:{BLANK}/UBND-VP")
    assert found(paper, "Kính gửi: Công chức Tài chính - Kế toán.")
    assert found(paper, "quan tâm, thực hiện./.")
    assert "21/06/2024" in found(paper, "chậm nhất ngày").text
    assert after(paper, "Thực hiện Kế hoạch")[1:] == [
        ["1", "Công khai thực hiện ngân sách quý, 6 tháng", "quý I năm 2024", "15/04/2024", "42", ""],
        [
            "2",
            "Công khai quyết toán ngân sách được HĐND phê chuẩn",
            "năm 2023",
            "07/06/2024",
            "6",
            "Đang chờ biểu mẫu của Phòng Tài chính - Kế hoạch",
        ],
    ]


@pytest.mark.parametrize("name", [PAPI, COMPLAINTS, URGING])
def test_tables_repeat_their_head_and_never_tear_a_row(name: str) -> None:
    paper = urging() if name == URGING else report(name)
    bordered = [table for table in paper.tables if table.style.name == "Table Grid"]
    assert bordered
    for table in bordered:
        heads = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)


@pytest.mark.parametrize("name", [PAPI, COMPLAINTS, URGING])
def test_pages_are_numbered_from_the_second_on_and_an_annex_by_itself(name: str) -> None:
    paper = urging() if name == URGING else report(name)
    for section in paper.sections:
        assert section.different_first_page_header_footer
        assert section.first_page_header.paragraphs[0].text == ""
        number = section.header.paragraphs[0]
        assert [code.text for code in number._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert (number.style.font.size.pt, number.style.paragraph_format.alignment) == (13, CENTRE)
    starts = [section._sectPr.xpath("./w:pgNumType/@w:start") for section in paper.sections]
    assert starts == [[], *[["1"]] * (len(starts) - 1)]


def test_one_line_says_it_is_a_draft_and_open_figures_say_so() -> None:
    assert papi().paragraphs[0].text.startswith("(Dự thảo do hệ thống lập từ số liệu chốt đến hết ngày 30/06/2024;")
    assert "CHƯA CHỐT" not in everything(papi())
    open_ = report(frozen=False, as_of="2024-06-25T09:12:00+07:00")
    assert "số liệu lúc 09:12 25/06/2024" in open_.paragraphs[0].text
    assert open_.paragraphs[1].text == "SỐ LIỆU TẠM TÍNH, CHƯA CHỐT"


def test_an_office_without_a_parent_or_a_receiver_prints_no_empty_line() -> None:
    paper = report(parent="", receiver="")
    left = paper.tables[0].cell(0, 0)
    assert left.paragraphs[0].text == "ỦY BAN NHÂN DÂN\nTHỊ TRẤN NHƯ QUỲNH"
    assert "Kính gửi" not in everything(paper)


# -- Figures --


def test_every_figure_of_the_tables_is_a_count_of_lines() -> None:
    lines = made_up_lines()
    for heading, rows in (("II. KẾT QUẢ THEO", by_index(lines)), ("III. KẾT QUẢ THEO", by_unit(lines))):
        printed = after(papi(), heading)[1:]
        for cells, row in zip(printed, [*rows, total(lines)], strict=True):
            counts = [int(cell) for cell in cells[1:-1]]
            assert (cells[0], counts[0], counts[1:]) == (row.name, row.total, [row.counts[kind] for kind in OUTCOMES])
            met = row.internal["dung-han"] + row.internal["tre-han"]
            assert cells[-1] == f"{met}/{sum(row.internal.values())}"
            assert sum(counts[1:]) == counts[0]


def test_the_general_part_says_the_same_totals_in_words() -> None:
    words, sums = everything(papi()), total(made_up_lines())
    assert f"Trong kỳ theo dõi {sums.total} lượt nhiệm vụ có hạn" in words
    for kind, name in OUTCOMES.items():
        assert f"- {name}: {two_digits(sums.counts[kind])} lượt" in words
        assert f"- {INTERNAL_OUTCOMES[kind]}: {two_digits(sums.internal[kind])} mốc" in words


def test_missed_terms_are_listed_with_their_reason_the_unfinished_first() -> None:
    lines = made_up_lines()
    printed = after(papi(), "IV. NHIỆM VỤ TRỄ HẠN")[1:]
    open_, late = (matching(lines, outcome, internal=False) for outcome in ("qua-han", "tre-han"))
    assert [row[4] for row in printed[: len(open_)]] == ["Chưa"] * len(open_)
    assert len(printed) == len(open_) + len(late)
    assert printed[0][5:] == ["3", open_[0].reason or "Đơn vị chưa nêu"]


def test_checkpoints_of_the_office_are_listed_apart_and_never_as_terms() -> None:
    lines, paper = made_up_lines(), papi()
    terms, checkpoints = after(paper, "A. NHIỆM VỤ CÓ HẠN"), after(paper, "B. MỐC THEO DÕI NỘI BỘ")
    assert len(terms) - 1 == len(matching(lines, internal=False))
    assert len(checkpoints) - 1 == len(matching(lines, internal=True))
    assert (terms[0][5], checkpoints[0][5]) == ("Hạn", "Mốc nội bộ")
    assert {row[7] for row in checkpoints[1:]} <= set(INTERNAL_OUTCOMES.values())


def test_each_line_of_the_annex_carries_its_evidence() -> None:
    lines = matching(made_up_lines(), internal=False)
    printed = after(papi(), "A. NHIỆM VỤ CÓ HẠN")[1:]
    assert [row[8] for row in printed] == ["\n".join(line.evidence) for line in lines]
    assert any("SHA-256" in row[8] for row in printed)


def test_units_that_handed_in_late_or_not_at_all_are_named() -> None:
    printed = after(papi(), "VI. TÌNH HÌNH CÁC ĐƠN VỊ")[1:]
    assert [(row[1], row[4]) for row in printed] == [
        ("Các công chức chuyên môn", "Đã nộp"),
        ("Công an thị trấn", "Nộp sau mốc"),
        ("Ủy ban MTTQ Việt Nam thị trấn", "Chưa nộp"),
    ]


def test_complaints_are_counted_by_event_and_listed_one_by_one() -> None:
    paper = report(COMPLAINTS)
    counts = after(paper, "I. TÌNH HÌNH TIẾP NHẬN")
    assert [row[2] for row in counts[1:]] == ["2", "0", "6", "8"]
    assert [row[3] for row in after(paper, "PHỤ LỤC I")[1:3]] == ["Đơn số 12", "Đơn số 15"]


@pytest.mark.parametrize("name", [PAPI, COMPLAINTS])
def test_an_empty_list_says_so(name: str) -> None:
    paper = report(name, lines=[], events=[], parts=[], quotas=[], coverage=[])
    said = [paragraph.text for paragraph in paragraphs(paper)]
    assert said.count("Không có.") == (9 if name == PAPI else 8)
    assert not any("{" in words for words in said)
