"""Law replaced and words given up: recognised however they are written, each on its days, each with its ground."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from models.plan_checks.context import Context
from models.plan_checks.old_words import old_law
from models.plan_checks.passages import Passage
from rules.law.instruments import spans
from rules.law.levels import all_abolished
from rules.law.reading import LawFileError
from rules.law.successors import ended_by
from rules.law.superseded import Superseded, all_superseded, read_superseded

FILE = Path(__file__).resolve().parents[1] / "rules" / "law" / "superseded.yaml"
LAWS = [row for row in all_superseded() if row.kind == "van-ban"]
NUMBER = re.compile(r"\d+/\d{4}/[\w-]+")


def number_of(name: str) -> str:
    found = NUMBER.search(name)
    assert found, name
    return found[0]


def named(text: str) -> list[str]:
    """The rows that recognise something in `text`."""
    return [row.name for row in all_superseded() if any(row.mentions(text))]


# ---------------------------------------------------------------- the data


def test_every_instrument_has_a_number_and_a_last_day() -> None:
    for row in LAWS:
        assert number_of(row.name)
        assert row.valid_to, row.name


def test_every_row_names_its_ground_and_only_a_known_successor() -> None:
    for row in all_superseded():
        assert row.basis.instrument
        assert row.instead or row.name == "Quyết định 24/2021/QĐ-TTg"  # nobody has found what follows it


def test_the_days_are_those_of_the_terms_of_law() -> None:
    """One fact, one day: what rules/law/duties knows of an instrument's end, this file says too."""
    ends = {number_of(name): end for name, (_, end) in spans().items() if end}
    known = {number_of(row.name): row.valid_to for row in LAWS}
    assert {number: known[number] for number in ends} == ends


def test_no_successor_was_itself_over_on_the_day_it_took_over() -> None:
    by_number = {number_of(row.name): row for row in LAWS}
    for row in LAWS:
        for number in NUMBER.findall(row.instead):
            successor = by_number.get(number)
            assert successor is None or (row.valid_to and successor.is_right_on(row.valid_to + timedelta(days=1)))


def test_a_level_or_body_that_went_is_told_in_levels_and_nowhere_else() -> None:
    terms = [row for row in all_superseded() if row.kind == "thuat-ngu"]
    for gone in all_abolished():
        assert not [row.name for row in terms if any(row.mentions(gone.name))], gone.name


def test_rolling_over_knows_every_instrument_that_was_replaced_and_what_holds_now() -> None:
    thu_31_dec = date(2026, 12, 31)
    over = {number for row in LAWS for number in NUMBER.findall(row.name)}
    for row in LAWS:
        (ended,) = ended_by(row.name, thu_31_dec)
        assert ended.last == row.valid_to
        assert bool(ended.successors) == bool(row.instead)
        assert not over & {number for name in ended.successors for number in NUMBER.findall(name)}, row.name
        assert row.valid_to is not None
        assert ended_by(row.name, row.valid_to) == []


def test_an_instrument_named_in_other_words_or_as_the_one_replaced() -> None:
    thu_31_dec = date(2026, 12, 31)
    (ordinance,) = ended_by("Tuyên truyền Pháp lệnh dân chủ.", thu_31_dec)
    assert ordinance.successors == ("Luật Thực hiện dân chủ ở cơ sở 10/2022/QH15",)
    assert ended_by("Nghị định 59/2023/NĐ-CP thay thế Nghị định 159/2016/NĐ-CP", thu_31_dec) == []


def test_what_is_not_seen_in_the_text_is_said_to_be_unsure() -> None:
    for row in all_superseded():
        assert ("(cần đối chiếu)" in str(row.basis)) == (row.basis.certainty != "S")


def test_every_text_is_nfc() -> None:
    for file in (FILE, FILE.with_name("levels.yaml")):
        assert unicodedata.is_normalized("NFC", file.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- however it is written

DECREE = "Nghị định 04/2015/NĐ-CP"
LAND = "Luật Đất đai 45/2013/QH13"


@pytest.mark.parametrize(
    "text",
    [
        "Nghị định 04/2015/NĐ-CP",
        "Nghị định số 04/2015/NĐ-CP ngày 09/01/2015",
        "nghị định số 4/2015/NĐ-CP",
        "NĐ 04/2015",
        "Nghị định 04/2015",
        "theo 04/2015/NĐ-CP",
        "Nghị định số 04/2015 /NĐ-CP",
    ],
)
def test_a_decree_by_its_number(text: str) -> None:
    assert named(text) == [DECREE]


@pytest.mark.parametrize(
    "text",
    [
        "Nghị định 104/2015/NĐ-CP",
        "Thông tư 04/2015/TT-BNV",
        "Quyết định 04/2015/QĐ-UBND",
        "ngày 04/2015",
        "Nghị định 04/2016/NĐ-CP",
        "Nghị định 59/2023/NĐ-CP thay thế Nghị định 04/2015/NĐ-CP",
    ],
)
def test_another_number_is_another_instrument(text: str) -> None:
    assert named(text) == []


CALLED = {
    "Luật Đất đai năm 2013": [LAND],
    "LUẬT ĐẤT ĐAI 2013": [LAND],
    "Luật Đất đai số 45/2013/QH13": [LAND],
    "theo Điều 48 Luật Đất đai": [LAND],
    "theo Điều 48 Luật Đất đai năm 2024": [],
    "theo Điều 75 Luật Đất đai": [],
    "Luật Đất đai năm 2021": ["Luật Đất đai"],
    "Luật Đất đai năm 2024": [],
    "Luật bảo vệ môi trường năm 2023": ["Luật Bảo vệ môi trường"],
    "Luật Bảo vệ môi trường 2020": [],
    "Luật Bảo vệ môi trường 72/2020/QH14": [],
    "Luật thực hiện dân chủ ở xã, phường, thị trấn": ["Luật Thực hiện dân chủ ở xã, phường, thị trấn"],
    "Luật Thực hiện dân chủ ở cơ sở năm 2022": [],
}


@pytest.mark.parametrize("text", CALLED)
def test_a_law_by_its_name(text: str) -> None:
    laws = [row.name for row in all_superseded() if row.kind != "thuat-ngu" and any(row.mentions(text))]
    assert laws == CALLED[text]


def test_a_level_is_of_online_services_only() -> None:
    assert named("dịch vụ công trực tuyến mức độ 4") == ["dịch vụ công trực tuyến mức độ 3, mức độ 4"]
    assert named("mức độ 4 của thang đo") == []


# ---------------------------------------------------------------- each on its days


def said(row: Superseded, signed: date) -> list[str]:
    context = Context(signed.year, signed, "UBND xã Yên Bình")
    found = old_law(Passage(f"Theo {row.name}."), context)
    return [finding.level for finding in found if row.name in finding.why]


@pytest.mark.parametrize("row", LAWS, ids=lambda row: row.name)
def test_it_is_right_till_its_last_day_noted_in_its_last_year_and_wrong_after(row: Superseded) -> None:
    last = row.valid_to
    assert last
    assert said(row, last + timedelta(days=1)) == ["warning"]
    assert said(row, date(last.year - 1, 12, 31)) == []
    within = [] if (last.month, last.day) == (12, 31) else ["note"]
    assert said(row, last) == within


# ---------------------------------------------------------------- a file that cannot be read

BROKEN = {
    "no ground": ({"van-ban": {"Nghị định 1/2000/NĐ-CP": {"den-ngay": date(2020, 1, 1)}}}, "thiếu khóa"),
    "a stray key": ({"thuat-ngu": {"x": {"van-ban": "L", "muc-chac": "S", "goi-la": ["x"], "den": "y"}}}, "«den»"),
    "no day": (
        {"thuat-ngu": {"x": {"van-ban": "L", "muc-chac": "S", "goi-la": ["x"], "den-ngay": "31/6"}}},
        "ngày có thật",
    ),
    "no certainty": ({"ten-sai": {"x": {"van-ban": "L", "muc-chac": "chắc"}}}, "«muc-chac»"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_row_is_refused_by_name(what: str) -> None:
    content, words = BROKEN[what]
    with pytest.raises(LawFileError, match=words):
        list(read_superseded(content))


def test_the_file_is_read_whole() -> None:
    content = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    assert [row.name for row in all_superseded()] == [name for group in content.values() for name in group]
