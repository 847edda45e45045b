"""The files of terms: nothing overlaps, nothing is missing, and they say what the reference says."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.law.continuity import overlaps_and_gaps
from rules.law.reading import LawFileError, all_duties, read_duties
from rules.law.records import Doubt, Duty
from rules.law.terms import all_terms, basis_of
from rules.vietnamese import dmy

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared/reference/law_terms.csv"
LAW = ROOT / "rules/law"

COUNTS = "DC 1-39, DT 1-5, NS 1-7, NS 11-27, TC 1-9, KN 1-8, TO 1-7, TI 1-11, DD 0-4, PC 1-9, TK 1-3, PL 1-2, CD 1-2, "
COUNTS += "MC 1-5, BC 1-3, HN 1-2, BU 1-8, QS 1-2, GD 1-2, TG 1-3"


# ---------------------------------------------------------------- nothing overlaps, nothing is missing


def test_the_terms_follow_each_other_without_overlap_or_gap() -> None:
    assert [finding for finding in overlaps_and_gaps() if finding.level == "error"] == []


def test_what_nobody_has_established_is_a_note() -> None:
    notes = " ".join(finding.text for finding in overlaps_and_gaps() if finding.level == "note")
    for duty in ("chu-tich-xa-tiep-cong-dan", "xin-loi-ho-so-tre-han", "niem-yet-ho-ngheo", "cap-nhat-cong-thong-tin"):
        assert f"({duty})" in notes


def complaint(**changes: object) -> Duty:
    """The duty to accept a complaint, its first term changed."""
    duty = all_duties()["thu-ly-khieu-nai"]
    first, second = duty.terms
    return replace(duty, terms=(replace(first, **changes), second))  # type: ignore[arg-type]


BROKEN = {
    "overlap": (complaint(valid_to=date(2026, 7, 5)), "KN01 (01/07/2012-05/07/2026) và KN02 (từ 01/07/2026)"),
    "no end": (complaint(valid_to=None), "cùng có hiệu lực"),
    "gap": (complaint(valid_to=date(2026, 6, 28)), "từ 29/06/2026 đến 30/06/2026 không có quy định nào"),
    "reversed": (complaint(valid_to=date(2012, 6, 30)), "hết hiệu lực 30/06/2012, trước ngày có hiệu lực"),
    "open end": (replace(complaint(), terms=complaint().terms[:1]), "KN01 hết hiệu lực 30/06/2026 mà chưa có"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_table_is_found(fault: str) -> None:
    duty, words = BROKEN[fault]
    errors = [finding.text for finding in overlaps_and_gaps([duty]) if finding.level == "error"]
    assert any(words in error and "«Thụ lý khiếu nại» (thu-ly-khieu-nai)" in error for error in errors)


def test_an_end_known_to_be_open_is_no_error() -> None:
    open_end = replace(complaint(), terms=complaint().terms[:1], missing="Chưa xác định.")
    assert [finding.level for finding in overlaps_and_gaps([open_end])] == ["note"]


def test_all_149_terms_are_there() -> None:
    wanted = set()
    for part in COUNTS.split(", "):
        prefix, first, last = re.split(r"[ -]", part)
        wanted |= {f"{prefix}{number:02}" for number in range(int(first), int(last) + 1)}
    assert len(wanted) == 149
    assert set(all_terms()) == wanted


def test_every_text_is_nfc() -> None:
    for file in LAW.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), file.name


def test_every_instrument_to_check_is_one_that_terms_cite() -> None:
    text = (LAW / "instruments_to_check.yaml").read_text(encoding="utf-8")
    named = re.findall(r"^([^#\s].*):$", text, re.MULTILINE)
    assert named
    assert set(named) <= {term.instrument for term in all_terms().values()}


# ---------------------------------------------------------------- the files and the reference they came from


def first_row(**changes: object) -> dict[str, Any]:
    row: dict[str, object] = {
        "ma": "X1",
        "van-ban": "Luật X",
        "loai": "reply_within",
        "thoi-han": "05 ngày",
        "muc-chac": "S",
    }
    row |= {"tu-ngay": date(2024, 1, 1), **{key.replace("_", "-"): value for key, value in changes.items()}}
    return {"tra-loi": {"viec": "Trả lời", "quy-dinh": [row]}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"loai": "reply_withn"}, "«loai» cần một trong"),
        ({"muc_chac": 2}, "«muc-chac» cần là chữ (viết trong ngoặc kép); đọc được 2"),
        ({"muc_chac": "A"}, "«muc-chac» cần một trong S, 2, M, ?"),
        ({"thoi_han": "năm ngày"}, "thoi-han cần dạng"),
        ({"thoi_han": "05 tuần trăng"}, "thoi-han cần dạng"),
        ({"tu_ngay": "01/01/2024"}, "«tu-ngay» cần một ngày có thật viết dạng YYYY-MM-DD"),
        ({"hieu_luc": "2024"}, "không có khóa «hieu-luc»"),
    ],
)
def test_a_fault_in_a_file_says_where_and_what(changes: dict[str, object], words: str) -> None:
    with pytest.raises(LawFileError) as raised:
        read_duties(first_row(**changes), "thu.yaml", {})
    assert str(raised.value).startswith("thu.yaml, «tra-loi»")
    assert words in str(raised.value)


def test_a_doubt_about_an_ended_instrument_does_not_reach_back() -> None:
    doubts = {"Luật X": Doubt("Chưa thấy lời văn sửa đổi.", date(2026, 7, 1))}
    ended = read_duties(first_row(den_ngay=date(2026, 6, 30)), "thu.yaml", doubts)["tra-loi"].terms[0]
    running = read_duties(first_row(), "thu.yaml", doubts)["tra-loi"].terms[0]
    assert (ended.doubt.why, running.doubt) == ("", doubts["Luật X"])


def reference() -> list[dict[str, str]]:
    if not REFERENCE.exists():
        pytest.skip("không có ../shared/reference/law_terms.csv để so sánh")
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_reference(value: int | str | None) -> str:
    """«31/12» as «12-31», «15/12-14/06» as «12-15..06-14»."""
    text = "" if value is None else str(value)
    if text.startswith("ngày làm việc cuối cùng"):
        return "03-last-working-day"
    return "..".join(re.sub(r"(\d\d)/(\d\d)", r"\2-\1", part) for part in text.split("-"))


def test_values_dates_and_marks_are_those_of_the_reference() -> None:
    for row in reference():
        term = all_terms()[row["id"]]
        ours = [as_reference(term.value), term.unit, term.fact, term.rolls, term.certainty]
        assert ours == [row[key] for key in ("value", "unit", "fact", "rolls", "certainty")], term.id
        ends = [term.valid_from.isoformat(), term.valid_to.isoformat() if term.valid_to else ""]
        assert ends == [row["valid_from"], row["valid_to"]], term.id


def test_instruments_and_articles_are_those_of_the_reference() -> None:
    for row in reference():
        ground = str(basis_of(all_terms()[row["id"]]))
        for number in re.findall(r"\d+/\d{4}", row["instrument"]):
            assert number in ground, (row["id"], number)
        for article in re.findall(r"Đ(\d+b?)", row["article"]):
            assert re.search(rf"Điều {article}\b", ground), (row["id"], article)
        for clause in re.findall(r"Đ\d+\.(\d+)", row["article"]):
            assert f"khoản {clause}" in ground, (row["id"], clause)
        for point in re.findall(r"Đ\d+\.\d+([a-zđ])", row["article"]):
            assert f"điểm {point}" in ground, (row["id"], point)


def test_a_span_reads_as_dates() -> None:
    assert all_terms()["KN01"].span == f"{dmy(date(2012, 7, 1))}-{dmy(date(2026, 6, 30))}"
