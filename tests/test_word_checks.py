"""Words of a plan: what a copied plan leaves behind is found, and what only looks like it is left alone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date, timedelta

import pytest
from appendices import document_of, table_of
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_papers import NHU_QUYNH, PLAN_OF_YEN_BINH, REAL, YEN_BINH, signed

from models.plan_checks.context import Context
from models.plan_checks.findings import PlanFinding, in_order, unless_told
from models.plan_checks.passages import Passage
from models.plan_checks.words import check_passages, check_words
from rules.vietnamese import dmy


def findings(text: str, context: Context = YEN_BINH, is_time: bool = False) -> list[PlanFinding]:
    return check_passages([Passage(text, is_time=is_time)], context)


def told(text: str, context: Context = YEN_BINH, is_time: bool = False) -> set[tuple[str, str, str]]:
    return {(finding.level, finding.rule, finding.found) for finding in findings(text, context, is_time)}


# ---------------------------------------------------------------- a time phrase, in a plan for 2024


@pytest.mark.parametrize(
    "phrase", ["Trong năm 2023", "Quý II, III năm 2023", "Trước ngày 15/12/2023", "Năm học 2022-2023"]
)
def test_a_time_that_has_passed_is_an_error(phrase: str) -> None:
    assert told(phrase, is_time=True) == {("error", "thoi-gian-da-qua", phrase)}


def test_a_time_two_years_ahead_is_odd() -> None:
    assert told("Trong năm 2026", is_time=True) == {("warning", "thoi-gian-da-qua", "Trong năm 2026")}


GOOD_TIMES = (
    "Trong năm 2024",
    "Năm 2023-2025",
    "Năm 2024 và những năm tiếp theo",
    "Năm học 2023-2024",
    "Trước ngày 03/01/2025",
    "Thường xuyên",
    "Theo Kế hoạch số 12/KH-UBND ngày 20/12/2023",
    "Từ ngày 15/12/2023 đến ngày 14/12/2024",
)


@pytest.mark.parametrize("phrase", GOOD_TIMES)
def test_a_time_of_the_year_is_right(phrase: str) -> None:
    assert told(phrase, is_time=True) == set()


@given(st.integers(2019, 2049), st.integers(-6, -1))
def test_every_year_before_the_plan_is_passed_and_its_own_never(year: int, back: int) -> None:
    context = Context(year, date(year, 1, 11), "UBND thị trấn Yên Bình", "Yên Bình", "UBND huyện Hòa An")
    assert [finding.level for finding in findings(f"Trong năm {year + back}", context, True)] == ["error"]
    assert findings(f"Trong năm {year}", context, True) == []


# ---------------------------------------------------------------- other words

FAULTS = {
    "a year left from last year's plan": (
        "Thực hiện Kế hoạch nâng cao Chỉ số PAPI của thị trấn năm 2023, coi đây là nhiệm vụ trọng tâm.",
        ("warning", "nam-khac", "nâng cao Chỉ số PAPI của thị trấn năm 2023"),
    ),
    "what is to be issued is no look back": (
        "Ban hành kế hoạch tuyên truyền năm 2023 với hình thức đa dạng.",
        ("warning", "nam-khac", "Ban hành kế hoạch tuyên truyền năm 2023"),
    ),
    "a limit left from last year's plan": (
        "Báo cáo gửi Văn phòng trước ngày 15/11/2023 để tổng hợp.",
        ("error", "nam-khac", "trước ngày 15/11/2023"),
    ),
    "the town above": ("Giúp UBND huyện Bình Giang tổng hợp.", ("warning", "dia-danh-khac", "huyện Bình Giang")),
    "the town beside": ("Nhân dân xã Tân Tiến được biết.", ("warning", "dia-danh-khac", "xã Tân Tiến")),
    "a xã in a thị trấn": (
        "Công khai tại UBND xã và Bộ phận Một cửa xã.",
        ("warning", "cap-khac", "UBND xã; Một cửa xã"),
    ),
    "its own name, another level": ("Nhân dân xã Yên Bình.", ("warning", "cap-khac", "xã Yên Bình")),
    "all the communes": ("Công chức tại UBND các xã, thị trấn.", ("warning", "cap-khac", "các xã, thị trấn")),
    "the districts of a city": (
        "Nhất là khu vực các huyện ngoại thành.",
        ("warning", "cap-khac", "các huyện ngoại thành"),
    ),
    "the portal of the district": (
        "Đăng trên Cổng thông tin điện tử huyện.",
        ("warning", "cap-khac", "Cổng thông tin điện tử huyện"),
    ),
    "30 days has June": ("Chốt số liệu ngày 31/6 hằng năm.", ("error", "ngay-khong-co", "ngày 31/6")),
    "no leap year": ("Họp dân ngày 29/02/2023.", ("error", "ngay-khong-co", "29/02/2023")),
    "a day in words": ("Nộp ngày 31 tháng 11 năm 2024.", ("error", "ngay-khong-co", "ngày 31 tháng 11 năm 2024")),
    "two slashes": ("Kế hoạch số 45//KH-UBND của tỉnh.", ("warning", "thua-gach-cheo", "45//KH-UBND")),
    "an ordinance replaced": (
        "Phổ biến Pháp lệnh dân chủ ở xã, phường, thị trấn.",
        ("warning", "van-ban-da-thay", "Pháp lệnh dân chủ"),
    ),
    "a decree replaced": (
        "Theo Nghị định số 04/2015/NĐ-CP của Chính phủ.",
        ("warning", "van-ban-da-thay", "04/2015/NĐ-CP"),
    ),
    "a circular replaced within the year": (
        "Công khai theo Thông tư 36/2017/TT-BGDĐT.",
        ("note", "van-ban-da-thay", "36/2017/TT-BGDĐT"),
    ),
    "no such law": (
        "Tuyên truyền Luật bảo vệ môi trường năm 2023.",
        ("warning", "van-ban-khong-co", "Luật bảo vệ môi trường năm 2023"),
    ),
    "no such name": (
        "Luật thực hiện dân chủ ở xã, phường, thị trấn;",
        ("warning", "van-ban-khong-co", "Luật thực hiện dân chủ ở xã, phường, thị trấn"),
    ),
    "levels of online services": (
        "100% thủ tục cung cấp trực tuyến ở mức độ 3, mức độ 4",
        ("warning", "tu-ngu-cu", "mức độ 3; mức độ 4"),
    ),
    "the price frame of land": ("Công khai khung giá đất.", ("note", "tu-ngu-cu", "khung giá đất")),
    "a slip of the finger": ("kiện toàn theo nhiệm kỳ hoặc đợt xuất", ("note", "loi-go", "đợt xuất")),
    "half a name": ("bộ phận Văn một cửa", ("note", "loi-go", "Văn một cửa")),
}


@pytest.mark.parametrize("what", FAULTS)
def test_it_is_found(what: str) -> None:
    text, finding = FAULTS[what]
    assert told(text) == {finding}


@pytest.mark.parametrize("what", FAULTS)
def test_every_finding_says_why_and_what_to_write(what: str) -> None:
    (finding,) = findings(FAULTS[what][0])
    assert finding.why.endswith(".")
    assert finding.repair
    assert unicodedata.is_normalized("NFC", finding.text + finding.repair)


FINE = (
    # looking back
    "Tuyên truyền kết quả Chỉ số PAPI của thị trấn năm 2023 và những năm qua.",
    "Trên cơ sở kết quả Chỉ số PAPI năm 2023, phối hợp tìm hiểu các mô hình.",
    "Rà soát các kết luận thanh tra, kiểm tra đã thực hiện trong năm 2023.",
    "Phấn đấu tăng 5% so với năm 2023, cao hơn năm 2022.",
    "Báo cáo quyết toán ngân sách năm 2023 trước kỳ họp.",
    "Xử lý các kiến nghị năm 2023 chuyển sang.",
    "Các kiến nghị đã hoàn thành trước ngày 31/12/2023.",
    # citing
    "Kế hoạch số 180/KH-UBND ngày 29/12/2023 của UBND huyện Hòa An năm 2024.",
    "Nghị quyết số 02-NQ/HU ngày 15/6/2023 của Huyện ủy.",
    "Nghị định số 59/2023/NĐ-CP ngày 14/8/2023 của Chính phủ.",
    "Luật Đất đai 31/2024/QH15, Luật Bảo vệ môi trường năm 2020, Hiến pháp năm 2013.",
    "Luật Phòng, chống tham nhũng năm 2018 và Luật Thực hiện dân chủ ở cơ sở năm 2022.",
    "Nghị định 59/2023/NĐ-CP thay thế Nghị định 159/2016/NĐ-CP.",
    # stretches that reach the year, and history
    "Chương trình giảm nghèo giai đoạn 2021-2025, mục tiêu đến năm 2030.",
    "Đề án 06 giai đoạn 2022 - 2025 và năm học 2023-2024.",
    "Tổ được thành lập năm 2021; thực hiện từ năm 2022.",
    "Kỷ niệm Quốc khánh 02/9/1945; đất sử dụng ổn định trước ngày 15/10/1993.",
    # names and levels that are right
    "UBND thị trấn Yên Bình báo cáo UBND huyện Hòa An (qua Phòng Nội vụ).",
    "Các tổ chức chính trị - xã hội; Công chức Văn hóa - Xã hội; hợp tác xã; nông thôn mới cấp xã.",
    "UBND xã, phường, thị trấn công khai theo Luật; dịch vụ hành chính cấp xã.",
    "Phối hợp với xã Tân Tiến tuần tra vùng giáp ranh; học tập kinh nghiệm các xã, thị trấn khác.",
    "Chỉ số PAPI ở vị trí tốp đầu của huyện; kế hoạch của huyện.",
    # numbers that are no dates
    "Đạt 19/19 tiêu chí; trực 24/7; ngày 30/4 và 01/5; ngày 29/02/2024; xem http://yenbinh.example//tin.",
    "Mức độ 3 của thang đánh giá hài lòng.",
)


@pytest.mark.parametrize("text", FINE)
def test_it_is_left_alone(text: str) -> None:
    assert told(text) == set()


# ---------------------------------------------------------------- after the two levels, 01/07/2025

YEN_BINH_2026 = Context(2026, date(2026, 2, 10), "UBND xã Yên Bình", "Yên Bình", "UBND tỉnh Cao Sơn")
OVER = {
    "Báo cáo qua Phòng Nội vụ huyện.": {"Phòng Nội vụ huyện"},
    "Gửi UBND huyện Hòa An và các huyện.": {"huyện Hòa An; huyện"},
    "Phòng TC-KH, thị xã Mỹ Hào.": {"Phòng TC-KH", "thị xã Mỹ Hào"},
    "Cán bộ thị trấn; tổ dân phố số 3.": {"thị trấn", "tổ dân phố"},
    "Luật về dân chủ ở xã, phường, thị trấn.": set(),
    "Bộ phận Một cửa của Văn phòng UBND tỉnh.": set(),  # rolling over asks about them; no fault of a text
    "Tổ công tác của thị trấn Yên Bình (cũ).": set(),
    "Theo Nghị định 42/2022/NĐ-CP.": set(),  # another rule: it ends within the year
}


@pytest.mark.parametrize("text", OVER)
def test_words_of_three_levels_are_over(text: str) -> None:
    words = {finding.found for finding in findings(text, YEN_BINH_2026) if finding.rule == "tu-ngu-cu"}
    assert words == OVER[text]


def test_a_level_that_is_over_is_told_with_its_day_its_law_and_what_to_write() -> None:
    (finding,) = findings("Họp tổ dân phố.", YEN_BINH_2026)
    assert finding.why == (
        "Tổ dân phố ở xã không còn từ ngày 26/05/2026, trong năm 2026; theo khoản 3 Điều 2 Nghị định 185/2026/NĐ-CP."
    )
    assert (finding.level, finding.repair) == ("note", "thôn (xã có thôn, phường có tổ dân phố)")


def test_a_phuong_has_to_dan_pho() -> None:
    phuong = Context(2027, date(2027, 1, 11), "UBND phường Yên Bình", "Yên Bình", "UBND tỉnh Cao Sơn")
    assert findings("Họp tổ dân phố.", phuong) == []


# ---------------------------------------------------------------- a whole document: the nine defects of a copied plan

NINE = {
    "1 the appendix is named for another office and year": ("ten-phu-luc", ["HUYỆN {above} NĂM 2023"]),
    "2 a slash too many": ("thua-gach-cheo", ["{slash}//KH-UBND"]),
    "3 a second section I": ("muc-trung-so", ["I. TỔ CHỨC THỰC HIỆN"]),
    "4 times of the year before": ("thoi-gian-da-qua", ["Trong năm 2023"]),
    "4 and the year in other words": ("nam-khac", ["của thị trấn năm 2023"]),
    "5 blank cells": ("o-trong", ["Quy chế|quy chế", "Dịch vụ hành chính cấp xã"]),
    "5 rows broken over pages": ("dong-noi-trang", ["Tổ chức bầu trưởng thôn"]),
    "5 a cell broken over pages": ("o-bi-cat", ["Trưởng các"]),
    "6 other levels": ("cap-khac", ["các xã, thị trấn", "UBND xã"]),
    "7 no deadline": ("khong-co-han", ["«Thường xuyên» hoặc cả năm"]),
    "8 quotas in the wrong column": ("chi-tieu-khong-nhip", ["lần/năm"]),
    "9 leaders without a name": ("lanh-dao-chung", ["Lãnh đạo UBND"]),
}


@pytest.fixture(scope="module")
def real() -> list[PlanFinding]:
    """What is found in the real plan of 2024."""
    if not REAL.exists():
        pytest.skip(f"không có ../shared/source/{REAL.name} để soát")
    return check_words(signed(REAL.read_text(encoding="utf-8")), NHU_QUYNH)


def assert_told(found: list[PlanFinding], what: str, **names: str) -> None:
    rule, parts = NINE[what]
    texts = [finding.text for finding in found if finding.rule == rule]
    for part in parts:
        assert any(word.format(**names) in text for text in texts for word in part.split("|")), texts


@pytest.mark.parametrize("what", NINE)
def test_a_copied_plan(what: str) -> None:
    assert_told(check_words(signed(PLAN_OF_YEN_BINH), YEN_BINH), what, above="HÒA AN", slash="45")


@pytest.mark.parametrize("what", NINE)
def test_the_real_plan(what: str, real: list[PlanFinding]) -> None:
    assert_told(real, what, above="VĂN LÂM", slash="192")


def test_the_real_plan_counts_as_its_readers_did(real: list[PlanFinding]) -> None:
    """22 of 30 rows without a deadline, 16 led by «Lãnh đạo UBND», three rows over a page: counted by hand before."""
    texts = {finding.rule: finding.text for finding in real}
    assert "22 trên 30 dòng" in texts["khong-co-han"]
    assert "ở 16 dòng" in texts["lanh-dao-chung"]
    assert Counter(finding.rule for finding in real)["dong-noi-trang"] == 3


def test_every_finding_in_the_real_plan_was_read_and_is_right(real: list[PlanFinding]) -> None:
    assert Counter(finding.rule for finding in real) == {
        "ten-phu-luc": 1,
        "thoi-gian-da-qua": 2,
        "nam-khac": 1,
        "muc-trung-so": 1,
        "thua-gach-cheo": 1,
        "o-trong": 2,
        "dong-noi-trang": 3,
        "o-bi-cat": 1,
        "chi-tieu-khong-nhip": 3,
        "lanh-dao-chung": 1,
        "khong-co-han": 1,
        "tt-ngoai-papi": 1,
        "cap-khac": 7,
        "van-ban-khong-co": 2,
        "van-ban-da-thay": 3,
        "tu-ngu-cu": 2,
        "cau-lap": 4,
        "loi-go": 7,
    }


def test_a_document_without_fault() -> None:
    clean = """
KẾ HOẠCH
Nâng cao Chỉ số PAPI thị trấn Yên Bình năm 2024
I. MỤC ĐÍCH
II. NHIỆM VỤ
III. TỔ CHỨC THỰC HIỆN
Phụ lục
NHIỆM VỤ CỦA THỊ TRẤN YÊN BÌNH NĂM 2024

TT\tNhiệm vụ\tĐơn vị chủ trì\tThời gian
1\tBáo cáo kết quả\tVăn phòng\tTrước ngày 15/12/2024
"""
    assert check_words(signed(clean), YEN_BINH) == []


TITLES = {
    "another year": ("PHỤ LỤC\nNHIỆM VỤ CỦA THỊ TRẤN YÊN BÌNH NĂM 2023", [("error", "ten-phu-luc")]),
    "another place": ("PHỤ LỤC\nNHIỆM VỤ CỦA HUYỆN HÒA AN NĂM 2024", [("warning", "ten-phu-luc")]),
    "in small letters": (
        "Phụ lục I\nBiểu nhiệm vụ của huyện Hòa An năm 2023",
        [("error", "ten-phu-luc"), ("warning", "nam-khac")],
    ),
    "no place, no year": ("PHỤ LỤC\nBIỂU TỔNG HỢP NHIỆM VỤ", []),
    "a sentence about it": ("Phụ lục kèm theo của huyện Hòa An.", []),
    "an appendix counts anew": ("I. MỤC ĐÍCH\nII. NHIỆM VỤ\nPHỤ LỤC\nI. BÁO CÁO", []),
    "a section comes again": ("I. MỤC ĐÍCH\nII. NHIỆM VỤ\nII. TỔ CHỨC", [("warning", "muc-trung-so")]),
}


@pytest.mark.parametrize("what", TITLES)
def test_titles_and_numbers_of_sections(what: str) -> None:
    text, expected = TITLES[what]
    assert [(finding.level, finding.rule) for finding in check_words(signed(text), YEN_BINH)] == expected


def test_numbers_under_the_headings_are_no_row() -> None:
    (finding,) = check_words(signed(f"{FIVE}\n(1)\t(2)\t(3)\t(4)\t(5)\n1\tHọp\t\tUBND\tThường xuyên"), YEN_BINH)
    assert finding.text.startswith("1 trên 1 dòng")


def test_a_second_province_is_another_plans() -> None:
    text = "Kế hoạch của UBND tỉnh Cao Sơn.\nChỉ số tỉnh Cao Sơn.\nNhân dân tỉnh Bình Giang.\nHọc tập tỉnh Đông Hà."
    (finding,) = check_words(signed(text), YEN_BINH)
    assert (finding.level, finding.rule, finding.found) == ("warning", "dia-danh-khac", "tỉnh Bình Giang")
    assert finding.repair == "tỉnh Cao Sơn"


# ---------------------------------------------------------------- the rows of other appendices

FIVE = "TT\tNhiệm vụ\tSản phẩm\tCơ quan chủ trì\tThời hạn hoàn thành"
ROWS = {
    "a group in Roman numbers": ("I\tCông khai, minh bạch\t\t\t", set()),
    "a group in capitals": ("\tCÔNG KHAI, MINH BẠCH\t\t\t", set()),
    "a group that is numbered on": ("1\tCông khai\t\t\t\n1.1\tNiêm yết\t\tVăn phòng\tTháng 3", set()),
    "numbers of columns": ("(1)\t(2)\t(3)\t(4)\t(5)", set()),
    "a time, nobody to do it": ("2\tNiêm yết\t\t\tTháng 3", {"o-trong"}),
    "nobody and no time": ("2\tNiêm yết\t\t\t", {"o-trong"}),
    "a count in its own column": ("3\tĐối thoại\tBiên bản\tUBND\t2 lần/năm", set()),
    "a count beside it": ("3\tĐối thoại 2 lần/năm\tBiên bản\tUBND\tTháng 3", {"chi-tieu-khong-nhip"}),
    "a percentage measured each quarter": ("4\tTiếp dân\tĐạt 100%\tUBND\tHằng quý", set()),
    "a percentage of no day": ("4\tTiếp dân\tĐạt 100%\tUBND\tTháng 3", {"chi-tieu-khong-nhip"}),
    "a cell that stops": ("5\tPhối hợp với các\t\tUBND\tTháng 3", {"o-bi-cat"}),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_under_other_headings(what: str) -> None:
    rows, rules = ROWS[what]
    assert {finding.rule for finding in check_words(signed(f"{FIVE}\n{rows}"), YEN_BINH)} == rules


def test_a_merged_cell_is_read_once() -> None:
    """Two rows share one result: its count is told for the first, and neither row lacks a lead."""
    document = document_of(
        table_of(
            ("TT", "Nhiệm vụ", "Kết quả", "Đơn vị chủ trì", "Thời gian"),
            ("1", "Họp", "ít nhất 2 lần/năm", "UBND", "Tháng 3"),
            ("^", "Ghi biên bản", "^", "^", "^"),
        )
    )
    assert [(finding.rule, finding.place) for finding in check_words(document, YEN_BINH)] == [
        ("chi-tieu-khong-nhip", "bảng 1, dòng 2")
    ]


def test_headings_in_two_rows_are_headings() -> None:
    """«Đơn vị» over «chủ trì» and «phối hợp»: what is blank and what has passed is found under them too."""
    table = table_of(
        ("TT", "Nhiệm vụ", "Đơn vị", "<", "Thời gian"),
        ("^", "^", "chủ trì", "phối hợp", "^"),
        ("1", "Họp dân", "", "Các thôn", "Năm 2023"),
    )
    found = check_words(document_of(table), YEN_BINH)
    assert [(one.rule, one.place) for one in found] == [
        ("thoi-gian-da-qua", "bảng 1, dòng 3, cột 5"),
        ("o-trong", "bảng 1, dòng 3"),
        ("khong-co-han", ""),
    ]


# ---------------------------------------------------------------- whatever is written

PIECES = (
    "năm 2023",
    "31/6",
    "//",
    "UBND xã",
    "huyện",
    "Luật",
    "ngày",
    "\t",
    "\n",
    " ",
    "Phụ lục",
    "I. ",
    "mức độ 3",
    "100%",
)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=20).map("".join))
def test_any_text_is_checked_without_fault_of_ours(text: str) -> None:
    for finding in check_words(signed(text), YEN_BINH):
        assert finding.rule
        assert finding.to_json()["text"]


@given(st.dates(date(2024, 1, 1), date(2049, 12, 31)))
def test_a_day_that_exists_is_never_impossible(day: date) -> None:
    spelled = f"ngày {day.day} tháng {day.month} năm {day.year}; ngày {day.day}/{day.month}; {dmy(day)}"
    assert findings(spelled) == []


@given(st.integers(2024, 2049), st.integers(1, 12))
def test_the_day_after_a_months_last_is_impossible(year: int, month: int) -> None:
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    (finding,) = findings(f"Họp vào {last + 1:02}/{month:02}/{year}.")
    assert (finding.level, finding.rule) == ("error", "ngay-khong-co")


def test_a_remark_that_tells_it_makes_it_a_note_and_another_does_not() -> None:
    (finding,) = findings("Trong năm 2023", is_time=True)
    assert unless_told(finding, ["Thời gian «trong năm 2023» đã qua, chờ xác nhận."]).level == "note"
    assert unless_told(finding, ["Gộp B36, cùng một lời hứa."]) == finding


def test_errors_come_first_and_the_rest_keeps_its_order() -> None:
    found = [*findings("Công khai khung giá đất."), *findings("45//KH-UBND"), *findings("ngày 31/6")]
    assert [finding.level for finding in in_order(found)] == ["error", "warning", "note"]
