"""Law in force: which term holds on which day, the date it gives and how sure it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.calendar_file import calendar_of, read_notices
from rules.deadlines import (
    BeforeDay,
    ByDay,
    DaysAfter,
    DaysBefore,
    MonthsAfter,
    OnTheDay,
    Posting,
    WorkingDaysAfter,
    WorkingDaysBefore,
    fall_due,
)
from rules.law.reading import all_duties
from rules.law.records import MEANINGS, Term
from rules.law.terms import NoTermInForce, UnknownDuty, all_terms, basis_of, rule_of, term_in_force
from rules.schedule import Each, Times
from rules.vietnamese import weekday_dmy

ROOT = Path(__file__).resolve().parents[1]


def on(words: str) -> date:
    """The day written «thứ Tư, 01/07/2026», checked against its weekday."""
    day, month, year = map(int, words[-10:].split("/"))
    found = date(year, month, day)
    assert weekday_dmy(found) == words
    return found


# ---------------------------------------------------------------- which term, on which day

IN_FORCE = """
cong-khai-chung                        thứ Bảy, 01/07/2023     DC01
cong-khai-giao-duc                     thứ Năm, 18/07/2024     GD01
cong-khai-giao-duc                     thứ Sáu, 19/07/2024     GD02
cong-khai-quy-hoach-ke-hoach-dat       thứ Tư, 31/07/2024      DD00
cong-khai-quy-hoach-ke-hoach-dat       thứ Năm, 01/08/2024     DD01
thong-bao-doi-thoai                    thứ Sáu, 28/02/2025     DT01
thong-bao-doi-thoai                    thứ Bảy, 01/03/2025     DT02
thong-bao-doi-thoai                    Chủ nhật, 15/06/2025    DT02
thong-bao-doi-thoai                    thứ Hai, 16/06/2025     DT04
doi-thoai-hang-nam-dan-chu             thứ Hai, 17/06/2024     DC16
doi-thoai-hang-nam-chinh-quyen         thứ Hai, 16/06/2025     DT03
xin-loi-ho-so-tre-han                  thứ Hai, 30/06/2025     MC01
cong-khai-thuc-hien-ngan-sach-quy      thứ Hai, 30/09/2024     NS03
cong-khai-thuc-hien-ngan-sach-quy      thứ Tư, 31/12/2025      NS03
cong-khai-thuc-hien-ngan-sach-quy      thứ Ba, 31/03/2026      NS13
cong-khai-du-toan-trinh                thứ Tư, 10/12/2025      NS01
cong-khai-du-toan-trinh                thứ Năm, 10/12/2026     NS11
cong-khai-du-toan-quyet-toan           thứ Sáu, 20/06/2025     NS02
cong-khai-du-toan-quyet-toan           thứ Sáu, 20/03/2026     NS12
hinh-thuc-cong-khai-ngan-sach          thứ Ba, 24/03/2026      NS05
hinh-thuc-cong-khai-ngan-sach          thứ Tư, 25/03/2026      NS18
nhiem-ky-ban-ttnd-xa                   thứ Ba, 26/05/2026      DC21
nhiem-ky-ban-ttnd-co-quan              thứ Ba, 26/05/2026      DC29
thu-ly-khieu-nai                       thứ Ba, 30/06/2026      KN01
thu-ly-khieu-nai                       thứ Tư, 01/07/2026      KN02
chu-tich-xa-tiep-cong-dan              thứ Ba, 30/06/2026      TC01
niem-yet-lich-tiep-cong-dan            thứ Tư, 01/07/2026      TC02
cap-nhat-cong-thong-tin                thứ Tư, 01/07/2026      CD01
cong-nhan-ho-ngheo-thuong-xuyen        thứ Tư, 31/12/2025      HN01
"""

NONE_IN_FORCE = """
cong-khai-chung                        thứ Sáu, 30/06/2023     -       DC01
doi-thoai-hang-nam-chinh-quyen         Chủ nhật, 15/06/2025    -       DT03
xin-loi-ho-so-tre-han                  thứ Ba, 01/07/2025      MC01    -
cong-nhan-ho-ngheo-thuong-xuyen        thứ Năm, 01/01/2026     HN01    -
niem-yet-ho-ngheo                      thứ Năm, 01/01/2026     HN02    -
cong-khai-don-vi-du-toan               thứ Năm, 01/01/2026     NS07    -
quyet-dinh-cong-bo-ngan-sach           thứ Tư, 25/03/2026      NS06    -
nhiem-ky-ban-ttnd-xa                   thứ Hai, 25/05/2026     -       DC21
chu-tich-xa-tiep-cong-dan              thứ Tư, 01/07/2026      TC01    -
cap-nhat-cong-thong-tin                thứ Hai, 17/06/2024     -       CD01
"""


def rows(table: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("duty", "day", "term"), rows(IN_FORCE))
def test_the_term_of_the_day_of_the_fact(duty: str, day: str, term: str) -> None:
    assert term_in_force(duty, on(day)).id == term


@pytest.mark.parametrize(("duty", "day", "before", "after"), rows(NONE_IN_FORCE))
def test_none_in_force_is_an_error_with_its_reason(duty: str, day: str, before: str, after: str) -> None:
    with pytest.raises(NoTermInForce) as raised:
        term_in_force(duty, on(day))
    text = str(raised.value)
    assert f"«{all_duties()[duty].name}» vào {day}" in text
    assert f"Trước đó: {'chưa có' if before == '-' else before + ' ('}" in text
    assert f"Sau đó: {'chưa có' if after == '-' else after + ' ('}" in text


def test_the_reason_reads_as_a_sentence() -> None:
    with pytest.raises(NoTermInForce) as raised:
        term_in_force("chu-tich-xa-tiep-cong-dan", on("thứ Hai, 06/07/2026"))
    assert str(raised.value) == (
        "Không có quy định nào còn hiệu lực về «Chủ tịch Ủy ban nhân dân cấp xã trực tiếp tiếp công dân» "
        "vào thứ Hai, 06/07/2026. Trước đó: TC01 (01 lần/tuần; điểm d khoản 2 Điều 15 Luật Tiếp công dân "
        "42/2013/QH13; 01/07/2014-30/06/2026). Sau đó: chưa có. Từ ngày 01/07/2026 chưa xác định số ngày tiếp theo "
        "Luật 136/2025/QH15; cơ quan tạm giữ 01 ngày/tuần trong kế hoạch của mình cho đến khi có người đối chiếu "
        "văn bản."
    )


def test_the_year_reported_on_chooses_the_budget_term() -> None:
    """Tình hình thực hiện năm 2025 trình Hội đồng nhân dân giữa năm 2026 vẫn theo quy định cũ."""
    submitted = on("thứ Sáu, 15/05/2026")
    assert term_in_force("cong-khai-thuc-hien-ngan-sach-nam", submitted, fiscal_year=2025).id == "NS04"
    assert term_in_force("cong-khai-thuc-hien-ngan-sach-nam", submitted, fiscal_year=2026).id == "NS14"


def test_no_budget_term_before_2017() -> None:
    with pytest.raises(NoTermInForce, match="cho năm ngân sách 2016"):
        term_in_force("cong-khai-thuc-hien-ngan-sach-quy", on("thứ Sáu, 30/09/2016"))


def test_budget_terms_chosen_by_year_change_at_new_year() -> None:
    chosen = [term for term in all_terms().values() if term.chosen_by == "fiscal_year"]
    assert {term.id for term in chosen} == {"NS03", "NS04", "NS13", "NS14"}
    assert {(term.valid_from.month, term.valid_from.day) for term in chosen} == {(1, 1)}
    assert {(term.valid_to.month, term.valid_to.day) for term in chosen if term.valid_to} == {(12, 31)}


def test_a_term_named_by_its_id_leads_to_the_one_in_force() -> None:
    assert term_in_force("KN01", on("thứ Tư, 01/07/2026")).id == "KN02"
    assert all_terms()["KN01"].successor == "KN02"


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(UnknownDuty, match="thu-ly-khieu-nai"):
        term_in_force("thu-ly-kheu-nai", on("thứ Tư, 01/07/2026"))


# ---------------------------------------------------------------- what the term gives

DUE = """
cong-khai-thuc-hien-ngan-sach-quy      Chủ nhật, 30/06/2024    thứ Hai, 15/07/2024    15 ngày sau quý II/2024
cong-khai-thuc-hien-ngan-sach-quy      thứ Tư, 31/12/2025      thứ Năm, 15/01/2026    quý IV/2025 còn 15 ngày
cong-khai-thuc-hien-ngan-sach-quy      thứ Ba, 31/03/2026      thứ Sáu, 10/04/2026    quý I/2026 còn 10 ngày
cong-khai-thuc-hien-ngan-sach-quy      thứ Ba, 30/06/2026      thứ Sáu, 10/07/2026    06 tháng 2026
cong-khai-thuc-hien-ngan-sach-quy      thứ Tư, 30/09/2026      thứ Hai, 12/10/2026    10/10/2026 là thứ Bảy
thu-ly-khieu-nai                       thứ Ba, 30/06/2026      thứ Sáu, 10/07/2026    10 ngày
thu-ly-khieu-nai                       thứ Tư, 01/07/2026      thứ Sáu, 10/07/2026    07 ngày làm việc
thu-ly-khieu-nai                       thứ Tư, 19/08/2026      thứ Năm, 27/08/2026    tính cả thứ Bảy làm bù 22/8
cong-khai-quy-hoach-ke-hoach-dat       thứ Tư, 31/07/2024      thứ Năm, 15/08/2024    luật cũ, 15 ngày
cong-khai-quy-hoach-ke-hoach-dat       thứ Năm, 01/08/2024     thứ Sáu, 16/08/2024    luật mới, 15 ngày
thong-bao-doi-thoai                    thứ Năm, 10/12/2026     thứ Năm, 03/12/2026    07 ngày trước
niem-yet-chung                         thứ Hai, 02/12/2024     thứ Năm, 02/01/2025    ngày 30 là 01/01: giữ đến 02/01
cong-khai-chung                        thứ Năm, 25/04/2024     thứ Hai, 06/05/2024    05 ngày làm việc qua nghỉ lễ
niem-yet-ho-ngheo                      thứ Tư, 27/11/2024      thứ Hai, 02/12/2024    03 ngày làm việc
"""


@pytest.mark.parametrize(("duty", "event", "due", "why"), rows(DUE))
def test_the_day_the_term_gives(duty: str, event: str, due: str, why: str) -> None:
    rule: Any = rule_of(term_in_force(duty, on(event)))
    deadline = fall_due(rule, calendar_of(read_notices(ROOT / "plans/calendar.yaml")), on(event))
    assert weekday_dmy(deadline.legal) == weekday_dmy(on(due)), why


RULES: dict[str, object] = {
    "DC01": WorkingDaysAfter(5),  # công khai trong 05 ngày làm việc
    "DC02": Posting(30),  # niêm yết ít nhất 30 ngày
    "DC04": Times(1, "quarter"),  # danh mục hằng quý
    "DC07": None,  # kỳ họp gần nhất: không có số ngày
    "DC20": WorkingDaysBefore(5),
    "DC21": MonthsAfter(60),  # nhiệm kỳ 05 năm
    "DC22": None,  # điều kiện, không phải thời hạn
    "DC29": MonthsAfter(24),  # nhiệm kỳ 02 năm, của cơ quan
    "DC39": Each("month", ByDay(18), only=(11,)),  # ngày 18/11
    "DT03": Times(1, "year"),
    "DT04": DaysBefore(7),
    "NS03": DaysAfter(15),
    "NS04": OnTheDay(),  # ngay khi trình
    "NS13": DaysAfter(10),
    "NS18": None,  # kênh bắt buộc, không định số ngày
    "NS22": Each("month", BeforeDay(31), only=(12,)),  # trước ngày 31/12
    "NS23": Each("year", BeforeDay(31, 3)),  # trước ngày 31/03 năm sau
    "TC01": Times(1, "week"),
    "TC08": Times(1, "month"),
    "PC05": None,  # ngày làm việc cuối cùng của tháng 3, chỉ cấp tỉnh
    "HN02": Posting(3, working=True),
    "PL02": Each("year", BeforeDay(10, 1), cut_off=True),  # trước 10/01, số liệu đến 31/12
    "BC01": None,  # khoảng cách tối thiểu
    "BC02": None,  # kỳ số liệu
    "TG03": None,
}


@pytest.mark.parametrize("term_id", RULES)
def test_the_rule_of_a_term(term_id: str) -> None:
    assert rule_of(all_terms()[term_id]) == RULES[term_id]


@pytest.mark.parametrize("term", all_terms().values(), ids=lambda term: term.id)
def test_every_duration_gives_a_rule_that_rolls_as_the_law_says(term: Term) -> None:
    rule = rule_of(term)
    if isinstance(term.value, int) and term.value and MEANINGS[term.fact] != "no_rule":
        assert rule is not None
    rolls = {DaysAfter: "forward", WorkingDaysAfter: "none", DaysBefore: "backward", WorkingDaysBefore: "backward"}
    assert rolls.get(type(rule), term.rolls) == term.rolls


# ---------------------------------------------------------------- how sure it is

GROUNDS = {
    "NS13": "khoản 3 Điều 37 Nghị định 73/2026/NĐ-CP",  # S: đã thấy văn bản
    "KN01": "Điều 27 Luật Khiếu nại 02/2011/QH13",  # S, hết hiệu lực trước khi luật được sửa
    "NS03": "khoản 3 Điều 49 Nghị định 163/2016/NĐ-CP; khoản 3 Điều 18 Thông tư 343/2016/TT-BTC",
    "NS26": "khoản 5 Điều 32 Nghị định 73/2026/NĐ-CP (cần đối chiếu)",  # 2: nguồn thứ cấp
    "GD02": "Thông tư 09/2024/TT-BGDĐT (cần đối chiếu)",  # M: theo trí nhớ
    "DC01": "khoản 3 Điều 12 Luật Thực hiện dân chủ ở cơ sở 10/2022/QH15 (cần đối chiếu)",  # S, chưa thấy bản sửa
    "DT04": "Điều 43 Luật Tổ chức chính quyền địa phương 72/2025/QH15 (cần đối chiếu)",  # S, bản tiếng Anh
    "BC03": "Điều 7 Thông tư 02/2021/TT-TTCP (cần đối chiếu)",
}


@pytest.mark.parametrize("term_id", GROUNDS)
def test_the_ground_says_when_it_must_be_checked(term_id: str) -> None:
    assert str(basis_of(all_terms()[term_id])) == GROUNDS[term_id]


@pytest.mark.parametrize("term", all_terms().values(), ids=lambda term: term.id)
def test_only_a_text_seen_and_not_since_amended_prints_without_doubt(term: Term) -> None:
    sure = term.certainty == "S" and not term.doubt.why
    assert ("cần đối chiếu" in str(basis_of(term))) is not sure
    assert basis_of(term).certainty == ("?" if term.certainty == "S" and not sure else term.certainty)


def test_an_amendment_casts_no_doubt_on_facts_before_it() -> None:
    term = all_terms()["KN03"]
    assert "cần đối chiếu" not in str(basis_of(term, on("thứ Ba, 30/06/2026")))
    assert "cần đối chiếu" in str(basis_of(term, on("thứ Tư, 01/07/2026")))
