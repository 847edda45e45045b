"""The leaders' page: every number leads to exactly its lines, and a decision opens only for who decides it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from acting import HOST, HOSTILE, Office, assert_harmless, plain
from office import MON_17_JUNE
from sqlalchemy import Engine
from sqlmodel import Session
from test_reply_pages import (
    CHAIR,
    CHECKS,
    COMPLAINT,
    GIA_DINH,
    HALF,
    MAU,
    MON_24_JUNE,
    SETTLED,
    TRAN,
    WEEK,
    happened,
    posted,
    said,
)

import web.leaders
from models.access import Right, Visitor
from models.actions import report_done
from models.audit_actions import Action
from models.leaves import record_leave
from models.report_facts import report_facts
from models.store import transaction
from models.tables import Authority, Obligation, Person, PlanTask
from models.tallies import by_index, by_kind, by_unit, months_until
from models.views import lines_on
from rules.figures import line_of
from rules.vietnamese import end_of, morning_of

pytestmark = pytest.mark.real

FRI_28_JUNE, MON_1_JULY, MON_2_SEPTEMBER = date(2024, 6, 28), date(2024, 7, 1), date(2024, 9, 2)
THI_DU = "do-van-thi-du"
EACH_LINE = re.compile(r'<tr role="row">\s*<th role="rowheader" scope="row"><a href="/nghia-vu/([^"]+)"')


@pytest.fixture
def office(office_engine: Engine, tmp_path: Path) -> Office:
    """Practice."""
    return Office(office_engine, tmp_path)


@pytest.fixture
def real(office_engine: Engine, tmp_path: Path) -> Office:
    """Real operation; somebody may sign in."""
    return Office(office_engine, tmp_path, acting=False)


def sign_in(office: Office, person: str = "", right: Right = "lanh-dao", authority_id: int = 1) -> None:
    """From now on the reader of every page is this person; nobody on the roster when unnamed."""
    with Session(office.engine) as session:
        found = session.query(Person).filter_by(code=person).one_or_none()
    name, number = (found.name, found.id) if found else ("Kiểm toán viên", None)
    visitor = Visitor(
        right, authority_id, "UBND thị trấn Như Quỳnh", person or "kiem-toan", name, "x@y.example", number
    )
    office.app.state.site = replace(office.app.state.site, visitor=visitor)


def asks_time(office: Office, person: str = TRAN, code: str = WEEK) -> None:
    answer = office.link("tra-loi", person, code)
    office.do(answer, f"{answer}/xin-them", ngay="28/06/2024", ly_do="Chủ tịch đi công tác")


def opened(office: Office, code: str) -> str:
    """Press the button of the leaders' page for `code`; what the page of the decision says."""
    address = office.do("/lanh-dao", f"/lanh-dao/mo/{code}")
    assert address.startswith("/duyet/")
    return office.says(address)


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """Every link to a list that the page counts, and the number it shows."""
    for address, count in re.findall(r'<a href="(/nghia-vu\?[^"]+)">(\d+)</a>', page):
        yield html.unescape(address), int(count)


def listed(office: Office, address: str) -> list[str]:
    """The codes of everything the list at `address` shows, on all its pages."""
    codes: list[str] = []
    for number in range(1, 10):
        page = office.page(f"{address}&trang={number}")
        codes += EACH_LINE.findall(page)
        if 'rel="next"' not in page:
            return codes
    raise AssertionError(address)


# Numbers


@pytest.mark.parametrize("day", [MON_17_JUNE, MON_24_JUNE, MON_2_SEPTEMBER])
def test_every_number_leads_to_exactly_the_lines_it_counts(office: Office, day: date) -> None:
    posted(office)
    office.go_to(day)
    found = list(numbers(office.page("/lanh-dao")))
    assert len(found) > 20
    for address, count in dict(found).items():
        assert len(listed(office, address)) == count, address


def test_the_four_counts_stand_first_and_are_those_of_law(office: Office) -> None:
    asks_time(office)
    office.go_to(MON_24_JUNE)
    with Session(office.engine) as session:
        lines = [line for line in lines_on(session, MON_24_JUNE) if not line.internal]
    states = [line.state for line in lines]
    late, soon = states.count("qua-han"), states.count("hom-nay") + states.count("sap-den-han")
    says = office.says("/lanh-dao")
    assert f"{states.count('dung-han')} Trong hạn {soon} Sắp đến hạn {late} Quá hạn 1 Chờ quyết định" in says
    assert late > 0


def test_checkpoints_of_the_office_are_counted_apart_and_never_as_law(office: Office) -> None:
    office.go_to(MON_1_JULY)
    with Session(office.engine) as session:
        passed = [line.code for line in lines_on(session, MON_1_JULY) if line.internal and line.state == "qua-han"]
    assert f"{len(passed)} mốc đã qua mà chưa có kết quả" in office.says("/lanh-dao")
    assert sorted(listed(office, "/nghia-vu?trang-thai=qua-han&noi-bo=co")) == sorted(passed)
    law = listed(office, "/nghia-vu?trang-thai=qua-han&noi-bo=khong")
    assert set(law).isdisjoint(passed)


def test_what_is_kept_posted_is_never_overdue(office: Office) -> None:
    keep, _ = posted(office)
    office.go_to(MON_2_SEPTEMBER)
    with Session(office.engine) as session:
        kept = next(line for line in lines_on(session, MON_2_SEPTEMBER) if line.code == keep)
    assert kept.legal < MON_2_SEPTEMBER
    assert kept.state == "cho-go"
    page = office.page("/lanh-dao")
    for address in {address for address, _ in numbers(page)}:
        assert keep not in listed(office, address)


def test_each_table_puts_the_worst_first_and_ends_with_the_same_sum(office: Office) -> None:
    office.go_to(MON_1_JULY)
    with Session(office.engine) as session:
        lines = lines_on(session, MON_1_JULY)
    sums = set()
    for rows in (by_unit(lines), by_index(lines), by_kind(lines)):
        worst = [(row.overdue, row.soon, row.passed) for row in rows]
        assert worst == sorted(worst, reverse=True)
        sums.add((sum(row.overdue for row in rows), sum(row.total for row in rows), sum(row.passed for row in rows)))
    assert len(sums) == 1
    tables = office.page("/lanh-dao").split('<tr role="row" class="sum">')[1:]
    assert len({plain(table.split("</tr>")[0]) for table in tables}) == 1


def test_a_bar_says_its_numbers_and_has_a_pattern_for_each_state(office: Office) -> None:
    office.go_to(MON_24_JUNE)
    page = office.page("/lanh-dao")
    bars = re.findall(r'<svg class="bar"[^>]* role="img" aria-label="([^"]+)">(.*?)</svg>', page, re.S)
    words, drawn = bars[0]
    assert re.fullmatch(r".+: \d+ quá hạn, \d+ sắp đến hạn, \d+ trong hạn", words)
    assert 'fill="url(#net-qua-han)"' in drawn
    for fill in re.findall(r"url\(#([^)]+)\)", page):
        assert f'<pattern id="{fill}"' in page
    assert "style=" not in page


def test_a_unit_s_name_is_only_ever_text(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with Session(office.engine) as session:
        line = next(line for line in lines_on(session, MON_17_JUNE) if line.by_law and line.state == "dung-han")
    monkeypatch.setattr(web.leaders, "lines_on", lambda *_: [replace(line, lead=HOSTILE, lead_code='a"&<b')])
    assert_harmless(office.page("/lanh-dao"))


# Twelve months


def test_late_and_on_time_are_what_the_periodic_report_says(office: Office) -> None:
    """June as the leaders see it on 1 July is June as the report of the half-year froze it."""
    for code, day in ((WEEK, MON_24_JUNE), (WEEK.replace("W25", "W26"), FRI_28_JUNE)):
        with transaction(office.engine) as session:
            report_done(session, code, TRAN, day, "Sổ 4", morning_of(day))
    by = end_of(date(2024, 6, 30))
    with Session(office.engine) as session:
        report = session.query(Obligation).filter_by(code=HALF).one()
        facts = report_facts(session, report, session.get_one(PlanTask, report.plan_task_id), by)
        june = months_until(session, lines_on(session, MON_1_JULY), MON_1_JULY)[-2]
    lines = [line_of(stored) for stored in facts["lines"]]
    outcomes = [
        line.outcome for line in lines if line.legal.month == 6 and line.legal.year == 2024 and not line.internal
    ]
    counted = {outcome: outcomes.count(outcome) for outcome in outcomes if outcome != "truoc-theo-doi"}
    assert june.first == date(2024, 6, 1)
    assert june.counts == counted
    assert {"tre-han", "dung-han"} <= set(counted)


def test_a_posting_taken_down_early_is_told_apart_from_a_late_one(office: Office) -> None:
    keep, number = posted(office)
    office.go_to(FRI_28_JUNE)
    office.do(f"/nghia-vu/{SETTLED}", f"/nghia-vu/{SETTLED}/go/{number}", ngay="28/06/2024", van_ban="Biên bản 15")
    with Session(office.engine) as session:
        legal = next(line.legal for line in lines_on(session, MON_1_JULY) if line.code == keep)
        month = next(m for m in months_until(session, lines_on(session, MON_2_SEPTEMBER), MON_2_SEPTEMBER)
                     if m.first <= legal <= m.last)  # fmt: skip
    assert month.counts["khong-du"] == 1
    office.go_to(MON_2_SEPTEMBER)
    assert "Không đủ thời gian niêm yết" in office.says("/lanh-dao")


def test_the_picture_and_its_table_say_the_same(office: Office) -> None:
    office.go_to(MON_2_SEPTEMBER)
    page = office.page("/lanh-dao")
    label = re.search(r'<svg class="chart"[^>]*aria-label="([^"]+)"', page)
    assert label
    told = dict(re.findall(r"tháng (\d\d/\d{4}): ([^;]+)", label[1]))
    rows = page.split('class="cards figures months"')[1].split("</table>")[0].split("<tr ")[2:]
    assert len(rows) == 12
    for row in rows:
        month, *counts = re.findall(r">([^<>\s]+)</(?:a|td)>", row)
        shown = [int(count) for count in re.findall(r"\d+", told.get(month, ""))]
        assert sorted(shown) == sorted(int(count) for count in counts[:-1] if count != "0")
        assert sum(shown) == int(counts[-1])


# What waits for a decision


def test_in_practice_the_first_who_may_decide_is_acted_for_and_that_is_said(office: Office) -> None:
    asks_time(office)
    says = office.says("/lanh-dao")
    assert "Trần Thị Ví Dụ: xin thêm thời gian đến 28/06/2024 Chủ tịch đi công tác" in says
    assert "Diễn tập: mở thay Hoàng Văn Mô Phỏng" in says
    assert "Hoàng Văn Mô Phỏng" in opened(office, WEEK)


def test_each_button_of_practice_acts_for_the_person_it_names(office: Office) -> None:
    happened(office, "thu-ly-to-cao", date(2024, 6, 10), case="TC-07")
    asking = office.link("tra-loi", TRAN, COMPLAINT)
    office.do(asking, f"{asking}/xin-them", ngay="30/07/2024", ly_do="Cần xác minh thêm")
    office.do(asking, f"{asking}/khong-phai", ly_do="Việc này thuộc công chức Địa chính")
    forms = office.page("/lanh-dao").split(f'action="/lanh-dao/mo/{COMPLAINT}"')[1:]
    named = [re.search(r'name="nguoi" value="([^"]+)">\n<span class="muted">Diễn tập: mở thay ([^<]+)<', form)
             for form in forms]  # fmt: skip
    assert [found[1] for found in named if found] == [CHAIR, MAU]
    action = f"/lanh-dao/mo/{COMPLAINT}"
    for found in filter(None, named):
        sent = {**office.token(action), "nguoi": found[1]}
        address = office.client.post(action, data=sent, headers={"Origin": HOST}).headers["location"]
        assert f"Đồng chí {found[2]}" in office.says(address)
    nobody = {**office.token(action), "nguoi": GIA_DINH}
    assert office.client.post(action, data=nobody, headers={"Origin": HOST}).status_code == 403


def test_whom_a_signed_in_reader_names_changes_nothing(real: Office) -> None:
    asks_time(real)
    sign_in(real, GIA_DINH)
    action = f"/lanh-dao/mo/{WEEK}"
    sent = {**real.token(action), "nguoi": CHAIR}
    assert real.client.post(action, data=sent, headers={"Origin": HOST}).status_code == 403


def test_a_leader_sees_what_waits_for_them_and_opens_it_under_their_own_name(real: Office) -> None:
    asks_time(real)
    sign_in(real, CHAIR)
    says = real.says("/lanh-dao")
    assert "1 Chờ tôi quyết định" in says
    assert "Diễn tập" not in says
    address = real.do("/lanh-dao", f"/lanh-dao/mo/{WEEK}")
    number = re.search(r"/dong-y/(\d+)", real.page(address))
    assert number
    real.do(address, f"{address}/dong-y/{number[1]}")
    assert (Action.TIME_AGREED, CHAIR) in said(real, WEEK)
    assert "Không có đề nghị nào chờ đồng chí." in real.says("/lanh-dao")


def test_who_stands_in_for_the_chair_decides_and_the_chair_away_does_not(real: Office) -> None:
    asks_time(real)
    with transaction(real.engine) as session:
        office = session.query(Authority).one()
        record_leave(session, office, CHAIR, MON_17_JUNE, MON_24_JUNE, MAU, real.now(), THI_DU)
    sign_in(real, THI_DU)
    assert "1 Chờ tôi quyết định" in real.says("/lanh-dao")
    sign_in(real, CHAIR)
    says = real.says("/lanh-dao")
    assert "0 Chờ tôi quyết định" in says
    assert "Ngoài ra có 1 đề nghị chờ người khác quyết định." in says


@pytest.mark.parametrize(("person", "right"), [(TRAN, "lanh-dao"), (MAU, "van-phong"), (GIA_DINH, "lanh-dao")])
def test_nobody_else_opens_it_whatever_their_right(real: Office, person: str, right: Right) -> None:
    asks_time(real)
    sign_in(real, person, right)
    action, before = f"/lanh-dao/mo/{WEEK}", real.snapshot()
    assert action not in real.page("/lanh-dao")
    answer = real.client.post(action, data=real.token(action), headers={"Origin": HOST})
    assert answer.status_code == 403
    assert "không chờ đồng chí quyết định" in answer.text
    assert real.snapshot() == before


def test_without_signing_in_real_operation_opens_nothing(real: Office) -> None:
    asks_time(real)
    action, before = f"/lanh-dao/mo/{WEEK}", real.snapshot()
    assert real.client.get("/lanh-dao").headers["location"] == "/dang-nhap?ve=/lanh-dao"
    assert real.client.post(action, data=real.token(action), headers={"Origin": HOST}).status_code == 401
    assert real.snapshot() == before


def test_a_leader_of_another_authority_learns_nothing_of_this_one(real: Office) -> None:
    asks_time(real)
    sign_in(real, CHAIR, authority_id=2)
    for code in (WEEK, "khong-co"):
        action = f"/lanh-dao/mo/{code}"
        answer = real.client.post(action, data=real.token(action), headers={"Origin": HOST})
        assert answer.status_code == 404
        assert f"Không có nghĩa vụ mang mã «{code}»." in html.unescape(answer.text)


def test_only_our_own_page_may_open_it_and_never_by_looking(office: Office) -> None:
    asks_time(office)
    action, before = f"/lanh-dao/mo/{WEEK}", office.snapshot()
    for data, origin in ((office.token(action), "http://evil.example"), ({}, HOST), (office.token("/lanh-dao"), HOST)):
        assert office.client.post(action, data=data, headers={"Origin": origin}).status_code == 403
    assert office.client.get(action).status_code == 405
    odd = "/lanh-dao/mo/a%00b"
    assert office.client.post(odd, data=office.token("/lanh-dao/mo/a\0b"), headers={"Origin": HOST}).status_code == 404
    assert office.snapshot() == before


def test_without_the_office_s_key_nothing_can_be_opened(office_engine: Engine, tmp_path: Path) -> None:
    asks_time(Office(office_engine, tmp_path))
    keyless = Office(office_engine, tmp_path, key=b"")
    assert "/lanh-dao/mo/" not in keyless.page("/lanh-dao")
    action = f"/lanh-dao/mo/{WEEK}"
    assert keyless.client.post(action, data=keyless.token(action), headers={"Origin": HOST}).status_code == 404


def test_what_was_reported_is_looked_at_and_sent_back_by_a_leader(real: Office) -> None:
    answer = real.link("tra-loi", TRAN, WEEK)
    real.do(answer, f"{answer}/hoan-thanh", minh_chung="Sổ tiếp công dân số 4")
    sign_in(real, CHAIR)
    says = real.says("/lanh-dao")
    assert "Kết quả vừa báo, có thể xem lại và trả lại" in says
    assert "Trần Thị Ví Dụ 17/06/2024 thứ Hai Sổ tiếp công dân số 4" in says
    assert "Trả lại kết quả" in opened(real, WEEK)
    real.go_to(MON_17_JUNE + timedelta(days=15))
    assert "Kết quả vừa báo" not in real.says("/lanh-dao")


def test_nobody_is_offered_to_send_back_what_they_reported_themselves(real: Office) -> None:
    with transaction(real.engine) as session:
        report_done(session, CHECKS, CHAIR, MON_17_JUNE, "12/BB", real.now(), summary="Kiểm tra 3 bộ phận")
    sign_in(real, CHAIR)
    assert "Kết quả vừa báo" not in real.says("/lanh-dao")
    action = f"/lanh-dao/mo/{CHECKS}"
    assert real.client.post(action, data=real.token(action), headers={"Origin": HOST}).status_code == 403


def test_looking_changes_nothing(office: Office) -> None:
    asks_time(office)
    before = office.snapshot()
    for method in ("GET", "HEAD"):
        assert office.client.request(method, "/lanh-dao").status_code == 200
    assert office.snapshot() == before


def test_an_empty_house_says_so(engine: Engine, tmp_path: Path) -> None:
    says = Office(engine, tmp_path).says("/lanh-dao")
    assert "0 Trong hạn 0 Sắp đến hạn 0 Quá hạn 0 Chờ quyết định" in says
    assert "Chưa có nghĩa vụ nào đang theo dõi." in says
    assert "Chưa có việc nào đến hạn kể từ khi theo dõi." in says
