"""What a commune must publish: the list and its sources, the channels of a day, and postings taken down early."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.deadlines import Posting
from rules.law.disclosures import (
    CHANNELS,
    WITHOUT_DAYS,
    Channel,
    Item,
    UnknownItem,
    all_items,
    channels_on,
    item_named,
    keeping,
    keeping_basis,
    missing_channels,
    read_items,
    required_on,
)
from rules.law.reading import LawFileError, all_duties
from rules.law.records import Doubt
from rules.law.terms import NoDeadlineInLaw, NoTermInForce, term_in_force
from rules.postings import TakenDownBeforePosted, full_days, shortfall
from rules.vietnamese import weekday_dmy
from rules.working_days import WorkingCalendar

LAW = Path(__file__).resolve().parents[1] / "rules/law"
ITEMS = list(all_items().values())
DEMOCRACY = "Luật Thực hiện dân chủ ở cơ sở 10/2022/QH15"
POSTED_ON = st.dates(date(2024, 1, 2), date(2025, 9, 1))


def on(words: str) -> date:
    """The day written «thứ Tư, 01/07/2026», checked against its weekday."""
    day, month, year = map(int, words[-10:].split("/"))
    found = date(year, month, day)
    assert weekday_dmy(found) == words
    return found


def rows(table: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in table.strip().splitlines()]


# ---------------------------------------------------------------- the list and its sources


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_every_item_has_a_name_a_source_and_a_channel(item: Item) -> None:
    assert item.name
    assert item.basis
    assert item.channels
    for basis in [*item.basis, *(channel.basis for channel in item.channels)]:
        assert basis.instrument
        assert basis.article or basis.certainty == "M", f"{item.slug}: {basis.instrument} cần điều khoản"


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_every_duty_named_is_there(item: Item) -> None:
    named = {item.within} if item.within else set()
    named |= {keep.length for keep in item.keep if keep.length not in WITHOUT_DAYS}
    assert named <= set(all_duties())


def test_items_1_to_13_of_article_11_and_1_to_11_of_article_46_are_all_there() -> None:
    grounds = " ".join(basis.article for item in ITEMS for basis in item.basis if basis.instrument == DEMOCRACY)
    for clause in range(1, 14):
        assert re.search(rf"khoản {clause}\b[^.]* Điều 11\b", grounds), clause
    for clause in range(1, 12):
        assert f"khoản {clause} Điều 46" in grounds, clause


def test_only_items_7_to_12_of_article_11_ask_for_the_loudspeaker() -> None:
    asking = {i.slug for i in ITEMS for c in i.channels if c.basis.article == "khoản 3 Điều 13" and c.required}
    clauses = {
        int(re.findall(r"\d+", basis.article)[0])
        for slug in asking
        for basis in item_named(slug).basis
        if basis.instrument == DEMOCRACY and "Điều 11" in basis.article
    }
    assert clauses == {7, 8, 9, 10, 11, 12}


def test_what_was_not_seen_prints_that_it_must_be_checked() -> None:
    review = item_named("ra-soat-ho-ngheo")
    assert str(review.basis[0]) == "Điều 4 Quyết định 24/2021/QĐ-TTg (cần đối chiếu)"
    assert str(item_named("quyet-toan").channels[0].basis) == "khoản 2 Điều 17 Thông tư 343/2016/TT-BTC"
    assert item_named("phi-le-phi").basis[0].certainty == "?"  # S, nhưng luật đã sửa, chưa thấy lời văn


def test_the_file_is_nfc_and_says_only_known_slugs() -> None:
    text = (LAW / "disclosures.yaml").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert all(re.fullmatch(r"[a-z0-9-]+", item.slug) for item in ITEMS)
    assert {channel.channel for item in ITEMS for channel in item.channels} == set(CHANNELS)


def test_what_replaces_a_channel_is_a_channel_of_the_same_item() -> None:
    for item in ITEMS:
        for channel in item.channels:
            assert set(channel.unless) <= {other.channel for other in channels_on(item, channel.valid_from)}, item.slug


def test_an_unknown_name_is_told_its_neighbours() -> None:
    with pytest.raises(UnknownItem) as raised:
        item_named("du-toan-quyet")
    assert "«du-toan-quyet». Gần giống: du-toan-quyet-dinh" in str(raised.value)


# ---------------------------------------------------------------- the channels of a day

REQUIRED = """
du-toan-trinh               thứ Hai, 01/07/2024     bang-tin truyen-thanh cong
du-toan-trinh               thứ Ba, 24/03/2026      bang-tin truyen-thanh cong
du-toan-trinh               thứ Tư, 25/03/2026      cong
du-toan-quyet-dinh          thứ Ba, 24/03/2026      bang-tin truyen-thanh van-ban cong
du-toan-quyet-dinh          thứ Tư, 25/03/2026      cong
quyet-toan                  thứ Sáu, 30/06/2023     bang-tin truyen-thanh van-ban
thuc-hien-ngan-sach-quy     thứ Hai, 15/07/2024     bang-tin truyen-thanh cong
ket-qua-ho-tro              thứ Tư, 31/12/2025      -
ket-qua-ho-tro              thứ Năm, 01/01/2026     cong bang-tin truyen-thanh van-ban
ra-soat-ho-ngheo            thứ Hai, 02/12/2024     bang-tin truyen-thanh
ra-soat-ho-ngheo            thứ Năm, 01/01/2026     -
thu-tuc-hanh-chinh          thứ Hai, 17/06/2024     cong bang-tin
du-an-dau-tu                thứ Hai, 17/06/2024     cong bang-tin
phi-le-phi                  thứ Hai, 17/06/2024     cong bang-tin truyen-thanh van-ban
lich-tiep-cong-dan          thứ Ba, 30/06/2026      bang-tin cong
lich-tiep-cong-dan          thứ Tư, 01/07/2026      bang-tin cong
thong-tin-tren-cong         thứ Tư, 01/07/2026      cong
phi-le-phi                  thứ Sáu, 30/06/2023     -
"""


@pytest.mark.parametrize(("slug", "day", "channels"), rows(REQUIRED))
def test_what_the_law_requires_on_a_day(slug: str, day: str, channels: str) -> None:
    assert required_on(item_named(slug), on(day)) == tuple(channels.replace("-", "", channels == "-").split())


MISSING = """
du-toan-quyet-dinh     thứ Hai, 01/07/2024    bang-tin cong                         truyen-thanh van-ban
du-toan-quyet-dinh     thứ Hai, 01/07/2024    bang-tin truyen-thanh cong van-ban    đủ
du-toan-quyet-dinh     thứ Tư, 25/03/2026     bang-tin truyen-thanh                 cong
noi-bo-nhan-su         thứ Hai, 17/06/2024    chưa                                  cong bang-tin
noi-bo-nhan-su         thứ Hai, 17/06/2024    van-ban                               đủ
noi-bo-nhan-su         thứ Hai, 17/06/2024    bang-tin                              đủ
noi-bo-nhan-su         thứ Hai, 17/06/2024    hop                                   cong bang-tin
ban-ke-khai-tai-san    thứ Hai, 17/06/2024    hop                                   đủ
ban-ke-khai-tai-san    thứ Hai, 17/06/2024    cong                                  bang-tin hop
ket-luan-to-cao        thứ Hai, 17/06/2024    cong                                  đủ
"""


@pytest.mark.parametrize(("slug", "day", "used", "missing"), rows(MISSING))
def test_what_is_still_missing(slug: str, day: str, used: str, missing: str) -> None:
    found = missing_channels(item_named(slug), on(day), used.split())
    assert found == (() if missing == "đủ" else tuple(missing.split()))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_each_day_each_channel_has_one_answer_and_all_used_is_enough(item: Item) -> None:
    for day in sorted({edge for channel in item.channels for edge in (channel.valid_from, channel.valid_to) if edge}):
        alive = [channel.channel for channel in channels_on(item, day)]
        assert len(alive) == len(set(alive))
        assert missing_channels(item, day, alive) == ()
        assert set(missing_channels(item, day, ())) == set(required_on(item, day))


# ---------------------------------------------------------------- how long it stays

KEPT = """
du-toan-trinh             bang-tin        thứ Ba, 24/03/2026     30 ngày            Điều 17 Thông tư 343/2016/TT-BTC
du-toan-trinh             bang-tin        thứ Tư, 25/03/2026     30 ngày            khoản 2 Điều 13 Luật Thực hiện
ke-hoach-kinh-te-xa-hoi   bang-tin        thứ Hai, 17/06/2024    30 ngày            khoản 2 Điều 13 Luật Thực hiện
ra-soat-ho-ngheo          bang-tin        thứ Hai, 02/12/2024    3 ngày làm việc    Điều 4 Quyết định 24/2021/QĐ-TTg
ho-ngheo-cong-nhan        bang-tin        thứ Hai, 02/12/2024    30 ngày            khoản 2 Điều 13
phi-le-phi                truyen-thanh    thứ Hai, 17/06/2024    3 ngày             khoản 3 Điều 13
noi-bo-nhan-su            cong            thứ Hai, 17/06/2024    20 ngày            khoản 1 Điều 48
noi-bo-nhan-su            bang-tin        thứ Hai, 17/06/2024    20 ngày            khoản 2 Điều 48
ban-ke-khai-tai-san       bang-tin        thứ Hai, 17/06/2024    15 ngày            khoản 4 Điều 11 Nghị định 130/2020
noi-dung-lay-y-kien       cong            thứ Hai, 17/06/2024    20 ngày            khoản 2 Điều 28
noi-dung-lay-y-kien       bang-tin        thứ Hai, 17/06/2024    30 ngày            khoản 2 Điều 13
lay-y-kien-quy-hoach-dat  bang-tin        thứ Năm, 01/08/2024    30 ngày            điểm c khoản 3 Điều 70
lay-y-kien-ke-hoach-dat   bang-tin        thứ Năm, 01/08/2024    20 ngày            điểm c khoản 3 Điều 70
tam-hoan-mien-nghia-vu    bang-tin        thứ Hai, 17/06/2024    20 ngày            khoản 4 Điều 41
quy-hoach-ke-hoach-dat    bang-tin        thứ Tư, 31/07/2024     ca-ky              Điều 48 Luật Đất đai 45/2013/QH13
quy-hoach-ke-hoach-dat    bang-tin        thứ Năm, 01/08/2024    ca-ky              điểm b khoản 4 Điều 75
thu-tuc-hanh-chinh        bang-tin        thứ Hai, 17/06/2024    thuong-xuyen       khoản 2 Điều 13
du-toan-trinh             truyen-thanh    thứ Hai, 17/06/2024    -                  -
du-toan-trinh             cong            thứ Hai, 17/06/2024    -                  -
"""


@pytest.mark.parametrize(("slug", "channel", "day", "length", "ground"), rows(KEPT))
def test_how_long_a_posting_of_that_day_stays(slug: str, channel: str, day: str, length: str, ground: str) -> None:
    item, kept = item_named(slug), keeping(item_named(slug), channel, on(day))
    words = f"{kept.n} ngày{' làm việc' if kept.working else ''}" if isinstance(kept, Posting) else kept or "-"
    assert words == length
    assert str(keeping_basis(item, channel, on(day)) or "-").startswith(ground)


def test_no_posting_rule_in_force_is_an_error_never_a_default() -> None:
    review = item_named("ra-soat-ho-ngheo")
    for ask in (keeping, keeping_basis):
        with pytest.raises(NoTermInForce, match="Giai đoạn 2026-2030 chưa xác định"):
            ask(review, "bang-tin", on("thứ Năm, 01/01/2026"))


def test_a_term_without_a_number_is_no_length() -> None:
    draft = item_named("du-toan-trinh")
    too_long = replace(draft, keep=(replace(draft.keep[0], valid_to=None),))  # NS18 thay NS05, không định số ngày
    with pytest.raises(NoDeadlineInLaw):
        keeping(too_long, "bang-tin", on("thứ Tư, 25/03/2026"))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_each_length_can_be_counted_from_the_first_day_its_row_holds(item: Item) -> None:
    for keep in item.keep:
        kept = keeping(item, keep.channel, keep.valid_from)
        assert isinstance(kept, Posting) or kept in WITHOUT_DAYS
        assert keeping_basis(item, keep.channel, keep.valid_from)


@pytest.mark.parametrize("item", [item for item in ITEMS if item.within], ids=lambda item: item.slug)
def test_how_soon_has_an_answer_in_the_law_of_today(item: Item) -> None:
    assert term_in_force(item.within or "", on("thứ Tư, 01/07/2026"))


# ---------------------------------------------------------------- taken down early

POSTINGS = """
30 ngày           thứ Hai, 01/07/2024    thứ Ba, 30/07/2024     mới đủ 28/30 ngày; phải giữ đến hết ngày 31/07/2024.
30 ngày           thứ Hai, 01/07/2024    thứ Tư, 31/07/2024     mới đủ 29/30 ngày; phải giữ đến hết ngày 31/07/2024.
30 ngày           thứ Hai, 01/07/2024    thứ Năm, 01/08/2024    đủ
30 ngày           thứ Hai, 01/07/2024    thứ Hai, 01/07/2024    mới đủ 0/30 ngày
30 ngày           thứ Năm, 01/08/2024    thứ Bảy, 31/08/2024    mới đủ 29/30 ngày; phải giữ đến hết ngày 04/09/2024
30 ngày           thứ Năm, 01/08/2024    Chủ nhật, 01/09/2024   nên phải giữ đến hết thứ Tư, 04/09/2024.
30 ngày           thứ Năm, 01/08/2024    thứ Tư, 04/09/2024     nên phải giữ đến hết thứ Tư, 04/09/2024.
30 ngày           thứ Năm, 01/08/2024    thứ Năm, 05/09/2024    đủ
30 ngày           thứ Sáu, 02/08/2024    thứ Ba, 03/09/2024     nên phải giữ đến hết thứ Tư, 04/09/2024.
30 ngày           thứ Bảy, 03/08/2024    thứ Ba, 03/09/2024     nên phải giữ đến hết thứ Tư, 04/09/2024.
30 ngày           thứ Sáu, 27/12/2024    thứ Hai, 27/01/2025    nên phải giữ đến hết thứ Hai, 03/02/2025.
30 ngày           thứ Sáu, 27/12/2024    thứ Hai, 03/02/2025    nên phải giữ đến hết thứ Hai, 03/02/2025.
30 ngày           thứ Sáu, 27/12/2024    thứ Ba, 04/02/2025     đủ
30 ngày           thứ Năm, 04/04/2024    thứ Bảy, 04/05/2024    mới đủ 29/30 ngày; phải giữ đến hết ngày 04/05/2024.
30 ngày           thứ Năm, 04/04/2024    Chủ nhật, 05/05/2024   đủ
20 ngày           thứ Hai, 03/06/2024    Chủ nhật, 23/06/2024   mới đủ 19/20 ngày; phải giữ đến hết ngày 24/06/2024
20 ngày           thứ Hai, 03/06/2024    thứ Hai, 24/06/2024    nên phải giữ đến hết thứ Hai, 24/06/2024.
15 ngày           thứ Hai, 25/03/2024    thứ Tư, 10/04/2024     đủ
3 ngày làm việc   thứ Sáu, 26/04/2024    thứ Năm, 02/05/2024    mới đủ 0/3 ngày làm việc
3 ngày làm việc   thứ Sáu, 26/04/2024    thứ Sáu, 03/05/2024    1/3 ngày làm việc; phải giữ đến hết ngày 04/05/2024.
3 ngày làm việc   thứ Sáu, 26/04/2024    thứ Bảy, 04/05/2024    2/3 ngày làm việc; phải giữ đến hết ngày 04/05/2024.
3 ngày làm việc   thứ Sáu, 26/04/2024    Chủ nhật, 05/05/2024   đủ
3 ngày làm việc   thứ Năm, 25/04/2024    thứ Sáu, 03/05/2024    2/3 ngày làm việc; phải giữ đến hết ngày 03/05/2024.
3 ngày làm việc   thứ Năm, 25/04/2024    thứ Bảy, 04/05/2024    đủ
3 ngày làm việc   thứ Tư, 27/11/2024     thứ Hai, 02/12/2024    mới đủ 2/3 ngày làm việc
3 ngày làm việc   thứ Tư, 27/11/2024     thứ Ba, 03/12/2024     đủ
"""


def rule_named(words: str) -> Posting:
    return Posting(int(words.split()[0]), words.endswith("làm việc"))


@pytest.mark.parametrize(("rule", "posted", "taken_down", "says"), rows(POSTINGS))
def test_taken_down_early_or_in_time(
    rule: str, posted: str, taken_down: str, says: str, calendar: WorkingCalendar
) -> None:
    finding = shortfall(rule_named(rule), on(posted), on(taken_down), calendar)
    if says == "đủ":
        assert finding is None
    else:
        assert finding is not None
        assert finding.level == "warning"
        assert says in finding.text


SENTENCES = {
    (date(2024, 7, 1), date(2024, 7, 31)): "Gỡ sớm: niêm yết từ 01/07/2024, gỡ ngày 31/07/2024, mới đủ 29/30 ngày; "
    "phải giữ đến hết ngày 31/07/2024.",
    (date(2024, 8, 1), date(2024, 8, 31)): "Gỡ sớm: niêm yết từ 01/08/2024, gỡ ngày 31/08/2024, mới đủ 29/30 ngày; "
    "phải giữ đến hết ngày 04/09/2024 (ngày cuối 31/08/2024 là ngày nghỉ).",
    (date(2024, 8, 1), date(2024, 9, 3)): "Gỡ sớm: đã đủ 30 ngày nhưng ngày cuối 31/08/2024 là ngày nghỉ nên phải giữ "
    "đến hết thứ Tư, 04/09/2024.",
}


@pytest.mark.parametrize(("posted", "taken_down"), SENTENCES)
def test_the_sentence_in_full(posted: date, taken_down: date, calendar: WorkingCalendar) -> None:
    finding = shortfall(Posting(30), posted, taken_down, calendar)
    assert finding is not None
    assert finding.text == SENTENCES[posted, taken_down]


def test_a_year_not_announced_says_so(calendar: WorkingCalendar) -> None:
    posted = calendar.known_through
    finding = shortfall(Posting(30), posted, posted + timedelta(days=10), calendar)
    assert finding is not None
    assert "Tạm tính: lịch nghỉ chính thức mới công bố đến" in finding.text


def test_taken_down_before_it_was_posted_is_no_posting(calendar: WorkingCalendar) -> None:
    with pytest.raises(TakenDownBeforePosted, match="Ngày gỡ 30/06/2024 trước ngày niêm yết 01/07/2024"):
        shortfall(Posting(30), date(2024, 7, 1), date(2024, 6, 30), calendar)


def walked(rule: Posting, posted: date, off: set[date]) -> date:
    """The last day a posting must stay, found by walking day by day."""
    day, counted = posted, 0
    while counted < rule.n:
        day += timedelta(days=1)
        counted += not rule.working or day not in off
    while day in off:
        day += timedelta(days=1)
    return day


@given(posted=POSTED_ON, n=st.integers(1, 45), working=st.booleans(), stayed=st.integers(0, 100))
def test_early_is_what_a_walk_day_by_day_finds(
    posted: date, n: int, working: bool, stayed: int, calendar: WorkingCalendar
) -> None:
    rule, taken_down = Posting(n, working), posted + timedelta(days=stayed)
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(730)]
    off = {day for day in days if not calendar.is_working(day)}
    assert (shortfall(rule, posted, taken_down, calendar) is None) is (taken_down > walked(rule, posted, off))


@given(posted=POSTED_ON, stayed=st.integers(1, 100))
def test_working_days_kept_are_those_numpy_counts(posted: date, stayed: int, calendar: WorkingCalendar) -> None:
    taken_down = posted + timedelta(days=stayed)
    made_up = [day for day in calendar.working_weekends if posted < day < taken_down]
    plain = np.busday_count(posted + timedelta(days=1), taken_down, holidays=list(calendar.off))
    assert full_days(Posting(3, working=True), posted, taken_down, calendar) == int(plain) + len(made_up)


# ---------------------------------------------------------------- bad files


def with_channel(**changes: object) -> dict[str, Any]:
    """A good file of one item with one channel, its row changed (None takes a key away)."""
    row: dict[str, object] = {"kenh": "bang-tin", "muc": "bat-buoc", "tu-ngay": date(2024, 1, 1)}
    row |= {"van-ban": "Luật X", "dieu": "Điều 1", "muc-chac": "S"}
    row |= {key.replace("_", "-"): value for key, value in changes.items()}
    kept = {key: value for key, value in row.items() if value is not None}
    ground = {"van-ban": "Luật X", "dieu": "Điều 1", "muc-chac": "S"}
    return {"noi-dung": {"thu": {"ten": "Thử", "can-cu": [ground], "kenh": [kept]}}}


def with_item(**changes: object) -> dict[str, Any]:
    """The same file, the item changed."""
    content = with_channel()
    content["noi-dung"]["thu"] |= {key.replace("_", "-"): value for key, value in changes.items()}
    return content


def keep(**changes: object) -> dict[str, Any]:
    row: dict[str, object] = {"kenh": "bang-tin", "giu": "niem-yet-chung", "tu-ngay": date(2024, 1, 1)}
    return with_item(giu=[row | {key.replace("_", "-"): value for key, value in changes.items()}])


AGAIN = with_channel()["noi-dung"]["thu"]["kenh"] * 2
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown channel": (with_channel(kenh="bao"), "«kenh» cần một trong cong, bang-tin, truyen-thanh, hop, van-ban"),
    "unknown level": (with_channel(muc="nen"), "«muc» cần một trong bat-buoc, duoc-dung; đọc được «nen»"),
    "no source": (with_channel(van_ban=None), "thiếu khóa «van-ban»"),
    "no certainty": (with_channel(muc_chac=None), "thiếu khóa «muc-chac»"),
    "unknown mark": (with_channel(muc_chac="A"), "«muc-chac» cần một trong S, 2, M, ?"),
    "a date as text": (with_channel(tu_ngay="01/01/2024"), "«tu-ngay» cần một ngày có thật viết dạng YYYY-MM-DD"),
    "reversed": (with_channel(den_ngay=date(2023, 1, 1)), "hết hiệu lực 01/01/2023, trước ngày có hiệu lực 01/01/2024"),
    "unknown key": (with_channel(o_dau="trụ sở"), "không có khóa «o-dau»; các khóa là"),
    "replaced by nothing known": (with_channel(tru_khi_da=["bao"]), "«tru-khi-da» cần một trong cong"),
    "two rows at once": (with_item(kenh=AGAIN), "kênh «bang-tin» có hai dòng cùng hiệu lực từ 01/01/2024"),
    "no name": (with_item(ten=None), "«ten» cần là chữ"),
    "no ground": (with_item(can_cu=[]), "cần ít nhất một căn cứ (can-cu)"),
    "no channel": (with_item(kenh=[]), "một kênh (kenh, hoặc theo một chế độ)"),
    "unknown regime": (with_item(theo="chung"), "«theo» cần một trong ; đọc được «chung»"),
    "unknown duty": (with_item(trong_han="cong-khai"), "không có nghĩa vụ «cong-khai» trong rules/law/duties"),
    "unknown length": (keep(giu="niem-yet"), "không có nghĩa vụ «niem-yet» trong rules/law/duties"),
    "a duty that is no posting": (keep(giu="cong-khai-chung"), "«cong-khai-chung» không phải nghĩa vụ niêm yết"),
    "a second ground for a duty": (keep(van_ban="Luật X"), "không có khóa «van-ban»"),
    "for ever without a ground": (keep(giu="thuong-xuyen"), "thiếu khóa «muc-chac»"),
    "kept in no channel": (keep(kenh="cong"), "có thời gian giữ cho kênh «cong» nhưng không có kênh ấy"),
    "a row that is text": (with_item(kenh=["cong"]), "cần các khóa kenh, muc, tu-ngay; đọc được 'cong'"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_fault_in_a_file_says_where_and_what(fault: str) -> None:
    content, words = BAD[fault]
    with pytest.raises(LawFileError) as raised:
        read_items(content, "thu.yaml", {})
    assert str(raised.value).startswith("thu.yaml, «thu»")
    assert words in str(raised.value)


def test_an_amendment_casts_no_doubt_on_a_row_that_ended_before_it() -> None:
    doubts = {"Luật X": Doubt("Chưa thấy lời văn sửa đổi.", date(2026, 7, 1))}

    def channel(**changes: object) -> Channel:
        return read_items(with_channel(**changes), "thu.yaml", doubts)["thu"].channels[0]

    assert channel(den_ngay=date(2026, 6, 30)).basis.certainty == "S"
    assert channel().basis.certainty == "?"
