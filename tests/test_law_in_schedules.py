"""A schedule that says «theo quy định» gets the term of law in force on the day of each fact, and cites it."""

from __future__ import annotations

from datetime import date

import pytest
from office import PLAN, PLANS

from models.calendar_file import calendar_of, read_notices
from models.plan_file import read_plan
from rules.law.terms import NoTermInForce
from rules.occurrences import Fact, Occurrence, occurrences
from rules.rule_json import RuleError
from rules.schedule import ByLaw, Each, OnEvent
from rules.when_json import parse_when, print_when

OFFICE = calendar_of(read_notices(PLANS / "calendar.yaml"))
BUDGET = Each("quarter", ByLaw("cong-khai-thuc-hien-ngan-sach-quy"), only=(2,))


def only(when: Each | OnEvent, year: int = 2024, **events: date) -> Occurrence:
    known = {(name := word.replace("_", "-")): [Fact.on(name, day)] for word, day in events.items()}
    (found,) = occurrences(when, OFFICE, [year], known)
    assert isinstance(found, Occurrence)
    return found


@pytest.mark.parametrize(
    ("year", "nominal", "instrument"),
    [
        (2024, date(2024, 7, 15), "Nghị định 163/2016/NĐ-CP"),  # 15 days
        (2025, date(2025, 7, 15), "Nghị định 163/2016/NĐ-CP"),
        (2026, date(2026, 7, 10), "Nghị định 73/2026/NĐ-CP"),  # 10 days from budget year 2026
        (2027, date(2027, 7, 10), "Nghị định 73/2026/NĐ-CP"),
    ],
)
def test_budget_disclosure_follows_the_law_of_its_budget_year(year: int, nominal: date, instrument: str) -> None:
    deadline = only(BUDGET, year).deadline
    assert deadline.nominal == nominal
    assert instrument in deadline.receipt.basis[0].instrument
    assert deadline.receipt.because[0].startswith("Quy định có hiệu lực ngày 30/06/")


@pytest.mark.parametrize(
    ("received", "legal"),
    [
        (date(2026, 6, 30), date(2026, 7, 10)),  # Tuesday: 10 days, the old term
        (date(2026, 7, 1), date(2026, 7, 10)),  # Wednesday: 7 working days, the new one
        (date(2026, 7, 3), date(2026, 7, 14)),  # Friday
    ],
)
def test_complaint_acceptance_changes_with_the_day_the_complaint_came(received: date, legal: date) -> None:
    when = OnEvent("nhan-khieu-nai", ByLaw("thu-ly-khieu-nai"))
    assert only(when, nhan_khieu_nai=received).deadline.legal == legal


def test_an_unverified_term_is_shown_as_to_be_checked() -> None:
    when = OnEvent("hen-tra", ByLaw("xin-loi-ho-so-tre-han"))
    ground = only(when, hen_tra=date(2024, 6, 14)).deadline.receipt.basis[0]
    assert "cần đối chiếu" in str(ground)


def test_no_term_in_force_is_an_error_with_its_reason_never_a_default() -> None:
    when = OnEvent("hen-tra", ByLaw("xin-loi-ho-so-tre-han"))
    with pytest.raises(NoTermInForce, match="Không có quy định nào còn hiệu lực"):
        occurrences(when, OFFICE, [2026], {"hen-tra": [Fact.on("hen-tra", date(2026, 6, 15))]})


def test_the_real_plan_takes_its_legal_terms_from_the_law_data() -> None:
    document = read_plan(PLAN).document
    whens = [entry.when() for task in document.nhiem_vu for entry in task.thoi_han]
    by_law = [when.due.duty for when in whens if isinstance(when, Each | OnEvent) and isinstance(when.due, ByLaw)]
    assert {"cong-khai-thuc-hien-ngan-sach-quy", "thu-ly-khieu-nai", "thong-bao-doi-thoai"} <= set(by_law)
    assert len(by_law) > 20


def test_a_schedule_by_law_is_stored_and_read_again() -> None:
    for when in (BUDGET, OnEvent("nhan-khieu-nai", ByLaw("thu-ly-khieu-nai"))):
        assert parse_when(print_when(when)) == when
    with pytest.raises(RuleError, match="không có trường «so»"):
        parse_when({"kind": "on_event", "event": "x", "due": {"kind": "by_law", "duty": "y", "so": 3}})
