"""What a person would type into the list of obligations, and what it finds: alone, together, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from acting import Office, plain
from sqlalchemy import Engine
from sqlmodel import Session
from test_reply_pages import TRAN, WEEK

from models.doers import Doers, doers_on
from models.views import STATES, ObligationLine, lines_on, list_obligations, reasons_of
from rules.vietnamese import alphabetical
from web.obligations import by_name
from web.refusal import Refusal
from web.search import EVERY, Search, counters

FRI_21_JUNE, SUN_23_JUNE, SUN_30_JUNE, TUE_2_JULY = (
    date(2024, 6, 21), date(2024, 6, 23), date(2024, 6, 30), date(2024, 7, 2),
)  # fmt: skip


def line(code: str, title: str, legal: date, target: date | None = None, **more: object) -> ObligationLine:
    said: dict[str, object] = {
        "code": code, "task": code, "title": title, "period": "tháng 06/2024", "kind": "bao-cao", "nature": "lam",
        "index_number": None, "lead": "Văn phòng UBND", "lead_code": "van-phong", "nominal": legal, "legal": legal,
        "target": target or legal, "status": "dang-theo-doi", "state": "dung-han", "days_left": 20, "internal": False,
        "provisional": False, "findings": (), "why": "", "done_on": None,
    }  # fmt: skip
    return ObligationLine(**{**said, **more})  # type: ignore[arg-type]


LINES = [
    line("doi-thoai", "Hội nghị đối thoại với Nhân dân", SUN_30_JUNE, kind="doi-thoai", index_number=1),
    line("bao-cao", "Báo cáo kết quả 6 tháng", TUE_2_JULY, date(2024, 6, 28), state="sap-den-han"),
    line("duong-lang", "Sửa đường làng", SUN_23_JUNE, FRI_21_JUNE, kind="mot-lan", index_number=7, state="qua-han"),
    line("quyet-toan", "Công khai quyết toán", TUE_2_JULY, kind="cong-khai", index_number=3, lead_code="tai-chinh",
         lead="Công chức Tài chính - Kế toán", state="hom-nay"),
    line("van-hoa", "Kiểm tra nếp sống văn hóa", SUN_30_JUNE, date(2024, 6, 28), internal=True, kind="thuong-xuyen",
         lead_code="vh-xh", lead="Công chức Văn hóa - Xã hội", state="qua-han"),
    line("niem-yet", "Giữ niêm yết danh sách", SUN_30_JUNE, nature="giu-niem-yet", kind="cong-khai", index_number=3,
         state="dang-niem-yet"),
    line("da-xong", "Báo cáo quý I", date(2024, 4, 1), state="hoan-thanh", status="hoan-thanh", index_number=3),
]  # fmt: skip
DOERS = Doers(
    {"duong-thi-phac-thao": "Dương Thị Phác Thảo", "le-thi-mau": "Lê Thị Mẫu"},
    {"van-hoa": frozenset({"duong-thi-phac-thao"}), "bao-cao": frozenset({"le-thi-mau"})},
)


def found(query: str) -> set[str]:
    search = Search.asked(dict(parse_qsl(query)))
    return {one.code for one in search.in_state(search.matches(LINES, DOERS))}


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", "doi-thoai bao-cao duong-lang quyet-toan van-hoa niem-yet"),
        ("tim=doi thoai", "doi-thoai"),
        ("tim=Đối thoại", "doi-thoai"),
        ("tim=THOAI  doi", "doi-thoai"),
        ("tim=đường", "duong-lang van-hoa"),
        ("tim=duong", "duong-lang van-hoa"),
        ("tim=Dương Thị", "van-hoa"),
        ("tim=bao cao", "bao-cao"),
        ("tim=bao cao&trang-thai=tat-ca", "bao-cao da-xong"),
        ("tim=ke toan", "quyet-toan"),
        ("noi-dung=3", "quyet-toan niem-yet"),
        ("noi-dung=3&trang-thai=tat-ca", "quyet-toan niem-yet da-xong"),
        ("noi-dung=ngoai", "bao-cao van-hoa"),
        ("nguoi=le-thi-mau", "bao-cao"),
        ("nguoi=duong-thi-phac-thao&don-vi=vh-xh", "van-hoa"),
        ("nguoi=le-thi-mau&noi-dung=3", ""),
        ("tu=01/07/2024", "bao-cao quyet-toan"),
        ("den=23/6/2024", "duong-lang"),
        ("tu=24/06/2024&den=30/06/2024", "doi-thoai van-hoa niem-yet"),
        ("den=29/06/2024&noi-bo=co", "van-hoa"),  # a checkpoint is due on its own day, no law's
        ("noi-bo=khong&trang-thai=qua-han", "duong-lang"),
        ("trang-thai=sap-toi", "bao-cao quyet-toan"),
        ("trang-thai=can-lam&noi-bo=khong", "doi-thoai bao-cao duong-lang quyet-toan"),
        ("ngay=21/06/2024", "duong-lang"),
        ("ngay=23/06/2024", "duong-lang"),
        ("ngay=28/06/2024", "bao-cao van-hoa"),
        ("ngay=02/07/2024&loai=cong-khai", "quyet-toan"),
        ("tu=01/07/2024&don-vi=tai-chinh&loai=cong-khai&noi-dung=3&trang-thai=hom-nay&tim=quyet", "quyet-toan"),
    ],
)
def test_what_a_person_types_finds_what_they_mean(query: str, codes: str) -> None:
    assert found(query) == set(codes.split())


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("noi-dung=10", "Không có chỉ số nội dung «10»."),
        ("noi-dung=x", "Không có chỉ số nội dung «x»."),
        ("noi-bo=hai", "Không có tính chất «hai»."),
        ("trang-thai=xong", "Không có trạng thái «xong»."),
        ("tu=31/02/2024", "Từ ngày cần viết dạng ngày/tháng/năm, ví dụ 17/06/2024; đọc được «31/02/2024»."),
        ("den=2024-07-01", "Đến ngày cần viết dạng ngày/tháng/năm, ví dụ 17/06/2024; đọc được «2024-07-01»."),
        ("ngay=01/01/1999", "Ngày: năm cần từ 2018 đến 2050; đọc được «01/01/1999»."),
        ("tu=02/07/2024&den=01/07/2024", "Đến ngày 01/07/2024 đứng trước từ ngày 02/07/2024."),
    ],
)
def test_a_question_nobody_can_answer_is_said_so(query: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        found(query)
    assert (refused.value.status_code, refused.value.detail) == (422, reason)


def test_the_address_of_a_question_asks_the_same_question() -> None:
    whole = Search(EVERY, "vh-xh", "bao-cao", "đối & thoại", "3", "le-thi-mau", "co", "01/06/2024", "30/06/2024")
    for search in (whole, whole.of("qua-han"), Search(day="21/06/2024"), Search()):
        assert Search.asked(dict(parse_qsl(urlsplit(search.link).query))) == search
    assert Search.asked({"tu": "1/6/2024"}).link == "/nghia-vu?tu=01%2F06%2F2024"


def test_counters_are_of_the_whole_answer_and_add_up() -> None:
    search = Search.asked({"loai": "bao-cao"})
    shown = {counter.state: counter.count for counter in counters(search, search.matches(LINES))}
    assert shown == {"": 1, "qua-han": 0, "hom-nay": 0, "sap-den-han": 1, "dung-han": 0, "hoan-thanh": 1, EVERY: 2}
    assert "sap-toi" in [counter.state for counter in counters(search.of("sap-toi"), [])]


def test_names_are_listed_as_a_vietnamese_dictionary_lists_them() -> None:
    names = {"1": "Đài truyền thanh", "2": "Dân quân", "3": "Ủy ban MTTQ", "4": "Ấp Đông", "5": "An ninh",
             "6": "Ăn uống", "7": "Ô tô", "8": "Ong", "9": "Ơn"}  # fmt: skip
    ordered = ["An ninh", "Ăn uống", "Ấp Đông", "Dân quân", "Đài truyền thanh", "Ong", "Ô tô", "Ơn", "Ủy ban MTTQ"]
    assert [name for _, name in by_name(names)] == ordered


# The page, over the real plan


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    return Office(office_engine, tmp_path)


@pytest.mark.real
def test_work_is_found_by_who_does_it_now_and_by_who_was_asked_no_more(office: Office) -> None:
    asked = f"/nghia-vu?nguoi={TRAN}"
    assert WEEK in office.page(asked)
    assert WEEK not in office.page("/nghia-vu?nguoi=pham-thi-minh-hoa")
    link = office.link("tra-loi", TRAN, WEEK)
    office.do(link, f"{link}/chuyen-viec", nguoi="pham-thi-minh-hoa", ly_do="Nghỉ phép")
    assert WEEK not in office.page(asked)
    assert WEEK in office.page("/nghia-vu?nguoi=pham-thi-minh-hoa")
    assert "Không có người «ai-do»" in plain(office.client.get("/nghia-vu?nguoi=ai-do").text)


@pytest.mark.real
def test_who_reported_it_done_is_found_though_another_holds_the_role(office: Office) -> None:
    link = office.link("tra-loi", TRAN, WEEK)
    office.do(link, f"{link}/hoan-thanh", minh_chung="Sổ 4")
    with Session(office.engine) as session:
        assert TRAN in doers_on(session, date(2024, 6, 17)).of[WEEK]
    assert WEEK in office.page(f"/nghia-vu?nguoi={TRAN}&trang-thai=hoan-thanh&tim=Tran+Thi")


@pytest.mark.real
def test_every_select_of_the_page_is_in_vietnamese_order(office: Office) -> None:
    page = office.page("/nghia-vu")
    for name in ("don-vi", "nguoi"):
        options = page.split(f'<select id="{name}"')[1].split("</select>")[0]
        names = [piece.split(">", 1)[1] for piece in options.split("</option>")[1:-1]]
        assert len(names) > 8
        assert names == sorted(names, key=alphabetical), name


@pytest.mark.real
def test_a_long_answer_comes_page_by_page_and_loses_nothing(office: Office) -> None:
    with Session(office.engine) as session:
        everything = lines_on(session, date(2024, 6, 17))
    shown: list[str] = []
    for number in range(1, -(-len(everything) // 100) + 1):
        page = office.page(f"/nghia-vu?trang-thai=tat-ca&trang={number}")
        assert f"{len(everything)} nghĩa vụ, ngày gần nhất trước; trang {number}/3." in plain(page)
        shown += [one.code for one in everything if f'/nghia-vu/{one.code}"' in page]
    assert shown == [one.code for one in everything]
    assert 'rel="next" href="/nghia-vu?trang-thai=tat-ca&amp;trang=2"' in office.page("/nghia-vu?trang-thai=tat-ca")
    assert 'rel="next" href="/nghia-vu?trang=2"' in office.page("/nghia-vu")
    assert office.client.get("/nghia-vu?trang=không").status_code == 422


@pytest.mark.real
def test_a_day_asked_for_is_said_and_let_go_of(office: Office) -> None:
    page = office.page("/nghia-vu?ngay=21/06/2024&trang-thai=tat-ca")
    assert f'/nghia-vu/{WEEK}"' in page
    assert '<input type="hidden" name="ngay" value="21/06/2024">' in page
    assert 'href="/nghia-vu?trang-thai=tat-ca">Bỏ lọc theo ngày này' in page


@pytest.mark.real
def test_the_light_reading_says_what_the_whole_reading_says(office: Office) -> None:
    with Session(office.engine) as session:
        light, whole = (read(session, date(2024, 6, 20)) for read in (lines_on, list_obligations))
        assert reasons_of(session, light) == {one.code: one.why for one in whole}
    compared: Callable[[ObligationLine], object] = lambda one: {**one.as_json(), "why": "", "findings": ()}  # noqa: E731
    assert [compared(one) for one in light] == [compared(one) for one in whole]
    assert {one.state for one in whole} < {*STATES}
    assert any(one.due != one.target for one in whole)
