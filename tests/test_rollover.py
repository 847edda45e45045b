"""A plan rolled over: what goes on, what does not and why, what people must decide, and nothing decided for them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import PLAN, PLANS
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from models.calendar_file import calendar_of, read_notices
from models.office_file import OfficeFileError
from models.plan_entries import DateEntry, Entry, WindowEntry
from models.plan_file import parse_plan
from models.plan_schema import EventKeys, PlanDocument
from models.rollover.draft import Draft, roll_over
from models.rollover.entries import Dropped, Kept, Turn, fate_of
from models.rollover.rewriting import Rename, Superior
from models.rollover.yaml_text import parse, print_tree
from rules.law.levels import abolished_in, proposed_for
from rules.law.successors import ended_by

CALENDAR = calendar_of(read_notices(PLANS / "calendar.yaml"))
CASES = YAML(typ="safe").load((Path(__file__).parent / "cases" / "rollover.yaml").read_text(encoding="utf-8"))
TUE_20_JAN_2026 = date(2026, 1, 20)
TUE_10_FEB_2026 = date(2026, 2, 10)
FROM_THE_PROVINCE = Superior(TUE_20_JAN_2026, "19/KH-UBND")
TARGET = Path("moi.yaml")


def rolled(text: str, year: int, superior: Superior | None = None, renames: tuple[Rename, ...] = ()) -> Draft:
    return roll_over(parse_plan(text.encode(), PLAN), text, year, CALENDAR, TARGET, superior, renames)


@lru_cache
def real() -> Draft:
    """The real plan of 2024 in 2026, the province's plan known."""
    return rolled(PLAN.read_text(encoding="utf-8"), 2026, FROM_THE_PROVINCE)


def said(draft: Draft, kind: str) -> list[str]:
    return [question.text for question in draft.questions if question.kind == kind]


def task(draft: Draft, code: str) -> Any:
    return next(task for task in draft.plan.document.nhiem_vu if task.ma == code)


# ---------------------------------------------------------------- one schedule


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["khi"])
def test_what_becomes_of_a_schedule(case: dict[str, Any]) -> None:
    given_keys = {key: value.isoformat() if isinstance(value, date) else value for key, value in case["han"].items()}
    entry: Entry = TypeAdapter(Entry).validate_python(given_keys)
    events = {
        "da-co": EventKeys.model_validate(
            {"ma": "da-co", "ten": "Đã có", "ngay": "2024-01-11", "van-ban": "08/KH-UBND"}
        ),
        "chua-co": EventKeys(ma="chua-co", ten="Chưa có"),
    }
    turn = Turn(2024, case["sang"], events, CALENDAR)
    fate = fate_of(entry, turn, case["loai"] == "mot-lan", case.get("cho", False))
    if "bo" in case:
        assert fate == Dropped(case["bo"])
    else:
        window = None if case["giu"] is True else tuple(case["giu"])
        assert fate == Kept(window, school_year=case.get("nam-hoc", False))  # type: ignore[arg-type]


# ---------------------------------------------------------------- the real plan


def test_the_plan_of_2026_must_be_issued_fifteen_working_days_after_the_province_s() -> None:
    draft = real()
    assert draft.plan.document.ke_hoach.ngay == TUE_10_FEB_2026
    assert "thứ Ba, 10/02/2026" in said(draft, "issue")[0]
    assert [event.ngay for event in draft.plan.document.su_kien if event.ngay] == [TUE_20_JAN_2026]


def test_without_the_province_s_plan_nothing_is_dated_and_the_event_is_asked_for() -> None:
    draft = rolled(SMALL, 2026)
    assert draft.plan.document.ke_hoach.ngay is None
    assert not [event for event in draft.plan.document.su_kien if event.ngay or event.van_ban]
    assert "chưa ghi ngày cấp trên ban hành kế hoạch" in said(draft, "issue")[0]
    assert said(draft, "event") == [
        "Ghi ngày và văn bản của sự kiện «Tỉnh ban hành» (năm 2024: 02/01/2024, 1/KH). Tính từ ngày ấy: E."
    ]


@pytest.mark.parametrize(
    ("year", "cut_off", "due", "first"),
    [
        (2025, "31/12/2025", "02/01/2026", "thứ Hai, 05/01/2026"),  # 02/01/2026 is off, worked on Saturday 10/01
        (2026, "31/12/2026", "02/01/2027", "thứ Hai, 04/01/2027"),  # 02/01/2027 is a Saturday
    ],
)
def test_a_yearly_report_may_leave_no_working_day_after_its_cut_off(
    year: int, cut_off: str, due: str, first: str
) -> None:
    draft = rolled(SMALL, year)
    (conflict,) = said(draft, "conflict")
    assert conflict.startswith("F «Báo cáo năm»: ")
    assert f"giữa ngày chốt số liệu {cut_off} và hạn {due} không có ngày làm việc nào" in conflict
    assert f"sớm nhất đến hết {first}; hoặc chốt số liệu ngày 14/12/{year} («moc-chot: nd09»)" in conflict
    assert task(draft, "F").cho_xac_nhan


def test_the_yearly_report_of_the_real_plan_waits_for_an_answer() -> None:
    assert [text.split()[0] for text in said(real(), "conflict")] == ["B03"]
    assert task(real(), "B03").cho_xac_nhan


def test_the_half_year_report_is_counted_anew() -> None:
    (b02,) = [one for one in real().days if one.task.ma == "B02"]
    assert (b02.occurrence.cut_off, b02.occurrence.deadline.target) == (date(2026, 6, 30), date(2026, 7, 2))


def test_each_dropped_task_is_listed_with_its_reason() -> None:
    assert {one.code: one.why for one in real().dropped} == {
        "B09": "việc một lần, trong khoảng 01/01/2024-31/12/2024",
        "B11": "việc một lần, sự kiện «Thị trấn ban hành kế hoạch PAPI» đã có ngày 11/01/2024",
        "B15": "việc một lần, trong khoảng 01/01/2024-31/12/2024",
        "P7c2": "khoảng nhiều năm 01/01/2023-31/12/2025 kết thúc trước năm 2026",
    }
    assert len(said(real(), "dropped")) == 4


def test_receivers_of_the_district_are_asked_about_and_their_reports_wait() -> None:
    draft = real()
    report = next(text for text in said(draft, "receiver") if text.startswith("B02, B03"))
    assert "«UBND huyện Văn Lâm (qua Phòng Nội vụ)» không còn từ 01/07/2025" in report
    assert "đề nghị «UBND tỉnh Hưng Yên (qua Sở Nội vụ)», cần đối chiếu" in report
    assert all(task(draft, code).cho_xac_nhan for code in ("B02", "B03", "P4b.6"))
    assert task(draft, "B02").noi_nhan == "UBND huyện Văn Lâm (qua Phòng Nội vụ)"  # proposed, not replaced


@pytest.mark.parametrize("instrument", ["163/2016/NĐ-CP", "343/2016/TT-BTC", "42/2022/NĐ-CP", "77/2015/QH13"])
def test_law_that_ended_is_asked_about_and_its_grounds_stand(instrument: str) -> None:
    draft = real()
    assert [text for text in said(draft, "law") if instrument in text and "hết hiệu lực ngày" in text]
    assert any(instrument in ground.van_ban for task in draft.plan.document.nhiem_vu for ground in task.can_cu)


def test_ten_days_for_the_budget_of_2026_are_told_and_counted() -> None:
    draft = real()
    assert any("P3c.3" in text and "là 10 ngày" in text for text in said(draft, "law"))
    quarter = next(one for one in draft.days if one.occurrence.key == "2026-Q3" and one.task.ma == "P3c.3")
    assert quarter.occurrence.deadline.legal == date(2026, 10, 12)  # 10/10 is a Saturday


def test_a_term_nobody_knows_makes_its_task_wait() -> None:
    draft = real()
    assert any(text.startswith("P6.2: Chưa biết quy định nào") for text in said(draft, "law"))
    assert task(draft, "P6.2").cho_xac_nhan


def test_school_years_move_on_to_be_checked() -> None:
    (entry,) = task(real(), "P7b").thoi_han
    assert (entry.tu, entry.den) == (date(2025, 9, 5), date(2026, 5, 31))
    assert sum("UBND tỉnh quyết định từng năm, cần đối chiếu" in text for text in said(real(), "time")) == 2


def test_words_of_the_old_plan_are_marked_as_its_own() -> None:
    b01 = task(real(), "B01")
    assert b01.nguon == "Tổ chức thực hiện, mục 1.a (theo Kế hoạch 08/KH-UBND năm 2024)"
    assert b01.trich == "chậm nhất 15 ngày làm việc sau thời gian ban hành Kế hoạch"
    assert (b01.can_cu[0].van_ban, b01.can_cu[0].muc_chac) == ("Kế hoạch 08/KH-UBND năm 2024 (kế hoạch cũ)", "?")
    assert b01.can_cu[1].van_ban == "Bộ luật Dân sự 91/2015/QH13"
    assert b01.da_xong is None
    assert all(remark.startswith("(2024) ") for remark in b01.phat_hien)


def test_the_new_plan_is_a_draft_that_names_its_past() -> None:
    plan = real().plan.document.ke_hoach
    assert (plan.ma, plan.so, plan.nam, plan.du_thao, plan.nguon) == ("nhu-quynh-2026", "…/KH-UBND", 2026, True, None)
    assert plan.ten == "Nâng cao Chỉ số PAPI thị trấn Như Quỳnh năm 2026"
    assert plan.ke_hoach_truoc
    assert (plan.ke_hoach_truoc.so, plan.ke_hoach_truoc.nam) == ("08/KH-UBND", 2024)
    assert list(plan.cho_quyet_dinh) == [question.text for question in real().questions]


def test_what_already_waited_still_waits() -> None:
    assert {text.split()[0] for text in said(real(), "earlier")} == {"P2a", "P6.4", "P7c1", "P8b"}
    assert task(real(), "P2a").thoi_han == ()


def test_dates_past_the_announced_years_are_called_provisional() -> None:
    (text,) = [text for text in said(rolled(SMALL, 2028), "time") if "tạm tính" in text]
    assert "vì lịch nghỉ chính thức mới công bố đến 31/12/2027" in text


def test_a_name_is_replaced_only_when_somebody_says_so_and_never_in_a_quote() -> None:
    draft = rolled(SMALL, 2026, renames=(("thị trấn", "xã"), ("UBND huyện Văn Lâm", "UBND tỉnh Hưng Yên")))
    e = task(draft, "E")
    assert (e.ten, e.ket_qua, e.noi_nhan) == ("Xã báo cáo", "Báo cáo của xã", "UBND tỉnh Hưng Yên")
    assert (e.trich, e.cho_xac_nhan) == ("thị trấn báo cáo", False)
    assert not said(draft, "receiver")
    asked = rolled(SMALL, 2026)
    assert task(asked, "E").noi_nhan == "UBND huyện Văn Lâm"
    assert task(asked, "E").cho_xac_nhan
    assert any(text.startswith("«thị trấn» không còn từ 01/07/2025") for text in said(asked, "name"))


def test_the_file_keeps_its_manner() -> None:
    old, new = PLAN.read_text(encoding="utf-8"), real().text
    comments: Callable[[str], list[str]] = lambda text: [line for line in text.splitlines() if line.strip()[:1] == "#"]  # noqa: E731
    assert comments(new)[3:] == comments(old)
    assert [line[:12] for line in comments(new)[:3]] == [
        "# Dự thảo năm"[:12],
        "# Dự thảo chưa"[:12],
        "# Dự thảo ghi"[:12],
    ]
    kept = set(new.splitlines())
    assert '  - {ma: hoi-nghi-doi-thoai, ten: "Ngày hội nghị trao đổi, đối thoại với Nhân dân"}' in kept
    assert "      - {kieu: moi-ky, ky: nua-nam, han: {kieu: ngay-lam-viec-truoc, so: 2}, noi-bo: true}" in kept
    assert unicodedata.is_normalized("NFC", new)
    assert print_tree(parse(new)) == new


# ---------------------------------------------------------------- names and law found in words


@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        ("UBND huyện Văn Lâm (qua Phòng Nội vụ)", "UBND tỉnh Hưng Yên (qua Sở Nội vụ)"),
        ("Phòng Nội vụ huyện", "Sở Nội vụ"),
        ("Phòng TC-KH huyện Khoái Châu", "Sở Tài chính"),
        ("UBND huyện Khoái Châu", "UBND tỉnh"),
        ("UBND thị xã Mỹ Hào", "UBND tỉnh"),
        ("huyện Khoái Châu (cũ)", "huyện Khoái Châu (cũ)"),
        ("Thị trấn ban hành kế hoạch", "Xã ban hành kế hoạch"),
        ("Văn bản gửi UBND huyện và Chủ tịch UBND huyện", "Văn bản gửi UBND tỉnh và Chủ tịch UBND tỉnh"),
        ("Công an xã", "Công an xã"),
        ("nhiệm vụ thị trấnnn", "nhiệm vụ thị trấnnn"),
    ],
)
def test_names_no_longer_in_use_and_what_is_proposed(words: str, proposed: str) -> None:
    assert proposed_for(words, date(2026, 12, 31)) == proposed
    assert abolished_in(words, date(2025, 6, 30)) == []  # Monday, the last day of the districts


def test_a_ward_keeps_its_residential_groups_and_a_renamed_office_is_asked_for_its_code() -> None:
    plain, ward = rolled(SMALL, 2026), rolled(SMALL, 2026, renames=(("UBND xã X", "UBND phường X"),))
    groups = [[text for text in said(draft, "name") if text.startswith("«tổ dân phố»")] for draft in (plain, ward)]
    assert (len(groups[0]), groups[1]) == (1, [])
    assert any("«UBND phường X» dùng lại mã «x» của «UBND xã X»" in text for text in said(ward, "name"))


@pytest.mark.parametrize(
    ("words", "day", "ended"),
    [
        ("Nghị định 163/2016/NĐ-CP", date(2025, 12, 31), []),
        ("Nghị định 163/2016/NĐ-CP", date(2026, 1, 1), [("Nghị định 73/2026/NĐ-CP",)]),
        ("theo Thông tư 36/2017", date(2026, 1, 1), [("Thông tư 09/2024/TT-BGDĐT",)]),
        (
            "Luật Tổ chức chính quyền địa phương 77/2015/QH13",
            date(2026, 1, 1),
            [("Luật Tổ chức chính quyền địa phương 72/2025/QH15",)],
        ),
        ("Quyết định 24/2021/QĐ-TTg", date(2026, 1, 1), [()]),
        ("trước ngày 30/6/2017, Kế hoạch 36/2017", date(2026, 1, 1), []),
        ("Bộ luật Dân sự 91/2015/QH13", date(2050, 1, 1), []),
    ],
)
def test_instruments_that_ended_and_what_follows_them(words: str, day: date, ended: list[tuple[str, ...]]) -> None:
    assert [one.successors for one in ended_by(words, day)] == ended


# ---------------------------------------------------------------- files written otherwise


SMALL = """ke-hoach:
  ma: nho
  so: 5/KH-UBND
  ngay: 2024-01-10
  nam: 2024
  ten: Nhỏ
  co-quan: {ma: x, ten: UBND xã X}
don-vi:
  - {ma: vp, ten: Văn phòng}
su-kien:
  - ma: ke-hoach-cap-tren
    ten: Tỉnh ban hành
    ngay: 2024-01-02
    van-ban: 1/KH
  # sau sự kiện
  - {ma: k, ten: K}
nhiem-vu:
  # phần một
  - ma: A
    ten: A
    loai: mot-lan
    nguon: mục 1
    chu-tri: &vp vp
    thoi-han: &t [{kieu: khoang, tu: 2024-01-01, den: 2024-12-31}]
  # phần hai
  - ma: B
    ten: B
    loai: khoang
    nguon: mục 2
    chu-tri: *vp
    thoi-han: *t
    da-xong:
      ngay: 2024-02-01
      van-ban: 3/BC
  # phần ba
  - {ma: C, ten: C, loai: bao-cao, nguon: mục 3, chu-tri: vp, pham-vi: [A, B],
     thoi-han: [{kieu: truoc-ngay, ngay: 2024-05-01}, {kieu: moi-ky, ky: quy}]}
  - ma: D
    ten: Theo Quyết định 24/2021
    loai: thuong-xuyen
    nguon: mục 4
    chu-tri: vp
    thoi-han:
      - kieu: truoc-ngay
        ngay: 2024-05-01
      - kieu: thuong-xuyen
  - ma: E
    ten: Thị trấn báo cáo
    loai: bao-cao
    nguon: mục 5
    trich: thị trấn báo cáo
    chu-tri: vp
    ket-qua: Báo cáo của thị trấn
    noi-nhan: UBND huyện Văn Lâm
    thoi-han:
      - {kieu: su-kien, su-kien: ke-hoach-cap-tren, han: {kieu: ngay-lam-viec-sau, so: 15}}
      - {ten: Họp tổ dân phố, kieu: moi-ky, ky: nam}
  - ma: F
    ten: Báo cáo năm
    loai: bao-cao
    nguon: mục 6
    chu-tri: vp
    thoi-han:
      - {kieu: moi-ky, ky: nam, chot-so-lieu: true, han: {kieu: truoc-ngay-thang, ngay: 3, thang-sau: 1}}
"""


def test_block_and_flow_anchors_and_comments_survive_what_goes() -> None:
    draft = rolled(SMALL, 2025)
    assert draft.carried == ("B", "C", "D", "E", "F")
    for comment in ("# sau sự kiện", "# phần một", "# phần hai", "# phần ba"):
        assert f"{comment}\n" in draft.text
    assert [entry.kieu for entry in task(draft, "C").thoi_han] == ["moi-ky"]
    assert task(draft, "C").pham_vi == ("B",)
    assert "Không chuyển A «A»: việc một lần, trong khoảng 01/01/2024-31/12/2024. Bỏ khỏi phạm vi của C." in said(
        draft, "dropped"
    )
    assert [entry.kieu for entry in task(draft, "D").thoi_han] == ["thuong-xuyen"]
    assert (task(draft, "B").da_xong, task(draft, "B").thoi_han[0].tu) == (None, date(2025, 1, 1))
    assert [text for text in said(draft, "dropped") if text.startswith(("C:", "D:"))] == [
        "C: Không chuyển thời hạn «C» - hạn một lần, trước ngày 01/05/2024.",
        "D: Không chuyển thời hạn «Theo Quyết định 24/2021» - hạn một lần, trước ngày 01/05/2024.",
    ]


def test_other_line_ends_letters_in_parts_and_a_mark_in_front_give_the_same_bytes() -> None:
    other = "\ufeff" + unicodedata.normalize("NFD", SMALL).replace("\n", "\r\n")
    draft = roll_over(parse_plan(other.encode(), PLAN), other, 2026, CALENDAR, TARGET)
    hashes = [one.plan.document.ke_hoach.ke_hoach_truoc.sha256 for one in (draft, rolled(SMALL, 2026))]  # type: ignore[union-attr]
    assert draft.text == rolled(SMALL, 2026).text.replace(hashes[1], hashes[0])


def test_a_plan_written_as_json_rolls_over_too() -> None:
    as_json = json.dumps(YAML(typ="safe").load(SMALL), ensure_ascii=False, default=date.isoformat)
    assert schedules(rolled(as_json, 2026)) == schedules(rolled(SMALL, 2026))


def test_values_as_long_as_they_may_be_still_fit() -> None:
    long = "rất dài " * 125
    text = SMALL.replace("nguon: mục 6", f"nguon: {long}\n    phat-hien: [{long}]").replace(
        "ten: Báo cáo năm", f"ten: {long}"
    )
    f = task(rolled(text, 2026), "F")
    assert f.nguon.endswith("… (theo Kế hoạch 5/KH-UBND năm 2024)")
    assert [len(remark) for remark in f.phat_hien][-1] == 1000


def test_a_remark_goes_where_no_comment_is_lost_and_is_said_once_over_the_years() -> None:
    first = rolled(SMALL, 2026)
    again = rolled(first.text, 2027)
    ended = "Quyết định 24/2021/QĐ-TTg hết hiệu lực ngày 31/12/2025; chưa biết văn bản thay thế, cần đối chiếu."
    assert task(first, "D").phat_hien.count(ended) == task(again, "D").phat_hien.count(ended) == 1
    assert f"(2026) {ended}" not in task(again, "D").phat_hien
    assert again.text.count("# phần ba") == 1
    assert again.text.count("# Dự thảo năm") == 1


def test_a_superior_s_plan_that_the_plan_knows_no_event_for_is_refused() -> None:
    with pytest.raises(OfficeFileError, match="không có sự kiện «ke-hoach-cap-tren»"):
        rolled(SMALL.replace("ke-hoach-cap-tren", "khac"), 2026, FROM_THE_PROVINCE)


def test_a_name_found_nowhere_is_refused() -> None:
    with pytest.raises(OfficeFileError, match="--rename: không thấy «sao Hỏa» ở tên gọi nào"):
        rolled(SMALL, 2026, renames=(("sao Hỏa", "xã"),))


# ---------------------------------------------------------------- whatever the plan

DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
ENTRIES = st.one_of(
    st.builds(lambda kind, day: {"kieu": kind, "ngay": day}, st.sampled_from(["truoc-ngay", "cham-nhat-ngay"]), DAYS),
    st.tuples(DAYS, DAYS).map(lambda days: {"kieu": "khoang", "tu": min(days), "den": max(days)}),
    st.sampled_from(["quy", "nua-nam", "nam", "thang"]).map(lambda period: {"kieu": "moi-ky", "ky": period}),
    st.sampled_from([[1], [366], [59, 366]]).map(lambda only: {"kieu": "moi-ky", "ky": "ngay", "chi-ky": only}),
    st.just(
        {
            "kieu": "moi-ky",
            "ky": "nam",
            "chot-so-lieu": True,
            "han": {"kieu": "truoc-ngay-thang", "ngay": 3, "thang-sau": 1},
        }
    ),
    st.just({"kieu": "so-lan", "so-lan": 2, "moi": "nam"}),
    st.just({"kieu": "thuong-xuyen"}),
    st.sampled_from(["da-co", "chua-co"]).map(lambda event: {"kieu": "su-kien", "su-kien": event}),
)
TASKS = st.fixed_dictionaries(
    {
        "loai": st.sampled_from(["bao-cao", "khoang", "mot-lan", "su-kien", "thuong-xuyen"]),
        "thoi-han": st.lists(ENTRIES, min_size=1, max_size=3),
    },
    optional={
        "cho-xac-nhan": st.just(True),
        "da-xong": st.just({"ngay": date(2024, 3, 1), "van-ban": "1/BC"}),
        "noi-nhan": st.sampled_from(["UBND huyện Văn Lâm", "UBND tỉnh"]),
        "phat-hien": st.lists(
            st.sampled_from(["Một: hai", "- gạch", "(2023) cũ", "Nghị định 42/2022/NĐ-CP"]), min_size=1
        ),
    },
)


@st.composite
def plans(draw: st.DrawFn) -> str:
    """The text of a small plan of 2024."""
    tasks = draw(st.lists(TASKS, min_size=1, max_size=5))
    document = {
        "ke-hoach": {
            "ma": "thu-2024", "so": "5/KH-UBND", "ngay": date(2024, 1, 10), "nam": 2024, "ten": "Thử năm 2024",
            "co-quan": {"ma": "x", "ten": "UBND xã X"},
        },
        "don-vi": [{"ma": "vp", "ten": "Văn phòng"}],
        "su-kien": [
            {"ma": "da-co", "ten": "Đã có", "ngay": date(2024, 1, 11), "van-ban": "2/QĐ"},
            {"ma": "chua-co", "ten": "Chưa"},
        ],
        "nhiem-vu": [
            {"ma": f"T{number}", "ten": f"Việc {number}", "nguon": "mục", "chu-tri": "vp", **keys}
            for number, keys in enumerate(tasks)
        ],
    }  # fmt: skip
    return print_tree(document)  # type: ignore[arg-type]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_whatever_the_plan(text: str) -> None:
    old, straight = parse_plan(text.encode(), PLAN).document, rolled(text, 2026)
    each_task_goes_on_or_is_listed_once(old, straight)
    no_day_of_the_old_year_is_left(straight.plan.document)
    two_years_at_once_are_two_years_one_after_the_other(straight, rolled(rolled(text, 2025).text, 2026))
    what_is_written_reads_back_and_is_written_the_same(straight)


def each_task_goes_on_or_is_listed_once(old: PlanDocument, draft: Draft) -> None:
    assert sorted([*draft.carried, *(one.code for one in draft.dropped)]) == sorted(task.ma for task in old.nhiem_vu)
    assert tuple(task.ma for task in draft.plan.document.nhiem_vu) == draft.carried


def no_day_of_the_old_year_is_left(document: PlanDocument) -> None:
    entries = [entry for task in document.nhiem_vu for entry in task.thoi_han]
    assert not [entry for entry in entries if isinstance(entry, DateEntry)]
    assert all(entry.den.year >= 2026 for entry in entries if isinstance(entry, WindowEntry))
    assert document.ke_hoach.ngay is None
    assert not [one for one in document.su_kien if one.ngay]
    assert not [one for one in document.nhiem_vu if one.da_xong]


def two_years_at_once_are_two_years_one_after_the_other(straight: Draft, stepwise: Draft) -> None:
    assert stepwise.carried == straight.carried
    assert schedules(stepwise) == schedules(straight)


def what_is_written_reads_back_and_is_written_the_same(draft: Draft) -> None:
    assert unicodedata.is_normalized("NFC", draft.text)
    assert print_tree(parse(draft.text)) == draft.text
    assert parse_plan(draft.text.encode(), TARGET).document == draft.plan.document


def schedules(draft: Draft) -> list[Any]:
    return [task.thoi_han for task in draft.plan.document.nhiem_vu]
